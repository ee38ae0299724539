//! How large the parts of a store may grow.

/// Sizes that a node may set; [`Options::default`] is meant for a county on a small machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// A journal segment is closed at the first commit that takes it past this size.
    pub segment_bytes: u64,
    /// At this size of the whole journal no more of the own logs' entries are taken.
    pub journal_bytes_max: u64,
    /// Whole blocks wait in the journal until this many bytes are due, then move to sled together.
    pub move_bytes_min: u64,
    /// What each of the two sled databases may hold in memory.
    pub sled_cache_bytes: u64,
    /// Blocks in the clear that are kept in memory for the next reader.
    pub read_cache_bytes: usize,
    /// Open in spite of a damaged journal, without the commits that can't be read.
    pub accept_damage: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 32 * 1024 * 1024,
            journal_bytes_max: 1024 * 1024 * 1024,
            move_bytes_min: 4 * 1024 * 1024,
            sled_cache_bytes: 8 * 1024 * 1024,
            read_cache_bytes: 8 * 1024 * 1024,
            accept_damage: false,
        }
    }
}
