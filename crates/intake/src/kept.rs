//! What is kept of an import until its time is up: rejected rows with their cells, warnings with
//! their row, in front of them the [`Shape`](crate::Shape) of the file.
//!
//! One form for all kinds of files; [`render`](crate::render) makes CSV or a workbook of it when
//! somebody fetches the rows. Whoever keeps the bytes seals them: they hold what the file held.
//!
//! ```text
//! magic and version (14 bytes) ‖ frame(shape) ‖ frame(row)* ‖ 00000000 ‖ number of rows, u32
//! frame: length, u32, never 0 ‖ that many bytes, bincode; all integers little-endian
//! ```
//! The end is written out, so that a file that was cut off is never taken for a shorter one.

mod reader;
mod writer;

use serde::{Deserialize, Serialize};
use tiaoxi_catalog::{Finding, Severity};
use tiaoxi_sheet::Cell;

pub use reader::KeptReader;
pub use writer::KeptWriter;

/// What a file begins with; the last byte but one is the version.
const MAGIC: &[u8; 14] = b"tiaoxi/kept/1\n";
/// Bytes of the first frame. A header of 1 MiB that was no UTF-8 grows to 3 MiB.
const SHAPE_BYTES_MAX: usize = 4 << 20;
/// Bytes of a row's frame. The same for cells, and 1 MiB for findings.
const ROW_BYTES_MAX: usize = 4 << 20;
/// What decoding a frame may claim to allocate. More than a frame has bytes, since small integers
/// count at full width; the frame's own size is checked first.
const DECODE_BYTES_MAX: usize = 32 << 20;

fn bincode_config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<DECODE_BYTES_MAX>()
}

/// A row of which something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    /// Row below the header, from 1; 0 for the header itself, before all others.
    pub row: u32,
    /// Line as the clerk's program shows it, from 1.
    pub line: u64,
    /// Its cells as they stand in the file; `None`: the row went in, its findings are warnings.
    pub cells: Option<Vec<Cell>>,
    /// What was found in it.
    pub findings: Vec<KeptFinding>,
}

/// One thing found in a row, by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFinding {
    /// Stable code.
    pub code: String,
    /// Error or warning.
    #[serde(with = "severity")]
    pub severity: Severity,
    /// Number of the field, where it concerns one.
    pub field: Option<u8>,
    /// Field and reason in Chinese.
    pub zh: String,
    /// Field and reason in English.
    pub en: String,
}

impl From<Finding> for KeptFinding {
    fn from(finding: Finding) -> Self {
        let Finding { code, severity, field, zh, en } = finding;
        Self { code: code.to_owned(), severity, field, zh, en }
    }
}

impl From<&Finding> for KeptFinding {
    fn from(finding: &Finding) -> Self {
        finding.clone().into()
    }
}

/// Why kept rows could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The place that they go to failed.
    #[error("the kept rows could not be written")]
    Write(#[source] std::io::Error),
    /// The place that they come from failed.
    #[error("the kept rows could not be read")]
    Read(#[source] std::io::Error),
    /// A header or row too large to be kept; the limits of reading exclude it.
    #[error("row {row} takes {bytes} bytes, {max} are kept")]
    TooLarge {
        /// Row below the header; 0 for the header itself.
        row: u32,
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The bytes are something else, or of another version.
    #[error("these are no kept rows that this version can read")]
    Unknown,
    /// A frame does not follow its layout.
    #[error("the kept rows are damaged after row {after_row}")]
    Damaged {
        /// The last row that was read; 0 for none.
        after_row: u32,
        /// What the decoder said, where it was asked.
        #[source]
        source: Option<bincode::error::DecodeError>,
    },
    /// The bytes end before the end that was written.
    #[error("the kept rows are cut off after row {after_row}")]
    CutOff {
        /// The last row that was read; 0 for none.
        after_row: u32,
    },
}

/// The severity as one byte: its numbers are this format's own.
mod severity {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use tiaoxi_catalog::Severity;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
    pub(super) fn serialize<S: Serializer>(severity: &Severity, to: S) -> Result<S::Ok, S::Error> {
        match severity {
            Severity::Warning => 0_u8,
            Severity::Error => 1_u8,
        }
        .serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Severity, D::Error> {
        match u8::deserialize(from)? {
            0 => Ok(Severity::Warning),
            1 => Ok(Severity::Error),
            _ => Err(D::Error::custom("a severity that does not exist")),
        }
    }
}

#[cfg(test)]
mod tests;
