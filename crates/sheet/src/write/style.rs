//! How cells of a workbook look, and what Excel takes what is typed into them for.
//!
//! A closed set: few formats and few looks, so that colours mean the same in every workbook.

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

/// Colours as red, green and blue.
pub(super) mod colour {
    pub(in crate::write) const GREY: u32 = 0x00E7_E6E6;
    pub(in crate::write) const BORDER: u32 = 0x00BF_BFBF;
    pub(in crate::write) const DARK_RED: u32 = 0x00C0_0000;
    pub(in crate::write) const DIM: u32 = 0x0080_8080;
    pub(in crate::write) const LIGHT_RED: u32 = 0x00FF_C7CE;
    pub(in crate::write) const LIGHT_YELLOW: u32 = 0x00FF_EB9C;
}

/// A number format: what is typed is taken for, and how what is there is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    General,
    Text,
    Day,
    DayAndTime,
}

/// Every number format.
pub(super) const SHOWN: [Shown; 4] = [Shown::General, Shown::Text, Shown::Day, Shown::DayAndTime];
/// Every look.
pub(super) const LOOKS: [Look; 8] = [
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

impl Shown {
    /// Its code, as Excel's dialog shows it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Text => "@",
            Self::Day => "yyyy-mm-dd",
            Self::DayAndTime => "yyyy-mm-dd hh:mm:ss",
        }
    }
}
