//! One or several listed values in a cell.

use std::borrow::Cow;

use crate::item::Choice;

/// What separates values in a cleaned cell.
pub(super) const SEPARATOR: char = ';';

/// What may stand between 其他 and the name behind it.
const JOINERS: &[char] = &['-', '－', '—', '–', ':', '：', '(', '（', ' ', '\u{3000}'];

/// What a cell holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Values<'a> {
    /// The values as listed, joined by [`SEPARATOR`]; unknown ones as they came.
    pub(super) text: Cow<'a, str>,
    /// The first piece that is no value.
    pub(super) unknown: Option<String>,
    /// The value that wants a name stands alone.
    pub(super) other_unnamed: bool,
}

impl Values<'_> {
    /// The same, from a text that does not live as long as the cell.
    pub(super) fn into_owned<'a>(self) -> Values<'a> {
        let text = Cow::Owned(self.text.into_owned());
        Values { text, unknown: self.unknown, other_unnamed: self.other_unnamed }
    }
}

/// Reads a trimmed cell that is not empty.
pub(super) fn read<'a>(choice: &Choice, text: &'a str) -> Values<'a> {
    if choice.values.iter().any(|value| value == text) {
        return Values { text: Cow::Borrowed(text), unknown: None, other_unnamed: false };
    }
    let mut found = Found { choice, values: Vec::new(), unknown: None, other_unnamed: false };
    if choice.several {
        for piece in text.split(choice.separators.as_slice()).map(str::trim) {
            if !piece.is_empty() {
                found.read_piece(piece);
            }
        }
    } else if !found.read_one(text) {
        found.fail(text);
    }
    if found.values.is_empty() && found.unknown.is_none() {
        found.fail(text);
    }
    let Found { values, unknown, other_unnamed, .. } = found;
    let text = match unknown {
        Some(_) => Cow::Borrowed(text),
        None => Cow::Owned(values.join(";")),
    };
    Values { text, unknown, other_unnamed }
}

struct Found<'c> {
    choice: &'c Choice,
    values: Vec<String>,
    unknown: Option<String>,
    other_unnamed: bool,
}

impl Found<'_> {
    fn fail(&mut self, piece: &str) {
        self.unknown.get_or_insert_with(|| piece.to_owned());
    }

    fn take(&mut self, value: &str) {
        if !self.values.iter().any(|taken| taken == value) {
            self.values.push(value.to_owned());
        }
    }

    /// A piece between hard separators: one value, or several between soft ones.
    fn read_piece(&mut self, piece: &str) {
        let mut rest = piece;
        while !rest.is_empty() && !self.read_one(rest) {
            match self.read_head(rest) {
                Some(after) => rest = after,
                None => return self.fail(rest),
            }
        }
    }

    /// Takes the value before a soft separator, and returns what follows it. A soft separator inside
    /// a value belongs to it, so the longest value that fits is tried first.
    fn read_head<'t>(&mut self, rest: &'t str) -> Option<&'t str> {
        let soft = self.choice.soft_separators.as_slice();
        let mut listed = self.choice.by_length.iter().filter_map(|i| self.choice.values.get(*i));
        let longest = listed.find_map(|value| {
            let after = rest.strip_prefix(value.as_str())?.trim_start();
            Some((value, after.strip_prefix(soft)?))
        });
        if let Some((value, after)) = longest {
            self.take(value);
            return Some(after.trim_start());
        }
        let (head, after) = rest.split_once(soft)?;
        self.read_one(head.trim()).then(|| after.trim_start())
    }

    /// Whether `text` as a whole is a value, stands for one, or is the other value with its name.
    fn read_one(&mut self, text: &str) -> bool {
        let choice = self.choice;
        if let Some(value) = choice.values.iter().find(|value| *value == text) {
            self.take(value);
            return true;
        }
        let text = choice.value_codes.get(text).map_or(text, String::as_str);
        if let Some(value) = choice.values.iter().find(|value| *value == text) {
            self.take(value);
            return true;
        }
        let Some(other) = &choice.other else { return false };
        let Some(name) = text.strip_prefix(other.value.as_str()) else { return false };
        let joined = name.starts_with(JOINERS);
        let name = name.trim_start_matches(JOINERS).trim_end_matches([')', '）', ' ']);
        if name.is_empty() {
            self.other_unnamed = true;
            self.take(&other.value);
            return true;
        }
        if joined {
            self.take(&format!("{}-{name}", other.value));
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FieldKind, Item};

    fn penalty_kinds() -> Item {
        Item::parse(include_str!("../../../../configs/catalog/xzcf.toml"))
            .expect("the shipped file")
    }

    fn check(code: &str, cell: &str, expected: Result<&str, &str>) {
        let item = penalty_kinds();
        let field = item.fields().iter().find(|field| field.code == code).expect("a field");
        let FieldKind::Choice(choice) = &field.kind else { panic!("a choice") };
        let values = read(choice, cell);
        let found = values.unknown.as_deref().map_or(Ok(&*values.text), Err);
        assert_eq!(found, expected, "{cell}");
    }

    #[test]
    fn several_values_are_told_apart_by_every_separator() {
        for cell in [
            "警告;罚款",
            "警告；罚款",
            "警告,罚款",
            "警告，罚款",
            "警告|罚款",
            "警告\n罚款",
            "警告、罚款",
            " 警告 ； 罚款 ；",
            "警告;罚款;警告",
        ] {
            check("CF_CFLB", cell, Ok("警告;罚款"));
        }
        check("CF_CFLB", "警告 罚款", Err("警告 罚款"));
        check("CF_CFLB", "警告;罚钱", Err("罚钱"));
        check("CF_CFLB", "警告、罚钱", Err("罚钱"));
        check("CF_CFLB", ";、", Err("、"));
        check("CF_CFLB", ";;", Err(";;"));
    }

    #[test]
    fn a_separator_inside_a_value_belongs_to_it() {
        let both = "没收违法所得、没收非法财物";
        check("CF_CFLB", both, Ok(both));
        check(
            "CF_CFLB",
            "警告、没收违法所得、没收非法财物、罚款",
            Ok("警告;没收违法所得、没收非法财物;罚款"),
        );
        check("CF_CFLB", "没收违法所得、罚款", Ok("没收违法所得;罚款"));
        check("CF_CFLB", "没收非法财物、没收违法所得", Ok("没收非法财物;没收违法所得"));
        check(
            "CF_CFLB",
            "暂扣或者吊销许可证、暂扣或者吊销执照",
            Ok("暂扣或者吊销许可证、暂扣或者吊销执照"),
        );
        check(
            "CF_CFLB",
            "法律、行政法规规定的其他行政处罚、罚款",
            Ok("法律、行政法规规定的其他行政处罚;罚款"),
        );
    }

    #[test]
    fn the_other_value_carries_its_name() {
        for cell in ["其他-责令改正", "其他—责令改正", "其他：责令改正", "其他（责令改正）"]
        {
            check("CF_CFLB", cell, Ok("其他-责令改正"));
        }
        check("CF_CFLB", "罚款、其他-责令改正、警告", Ok("罚款;其他-责令改正、警告"));
        check("CF_CFLB", "其他", Ok("其他"));
        check("CF_CFLB", "其他责令改正", Err("其他责令改正"));
    }

    #[test]
    fn codes_stand_for_values_and_one_value_is_no_list() {
        check("CF_XDR_ZJLX", "01", Ok("身份证"));
        check("CF_XDR_ZJLX", "居民身份证", Ok("身份证"));
        check("CF_XDR_ZJLX", "身份证", Ok("身份证"));
        check("CF_XDR_ZJLX", "其他-军官证", Ok("其他-军官证"));
        check("CF_XDR_ZJLX", "身份证;护照号", Err("身份证;护照号"));
        check("CF_XDR_ZJLX", "07", Err("07"));
    }
}
