//! What is found in a row by comparing it with the log. `docs/api.md` lists the codes.

use tiaoxi_catalog::{Finding, Item, Severity};
use tiaoxi_sheet::Form;

use crate::own::Version;

/// Sheets of the workbook that were not read.
pub(super) fn other_sheets(form: &Form) -> Option<Finding> {
    let read = form.sheet.as_deref()?;
    let others: Vec<_> =
        form.sheets.iter().map(String::as_str).filter(|name| *name != read).collect();
    (!others.is_empty()).then(|| Finding {
        code: "OTHER_SHEETS",
        severity: Severity::Warning,
        field: None,
        zh: format!(
            "只读取了工作表“{read}”，没有读取：{}。需要时用 --sheet 指定后另行导入",
            others.join("、")
        ),
        en: format!(
            "only the sheet \"{read}\" was read, not {}; name one with --sheet to import it too",
            others.join(", ")
        ),
    })
}

/// The row repeats an earlier one of the file.
pub(super) fn repeats(first_row: u32) -> Finding {
    Finding {
        code: tiaoxi_intake::finding::DUPLICATE_IN_FILE,
        severity: Severity::Warning,
        field: None,
        zh: format!("与第 {first_row} 行完全相同，已跳过"),
        en: format!("says exactly the same as row {first_row}; skipped"),
    }
}

/// The record stands in the log with other content.
pub(super) fn recorded_differently(item: &Item, version: &Version, fields: &[u8]) -> Finding {
    let named = item.fields().iter().filter(|field| fields.contains(&field.number));
    let (zh, en): (Vec<_>, Vec<_>) =
        named.map(|field| (field.name_zh.as_str(), field.name_en.as_str())).unzip();
    let decided = version.record.decided;
    Finding {
        code: "RECORDED_DIFFERENTLY",
        severity: Severity::Error,
        field: None,
        zh: format!(
            "已有机关、文号和相对人相同而内容不同的记录（决定日期{decided}），不同之处：{}。\
             如确为更正，导入时请选择按更正处理并写明理由",
            zh.join("、")
        ),
        en: format!(
            "a record with the same authority, document number and subject stands with other \
             content: {}. If this corrects it, import with corrections applied and a reason",
            en.join(", ")
        ),
    }
}

/// The record with other content waits to be signed; until then nothing may concern it.
pub(super) fn recorded_unsigned() -> Finding {
    Finding {
        code: "RECORDED_UNSIGNED",
        severity: Severity::Error,
        field: None,
        zh: "已有同一决定而内容不同的记录，但尚未签名，请待上级节点恢复连接后再报送此行".into(),
        en: "a record of the same decision with other content waits to be signed; hand in this \
             row again once the hub is back"
            .into(),
    }
}

/// The record was withdrawn before.
pub(super) fn withdrawn_before(version: &Version) -> Finding {
    let decided = version.record.decided;
    Finding {
        code: "WITHDRAWN_BEFORE",
        severity: Severity::Error,
        field: None,
        zh: format!("同一决定（决定日期{decided}）的记录已撤回，重新报送须经复核人确认"),
        en: "a record of the same decision was withdrawn; it goes in again only with the word of \
             a reviewer"
            .into(),
    }
}
