//! Why an intake stops. Each case has a stable code and says, in Chinese and English, what is
//! wrong and what to do. Wrong rows stop nothing: they are outcomes.

use tiaoxi_sheet::read::{OpenError, ReadError};

/// Why a file could not be read, or not to its end. Rows handed out before stay true.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The file gives no rows.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file gives no more rows.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No row but blank ones.
    #[error("the file holds no text")]
    EmptyFile,
    /// No row at the top of the file is the header of the catalogue item.
    #[error(
        "none of the first {rows} rows is the header of the item; found {found}; \
         expected e.g. {expected}"
    )]
    UnknownHeader {
        /// How many rows were looked at.
        rows: usize,
        /// The first columns of the row that comes closest.
        found: String,
        /// Some names that the item knows.
        expected: String,
    },
    /// No row at the top of the file is the header of any catalogue item.
    #[error("no catalogue item has these columns; found {found}; {missing}")]
    NoItem {
        /// The first columns of the row that comes closest.
        found: String,
        /// For each item, what is missing most.
        missing: String,
    },
    /// The header is that of two catalogue items.
    #[error("the header fits {first} as well as {second}; say which one is meant")]
    AmbiguousItem {
        /// Slug and name of one.
        first: String,
        /// Slug and name of the other.
        second: String,
    },
    /// Two rows each hold a part of the header.
    #[error(
        "the header is spread over lines {first} and {second}; unmerge its cells, so that every \
         column has its name in one row"
    )]
    MergedHeader {
        /// Line of the upper part, as the clerk's program shows it.
        first: u64,
        /// Line of the lower part.
        second: u64,
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
    /// More columns than [`crate::Limits::columns_max`].
    #[error("the header has {found} columns, {max} are allowed")]
    TooManyColumns {
        /// In the file.
        found: usize,
        /// Allowed.
        max: usize,
    },
    /// More rows than [`crate::Limits::rows_max`].
    #[error("the file has more than {max} rows; split it")]
    TooManyRows {
        /// Allowed.
        max: u32,
    },
    /// A constant for every row was given that can't be used.
    #[error("the value given for {field} can't be used: {problem}")]
    BadFill {
        /// Code of the field, as it was given.
        field: String,
        /// Why.
        problem: FillProblem,
    },
}

/// Why a constant for a field can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillProblem {
    /// The item has no such field.
    #[error("the item has no such field")]
    UnknownField,
    /// The file has a column for it.
    #[error("the file has a column of its own for it")]
    HasColumn,
}

impl FillProblem {
    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::UnknownField => "目录项没有这一项",
            Self::HasColumn => "文件中已有该列",
        }
    }
}

impl IntakeError {
    /// A code for programs; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(error) => error.code(),
            Self::Read(error) => error.code(),
            Self::EmptyFile => "EMPTY_FILE",
            Self::UnknownHeader { .. } | Self::NoItem { .. } => "UNKNOWN_HEADER",
            Self::AmbiguousItem { .. } => "AMBIGUOUS_ITEM",
            Self::MergedHeader { .. } => "MERGED_HEADER",
            Self::DuplicateColumn { .. } => "DUPLICATE_COLUMN",
            Self::ForbiddenColumn { .. } => "FORBIDDEN_COLUMN",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::BadFill { .. } => "BAD_FILL",
        }
    }

    /// The message in English; the same as `Display`.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Open(error) => error.zh(),
            Self::Read(error) => error.zh(),
            Self::EmptyFile => "文件中没有内容，请确认选对了文件".into(),
            Self::UnknownHeader { rows, found, expected } => format!(
                "前 {rows} 行中没有找到该目录项的表头；最接近的一行为：{found}；应有，例如：{expected}"
            ),
            Self::NoItem { found, missing } => {
                format!("没有目录项与表头相符；最接近的一行为：{found}；{missing}")
            }
            Self::AmbiguousItem { first, second } => {
                format!("表头既符合“{first}”，也符合“{second}”，请指明是哪一项")
            }
            Self::MergedHeader { first, second } => format!(
                "表头分布在第 {first} 行和第 {second} 行。请取消合并单元格，使每列的名称都在同一行"
            ),
            Self::DuplicateColumn { first, second, field } => {
                format!("第 {first} 列与第 {second} 列同为“{field}”，请删去其中一列")
            }
            Self::ForbiddenColumn { column, word } => {
                format!("第 {column} 列（{word}）属于法律禁止采集的信息，请删除该列后再报送")
            }
            Self::TooManyColumns { found, max } => format!("表头有 {found} 列，最多 {max} 列"),
            Self::TooManyRows { max } => format!("文件超过 {max} 行，请拆分后再报送"),
            Self::BadFill { field, problem } => {
                format!("为 {field} 统一填写的值不能使用：{}", problem.zh())
            }
        }
    }
}
