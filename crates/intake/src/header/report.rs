//! What is said of a header: names that can be shown, and the findings.

use tiaoxi_catalog::{FieldSpec, Finding};

use super::format::Format;
use crate::finding::{self, MISSING_COLUMN, OLD_HEADER, UNKNOWN_COLUMN};

/// Characters of a column name that a message repeats.
const NAME_SHOWN_CHARS: usize = 20;
/// Digits of a column name that a message repeats.
const DIGITS_SHOWN: usize = 6;
/// Column names that a message lists.
const NAMES_SHOWN: usize = 6;

/// A name as a message repeats it: shortened, and without long numbers, because in a file without
/// a header it is somebody's data.
pub(crate) fn shown(name: &str) -> String {
    let mut digits = 0;
    let masked = name.trim().chars().filter(|letter| !letter.is_control()).map(|letter| {
        digits += usize::from(letter.is_ascii_digit());
        if digits > DIGITS_SHOWN && letter.is_ascii_digit() { '*' } else { letter }
    });
    let mut text: String = masked.take(NAME_SHOWN_CHARS).collect();
    if name.trim().chars().nth(NAME_SHOWN_CHARS).is_some() {
        text.push('…');
    }
    text
}

/// The first few names of a row that are not blank.
pub(crate) fn shown_all(names: &[String]) -> String {
    let filled = names.iter().filter(|name| !name.trim().is_empty());
    filled.take(NAMES_SHOWN).map(|name| shown(name)).collect::<Vec<_>>().join(", ")
}

/// Code and Chinese name of the first few fields.
pub(crate) fn names<'f>(fields: impl Iterator<Item = &'f FieldSpec>) -> String {
    fields.take(NAMES_SHOWN).map(name).collect::<Vec<_>>().join(", ")
}

/// Code and Chinese name of a field.
pub(crate) fn name(field: &FieldSpec) -> String {
    format!("{} {}", field.code, field.name_zh)
}

pub(super) fn unknown_column(column: usize, name: &str) -> Finding {
    let name = shown(name);
    finding::warning(
        UNKNOWN_COLUMN,
        None,
        format!("目录项中没有第 {column} 列“{name}”，不读取"),
        format!("the catalogue item has no column \"{name}\" (column {column}); it is not read"),
    )
}

pub(super) fn missing_column(field: &FieldSpec) -> Finding {
    finding::error(
        MISSING_COLUMN,
        Some(field.number),
        format!(
            "缺少必填列“{}”（{}）。退回文件中会补上该列，请填写后再报送",
            field.name_zh, field.code
        ),
        format!(
            "the required column {} ({}) is missing; the file of rejected rows has it, empty: \
             fill it in and hand it in again",
            field.name_en, field.code
        ),
    )
}

/// A column of an earlier format and what became of it.
pub(super) struct OldName<'a> {
    /// As it stands in the file.
    pub(super) name: &'a str,
    /// The field that it holds today; `None`: it is not read.
    pub(super) field: Option<&'a FieldSpec>,
}

pub(super) fn old_header(format: Format<'_>, names: &[OldName<'_>]) -> Finding {
    let (mut mapped_zh, mut mapped_en, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for OldName { name, field } in names {
        let name = shown(name);
        if let Some(field) = field {
            mapped_en.push(format!("{name} → {}", field.code));
            mapped_zh.push(format!("{name}→{}", field.name_zh));
        } else {
            unread.push(name);
        }
    }
    let (zh, en) = match format.old {
        Some(old) => (
            format!("{} 年版表头，已对应到现行版", old.year),
            format!("the header is of the format of {}; mapped onto the current one", old.year),
        ),
        None => (
            "部分列名来自旧版，已对应到现行版".to_owned(),
            "some columns are named as in an earlier format; mapped onto the current one"
                .to_owned(),
        ),
    };
    let zh = zh + &list("：", &mapped_zh, "，") + &list("；不读取：", &unread, "，");
    let en = en + &list(": ", &mapped_en, ", ") + &list("; not read: ", &unread, ", ");
    finding::warning(OLD_HEADER, None, zh, en)
}

/// The items behind a lead; nothing where there are none.
fn list(lead: &str, items: &[String], joined_by: &str) -> String {
    if items.is_empty() { String::new() } else { format!("{lead}{}", items.join(joined_by)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_and_long_numbers_masked() {
        for (name, expected) in [
            (" 处罚机关 ", "处罚机关"),
            ("110105194912310021", "110105************"),
            ("经办科室\n及联系人", "经办科室及联系人"),
            (
                "一二三四五六七八九十一二三四五六七八九十一",
                "一二三四五六七八九十一二三四五六七八九十…",
            ),
        ] {
            assert_eq!(shown(name), expected);
        }
    }
}
