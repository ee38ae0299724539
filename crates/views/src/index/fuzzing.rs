//! Decoders behind encryption, open to the fuzzer and to nobody else (`cfg(fuzzing)`).
//!
//! Where bytes open only under a key, a fuzzer that bends files never reaches what reads the plain
//! text. Here it does. Knows nothing of files and keys; see `page.rs` and `manifest.rs`.

use std::collections::BTreeMap;

use super::manifest::Manifest;
use super::page::{PageReader, PageWriter};
use super::run::RunInfo;
use super::{Mention, Posting};

/// Bytes of a page's plain text.
pub const PAGE_PLAIN_BYTES: usize = super::page::PLAIN_BYTES;

/// The plain text of a page with as many mentions in `log` as it takes, in the order given.
pub fn page(log: u32, mentions: &[Mention]) -> Vec<u8> {
    let mut writer = PageWriter::new();
    for Mention { token, number, tag } in mentions.iter().copied() {
        if !writer.has_room() {
            break;
        }
        writer.push(Posting { token, log, number, tag });
    }
    writer.plain()
}

/// Reads the postings of a page's plain text and writes them anew; `None` when the bytes are none.
pub fn rewrite_page(plain: &[u8]) -> Option<Vec<u8>> {
    let mut reader = PageReader::read(plain.to_vec()).ok()?;
    let mut writer = PageWriter::new();
    while let Some(posting) = reader.next().ok()? {
        writer.push(posting);
    }
    Some(writer.plain())
}

/// The plain text of a manifest of two runs and two logs.
pub fn manifest() -> Vec<u8> {
    let run = |number| RunInfo { number, slot: number % 4, pages: 3, postings: 400 };
    let applied = BTreeMap::from([(0, 7), (5, 1 << 40)]);
    Manifest { next_run: 9, runs: vec![run(3), run(8)], applied }.encode()
}

/// Reads a manifest's plain text and writes it anew; `None` when the bytes are none.
pub fn rewrite_manifest(plain: &[u8]) -> Option<Vec<u8>> {
    Manifest::decode(plain).map(|manifest| manifest.encode())
}
