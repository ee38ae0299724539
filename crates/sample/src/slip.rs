//! What spreadsheets and hasty hands make of good cells: some of it must be rejected, some taken
//! as meant. One slip to a row, beside the mistakes of [`crate::mistake`].

use tiaoxi_sheet::{FileKind, Value};

use crate::{
    Layout, Plan,
    draft::Draft,
    mistake::{CLASS, NAME, PERSON_NUMBER, Places, REGISTRATION, REPRESENTATIVE, USCC},
    random::Random,
    truth::Verdict,
};

/// One slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A unified code, registration number or identity number became a number: its last digits
    /// are lost, and a text file shows an exponent.
    CodeAsNumber,
    RegistrationAsNumber,
    PersonNumberAsNumber,
    /// A document number typed as 2024-5 became a date.
    DocumentAsDate,
    /// A look-up found nothing: #N/A.
    ErrorValue,
    /// A row cut short at its end.
    ShortRow,
    /// A line between the rows: 小计.
    SectionRow,
    /// A penalty that was withdrawn, in the format of 2016.
    Revoked,
    /// Typed with full-width digits.
    WideCode,
    WideDate,
    /// Blanks around a name, or an invisible one in it.
    StrayBlanks,
    InvisibleBlank,
    /// Dates as 20240105, 2024年1月5日, 2024.1.5, 2024-1-5 0:00, or as the number of the day in
    /// Excel.
    CompactDate,
    ChineseDate,
    DottedDate,
    DateWithTime,
    SerialDate,
    /// A decision that was due long ago.
    Late,
    /// A row without text.
    BlankRow,
}

use Slip as S;

const CLEANED: Verdict = Verdict::Accepted { cleaned: true, late: false };

/// Every slip with what it leads to.
pub(crate) const SLIPS: [(Slip, Verdict); 19] = [
    (S::CodeAsNumber, Verdict::Rejected("NUMBER_NOT_TEXT")),
    (S::WideCode, CLEANED),
    (S::CompactDate, Verdict::PLAIN),
    (S::DocumentAsDate, Verdict::Rejected("DATE_NOT_TEXT")),
    (S::Late, Verdict::Accepted { cleaned: false, late: true }),
    (S::BlankRow, Verdict::Blank),
    (S::RegistrationAsNumber, Verdict::Rejected("NUMBER_NOT_TEXT")),
    (S::WideDate, CLEANED),
    (S::ChineseDate, Verdict::PLAIN),
    (S::ErrorValue, Verdict::Rejected("CELL_ERROR_VALUE")),
    (S::DottedDate, Verdict::PLAIN),
    (S::Revoked, Verdict::Rejected("OLD_STATUS")),
    (S::SectionRow, Verdict::Rejected("REQUIRED_MISSING")),
    (S::InvisibleBlank, CLEANED),
    (S::DateWithTime, CLEANED),
    (S::PersonNumberAsNumber, Verdict::Rejected("NUMBER_NOT_TEXT")),
    (S::ShortRow, Verdict::Rejected("CELL_COUNT")),
    (S::StrayBlanks, CLEANED),
    (S::SerialDate, Verdict::PLAIN),
];

/// Draws a slip, or the next of the list that the row and its file give occasion for.
pub(crate) fn draw(draft: &Draft, plan: &Plan, random: &mut Random) -> (Slip, Verdict) {
    let first = random.below(19) as usize;
    let mut candidates = SLIPS.iter().cycle().skip(first).take(SLIPS.len());
    let drawn = candidates.find(|(slip, _)| fits(*slip, draft, plan));
    *drawn.expect("a name may always have blanks around it")
}

fn fits(slip: Slip, draft: &Draft, plan: &Plan) -> bool {
    let is_workbook = plan.kind == FileKind::Xlsx;
    let is_person = draft.text(CLASS) == "自然人";
    match slip {
        S::CodeAsNumber | S::RegistrationAsNumber | S::WideCode => !is_person,
        S::PersonNumberAsNumber => is_person,
        // In a text file either is a text like any other.
        S::DocumentAsDate | S::ErrorValue => is_workbook,
        // A sheet has no end of a row.
        S::ShortRow => !is_workbook,
        S::Revoked => plan.layout == Layout::Format2016,
        // Without a state, it would be wrong in two ways in the format of 2016.
        S::SectionRow => plan.layout != Layout::Format2016,
        S::Late => plan.newest.is_some(),
        _ => true,
    }
}

/// Makes a slip that fits; a late decision comes as a row of its own.
pub(crate) fn make(
    slip: Slip,
    draft: &mut Draft,
    places: &Places,
    kind: FileKind,
    random: &mut Random,
) {
    let text = |place: usize| draft.text(place).to_owned();
    match slip {
        S::CodeAsNumber => set_number(draft, USCC, &text(USCC), kind),
        S::RegistrationAsNumber => {
            let digits = format!("999999{:09}", random.below(1_000_000));
            set_number(draft, REGISTRATION, &digits, kind);
        }
        S::PersonNumberAsNumber => set_number(draft, PERSON_NUMBER, &text(PERSON_NUMBER), kind),
        S::DocumentAsDate => {
            draft.set(places.document, "2024-05-01".to_owned(), Value::Date);
        }
        S::ErrorValue => draft.set(REPRESENTATIVE, "#N/A".to_owned(), Value::Error),
        S::ShortRow => draft.missing = 1 + random.below(3) as usize,
        S::SectionRow => draft.section = Some("小计"),
        S::BlankRow => draft.section = Some(""),
        S::Revoked => draft.state = "1",
        S::WideCode => draft.set(USCC, widened(draft.text(USCC)), Value::Text),
        S::StrayBlanks => {
            let name = format!("\u{3000}{}  ", draft.text(NAME));
            draft.set(NAME, name, Value::Text);
        }
        S::InvisibleBlank => {
            let name = draft.text(NAME).replacen("示例", "示例\u{200b}", 1);
            draft.set(NAME, name, Value::Text);
        }
        S::WideDate
        | S::CompactDate
        | S::ChineseDate
        | S::DottedDate
        | S::DateWithTime
        | S::SerialDate => set_date(slip, draft, places, kind),
        S::Late => {}
    }
}

/// Puts a date into the cell of the decision, written as the slip says.
fn set_date(slip: Slip, draft: &mut Draft, places: &Places, kind: FileKind) {
    let Some((year, month, day)) = parts(draft.text(places.decided)) else {
        return;
    };
    let text = match slip {
        S::WideDate => widened(&format!("{year}")) + &format!("/{month:02}/{day:02}"),
        S::CompactDate => format!("{year}{month:02}{day:02}"),
        S::ChineseDate => format!("{year}年{month}月{day}日"),
        S::DottedDate => format!("{year}.{month}.{day}"),
        S::DateWithTime => format!("{year}-{month}-{day} 0:00"),
        _ => serial(year, month, day),
    };
    let is_number = slip == S::SerialDate && kind == FileKind::Xlsx;
    draft.set(places.decided, text, if is_number { Value::Number } else { Value::Text });
}

/// Year, month and day of 2024/03/05 or 2024-03-05.
fn parts(date: &str) -> Option<(i16, i8, i8)> {
    let mut parts = date.split(['/', '-']);
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Some((year, month, day))
}

/// The number of a day in Excel: 1970-01-01 is 25569.
fn serial(year: i16, month: i8, day: i8) -> String {
    let day = tiaoxi_credit::Day::from_date(year, month, day).map_or(0, |day| day.0);
    (u32::from(day) + 25_569).to_string()
}

/// What becomes of a code in a cell that holds a number: 15 digits are kept, and a text file shows
/// six of them. Letters become nines, so that the code of nobody real comes out.
fn set_number(draft: &mut Draft, place: usize, code: &str, kind: FileKind) {
    let digits: String = code
        .chars()
        .enumerate()
        .map(|(place, sign)| match sign {
            _ if place >= 15 => '0',
            '0'..='9' => sign,
            _ => '9',
        })
        .collect();
    if kind == FileKind::Xlsx {
        return draft.set(place, digits, Value::Number);
    }
    let exponent = digits.len().saturating_sub(1);
    let (whole, rest) = digits.split_at_checked(1).unwrap_or_default();
    let shown: String = rest.chars().take(5).collect();
    draft.set(place, format!("{whole}.{shown}E+{exponent}"), Value::Text);
}

/// Letters and digits in the width of Chinese characters.
fn widened(text: &str) -> String {
    let wide = |sign: char| match sign {
        '!'..='~' => char::from_u32(u32::from(sign) + 0xfee0).unwrap_or(sign),
        _ => sign,
    };
    text.chars().map(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_numbers_of_days() {
        for (date, expected) in
            [((2024, 1, 5), "45296"), ((1970, 1, 1), "25569"), ((2025, 12, 31), "46022")]
        {
            assert_eq!(serial(date.0, date.1, date.2), expected);
        }
    }

    #[test]
    fn codes_lose_their_last_digits_as_numbers() {
        let mut draft = Draft::default();
        draft.cells.resize_with(13, tiaoxi_sheet::Cell::default);
        set_number(&mut draft, USCC, "91330522TX2066637X", FileKind::Xlsx);
        assert_eq!(draft.text(USCC), "913305229920666000");
        set_number(&mut draft, USCC, "91330522TX2066637X", FileKind::Csv);
        assert_eq!(draft.text(USCC), "9.13305E+17");
    }

    #[test]
    fn widens_what_is_ascii() {
        assert_eq!(widened("9A湖/"), "９Ａ湖／");
    }
}
