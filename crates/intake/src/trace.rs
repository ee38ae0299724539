//! The hashes by which another row of a file is recognised as the same record.

use std::hash::{DefaultHasher, Hasher};

use tiaoxi_catalog::write_natural_key;
use tiaoxi_credit::Record;

/// A record as a file's other rows need to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    /// 128 bits of the natural key. They decide which rows are compared at all and must not be
    /// forged.
    pub(crate) key: [u8; 16],
    /// 64 bits of the content without the row number. They only ever meet others of their own key,
    /// so a fast hash will do.
    pub(crate) content: u64,
}

impl Trace {
    /// The trace of a record; `scratch` is overwritten.
    pub(crate) fn of(record: &Record, scratch: &mut Vec<u8>) -> Self {
        scratch.clear();
        write_natural_key(record, scratch);
        let key = blake3::hash(scratch);
        let key = *key.as_bytes().first_chunk().expect("a hash has 32 bytes");
        scratch.clear();
        write_content(record, scratch);
        let mut content = DefaultHasher::new();
        content.write(scratch);
        Self { key, content: content.finish() }
    }
}

/// Everything that a record says but its row, each text behind its length.
fn write_content(record: &Record, out: &mut Vec<u8>) {
    let Record { row: _, subject, authority, document, decided, fields } = record;
    out.push(subject.class.0);
    out.extend(decided.0.to_le_bytes());
    for text in [&subject.name, authority, document] {
        push_text(out, text);
    }
    for code in &subject.codes {
        out.extend([1, code.scheme.0]);
        push_text(out, &code.code);
    }
    for field in fields {
        out.extend([2, field.number]);
        push_text(out, &field.text);
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}
