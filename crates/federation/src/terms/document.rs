//! The text of a charter: a TOML document behind a title line.
//!
//! Unknown keys are refused, so that nobody signs what his software did not read. The names of
//! statements are the exception: a charter may give duties for kinds that older software can't read.

use serde::{Deserialize, Serialize};

use super::{AgreementDocument, CatalogItem, Closed, check::TermsError};
use crate::{
    channel::Channel,
    digest::{Fingerprint, HexHash},
    member::Member,
    name::{FederationId, MemberId, Slug},
};

/// First line of every charter of this form.
pub const CHARTER_TITLE: &str = "# tiaoxi-charter/1";
/// Bytes of a charter's text; with its signatures it stays within the bound of a charter note.
pub const TEXT_BYTES_MAX: usize = 960 << 10;
/// Members of a federation, and of any list of members.
pub const MEMBERS_MAX: usize = 256;
/// Catalogue items.
pub const ITEMS_MAX: usize = 1024;
/// Logs, closed ones included.
pub const LOGS_MAX: usize = 2048;
/// Duties.
pub const DUTIES_MAX: usize = 1024;
/// Agreements, ended ones included.
pub const AGREEMENTS_MAX: usize = 64;
/// Kinds of statements of one duty.
pub(super) const STATEMENTS_MAX: usize = 64;
/// Channels of one duty.
pub(super) const CHANNELS_MAX: usize = 16;

/// A charter's text, field by field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharterDocument {
    /// The federation.
    pub federation: FederationId,
    /// From 1.
    pub version: u32,
    /// Fingerprint of the version before; absent in version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Fingerprint>,
    /// Members that must sign; more than half.
    pub threshold: u16,
    /// BLAKE3 of the supervision catalogue's bytes, by which agreements are read; needed where there
    /// are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision: Option<HexHash>,
    /// Catalogue items.
    #[serde(default)]
    pub items: Vec<CatalogItem>,
    /// Members.
    pub members: Vec<Member>,
    /// Logs.
    pub logs: Vec<LogDocument>,
    /// Duties.
    #[serde(default)]
    pub duties: Vec<DutyDocument>,
    /// Agreements, ended ones included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<AgreementDocument>,
}

/// A log in the text of a charter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogDocument {
    /// Its owner.
    pub member: MemberId,
    /// What it is for.
    pub channel: Channel,
    /// From 1.
    pub epoch: u8,
    /// Hashes and signatures; 1.
    pub suite: u8,
    /// Members besides the owner that may have bodies.
    pub audience: Vec<MemberId>,
    /// Members that must hold a checkpoint before others see it.
    pub deciders: Vec<MemberId>,
    /// How many of them; 0 with no deciders.
    pub quorum: u16,
    /// Where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// A duty in the text of a charter: each of the members may make each of the statements, of each of
/// the items, in each of the channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyDocument {
    /// Who has it.
    pub members: Vec<MemberId>,
    /// Kinds of statements by name. A name unknown here grants nothing here.
    pub statements: Vec<Slug>,
    /// Catalogue items; empty: statements of no item.
    #[serde(default)]
    pub items: Vec<u16>,
    /// Where.
    pub channels: Vec<Channel>,
}

impl CharterDocument {
    /// Reads a charter's text; what it says is not yet checked.
    pub fn parse(text: &str) -> Result<Self, TermsError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(TermsError::TooLarge(text.len()));
        }
        if text.split('\n').next() != Some(CHARTER_TITLE) {
            return Err(TermsError::Title);
        }
        toml::from_str(text).map_err(|error| TermsError::Syntax(Box::new(error)))
    }

    /// The text: title line and TOML, ending in a newline.
    pub fn to_text(&self) -> String {
        let body = toml::to_string(self).expect("a charter has nothing that TOML can't say");
        format!("{CHARTER_TITLE}\n\n{body}")
    }
}
