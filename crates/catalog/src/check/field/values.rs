//! Listed values, days and amounts: what a cell holds, and what it should have held.

use std::borrow::Cow;

use tiaoxi_credit::Day;

use super::{FieldChecker, is_control};
use crate::check::choice::Values;
use crate::check::date::{self, NoDay, Time};
use crate::check::decimal::{self, NoDecimal};
use crate::check::{choice, clean};
use crate::finding::{
    CHOICE_OTHER_UNNAMED, CHOICE_UNKNOWN, CONTROL_CHARACTER, DATE_AFTER_LONG_TERM,
    DATE_FROM_SERIAL, DATE_INVALID, DATE_OUT_OF_RANGE, DATE_TIME_DROPPED, DECIMAL_INVALID,
    DECIMAL_NEGATIVE, DECIMAL_TOO_LARGE, DECIMAL_TOO_PRECISE, Severity,
};
use crate::item::Choice;

impl FieldChecker<'_, '_> {
    pub(super) fn check_choice<'a>(&mut self, choice: &Choice, text: &'a str) -> Cow<'a, str> {
        let values = self.read_choice(choice, text);
        self.check_length(values.text.chars().count(), choice.length);
        if let (Some(unknown), Some(severity)) = (&values.unknown, choice.severity) {
            let quote = self.report.quote(self.index, unknown);
            let zh = format!("不在允许的取值中{quote}");
            self.add(CHOICE_UNKNOWN, severity, &zh, &format!("is not an allowed value{quote}"));
        }
        if let (true, Some(other)) = (values.other_unnamed, &choice.other)
            && let Some(severity) = other.unnamed
        {
            let zh = format!("应注明，如 {}-xxx", other.value);
            let en = format!("needs a name, as in {}-xxx", other.value);
            self.add(CHOICE_OTHER_UNNAMED, severity, &zh, &en);
        }
        if values.text.contains(is_control) {
            let zh = "含有不可见的控制字符";
            self.add(CONTROL_CHARACTER, Severity::Error, zh, "contains control characters");
        }
        values.text
    }

    /// Reads the cell as it is; where that fails, with letters and digits in half width, then in
    /// half width throughout and without blanks.
    fn read_choice<'a>(&mut self, choice: &Choice, text: &'a str) -> Values<'a> {
        let values = choice::read(choice, text);
        if values.unknown.is_none() {
            return values;
        }
        for clean in [clean::choice(text), clean::tokens(text)] {
            let again = choice::read(choice, &clean);
            if again.unknown.is_none() {
                self.cleaned = true;
                return again.into_owned();
            }
        }
        values
    }

    pub(super) fn check_date<'a>(
        &mut self,
        text: &'a str,
        long_term: Option<(Day, Severity)>,
    ) -> (Cow<'a, str>, Option<Day>) {
        let (text, day) = match date::ten_characters(text) {
            Some(day) if text.contains('/') => (Cow::Owned(text.replace('/', "-")), Some(day)),
            Some(day) => (Cow::Borrowed(text), Some(day)),
            None => self.read_date(text, long_term.map(|(last, _)| last)),
        };
        if let (Some(day), Some((last, severity))) = (day, long_term)
            && day > last
        {
            self.add(
                DATE_AFTER_LONG_TERM,
                severity,
                &format!("晚于表示长期的{last}"),
                &format!("is later than {last}, which means long-term"),
            );
        }
        (text, day)
    }

    fn read_date<'a>(
        &mut self,
        text: &'a str,
        long_term: Option<Day>,
    ) -> (Cow<'a, str>, Option<Day>) {
        let read = match date::read(&self.note(clean::number(text))) {
            Ok(read) => read,
            Err(problem) => {
                self.no_date(problem, text, long_term);
                return (Cow::Borrowed(text), None);
            }
        };
        let day = read.day;
        if read.serial {
            let zh = format!("是电子表格的日期序列号，已按 {day} 读取，请核对");
            let en = format!("is a spreadsheet's serial number, read as {day}");
            self.add(DATE_FROM_SERIAL, Severity::Warning, &zh, &en);
        }
        self.cleaned |= read.time != Time::None;
        if read.time == Time::Other {
            let zh = format!("只取日期 {day}，时刻已略去");
            let en = format!("was read as {day}, without the time of day");
            self.add(DATE_TIME_DROPPED, Severity::Warning, &zh, &en);
        }
        (Cow::Owned(day.to_string()), Some(day))
    }

    fn no_date(&mut self, problem: NoDay, text: &str, long_term: Option<Day>) {
        let (code, zh, en) = match problem {
            NoDay::Invalid => match long_term.filter(|_| text.starts_with(['长', '永', '无'])) {
                Some(last) => {
                    let zh = format!("不是有效日期；长期有效请填 {last}");
                    return self.error(
                        DATE_INVALID,
                        text,
                        &zh,
                        &format!("is not a date; {last} means long-term"),
                    );
                }
                None => (
                    DATE_INVALID,
                    "不是有效日期，应按年-月-日填写，如 2024-01-05",
                    "is not a date; write year, month and day, as in 2024-01-05",
                ),
            },
            NoDay::YearShort => (
                DATE_INVALID,
                "年份应写四位，如 2024-01-05",
                "has a year of two digits; write four, as in 2024-01-05",
            ),
            NoDay::YearLast => (
                DATE_INVALID,
                "年份应写在最前，如 2024-01-05；写在最后分不清月和日",
                "has the year last, so that month and day cannot be told apart; write 2024-01-05",
            ),
            NoDay::OutOfRange => (
                DATE_OUT_OF_RANGE,
                "超出 1970-01-01 至 2149-06-06",
                "is not within 1970-01-01 to 2149-06-06",
            ),
        };
        self.error(code, text, zh, en);
    }

    pub(super) fn check_decimal<'a>(
        &mut self,
        text: &'a str,
        whole: usize,
        decimals: usize,
    ) -> Cow<'a, str> {
        let read = match self.note(clean::number(text)) {
            Cow::Borrowed(text) => decimal::clean_decimal(text, whole, decimals),
            Cow::Owned(clean) => decimal::clean_decimal(&clean, whole, decimals)
                .map(|amount| Cow::Owned(amount.into_owned())),
        };
        let problem = match read {
            Ok(amount) => return amount,
            Err(problem) => problem,
        };
        match problem {
            NoDecimal::Invalid => {
                let zh = "只填数字，不带单位和千分位";
                let en = "must be digits alone, without unit or thousands separator";
                self.error(DECIMAL_INVALID, text, zh, en);
            }
            NoDecimal::Negative => {
                self.error(DECIMAL_NEGATIVE, text, "不能为负", "must not be negative");
            }
            NoDecimal::TooLarge => {
                let zh = format!("整数部分最多{whole}位");
                let en = format!("may have {whole} digits before the point");
                self.error(DECIMAL_TOO_LARGE, text, &zh, &en);
            }
            NoDecimal::TooPrecise => {
                let zh = format!("小数部分最多{decimals}位");
                let en = format!("may have {decimals} digits behind the point");
                self.error(DECIMAL_TOO_PRECISE, text, &zh, &en);
            }
        }
        Cow::Borrowed(text)
    }
}
