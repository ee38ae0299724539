//! Admission: may this member say this here? A pure function of entry, log and charter.
//!
//! The store keeps what was said; what is not admitted is kept too, and listed with its reason. A
//! charter that grows may admit tomorrow what it refuses today, so a refusal is never remembered.
//! Authority is kind × catalogue item × channel, never the region of the subject. What needs the
//! body is not judged here.

use tiaoxi_credit::{Effect, Kind};

use crate::{
    charter::Charter,
    origin::Origin,
    terms::{Log, Terms},
};

/// What the header of an entry claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Number of the kind of statement.
    pub kind: u8,
    /// Version of the statement's body.
    pub version: u8,
    /// The four effect bits.
    pub effect: u8,
    /// Catalogue item; 0 for none.
    pub item: u16,
}

/// An entry that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    number: u64,
    kind: Kind,
    effect: Effect,
    item: u16,
}

impl Admitted {
    /// Its number in the log.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What it says.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it does to the entry it concerns.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Catalogue item; 0 for none.
    pub fn item(&self) -> u16 {
        self.item
    }
}

/// Why an entry does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inadmissible {
    /// The charter has no such log.
    #[error("the charter does not list this log")]
    UnknownLog,
    /// Behind the end of a closed log.
    #[error("the charter closed this log at {size} entries")]
    LogClosed {
        /// Entries that count.
        size: u64,
    },
    /// A kind or version of newer software. Unreadable, but its effect applies.
    #[error("kind {kind} version {version} is not known to this software; its effect applies")]
    UnknownKind {
        /// Number of the kind.
        kind: u8,
        /// Version of the body.
        version: u8,
        /// The effect, as far as known.
        effect: Option<Effect>,
    },
    /// The kind may not have this effect.
    #[error("a statement of the kind {} cannot have effect {effect}", kind.name())]
    WrongEffect {
        /// The kind.
        kind: Kind,
        /// The effect bits.
        effect: u8,
    },
    /// A catalogue item that the charter does not list.
    #[error("the charter does not list catalogue item {item}")]
    UnknownItem {
        /// The item.
        item: u16,
    },
    /// The member has no duty for it.
    #[error("the member has no duty for {} of catalogue item {item} in this channel", kind.name())]
    NoDuty {
        /// The kind.
        kind: Kind,
        /// The item; 0 for none.
        item: u16,
    },
}

impl Inadmissible {
    /// Stable code, for lists, counters and programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownLog => "UNKNOWN_LOG",
            Self::LogClosed { .. } => "LOG_CLOSED",
            Self::UnknownKind { .. } => "UNKNOWN_KIND",
            Self::WrongEffect { .. } => "WRONG_EFFECT",
            Self::UnknownItem { .. } => "UNKNOWN_ITEM",
            Self::NoDuty { .. } => "NO_DUTY",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownLog => "组网章程未列此日志".to_owned(),
            Self::LogClosed { size } => format!("组网章程已将此日志截止于第 {size} 条"),
            Self::UnknownKind { kind, version, .. } => {
                format!("本软件不认识声明类型 {kind} 版本 {version};其效力照常生效")
            }
            Self::WrongEffect { kind, effect } => {
                format!("声明类型 {} 不得具有效力 {effect}", kind.name())
            }
            Self::UnknownItem { item } => format!("组网章程未列目录事项 {item}"),
            Self::NoDuty { kind, item } => {
                format!("该成员单位在此共享范围内无此职责:声明类型 {},目录事项 {item}", kind.name())
            }
        }
    }

    /// The effect that applies although the entry itself does not count.
    pub fn applying_effect(&self) -> Option<Effect> {
        match self {
            Self::UnknownKind { effect, .. } => *effect,
            _ => None,
        }
    }
}

/// The judge of one log; look it up once for many entries.
#[derive(Clone, Copy, Debug)]
pub struct LogAdmission<'a> {
    terms: &'a Terms,
    log: &'a Log,
}

impl LogAdmission<'_> {
    /// Whether entry `number` of the log, with a header that claims this, counts.
    pub fn admit(&self, number: u64, claim: Claim) -> Result<Admitted, Inadmissible> {
        if let Some(closed) = self.log.closed()
            && number >= closed.size
        {
            return Err(Inadmissible::LogClosed { size: closed.size });
        }
        let Claim { kind, version, effect, item } = claim;
        let known_effect = Effect::from_bits(effect);
        let known = Kind::from_number(kind)
            .filter(|known| (1..=known.version()).contains(&version))
            .ok_or(Inadmissible::UnknownKind { kind, version, effect: known_effect })?;
        let Some(effect) = known_effect.filter(|effect| known.effects().contains(effect)) else {
            return Err(Inadmissible::WrongEffect { kind: known, effect });
        };
        if item != 0 && self.terms.item(item).is_none() {
            return Err(Inadmissible::UnknownItem { item });
        }
        if !self.log.grants(known, item) {
            return Err(Inadmissible::NoDuty { kind: known, item });
        }
        Ok(Admitted { number, kind: known, effect, item })
    }
}

impl Charter {
    /// The judge of the log at `origin`; none of a log that is not listed.
    pub fn admission(&self, origin: &Origin) -> Option<LogAdmission<'_>> {
        let terms = self.terms();
        terms.log(origin).map(|log| LogAdmission { terms, log })
    }
}

/// Whether entry `number` of the log at `origin`, with a header that claims this, counts.
pub fn admit(
    charter: &Charter,
    origin: &Origin,
    number: u64,
    claim: Claim,
) -> Result<Admitted, Inadmissible> {
    charter.admission(origin).ok_or(Inadmissible::UnknownLog)?.admit(number, claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        charter::{Proposal, tests::signed},
        draft::tests::city_document,
        name::Slug,
        terms::{Closed, DutyDocument},
    };

    /// A city in which deqing alone has the duty for item 1, and anji's first records are closed.
    fn charter() -> Charter {
        let mut document = city_document(&["anji", "deqing"]);
        let id = |text: &str| crate::MemberId::parse(text).unwrap();
        let of_records = document.duties.iter_mut().find(|duty| duty.items == [1, 2]).unwrap();
        of_records.items = vec![2];
        let statements = of_records.statements.clone();
        let channels = of_records.channels.clone();
        let members = vec![id("deqing")];
        document.duties.push(DutyDocument { members, statements, items: vec![1], channels });
        document.duties[0].statements.push(Slug::parse("of-later-software").unwrap());
        let log = document.logs.iter().find(|log| log.member == id("anji")).unwrap().clone();
        document.logs.push(crate::terms::LogDocument { epoch: 2, ..log });
        let closing = document.logs.iter_mut().find(|log| log.member == id("anji")).unwrap();
        closing.closed = Some(Closed { size: 100, root: [1; 32] });
        let proposal = Proposal::draft(document).unwrap();
        Charter::verify(&signed(&proposal, 3), proposal.fingerprint()).unwrap()
    }

    fn claim(kind: u8, version: u8, effect: u8, item: u16) -> Claim {
        Claim { kind, version, effect, item }
    }

    #[test]
    fn admission_follows_duty_channel_item_and_effect() {
        let charter = charter();
        let check = |log: &str, number: u64, claim: Claim, code: &str| {
            let origin = Origin::parse(&format!("huzhou/{log}")).unwrap();
            let found = match admit(&charter, &origin, number, claim) {
                Ok(_) => "admitted",
                Err(reason) => reason.code(),
            };
            assert_eq!(found, code, "{log} {number} {claim:?}");
        };
        let (import, record, correction, withdrawal, listing, audit) = (1, 2, 3, 4, 8, 14);
        let (none, states, ends) = (0, 1, 4);

        check("deqing/records/1", 0, claim(record, 1, states, 2), "admitted");
        check("deqing/records/1", u64::MAX, claim(record, 1, states, 2), "admitted");
        check("deqing/records/1", 0, claim(record, 1, states, 1), "admitted");
        check("huzhou/records/1", 0, claim(record, 1, states, 1), "NO_DUTY");
        check("huzhou/records/1", 0, claim(record, 1, states, 2), "admitted");

        check("deqing/records/1", 0, claim(import, 1, none, 2), "admitted");
        check("deqing/records/1", 0, claim(import, 1, none, 0), "admitted");
        check("deqing/records/1", 0, claim(record, 1, states, 0), "NO_DUTY");
        check("deqing/records/1", 0, claim(record, 1, states, 3), "UNKNOWN_ITEM");

        check("deqing/records/1", 0, claim(record, 1, ends, 2), "WRONG_EFFECT");
        check("deqing/records/1", 0, claim(record, 1, 15, 2), "WRONG_EFFECT");
        check("deqing/records/1", 0, claim(correction, 1, ends, 2), "admitted");

        check("deqing/notices/1", 0, claim(withdrawal, 1, ends, 0), "admitted");
        check("deqing/notices/1", 0, claim(withdrawal, 1, ends, 1), "admitted");
        check("deqing/records/1", 0, claim(withdrawal, 1, ends, 0), "NO_DUTY");
        check("deqing/notices/1", 0, claim(record, 1, states, 2), "NO_DUTY");

        check("deqing/records/1", 0, claim(record, 2, states, 2), "UNKNOWN_KIND");
        check("deqing/records/1", 0, claim(record, 0, states, 2), "UNKNOWN_KIND");
        check("deqing/records/1", 0, claim(200, 1, ends, 0), "UNKNOWN_KIND");
        check("deqing/records/1", 0, claim(listing, 0, states, 0), "UNKNOWN_KIND");
        check("deqing/audit/1", 0, claim(audit, 1, none, 0), "UNKNOWN_KIND");

        check("anji/records/1", 99, claim(record, 1, states, 2), "admitted");
        check("anji/records/1", 100, claim(record, 1, states, 2), "LOG_CLOSED");
        check("anji/records/2", 100, claim(record, 1, states, 2), "admitted");
        check("anji/records/3", 0, claim(record, 1, states, 2), "UNKNOWN_LOG");
        check("stranger/records/1", 0, claim(record, 1, states, 2), "UNKNOWN_LOG");
    }

    #[test]
    fn the_effect_of_an_unreadable_entry_applies_and_of_a_refused_one_does_not() {
        let charter = charter();
        let effect = |claim| {
            let origin = Origin::parse("huzhou/deqing/records/1").unwrap();
            admit(&charter, &origin, 0, claim).unwrap_err().applying_effect()
        };
        assert_eq!(effect(claim(200, 1, 4, 0)), Some(Effect::Ends));
        assert_eq!(effect(claim(2, 9, 5, 2)), Some(Effect::Erases));
        assert_eq!(effect(claim(200, 1, 15, 0)), None);
        assert_eq!(effect(claim(4, 1, 4, 0)), None);
    }

    #[test]
    fn every_reason_reads_in_both_languages() {
        for reason in [
            Inadmissible::UnknownLog,
            Inadmissible::LogClosed { size: 1 },
            Inadmissible::UnknownKind { kind: 200, version: 1, effect: None },
            Inadmissible::WrongEffect { kind: Kind::Record, effect: 4 },
            Inadmissible::UnknownItem { item: 3 },
            Inadmissible::NoDuty { kind: Kind::Record, item: 0 },
        ] {
            assert!(reason.en().is_ascii() && !reason.zh().is_ascii(), "{reason:?}");
        }
    }
}
