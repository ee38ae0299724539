//! Channels: what a log is for. All that sets one channel apart from another stands in one table.

use std::fmt;

use serde::{Deserialize, Serialize};
use tiaoxi_credit::Kind;

use crate::name::AgreementId;

/// Which logs go first over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// What withdraws, disputes, lists or ends: before everything else.
    Urgent,
    /// The bulk of records.
    Ordinary,
}

/// To whom the bodies of a drafted log go, and whom its new checkpoints wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultReach {
    /// The own hub reads and decides; for a hub, one of its counties decides without reading.
    OwnHub,
    /// The parties of its agreement and their counties.
    Agreement,
    /// Nobody reads or decides.
    Nobody,
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct ChannelKind {
    /// First part of the channel's name.
    pub name: &'static str,
    /// Its name on screens.
    pub name_zh: &'static str,
    /// Whether the name goes on with `/<agreement>`.
    pub per_agreement: bool,
    /// When it is served and pulled.
    pub priority: Priority,
    /// Who reads and decides when a charter is drafted.
    pub reach: DefaultReach,
    /// The statements that a drafted charter lets a member make in it.
    pub says: &'static [Kind],
    /// Whether its owner says at intervals that nothing is newer than its newest checkpoint.
    pub beats: bool,
    /// Whether it is served to a member whose charter is not known here: what helps a subject must
    /// arrive however far apart the charters are.
    pub goes_with_stale_charter: bool,
}

/// Every channel.
pub const TABLE: [ChannelKind; 5] = [
    ChannelKind {
        name: "records",
        name_zh: "本市归集",
        per_agreement: false,
        priority: Priority::Ordinary,
        reach: DefaultReach::OwnHub,
        says: &[Kind::Import, Kind::Record, Kind::Correction, Kind::ImportReport],
        beats: false,
        goes_with_stale_charter: false,
    },
    ChannelKind {
        name: "notices",
        name_zh: "本市归集(更正与修复)",
        per_agreement: false,
        priority: Priority::Urgent,
        reach: DefaultReach::OwnHub,
        says: &[
            Kind::Correction,
            Kind::Withdrawal,
            Kind::ObjectionMark,
            Kind::Repair,
            Kind::Erasure,
            Kind::End,
        ],
        beats: false,
        goes_with_stale_charter: false,
    },
    ChannelKind {
        name: "exchange",
        name_zh: "区域互认",
        per_agreement: true,
        priority: Priority::Urgent,
        reach: DefaultReach::Agreement,
        says: &[Kind::Listing, Kind::Recognition],
        beats: false,
        goes_with_stale_charter: false,
    },
    ChannelKind {
        name: "audit",
        name_zh: "本地审计",
        per_agreement: false,
        priority: Priority::Ordinary,
        reach: DefaultReach::Nobody,
        says: &[Kind::AuditEvent],
        beats: false,
        goes_with_stale_charter: false,
    },
    ChannelKind {
        name: "ends",
        name_zh: "区域互认(终止与回执)",
        per_agreement: true,
        priority: Priority::Urgent,
        reach: DefaultReach::Agreement,
        says: &[Kind::End, Kind::Receipt, Kind::ObjectionMark, Kind::Erasure],
        beats: true,
        goes_with_stale_charter: true,
    },
];

/// Not the name of a channel.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no channel: records, notices, audit, exchange/<agreement> or ends/<agreement>")]
pub struct ChannelError(String);

/// A channel by its full name, such as `records` or `exchange/delta`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Channel {
    /// Place of its row in the table.
    row: usize,
    agreement: Option<AgreementId>,
}

impl Channel {
    /// Reads a channel's full name.
    pub fn parse(text: &str) -> Result<Self, ChannelError> {
        let (name, agreement) = match text.split_once('/') {
            Some((name, agreement)) => (name, Some(agreement)),
            None => (text, None),
        };
        let unknown = || ChannelError(text.chars().take(80).collect());
        let row = TABLE
            .iter()
            .position(|kind| kind.name == name && kind.per_agreement == agreement.is_some())
            .ok_or_else(unknown)?;
        match agreement.map(AgreementId::parse) {
            None => Ok(Self { row, agreement: None }),
            Some(Ok(agreement)) => Ok(Self { row, agreement: Some(agreement) }),
            Some(Err(_)) => Err(unknown()),
        }
    }

    /// The channel that entries of other channels may concern.
    pub fn records() -> Self {
        Self::parse("records").expect("the table has a row for records")
    }

    /// The channel of what withdraws, corrects, disputes, ends and erases records.
    pub fn notices() -> Self {
        Self::parse("notices").expect("the table has a row for notices")
    }

    /// The channel of an agreement's listings and recognitions.
    pub fn exchange(agreement: &AgreementId) -> Self {
        Self::parse(&format!("exchange/{agreement}")).expect("the table has a row for exchange")
    }

    /// The channel of what ends or disputes them, and of the receipts.
    pub fn ends(agreement: &AgreementId) -> Self {
        Self::parse(&format!("ends/{agreement}")).expect("the table has a row for ends")
    }

    /// The channel of a row that takes no agreement.
    pub(crate) fn of_row(row: usize) -> Self {
        Self { row, agreement: None }
    }

    /// Its row of the table.
    pub fn kind(&self) -> &'static ChannelKind {
        TABLE.get(self.row).expect("a channel is made from a row of the table")
    }

    /// The agreement that it serves, where its kind takes one.
    pub fn agreement(&self) -> Option<&AgreementId> {
        self.agreement.as_ref()
    }

    /// When it is served and pulled.
    pub fn priority(&self) -> Priority {
        self.kind().priority
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().name)?;
        match &self.agreement {
            Some(agreement) => write!(f, "/{agreement}"),
            None => Ok(()),
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = ChannelError;
    fn from_str(text: &str) -> Result<Self, ChannelError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Channel {
    type Error = ChannelError;
    fn try_from(text: String) -> Result<Self, ChannelError> {
        Self::parse(&text)
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> String {
        channel.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_read_back_and_others_are_refused() {
        for good in
            ["records", "notices", "audit", "exchange/delta", "exchange/huzhou.city", "ends/delta"]
        {
            assert_eq!(Channel::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "record",
            "records/",
            "records/x",
            "exchange",
            "exchange/",
            "exchange/A",
            "exchange/a/b",
            "ends",
            "ends/",
        ] {
            assert!(Channel::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn notices_and_exchange_go_before_records() {
        let priority = |name: &str| Channel::parse(name).unwrap().priority();
        assert!(priority("notices") < priority("records"));
        assert!(priority("exchange/delta") < priority("records"));
        assert!(priority("ends/delta") < priority("records"));
    }

    #[test]
    fn the_channels_of_an_agreement_carry_its_id_and_only_ends_beat() {
        let delta = AgreementId::parse("delta").unwrap();
        assert_eq!(Channel::exchange(&delta).to_string(), "exchange/delta");
        assert_eq!(Channel::ends(&delta).to_string(), "ends/delta");
        assert_eq!(Channel::ends(&delta).agreement(), Some(&delta));
        assert!(Channel::records() < Channel::ends(&delta), "the order of rows stays");
        let of_flag = |flag: fn(&ChannelKind) -> bool| -> Vec<&str> {
            TABLE.iter().filter(|kind| flag(kind)).map(|kind| kind.name).collect()
        };
        assert_eq!(of_flag(|kind| kind.beats), ["ends"]);
        assert_eq!(of_flag(|kind| kind.goes_with_stale_charter), ["ends"]);
    }
}
