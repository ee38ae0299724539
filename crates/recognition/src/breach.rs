//! Whether a listing keeps to the agreement: a pure function of the listing, its author and what
//! charter and supervision catalogue say today.
//!
//! Used twice: before a member says a listing, and by everybody who receives one. A breach is never
//! remembered; a charter that grows may admit tomorrow what it refuses today.

mod words;

use tiaoxi_catalog::supervision::{GroundKind, Level, Standard, Supervision, last_day_of_term};
use tiaoxi_credit::{
    CodeScheme, Day, Subject, SubjectClass,
    code::{Uscc, check_citizen_number},
    statement::{Evidence, Ground, Listing},
};
use tiaoxi_federation::{Origin, Terms, terms::Agreement};

use crate::evidence;

/// How a listing, or a recognition, breaks the agreement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// The log is of no agreement of the charter.
    NoAgreement,
    /// The author is no party to the agreement.
    NotAParty,
    /// It was said before the agreement began or after it was over.
    AgreementNotInForce {
        /// The agreement's first day.
        starts: Day,
        /// Its last.
        ends: Day,
    },
    /// It is about a natural person, or a subject of a class not known here.
    NaturalPerson,
    /// It is about a sole trader, which the agreement does not allow.
    SoleTrader,
    /// It carries the number of a person's document, under whatever scheme.
    PersonalCode,
    /// The subject has no code, or a unified code that is none.
    CodeInvalid,
    /// The catalogue has no such domain.
    UnknownDomain {
        /// Its slug.
        domain: String,
    },
    /// The author has no duty for the domain.
    NoDuty {
        /// The domain.
        domain: String,
    },
    /// The catalogue has no such version of such a standard in the domain.
    UnknownStandard {
        /// Its slug.
        standard: String,
        /// Its version.
        version: u16,
    },
    /// It was said before the standard held.
    StandardNotYetValid {
        /// First day of the standard.
        valid_from: Day,
    },
    /// It was said when no listing could be made under the standard any more.
    StandardExpired {
        /// Last day on which one could.
        valid_to: Day,
    },
    /// The standard had been withdrawn when it was said.
    StandardWithdrawn,
    /// The standard has no such level.
    UnknownLevel {
        /// Its slug.
        level: String,
    },
    /// Days that can't follow each other as they do.
    DatesOutOfOrder {
        /// Which: a stable word, such as `since-until`.
        what: &'static str,
    },
    /// The term is longer than the standard allows for the level.
    TermBeyondStandard {
        /// The last day that it allows.
        until_max: Day,
    },
    /// The term is longer than any party's map allows for the level; of a recognition, than the
    /// party's own map does.
    TermBeyondMap {
        /// The last day that it allows.
        until_max: Day,
    },
    /// Of a recognition: the term is longer than at the origin.
    TermBeyondOrigin {
        /// The last day there.
        until_max: Day,
    },
    /// A measure that the catalogue does not have, or has switched off.
    MeasureUnknown {
        /// Its slug.
        measure: String,
    },
    /// More inspections than the standard allows at the level, or a measure that it does not have.
    HarsherThanStandard,
    /// Of a recognition: harsher than the party's map or the origin.
    HarsherThanMap,
    /// Of a recognition: the agreement maps the level to nothing at the party.
    Unmapped,
    /// Of a recognition: fewer persons decided than the map asks for.
    OfficersMissing {
        /// How many it asks for.
        needed: u8,
    },
    /// The ground is of another kind than the standard's, or a part of it is missing.
    GroundMissing {
        /// Which part: a stable word, such as `notice`.
        what: &'static str,
    },
    /// The evidence does not prove itself.
    EvidenceUnproven,
    /// The evidence is of another author or about another subject.
    EvidenceOfAnother,
    /// The evidence is about a natural person.
    EvidencePersonal,
}

/// Judges a listing said by the owner of `author`, an `exchange` log, on the day that its header
/// states.
pub fn judge(
    listing: &Listing,
    author: &Origin,
    stated: Day,
    terms: &Terms,
    supervision: &Supervision,
) -> Result<(), Breach> {
    judge_but_evidence(listing, author, stated, terms, supervision)?;
    match &listing.evidence {
        Some(evidence) => judge_evidence(evidence, author, terms, &listing.subject),
        None => Ok(()),
    }
}

/// All of [`judge`] that takes no signature.
pub(crate) fn judge_but_evidence(
    listing: &Listing,
    author: &Origin,
    stated: Day,
    terms: &Terms,
    supervision: &Supervision,
) -> Result<(), Breach> {
    let agreement = author.channel.agreement().and_then(|id| terms.agreement(id));
    let agreement = agreement.ok_or(Breach::NoAgreement)?;
    judge_author(listing, author, stated, agreement)?;
    judge_subject(&listing.subject, agreement)?;
    let level = judge_standard(listing, stated, supervision)?;
    if supervision.domain(&listing.domain).is_none() {
        return Err(Breach::UnknownDomain { domain: listing.domain.clone() });
    }
    if !agreement.may_list(&author.member, &listing.domain) {
        return Err(Breach::NoDuty { domain: listing.domain.clone() });
    }
    judge_ground(listing, stated)?;
    judge_term(listing, level, agreement)?;
    judge_harshness(listing, level, supervision)
}

/// The part of [`judge`] that takes a signature.
pub(crate) fn judge_evidence(
    evidence: &Evidence,
    author: &Origin,
    terms: &Terms,
    subject: &Subject,
) -> Result<(), Breach> {
    match evidence::check(evidence, &author.member, terms, subject) {
        Ok(_record) => Ok(()),
        Err(error) => Err(match error.code() {
            "EVIDENCE_OF_ANOTHER" => Breach::EvidenceOfAnother,
            "EVIDENCE_PERSONAL" => Breach::EvidencePersonal,
            _ => Breach::EvidenceUnproven,
        }),
    }
}

fn judge_author(
    listing: &Listing,
    author: &Origin,
    stated: Day,
    agreement: &Agreement,
) -> Result<(), Breach> {
    if !agreement.is_party(&author.member) {
        return Err(Breach::NotAParty);
    }
    let (starts, ends) = (agreement.starts(), agreement.ends());
    if !(starts..=ends).contains(&stated) {
        return Err(Breach::AgreementNotInForce { starts, ends });
    }
    if listing.domain.is_empty() {
        return Err(Breach::UnknownDomain { domain: String::new() });
    }
    Ok(())
}

fn judge_subject(subject: &Subject, agreement: &Agreement) -> Result<(), Breach> {
    match subject.class {
        SubjectClass::ORGANISATION => {}
        SubjectClass::SOLE_TRADER if agreement.allows_sole_traders() => {}
        SubjectClass::SOLE_TRADER => return Err(Breach::SoleTrader),
        _ => return Err(Breach::NaturalPerson),
    }
    if subject.codes.is_empty() {
        return Err(Breach::CodeInvalid);
    }
    for code in &subject.codes {
        let unified = Uscc::parse(&code.code).is_ok();
        let citizen = check_citizen_number(&code.code).is_ok();
        if code.scheme.is_personal() || (citizen && !unified) {
            return Err(Breach::PersonalCode);
        }
        if code.scheme == CodeScheme::USCC && !unified {
            return Err(Breach::CodeInvalid);
        }
    }
    if subject.name.trim().is_empty() {
        return Err(Breach::GroundMissing { what: "subject-name" });
    }
    Ok(())
}

fn judge_standard<'s>(
    listing: &Listing,
    stated: Day,
    supervision: &'s Supervision,
) -> Result<&'s Level, Breach> {
    let (slug, version) = (&listing.standard, listing.standard_version);
    let standard = supervision.standard(slug, version).filter(|it| it.domain == listing.domain);
    let Some(standard) = standard else {
        if supervision.domain(&listing.domain).is_none() {
            return Err(Breach::UnknownDomain { domain: listing.domain.clone() });
        }
        return Err(Breach::UnknownStandard { standard: slug.clone(), version });
    };
    judge_validity(standard, stated)?;
    let kind = match &listing.ground {
        Ground::List(_) => GroundKind::List,
        Ground::Grade(_) => GroundKind::Grade,
    };
    if kind != standard.ground {
        return Err(Breach::GroundMissing { what: "ground" });
    }
    let unknown = || Breach::UnknownLevel { level: listing.level.clone() };
    standard.level(&listing.level).ok_or_else(unknown)
}

fn judge_validity(standard: &Standard, stated: Day) -> Result<(), Breach> {
    if stated < standard.valid_from {
        return Err(Breach::StandardNotYetValid { valid_from: standard.valid_from });
    }
    if standard.is_withdrawn_on(stated) {
        return Err(Breach::StandardWithdrawn);
    }
    match standard.valid_to.filter(|last| *last < stated) {
        Some(valid_to) => Err(Breach::StandardExpired { valid_to }),
        None => Ok(()),
    }
}

/// Every part of the ground is there, and its days follow each other.
fn judge_ground(listing: &Listing, stated: Day) -> Result<(), Breach> {
    let decided = match &listing.ground {
        Ground::List(list) => {
            present("authority", &list.authority)?;
            present("document", &list.document)?;
            present("notice", &list.notice)?;
            present("heard", &list.heard)?;
            in_order("notified-decided", list.notified, list.decided)?;
            list.decided
        }
        Ground::Grade(grade) => {
            present("authority", &grade.authority)?;
            present("model", &grade.model)?;
            present("model-version", &grade.model_version)?;
            in_order("period", grade.period_from, grade.period_to)?;
            in_order("period-decided", grade.period_to, grade.decided)?;
            grade.decided
        }
    };
    present("channel", &listing.channel)?;
    in_order("decided-stated", decided, stated)?;
    in_order("decided-since", decided, listing.since)?;
    in_order("since-until", listing.since, listing.until)
}

fn present(what: &'static str, text: &str) -> Result<(), Breach> {
    if text.trim().is_empty() { Err(Breach::GroundMissing { what }) } else { Ok(()) }
}

fn in_order(what: &'static str, first: Day, then: Day) -> Result<(), Breach> {
    if first <= then { Ok(()) } else { Err(Breach::DatesOutOfOrder { what }) }
}

/// A term beyond every party's map is a breach; one beyond a single party's is narrowed there.
fn judge_term(listing: &Listing, level: &Level, agreement: &Agreement) -> Result<(), Breach> {
    let until_max = level.last_day(listing.since);
    if listing.until > until_max {
        return Err(Breach::TermBeyondStandard { until_max });
    }
    let of_level = agreement.maps().iter().filter(|map| {
        map.domain.as_str() == listing.domain
            && map.standard.as_str() == listing.standard
            && map.standard_version == listing.standard_version
            && map.level.as_str() == listing.level
    });
    let Some(months) = of_level.map(|map| map.term_months_max).max() else { return Ok(()) };
    let until_max = last_day_of_term(listing.since, months);
    if listing.until > until_max {
        return Err(Breach::TermBeyondMap { until_max });
    }
    Ok(())
}

fn judge_harshness(
    listing: &Listing,
    level: &Level,
    supervision: &Supervision,
) -> Result<(), Breach> {
    for slug in &listing.measures {
        if !supervision.measure(slug).is_some_and(|measure| measure.applies_in(&listing.domain)) {
            return Err(Breach::MeasureUnknown { measure: slug.clone() });
        }
    }
    let allowed = listing.measures.iter().all(|slug| level.measures.contains(slug));
    if !allowed || listing.inspection > level.inspection {
        return Err(Breach::HarsherThanStandard);
    }
    Ok(())
}
