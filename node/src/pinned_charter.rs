//! The charter that a node has accepted, on disk: `charter/<version>.note` and `charter/pin`.
//!
//! The pin is the fingerprint of version 1, compared by a person when it was accepted. Every start
//! judges all notes anew, so a changed file is refused and named.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tiaoxi_federation::{
    Chain, Charter, FederationId, Fingerprint, Proposal, Terms,
    charter::{ChainError, CharterError},
};
use tiaoxi_ledger::note::Bounds;
use tiaoxi_vault::durable;

const DIRECTORY: &str = "charter";
const PIN_FILE: &str = "pin";
const PIN_BYTES_MAX: u64 = 4096;

/// Content of the file `pin`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    federation: FederationId,
    fingerprint: Fingerprint,
}

/// Why a node's charter was not accepted, or not loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PinnedCharterError {
    /// None has been accepted.
    #[error("{0} has no charter; `tiaoxi charter accept` takes one up")]
    Missing(PathBuf),
    /// The file offered is not the charter of that fingerprint, or not signed by enough members.
    #[error("the charter was not accepted")]
    Refused(#[source] Box<CharterError>),
    /// The note on disk is not what was accepted.
    #[error("{path} is not the charter that was accepted under {pin}")]
    NotThePinnedOne {
        /// The file.
        path: PathBuf,
        /// Fingerprint under which it was accepted.
        pin: Fingerprint,
        /// What is wrong with the note.
        source: Box<CharterError>,
    },
    /// A later version on disk does not continue the chain.
    #[error("{path} does not continue the accepted charter")]
    Chain {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ChainError>,
    },
    /// A note offered as the next version does not continue the chain.
    #[error("the charter does not continue the accepted one")]
    NoSuccessor(#[source] Box<ChainError>),
    /// The node cannot work under it: its catalogue files are others, for example.
    #[error("this node can't work under the next charter; the old one stays in force here")]
    Unfit(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another one is pinned; a node serves one federation for its life.
    #[error("this node has accepted the charter {pinned} before")]
    AnotherIsPinned {
        /// The fingerprint that was accepted.
        pinned: Fingerprint,
    },
    /// The pin itself does not read.
    #[error("{0} is damaged")]
    PinDamaged(PathBuf),
    /// A later version was signed before with another text.
    #[error("version {version} was signed before with another text ({signed})")]
    SignedAnother {
        /// The version.
        version: u32,
        /// Fingerprint of the text signed first.
        signed: String,
    },
    /// The operating system refused or failed.
    #[error("{path} could not be read or written")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl PinnedCharterError {
    /// Stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "CHARTER_MISSING",
            Self::Refused(reason) => match **reason {
                CharterError::OtherFingerprint { .. } => "FINGERPRINT_DIFFERS",
                CharterError::TooFewSigners { .. } => "CHARTER_NOT_SIGNED_BY_ENOUGH",
                CharterError::Agreement(_) => "AGREEMENT_NOT_SIGNED",
                _ => "CHARTER_REFUSED",
            },
            Self::NotThePinnedOne { .. } | Self::PinDamaged(_) => "CHARTER_NOT_THE_PINNED_ONE",
            Self::Chain { .. } => "CHARTER_CHAIN_BROKEN",
            Self::Unfit(_) => "CHARTER_UNFIT",
            Self::NoSuccessor(reason) => match **reason {
                ChainError::SecondSuccessor { .. } => "SECOND_SUCCESSOR",
                ChainError::Signatures(_) => "CHARTER_NOT_SIGNED_BY_ENOUGH",
                ChainError::Agreement(_) => "AGREEMENT_NOT_SIGNED",
                ChainError::Gap { .. } => "CHARTER_VERSION_MISSING",
                _ => "CHARTER_REFUSED",
            },
            Self::AnotherIsPinned { .. } => "ANOTHER_CHARTER_PINNED",
            Self::SignedAnother { .. } => "SECOND_SUCCESSOR",
            Self::Io { .. } => "CHARTER_UNREADABLE",
        }
    }
}

/// Takes up version 1 of a charter, durably, when it has the fingerprint that a person names.
pub(crate) fn accept(
    dir: &Path,
    note: &[u8],
    fingerprint: &Fingerprint,
) -> Result<Charter, PinnedCharterError> {
    let charter = Charter::verify(note, fingerprint)
        .map_err(|error| PinnedCharterError::Refused(Box::new(error)))?;
    match read_pin(dir) {
        Ok(pin) if pin.fingerprint != *fingerprint => {
            return Err(PinnedCharterError::AnotherIsPinned { pinned: pin.fingerprint });
        }
        Ok(_) | Err(PinnedCharterError::Missing(_)) => {}
        Err(error) => return Err(error),
    }
    create_directory(dir)?;
    write(note_path(dir, 1), note)?;
    // The pin last: what it names is there.
    let pin = Pin { federation: charter.federation().clone(), fingerprint: *fingerprint };
    let pin = toml::to_string(&pin).expect("two names are TOML");
    write(dir.join(DIRECTORY).join(PIN_FILE), pin.as_bytes())?;
    Ok(charter)
}

/// Loads the accepted charter and its later versions.
pub(crate) fn load(dir: &Path) -> Result<Chain, PinnedCharterError> {
    let pin = read_pin(dir)?;
    let path = note_path(dir, 1);
    let note = read(&path)?.ok_or_else(|| PinnedCharterError::Missing(path.clone()))?;
    let pinned = |source| PinnedCharterError::NotThePinnedOne {
        path: path.clone(),
        pin: pin.fingerprint,
        source: Box::new(source),
    };
    let mut chain = Chain::pinned(&note, &pin.fingerprint).map_err(pinned)?;
    loop {
        let path = note_path(dir, chain.current().version() + 1);
        let Some(note) = read(&path)? else { return Ok(chain) };
        let before = chain.current().version();
        chain
            .extend(&note)
            .map_err(Box::new)
            .map_err(|source| PinnedCharterError::Chain { path: path.clone(), source })?;
        if chain.current().version() == before {
            // A known version under the next one's name.
            let source = Box::new(ChainError::Gap { offered: before, wanted: before + 1 });
            return Err(PinnedCharterError::Chain { path, source });
        }
    }
}

/// Takes up the next version of the charter, durably, when it continues the accepted chain and the
/// node can live with it. Whether it was new.
pub(crate) fn take_up(
    dir: &Path,
    chain: &mut Chain,
    note: &[u8],
    fits: &dyn Fn(&Terms) -> anyhow::Result<()>,
) -> Result<bool, PinnedCharterError> {
    let before = chain.current().version();
    let mut grown = chain.clone();
    grown.extend(note).map_err(|source| PinnedCharterError::NoSuccessor(Box::new(source)))?;
    let version = grown.current().version();
    if version == before {
        return Ok(false);
    }
    fits(grown.current().terms()).map_err(|error| PinnedCharterError::Unfit(error.into()))?;
    write(note_path(dir, version), note)?;
    *chain = grown;
    Ok(true)
}

/// The note of a version that stands on disk, as `charter accept` puts it there.
pub(crate) fn note_on_disk(
    dir: &Path,
    version: u32,
) -> Result<Option<Vec<u8>>, PinnedCharterError> {
    read(&note_path(dir, version))
}

/// Records durably, before it happens, that this member signs the proposal, and refuses when it has
/// signed another text for the same later version. Drafts of version 1 may change between signatures.
pub(crate) fn record_signing(dir: &Path, proposal: &Proposal) -> Result<(), PinnedCharterError> {
    let version = proposal.terms().version();
    if version == 1 {
        return Ok(());
    }
    create_directory(dir)?;
    let path = dir.join(DIRECTORY).join(format!("signed-{version}"));
    let line = format!("{}\n", proposal.fingerprint());
    match read(&path)? {
        Some(signed) if signed != line.as_bytes() => Err(PinnedCharterError::SignedAnother {
            version,
            signed: String::from_utf8_lossy(&signed).trim().to_owned(),
        }),
        Some(_) => Ok(()),
        None => write(path, line.as_bytes()),
    }
}

fn read_pin(dir: &Path) -> Result<Pin, PinnedCharterError> {
    let path = dir.join(DIRECTORY).join(PIN_FILE);
    let Some(bytes) = read_bounded(&path, PIN_BYTES_MAX)? else {
        return Err(PinnedCharterError::Missing(dir.to_path_buf()));
    };
    let pin = std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str(text).ok());
    pin.ok_or(PinnedCharterError::PinDamaged(path))
}

fn note_path(dir: &Path, version: u32) -> PathBuf {
    dir.join(DIRECTORY).join(format!("{version}.note"))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, PinnedCharterError> {
    // One byte more than allowed is enough for the reader to see that it is too much.
    read_bounded(path, Bounds::CHARTER.bytes_max as u64 + 1)
}

fn read_bounded(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, PinnedCharterError> {
    use io::Read;

    let io = |source| PinnedCharterError::Io { path: path.to_path_buf(), source };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max).read_to_end(&mut bytes).map_err(io)?;
    Ok(Some(bytes))
}

fn create_directory(dir: &Path) -> Result<(), PinnedCharterError> {
    let path = dir.join(DIRECTORY);
    fs::create_dir_all(&path)
        .and_then(|()| durable::sync_parent(&path))
        .map_err(|source| PinnedCharterError::Io { path, source })
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<(), PinnedCharterError> {
    durable::write_file(&path, bytes).map_err(|source| PinnedCharterError::Io { path, source })
}
