//! How cells look, and what Excel takes what is typed into them for.
//!
//! A closed set: few formats and few looks, so that colours mean the same in every workbook.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// What Excel takes what is typed into a cell for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellFormat {
    /// Whatever it looks like.
    #[default]
    General,
    /// Text (`@`): long numbers keep their digits, document numbers do not become dates. A number
    /// that is in the cell already stays a number until it is typed again.
    Text,
    /// A day, shown as `yyyy-mm-dd`.
    Date,
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As any cell.
    #[default]
    Plain,
    /// Bold: a row above the header.
    Title,
    /// Bold on grey.
    Header,
    /// Bold red on grey: the header of a column that must be filled.
    Required,
    /// Grey italics: an example.
    Example,
    /// Light red: an error.
    Wrong,
    /// Light yellow: a warning.
    Odd,
    /// Wrapped, at the top of its cell: running text.
    Prose,
}

/// Format and look of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What is typed is taken for.
    pub format: CellFormat,
    /// How it looks.
    pub look: Look,
}

impl Style {
    /// A look in the general format.
    pub fn of(look: Look) -> Self {
        Self { format: CellFormat::General, look }
    }
}

/// Formats of cells, made once.
pub(super) struct Formats {
    made: Vec<(Shown, Look, Format)>,
}

/// A number format.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    General,
    Text,
    Day,
    DayAndTime,
}

const SHOWN: [Shown; 4] = [Shown::General, Shown::Text, Shown::Day, Shown::DayAndTime];
const LOOKS: [Look; 8] = [
    Look::Plain,
    Look::Title,
    Look::Header,
    Look::Required,
    Look::Example,
    Look::Wrong,
    Look::Odd,
    Look::Prose,
];

impl From<CellFormat> for Shown {
    fn from(format: CellFormat) -> Self {
        match format {
            CellFormat::General => Self::General,
            CellFormat::Text => Self::Text,
            CellFormat::Date => Self::Day,
        }
    }
}

impl Formats {
    pub(super) fn new() -> Self {
        let pairs = SHOWN.into_iter().flat_map(|shown| LOOKS.map(|look| (shown, look)));
        Self { made: pairs.map(|(shown, look)| (shown, look, format(shown, look))).collect() }
    }

    pub(super) fn get(&self, shown: Shown, look: Look) -> &Format {
        let found = self.made.iter().find(|made| made.0 == shown && made.1 == look);
        &found.expect("every pair was made").2
    }
}

fn format(shown: Shown, look: Look) -> Format {
    let format = match shown {
        Shown::General => Format::new(),
        // `@` under the number that the file format gives it.
        Shown::Text => Format::new().set_num_format_index(49),
        Shown::Day => Format::new().set_num_format("yyyy-mm-dd"),
        Shown::DayAndTime => Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
    };
    let heading = |format: Format| {
        format
            .set_bold()
            .set_background_color(0x00E7_E6E6)
            .set_border(FormatBorder::Thin)
            .set_border_color(0x00BF_BFBF)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
    };
    match look {
        Look::Plain => format,
        Look::Title => format.set_bold(),
        Look::Header => heading(format),
        Look::Required => heading(format).set_font_color(0x00C0_0000),
        Look::Example => format.set_italic().set_font_color(0x0080_8080),
        Look::Wrong => format.set_background_color(0x00FF_C7CE),
        Look::Odd => format.set_background_color(0x00FF_EB9C),
        Look::Prose => format.set_text_wrap().set_align(FormatAlign::Top),
    }
}
