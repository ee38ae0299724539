//! Where the passphrase or key file comes from: a flag that names a file, the environment, or a
//! prompt on a terminal. Never from a flag's value, which every user of the machine can read.

use std::{
    ffi::OsString,
    fs,
    io::{self, IsTerminal},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use tiaoxi_vault::{
    Key, durable,
    lockbox::{Secret, SecretError},
};
use zeroize::Zeroizing;

/// The environment's key file.
pub(crate) const KEY_FILE_VARIABLE: &str = "TIAOXI_KEY_FILE";
/// The environment's passphrase file.
pub(crate) const PASSPHRASE_FILE_VARIABLE: &str = "TIAOXI_PASSPHRASE_FILE";
/// Characters of a new passphrase.
const PASSPHRASE_CHARS_MIN: usize = 12;
/// Bytes of a passphrase file.
const PASSPHRASE_BYTES_MAX: u64 = 1024;

/// Flags that say what opens the node's keys.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SecretArgs {
    /// File with the key that opens the node's keys (mode 0600); or `TIAOXI_KEY_FILE`
    #[arg(long, value_name = "PATH", conflicts_with = "passphrase_file")]
    pub(crate) key_file: Option<PathBuf>,
    /// File with the passphrase that opens the node's keys (mode 0600); or `TIAOXI_PASSPHRASE_FILE`
    #[arg(long, value_name = "PATH")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Why there is no passphrase and no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretSourceError {
    /// The environment names two.
    #[error("{KEY_FILE_VARIABLE} and {PASSPHRASE_FILE_VARIABLE} are both set; unset one")]
    Ambiguous,
    /// Nothing named, and nobody to ask.
    #[error(
        "no passphrase: give --key-file or --passphrase-file, set {KEY_FILE_VARIABLE} or \
         {PASSPHRASE_FILE_VARIABLE}, or run on a terminal"
    )]
    NotGiven,
    /// The key file is refused.
    #[error("the key file is refused")]
    KeyFile(#[source] SecretError),
    /// A file that others may read.
    #[error("{path} may be read by others (mode {mode:o}): run `chmod 600 {path}`")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Empty, of several lines, too long or not UTF-8.
    #[error("{0} must hold one line of at most {PASSPHRASE_BYTES_MAX} bytes")]
    PassphraseFile(PathBuf),
    /// Too short for a new one.
    #[error("a new passphrase has at least {PASSPHRASE_CHARS_MIN} characters")]
    TooShort,
    /// Typed differently the second time.
    #[error("the two passphrases differ")]
    Differ,
    /// The operating system refused or failed.
    #[error("{path} could not be read or written")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The terminal refused or failed.
    #[error("the passphrase could not be read from the terminal")]
    Terminal(#[source] io::Error),
}

impl SecretSourceError {
    /// Stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Ambiguous => "SECRET_AMBIGUOUS",
            Self::NotGiven => "SECRET_NOT_GIVEN",
            Self::KeyFile(SecretError::ReadableByOthers { .. }) | Self::ReadableByOthers { .. } => {
                "KEYS_READABLE_BY_OTHERS"
            }
            Self::KeyFile(SecretError::Missing(_)) => "KEYS_MISSING",
            Self::PassphraseFile(_) | Self::TooShort => "PASSPHRASE_UNUSABLE",
            Self::Differ => "PASSPHRASES_DIFFER",
            Self::KeyFile(_) | Self::Io { .. } | Self::Terminal(_) => "SECRET_UNREADABLE",
        }
    }
}

/// A place to take the secret from.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    KeyFile(PathBuf),
    PassphraseFile(PathBuf),
    Terminal,
}

impl SecretArgs {
    /// The secret of an existing node.
    pub(crate) fn existing(&self) -> Result<Secret, SecretSourceError> {
        match self.source(|name| std::env::var_os(name), io::stdin().is_terminal())? {
            Source::KeyFile(path) => {
                Secret::from_key_file(&path).map_err(SecretSourceError::KeyFile)
            }
            Source::PassphraseFile(path) => passphrase_from(&path).map(Secret::Passphrase),
            Source::Terminal => prompt("Passphrase: ").map(Secret::Passphrase),
        }
    }

    /// The secret for a new node: a key file that does not exist is made, a passphrase typed twice.
    pub(crate) fn new_node(&self) -> Result<Secret, SecretSourceError> {
        let passphrase = match self
            .source(|name| std::env::var_os(name), io::stdin().is_terminal())?
        {
            Source::KeyFile(path) => {
                if !path.exists() {
                    durable::write_file(&path, Key::random().as_bytes())
                        .map_err(|source| SecretSourceError::Io { path: path.clone(), source })?;
                }
                return Secret::from_key_file(&path).map_err(SecretSourceError::KeyFile);
            }
            Source::PassphraseFile(path) => passphrase_from(&path)?,
            Source::Terminal => {
                let passphrase = prompt("New passphrase: ")?;
                if prompt("The same again: ")? != passphrase {
                    return Err(SecretSourceError::Differ);
                }
                passphrase
            }
        };
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(SecretSourceError::TooShort);
        }
        Ok(Secret::Passphrase(passphrase))
    }

    /// Flags before environment before terminal.
    fn source(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
        terminal: bool,
    ) -> Result<Source, SecretSourceError> {
        if let Some(path) = &self.key_file {
            return Ok(Source::KeyFile(path.clone()));
        }
        if let Some(path) = &self.passphrase_file {
            return Ok(Source::PassphraseFile(path.clone()));
        }
        let named = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        match (named(KEY_FILE_VARIABLE), named(PASSPHRASE_FILE_VARIABLE)) {
            (Some(_), Some(_)) => Err(SecretSourceError::Ambiguous),
            (Some(path), None) => Ok(Source::KeyFile(path)),
            (None, Some(path)) => Ok(Source::PassphraseFile(path)),
            (None, None) if terminal => Ok(Source::Terminal),
            (None, None) => Err(SecretSourceError::NotGiven),
        }
    }
}

fn prompt(text: &str) -> Result<Zeroizing<String>, SecretSourceError> {
    rpassword::prompt_password(text).map(Zeroizing::new).map_err(SecretSourceError::Terminal)
}

fn passphrase_from(path: &Path) -> Result<Zeroizing<String>, SecretSourceError> {
    let io = |source| SecretSourceError::Io { path: path.to_path_buf(), source };
    let metadata = fs::metadata(path).map_err(io)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(SecretSourceError::ReadableByOthers { path: path.to_path_buf(), mode });
    }
    let unusable = || SecretSourceError::PassphraseFile(path.to_path_buf());
    if metadata.len() > PASSPHRASE_BYTES_MAX {
        return Err(unusable());
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(io)?);
    let text = std::str::from_utf8(&bytes).ok().ok_or_else(unusable)?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains(['\n', '\r']) {
        return Err(unusable());
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_terminal() {
        let check = |flag: Option<&str>, key: &str, passphrase: &str, terminal, expected: &str| {
            let args = SecretArgs { key_file: flag.map(PathBuf::from), ..SecretArgs::default() };
            let variable = |name: &str| {
                Some(OsString::from(if name == KEY_FILE_VARIABLE { key } else { passphrase }))
            };
            let found = match args.source(variable, terminal) {
                Ok(source) => format!("{source:?}"),
                Err(error) => error.code().to_owned(),
            };
            assert_eq!(found, expected);
        };
        check(Some("a"), "b", "c", true, r#"KeyFile("a")"#);
        check(None, "b", "", true, r#"KeyFile("b")"#);
        check(None, "", "c", true, r#"PassphraseFile("c")"#);
        check(None, "b", "c", true, "SECRET_AMBIGUOUS");
        check(None, "", "", true, "Terminal");
        check(None, "", "", false, "SECRET_NOT_GIVEN");
    }

    #[test]
    fn passphrase_files_hold_one_private_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passphrase");
        let check = |content: &[u8], mode: u32, expected: Option<&str>| {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let found = passphrase_from(&path).ok();
            assert_eq!(found.as_deref().map(String::as_str), expected, "{content:?} {mode:o}");
        };
        check("苕溪 open\n".as_bytes(), 0o600, Some("苕溪 open"));
        check(b"open\r\n", 0o400, Some("open"));
        check(b"open", 0o600, Some("open"));
        check(b"open", 0o640, None);
        check(b"open\nmore\n", 0o600, None);
        check(b"\n", 0o600, None);
        check(b"", 0o600, None);
        check(&[0xff], 0o600, None);
        check(&[b'x'; 1025], 0o600, None);
    }

    #[test]
    fn a_new_node_gets_a_key_file_or_a_long_passphrase() {
        let dir = tempfile::tempdir().unwrap();
        let key_file = dir.path().join("key");
        let args = SecretArgs { key_file: Some(key_file.clone()), passphrase_file: None };
        args.new_node().unwrap();
        let made = fs::read(&key_file).unwrap();
        assert_eq!(made.len(), 32);
        args.new_node().unwrap();
        args.existing().unwrap();
        assert_eq!(fs::read(&key_file).unwrap(), made);

        let path = dir.path().join("passphrase");
        for (text, accepted) in [("eleven-char", false), ("twelve-chars", true)] {
            durable::write_file(&path, text.as_bytes()).unwrap();
            let args = SecretArgs { key_file: None, passphrase_file: Some(path.clone()) };
            assert_eq!(args.new_node().is_ok(), accepted, "{text}");
            assert!(args.existing().is_ok());
        }
    }
}
