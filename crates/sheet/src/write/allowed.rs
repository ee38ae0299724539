//! Texts bent into what the file format of workbooks allows.

use std::borrow::Cow;

/// Characters of a cell or a note, counted as UTF-16.
pub(super) const CELL_CHARS_MAX: usize = 32_767;
/// Characters of a sheet's name, counted as UTF-16.
const NAME_CHARS_MAX: usize = 31;

/// The text as far as `utf16_max` allows; a text that was cut ends in `…`.
pub(super) fn capped(text: &str, utf16_max: usize) -> Cow<'_, str> {
    // No character takes more UTF-16 units than UTF-8 bytes.
    if text.len() <= utf16_max || text.chars().map(char::len_utf16).sum::<usize>() <= utf16_max {
        return text.into();
    }
    let mut room = utf16_max.saturating_sub(1);
    let kept = text.chars().take_while(|letter| {
        let fits = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        fits
    });
    kept.chain(['…']).collect::<String>().into()
}

/// The text of a cell: line ends as Excel has them, without what XML cannot hold.
pub(super) fn cell_text(text: &str) -> Cow<'_, str> {
    let text = capped(text, CELL_CHARS_MAX);
    if !text.contains(['\r', '\u{fffe}', '\u{ffff}']) {
        return text;
    }
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
        .into()
}

/// A name that a sheet may have, as near to `wish` as can be: at most 31 characters, without
/// `* ? : [ ] \ /`, without an apostrophe at either end, not empty.
pub fn sheet_name(wish: &str) -> String {
    let is_bad = |c: char| c.is_control() || "*?:[]\\/\u{fffe}\u{ffff}".contains(c);
    let name: String = wish.chars().map(|c| if is_bad(c) { '_' } else { c }).collect();
    let is_edge = |c: char| c == '\'' || c.is_whitespace();
    let name = capped(name.trim_matches(is_edge), NAME_CHARS_MAX);
    let name = name.trim_matches(is_edge);
    // Excel keeps the name History for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        return "Sheet1".to_owned();
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_bent_into_what_is_allowed() {
        for (wish, name) in [
            ("行政处罚", "行政处罚"),
            ("", "Sheet1"),
            (" '' ", "Sheet1"),
            ("history", "Sheet1"),
            ("a/b:c[1]", "a_b_c_1_"),
            ("'示例'", "示例"),
            (
                "行政相对人名称及其统一社会信用代码与处罚决定书文号汇总表（二〇二六年）",
                "行政相对人名称及其统一社会信用代码与处罚决定书文号汇总表（二…",
            ),
        ] {
            assert_eq!(sheet_name(wish), name);
            rust_xlsxwriter::utility::check_sheet_name(&sheet_name(wish)).unwrap();
        }
    }

    #[test]
    fn a_text_is_cut_between_characters_and_says_so() {
        for (text, max, expected) in [
            ("示例", 2, "示例"),
            ("示例文", 2, "示…"),
            ("a😀b", 4, "a😀b"),
            ("a😀bc", 3, "a…"),
            ("a😀bc", 4, "a😀…"),
            ("", 0, ""),
        ] {
            assert_eq!(capped(text, max), expected);
        }
    }

    #[test]
    fn line_ends_become_those_of_excel() {
        assert_eq!(cell_text("a\r\nb\rc\nd\u{ffff}"), "a\nb\nc\nd\u{fffd}");
    }
}
