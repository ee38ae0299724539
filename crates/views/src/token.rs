//! Keyed tokens in place of subject codes, so that no file of the index ever holds a code.
//!
//! A token says nothing without the node's master key: the codes of all firms of a province can be
//! guessed in seconds, a BLAKE3 under an unknown key can't. Knows nothing of pages or runs.

use tiaoxi_credit::{CodeScheme, SubjectCode};
use tiaoxi_vault::Key;

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
    pub fn subject(&self, code: &SubjectCode) -> Token {
        self.code(code.scheme, &code.code)
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

    /// The tag of a record's natural key (authority, document, subject), as bytes that the
    /// catalogue made. Two records of one subject share a tag by chance once in 4 thousand million:
    /// an equal tag names a candidate, the entry itself decides.
    pub fn tag(&self, natural_key: &[u8]) -> u32 {
        let mut bytes = [0; 4];
        blake3::Hasher::new_keyed(self.natural.as_bytes())
            .update(natural_key)
            .finalize_xof()
            .fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_tag_depends_on_key_and_natural_key() {
        let one = Tokenizer::new(&Key::from_bytes([1; 32]));
        let other = Tokenizer::new(&Key::from_bytes([2; 32]));
        assert_eq!(one.tag(b"k"), one.tag(b"k"));
        assert_ne!(one.tag(b"k"), one.tag(b"l"));
        assert_ne!(one.tag(b"k"), other.tag(b"k"));
    }

    #[test]
    fn tokens_order_as_their_bytes_do() {
        let small = Token::from_bytes([0; 16]);
        let mut bytes = [0; 16];
        bytes[0] = 1;
        assert!(small < Token::from_bytes(bytes));
    }
}
