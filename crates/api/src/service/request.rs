//! Requests as the service gets them: parsed, within limits.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

/// A file to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRequest {
    /// Slug of the catalogue item, as the caller wrote it; `None`: recognised from the header.
    pub item: Option<String>,
    /// BLAKE3 of the file's bytes, where the caller says so; `None`: whoever reads them knows.
    pub digest: Option<[u8; 32]>,
    /// Bytes of the file, where the caller said so.
    pub length: Option<u64>,
    /// Sheet of a workbook; `None`: the first visible one.
    pub sheet: Option<String>,
    /// Field code → one text for every row, for fields without a column.
    pub fill: BTreeMap<String, String>,
    /// Judge every row and append nothing.
    pub preview: bool,
    /// What to do with rows that a person has to decide about.
    pub decision: Decision,
}

/// What to do with rows that a person has to decide about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Rows whose record stands in the log with other content.
    pub corrections: Corrections,
    /// A reviewer's word on rows whose record was withdrawn; `None`: they stay out.
    pub review: Option<Review>,
}

/// What happens to rows whose record stands in the log with other content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Corrections {
    /// Counted and left out.
    #[default]
    Skip,
    /// Taken in as corrections.
    Apply {
        /// Why, in the words of the office; neither empty nor longer than
        /// [`crate::types::REASON_CHARS_MAX`].
        reason: String,
    },
}

/// A reviewer's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What the reviewer says; neither empty nor longer than [`crate::types::REASON_CHARS_MAX`].
    pub word: String,
    /// Who says so. Whether anybody is known by it is the service's business.
    pub reviewer: ReviewerToken,
}

/// The secret by which a reviewer is known; hidden from `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ReviewerToken(String);

impl ReviewerToken {
    /// A token as somebody showed it.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReviewerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReviewerToken(..)")
    }
}

/// Who asks, beside having the node's token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The reviewer's token, where one was shown.
    pub reviewer: Option<ReviewerToken>,
}

/// Which findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingsRequest {
    /// Only of rows behind this one; `None`: from the header's on.
    pub after: Option<u32>,
    /// At least one row's, and no further row's once there are this many; from 1 to
    /// [`crate::types::FINDINGS_MAX`].
    pub limit: u16,
}

/// Which file of rejected rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedRequest {
    /// Its kind; `None`: as the file came, workbooks as `.xlsx`.
    pub kind: Option<RejectedKind>,
    /// Part, from 1.
    pub part: u32,
}

/// Kinds of file that rejected rows come back in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectedKind {
    /// Commas between cells.
    Csv,
    /// Tabs between cells.
    Tsv,
    /// A workbook.
    Xlsx,
}

impl RejectedKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Tsv, Self::Xlsx];

    /// Its name in parameters, and the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A file on its way to the caller.
pub struct Download {
    /// Its media type.
    pub media_type: &'static str,
    /// What it should be called where it is saved; may be Chinese.
    pub file_name: String,
    /// Its bytes, read on a blocking thread. An error ends the download visibly early.
    pub body: Box<dyn Read + Send>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("media_type", &self.media_type)
            .field("file_name", &self.file_name)
            .finish_non_exhaustive()
    }
}
