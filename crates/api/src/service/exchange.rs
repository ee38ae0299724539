//! Questions about mutual recognition as the service gets them, and papers as it gives them.

use std::fmt;

/// Which listings. What is `None` chooses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingsQuery {
    /// Only of this agreement.
    pub agreement: Option<String>,
    /// Only those that stand so at their origin; a state that no listing can have chooses none.
    pub state: Option<String>,
    /// Only those of the member with this id.
    pub origin: Option<String>,
    /// Only those that officers here have to decide on.
    pub undecided: bool,
    /// At most this many; from 1 to [`crate::types::LISTINGS_MAX`].
    pub limit: u16,
    /// Without the first so many of those chosen.
    pub from: u64,
}

impl ListingsQuery {
    /// Listings of a page unless asked otherwise.
    pub const LIMIT_DEFAULT: u16 = 100;
}

impl Default for ListingsQuery {
    /// The first listings of all.
    fn default() -> Self {
        Self {
            agreement: None,
            state: None,
            origin: None,
            undecided: false,
            limit: Self::LIMIT_DEFAULT,
            from: 0,
        }
    }
}

/// How a paper is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperFormat {
    /// Plain text in UTF-8; a certificate as the signed note.
    Text,
    /// A page to be printed.
    Html,
}

/// A paper that is small enough to be made at once.
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Paper {
    /// A paper of a format, with the media type of that.
    pub fn new(format: PaperFormat, bytes: impl Into<Vec<u8>>) -> Self {
        let content_type = match format {
            PaperFormat::Text => "text/plain; charset=utf-8",
            PaperFormat::Html => "text/html; charset=utf-8",
        };
        Self { content_type, bytes: bytes.into() }
    }
}

impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paper").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}
