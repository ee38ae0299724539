//! Why a file gives no rows, or no more. Each case has a stable code and says, in Chinese and
//! English, what is wrong and what to do.

use std::{error::Error, io};

use super::{Amount, Damage, Looks};

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing in it but, at most, blanks.
    #[error("the file is empty")]
    Empty,
    /// It is something else.
    #[error("{looks}")]
    NotATable {
        /// What, and what to do.
        looks: Looks,
    },
    /// It opens with a password only.
    #[error("the workbook is protected by a password; save it without one")]
    Encrypted,
    /// Its bytes contradict themselves.
    #[error("{what}")]
    Damaged {
        /// Where, and what to do.
        what: Damage,
        /// What a library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Something in it is larger than the limits allow.
    #[error("the file has {what} over the limit of {max}; split it")]
    TooLarge {
        /// What.
        what: Amount,
        /// Allowed.
        max: u64,
    },
    /// No sheet has the name that was asked for.
    #[error("no sheet is named {name:?}; {}", named(known, "there are ", "the file has no sheets"))]
    UnknownSheet {
        /// Asked for.
        name: String,
        /// What there is, hidden sheets included.
        known: Vec<String>,
    },
    /// A workbook without a visible sheet of cells.
    #[error("the workbook has no visible sheet of cells")]
    NoSheet,
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[source] io::Error),
}

/// Why a file gave no more rows. Rows handed out before stay true.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A row is larger than [`crate::Limits::row_bytes_max`].
    #[error(
        "the row from line {line} on has more than {max} bytes; is a quotation mark missing there?"
    )]
    RowTooLarge {
        /// Where it begins, from 1.
        line: u64,
        /// Allowed.
        max: u64,
    },
    /// A quotation mark without a partner where that costs more than its row: in the header, on a
    /// line too long to be read twice, or in a file that has them everywhere.
    #[error(
        "the quotation mark opened in the row from line {line} on is never closed; close or \
         remove it"
    )]
    UnclosedQuote {
        /// Where the row begins, from 1.
        line: u64,
    },
    /// The bytes contradict themselves.
    #[error("after line {line}: {what}")]
    Damaged {
        /// The last row that was read; 0 for none.
        line: u64,
        /// Where, and what to do.
        what: Damage,
        /// What a library said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Something is larger than the limits allow.
    #[error("after line {line}, the file has {what} over the limit of {max}; split it")]
    TooLarge {
        /// The last row that was read; 0 for none.
        line: u64,
        /// What.
        what: Amount,
        /// Allowed.
        max: u64,
    },
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[source] io::Error),
}

impl OpenError {
    /// A code for programs; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EMPTY_FILE",
            Self::NotATable { .. } => "NOT_A_TABLE",
            Self::Encrypted => "ENCRYPTED_FILE",
            Self::Damaged { .. } => "DAMAGED_FILE",
            Self::TooLarge { .. } => "FILE_TOO_LARGE",
            Self::UnknownSheet { .. } => "UNKNOWN_SHEET",
            Self::NoSheet => "NO_SHEET",
            Self::Read(_) => "READ",
        }
    }

    /// The message in English; the same as `Display`.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "文件为空".into(),
            Self::NotATable { looks } => looks.zh().into(),
            Self::Encrypted => "工作簿设有打开密码。请取消密码后另存，再上传".into(),
            Self::Damaged { what, .. } => what.zh().into(),
            Self::TooLarge { what, max } => {
                format!("文件的{}超过上限 {max}，请拆分后再上传", what.zh())
            }
            Self::UnknownSheet { name, known } => {
                let known = named(known, "现有工作表：", "该文件没有工作表");
                format!("没有名为“{name}”的工作表；{known}")
            }
            Self::NoSheet => "工作簿中没有可见的工作表".into(),
            Self::Read(_) => "文件读取失败，请重试".into(),
        }
    }
}

impl ReadError {
    /// A code for programs; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RowTooLarge { .. } => "ROW_TOO_LARGE",
            Self::UnclosedQuote { .. } => "UNCLOSED_QUOTE",
            Self::Damaged { .. } => "DAMAGED_FILE",
            Self::TooLarge { .. } => "FILE_TOO_LARGE",
            Self::Read(_) => "READ",
        }
    }

    /// The message in English; the same as `Display`.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::RowTooLarge { line, max } => {
                format!("自第 {line} 行起的一行数据超过 {max} 字节，是否缺少引号？")
            }
            Self::UnclosedQuote { line } => {
                format!("自第 {line} 行起的引号没有闭合，其后内容未读取。请补上或删去引号后再上传")
            }
            Self::Damaged { line, what, .. } => format!("第 {line} 行之后：{}", what.zh()),
            Self::TooLarge { line, what, max } => {
                format!("第 {line} 行之后，文件的{}超过上限 {max}，请拆分后再上传", what.zh())
            }
            Self::Read(_) => "文件读取失败，请重试".into(),
        }
    }
}

/// What is wrong with a part of a workbook, before it is known whether a file is being opened or
/// read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("{what}")]
    Damaged {
        what: Damage,
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    #[error("{what} over the limit of {max}")]
    TooLarge { what: Amount, max: u64 },
    #[error("protected by a password")]
    Encrypted,
    #[error("the file could not be read")]
    Read(#[source] io::Error),
}

impl Fault {
    pub(super) fn damaged(what: Damage) -> Self {
        Self::Damaged { what, source: None }
    }

    pub(super) fn damaged_by(
        what: Damage,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Damaged { what, source: Some(source.into()) }
    }

    /// The fault that a reader carried inside an error of its own, or damage of the packing.
    pub(super) fn from_reader(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(fault) => fault,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::damaged_by(Damage::Incomplete, error)
            }
            Err(error) => Self::damaged_by(Damage::Packing, error),
        }
    }

    /// For a reader that can say nothing but an error of its own.
    pub(super) fn into_reader(self) -> io::Error {
        io::Error::other(self)
    }

    /// While reading, after the row of `line`.
    pub(super) fn after(self, line: u64) -> ReadError {
        match self {
            Self::Damaged { what, source } => ReadError::Damaged { line, what, source },
            Self::TooLarge { what, max } => ReadError::TooLarge { line, what, max },
            Self::Encrypted => {
                ReadError::Damaged { line, what: Damage::Content, source: Some(self.into()) }
            }
            Self::Read(source) => ReadError::Read(source),
        }
    }
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged { what, source } => Self::Damaged { what, source },
            Fault::TooLarge { what, max } => Self::TooLarge { what, max },
            Fault::Encrypted => Self::Encrypted,
            Fault::Read(source) => Self::Read(source),
        }
    }
}

/// Sheets that a message names.
const NAMES_SHOWN: usize = 20;

/// The names behind a lead, or what to say when there are none.
fn named(names: &[String], lead: &str, otherwise: &str) -> String {
    if names.is_empty() {
        return otherwise.to_owned();
    }
    let shown: Vec<String> =
        names.iter().take(NAMES_SHOWN).map(|name| name.chars().take(31).collect()).collect();
    let more = if names.len() > NAMES_SHOWN { ", …" } else { "" };
    format!("{lead}{}{more}", shown.join(", "))
}
