//! One listing from Jiaxing and what became of it, for examples.

use tiaoxi_credit::Day;

use crate::types::{
    ClockKind, ClockShown, ClockState, Date, EndedShown, GroundShape, HexBytes, ListGroundShape,
    ListingContent, ListingShown, Named, Place, ReceiptShown, RecognitionShown, SubjectSupervision,
    Timeline, TimelineRow,
};

pub(super) const EXCHANGE: &str = "huzhou/jiaxing/exchange/delta/1";
pub(super) const FIRM: &str = "嘉兴示例化工有限公司";
pub(super) const FIRM_CODE: &str = "91330402TX00000449";
pub(super) const DECISION: &str = "嘉环演示严〔2026〕3号";

pub(super) fn date(month: i8, day: i8) -> Date {
    Date(Day::from_date(2026, month, day).expect("a day of the calendar"))
}

pub(super) fn last_day() -> Date {
    Date(Day::from_date(2027, 11, 9).expect("a day of the calendar"))
}

pub(super) fn place() -> Place {
    Place { origin: EXCHANGE.to_owned(), number: 17 }
}

pub(super) fn ground() -> GroundShape {
    GroundShape::List(ListGroundShape {
        authority: "嘉兴市生态环境局（演示）".to_owned(),
        authority_code: "11330400TX99000493".to_owned(),
        document: DECISION.to_owned(),
        decided: date(11, 10),
        notice: "嘉环演示告〔2026〕3号".to_owned(),
        notified: date(10, 20),
        heard: "未提出陈述申辩".to_owned(),
    })
}

fn content() -> ListingContent {
    ListingContent {
        subject_name: FIRM.to_owned(),
        subject_code: FIRM_CODE.to_owned(),
        class: "法人及非法人组织".to_owned(),
        domain: "ecology".to_owned(),
        domain_zh: "生态环境".to_owned(),
        standard: "eco-list".to_owned(),
        standard_zh: "演示生态环境领域严重失信主体认定标准".to_owned(),
        standard_version: 2,
        level: "grave".to_owned(),
        level_zh: "列入名单，情节特别严重".to_owned(),
        ground: ground(),
        since: date(11, 10),
        until: last_day(),
        inspection: "sharply-more".to_owned(),
        inspection_zh: "大幅增加检查".to_owned(),
        measures: vec![Named {
            slug: "closer-review".to_owned(),
            name_zh: "办理行政事项时加强审查".to_owned(),
        }],
        channel: "信用中国（浙江嘉兴）；嘉兴市生态环境局（演示）法规处".to_owned(),
        evidence: None,
    }
}

fn here() -> RecognitionShown {
    RecognitionShown {
        member: "huzhou".to_owned(),
        member_name: "湖州市".to_owned(),
        state: "terminated".to_owned(),
        state_zh: "已终止".to_owned(),
        place: Some(Place { origin: "huzhou/huzhou/exchange/delta/1".to_owned(), number: 9 }),
        decision: Some("narrow".to_owned()),
        level: Some("listed".to_owned()),
        inspection: Some("more".to_owned()),
        inspection_zh: Some("增加检查".to_owned()),
        measures: Vec::new(),
        since: Some(date(11, 10)),
        until: Some(last_day()),
        reason: "按协议对应表".to_owned(),
        basis: "互认协议（演示）第1版".to_owned(),
        decided: Some(date(11, 10)),
        officers: 0,
        follows: false,
        fresh_until: Some(1_795_600_000),
    }
}

pub(super) fn shown() -> ListingShown {
    let ends = |member: &str| format!("huzhou/{member}/ends/delta/1");
    let receipt = Place { origin: ends("huzhou"), number: 6 };
    ListingShown {
        place: place(),
        commitment: HexBytes(vec![0xC4; 32]),
        agreement: "delta".to_owned(),
        origin: "jiaxing".to_owned(),
        origin_name: "嘉兴市".to_owned(),
        state: "ended".to_owned(),
        state_zh: "已终止".to_owned(),
        listing: Some(content()),
        breach: None,
        ended: Some(EndedShown {
            place: Place { origin: ends("jiaxing"), number: 4 },
            cause: "repair".to_owned(),
            cause_zh: "信用修复".to_owned(),
            document: "信修演示〔2026〕12号".to_owned(),
            decided: date(11, 23),
            applied: Some(date(11, 20)),
            stops: ["publishing", "sharing", "using"].map(str::to_owned).to_vec(),
        }),
        objections: Vec::new(),
        recognitions: vec![here()],
        here: Some(here()),
        propagation: Some(ClockShown {
            what: ClockKind::Propagation,
            from: date(11, 23),
            due: date(11, 26),
            warns: date(11, 25),
            done: None,
            state: ClockState::Running,
            late: vec!["changxing".to_owned()],
            provisional: false,
        }),
        handling: Vec::new(),
        receipts: vec![
            ReceiptShown {
                member: "changxing".to_owned(),
                place: None,
                done: None,
                carried_by: None,
            },
            ReceiptShown {
                member: "huzhou".to_owned(),
                place: Some(receipt),
                done: Some(date(11, 23)),
                carried_by: None,
            },
        ],
        confirmed: 1,
        expected: 2,
    }
}

pub(super) fn supervision() -> SubjectSupervision {
    SubjectSupervision {
        code: FIRM_CODE.to_owned(),
        name: Some(FIRM.to_owned()),
        is_key_object: false,
        words: "曾由嘉兴市列入，已因信用修复终止；目前不是重点监管对象。".to_owned(),
        listings: vec![shown()],
        asked_at: 1_795_520_000,
        confirmed_until: Vec::new(),
    }
}

pub(super) fn timeline() -> Timeline {
    let row = |day, member: &str, name: &str, event: &str, words: &str, place| TimelineRow {
        day,
        member: member.to_owned(),
        member_name: name.to_owned(),
        event: event.to_owned(),
        words_zh: words.to_owned(),
        place,
    };
    let recognised = Place { origin: "huzhou/huzhou/exchange/delta/1".to_owned(), number: 9 };
    Timeline {
        code: FIRM_CODE.to_owned(),
        name: Some(FIRM.to_owned()),
        rows: vec![
            row(date(11, 10), "jiaxing", "嘉兴市", "listed", "列入重点监管对象名单", place()),
            row(date(11, 10), "huzhou", "湖州市", "narrowed", "限缩认可", recognised),
        ],
    }
}
