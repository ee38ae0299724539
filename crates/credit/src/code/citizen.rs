//! The citizen number (公民身份号码), GB 11643-1999: region 6, birth date 8, sequence 3, check 1.

use super::{CodeError, LONG_CODE_CHARS};
use crate::Day;

/// Weights of the first 17 digits: 2^(18-i) mod 11 (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Check character by the weighted sum modulo 11.
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";

/// Years in which a living or recently deceased person can have been born.
const BIRTH_YEARS: std::ops::RangeInclusive<u32> = 1800..=2199;

/// Checks a cleaned citizen number: 17 digits, then a digit or an upper-case X.
///
/// # Errors
/// The first rule that it breaks: length, digits, birth date, check digit.
pub fn check_citizen_number(number: &str) -> Result<(), CodeError> {
    check(super::long_code(number)?)
}

/// As [`check_citizen_number`], over bytes.
pub(super) fn check(number: &[u8; LONG_CODE_CHARS]) -> Result<(), CodeError> {
    let (last, body) = number.split_last().expect("18 characters");
    if let Some(index) = body.iter().position(|character| !character.is_ascii_digit()) {
        return Err(CodeError::Alphabet { place: index + 1 });
    }
    if !last.is_ascii_digit() && *last != b'X' {
        return Err(CodeError::Alphabet { place: LONG_CODE_CHARS });
    }
    if !is_birth_date(body) {
        return Err(CodeError::BirthDate);
    }
    if *last == check_character(body) { Ok(()) } else { Err(CodeError::CitizenCheckDigit) }
}

/// Whether a code that is valid under no scheme is more likely a mistyped citizen number than a
/// unified code: digits throughout, and a plausible year of birth or a beginning that no
/// registering department uses.
pub(super) fn resembles(number: &[u8; LONG_CODE_CHARS]) -> bool {
    let (last, body) = number.split_last().expect("18 characters");
    let shaped = body.iter().all(u8::is_ascii_digit) && (last.is_ascii_digit() || *last == b'X');
    let [department, class, ..] = *number;
    let registered = super::code_class(char::from(department), char::from(class)).is_some();
    shaped && (BIRTH_YEARS.contains(&digits(body, 6, 4)) || !registered)
}

/// The number that `count` digits from `start` on spell.
fn digits(body: &[u8], start: usize, count: usize) -> u32 {
    body.iter()
        .skip(start)
        .take(count)
        .fold(0, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')))
}

fn is_birth_date(body: &[u8]) -> bool {
    let (year, month, day) = (digits(body, 6, 4), digits(body, 10, 2), digits(body, 12, 2));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    BIRTH_YEARS.contains(&year) && (1..=days).contains(&day)
}

/// `body`: 17 digits.
fn check_character(body: &[u8]) -> u8 {
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    let index = usize::try_from(sum % 11).expect("below 11");
    *CHECK_CHARACTERS.get(index).expect("a remainder of 11")
}

/// A number with a right check character, for invented persons; `None` when the region has more
/// than six digits or the sequence more than three.
pub fn citizen_number(region: u32, birth: Day, sequence: u16) -> Option<String> {
    if region > 999_999 || sequence > 999 {
        return None;
    }
    let (year, month, day) = birth.to_date();
    let mut number = format!("{region:06}{year:04}{month:02}{day:02}{sequence:03}");
    number.push(char::from(check_character(number.as_bytes())));
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, expected: Result<(), CodeError>) {
        assert_eq!(check_citizen_number(number), expected, "{number}");
    }

    #[test]
    fn the_check_digit_and_the_birth_date_decide() {
        check("11010519491231002X", Ok(()));
        check("440524188001010014", Ok(()));
        check("110105194912310021", Err(CodeError::CitizenCheckDigit));
        check("110105194902290023", Err(CodeError::BirthDate));
        check("110105000001010023", Err(CodeError::BirthDate));
        check("11010519491231002x", Err(CodeError::Alphabet { place: 18 }));
        check("1101051949123100二X", Err(CodeError::Alphabet { place: 17 }));
        check("110105491231002", Err(CodeError::Length { expected: 18, found: 15 }));
    }

    #[test]
    fn leap_days_follow_the_calendar() {
        for (year, exists) in [(1900, false), (2000, true), (2023, false), (2024, true)] {
            let body = format!("999999{year}0229001");
            assert_eq!(is_birth_date(body.as_bytes()), exists, "{year}");
        }
    }

    #[test]
    fn any_region_is_accepted_and_parts_out_of_range_are_not() {
        let number = citizen_number(999_999, Day(8_000), 12).expect("in range");
        check(&number, Ok(()));
        assert_eq!(citizen_number(1_000_000, Day(8_000), 12), None);
        assert_eq!(citizen_number(999_999, Day(8_000), 1_000), None);
    }
}
