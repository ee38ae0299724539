//! Keyed tokens in place of subject codes, so that no file of the index ever holds a code.
//!
//! A token says nothing without the node's master key: the codes of all firms of a province can be
//! guessed in seconds, a BLAKE3 under an unknown key can't. Knows nothing of pages or runs.

use tiaoxi_catalog::natural_key;
use tiaoxi_credit::{CodeScheme, Record, SubjectCode};
use tiaoxi_vault::Key;

use crate::index::Mention;

/// Stands for one subject code under one scheme.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(u128);

impl Token {
    /// Length of a token in bytes.
    pub const LEN: usize = 16;

    /// The token of its bytes; the order of tokens is the order of their bytes.
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        self.0.to_be_bytes()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({:032x})", self.0)
    }
}

/// Makes tokens and tags, under keys derived from the node's master key.
pub struct Tokenizer {
    subject: Key,
    natural: Key,
}

impl Tokenizer {
    /// The tokenizer of the node that owns `master`; the same key gives the same tokens for ever.
    pub fn new(master: &Key) -> Self {
        Self {
            subject: master.derive("tiaoxi index subject token"),
            natural: master.derive("tiaoxi index natural key tag"),
        }
    }

    /// The token of a subject code.
    pub fn subject<S: AsRef<str>>(&self, code: &SubjectCode<S>) -> Token {
        self.code(code.scheme, code.code.as_ref())
    }

    /// The token of `code` under `scheme`; `code` in the form that records carry (upper case,
    /// without spaces).
    pub fn code(&self, scheme: CodeScheme, code: &str) -> Token {
        let mut hasher = blake3::Hasher::new_keyed(self.subject.as_bytes());
        hasher.update(&[scheme.0]).update(code.as_bytes());
        let mut bytes = [0; Token::LEN];
        hasher.finalize_xof().fill(&mut bytes);
        Token::from_bytes(bytes)
    }

    /// The tag of the natural key (authority, document, subject) of a record of catalogue item
    /// `item`. Two records of one subject share a tag by chance once in 4 thousand million: an equal
    /// tag names a candidate, the entry itself decides.
    pub fn tag<S: AsRef<str>>(&self, item: u16, record: &Record<S>) -> u32 {
        let mut bytes = [0; 4];
        blake3::Hasher::new_keyed(self.natural.as_bytes())
            .update(&item.to_le_bytes())
            .update(&natural_key(record))
            .finalize_xof()
            .fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    /// Appends what the index is to know of `record` in entry `number`: one mention for each of its
    /// codes, personal ones too. No question by a personal code ever reaches the index
    /// ([`crate::query`]); the mention answers whether the same row is in a log already.
    pub fn mentions<S: AsRef<str>>(
        &self,
        item: u16,
        number: u64,
        record: &Record<S>,
        out: &mut Vec<Mention>,
    ) {
        let tag = self.tag(item, record);
        let codes = record.subject.codes.iter();
        out.extend(codes.map(|code| Mention { token: self.subject(code), number, tag }));
    }
}

#[cfg(test)]
mod tests {
    use tiaoxi_credit::{Day, Subject, SubjectClass};

    use super::*;

    #[test]
    fn a_token_depends_on_key_scheme_and_code_and_on_nothing_else() {
        let one = Tokenizer::new(&Key::from_bytes([1; 32]));
        let other = Tokenizer::new(&Key::from_bytes([2; 32]));
        let token = one.code(CodeScheme::USCC, "91330500TX0000000A");
        assert_eq!(token, one.code(CodeScheme::USCC, "91330500TX0000000A"));
        assert_ne!(token, one.code(CodeScheme::USCC, "91330500TX0000000B"));
        assert_ne!(token, one.code(CodeScheme::TAX, "91330500TX0000000A"));
        assert_ne!(token, other.code(CodeScheme::USCC, "91330500TX0000000A"));
        assert_eq!(Token::from_bytes(token.to_bytes()), token);
    }

    fn record(document: &str) -> Record {
        let code = |scheme, code: &str| SubjectCode { scheme, code: code.into() };
        Record {
            row: 1,
            subject: Subject {
                class: SubjectClass::ORGANISATION,
                name: "湖州示例建材有限公司".into(),
                codes: vec![code(CodeScheme::USCC, "A1"), code(CodeScheme::TAX, "B2")],
            },
            authority: "11330521TX0000000A".into(),
            document: document.into(),
            decided: Day(20_000),
            fields: Vec::new(),
        }
    }

    #[test]
    fn a_tag_depends_on_key_item_and_natural_key() {
        let one = Tokenizer::new(&Key::from_bytes([1; 32]));
        let other = Tokenizer::new(&Key::from_bytes([2; 32]));
        let tag = one.tag(2, &record("17"));
        assert_eq!(tag, one.tag(2, &Record { row: 9, ..record("17") }));
        assert_ne!(tag, one.tag(2, &record("18")));
        assert_ne!(tag, one.tag(1, &record("17")));
        assert_ne!(tag, other.tag(2, &record("17")));
    }

    #[test]
    fn a_record_is_mentioned_under_each_of_its_codes() {
        let tokenizer = Tokenizer::new(&Key::from_bytes([1; 32]));
        let mut mentions = Vec::new();
        tokenizer.mentions(2, 7, &record("17"), &mut mentions);
        let tag = tokenizer.tag(2, &record("17"));
        let expected = [(CodeScheme::USCC, "A1"), (CodeScheme::TAX, "B2")]
            .map(|(scheme, code)| Mention { token: tokenizer.code(scheme, code), number: 7, tag });
        assert_eq!(mentions, expected);
    }

    #[test]
    fn tokens_order_as_their_bytes_do() {
        let small = Token::from_bytes([0; 16]);
        let mut bytes = [0; 16];
        bytes[0] = 1;
        assert!(small < Token::from_bytes(bytes));
    }
}
