//! The beginning of a file → what it is: kind, encoding, delimiter.
//!
//! Reads nothing but that beginning. What is inside a zip or a compound file is for [`super::xlsx`]
//! and [`super::xls`] to say.

use encoding_rs::DecoderResult;

use super::{Looks, quotes::DelimiterCounts};
use crate::Encoding;

/// Bytes of the beginning that are looked at.
pub(super) const HEAD_BYTES: usize = 1 << 20;
/// Rows by which the delimiter is told.
const DELIMITER_ROWS: usize = 20;
/// Delimiters, the likelier first.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Beginnings by which kinds of files are known.
const SIGNATURES: &[(&[u8], Kind)] = &[
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::CompoundFile),
    (b"%PDF", Kind::Other(Looks::Pdf)),
    (b"\x89PNG", Kind::Other(Looks::Image)),
    (b"\xff\xd8\xff", Kind::Other(Looks::Image)),
    (b"GIF8", Kind::Other(Looks::Image)),
    (b"II*\0", Kind::Other(Looks::Image)),
    (b"MM\0*", Kind::Other(Looks::Image)),
    (b"{\\rtf", Kind::Other(Looks::Word)),
    (b"\x1f\x8b", Kind::Other(Looks::Archive)),
    (b"Rar!\x1a\x07", Kind::Other(Looks::Archive)),
    (b"7z\xbc\xaf\x27\x1c", Kind::Other(Looks::Archive)),
    (b"BZh", Kind::Other(Looks::Archive)),
    (b"\xfd7zXZ\0", Kind::Other(Looks::Archive)),
    // Workbooks of Excel 2 to 4 have no container.
    (b"\x09\x00\x04\x00", Kind::Other(Looks::OldWorkbook)),
    (b"\x09\x02\x06\x00", Kind::Other(Looks::OldWorkbook)),
    (b"\x09\x04\x06\x00", Kind::Other(Looks::OldWorkbook)),
];

/// Beginnings, after blanks and in lower case, of web pages.
const HTML_STARTS: &[&str] = &[
    "<!doctype html",
    "<html",
    "<head",
    "<meta",
    "<body",
    "<table",
    "<style",
    "<div",
    "<!--",
    "mime-version:",
];

/// What a file is, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing in it.
    Empty,
    /// Text.
    Text(Text),
    /// A zip archive.
    Zip,
    /// A compound file (MS-CFB).
    CompoundFile,
    /// Something else.
    Other(Looks),
}

/// How a text file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Its encoding.
    pub(super) encoding: Encoding,
    /// What decodes it; `None` for UTF-8.
    pub(super) decoder: Option<&'static encoding_rs::Encoding>,
    /// Bytes of its byte order mark.
    pub(super) mark_bytes: usize,
    /// What stands between its cells.
    pub(super) delimiter: u8,
}

/// What a file is that begins with `head`; `is_whole` when that is all of it.
pub(super) fn detect(head: &[u8], is_whole: bool) -> Kind {
    for (start, kind) in SIGNATURES {
        if head.starts_with(start) {
            return *kind;
        }
    }
    let Some((encoding, decoder, mark_bytes)) = encoding(head, is_whole) else {
        let looks = if looks_like_utf16(head) { Looks::Utf16 } else { Looks::Binary };
        return Kind::Other(looks);
    };
    let body = head.get(mark_bytes..).unwrap_or_default();
    let text = match decoder {
        Some(decoder) => decoder.decode_without_bom_handling(body).0,
        None => String::from_utf8_lossy(body),
    };
    if is_whole && text.trim().is_empty() {
        return Kind::Empty;
    }
    if let Some(looks) = markup(&text) {
        return Kind::Other(looks);
    }
    let delimiter = delimiter(text.as_bytes());
    Kind::Text(Text { encoding, decoder, mark_bytes, delimiter })
}

type Decoder = &'static encoding_rs::Encoding;

/// Encoding, what decodes it, bytes of its mark; `None` for what is no text.
fn encoding(head: &[u8], is_whole: bool) -> Option<(Encoding, Option<Decoder>, usize)> {
    if head.starts_with(UTF8_MARK) {
        return Some((Encoding::Utf8Mark, None, UTF8_MARK.len()));
    }
    for (mark, decoder) in
        [(b"\xff\xfe", encoding_rs::UTF_16LE), (b"\xfe\xff", encoding_rs::UTF_16BE)]
    {
        if head.starts_with(mark) {
            return Some((Encoding::Utf16, Some(decoder), mark.len()));
        }
    }
    if is_binary(head) {
        return None;
    }
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character that the end of the head cuts.
        Err(error) => error.error_len().is_none() && !is_whole,
    };
    let is_gb18030 = if is_utf8 {
        is_rather_gb18030(head)
    } else {
        is_wholly_gb18030(head, is_whole) || is_mostly_gb18030(head)
    };
    Some(if is_gb18030 {
        (Encoding::Gb18030, Some(encoding_rs::GB18030), 0)
    } else {
        (Encoding::Utf8, None, 0)
    })
}

/// Whether more than one byte in twenty is a control character that text has no use for. A few
/// of them are damage of single cells.
fn is_binary(head: &[u8]) -> bool {
    let controls = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31 | 127)).count();
    controls * 20 > head.len()
}

/// Whether nearly every second byte is zero.
fn looks_like_utf16(head: &[u8]) -> bool {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0);
    let half = head.len() / 2;
    half > 0 && (zeros(0).count() * 10 > half * 4) != (zeros(1).count() * 10 > half * 4)
}

/// Whether there is nothing that means nothing in GB 18030.
fn is_wholly_gb18030(head: &[u8], is_whole: bool) -> bool {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let mut text = [0; 4096];
    let mut rest = head;
    loop {
        let (result, read, _) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text, is_whole);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

/// Whether nearly all bytes beyond ASCII form characters of GB 18030 and few of them form UTF-8.
/// Damaged UTF-8 often pairs up too, hence the second half.
fn is_mostly_gb18030(bytes: &[u8]) -> bool {
    let (mut joined, mut alone) = (0_usize, 0_usize);
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (0..=0x7f, _) => {}
            (0x81..=0xfe, [0x40..=0x7e | 0x80..=0xfe, next @ ..]) => {
                joined += 2;
                rest = next;
            }
            (0x81..=0xfe, [0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, next @ ..]) => {
                joined += 4;
                rest = next;
            }
            _ => alone += 1,
        }
    }
    let valid_utf8: usize = bytes
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars())
        .filter(|character| !character.is_ascii())
        .map(char::len_utf8)
        .sum();
    joined > 0 && alone * 20 <= joined && valid_utf8 * 2 < joined
}

/// Whether text that is UTF-8 by chance means something in GB 18030 alone: all its characters
/// beyond ASCII are Greek, Cyrillic and the like, and would be Chinese ones. 一 is one of those.
fn is_rather_gb18030(head: &[u8]) -> bool {
    let foreign = '\u{370}'..='\u{7ff}';
    let Ok(text) = std::str::from_utf8(head) else { return false };
    !text.is_ascii()
        && text.chars().all(|character| character.is_ascii() || foreign.contains(&character))
        && encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(head)
            .is_some_and(|text| {
                let is_chinese = |it: char| ('\u{4e00}'..='\u{9fff}').contains(&it);
                text.chars().all(|character| character.is_ascii() || is_chinese(character))
            })
}

/// What a text is that begins with markup.
fn markup(text: &str) -> Option<Looks> {
    let start: String = text
        .trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
        .chars()
        .take(1024)
        .collect::<String>()
        .to_ascii_lowercase();
    if start.starts_with("<?xml") {
        let is_html = start.contains("<html") || start.contains("<!doctype html");
        return Some(if is_html { Looks::Html } else { Looks::Xml });
    }
    HTML_STARTS.iter().any(|begin| start.starts_with(begin)).then_some(Looks::Html)
}

/// The delimiter that most rows agree on: the rows that have the commonest number of it, times
/// that number.
fn delimiter(text: &[u8]) -> u8 {
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let counts = delimiters_per_row(text, delimiter);
        let agreement = |count: &usize| counts.iter().filter(|other| *other == count).count();
        let score = counts.iter().map(|count| (agreement(count), count * agreement(count)));
        // The commonest number; of two equally common ones, the larger.
        let score = score.max().map_or(0, |(_, score)| score);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// How many delimiters, outside quotation marks, each of the first rows has that has any.
fn delimiters_per_row(text: &[u8], delimiter: u8) -> Vec<usize> {
    let counts = DelimiterCounts { rest: text, delimiter };
    counts.filter(|count| *count > 0).take(DELIMITER_ROWS).collect()
}
