//! The organisation code (组织机构代码), GB 11714-1997: eight characters and a check character.

use super::CodeError;

/// Characters of an organisation code.
const CODE_CHARS: usize = 9;

/// Weights of the first eight characters (GB 11714, 4.2).
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// 0–9 and A = 10 … Z = 35.
fn value(character: u8) -> Option<u32> {
    match character {
        b'0'..=b'9' => Some(u32::from(character - b'0')),
        b'A'..=b'Z' => Some(u32::from(character - b'A') + 10),
        _ => None,
    }
}

/// The check character that eight characters call for.
///
/// # Errors
/// [`CodeError::Length`] and [`CodeError::Alphabet`].
pub fn organisation_check_character(eight: &str) -> Result<char, CodeError> {
    check_character(eight.as_bytes()).map(char::from)
}

fn check_character(eight: &[u8]) -> Result<u8, CodeError> {
    if eight.len() != WEIGHTS.len() {
        return Err(CodeError::Length { expected: WEIGHTS.len(), found: eight.len() });
    }
    let mut sum = 0;
    for (place, (&character, weight)) in (1..).zip(eight.iter().zip(WEIGHTS)) {
        sum += value(character).ok_or(CodeError::Alphabet { place })? * weight;
    }
    Ok(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).expect("below ten"),
    })
}

/// Checks an organisation code of nine characters, upper case, without the hyphen.
///
/// # Errors
/// [`CodeError::Length`], [`CodeError::Alphabet`], [`CodeError::OrganisationCheckDigit`].
pub fn check_organisation_code(code: &str) -> Result<(), CodeError> {
    let found = code.chars().count();
    if found != CODE_CHARS {
        return Err(CodeError::Length { expected: CODE_CHARS, found });
    }
    check(code.as_bytes())
}

/// As [`check_organisation_code`], over bytes.
pub(super) fn check(code: &[u8]) -> Result<(), CodeError> {
    let Some((&last, eight)) = code.split_last() else {
        return Err(CodeError::Length { expected: CODE_CHARS, found: 0 });
    };
    let expected = check_character(eight)?;
    if last == expected {
        return Ok(());
    }
    Err(CodeError::OrganisationCheckDigit { expected: char::from(expected) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_decides() {
        for (code, expected) in [
            ("D2143569X", Ok(())), // the example of the standard
            ("600037341", Ok(())),
            ("L01510128", Ok(())),
            ("D21435690", Err(CodeError::OrganisationCheckDigit { expected: 'X' })),
            ("600037342", Err(CodeError::OrganisationCheckDigit { expected: '1' })),
            ("60003734-", Err(CodeError::OrganisationCheckDigit { expected: '1' })),
            ("6000-7341", Err(CodeError::Alphabet { place: 5 })),
            ("60003734", Err(CodeError::Length { expected: 9, found: 8 })),
            ("60003734码", Err(CodeError::Length { expected: 8, found: 10 })),
        ] {
            assert_eq!(check_organisation_code(code), expected, "{code}");
        }
    }
}
