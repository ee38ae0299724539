//! Reviewers: the second person whose word some steps need.
//!
//! Until there are accounts, a reviewer is a name and a token. The node keeps a hash of the token in
//! `reviewers.toml` of its directory, read whenever a word is given, so that a reviewer who is
//! struck off stops counting at once.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use tiaoxi_api::{
    code::Code,
    service::{ReviewerToken, ServiceError},
};
use tiaoxi_vault::{Key, durable};
use tracing::error;

/// Name of the file.
const FILE: &str = "reviewers.toml";
/// Longest file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 50;
/// What tokens are hashed for.
const CONTEXT: &str = "tiaoxi reviewer token v1";

/// The reviewers of a node.
#[derive(Debug)]
pub(crate) struct Reviewers {
    path: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    reviewer: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// BLAKE3 of the token, derived for this use.
    token_hash: String,
}

fn hash(token: &str) -> blake3::Hash {
    blake3::Hash::from_bytes(blake3::derive_key(CONTEXT, token.trim().as_bytes()))
}

impl Reviewers {
    pub(crate) fn of(dir: &Path) -> Self {
        Self { path: dir.join(FILE) }
    }

    fn load(&self) -> anyhow::Result<File> {
        let reading = || format!("reading {}", self.path.display());
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(File::default()),
            Err(error) => return Err(error).with_context(reading),
            Ok(metadata) => {
                ensure!(metadata.len() <= FILE_BYTES_MAX, "{} is too long", self.path.display());
            }
        }
        let text = fs::read_to_string(&self.path).with_context(reading)?;
        toml::from_str(&text).with_context(reading)
    }

    fn save(&self, file: &File) -> anyhow::Result<()> {
        let text = toml::to_string(file).context("reviewers become TOML")?;
        durable::write_file(&self.path, text.as_bytes())
            .with_context(|| format!("writing {}", self.path.display()))
    }

    /// The names, in the order in which they were added.
    pub(crate) fn names(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.load()?.reviewer.into_iter().map(|entry| entry.name).collect())
    }

    /// Adds a reviewer; the token, which is nowhere else.
    pub(crate) fn add(&self, name: &str) -> anyhow::Result<String> {
        let name = name.trim();
        let length = name.chars().count();
        ensure!((1..=NAME_CHARS_MAX).contains(&length), "a name has 1 to 50 characters");
        ensure!(!name.contains(char::is_control), "a name has no control characters");
        let mut file = self.load()?;
        ensure!(
            file.reviewer.iter().all(|entry| entry.name != name),
            "there is a reviewer of that name already; remove it first"
        );
        let random = Key::random();
        let token = hex(random.as_bytes());
        let token_hash = hash(&token).to_hex().to_string();
        file.reviewer.push(Entry { name: name.to_owned(), token_hash });
        self.save(&file)?;
        Ok(token)
    }

    /// Strikes a reviewer off.
    pub(crate) fn remove(&self, name: &str) -> anyhow::Result<()> {
        let mut file = self.load()?;
        let before = file.reviewer.len();
        file.reviewer.retain(|entry| entry.name != name.trim());
        ensure!(file.reviewer.len() < before, "there is no reviewer of that name");
        self.save(&file)
    }

    /// Whose token this is.
    pub(crate) fn name_of(&self, token: &ReviewerToken) -> Result<String, ServiceError> {
        let file = self.load().map_err(|cause| {
            error!(cause = format!("{cause:#}"), "the reviewers can't be read");
            ServiceError::from(Code::Damaged)
        })?;
        let hash = hash(token.reveal());
        let known = file.reviewer.into_iter().find(|entry| {
            // Comparing hashes of this library takes the same time wherever they differ.
            blake3::Hash::from_hex(&entry.token_hash).is_ok_and(|known| known == hash)
        });
        known.map(|entry| entry.name).ok_or_else(|| Code::ReviewerUnknown.into())
    }
}

fn hex(bytes: &[u8]) -> String {
    tiaoxi_api::types::HexBytes(bytes.to_vec()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reviewer_is_known_by_the_token_until_struck_off() {
        let dir = tempfile::tempdir().unwrap();
        let reviewers = Reviewers::of(dir.path());
        let token = ReviewerToken::new(reviewers.add("演示复核员").unwrap());
        reviewers.add("另一演示复核员").unwrap();
        assert_eq!(reviewers.name_of(&token).unwrap(), "演示复核员");
        assert!(reviewers.name_of(&ReviewerToken::new("guessed")).is_err());
        assert_eq!(reviewers.names().unwrap(), ["演示复核员", "另一演示复核员"]);
        assert!(reviewers.add(" 演示复核员").is_err(), "names are unique");
        assert!(reviewers.add("").is_err());
        reviewers.remove("演示复核员").unwrap();
        assert!(reviewers.name_of(&token).is_err());
        let kept = fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(!kept.contains(token.reveal()), "the token is nowhere");
    }
}
