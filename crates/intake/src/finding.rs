//! What intake itself can find in a header or a row, beside what the catalogue finds in cells.
//!
//! The table, and the findings about a row's form. Those about the header are made in `header`,
//! those about what a spreadsheet did to a cell in `spoilt`.

use tiaoxi_catalog::{Finding, FindingKind, Severity};

macro_rules! finding_kinds {
    ($($code:ident: $zh:literal, $en:literal;)*) => {
        $(
            #[doc = $en]
            pub const $code: &str = stringify!($code);
        )*
        const KINDS: &[FindingKind] =
            &[$(FindingKind { code: $code, zh: $zh, en: $en }),*];
    };
}

finding_kinds! {
    UNKNOWN_COLUMN: "目录项中没有此列，不读取",
        "the catalogue item does not know the column; it is not read (a warning)";
    MISSING_COLUMN: "文件缺少必填列，各行均因该项为空被退回",
        "a required column is missing; every row is rejected for its empty field";
    OLD_HEADER: "旧版表头，已对应到现行版",
        "the header is of an earlier format and was mapped onto the current one";
    STRAY_QUOTE: "引号不成对，该行按原样退回",
        "a quotation mark without its partner; the row comes back as it stands";
    CELL_COUNT: "单元格数与表头列数不一致",
        "the row has more or fewer cells than the header has columns";
    CELL_OUTSIDE_TABLE: "没有表头的列中有内容，未读取",
        "a cell in a column without a header; it was not read";
    CELL_TOO_LARGE: "单元格超过大小上限，已截断",
        "a cell, or the row as a whole, exceeds the limit and was cut";
    CELL_NOT_UTF8: "单元格不是 UTF-8 编码", "a cell is not UTF-8";
    CELL_GARBLED: "单元格中有不属于文件编码（GBK 等）的字节，文字已损坏",
        "a cell holds bytes that mean nothing in the file's encoding (such as GBK)";
    NUMBER_NOT_TEXT: "代码或文字被表格软件变成了数字，末位或前导零可能已丢失",
        "a spreadsheet made a number of a code or text; digits may be lost";
    DATE_NOT_TEXT: "文字被表格软件变成了日期", "a spreadsheet made a date of a text";
    CELL_ERROR_VALUE: "单元格是公式错误值", "the cell holds an error value of a formula";
    FORMULA_VALUE: "单元格是公式，已取其计算结果",
        "the cell holds a formula; the value that it last gave was taken";
    FORMULA_NOT_COMPUTED: "单元格的公式没有计算结果",
        "the cell holds a formula that was never computed";
    EXTERNAL_LINK: "单元格引用了其他文件", "the cell refers to another file";
    KEY_CONFLICT: "与本文件中另一行的机关、文号和相对人相同而内容不同",
        "an earlier row has the same authority, document number and subject, but other content";
    DUPLICATE_IN_FILE: "与本文件中另一行完全相同，已跳过",
        "an earlier row of the file says exactly the same; skipped and counted";
    EXAMPLE_ROW: "模板中的示例行，已跳过", "the example row of the template; skipped and counted";
    REPORTED_LATE: "超过报送期限", "reported after the deadline";
}

/// Every finding that intake itself can report, beside [`tiaoxi_catalog::findings`].
pub fn findings() -> &'static [FindingKind] {
    KINDS
}

pub(crate) fn error(code: &'static str, field: Option<u8>, zh: String, en: String) -> Finding {
    Finding { code, severity: Severity::Error, field, zh, en }
}

pub(crate) fn warning(code: &'static str, field: Option<u8>, zh: String, en: String) -> Finding {
    Finding { code, severity: Severity::Warning, field, zh, en }
}

/// A quotation mark without its partner, in `line` as the clerk's program shows it. `column`: where
/// it stands, from 1, as far as that is known.
#[cold]
pub(crate) fn stray_quote(line: u64, column: Option<usize>, field: Option<u8>) -> Finding {
    let (place_zh, place_en) = match column {
        Some(column) => (format!("第 {column} 列"), format!(", column {column},")),
        None => Default::default(),
    };
    error(
        STRAY_QUOTE,
        field,
        format!(
            "第 {line} 行{place_zh}的英文双引号（\"）不成对，该行按原样退回。\
             请删去多余的引号后再报送；若有文字被分到了相邻的列，请一并改正"
        ),
        format!(
            "line {line}{place_en} has a quotation mark without its partner; the row comes back \
             as it stands: remove the mark, put text that went into the next column back, and \
             hand the row in again"
        ),
    )
}

#[cold]
pub(crate) fn cell_count(found: usize, expected: usize, lines: u64) -> Finding {
    let (span_zh, span_en) = span(lines);
    let (hint_zh, hint_en) = if found < expected {
        (
            "；若只是行末少了空单元格，退回文件已补齐，可直接再报送",
            "; if only empty cells at its \
          end are missing, the file of rejected rows has them and can be handed in as it is",
        )
    } else {
        ("；文字中的逗号是否没有加引号？", "; is there a comma in a text without quotation marks?")
    };
    error(
        CELL_COUNT,
        None,
        format!("本行有 {found} 个单元格，表头有 {expected} 列{span_zh}{hint_zh}"),
        format!("the row has {found} cells, the header {expected} columns{span_en}{hint_en}"),
    )
}

#[cold]
pub(crate) fn cell_outside_table(column: usize) -> Finding {
    warning(
        CELL_OUTSIDE_TABLE,
        None,
        format!("第 {column} 列没有表头，其内容未读取"),
        format!("column {column} has no header; what it holds was not read"),
    )
}

#[cold]
pub(crate) fn cell_too_large(column: usize, field: Option<u8>, max: usize, lines: u64) -> Finding {
    let (span_zh, span_en) = span(lines);
    error(
        CELL_TOO_LARGE,
        field,
        format!("第 {column} 列的单元格超过上限（每格 {max} 字节）{span_zh}"),
        format!("the cell in column {column} exceeds the limit ({max} bytes a cell){span_en}"),
    )
}

#[cold]
pub(crate) fn cell_not_utf8(column: usize, field: Option<u8>) -> Finding {
    error(
        CELL_NOT_UTF8,
        field,
        format!("第 {column} 列的单元格含有不是 UTF-8 的字节，请按原件重新录入"),
        format!("the cell in column {column} holds bytes that are not UTF-8; type it again"),
    )
}

#[cold]
pub(crate) fn cell_garbled(column: usize, field: Option<u8>, encoding: &str) -> Finding {
    error(
        CELL_GARBLED,
        field,
        format!("第 {column} 列的单元格含有不是 {encoding} 的字节，文字已损坏，请按原件重新录入"),
        format!(
            "the cell in column {column} holds bytes that are not {encoding}, its text is \
             damaged; type it again"
        ),
    )
}

#[cold]
pub(crate) fn key_conflict(first_row: u32) -> Finding {
    error(
        KEY_CONFLICT,
        None,
        format!("与表头以下第 {first_row} 行的机关、文号和相对人相同而内容不同，请核对后更正"),
        format!(
            "row {first_row} below the header has the same authority, document number and \
             subject, but other content"
        ),
    )
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
