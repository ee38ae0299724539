//! The name of a log: `<federation>/<member id>/<channel>/<epoch>`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    name::{FederationId, MemberId},
};

/// The longest origin, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 200;

/// Names one log of one member; a log that forked or was lost goes on under the next epoch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    /// The federation whose charter has the log.
    pub federation: FederationId,
    /// Who owns the log.
    pub member: MemberId,
    /// What it is for.
    pub channel: Channel,
    /// From 1.
    pub epoch: u8,
}

/// Not the name of a log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no origin: <federation>/<member>/<channel>/<epoch>")]
pub struct OriginError(String);

impl Origin {
    /// Reads an origin.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        Self::parts(text).ok_or_else(|| OriginError(text.chars().take(ORIGIN_BYTES_MAX).collect()))
    }

    fn parts(text: &str) -> Option<Self> {
        if text.len() > ORIGIN_BYTES_MAX {
            return None;
        }
        let (federation, rest) = text.split_once('/')?;
        let (member, rest) = rest.split_once('/')?;
        let (channel, epoch) = rest.rsplit_once('/')?;
        let number = epoch.parse::<u8>().ok()?;
        let plain = number > 0 && number.to_string() == epoch;
        plain.then_some(())?;
        Some(Self {
            federation: FederationId::parse(federation).ok()?,
            member: MemberId::parse(member).ok()?,
            channel: Channel::parse(channel).ok()?,
            epoch: number,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.federation, self.member, self.channel, self.epoch)
    }
}

impl std::str::FromStr for Origin {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;
    fn try_from(text: String) -> Result<Self, OriginError> {
        Self::parse(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> String {
        origin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_read_back_and_others_are_refused() {
        for good in ["huzhou/deqing/records/1", "huzhou/huzhou/exchange/delta/255"] {
            assert_eq!(Origin::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "huzhou",
            "huzhou/deqing/records",
            "huzhou/deqing/records/",
            "huzhou/deqing/records/0",
            "huzhou/deqing/records/01",
            "huzhou/deqing/records/+1",
            "huzhou/deqing/records/256",
            "huzhou/deqing/records/x/1",
            "huzhou//records/1",
            "/deqing/records/1",
            "Huzhou/deqing/records/1",
            "huzhou/deqing/records/1/",
            "huzhou/deqing/exchange/1",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_longest_origin_is_within_the_bound() {
        let longest =
            format!("{}/{}/exchange/{}/255", "f".repeat(63), "m".repeat(32), "a".repeat(63));
        assert!(longest.len() <= ORIGIN_BYTES_MAX);
        assert!(Origin::parse(&longest).is_ok());
        const { assert!(tiaoxi_ledger::note::KEY_NAME_BYTES_MAX >= ORIGIN_BYTES_MAX) };
    }
}
