//! What spreadsheets and word processors put into cells without anybody wanting it: full-width
//! letters and digits, spaces of other widths, characters without any width.
//!
//! Each kind of field has its own cleaning; all of them leave a clean text as it is, without a copy,
//! and change nothing when they are applied again. Spelling that is right either way (upper case,
//! `2024/1/5`) is no matter of this module.

use std::borrow::Cow;

/// Whether a character is shown as nothing at all: byte order marks, zero-width spaces and joiners,
/// soft hyphens, marks of direction that come with text copied from web pages.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The ASCII character that a full-width one stands for; a plain space for spaces of any width.
pub(crate) fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = u32::from(character).wrapping_sub(0xfee0);
            char::from_u32(ascii).unwrap_or(character)
        }
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// As [`half_width`], but punctuation keeps its width: it is right so in Chinese text.
fn half_width_word(character: char) -> char {
    match half_width(character) {
        half if half.is_ascii_alphanumeric() || half == ' ' => half,
        _ => character,
    }
}

/// Without white space of any width and invisible characters at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

/// A text without blanks, in half width throughout: codes, and words that are compared.
pub(crate) fn tokens(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    rewritten(
        text,
        text.chars().map(half_width).filter(|c| !c.is_whitespace() && !is_invisible(*c)),
    )
}

/// Dates and amounts: half width throughout; blanks between digits stay and are judged.
pub(super) fn number(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    rewritten(text, text.chars().filter(|c| !is_invisible(*c)).map(half_width))
}

/// Listed values: letters and digits in half width; separators and line ends stay.
pub(super) fn choice(text: &str) -> Cow<'_, str> {
    if !may_be_unclean(text) {
        return Cow::Borrowed(text);
    }
    rewritten(text, text.chars().filter(|c| !is_invisible(*c)).map(half_width_word))
}

/// Short texts: letters and digits in half width, a run of blanks is one; line ends stay.
pub(super) fn short_text(text: &str) -> Cow<'_, str> {
    spaced(text, |character| matches!(character, ' ' | '\t'), |_before, _after| true)
}

/// Names and document numbers: as short texts, and no blank or line end stands beside a Chinese
/// character, where nothing separates words.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    spaced(text, char::is_whitespace, |before, after| before.is_ascii() && after.is_ascii())
}

/// Each run of blanks becomes one space, or nothing where it is not kept between its neighbours.
fn spaced(
    text: &str,
    is_blank: impl Fn(char) -> bool,
    is_kept: impl Fn(char, char) -> bool,
) -> Cow<'_, str> {
    if !may_be_unclean(text) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let (mut before, mut blank) = (None, false);
    for character in text.chars().filter(|c| !is_invisible(*c)).map(half_width_word) {
        if is_blank(character) {
            blank = true;
            continue;
        }
        if let (true, Some(before)) = (blank, before)
            && is_kept(before, character)
        {
            cleaned.push(' ');
        }
        cleaned.push(character);
        (before, blank) = (Some(character), false);
    }
    if cleaned == text { Cow::Borrowed(text) } else { Cow::Owned(cleaned) }
}

/// Whether the text holds a blank or a character that cleaning changes. The first look, over lead
/// bytes and without branches, is enough for most Chinese texts.
fn may_be_unclean(text: &str) -> bool {
    let suspicious = |byte| byte <= b' ' || matches!(byte, 0xc2 | 0xe2 | 0xe3 | 0xef);
    text.bytes().fold(false, |found, byte| found | suspicious(byte))
        && text.chars().any(|c| c <= ' ' || is_invisible(c) || half_width_word(c) != c)
}

fn rewritten(text: &str, characters: impl Iterator<Item = char>) -> Cow<'_, str> {
    let cleaned: String = characters.collect();
    if cleaned == text { Cow::Borrowed(text) } else { Cow::Owned(cleaned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(clean: fn(&str) -> Cow<'_, str>, text: &str, expected: &str) {
        let cleaned = clean(text);
        assert_eq!(cleaned, expected, "{text}");
        assert_eq!(matches!(cleaned, Cow::Borrowed(_)), text == expected, "{text}");
        assert_eq!(clean(&cleaned), expected, "{text} cleaned twice");
    }

    #[test]
    fn codes_lose_width_and_blanks_of_every_kind() {
        for text in [
            "91330523TX",
            "９１３３０５２３ＴＸ",
            "9133 0523\u{a0}TX",
            "9133\u{3000}0523TX",
            "9133\u{200b}0523\u{feff}TX",
            "9133\n0523\tTX",
        ] {
            check(tokens, text, "91330523TX");
        }
        check(tokens, "（浙）字第１号", "(浙)字第1号");
        check(tokens, "D2143569－X", "D2143569-X");
    }

    #[test]
    fn names_keep_their_brackets_and_lose_blanks_beside_chinese() {
        check(name, "示例（湖州）有限公司", "示例（湖州）有限公司");
        check(name, "示例ＡＢＣ有限公司", "示例ABC有限公司");
        check(name, "示例 有限\u{3000}公司", "示例有限公司");
        check(name, "示例\n有限公司", "示例有限公司");
        check(name, "示例 ABC 公司", "示例ABC公司");
        check(name, "Example  Trading\u{a0}Ltd", "Example Trading Ltd");
        check(name, "示\u{200b}例", "示例");
        check(name, "演示〔２０２６〕 12号", "演示〔2026〕12号");
    }

    #[test]
    fn short_texts_keep_single_blanks_and_lines() {
        check(short_text, "甲 乙", "甲 乙");
        check(short_text, "甲\u{3000} 乙", "甲 乙");
        check(short_text, "第一行\n第二行", "第一行\n第二行");
        check(short_text, "竹制品，３件；共１２.5千克。", "竹制品，3件；共12.5千克。");
    }

    #[test]
    fn numbers_and_choices_are_read_in_half_width() {
        check(number, "２０２４－０１－０５", "2024-01-05");
        check(number, "２０２４年1月5日", "2024年1月5日");
        check(number, "０．２", "0.2");
        check(number, "1 000", "1 000");
        check(choice, "０１", "01");
        check(choice, "警告；罚款", "警告；罚款");
        check(choice, "警告；\u{3000}罚\u{200b}款", "警告； 罚款");
    }

    #[test]
    fn ends_are_trimmed_of_all_that_is_not_seen() {
        for text in [" 示例 ", "\u{feff}示例\u{3000}", "\u{200b}\t示例\r\n", "\u{a0}示例\u{200e}"]
        {
            assert_eq!(trim(text), "示例");
        }
    }
}
