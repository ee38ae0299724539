//! What a certificate of absence says, and its text.

use std::fmt::Write;

use tiaoxi_credit::{
    CodeScheme, Day, SubjectCode,
    code::{Uscc, check_citizen_number},
};
use tiaoxi_federation::{FederationId, MemberId, Origin, terms::LOGS_MAX};
use tiaoxi_ledger::{Hash, checkpoint::Checkpoint};

/// First line of a certificate. No origin reads like it, so no certificate is a checkpoint.
pub const ABSENCE_TITLE: &str = "tiaoxi-absence/1";
/// Bytes of a code, whatever its scheme.
pub const CODE_BYTES_MAX: usize = 32;
/// The last second that has a day: 2149-06-06 in Beijing.
const SECONDS_MAX: u64 = (1 << 16) * 86_400 - 8 * 3600 - 1;
/// What a certificate says, and what not.
pub(in crate::papers) const CLOSING: &str = "本证明说明：在上列时刻，本单位在上列日志的上列条目范围内，未查到该主体处于有效期内且未终止的重点监管对象列入信息。本证明不说明：上列日志和条目范围以外的情况，上列时刻以后的情况，以及该主体的其他信用状况。能证明上列范围内有该主体处于有效期内的列入条目，而本单位不能以其移出条目答复的，本证明即被推翻。";

/// A log as the member held it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSeen {
    /// Its name.
    pub origin: Origin,
    /// Entries looked at.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// POSIX seconds of its owner's newest heartbeat; `None` where none is known or none is given.
    pub heartbeat: Option<u64>,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsenceFacts {
    /// The federation.
    pub federation: FederationId,
    /// Who says it.
    pub member: MemberId,
    /// About whom: an organisation's code, never a person's.
    pub subject: SubjectCode,
    /// When, in POSIX seconds; the latest day that exists here is 2149-06-06.
    pub unix_seconds: u64,
    /// Every `exchange` and `ends` log considered, 1 to [`LOGS_MAX`], each once; by rising text of
    /// their origins in what was written or read.
    pub logs: Vec<LogSeen>,
}

/// What no certificate may say.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceFactsError {
    /// The code is, or may be, that of a person or sole trader, or is no code of its scheme.
    #[error("certificates are given for codes of organisations only")]
    Subject,
    /// The moment lies behind the last day.
    #[error("the moment {0} has no day")]
    Moment(u64),
    /// None, too many, or not in rising order.
    #[error("a certificate names 1 to {LOGS_MAX} logs in rising order")]
    Logs,
    /// A log that holds no listings and no ends, or of another federation.
    #[error("the log {0} is not of an agreement of this federation")]
    Log(Origin),
}

/// Whether certificates are given for a code: an organisation's, and surely no person's.
pub fn certifiable(code: &SubjectCode) -> bool {
    let plain = |c: u8| c.is_ascii_digit() || c.is_ascii_uppercase() || c == b'-';
    let text = code.code.as_str();
    if text.is_empty() || text.len() > CODE_BYTES_MAX || !text.bytes().all(plain) {
        return false;
    }
    match code.scheme {
        // Behind 92 stand sole traders.
        CodeScheme::USCC => Uscc::parse(text).is_ok() && !text.starts_with("92"),
        // Tax numbers of persons begin with their citizen number.
        CodeScheme::REGISTRATION
        | CodeScheme::ORGANISATION
        | CodeScheme::TAX
        | CodeScheme::INSTITUTION
        | CodeScheme::SOCIAL_ORGANISATION => {
            text.get(..18).is_none_or(|number| check_citizen_number(number).is_err())
        }
        _ => false,
    }
}

impl AbsenceFacts {
    pub(super) fn check(&self) -> Result<(), AbsenceFactsError> {
        if !certifiable(&self.subject) {
            return Err(AbsenceFactsError::Subject);
        }
        if self.unix_seconds > SECONDS_MAX {
            return Err(AbsenceFactsError::Moment(self.unix_seconds));
        }
        let rising =
            self.logs.is_sorted_by(|one, next| one.origin.to_string() < next.origin.to_string());
        if self.logs.is_empty() || self.logs.len() > LOGS_MAX || !rising {
            return Err(AbsenceFactsError::Logs);
        }
        let foreign = |log: &&LogSeen| {
            log.origin.channel.agreement().is_none() || log.origin.federation != self.federation
        };
        match self.logs.iter().find(foreign) {
            Some(log) => Err(AbsenceFactsError::Log(log.origin.clone())),
            None => Ok(()),
        }
    }

    pub(super) fn text(&self) -> String {
        let Self { federation, member, subject, unix_seconds, logs } = self;
        let infallible = "writing into memory succeeds";
        let mut text = format!("{ABSENCE_TITLE}\nfederation {federation}\nmember {member}\n");
        writeln!(text, "subject {} {}", subject.scheme.0, subject.code).expect(infallible);
        writeln!(text, "moment {unix_seconds} {}", beijing(*unix_seconds)).expect(infallible);
        writeln!(text, "logs {}", logs.len()).expect(infallible);
        for log in logs {
            let origin = log.origin.to_string();
            text.push_str(&Checkpoint { origin, size: log.size, root: log.root }.text());
            match log.heartbeat {
                Some(seconds) => writeln!(text, "heartbeat {seconds}").expect(infallible),
                None => text.push_str("heartbeat -\n"),
            }
        }
        writeln!(text, "{CLOSING}").expect(infallible);
        text
    }

    /// Day of the moment, in Beijing.
    pub fn day(&self) -> Day {
        Day::in_beijing(self.unix_seconds)
    }

    /// The log as it was looked at, if it was.
    pub(super) fn seen(&self, origin: &Origin) -> Option<&LogSeen> {
        self.logs.iter().find(|log| log.origin == *origin)
    }
}

/// A moment as `2026-11-24T09:00:00+08:00`.
pub(in crate::papers) fn beijing(unix_seconds: u64) -> String {
    let day = Day::in_beijing(unix_seconds);
    let of_day = unix_seconds.saturating_add(8 * 3600) % 86_400;
    let (hours, minutes, seconds) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{day}T{hours:02}:{minutes:02}:{seconds:02}+08:00")
}
