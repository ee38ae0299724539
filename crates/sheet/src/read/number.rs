//! Numbers of spreadsheets → text, and which number formats show dates.
//!
//! A date is a number of days, its format alone tells it apart. Knows nothing of files.

use std::io::Write;

const SECONDS_A_DAY: f64 = 86_400.0;
/// 1970-01-01 in the date system that begins in 1900, and in the one that begins in 1904.
const UNIX_EPOCH_1900: i64 = 25_569;
const UNIX_EPOCH_1904: i64 = 24_107;
/// 9999-12-31, the last day that spreadsheets show, since 1970-01-01.
const LAST_DAY: i64 = 2_932_896;

/// Appends the shortest decimal that is this number, without an exponent.
pub(super) fn write_number(number: f64, out: &mut Vec<u8>) {
    // Zero has no sign for people.
    let number = if number == 0.0 { 0.0 } else { number };
    write!(out, "{number}").expect("memory takes it");
}

/// Appends the date that a day number shows as `YYYY-MM-DD`, and ` HH:MM:SS` behind it where the
/// time of day is not midnight. `false`, and nothing appended, for what is no date: a time of day
/// alone, the 29th of February 1900, anything after 9999.
pub(super) fn write_date(number: f64, is_1904: bool, out: &mut Vec<u8>) -> bool {
    let Some((day, second)) = day_and_second(number) else { return false };
    let day = match (is_1904, day) {
        (true, _) => day - UNIX_EPOCH_1904,
        // Day 60 is a 29th of February that the year 1900 never had.
        (false, 1..=59) => day + 1 - UNIX_EPOCH_1900,
        (false, 61..) => day - UNIX_EPOCH_1900,
        (false, _) => return false,
    };
    if day > LAST_DAY {
        return false;
    }
    let (year, month, day) = civil(day);
    write!(out, "{year:04}-{month:02}-{day:02}").expect("memory takes it");
    if second > 0 {
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(out, " {hour:02}:{minute:02}:{second:02}").expect("memory takes it");
    }
    true
}

/// Days and seconds, rounded to whole seconds; `None` below zero and far beyond any date.
fn day_and_second(number: f64) -> Option<(i64, i64)> {
    if !(0.0..1e8).contains(&number) {
        return None;
    }
    let seconds = (number * SECONDS_A_DAY).round();
    #[expect(clippy::cast_possible_truncation, reason = "below 1e13 and whole")]
    let seconds = seconds as i64;
    Some((seconds / 86_400, seconds % 86_400))
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar.
fn civil(day: i64) -> (i64, i64, i64) {
    // Years that begin in March, counted in cycles of 400 years from the year 0 on.
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// Whether a number format that every workbook has by itself shows dates (ECMA-376, 18.8.30, with
/// the East Asian ones).
pub(super) fn is_builtin_date(format: u32) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

/// Whether a number format of the workbook's own shows dates or times of day; durations are
/// numbers.
pub(super) fn is_date_format(code: &str) -> bool {
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            // The next character stands for itself, for its width, or fills the cell.
            '\\' | '_' | '*' => {
                characters.next();
            }
            '"' => {
                characters.find(|character| *character == '"');
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|it| *it != ']').collect();
                if is_elapsed(&inner) {
                    return false;
                }
            }
            // What follows is for other numbers and for text.
            ';' => return false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// `h`, `mm` and the like in brackets: hours and so on since zero.
fn is_elapsed(inner: &str) -> bool {
    ['h', 'm', 's'].iter().any(|unit| {
        !inner.is_empty() && inner.chars().all(|character| character.eq_ignore_ascii_case(unit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_neither_exponents_nor_superfluous_zeros() {
        for (number, expected) in [
            (0.2, "0.2"),
            (-0.0, "0"),
            (45_000.0, "45000"),
            (1.350_571_234_5e10, "13505712345"),
            (3.305_211_990_010_112e17, "330521199001011200"),
            (1e-7, "0.0000001"),
            (-12.50, "-12.5"),
        ] {
            let mut text = Vec::new();
            write_number(number, &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }

    #[test]
    fn day_numbers_are_dates_in_both_systems() {
        for (number, is_1904, expected) in [
            (1.0, false, Some("1900-01-01")),
            (59.0, false, Some("1900-02-28")),
            (60.0, false, None),
            (61.0, false, Some("1900-03-01")),
            (45_296.0, false, Some("2024-01-05")),
            (45_351.0, false, Some("2024-02-29")),
            (45_296.5, false, Some("2024-01-05 12:00:00")),
            (45_296.999_999_9, false, Some("2024-01-06")),
            (2_958_465.0, false, Some("9999-12-31")),
            (2_958_466.0, false, None),
            (0.5, false, None),
            (-1.0, false, None),
            (f64::NAN, false, None),
            (f64::INFINITY, false, None),
            (0.0, true, Some("1904-01-01")),
            (43_834.0, true, Some("2024-01-05")),
            (2_957_003.0, true, Some("9999-12-31")),
            (2_957_004.0, true, None),
        ] {
            let mut text = Vec::new();
            let is_date = write_date(number, is_1904, &mut text);
            let text = is_date.then_some(std::str::from_utf8(&text).unwrap());
            assert_eq!(text, expected, "{number}");
        }
    }

    #[test]
    fn formats_of_dates_are_told_from_others() {
        for code in [
            "yyyy\\-mm\\-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy/m/d;@",
            "m/d/yy h:mm",
            "[DBNum1][$-804]yyyy\"年\"m\"月\"",
            "上午/下午h\"时\"",
            "*-yyyy-mm-dd",
        ] {
            assert!(is_date_format(code), "{code}");
        }
        for code in [
            "General",
            "G/通用格式",
            "0.00",
            "@",
            "[h]:mm:ss",
            "[Red]0.00",
            "#,##0\" yuan, said\"",
            "0.00E+00",
            "\\Y000",
            "#,##0.00_);[Red](#,##0.00)",
            "0;yyyy",
            "[$¥-804]#,##0.00",
            "*d0",
        ] {
            assert!(!is_date_format(code), "{code}");
        }
        assert!(is_builtin_date(14) && is_builtin_date(31) && !is_builtin_date(4));
        assert!(!is_builtin_date(46));
    }
}
