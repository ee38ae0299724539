//! The configuration file of a node, `node.toml` in its directory. Flags and environment go first.

use std::{
    collections::BTreeMap,
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use serde::Deserialize;
use tiaoxi_federation::MemberId;

use crate::error_code::Failure;

/// Name of the file.
pub(crate) const CONFIG_FILE: &str = "node.toml";
/// Longest file that is read.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
const MIB: u64 = 1024 * 1024;

/// What an operator sets. Every setting has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where members may dial us, as multiaddresses; none for a node that only dials.
    pub(crate) listen: Vec<String>,
    /// Where the HTTP API listens.
    pub(crate) http: SocketAddr,
    /// Whether `http` may be an address that other machines reach.
    pub(crate) http_beyond_loopback: bool,
    /// Where to dial members, by id; in place of the addresses of the charter.
    pub(crate) peers: BTreeMap<MemberId, Vec<String>>,
    /// Directory of catalogue files; the built-in ones when unset.
    pub(crate) catalog: Option<PathBuf>,
    /// File with holidays and moved working days; the built-in one when unset.
    pub(crate) calendar: Option<PathBuf>,
    /// File with the domains, standards and measures of supervision; the built-in one when unset.
    pub(crate) supervision: Option<PathBuf>,
    /// Where companies object and ask about repair here, as printed on notices: office, address,
    /// telephone of the office; the member's name when unset.
    pub(crate) objection_channel: Option<String>,
    /// Time between two heartbeats (`5m`): how others see that what has not ended still holds.
    pub(crate) heartbeat_every: KeptFor,
    /// How long uploads, and rows that did not go in, are kept: a whole number of days (`7d`), hours
    /// (`h`), minutes (`m`) or seconds (`s`), a second to a year.
    pub(crate) imports_kept: KeptFor,
    /// A node that stands alone signs without waiting for its deciders.
    pub(crate) stand_alone: bool,
    /// Most MiB of journal; beyond it, new rows are refused until a decider holds the old ones.
    pub(crate) journal_mib_max: u64,
}

/// A time for which something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct KeptFor(Duration);

impl TryFrom<String> for KeptFor {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time from 1s to 365d, such as 7d or 12h");
        let (number, unit) =
            text.trim().split_at_checked(text.trim().len().saturating_sub(1)).ok_or_else(wrong)?;
        let seconds = match unit {
            "d" => 24 * 60 * 60,
            "h" => 60 * 60,
            "m" => 60,
            "s" => 1,
            _ => return Err(wrong()),
        };
        let number: u64 = number.parse().map_err(|_no_number| wrong())?;
        match number.checked_mul(seconds) {
            Some(kept @ 1..=31_536_000) => Ok(Self(Duration::from_secs(kept))),
            _ => Err(wrong()),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 7480)),
            http_beyond_loopback: false,
            peers: BTreeMap::new(),
            catalog: None,
            calendar: None,
            supervision: None,
            objection_channel: None,
            heartbeat_every: KeptFor(Duration::from_mins(5)),
            imports_kept: KeptFor(Duration::from_hours(7 * 24)),
            stand_alone: false,
            journal_mib_max: 4096,
        }
    }
}

impl Config {
    /// Reads the file of a node; the defaults where there is none.
    pub(crate) fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(CONFIG_FILE);
        let reading = || format!("reading {}", path.display());
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(reading),
            Ok(metadata) => {
                ensure!(metadata.len() <= FILE_BYTES_MAX, "{} is too long", path.display());
            }
        }
        let text = fs::read_to_string(&path).with_context(reading)?;
        Self::parse(&text).with_context(reading)
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = toml::from_str(text)
            .map_err(|error| Failure::new("CONFIG_INVALID", error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let invalid = |what: String| Err(Failure::new("CONFIG_INVALID", what).into());
        if !self.http_beyond_loopback && !self.http.ip().is_loopback() {
            return invalid(format!(
                "http = \"{}\" is reachable from other machines; put a TLS proxy in front of \
                 loopback, or set http_beyond_loopback = true",
                self.http
            ));
        }
        if self.journal_mib_max < 64 {
            return invalid("journal_mib_max is at least 64".into());
        }
        Ok(())
    }

    pub(crate) fn imports_kept_for(&self) -> Duration {
        self.imports_kept.0
    }

    pub(crate) fn heartbeat_every(&self) -> Duration {
        self.heartbeat_every.0
    }

    pub(crate) fn journal_bytes_max(&self) -> u64 {
        self.journal_mib_max.saturating_mul(MIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_configuration_is_accepted() {
        for text in [
            include_str!("../../configs/county.toml"),
            include_str!("../../configs/hub.toml"),
            include_str!("../../configs/partner.toml"),
        ] {
            Config::parse(text).unwrap();
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("htp = 1", "htp"),
            ("http = \"0.0.0.0:7480\"", "http_beyond_loopback"),
            ("journal_mib_max = 1", "journal_mib_max"),
            ("imports_kept = \"0d\"", "imports_kept"),
            ("imports_kept = \"7 weeks\"", "imports_kept"),
            ("imports_kept = \"366d\"", "imports_kept"),
            ("[peers]\n\"Not An Id\" = []", "member id"),
        ] {
            let error = format!("{:#}", Config::parse(text).unwrap_err());
            assert!(error.contains(word), "{text}: {error}");
        }
        assert!(Config::parse("http = \"0.0.0.0:7480\"\nhttp_beyond_loopback = true").is_ok());
    }
}
