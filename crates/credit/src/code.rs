//! Codes of subjects: the unified social credit code (统一社会信用代码, GB 32100-2015), the
//! organisation code inside it (GB 11714-1997) and the citizen number (GB 11643-1999).
//!
//! Schemes are told apart by their checks, never by a prefix: valid citizen numbers begin with 91
//! too. The region inside a code is never a reason to reject it, since a code keeps the region of
//! its birth. Knows nothing of registers: a valid code may belong to nobody.
//!
//! [`judge`] answers for a line typed by a person; [`Uscc::parse`], [`check_organisation_code`] and
//! [`check_citizen_number`] take cleaned text and allocate nothing.

mod citizen;
mod department;
mod organisation;
mod pilot;
mod uscc;

use std::fmt;

pub use citizen::{check_citizen_number, citizen_number};
pub use department::{CodeClass, code_class};
pub use organisation::{check_organisation_code, organisation_check_character};
pub use pilot::PILOT_EXCEPTIONS;
pub use uscc::{Uscc, uscc_check_character, uscc_from_parts};

/// Characters of a unified social credit code and of a citizen number.
const LONG_CODE_CHARS: usize = 18;

/// Why a code is not valid under its scheme. Carries no part of the code itself beyond the check
/// character that was expected of an organisation's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Another number of characters than the scheme's.
    #[error("{found} characters instead of {expected}")]
    Length {
        /// Characters of the scheme.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A character that the scheme does not use.
    #[error("character {place} is not in the alphabet of the code")]
    Alphabet {
        /// Its place, from 1.
        place: usize,
    },
    /// A letter where the scheme has a digit.
    #[error("a letter stands among the leading digits of the code")]
    Format,
    /// The check character is another than the one computed.
    #[error("the check digit does not match, {expected} was expected")]
    CheckDigit {
        /// What the other characters call for.
        expected: char,
    },
    /// The check character is one that no code of the scheme ends in: a misreading.
    #[error("the check digit is not in the alphabet of the code, {expected} was expected")]
    CheckCharacter {
        /// What the other characters call for.
        expected: char,
    },
    /// The organisation code inside a unified code fails its own check (GB 11714).
    #[error("the check digit of the organisation code does not match, {expected} was expected")]
    OrganisationCheckDigit {
        /// What the other characters call for.
        expected: char,
    },
    /// The check character of a citizen number does not match. The right one is not said.
    #[error("the check digit of the citizen number does not match")]
    CitizenCheckDigit,
    /// The birth date inside a citizen number is no date.
    #[error("the birth date in the citizen number does not exist")]
    BirthDate,
}

impl CodeError {
    /// A stable word for programs.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Alphabet { .. } => "alphabet",
            Self::Format => "format",
            Self::CheckDigit { .. } | Self::CheckCharacter { .. } | Self::CitizenCheckDigit => {
                "checksum"
            }
            Self::OrganisationCheckDigit { .. } => "organisation-checksum",
            Self::BirthDate => "birth-date",
        }
    }

    /// The reason in Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::Length { expected, found } => format!("应为{expected}位，实为{found}位"),
            Self::Alphabet { place } => format!("第{place}位不是该代码允许的字符"),
            Self::Format => "应为数字的位置出现字母".to_owned(),
            Self::CheckDigit { expected } | Self::CheckCharacter { expected } => {
                format!("校验码不符，应为{expected}")
            }
            Self::OrganisationCheckDigit { expected } => {
                format!("其中的组织机构代码校验码不符，应为{expected}")
            }
            Self::CitizenCheckDigit => "公民身份号码校验码不符".to_owned(),
            Self::BirthDate => "公民身份号码中的出生日期不存在".to_owned(),
        }
    }
}

/// What [`judge`] says of a line. Displays as `valid`, `pilot-exception` or `invalid:` and a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Valid as a unified social credit code or as a citizen number.
    Valid,
    /// One of [`PILOT_EXCEPTIONS`]: real, though its check digit does not match.
    PilotException,
    /// Valid under neither; the error is that of the scheme that the text resembles.
    Invalid(CodeError),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::PilotException => f.write_str("pilot-exception"),
            Self::Invalid(error @ CodeError::CheckCharacter { expected }) => {
                write!(f, "invalid:{}(expected {expected})", error.slug())
            }
            Self::Invalid(error) => write!(f, "invalid:{}", error.slug()),
        }
    }
}

/// Judges a code as a person typed it: white space anywhere and lower case are tolerated.
pub fn judge(line: &str) -> Verdict {
    let mut cleaned = [0_u8; LONG_CODE_CHARS];
    let mut found = 0_usize;
    let mut foreign = None;
    for character in line.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}') {
        if let Some(slot) = cleaned.get_mut(found) {
            if let Ok(byte) = u8::try_from(character)
                && byte.is_ascii()
            {
                *slot = byte.to_ascii_uppercase();
            } else {
                foreign.get_or_insert(found + 1);
            }
        }
        found += 1;
    }
    if found != LONG_CODE_CHARS {
        return Verdict::Invalid(CodeError::Length { expected: LONG_CODE_CHARS, found });
    }
    if let Some(place) = foreign {
        return Verdict::Invalid(CodeError::Alphabet { place });
    }
    let as_uscc = match Uscc::from_bytes(cleaned) {
        Ok(code) if code.is_pilot_exception() => return Verdict::PilotException,
        Ok(_) => return Verdict::Valid,
        Err(error) => error,
    };
    match citizen::check(&cleaned) {
        Ok(()) => Verdict::Valid,
        Err(error) if citizen::resembles(&cleaned) => Verdict::Invalid(error),
        Err(_) => Verdict::Invalid(as_uscc),
    }
}

/// The bytes of a code of 18 ASCII characters.
fn long_code(code: &str) -> Result<&[u8; LONG_CODE_CHARS], CodeError> {
    let found = code.chars().count();
    if found != LONG_CODE_CHARS {
        return Err(CodeError::Length { expected: LONG_CODE_CHARS, found });
    }
    let place = code.chars().take_while(char::is_ascii).count() + 1;
    code.as_bytes().try_into().map_err(|_not_ascii| CodeError::Alphabet { place })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(judge(line).to_string(), expected, "{line}");
    }

    #[test]
    fn spaces_and_lower_case_are_tolerated_and_nothing_else() {
        check("91110000600037341L", "valid");
        check(" 91110000 6000 37341l\r", "valid");
        check("\u{feff}91110000600037341L\u{3000}", "valid");
        check("911100-00600037341", "invalid:alphabet");
        check("9111000060003734壹L", "invalid:alphabet");
        check("９１110000600037341L", "invalid:alphabet");
        check("91110000600037341L0", "invalid:length");
        check("", "invalid:length");
        check(&"9".repeat(100_000), "invalid:length");
    }

    #[test]
    fn the_reason_is_that_of_the_scheme_which_the_text_resembles() {
        check("123456789012345678", "invalid:organisation-checksum");
        check("91110000600037341N", "invalid:checksum");
        check("91350100M000100Y4Z", "invalid:checksum(expected 3)");
        check("110105194912310029", "invalid:checksum");
        check("110105194913310025", "invalid:birth-date");
        check("360426199113010079", "invalid:birth-date");
    }

    #[test]
    fn citizen_numbers_that_look_like_unified_codes_are_valid() {
        for region in [910_000, 930_000, 110_105] {
            let number = citizen_number(region, crate::Day(7_300), 1).expect("parts in range");
            check(&number, "valid");
        }
    }
}
