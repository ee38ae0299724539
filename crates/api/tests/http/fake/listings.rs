//! What the fake says of listings.

use tiaoxi_api::types::{
    AgreementShown, Date, Decided, DecidedState, Decisions, FromRecord, FromRecords, HexBytes,
    ListingRequest, ListingShown, PassedOver, Place, Said, SubjectSupervision, SupervisionShown,
};
use tiaoxi_api::{Code, ErrorClass, ServiceError};
use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::Day;

/// Code of a subject that is listed.
pub(crate) const LISTED: &str = "91330402TX00000449";

/// The one listing that is here.
pub(crate) fn place() -> Place {
    Place { origin: "huzhou/jiaxing/exchange/delta/1".into(), number: 17 }
}

pub(super) fn known(asked: &Place) -> Result<(), ServiceError> {
    if *asked == place() { Ok(()) } else { Err(Code::ListingNotFound.into()) }
}

/// Refuses a domain that nobody has a duty for, by the code of the breach.
pub(super) fn judge(request: &ListingRequest) -> Result<(), ServiceError> {
    if request.domain == "ecology" {
        return Ok(());
    }
    let (zh, en) = ("无权在该领域列入", "no duty for this domain");
    Err(ServiceError::new(ErrorClass::Unprocessable, "NO_DUTY", zh, en))
}

pub(super) fn agreement() -> AgreementShown {
    let day = |year| Date(Day::from_date(year, 1, 1).expect("a day"));
    AgreementShown {
        id: "delta".into(),
        version: 1,
        name: "互认协议（演示）".into(),
        parties: vec!["huzhou".into(), "jiaxing".into()],
        starts: day(2026),
        ends: day(2030),
        in_force: true,
        freshness_hours: 24,
        propagation_days: 3,
        handling_days: 3,
        sole_traders: false,
        duties: Vec::new(),
        maps: Vec::new(),
    }
}

pub(super) fn supervision() -> SupervisionShown {
    let toml = include_bytes!("../../../../../configs/supervision.toml");
    let today = Day::from_date(2026, 11, 24).expect("a day");
    SupervisionShown::of(&Supervision::parse(toml).expect("a supervision catalogue"), today)
}

pub(super) fn listing(place: &Place) -> ListingShown {
    ListingShown {
        place: place.clone(),
        commitment: HexBytes(vec![0xC4; 32]),
        agreement: "delta".into(),
        origin: "jiaxing".into(),
        origin_name: "嘉兴市".into(),
        state: "listed".into(),
        state_zh: "列入中".into(),
        listing: None,
        breach: None,
        ended: None,
        objections: Vec::new(),
        recognitions: Vec::new(),
        here: None,
        propagation: None,
        handling: Vec::new(),
        receipts: Vec::new(),
        confirmed: 0,
        expected: 2,
    }
}

pub(super) fn subject(code: &str) -> SubjectSupervision {
    SubjectSupervision {
        code: code.into(),
        name: None,
        is_key_object: code == LISTED,
        words: "是重点监管对象".into(),
        listings: vec![listing(&place())],
        asked_at: 7,
        confirmed_until: Vec::new(),
    }
}

pub(crate) fn said(kind: &str, preview: bool) -> Said {
    Said {
        log: place().origin,
        number: if preview { 0 } else { 18 },
        kind: kind.into(),
        preview,
        about: Some(place()),
        subject_name: None,
        words: "已办理".into(),
    }
}

pub(super) fn from_records(preview: bool) -> FromRecords {
    FromRecords {
        said: vec![FromRecord { place: place(), said: Some(said("listing", preview)) }],
        passed_over: vec![PassedOver {
            place: place(),
            code: "UNKNOWN_STANDARD".into(),
            zh: "没有该标准".into(),
            en: "no such standard".into(),
        }],
        more: false,
        preview,
    }
}

pub(super) fn decided() -> Decided {
    Decided {
        state: DecidedState::AwaitsSecond,
        said: None,
        officers: vec!["甲".into()],
        needed: 2,
        words: "待第二名审核人员".into(),
    }
}

pub(super) fn decisions(preview: bool) -> Decisions {
    Decisions {
        records: vec![said("repair", preview)],
        listings: vec![said("end", preview)],
        passed_over: Vec::new(),
        more: true,
        preview,
    }
}
