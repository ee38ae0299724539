//! Texts of `.xlsx` files: the part of shared texts, and what a text may consist of.

use std::io::{Read, Seek};

use super::{
    archive::Archive,
    xml::{Node, Xml},
};
use crate::{
    Limits,
    read::{error::Fault, texts::Texts, what::Amount},
};

/// Reads the shared texts; none without a part of them.
pub(super) fn read<S: Read + Seek>(
    archive: &mut Archive<S>,
    part: Option<&str>,
    limits: &Limits,
) -> Result<Texts, Fault> {
    let mut texts = Texts::default();
    let Some(part) = part else { return Ok(texts) };
    // The part is read as a stream; what is kept of it has a limit of its own.
    let Some(part) = archive.part(part, Amount::TextsBytes, limits.sheet_bytes_max)? else {
        return Ok(texts);
    };
    let mut xml = Xml::new(part, limits.xml_run_bytes_max);
    let mut text = TextPieces::default();
    loop {
        match xml.next()? {
            Node::Start(start) => match start.name() {
                "si" => text.clear(),
                name => text.start(name),
            },
            Node::Text(piece) => text.push(&piece, limits.cell_bytes_max),
            Node::End(end) => match end.name() {
                "si" => {
                    keep(&mut texts, text.whole(), limits)?;
                }
                name => text.end(name),
            },
            Node::Eof => return Ok(texts),
            Node::Nothing => {}
        }
    }
}

fn keep(texts: &mut Texts, text: &[u8], limits: &Limits) -> Result<(), Fault> {
    let (max, texts_max) = (limits.texts_bytes_max, limits.texts_max);
    if texts.len() as u64 >= texts_max {
        return Err(Fault::TooLarge { what: Amount::Texts, max: texts_max });
    }
    if texts.bytes() + text.len() as u64 > max || !texts.push(text) {
        return Err(Fault::TooLarge { what: Amount::TextsBytes, max });
    }
    Ok(())
}

/// One text out of the pieces in which it comes: `<t>` elements, of which those in `<rPh>` only
/// say how it is pronounced.
#[derive(Default)]
pub(super) struct TextPieces {
    text: Vec<u8>,
    is_in_text: bool,
    is_in_reading: bool,
}

impl TextPieces {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.is_in_text = false;
        self.is_in_reading = false;
    }

    /// An element of this name begins.
    pub(super) fn start(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = !self.is_in_reading,
            "rPh" => self.is_in_reading = true,
            _ => {}
        }
    }

    /// An element of this name ends.
    pub(super) fn end(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = false,
            "rPh" => self.is_in_reading = false,
            _ => {}
        }
    }

    /// Appends a piece where it is part of the text. Once there are more than `bytes_max` bytes,
    /// the rest is dropped: the row's cell then is over the limit and cut.
    pub(super) fn push(&mut self, piece: &str, bytes_max: usize) {
        if self.is_in_text {
            push_bounded(&mut self.text, piece, bytes_max);
        }
    }

    /// The text so far, its escapes resolved.
    pub(super) fn whole(&mut self) -> &[u8] {
        unescape(&mut self.text);
        &self.text
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.text.capacity()
    }
}

/// Appends a piece until `text` has more than `bytes_max` bytes.
pub(super) fn push_bounded(text: &mut Vec<u8>, piece: &str, bytes_max: usize) {
    let room = bytes_max.saturating_sub(text.len());
    if text.len() <= bytes_max {
        // At most one character over the limit.
        let end = piece.char_indices().map(|(at, it)| at + it.len_utf8()).find(|end| *end > room);
        let kept = piece.as_bytes().get(..end.unwrap_or(piece.len()));
        text.extend_from_slice(kept.unwrap_or_default());
    }
}

/// Resolves `_xHHHH_`, by which workbooks write characters that XML forbids (ECMA-376, 22.9.2.19).
pub(super) fn unescape(text: &mut Vec<u8>) {
    let Some(first) = memchr::memmem::find(text, b"_x") else { return };
    let mut plain = Vec::with_capacity(text.len());
    let (before, mut rest) = text.split_at(first);
    plain.extend_from_slice(before);
    while let Some((byte, after)) = rest.split_first() {
        let Some(unit) = escaped_unit(rest) else {
            plain.push(*byte);
            rest = after;
            continue;
        };
        // Two halves of a pair stand one behind the other.
        let low = rest.get(7..).and_then(escaped_unit);
        let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
        let (character, bytes) = match (char::from_u32(unit.into()), pair) {
            (Some(character), _) => (character, 7),
            (None, Some(character)) => (character, 14),
            (None, None) => (char::REPLACEMENT_CHARACTER, 7),
        };
        plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = rest.get(bytes..).unwrap_or_default();
    }
    *text = plain;
}

/// The UTF-16 unit that `_xHHHH_` at the start of `text` means.
fn escaped_unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..7)?.strip_prefix(b"_x")?.strip_suffix(b"_")?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_once() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x0041_", "_x0041_"),
            ("_xD83D__xDE00_", "\u{1f600}"),
            ("_xD83D_", "\u{fffd}"),
            ("_x00_", "_x00_"),
            ("CF_XDR_MC", "CF_XDR_MC"),
            ("_x示例_", "_x示例_"),
            ("_x", "_x"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            unescape(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn a_text_stops_one_character_over_the_limit() {
        let mut text = Vec::new();
        push_bounded(&mut text, "示例", 4);
        push_bounded(&mut text, "x", 4);
        assert_eq!(text, "示例".as_bytes());
        let mut text = Vec::new();
        push_bounded(&mut text, "示例示例", 6);
        assert_eq!(text, "示例示".as_bytes());
        push_bounded(&mut text, "x", 6);
        assert_eq!(text, "示例示".as_bytes());
    }
}
