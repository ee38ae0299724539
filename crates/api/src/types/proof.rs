//! That an entry is in a signed log, and what it says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Base64Bytes, HexBytes};

/// An entry with its proof. `header` is hashed into the leaf that `tlog_proof` proves; where `body`
/// and `salt` are given, they open the commitment in the header's last 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// Origin of the log.
    pub log: String,
    /// Number of the entry.
    pub number: u64,
    /// Size of the checkpoint that the proof ends in.
    pub size: u64,
    /// The `.tlog-proof` file: index, path, signed checkpoint.
    pub tlog_proof: String,
    /// The entry's header, 48 bytes.
    pub header: HexBytes,
    /// Name of its kind, or `kind-<number>` for a later one.
    pub kind: String,
    /// Number of its catalogue item; 0 for none.
    pub item: u16,
    /// The day that it states, `YYYY-MM-DD`.
    pub day: String,
    /// Number of the entry concerned and its origin; `None` for none.
    pub concerns: Option<super::Place>,
    /// Whether the body is given, and if not, why.
    pub body_state: BodyState,
    /// The body: its version and layout are in the header.
    pub body: Option<Base64Bytes>,
    /// Its salt, 32 bytes; given only with the body, since it would let the body be guessed.
    pub salt: Option<HexBytes>,
}

/// Whether the body of an entry is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BodyState {
    /// It is.
    Given,
    /// Destroyed by law; the place in the log stays proved.
    Erased,
    /// Not here although nobody erased it.
    Withheld,
    /// Here, with personal fields filled in: not shown. The header and its commitment are proved.
    PersonalFields,
    /// Here, of a kind or version not known to this node: not shown, since it can't be judged.
    Unreadable,
}
