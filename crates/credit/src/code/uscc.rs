//! The unified social credit code (统一社会信用代码), GB 32100-2015.
//!
//! Department 1, class 1, region 6 digits, organisation code 9, check character 1. Both the outer
//! check and that of the organisation code must hold.

use std::fmt;

use super::{CodeClass, CodeError, LONG_CODE_CHARS, code_class, organisation, pilot};

/// The alphabet by value: no I, O, S, V, Z (GB 32100, 4.2).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the first 17 characters: 3^(i-1) mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

fn value(character: u8) -> Option<u32> {
    Some(match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        b'A'..=b'H' => u32::from(character - b'A') + 10,
        b'J'..=b'N' => u32::from(character - b'J') + 18,
        b'P'..=b'R' => u32::from(character - b'P') + 23,
        b'T' | b'U' => u32::from(character - b'T') + 26,
        b'W'..=b'Y' => u32::from(character - b'W') + 28,
        _ => return None,
    })
}

/// A unified social credit code that passed both checks, or a listed pilot exception.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc([u8; LONG_CODE_CHARS]);

impl Uscc {
    /// Reads a cleaned code: 18 characters, upper case, without spaces.
    ///
    /// # Errors
    /// The first rule that the code breaks: length, alphabet, digits of the region, check digit,
    /// check digit of the organisation code. A code that begins with a letter and fails the check
    /// digit is reported as [`CodeError::Format`]: nearly all codes begin with eight digits, so the
    /// mistake most likely stands there. Departments and classes outside the known table are no
    /// error; the table is not verified.
    pub fn parse(code: &str) -> Result<Self, CodeError> {
        Self::from_bytes(*super::long_code(code)?)
    }

    pub(super) fn from_bytes(code: [u8; LONG_CODE_CHARS]) -> Result<Self, CodeError> {
        let (last, body) = code.split_last().expect("18 characters");
        let expected = check_character(body)?;
        let region = body.get(2..8).expect("17 characters");
        if !region.iter().all(u8::is_ascii_digit) {
            return Err(CodeError::Format);
        }
        if *last != expected && !pilot::is_listed(&code) {
            let expected = char::from(expected);
            return Err(match body.first() {
                _ if value(*last).is_none() => CodeError::CheckCharacter { expected },
                Some(department) if !department.is_ascii_digit() => CodeError::Format,
                _ => CodeError::CheckDigit { expected },
            });
        }
        organisation::check(body.get(8..).expect("17 characters"))?;
        Ok(Self(code))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }

    /// Whether the code is real though its outer check digit does not match.
    pub fn is_pilot_exception(&self) -> bool {
        pilot::is_listed(&self.0)
    }

    /// Who registered the subject and as what; `None` for a pair outside the known table.
    pub fn class(&self) -> Option<CodeClass> {
        let [department, class, ..] = self.0;
        code_class(char::from(department), char::from(class))
    }

    /// The six digits of the region where the code was given.
    pub fn region(&self) -> &str {
        self.as_str().get(2..8).expect("ASCII of 18 characters")
    }

    /// The organisation code inside, nine characters.
    pub fn organisation_code(&self) -> &str {
        self.as_str().get(8..17).expect("ASCII of 18 characters")
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({self})")
    }
}

/// The outer check character that the first 17 characters call for.
///
/// # Errors
/// [`CodeError::Length`] and [`CodeError::Alphabet`].
pub fn uscc_check_character(seventeen: &str) -> Result<char, CodeError> {
    check_character(seventeen.as_bytes()).map(char::from)
}

fn check_character(body: &[u8]) -> Result<u8, CodeError> {
    if body.len() != WEIGHTS.len() {
        return Err(CodeError::Length { expected: WEIGHTS.len(), found: body.len() });
    }
    let mut sum = 0;
    for (place, (&character, weight)) in (1..).zip(body.iter().zip(WEIGHTS)) {
        sum += value(character).ok_or(CodeError::Alphabet { place })? * weight;
    }
    let check = (31 - sum % 31) % 31;
    let index = usize::try_from(check).expect("below 31");
    Ok(*ALPHABET.get(index).expect("a remainder of 31"))
}

/// A code with right check characters, for invented subjects: department and class as in `91`, a
/// region of six digits, eight characters of an organisation code.
///
/// # Errors
/// [`CodeError`] when a part is too long, too short or outside the alphabet.
pub fn uscc_from_parts(
    department_and_class: &str,
    region: u32,
    organisation8: &str,
) -> Result<String, CodeError> {
    let check = organisation::organisation_check_character(organisation8)?;
    let mut code = format!("{department_and_class}{region:06}{organisation8}{check}");
    code.push(uscc_check_character(&code)?);
    Uscc::parse(&code)?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: Result<(), CodeError>) {
        assert_eq!(Uscc::parse(code).map(|_| ()), expected, "{code}");
    }

    #[test]
    fn both_checks_must_hold() {
        check("91110000600037341L", Ok(()));
        check("91110000600037341N", Err(CodeError::CheckDigit { expected: 'L' }));
        check("91110000600037341Z", Err(CodeError::CheckCharacter { expected: 'L' }));
        // Passes the outer check alone.
        check("123456789012345678", Err(CodeError::OrganisationCheckDigit { expected: '8' }));
    }

    #[test]
    fn only_cleaned_text_of_the_alphabet_is_read() {
        check("91110000600037341l", Err(CodeError::CheckCharacter { expected: 'L' }));
        check("9111000060003I341L", Err(CodeError::Alphabet { place: 14 }));
        check("9111000060003七341L", Err(CodeError::Alphabet { place: 14 }));
        check("91110000600037341", Err(CodeError::Length { expected: 18, found: 17 }));
        check("九一一一零零", Err(CodeError::Length { expected: 18, found: 6 }));
        check("A1110000600037341L", Err(CodeError::Format));
    }

    #[test]
    fn any_department_class_and_region_is_accepted_when_the_checks_hold() {
        for parts in ["91", "92", "Y1", "N2", "A1", "T7"] {
            for region in [330_501, 600_000, 999_999, 0] {
                let code = uscc_from_parts(parts, region, "TX000001").expect("in the alphabet");
                check(&code, Ok(()));
            }
        }
        assert_eq!(uscc_from_parts("91", 330_500, "TX0000I1").map(|_| ()), {
            Err(CodeError::Alphabet { place: 15 })
        });
        assert!(uscc_from_parts("9", 330_500, "TX000001").is_err());
        assert!(uscc_from_parts("91", 1_330_500, "TX000001").is_err());
    }

    #[test]
    fn a_code_tells_its_parts() {
        let code = Uscc::parse("92340602MA2PBQAH7E").expect("valid");
        assert_eq!(code.region(), "340602");
        assert_eq!(code.organisation_code(), "MA2PBQAH7");
        assert_eq!(code.class().map(|class| class.class), Some("个体工商户"));
        assert!(!code.is_pilot_exception());
        assert!(Uscc::parse("91350203M0001FUE2P").expect("listed").is_pilot_exception());
        check("91350203M0001FUE2R", Err(CodeError::CheckDigit { expected: 'J' }));
    }
}
