//! Decimals as texts.

use std::borrow::Cow;

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
    let (unsigned, negative) = match text.strip_prefix('-') {
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
    let short = !negative && whole == whole_shown && fraction == fraction_short;
    Ok(match (short, fraction_short.is_empty()) {
        (true, _) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(whole_shown.to_owned()),
        (false, false) => Cow::Owned(format!("{whole_shown}.{fraction_short}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_lose_superfluous_zeros_and_keep_to_their_digits() {
        for (text, expected) in [
            ("0.2", Ok("0.2")),
            ("0.200000000", Ok("0.2")),
            ("007", Ok("7")),
            (".5", Ok("0.5")),
            (".50", Ok("0.5")),
            ("01.5", Ok("1.5")),
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
