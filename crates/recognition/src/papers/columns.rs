//! Text in columns: how wide a character is, where a line may break.
//!
//! A Chinese character takes two columns. A line never begins with a closing mark nor ends with an
//! opening one, as long as there is room; a word of Latin letters is broken only when it is longer
//! than a line.

/// Columns of a page of text.
pub(super) const PAGE: usize = 80;

/// First and last character of the ranges that take two columns: East Asian Width W and F, and of
/// the ambiguous ones those that Chinese type sets in a full square.
const WIDE: [(char, char); 20] = [
    ('\u{1100}', '\u{115f}'),
    ('\u{2014}', '\u{2014}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2026}', '\u{2026}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{33ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{a4cf}'),
    ('\u{a960}', '\u{a97f}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe10}', '\u{fe19}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{ff00}', '\u{ff60}'),
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{16fe0}', '\u{18df2}'),
    ('\u{1b000}', '\u{1b2fb}'),
    ('\u{1f300}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// Marks that stand on the character before them and take no column.
const MARKS: [(char, char); 5] = [
    ('\u{300}', '\u{36f}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{e0100}', '\u{e01ef}'),
];

/// Marks that begin no line.
const CLOSING: &str = "，。、；：！？）》〉」』】〕”’…—％,.;:!?)]}%";
/// Marks that end no line.
const OPENING: &str = "（《〈「『【〔“‘([{";

/// Columns of a character.
fn width_of(c: char) -> usize {
    let within =
        |ranges: &[(char, char)]| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
    if within(&MARKS) {
        0
    } else if within(&WIDE) {
        2
    } else {
        1
    }
}

/// Columns of a text.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// What may not be broken, unless it is wider than a line: a word, or a character with the marks
/// that belong to it. Blanks stand alone.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let joins = before.is_some_and(|before| {
            let blank = before == ' ' || c == ' ';
            let word = width_of(before) == 1 && width_of(c) == 1;
            !blank && (word || width_of(c) == 0 || CLOSING.contains(c) || OPENING.contains(before))
        });
        match pieces.last_mut().filter(|_| joins) {
            Some(piece) => piece.push(c),
            None => pieces.push(c.to_string()),
        }
        before = Some(c);
    }
    pieces
}

/// Lines of at most `room` columns, at least one.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    let mut end = |line: &mut String, used: &mut usize| {
        lines.push(line.trim_end().to_owned());
        line.clear();
        *used = 0;
    };
    for piece in pieces(text) {
        let wide = width(&piece);
        if used + wide > room && used > 0 {
            end(&mut line, &mut used);
        }
        if piece == " " && used == 0 {
            continue;
        }
        for c in piece.chars() {
            if used + width_of(c) > room && used > 0 {
                end(&mut line, &mut used);
            }
            line.push(c);
            used += width_of(c);
        }
    }
    if used > 0 || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_and_marks_above_letters_none() {
        for (text, columns) in [
            ("", 0),
            ("abc", 3),
            ("湖州", 4),
            ("《示例》，", 10),
            ("〔2026〕17号", 12),
            ("“异议”", 8),
            ("ＡＢ", 4),
            ("e\u{301}", 1),
            ("𠮷", 2),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    fn check(text: &str, room: usize, expected: &[&str]) {
        let lines = wrapped(text, room);
        assert_eq!(lines, expected, "{text:?} in {room}");
        assert!(lines.iter().all(|line| width(line) <= room), "{lines:?}");
    }

    #[test]
    fn lines_break_between_characters_and_between_words() {
        check("", 10, &[""]);
        check("一二三四五六", 6, &["一二三", "四五六"]);
        check("one two three", 8, &["one two", "three"]);
        check("按3天一二", 6, &["按3天", "一二"]);
        check("a  b", 3, &["a", "b"]);
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        check("一二三，四", 6, &["一二", "三，四"]);
        check("一二（三）", 6, &["一二", "（三）"]);
    }

    #[test]
    fn what_is_wider_than_a_line_is_broken_anywhere() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("，，，，", 4, &["，，", "，，"]);
    }
}
