//! What a file of rows is, and what a spreadsheet says of a cell beside its text.

use serde::{Deserialize, Serialize};

/// Kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Text with commas or semicolons between cells (RFC 4180).
    Csv,
    /// Text with tabs between cells.
    Tsv,
    /// Office Open XML workbook (ECMA-376).
    Xlsx,
    /// Workbook of Excel 97 to 2003 (BIFF8).
    Xls,
}

impl FileKind {
    /// Its name in messages and the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
        }
    }
}

/// Encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// UTF-8 with a byte order mark, as Excel saves it.
    #[serde(rename = "UTF-8 BOM")]
    Utf8Mark,
    /// GB 18030, of which GBK and GB 2312 are parts.
    #[serde(rename = "GB18030")]
    Gb18030,
    /// UTF-16 with a byte order mark, as Excel saves "Unicode text". Read in either byte order;
    /// written, little end first.
    #[serde(rename = "UTF-16")]
    Utf16,
}

impl Encoding {
    /// Its name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Mark => "UTF-8 BOM",
            Self::Gb18030 => "GB18030",
            Self::Utf16 => "UTF-16",
        }
    }
}

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Its kind.
    pub kind: FileKind,
    /// Encoding of a text file; `None` for a workbook.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of a text file, one ASCII byte; `None` for a workbook.
    pub delimiter: Option<u8>,
    /// The sheet that is read; `None` for a text file.
    pub sheet: Option<String>,
    /// Every visible sheet of the workbook, in its order.
    pub sheets: Vec<String>,
}

/// What kind of value a spreadsheet holds in a cell. Cells of text files are all text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, or nothing.
    #[default]
    Text,
    /// A number that is no date.
    Number,
    /// A number that the cell's format shows as a date; its text is `YYYY-MM-DD`, with
    /// ` HH:MM:SS` behind it where the time of day is not midnight.
    Date,
    /// True or false; its text is `TRUE` or `FALSE`.
    Boolean,
    /// An error value; its text is `#N/A` and the like.
    Error,
}

/// Where a cell's value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formula {
    /// It was typed.
    #[default]
    None,
    /// A formula gave it, and the file holds what it gave last.
    Computed,
    /// A formula that was never computed: the cell is empty.
    NotComputed,
    /// A formula that names another workbook.
    External,
}

/// A cell by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Its text; a number without superfluous zeros or exponent.
    pub text: String,
    /// What it holds in a spreadsheet.
    pub value: Value,
}
