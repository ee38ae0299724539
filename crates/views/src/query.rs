//! The question about a subject: a code as somebody typed it, and whether it may be asked at all.
//!
//! Natural persons are refused outright until there are accounts, authorisations and an audit log
//! (Zhejiang ordinance of 2017, art. 15 and 19). Errors never carry the code.

use tiaoxi_credit::code::{CodeError, Verdict, check_citizen_number, judge};
use tiaoxi_credit::{CodeScheme, Record};

use crate::token::{Token, Tokenizer};

/// Longest code of any scheme, in characters (fields of the 2019 format).
pub const CODE_CHARS_MAX: usize = 50;

/// The schemes that a subject may be asked for by.
const SCHEMES: [CodeScheme; 6] = [
    CodeScheme::USCC,
    CodeScheme::REGISTRATION,
    CodeScheme::ORGANISATION,
    CodeScheme::TAX,
    CodeScheme::INSTITUTION,
    CodeScheme::SOCIAL_ORGANISATION,
];

/// Why a question is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The code is, or looks like, a citizen number.
    #[error("natural persons can't be asked for")]
    NaturalPerson,
    /// Empty, too long, or with characters that no code has.
    #[error("this is no code of a subject")]
    NoCode,
}

/// A question that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectQuery {
    code: String,
}

impl SubjectQuery {
    /// Cleans a typed code (white space anywhere, lower case, full-width letters and digits) and
    /// decides whether it may be asked for. A misspelt citizen number is refused like a right one;
    /// what passes as a unified code is one, whatever else it may pass as.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn parse(typed: &str) -> Result<Self, QueryError> {
        let mut code = String::with_capacity(CODE_CHARS_MAX);
        let meant = typed.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}');
        for (count, character) in meant.map(half_width).enumerate() {
            if count == CODE_CHARS_MAX || character.is_control() {
                return Err(QueryError::NoCode);
            }
            code.push(character.to_ascii_uppercase());
        }
        if code.is_empty() {
            return Err(QueryError::NoCode);
        }
        match judge(&code) {
            Verdict::Invalid(CodeError::CitizenCheckDigit | CodeError::BirthDate) => {
                Err(QueryError::NaturalPerson)
            }
            Verdict::Valid if check_citizen_number(&code).is_ok() && !is_uscc(&code) => {
                Err(QueryError::NaturalPerson)
            }
            _ => Ok(Self { code }),
        }
    }

    /// The code as records carry it.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Tokens to look up, one a scheme; personal schemes are not among them.
    pub fn tokens(&self, tokenizer: &Tokenizer) -> [Token; 6] {
        SCHEMES.map(|scheme| tokenizer.code(scheme, &self.code))
    }

    /// Whether `record` is about the subject asked for.
    pub fn matches(&self, record: &Record) -> bool {
        let mut codes = record.subject.codes.iter();
        codes.any(|code| !code.scheme.is_personal() && code.code == self.code)
    }
}

fn is_uscc(code: &str) -> bool {
    tiaoxi_credit::code::Uscc::parse(code).is_ok()
}

/// The plain form of a full-width letter, digit or sign (U+FF01 to U+FF5E).
fn half_width(character: char) -> char {
    match u32::from(character) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use tiaoxi_credit::code::{citizen_number, uscc_from_parts};
    use tiaoxi_credit::{Day, Subject, SubjectClass, SubjectCode};

    use super::*;

    fn check(typed: &str, expected: Result<&str, QueryError>) {
        let found = SubjectQuery::parse(typed);
        assert_eq!(found.as_ref().map(SubjectQuery::code), expected.as_ref().copied(), "{typed}");
    }

    #[test]
    fn codes_are_cleaned_and_persons_refused() {
        let uscc = uscc_from_parts("91", 330_500, "TX000001").expect("good parts");
        let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
        let mut misspelt = person.clone();
        let last = if misspelt.pop() == Some('1') { '2' } else { '1' };
        misspelt.push(last);
        let wide: String =
            person.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();

        check(&uscc, Ok(&uscc));
        check(&format!(" {}\u{3000}", uscc.to_lowercase()), Ok(&uscc));
        check("330500000012345", Ok("330500000012345"));
        check(&person, Err(QueryError::NaturalPerson));
        check(&person.to_lowercase(), Err(QueryError::NaturalPerson));
        check(&format!("{wide} "), Err(QueryError::NaturalPerson));
        check(&misspelt, Err(QueryError::NaturalPerson));
        check("", Err(QueryError::NoCode));
        check(" \u{3000}", Err(QueryError::NoCode));
        check("33\u{0}5", Err(QueryError::NoCode));
        check(&"9".repeat(CODE_CHARS_MAX), Ok(&"9".repeat(CODE_CHARS_MAX)));
        check(&"9".repeat(CODE_CHARS_MAX + 1), Err(QueryError::NoCode));
    }

    #[test]
    fn a_citizen_number_that_begins_like_a_firm_is_refused_too() {
        let person = citizen_number(910_000, Day(7_300), 1).expect("good parts");
        check(&person, Err(QueryError::NaturalPerson));
    }

    #[test]
    fn only_a_code_of_an_impersonal_scheme_matches() {
        let query = SubjectQuery::parse("12345").expect("a code");
        let record = |scheme| Record {
            row: 1,
            subject: Subject {
                class: SubjectClass::ORGANISATION,
                name: "湖州示例".into(),
                codes: vec![SubjectCode { scheme, code: "12345".into() }],
            },
            authority: String::new(),
            document: String::new(),
            decided: Day(1),
            fields: Vec::new(),
        };
        assert!(query.matches(&record(CodeScheme::REGISTRATION)));
        assert!(!query.matches(&record(CodeScheme::OTHER_IDENTITY)));
    }
}
