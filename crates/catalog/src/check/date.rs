//! Days as texts: how files and clerks write them, and the serial numbers of spreadsheets.

use tiaoxi_credit::Day;

/// Serial number of 1970-01-01 in the date system of spreadsheets that begins in 1900.
const SERIAL_OF_DAY_ZERO: u32 = 25_569;
/// Serial numbers that are read as days, 1954-10-03 to 2119-01-11; others are some other number.
const SERIALS: std::ops::RangeInclusive<u32> = 20_000..=80_000;

/// Why a text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDay {
    /// Not written as a day, or a date that does not exist.
    Invalid,
    /// A date that [`Day`] cannot express.
    OutOfRange,
    /// The year has two digits.
    YearShort,
    /// The year comes last: which part is the month cannot be known.
    YearLast,
}

/// A day, and what its spelling said beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) day: Day,
    /// It was the serial number of a spreadsheet.
    pub(super) serial: bool,
    /// What was said of the time of day.
    pub(super) time: Time,
}

/// A time of day behind a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    None,
    Midnight,
    Other,
}

/// Reads `YYYY-MM-DD`, as records hold it, or the same with slashes, and nothing else.
pub(super) fn ten_characters(text: &str) -> Option<Day> {
    let &[y1, y2, y3, y4, first @ (b'-' | b'/'), m1, m2, second, d1, d2] = text.as_bytes() else {
        return None;
    };
    if first != second {
        return None;
    }
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let two = |tens: u8, ones: u8| Some(digit(tens)? * 10 + digit(ones)?);
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let small = |number: i16| i8::try_from(number).ok();
    Day::from_date(year, small(two(m1, m2)?)?, small(two(d1, d2)?)?)
}

/// Reads `YYYY-MM-DD` or `YYYY/MM/DD`; month and day may have one digit.
pub(crate) fn parse_day(text: &str) -> Result<Day, NoDay> {
    let separator = if text.contains('/') { '/' } else { '-' };
    separated(text, separator)
}

/// Reads a cell in half width: as [`parse_day`], with points, in eight digits, in Chinese, as a
/// serial number, each with a time of day behind it or none.
pub(super) fn read(text: &str) -> Result<Read, NoDay> {
    if let Some(number) = serial(text) {
        let (days, time) = number?;
        return Ok(Read { day: days, serial: true, time });
    }
    let (day, rest) = match text.split_once('日') {
        Some((date, rest)) => (chinese(date)?, rest),
        None => match text.split_once([' ', 'T']) {
            Some((date, rest)) => (plain(date)?, rest),
            None => (plain(text)?, ""),
        },
    };
    let time = time(rest.trim()).ok_or(NoDay::Invalid)?;
    Ok(Read { day, serial: false, time })
}

/// `YYYY-M-D`, `YYYY/M/D`, `YYYY.M.D` or `YYYYMMDD`.
fn plain(text: &str) -> Result<Day, NoDay> {
    if let Some(separator) = text.chars().find(|c| matches!(c, '-' | '/' | '.')) {
        return separated(text, separator);
    }
    match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day)) if day.len() == 2 => from_parts(year, month, day),
        _ => Err(NoDay::Invalid),
    }
}

/// `YYYY年M月D`, what stands before 日.
fn chinese(text: &str) -> Result<Day, NoDay> {
    let parts = text.split_once('年').and_then(|(year, rest)| Some((year, rest.split_once('月')?)));
    let (year, (month, day)) = parts.ok_or(NoDay::Invalid)?;
    from_parts(year.trim(), month.trim(), day.trim())
}

fn separated(text: &str, separator: char) -> Result<Day, NoDay> {
    let mut parts = text.split(separator);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day), None) => from_parts(year, month, day),
        _ => Err(NoDay::Invalid),
    }
}

fn from_parts(year: &str, month: &str, day: &str) -> Result<Day, NoDay> {
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let right = digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if right {
            part.parse::<i16>().map_err(|_beyond| NoDay::Invalid)
        } else {
            Err(NoDay::Invalid)
        }
    };
    let Ok(year) = number(year, 4..=4) else {
        let (first, second) = (number(year, 1..=2)?, number(month, 1..=2)?);
        if number(day, 4..=4).is_ok() && (1..=31).contains(&first) && (1..=31).contains(&second) {
            return Err(NoDay::YearLast);
        }
        number(day, 1..=2)?;
        return Err(NoDay::YearShort);
    };
    let small = |value: i16| i8::try_from(value).map_err(|_beyond| NoDay::Invalid);
    let (month, day) = (small(number(month, 1..=2)?)?, small(number(day, 1..=2)?)?);
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

/// Five digits within [`SERIALS`], with a fraction of a day behind them or none; `None` when the
/// text is something else.
fn serial(text: &str) -> Option<Result<(Day, Time), NoDay>> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 5 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = whole.parse::<u32>().ok().filter(|number| SERIALS.contains(number))?;
    let time = match fraction.bytes().all(|byte| byte == b'0') {
        true if fraction.is_empty() => Time::None,
        true => Time::Midnight,
        false => Time::Other,
    };
    let day = number.checked_sub(SERIAL_OF_DAY_ZERO).and_then(|days| u16::try_from(days).ok());
    Some(day.map(|day| (Day(day), time)).ok_or(NoDay::OutOfRange))
}

/// `H:MM`, `H:MM:SS` or `H:MM:SS.f`; `None` when it is no time of day.
fn time(text: &str) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::None);
    }
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut midnight = fraction.bytes().all(|byte| byte == b'0');
    let mut parts = 0;
    for (part, max) in clock.split(':').zip([23, 59, 59, 0]) {
        if !(1..=2).contains(&part.len()) || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = part.parse::<u8>().ok().filter(|number| *number <= max)?;
        midnight &= number == 0;
        parts += 1;
    }
    let whole = parts == 3 || (parts == 2 && !text.contains('.'));
    whole.then_some(if midnight { Time::Midnight } else { Time::Other })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::from_date(year, month, day).expect("a date")
    }

    #[test]
    fn days_are_read_in_two_spellings() {
        for (text, expected) in [
            ("2024-01-05", Ok(day(2024, 1, 5))),
            ("2024/01/05", Ok(day(2024, 1, 5))),
            ("2024/1/5", Ok(day(2024, 1, 5))),
            ("2099/12/31", Ok(day(2099, 12, 31))),
            ("2024-02-29", Ok(day(2024, 2, 29))),
            ("1969-12-31", Err(NoDay::OutOfRange)),
            ("2199-01-01", Err(NoDay::OutOfRange)),
            ("2023-02-29", Err(NoDay::Invalid)),
            ("2024-13-01", Err(NoDay::Invalid)),
            ("2024-00-01", Err(NoDay::Invalid)),
            ("2024/01-05", Err(NoDay::Invalid)),
            ("2024-01-05-", Err(NoDay::Invalid)),
            ("20240105", Err(NoDay::Invalid)),
            ("24-01-05", Err(NoDay::YearShort)),
            ("+024-01-05", Err(NoDay::Invalid)),
            ("二〇二四年", Err(NoDay::Invalid)),
            ("", Err(NoDay::Invalid)),
        ] {
            assert_eq!(parse_day(text), expected, "{text}");
            assert_eq!(ten_characters(text), expected.ok().filter(|_| text.len() == 10), "{text}");
        }
    }

    #[test]
    fn cells_hold_days_in_many_spellings() {
        let fifth = day(2024, 1, 5);
        for text in [
            "2024-01-05",
            "2024-1-5",
            "2024/1/5",
            "2024/01/05",
            "2024.1.5",
            "2024.01.05",
            "20240105",
            "2024年1月5日",
            "2024年01月05日",
            "2024 年 1 月 5 日",
        ] {
            assert_eq!(
                read(text),
                Ok(Read { day: fifth, serial: false, time: Time::None }),
                "{text}"
            );
        }
        for (text, time) in [
            ("2024-01-05 00:00:00", Time::Midnight),
            ("2024-01-05 00:00:00.0", Time::Midnight),
            ("2024-01-05T00:00:00", Time::Midnight),
            ("2024/1/5 0:00", Time::Midnight),
            ("20240105 0:00", Time::Midnight),
            ("2024年1月5日 0:00", Time::Midnight),
            ("2024/1/5  9:30", Time::Other),
            ("2024-01-05 23:59:59", Time::Other),
            ("2024-01-05 00:00:00.5", Time::Other),
        ] {
            assert_eq!(read(text), Ok(Read { day: fifth, serial: false, time }), "{text}");
        }
        for (text, day, time) in [
            ("45296", fifth, Time::None),
            ("45296.0", fifth, Time::Midnight),
            ("45296.5", fifth, Time::Other),
            ("25569", Day(0), Time::None),
            ("80000", day(2119, 1, 11), Time::None),
        ] {
            assert_eq!(read(text), Ok(Read { day, serial: true, time }), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_told_apart() {
        for (text, expected) in [
            ("24-01-05", NoDay::YearShort),
            ("24/1/5", NoDay::YearShort),
            ("24.1.5", NoDay::YearShort),
            ("24年1月5日", NoDay::YearShort),
            ("05/01/2024", NoDay::YearLast),
            ("31-12-2024", NoDay::YearLast),
            ("1/5/2024 12:00", NoDay::YearLast),
            ("45/01/2024", NoDay::Invalid),
            ("25568", NoDay::OutOfRange),
            ("19999", NoDay::Invalid),
            ("80001", NoDay::Invalid),
            ("45296.", NoDay::Invalid),
            ("20241301", NoDay::Invalid),
            ("202401051", NoDay::Invalid),
            ("2024-02-30", NoDay::Invalid),
            ("2024年1月", NoDay::Invalid),
            ("2024-01-05 24:00", NoDay::Invalid),
            ("2024-01-05 1:60", NoDay::Invalid),
            ("2024-01-05 1", NoDay::Invalid),
            ("2024-01-05 1:2:3:4", NoDay::Invalid),
            ("2024-01-05 0:00.0", NoDay::Invalid),
            ("2024-01-05 上午", NoDay::Invalid),
            ("2024-01-05Z", NoDay::Invalid),
            ("2024年1月5日8", NoDay::Invalid),
            ("长期", NoDay::Invalid),
            ("日", NoDay::Invalid),
            ("", NoDay::Invalid),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }
}
