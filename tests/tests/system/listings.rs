//! An agreement, and what is asked of nodes under it: listings of invented companies, decisions,
//! ends.

use tiaoxi_api::{
    service::ListingsQuery,
    types::{
        Date, EndRequest, GroundShape, ListGroundShape, ListingRequest, Place, RecognitionChoice,
        RecognitionRequest, SubjectKind, SubjectShape,
    },
};
use tiaoxi_credit::{Day, code::uscc_from_parts};

use crate::program::today;

/// The agreement of a test: `officers` of Huzhou decide on grave ecological listings.
pub(crate) fn agreement(parties: &[&str]) -> String {
    let all = names(parties);
    let first = names(&parties[..1]);
    let head = format!(
        "id = \"delta\"\nversion = 1\nname = \"重点监管对象互认协议（演示）\"\nparties = {all}\n\
         starts = \"2026-01-01\"\nends = \"2035-12-31\"\nnotice_days = 30\n"
    );
    let duties = [("ecology", &all), ("food-drug", &all), ("culture-tourism", &all)];
    let duties = duties.into_iter().chain([("product-quality", &first)]);
    let duties = duties.map(|(domain, members)| {
        format!("[[duties]]\ndomain = \"{domain}\"\nmembers = {members}\n")
    });
    let maps = MAPS.map(|it| map(it.0, it.1, it.2, it.3));
    head + &duties.collect::<String>() + &maps.concat()
}

fn names(ids: &[&str]) -> String {
    format!("[\"{}\"]", ids.join("\", \""))
}

/// Receiver (any when empty), standard and level, officers, whether objections pause.
const MAPS: [(&str, (&str, &str), u8, bool); 8] = [
    ("", ("eco-list", "listed"), 0, true),
    ("", ("eco-list", "grave"), 0, true),
    ("huzhou", ("eco-list", "grave"), 1, true),
    ("", ("food-list", "listed"), 0, false),
    ("", ("food-list", "grave"), 0, true),
    ("huzhou", ("food-list", "grave"), 2, true),
    ("jiaxing", ("food-list", "grave"), 2, true),
    ("huzhou", ("tourism-list", "listed"), 1, true),
];

fn map(receiver: &str, (standard, level): (&str, &str), officers: u8, pauses: bool) -> String {
    let receiver = match receiver {
        "" => String::new(),
        receiver => format!("receiver = \"{receiver}\"\n"),
    };
    let (domain, version) = domain_of(standard);
    let (inspection, months, measures) = match level {
        "grave" => ("sharply-more", 24, "measures = [\"closer-review\"]\n"),
        _ => ("more", 12, ""),
    };
    format!(
        "[[maps]]\n{receiver}domain = \"{domain}\"\nstandard = \"{standard}\"\n\
         standard_version = {version}\nlevel = \"{level}\"\nhere = \"{level}\"\n\
         inspection = \"{inspection}\"\n{measures}officers = {officers}\n\
         term_months_max = {months}\nobjection_pauses = {pauses}\n"
    )
}

/// Domain of a standard, and its version that is valid now.
pub(crate) fn domain_of(standard: &str) -> (&'static str, u16) {
    match standard {
        "eco-list" => ("ecology", 2),
        "food-list" => ("food-drug", 1),
        "tourism-list" => ("culture-tourism", 1),
        _ => ("product-quality", 1),
    }
}

/// The unified code of an invented company.
pub(crate) fn code(number: u32) -> String {
    uscc_from_parts("91", 330_411, &format!("TX{number:06}")).unwrap()
}

/// A request to list an invented company at a level of a standard.
pub(crate) fn listing(number: u32, standard: &str, level: &str) -> ListingRequest {
    let (domain, standard_version) = domain_of(standard);
    let decided = Day(today().0 - 10);
    let subject = SubjectShape {
        class: SubjectKind::Organisation,
        name: format!("嘉兴示例第{number}化工有限公司"),
        code: code(number),
    };
    ListingRequest {
        agreement: "delta".to_owned(),
        subject,
        domain: domain.to_owned(),
        standard: standard.to_owned(),
        standard_version,
        level: level.to_owned(),
        ground: GroundShape::List(ListGroundShape {
            authority: "嘉兴市演示生态环境局".to_owned(),
            authority_code: "11330400TX9000016F".to_owned(),
            document: format!("嘉演示严〔2026〕{number}号"),
            decided: Date(decided),
            notice: format!("嘉演示告〔2026〕{number}号"),
            notified: Date(Day(decided.0 - 20)),
            heard: "未提出陈述申辩".to_owned(),
        }),
        since: None,
        until: Date(Day(decided.0 + 360)),
        inspection: if level == "grave" { "sharply-more" } else { "more" }.to_owned(),
        measures: Vec::new(),
        channel: "信用中国(演示)；嘉兴市演示生态环境局法规处".to_owned(),
        evidence: None,
        preview: false,
    }
}

/// Number of the decision that a company of [`listing`] was listed by.
pub(crate) fn document(number: u32) -> String {
    format!("嘉演示严〔2026〕{number}号")
}

/// An officer's decision, with nothing said beyond it.
pub(crate) fn decision(listing: &Place, decision: RecognitionChoice) -> RecognitionRequest {
    RecognitionRequest {
        listing: listing.clone(),
        decision,
        inspection: None,
        measures: None,
        until: None,
        reason: "经核查，标准一致".to_owned(),
        basis: "互认协议(演示)第五条".to_owned(),
        preview: false,
    }
}

/// An end by decision.
pub(crate) fn end(listing: &Place, cause: &str) -> EndRequest {
    EndRequest {
        listing: listing.clone(),
        cause: cause.to_owned(),
        document: Some("嘉演示移〔2026〕9号".to_owned()),
        applied: None,
        decided: None,
        reason: "已不符合列入条件".to_owned(),
        preview: false,
    }
}

/// Every listing.
pub(crate) fn all() -> ListingsQuery {
    let (agreement, state, origin) = (None, None, None);
    let limit = ListingsQuery::LIMIT_DEFAULT;
    ListingsQuery { agreement, state, origin, undecided: false, limit, from: 0 }
}
