//! Who belongs to a federation, with which keys, logs and duties; what a member may say.
//!
//! Floor 1: pure functions and values; keys, times and bytes are arguments. Knows nothing of
//! sockets, disks or runtimes, nor of what a body says.
//!
//! A [`Charter`] is the signed text that all members hold; its content is the [`Terms`]. It is
//! drafted from membership requests and amended ([`request`], [`draft`](mod@draft)), signed and
//! merged as a [`Proposal`], and believed by fingerprint. [`admit`](admit::admit) is the only judge
//! of whether an entry counts. Read [`terms`] first, then [`charter`] and [`mod@admit`].

pub mod admit;
pub mod channel;
pub mod charter;
pub mod day_text;
pub mod digest;
pub mod draft;
pub mod member;
pub mod name;
pub mod origin;
pub mod request;
pub mod terms;

pub use admit::{Admitted, Claim, Inadmissible, LogAdmission, admit};
pub use channel::{Channel, Priority};
pub use charter::{Chain, Charter, Proposal};
pub use day_text::DayText;
pub use digest::Fingerprint;
pub use member::{Member, MemberKeys};
pub use name::{AgreementId, FederationId, MemberId};
pub use origin::Origin;
pub use terms::{Agreement, Entitlement, Log, Map, Terms};
