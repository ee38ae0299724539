//! What one intake may ask of us beside what reading the file takes ([`tiaoxi_sheet::Limits`]).

use crate::seen;

/// Limits of one intake. The defaults fit every catalogue item with room to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows below the header, blank ones included; at most 8,388,607. Each costs 24 bytes of
    /// memory and an index slot, to tell duplicates.
    pub rows_max: u32,
    /// Columns of the header; at most as many as the file is read with.
    pub columns_max: usize,
    /// Bytes of a cell that come back with a rejected row; of a longer cell the first 256 do.
    pub cell_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows_max: ROWS_MAX, columns_max: 512, cell_bytes_max: 64 * 1024 }
    }
}

impl Limits {
    /// The same, with no more rows than the list of earlier rows can hold.
    pub(crate) fn bounded(self) -> Self {
        Self { rows_max: self.rows_max.min(seen::ROW_MAX), ..self }
    }
}

/// The most rows below the header of one file.
pub const ROWS_MAX: u32 = 5_000_000;
