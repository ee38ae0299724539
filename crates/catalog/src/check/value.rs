//! Days and decimals as texts.

use std::borrow::Cow;

use tiaoxi_credit::Day;

/// Why a text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDay {
    /// Not `YYYY-MM-DD` or `YYYY/MM/DD`, or a date that does not exist.
    Invalid,
    /// A date that [`Day`] cannot express.
    OutOfRange,
}

/// Reads `YYYY-MM-DD` or `YYYY/MM/DD`; month and day may have one digit.
pub(crate) fn parse_day(text: &str) -> Result<Day, NoDay> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let mut number = |digits: std::ops::RangeInclusive<usize>| {
        let part = parts.next().ok_or(NoDay::Invalid)?;
        if !digits.contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoDay::Invalid);
        }
        part.parse::<i16>().map_err(|_beyond| NoDay::Invalid)
    };
    let (year, month, day) = (number(4..=4)?, number(1..=2)?, number(1..=2)?);
    if parts.next().is_some() {
        return Err(NoDay::Invalid);
    }
    let small = |value: i16| i8::try_from(value).map_err(|_beyond| NoDay::Invalid);
    let (month, day) = (small(month)?, small(day)?);
    if let Some(day) = Day::from_date(year, month, day) {
        return Ok(day);
    }
    // A leap year in range tells a date that does not exist from one that is out of range.
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let stand_in = if leap { 2000 } else { 2001 };
    match Day::from_date(stand_in, month, day) {
        Some(_) => Err(NoDay::OutOfRange),
        None => Err(NoDay::Invalid),
    }
}

/// Why a text is no decimal of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoDecimal {
    Invalid,
    Negative,
    TooLarge,
    TooPrecise,
}

/// Reads digits with at most one point; comes out without superfluous zeros.
pub(super) fn clean_decimal(
    text: &str,
    whole_digits_max: usize,
    decimals_max: usize,
) -> Result<Cow<'_, str>, NoDecimal> {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (unsigned, negative) = match text.strip_prefix(['-', '－']) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(NoDecimal::Invalid),
        Some(parts) => parts,
        None if unsigned.is_empty() => return Err(NoDecimal::Invalid),
        None => (unsigned, ""),
    };
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(NoDecimal::Invalid);
    }
    let (whole_short, fraction_short) =
        (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if negative && !(whole_short.is_empty() && fraction_short.is_empty()) {
        return Err(NoDecimal::Negative);
    }
    if whole_short.len() > whole_digits_max {
        return Err(NoDecimal::TooLarge);
    }
    if fraction_short.len() > decimals_max {
        return Err(NoDecimal::TooPrecise);
    }
    let whole_shown = if whole_short.is_empty() { "0" } else { whole_short };
    let length = whole_shown.len() + usize::from(!fraction_short.is_empty()) + fraction_short.len();
    Ok(match (length == text.len(), fraction_short.is_empty()) {
        (true, _) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(whole_shown.to_owned()),
        (false, false) => Cow::Owned(format!("{whole_shown}.{fraction_short}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_two_spellings() {
        let day = |y, m, d| Ok(Day::from_date(y, m, d).expect("a date"));
        for (text, expected) in [
            ("2024-01-05", day(2024, 1, 5)),
            ("2024/01/05", day(2024, 1, 5)),
            ("2024/1/5", day(2024, 1, 5)),
            ("2099/12/31", day(2099, 12, 31)),
            ("2024-02-29", day(2024, 2, 29)),
            ("1969-12-31", Err(NoDay::OutOfRange)),
            ("2199-01-01", Err(NoDay::OutOfRange)),
            ("2023-02-29", Err(NoDay::Invalid)),
            ("2024-13-01", Err(NoDay::Invalid)),
            ("2024-00-01", Err(NoDay::Invalid)),
            ("2024/01-05", Err(NoDay::Invalid)),
            ("2024-01-05-", Err(NoDay::Invalid)),
            ("20240105", Err(NoDay::Invalid)),
            ("24-01-05", Err(NoDay::Invalid)),
            ("+024-01-05", Err(NoDay::Invalid)),
            ("二〇二四年", Err(NoDay::Invalid)),
            ("", Err(NoDay::Invalid)),
        ] {
            assert_eq!(parse_day(text), expected, "{text}");
        }
    }

    #[test]
    fn decimals_lose_superfluous_zeros_and_keep_to_their_digits() {
        for (text, expected) in [
            ("0.2", Ok("0.2")),
            ("0.200000000", Ok("0.2")),
            ("007", Ok("7")),
            (".5", Ok("0.5")),
            ("0", Ok("0")),
            ("00.00", Ok("0")),
            ("-0", Ok("0")),
            ("123456789012.123456", Ok("123456789012.123456")),
            ("1234567890123", Err(NoDecimal::TooLarge)),
            ("0.1234567", Err(NoDecimal::TooPrecise)),
            ("-1", Err(NoDecimal::Negative)),
            ("2000元", Err(NoDecimal::Invalid)),
            ("1,000", Err(NoDecimal::Invalid)),
            ("1.", Err(NoDecimal::Invalid)),
            ("1.2.3", Err(NoDecimal::Invalid)),
            ("１", Err(NoDecimal::Invalid)),
            ("", Err(NoDecimal::Invalid)),
            ("-", Err(NoDecimal::Invalid)),
        ] {
            assert_eq!(clean_decimal(text, 12, 6).as_deref(), expected.as_deref(), "{text}");
        }
    }
}
