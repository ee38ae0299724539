//! Why an intake stops. Each case has a stable code and says, in Chinese and English, what is
//! wrong and what to do. Wrong rows stop nothing: they are outcomes.

use std::io;

use crate::{Limits, encoding::Looks};

/// Why a file could not be read, or not to its end. Rows handed out before stay true.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// No byte of text.
    #[error("the file is empty")]
    EmptyFile,
    /// The header, or from the first row on the whole file, is in another encoding.
    #[error("the file is not UTF-8 (row {row}, byte {byte}): {looks}")]
    NotUtf8 {
        /// 0 for the header, else the row below it.
        row: u32,
        /// Byte of the file, from 0.
        byte: u64,
        /// What it looks like, and what to do.
        looks: Looks,
    },
    /// No column of the first row is one of the catalogue item.
    #[error(
        "no column of the catalogue item in the first row; found {found}; expected e.g. {expected}"
    )]
    UnknownHeader {
        /// The first columns as they stand.
        found: String,
        /// Some names that the item knows.
        expected: String,
    },
    /// Columns that every row must fill are absent.
    #[error("required columns are missing: {columns}")]
    MissingColumn {
        /// Code and Chinese name of each.
        columns: String,
    },
    /// Two columns mean the same field.
    #[error("columns {first} and {second} both mean {field}")]
    DuplicateColumn {
        /// Number of the earlier column, from 1.
        first: usize,
        /// Number of the later column, from 1.
        second: usize,
        /// Code and Chinese name of the field.
        field: String,
    },
    /// A column names a kind of data that the law forbids to collect.
    #[error(
        "column {column} ({word}) holds data that must never be collected; remove it from the file"
    )]
    ForbiddenColumn {
        /// Number of the column, from 1.
        column: usize,
        /// The word that gives it away.
        word: String,
    },
    /// More columns than [`Limits::columns_max`].
    #[error("the header has {found} columns, {max} are allowed")]
    TooManyColumns {
        /// In the file.
        found: usize,
        /// Allowed.
        max: usize,
    },
    /// A row is larger than [`Limits::row_bytes_max`].
    #[error(
        "row {row}, from line {line} on, has more than {max} bytes; \
         is a quotation mark missing there?"
    )]
    RowTooLarge {
        /// 0 for the header, else the row below it.
        row: u32,
        /// Line of the file, from 1.
        line: u64,
        /// Allowed.
        max: u64,
    },
    /// The file ends inside a cell that began with a quotation mark.
    #[error("the quotation mark opened in row {row}, from line {line} on, is never closed")]
    UnclosedQuote {
        /// 0 for the header, else the row below it.
        row: u32,
        /// Line of the file, from 1.
        line: u64,
    },
    /// More rows than [`Limits::rows_max`].
    #[error("the file has more than {max} rows; split it")]
    TooManyRows {
        /// Allowed.
        max: u32,
    },
    /// The file could not be read.
    #[error("reading failed after row {row}")]
    Read {
        /// The last row that was read.
        row: u32,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl IntakeError {
    /// A code for programs; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "EMPTY_FILE",
            Self::NotUtf8 { .. } => "NOT_UTF8",
            Self::UnknownHeader { .. } => "UNKNOWN_HEADER",
            Self::MissingColumn { .. } => "MISSING_COLUMN",
            Self::DuplicateColumn { .. } => "DUPLICATE_COLUMN",
            Self::ForbiddenColumn { .. } => "FORBIDDEN_COLUMN",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::RowTooLarge { .. } => "ROW_TOO_LARGE",
            Self::UnclosedQuote { .. } => "UNCLOSED_QUOTE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::Read { .. } => "READ",
        }
    }

    /// The message in English; the same as `Display`.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::EmptyFile => "文件为空".into(),
            Self::NotUtf8 { row: 0, byte, looks } => {
                format!("文件不是 UTF-8 编码（表头，第 {byte} 字节）：{}", looks.zh())
            }
            Self::NotUtf8 { row, byte, looks } => {
                format!("文件不是 UTF-8 编码（第 {row} 行，第 {byte} 字节）：{}", looks.zh())
            }
            Self::UnknownHeader { found, expected } => {
                format!("首行中没有目录项的列；现有：{found}；应有，例如：{expected}")
            }
            Self::MissingColumn { columns } => format!("缺少必填列：{columns}"),
            Self::DuplicateColumn { first, second, field } => {
                format!("第 {first} 列与第 {second} 列同为“{field}”")
            }
            Self::ForbiddenColumn { column, word } => {
                format!("第 {column} 列（{word}）属于法律禁止采集的信息，请删除该列后再报送")
            }
            Self::TooManyColumns { found, max } => format!("表头有 {found} 列，最多 {max} 列"),
            Self::RowTooLarge { row, line, max } => {
                format!("第 {row} 行（自文件第 {line} 行起）超过 {max} 字节，是否缺少引号？")
            }
            Self::UnclosedQuote { row, line } => {
                format!("第 {row} 行（自文件第 {line} 行起）的引号没有闭合，其后内容未读取")
            }
            Self::TooManyRows { max } => format!("文件超过 {max} 行，请拆分后再报送"),
            Self::Read { row, .. } => format!("读取第 {row} 行之后的内容失败"),
        }
    }

    pub(crate) fn from_row(
        error: crate::rows::RowError,
        row: u32,
        line: u64,
        limits: &Limits,
    ) -> Self {
        use crate::rows::RowError;
        match error {
            RowError::Read(source) => Self::Read { row: row.saturating_sub(1), source },
            RowError::TooLarge => Self::RowTooLarge { row, line, max: limits.row_bytes_max },
            RowError::UnclosedQuote => Self::UnclosedQuote { row, line },
        }
    }
}
