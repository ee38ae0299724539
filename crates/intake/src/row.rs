//! The cells of one row as bytes, as far as they are kept.

/// What is left of a cell that was cut: enough to recognise it in the file.
pub(crate) const CUT_CELL_BYTES: usize = 256;

/// The cells of one row; overwritten by the next.
#[derive(Default)]
pub(crate) struct Row {
    /// Their bytes, one after the other; the buffer is longer than what is used.
    pub(crate) text: Vec<u8>,
    /// End of each kept cell in `text`.
    pub(crate) ends: Vec<usize>,
    /// All cells of the row, kept or not.
    pub(crate) cells: usize,
    /// The first cell (from 0) over a limit; the row is to be rejected.
    pub(crate) cut: Option<usize>,
    /// Cells (from 0, rising) out of the middle of which bytes were dropped.
    pub(crate) torn: Vec<usize>,
    /// Line of the file (from 1) on which it begins.
    pub(crate) line: u64,
    /// Lines that it spans; more than one where a cell holds line breaks.
    pub(crate) lines: u64,
    /// Byte of the file where it begins.
    pub(crate) offset: u64,
}

impl Row {
    /// How many cells it has, those beyond the limit included.
    pub(crate) fn len(&self) -> usize {
        self.cells
    }

    /// The bytes of all kept cells.
    pub(crate) fn bytes(&self) -> &[u8] {
        let used = self.ends.last().copied().unwrap_or_default();
        self.text.get(..used).expect("every end lies inside the text")
    }

    /// Start and end of each kept cell in [`Row::bytes`].
    pub(crate) fn spans(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied())
    }

    /// The bytes of each kept cell; of one that is longer than `bytes_max`, the first few.
    pub(crate) fn cells(&self, bytes_max: usize) -> impl Iterator<Item = &[u8]> + '_ {
        self.spans().enumerate().map(move |(place, (start, end))| {
            let is_cut = end - start > bytes_max || self.torn.contains(&place);
            let end = if is_cut { end.min(start + CUT_CELL_BYTES) } else { end };
            self.text.get(start..end).unwrap_or_default()
        })
    }
}
