//! What intake itself finds in a row or a header, beside what the catalogue finds in its cells.

use tiaoxi_catalog::{Finding, FindingKind, Severity};

use crate::encoding::Looks;

const KINDS: [FindingKind; 6] = [
    FindingKind {
        code: CELL_COUNT,
        zh: "单元格数与表头列数不一致",
        en: "the row has more or fewer cells than the header has columns",
    },
    FindingKind {
        code: CELL_TOO_LARGE,
        zh: "单元格超过大小上限，已截断",
        en: "a cell, or the row as a whole, exceeds the limit and was cut",
    },
    FindingKind {
        code: CELL_NOT_UTF8, zh: "单元格不是 UTF-8 编码", en: "a cell is not UTF-8"
    },
    FindingKind {
        code: KEY_CONFLICT,
        zh: "与本文件中另一行的机关、文号和相对人相同而内容不同",
        en: "an earlier row has the same authority, document number and subject, but other content",
    },
    FindingKind {
        code: DUPLICATE_IN_FILE,
        zh: "与本文件中另一行完全相同，已跳过",
        en: "an earlier row of the file says exactly the same; skipped and counted",
    },
    FindingKind {
        code: UNKNOWN_COLUMN,
        zh: "目录项中没有此列，不读取",
        en: "the catalogue item does not know the column; it is not read (a warning)",
    },
];

/// Every finding that intake itself can report, beside [`tiaoxi_catalog::findings`].
pub fn findings() -> &'static [FindingKind] {
    &KINDS
}

/// Too few or too many cells.
pub const CELL_COUNT: &str = "CELL_COUNT";
/// A cell beyond the limits.
pub const CELL_TOO_LARGE: &str = "CELL_TOO_LARGE";
/// A cell in another encoding.
pub const CELL_NOT_UTF8: &str = "CELL_NOT_UTF8";
/// Same natural key, other content.
pub const KEY_CONFLICT: &str = "KEY_CONFLICT";
/// Same natural key, same content: the code under which [`crate::Outcome::Duplicate`] is shown.
pub const DUPLICATE_IN_FILE: &str = "DUPLICATE_IN_FILE";
/// A column of the file that the item does not have.
pub const UNKNOWN_COLUMN: &str = "UNKNOWN_COLUMN";

fn error(code: &'static str, field: Option<u8>, zh: String, en: String) -> Finding {
    Finding { code, severity: Severity::Error, field, zh, en }
}

pub(crate) fn cell_count(found: usize, expected: usize, lines: u64) -> Finding {
    let (span_zh, span_en) = span(lines);
    error(
        CELL_COUNT,
        None,
        format!("本行有 {found} 个单元格，表头有 {expected} 列{span_zh}"),
        format!("the row has {found} cells, the header {expected} columns{span_en}"),
    )
}

pub(crate) fn cell_too_large(column: usize, field: Option<u8>, max: usize, lines: u64) -> Finding {
    let (span_zh, span_en) = span(lines);
    error(
        CELL_TOO_LARGE,
        field,
        format!("第 {column} 列的单元格超过上限（每格 {max} 字节）{span_zh}"),
        format!("the cell in column {column} exceeds the limit ({max} bytes a cell){span_en}"),
    )
}

pub(crate) fn cell_not_utf8(column: usize, field: Option<u8>, looks: Looks) -> Finding {
    error(
        CELL_NOT_UTF8,
        field,
        format!("第 {column} 列的单元格不是 UTF-8 编码：{}", looks.zh()),
        format!("the cell in column {column} is not UTF-8: {}", looks.en()),
    )
}

pub(crate) fn key_conflict(first_row: u32) -> Finding {
    error(
        KEY_CONFLICT,
        None,
        format!("与第 {first_row} 行的机关、文号和相对人相同而内容不同，请核对后更正"),
        format!(
            "row {first_row} has the same authority, document number and subject, \
             but other content"
        ),
    )
}

pub(crate) fn unknown_column(column: usize, name: &str) -> Finding {
    Finding {
        code: UNKNOWN_COLUMN,
        severity: Severity::Warning,
        field: None,
        zh: format!("目录项中没有第 {column} 列“{name}”，不读取"),
        en: format!(
            "the catalogue item has no column \"{name}\" (column {column}); it is not read"
        ),
    }
}

/// The hint that goes with a row of several lines.
fn span(lines: u64) -> (String, String) {
    if lines < 2 {
        return Default::default();
    }
    (
        format!("；本行跨越 {lines} 行文本，请检查引号"),
        format!("; the row spans {lines} lines of the file, look for a stray quotation mark"),
    )
}
