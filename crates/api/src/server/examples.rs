//! Examples for the OpenAPI document, made from the types that really travel. Everything in them is
//! invented.

mod listing;
mod recognition;

use serde::Serialize;
use serde_json::Value;
use tiaoxi_credit::Day;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;

use crate::code::Code;
use crate::service::ServiceError;
use crate::types::{
    CorrectionRequest, CorrectionsChoice, Date, Digest, EntryRange, EntryTarget, FileShown,
    FindingsPage, HexBytes, ImportDecision, ImportFinding, ImportProgress, ImportState,
    ImportSummary, ImportTarget, Notice, NoticeRecord, OfferedCorrection, Place, Severity, Target,
    WithdrawalRequest,
};

const RECORDS: &str = "huzhou/deqing/records/1";
const IMPORT: [u8; 32] = [0x9f; 32];

/// Adds what an operation takes and answers, where that is worth an example.
pub(super) fn add(operation: &mut Operation) {
    let (request, answer) = match operation.operation_id.as_deref() {
        Some("import") => (None, Some(json(&preview()))),
        Some("confirm_import") => (Some(json(&decision())), Some(json(&taken_in()))),
        Some("import_progress") => (None, Some(json(&progress()))),
        Some("import_findings") => (None, Some(json(&page()))),
        Some("withdraw") => (Some(json(&withdrawal())), Some(json(&notice("withdrawal")))),
        Some("correct") => (Some(json(&correction())), Some(json(&notice("correction")))),
        Some(id) => recognition::of(id),
        None => (None, None),
    };
    if let (Some(example), Some(body)) = (request, &mut operation.request_body)
        && let RefOr::T(body) = body
    {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content {
                content.example = Some(example.clone());
            }
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let example = match status.as_str() {
            "200" => answer.clone(),
            "401" => Some(json(&ServiceError::from(Code::Unauthorized).error)),
            _ => None,
        };
        let of_json = |content: &(&String, _)| content.0 == "application/json";
        for (_, content) in response.content.iter_mut().filter(of_json) {
            if let (RefOr::T(content), Some(example)) = (content, &example) {
                content.example = Some(example.clone());
            }
        }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("plain data becomes JSON")
}

fn preview() -> ImportSummary {
    ImportSummary {
        import: HexBytes(IMPORT.to_vec()),
        item: "xzcf".to_owned(),
        file: FileShown {
            kind: "xlsx".to_owned(),
            sheet: Some("行政处罚".to_owned()),
            sheets: vec!["行政处罚".to_owned(), "填表说明".to_owned()],
            header_line: 2,
            generation: Some(2016),
            ..FileShown::default()
        },
        preview: true,
        rows: 120,
        accepted: 112,
        known: 3,
        corrections: 1,
        rejected: 4,
        rejected_by: [("REQUIRED_MISSING".to_owned(), 4)].into(),
        cleaned_cells: 17,
        late: 2,
        late_workdays_max: 3,
        rejected_file: Some(format!("/v1/imports/{}/rejected", Digest(IMPORT))),
        rejected_kind: Some("xlsx".to_owned()),
        rejected_parts: 1,
        kept_until: Some("2026-12-01T09:30:00+08:00".to_owned()),
        findings: vec![finding()],
        offered: vec![OfferedCorrection {
            row: 40,
            line: 42,
            log: RECORDS.to_owned(),
            number: 4711,
            fields: vec!["CF_NR_FK".to_owned()],
            decided: "2026-11-20".to_owned(),
        }],
        log: RECORDS.to_owned(),
        ..ImportSummary::default()
    }
}

fn taken_in() -> ImportSummary {
    ImportSummary {
        preview: false,
        corrected: 1,
        offered: Vec::new(),
        entries: Some(EntryRange { first: 5000, end: 5114 }),
        ..preview()
    }
}

fn finding() -> ImportFinding {
    ImportFinding {
        row: 17,
        line: 19,
        code: "REQUIRED_MISSING".to_owned(),
        severity: Severity::Error,
        field: Some("行政处罚决定书文号".to_owned()),
        message_zh: "行政处罚决定书文号：必填项为空".to_owned(),
        message_en: "document number: a required field is empty".to_owned(),
    }
}

fn page() -> FindingsPage {
    FindingsPage { import: HexBytes(IMPORT.to_vec()), findings: vec![finding()], next: Some(17) }
}

fn progress() -> ImportProgress {
    ImportProgress {
        import: HexBytes(IMPORT.to_vec()),
        state: ImportState::Running,
        item: Some("xzcf".to_owned()),
        rows_read: 8192,
        rows_acknowledged: 8192,
        bytes_done: 3 << 20,
        bytes_total: 7 << 20,
        summary: None,
    }
}

fn decision() -> ImportDecision {
    ImportDecision {
        corrections: CorrectionsChoice::Apply,
        reason: Some("罚款金额录入有误".to_owned()),
        review: None,
    }
}

fn withdrawal() -> WithdrawalRequest {
    WithdrawalRequest {
        target: Target::Import(ImportTarget { import: Digest(IMPORT) }),
        reason: "误传测试数据".to_owned(),
        document: Some("德演示撤〔2026〕3号".to_owned()),
        decided: Day::from_date(2026, 11, 24).map(Date),
        preview: false,
    }
}

fn correction() -> CorrectionRequest {
    CorrectionRequest {
        target: Target::Entry(EntryTarget { entry: 4711, log: None }),
        set: [("CF_NR_FK".to_owned(), "0.2".to_owned())].into(),
        reason: "罚款金额录入有误".to_owned(),
        review: None,
        preview: false,
    }
}

fn notice(kind: &str) -> Notice {
    Notice {
        log: "huzhou/deqing/notices/1".to_owned(),
        number: 12,
        concerns: Place { origin: RECORDS.to_owned(), number: 4711 },
        preview: false,
        kind: kind.to_owned(),
        record: Some(NoticeRecord {
            name: Some("湖州示例建材有限公司".to_owned()),
            document: "德演示罚〔2026〕17号".to_owned(),
            decided: "2026-11-12".to_owned(),
            changes: Vec::new(),
        }),
        records: None,
    }
}
