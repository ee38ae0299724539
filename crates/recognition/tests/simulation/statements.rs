//! What is listed: invented companies under the standards of the catalogue, and listings that break
//! the agreement in one way each.

use tiaoxi_catalog::supervision::{GroundKind, Standard, Supervision, last_day_of_term};
use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Subject, SubjectClass, SubjectCode,
    code::uscc_from_parts,
    statement::{Evidence, GradeGround, Ground, ListGround, Listing},
};
use tiaoxi_federation::{Agreement, MemberId};

use crate::sim::random::Random;

/// One way in which a listing breaks the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    NaturalPerson,
    PersonalCode,
    SoleTrader,
    NoDuty,
    UnknownDomain,
    UnknownStandard,
    StandardExpired,
    StandardWithdrawn,
    UnknownLevel,
    TermBeyondStandard,
    TermBackwards,
    DecidedAfterwards,
    MeasureUnknown,
    MeasureOff,
    HarsherInspection,
    HarsherMeasure,
    GroundMissing,
    GroundOfAnotherKind,
    EvidenceUnproven,
    EvidenceOfAnother,
    TermBeyondMap,
    CodeInvalid,
    StandardNotYetValid,
}

impl Flaw {
    pub(crate) const ALL: [Self; 23] = [
        Self::NaturalPerson,
        Self::PersonalCode,
        Self::SoleTrader,
        Self::NoDuty,
        Self::UnknownDomain,
        Self::UnknownStandard,
        Self::StandardExpired,
        Self::StandardWithdrawn,
        Self::UnknownLevel,
        Self::TermBeyondStandard,
        Self::TermBackwards,
        Self::DecidedAfterwards,
        Self::MeasureUnknown,
        Self::MeasureOff,
        Self::HarsherInspection,
        Self::HarsherMeasure,
        Self::GroundMissing,
        Self::GroundOfAnotherKind,
        Self::EvidenceUnproven,
        Self::EvidenceOfAnother,
        Self::TermBeyondMap,
        Self::CodeInvalid,
        Self::StandardNotYetValid,
    ];
}

/// A listing that an author may make on a day; none where it has no standard for it.
pub(crate) fn good(
    supervision: &Supervision,
    agreement: &Agreement,
    author: &MemberId,
    today: Day,
    random: &mut Random,
) -> Option<Listing> {
    let allowed = |standard: &&Standard| {
        standard.is_valid_on(today) && agreement.may_list(author, &standard.domain)
    };
    let standards: Vec<&Standard> = supervision.standards().iter().filter(allowed).collect();
    let standard = random.pick(&standards)?;
    let level = random.pick(&standard.levels)?;
    let since = Day(today.0 - u16::try_from(random.below(4)).ok()?);
    // Longer than some parties' maps, never than all of them.
    let maps = agreement.maps().iter().filter(|map| {
        (map.standard.as_str(), map.standard_version, map.level.as_str())
            == (standard.slug.as_str(), standard.version, level.slug.as_str())
    });
    let months = maps.map(|map| map.term_months_max).max().unwrap_or(level.term_months_max);
    let longest = last_day_of_term(since, months).min(level.last_day(since)).0 - since.0;
    let term = random.pick(&[3, 7, 12, longest]).unwrap_or(longest).min(longest);
    let inspections = [Inspection::NORMAL, Inspection::MORE, Inspection::SHARPLY_MORE];
    let inspection = random.pick(&inspections).unwrap_or_default().min(level.inspection);
    let measures = level.measures.iter().filter(|_| random.chance(600)).cloned().collect();
    Some(Listing {
        subject: subject(random),
        domain: standard.domain.clone(),
        standard: standard.slug.clone(),
        standard_version: standard.version,
        level: level.slug.clone(),
        ground: ground(standard.ground, since, random),
        since,
        until: Day(since.0 + term),
        inspection,
        measures,
        channel: "模拟市生态环境局, 模拟路1号, 0572-0000000".to_owned(),
        evidence: None,
    })
}

fn subject(random: &mut Random) -> Subject {
    let number = random.below(90_000_000) + 10_000_000;
    let code = uscc_from_parts("91", 330_500, &number.to_string()).expect("eight digits");
    Subject {
        class: SubjectClass::ORGANISATION,
        name: format!("模拟{number}有限公司"),
        codes: vec![SubjectCode { scheme: CodeScheme::USCC, code }],
    }
}

fn ground(kind: GroundKind, since: Day, random: &mut Random) -> Ground {
    let document = format!("模拟字〔2026〕{}号", random.below(100_000));
    let (authority, authority_code) = ("模拟局".to_owned(), "11330500002521370X".to_owned());
    let decided = Day(since.0 - 1);
    match kind {
        GroundKind::List => Ground::List(ListGround {
            authority,
            authority_code,
            document,
            decided,
            notice: "模拟告〔2026〕1号".to_owned(),
            notified: Day(since.0 - 15),
            heard: "未提出陈述申辩".to_owned(),
        }),
        GroundKind::Grade => Ground::Grade(GradeGround {
            authority,
            authority_code,
            document,
            decided,
            model: "模拟模型".to_owned(),
            model_version: "1".to_owned(),
            period_from: Day(since.0 - 400),
            period_to: Day(since.0 - 35),
        }),
    }
}

/// Breaks a good listing; none where this agreement allows what is meant to be a flaw. `foreign` is
/// an entry of another member.
pub(crate) fn flawed(
    mut listing: Listing,
    flaw: Flaw,
    agreement: &Agreement,
    author: &MemberId,
    today: Day,
    foreign: Option<Evidence>,
) -> Option<Listing> {
    match flaw {
        Flaw::NaturalPerson => listing.subject.class = SubjectClass::NATURAL_PERSON,
        Flaw::PersonalCode => listing.subject.codes.push(SubjectCode {
            scheme: CodeScheme::CITIZEN,
            code: "330501199001010010".to_owned(),
        }),
        Flaw::SoleTrader if agreement.allows_sole_traders() => return None,
        Flaw::SoleTrader => listing.subject.class = SubjectClass::SOLE_TRADER,
        Flaw::NoDuty => {
            let domains = [("food-drug", "food-grade"), ("culture-tourism", "tour-list")];
            let foreign = domains.iter().find(|domain| !agreement.may_list(author, domain.0));
            let (domain, standard) = foreign?;
            (listing.domain, listing.standard) = ((*domain).to_owned(), (*standard).to_owned());
        }
        Flaw::UnknownDomain => "weather".clone_into(&mut listing.domain),
        Flaw::UnknownStandard => listing.standard_version = 99,
        Flaw::StandardExpired => under(&mut listing, "pollution-list", 1, "heavy"),
        // Withdrawn five days after the beginning of every run, see the catalogue.
        Flaw::StandardWithdrawn if today < WITHDRAWN => return None,
        Flaw::StandardWithdrawn => under(&mut listing, "river-list", 1, "heavy"),
        Flaw::UnknownLevel => "purple".clone_into(&mut listing.level),
        Flaw::EvidenceOfAnother => listing.evidence = Some(Box::new(foreign?)),
        Flaw::CodeInvalid => "91330500123456789X".clone_into(&mut listing.subject.codes[0].code),
        Flaw::StandardNotYetValid => under(&mut listing, "pollution-list", 3, "heavy"),
        Flaw::TermBeyondMap => {
            under(&mut listing, "pollution-list", 2, "heavy");
            let mut maps = agreement.maps().iter().filter(|map| {
                (map.standard.as_str(), map.standard_version, map.level.as_str())
                    == ("pollution-list", 2, "heavy")
            });
            if maps.any(|map| map.term_months_max > 1) {
                return None;
            }
            listing.until = last_day_of_term(listing.since, 2);
        }
        Flaw::TermBeyondStandard => listing.until = Day(listing.since.0 + 80),
        Flaw::TermBackwards => listing.until = Day(listing.since.0 - 1),
        Flaw::DecidedAfterwards => match &mut listing.ground {
            Ground::List(ground) => ground.notified = Day(ground.decided.0 + 1),
            Ground::Grade(ground) => ground.period_to = Day(ground.period_from.0 - 1),
        },
        Flaw::MeasureUnknown => listing.measures.push("stocks".to_owned()),
        Flaw::MeasureOff => listing.measures.push("no-loans".to_owned()),
        Flaw::HarsherInspection => listing.inspection = Inspection(9),
        Flaw::HarsherMeasure => {
            under(&mut listing, "pollution-list", 2, "light");
            listing.measures.push("no-honours".to_owned());
        }
        Flaw::GroundMissing => match &mut listing.ground {
            Ground::List(ground) => ground.document.clear(),
            Ground::Grade(ground) => ground.model.clear(),
        },
        Flaw::GroundOfAnotherKind => listing.ground = other_ground(listing.ground),
        Flaw::EvidenceUnproven => {
            let (proof, header, body) = (vec![1, 2, 3], vec![0; 48], vec![1]);
            let evidence = Evidence { proof, header, salt: [7; 32], body };
            listing.evidence = Some(Box::new(evidence));
        }
    }
    Some(listing)
}

/// Puts a listing under a standard for polluters, with nothing that any level would not allow.
fn under(listing: &mut Listing, standard: &str, version: u16, level: &str) {
    "ecology".clone_into(&mut listing.domain);
    standard.clone_into(&mut listing.standard);
    level.clone_into(&mut listing.level);
    listing.standard_version = version;
    listing.inspection = Inspection::NORMAL;
    listing.measures.clear();
    if matches!(listing.ground, Ground::Grade(_)) {
        listing.ground = other_ground(listing.ground.clone());
    }
}

/// 2026-03-07: the day on which the catalogue withdraws `river-list`.
pub(crate) const WITHDRAWN: Day = Day(20_519);

fn other_ground(ground: Ground) -> Ground {
    match ground {
        Ground::List(ground) => Ground::Grade(GradeGround {
            authority: ground.authority,
            authority_code: ground.authority_code,
            document: ground.document,
            decided: ground.decided,
            model: "模拟模型".to_owned(),
            model_version: "1".to_owned(),
            period_from: Day(ground.decided.0 - 400),
            period_to: Day(ground.decided.0 - 35),
        }),
        Ground::Grade(ground) => Ground::List(ListGround {
            authority: ground.authority,
            authority_code: ground.authority_code,
            document: ground.document,
            decided: ground.decided,
            notice: "模拟告〔2026〕1号".to_owned(),
            notified: Day(ground.decided.0 - 15),
            heard: "未提出陈述申辩".to_owned(),
        }),
    }
}
