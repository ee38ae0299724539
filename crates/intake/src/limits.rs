//! What one file may ask of us. Memory is bounded by these numbers, whatever the file.

/// Limits of one intake. The defaults fit every catalogue item with room to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows below the header, blank ones included; at most 8,388,607. Each costs 24 bytes of memory and an index
    /// slot, to tell duplicates.
    pub rows_max: u32,
    /// Columns of the header.
    pub columns_max: usize,
    /// Bytes of one cell that are kept. The longest text that the catalogue allows is 5,000
    /// characters, 15,000 bytes; a longer cell is cut and its row rejected.
    pub cell_bytes_max: usize,
    /// Bytes of one row's cells that are kept; what comes after is dropped and the row rejected.
    pub row_kept_bytes_max: usize,
    /// Bytes of one row in the file. A longer one ends the intake: most likely a quotation mark
    /// was never closed, and what follows would be read as one cell for hours.
    pub row_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows_max: ROWS_MAX,
            columns_max: 512,
            cell_bytes_max: 64 * 1024,
            row_kept_bytes_max: 1024 * 1024,
            row_bytes_max: 64 * 1024 * 1024,
        }
    }
}

/// The most rows below the header of one file.
pub const ROWS_MAX: u32 = 5_000_000;
