//! What a spreadsheet did to cells: numbers and dates in place of text, formulas, error values.
//!
//! Nothing is repaired silently: a code that became a number may have lost digits, so its cell is
//! an error that says how to mend it. Knows what a field must hold, not whether its text is right.

use tiaoxi_catalog::{FieldKind, FieldSpec, Finding};
use tiaoxi_sheet::{Formula, Row, Value};

use crate::finding::{
    self, CELL_ERROR_VALUE, DATE_NOT_TEXT, EXTERNAL_LINK, FORMULA_NOT_COMPUTED, FORMULA_VALUE,
    NUMBER_NOT_TEXT,
};

/// Digits that a spreadsheet keeps of a number.
const DIGITS_KEPT: usize = 15;

/// What is wrong with a workbook's cell (column from 0) that holds `field`, its text aside.
pub(crate) fn in_workbook(
    row: &Row,
    column: usize,
    text: &str,
    field: &FieldSpec,
) -> Option<Finding> {
    let value = row.value(column);
    match row.formula(column) {
        Formula::External => return Some(external_link(field)),
        Formula::NotComputed => return Some(not_computed(field)),
        Formula::None | Formula::Computed => {}
    }
    let wrong = match value {
        Value::Error => Some(error_value(field)),
        Value::Number if !may_be_number(&field.kind, text) => Some(number_not_text(field)),
        Value::Date if !matches!(field.kind, FieldKind::Date { .. }) => Some(date_not_text(field)),
        Value::Text | Value::Number | Value::Date | Value::Boolean => None,
    };
    let is_formula = row.formula(column) == Formula::Computed;
    wrong.or_else(|| is_formula.then(|| formula_value(field)))
}

/// Whether a field's text is digits that no spreadsheet may touch.
pub(crate) fn is_code(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Code(_) | FieldKind::Uscc | FieldKind::OrganisationCode)
}

/// Adds to the finding about a check digit that the number has the zeros of one that a spreadsheet
/// cut off.
pub(crate) fn explain_lost_digits(finding: &mut Finding, text: &str) {
    let digits = text.trim();
    let is_cut = digits.len() > DIGITS_KEPT
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.ends_with("000");
    if is_cut && finding.code == tiaoxi_catalog::finding::CODE_CHECK_DIGIT {
        finding.zh.push_str("；末尾的 0 可能是 Excel 把号码当作数字造成的，请按原件重新录入");
        finding.en.push_str(
            "; the zeros at its end look like those of a number cut off by Excel: type it again",
        );
    }
}

/// A number as a text or a choice is its digits, as long as a spreadsheet keeps them all.
fn may_be_number(kind: &FieldKind, text: &str) -> bool {
    match kind {
        FieldKind::Date { .. } | FieldKind::Decimal { .. } => true,
        FieldKind::Text(_) | FieldKind::Choice(_) => {
            text.len() <= DIGITS_KEPT && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        FieldKind::Code(_) | FieldKind::Uscc | FieldKind::OrganisationCode => false,
    }
}

/// Whether a text is what a text file shows of a long number: digits, perhaps with a point among
/// them, then `E+` and digits.
pub(crate) fn is_scientific(text: &str) -> bool {
    if !text.as_bytes().contains(&b'+') {
        return false;
    }
    let Some((number, exponent)) = text.trim().split_once('+') else { return false };
    let Some(number) = number.strip_suffix(['E', 'e']) else { return false };
    let is_number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    is_number(number) && is_number(exponent)
}

/// A number in place of a code or text.
#[cold]
pub(crate) fn number_not_text(field: &FieldSpec) -> Finding {
    wrong(
        NUMBER_NOT_TEXT,
        field,
        "单元格是数字而不是文本，超过 15 位的号码末位已丢失，前导零也可能丢失。\
         请将该列的单元格格式设为“文本”，再按原件重新录入",
        "the cell holds a number in place of text: digits beyond the fifteenth are lost, and so \
         are zeros in front; format the column as text and type it again",
    )
}

#[cold]
fn date_not_text(field: &FieldSpec) -> Finding {
    wrong(
        DATE_NOT_TEXT,
        field,
        "单元格被 Excel 变成了日期。请将该列的单元格格式设为“文本”，再按原件重新录入",
        "Excel made a date of the cell; format the column as text and type it again",
    )
}

#[cold]
fn error_value(field: &FieldSpec) -> Finding {
    wrong(
        CELL_ERROR_VALUE,
        field,
        "单元格是公式错误值（如 #N/A），请改为实际内容",
        "the cell holds an error value such as #N/A; put the real content there",
    )
}

#[cold]
fn not_computed(field: &FieldSpec) -> Finding {
    wrong(
        FORMULA_NOT_COMPUTED,
        field,
        "单元格的公式没有计算结果。请在 Excel 中打开、保存后再报送，或改为实际内容",
        "the formula was never computed; open and save the file in Excel, or put the real content \
         there",
    )
}

#[cold]
fn external_link(field: &FieldSpec) -> Finding {
    wrong(
        EXTERNAL_LINK,
        field,
        "单元格引用了其他文件，不能采用。请复制后“选择性粘贴—值”",
        "the cell refers to another file; copy it and paste its value",
    )
}

#[cold]
fn formula_value(field: &FieldSpec) -> Finding {
    finding::warning(
        FORMULA_VALUE,
        Some(field.number),
        format!("{}：单元格是公式，已取其计算结果", field.name_zh),
        format!(
            "{}: the cell holds a formula; the value that it last gave was taken",
            field.name_en
        ),
    )
}

fn wrong(code: &'static str, field: &FieldSpec, zh: &str, en: &str) -> Finding {
    let (zh, en) = (format!("{}：{zh}", field.name_zh), format!("{}: {en}", field.name_en));
    finding::error(code, Some(field.number), zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_scientific_notation_are_told_from_codes() {
        for (text, expected) in [
            ("9.13305E+17", true),
            ("3.30501e+17", true),
            ("9E+17", true),
            ("91330522MA28E1234X", false),
            ("+8605722000000", false),
            ("E+17", false),
            ("9.1E+", false),
            ("12E+3A", false),
            ("", false),
        ] {
            assert_eq!(is_scientific(text), expected, "{text}");
        }
    }
}
