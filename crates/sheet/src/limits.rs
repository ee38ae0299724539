//! What one file may ask of us. Memory and time are bounded by these numbers, whatever the file.

/// Limits of reading one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Columns of a row; what stands beyond is counted and not kept.
    pub columns_max: usize,
    /// Bytes of one cell that are kept; a longer cell is cut.
    pub cell_bytes_max: usize,
    /// Bytes of one row's cells that are kept; what comes after is dropped.
    pub row_kept_bytes_max: usize,
    /// Bytes of one row of a text file. A longer one ends the reading: most likely a quotation
    /// mark was never closed, and what follows would be read as one cell for hours.
    pub row_bytes_max: u64,
    /// Bytes of an `.xls` file; it is read as a whole.
    pub xls_bytes_max: u64,
    /// Bytes of an `.xlsx` sheet once it is unpacked; it is read as a stream.
    pub sheet_bytes_max: u64,
    /// Bytes of the shared texts of a workbook, unpacked; all are in memory. With what
    /// [`Limits::texts_max`] takes, the most that a workbook takes; an `.xls` file counts in.
    pub texts_bytes_max: u64,
    /// Shared texts of a workbook; each takes four bytes beside its own.
    pub texts_max: u64,
    /// Bytes of any other part of a workbook that is read, unpacked.
    pub part_bytes_max: u64,
    /// Bytes of one text or tag in a workbook's parts: it is read as a whole.
    pub xml_run_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            columns_max: 512,
            cell_bytes_max: 64 * 1024,
            row_kept_bytes_max: 1024 * 1024,
            row_bytes_max: 64 * 1024 * 1024,
            xls_bytes_max: 64 << 20,
            sheet_bytes_max: 2 << 30,
            texts_bytes_max: 150 << 20,
            texts_max: 8_000_000,
            part_bytes_max: 16 << 20,
            xml_run_bytes_max: 8 << 20,
        }
    }
}
