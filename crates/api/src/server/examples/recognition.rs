//! Examples of mutual recognition: one listing from Jiaxing, as Huzhou sees it.

use serde_json::Value;

use super::json;
use super::listing::{
    DECISION, EXCHANGE, FIRM, FIRM_CODE, date, ground, last_day, place, shown, supervision,
    timeline,
};
use crate::types::{
    AnswerRequest, Decided, DecidedState, Decisions, DecisionsRequest, EndRequest, FromRecord,
    FromRecords, FromRecordsRequest, ListingRequest, ObjectionRequest, PassedOver, Place,
    RecognitionChoice, RecognitionRequest, RepairRequest, Said, SubjectKind, SubjectShape,
};

/// What an operation takes and answers.
pub(super) fn of(operation: &str) -> (Option<Value>, Option<Value>) {
    match operation {
        "list" => (Some(json(&request())), Some(json(&said("listing", "列入重点监管对象名单")))),
        "list_from_records" => (Some(json(&from_records())), Some(json(&made()))),
        "recognise" => (Some(json(&recognition())), Some(json(&decided()))),
        "end" => (Some(json(&end())), Some(json(&said("end", "移出名单，各认可地将停止使用")))),
        "repair" => (Some(json(&repair())), Some(json(&decisions()))),
        "decisions" => (Some(json(&file())), Some(json(&decisions()))),
        "object" => (
            Some(json(&objection())),
            Some(json(&said("objection-mark", "已标注异议，转送列入地"))),
        ),
        "answer" => (Some(json(&answer())), Some(json(&said("end", "异议不成立，异议标注终止")))),
        "listing" => (None, Some(json(&shown()))),
        "subject_supervision" => (None, Some(json(&supervision()))),
        "timeline" => (None, Some(json(&timeline()))),
        _ => (None, None),
    }
}

fn request() -> ListingRequest {
    ListingRequest {
        agreement: "delta".to_owned(),
        subject: SubjectShape {
            class: SubjectKind::Organisation,
            name: FIRM.to_owned(),
            code: FIRM_CODE.to_owned(),
        },
        domain: "ecology".to_owned(),
        standard: "eco-list".to_owned(),
        standard_version: 2,
        level: "grave".to_owned(),
        ground: ground(),
        since: None,
        until: last_day(),
        inspection: "sharply-more".to_owned(),
        measures: vec!["closer-review".to_owned()],
        channel: "信用中国（浙江嘉兴）；嘉兴市生态环境局（演示）法规处".to_owned(),
        evidence: None,
        preview: false,
    }
}

fn said(kind: &str, words: &str) -> Said {
    let is_listing = kind == "listing";
    let log = if is_listing { EXCHANGE } else { "huzhou/jiaxing/ends/delta/1" };
    Said {
        log: log.to_owned(),
        number: if is_listing { 17 } else { 4 },
        kind: kind.to_owned(),
        preview: false,
        about: (!is_listing).then(place),
        subject_name: Some(FIRM.to_owned()),
        words: format!("{FIRM}：{words}"),
    }
}

fn from_records() -> FromRecordsRequest {
    let (agreement, item) = ("delta".to_owned(), "yzsx".to_owned());
    FromRecordsRequest { agreement, item, import: None, with_evidence: false, preview: true }
}

fn made() -> FromRecords {
    let record = |number| Place { origin: "huzhou/jiaxing/records/1".to_owned(), number };
    let said =
        Said { preview: true, number: 0, ..said("listing", "将列入重点监管对象名单") };
    FromRecords {
        said: vec![FromRecord { place: record(3), said: Some(said) }],
        passed_over: vec![PassedOver {
            place: record(5),
            code: "UNKNOWN_STANDARD".to_owned(),
            zh: "监管目录中没有该认定标准".to_owned(),
            en: "the supervision catalogue has no such standard".to_owned(),
        }],
        more: false,
        preview: true,
    }
}

fn recognition() -> RecognitionRequest {
    RecognitionRequest {
        listing: place(),
        decision: RecognitionChoice::Narrow,
        inspection: Some("normal".to_owned()),
        measures: None,
        until: None,
        reason: "本地近一年检查未发现问题".to_owned(),
        basis: "互认协议（演示）第五条".to_owned(),
        preview: false,
    }
}

fn decided() -> Decided {
    Decided {
        state: DecidedState::AwaitsSecond,
        said: None,
        officers: vec!["审核人员甲".to_owned()],
        needed: 2,
        words: "已记录一名审核人员的决定，待第二名审核人员作出相同决定".to_owned(),
    }
}

fn end() -> EndRequest {
    EndRequest {
        listing: place(),
        cause: "delisted".to_owned(),
        document: Some("嘉环演示移〔2026〕1号".to_owned()),
        applied: Some(date(11, 20)),
        decided: Some(date(11, 23)),
        reason: "整改验收合格，移出名单".to_owned(),
        preview: false,
    }
}

fn repair() -> RepairRequest {
    RepairRequest {
        subject: FIRM_CODE.to_owned(),
        of_document: DECISION.to_owned(),
        document: "信修演示〔2026〕12号".to_owned(),
        applied: date(11, 20),
        decided: date(11, 23),
        reason: None,
        preview: false,
    }
}

fn file() -> DecisionsRequest {
    DecisionsRequest { item: "xyxf".to_owned(), import: None, preview: false }
}

fn decisions() -> Decisions {
    Decisions {
        records: Vec::new(),
        listings: vec![said("end", "信用修复，列入终止")],
        passed_over: Vec::new(),
        more: false,
        preview: false,
    }
}

fn objection() -> ObjectionRequest {
    ObjectionRequest {
        about: place(),
        received: Some(date(11, 18)),
        matter: "对列入依据的事实有异议".to_owned(),
        objection: None,
        preview: false,
    }
}

fn answer() -> AnswerRequest {
    AnswerRequest {
        listing: place(),
        upheld: false,
        document: "嘉环演示复〔2026〕2号".to_owned(),
        decided: Some(date(11, 19)),
        reason: "原决定事实清楚".to_owned(),
        preview: false,
    }
}
