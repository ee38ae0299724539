//! Text inside XML.

use std::fmt::Write as _;

/// Appends a text as ECMA-376 writes it (`ST_Xstring`): a control character as `_xHHHH_`, and what
/// looks like one already with its underscore written so.
pub(super) fn text(text: &str, to: &mut String) {
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '"' => to.push_str("&quot;"),
            '_' if text.get(at..).is_some_and(looks_escaped) => to.push_str("_x005F_"),
            '\t' | '\n' => to.push(letter),
            '\u{0}'..='\u{1f}' => {
                write!(to, "_x{:04X}_", u32::from(letter)).expect("a string takes everything");
            }
            _ => to.push(letter),
        }
    }
}

/// Whether a text begins with `_xHHHH_`.
fn looks_escaped(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("_x").and_then(|rest| rest.as_bytes().first_chunk::<5>())
    else {
        return false;
    };
    let [digits @ .., end] = digits;
    *end == b'_' && digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_written_so_that_it_is_read_as_itself() {
        for (plain, written) in [
            ("示例 a", "示例 a"),
            ("<r>&\"</r>", "&lt;r&gt;&amp;&quot;&lt;/r&gt;"),
            ("a\nb\tc\u{1}\r", "a\nb\tc_x0001__x000D_"),
            ("_x0041_", "_x005F_x0041_"),
            ("_x00_", "_x00_"),
            ("_x", "_x"),
            ("_x004示", "_x004示"),
        ] {
            let mut to = String::new();
            super::text(plain, &mut to);
            assert_eq!(to, written);
        }
    }
}
