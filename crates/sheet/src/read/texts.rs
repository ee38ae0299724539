//! The shared texts of a workbook, packed: every other text of a sheet is one of them.
//!
//! A text takes its bytes and four more. As a `String` each it would be fifty more, and a workbook
//! of some hundred thousand rows has millions.

/// Bytes allocated at once; a growing buffer would be copied, and hold twice what it needs.
const CHUNK_BYTES: usize = 1 << 20;

/// Texts by number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// All full but the last; a text may begin in one and end in the next.
    chunks: Vec<Vec<u8>>,
    /// End of each text in the chunks one after the other.
    ends: Vec<u32>,
}

impl Texts {
    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all texts.
    pub(super) fn bytes(&self) -> u64 {
        let full = self.chunks.len().saturating_sub(1) * CHUNK_BYTES;
        (full + self.chunks.last().map_or(0, Vec::len)) as u64
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.chunks.len() * CHUNK_BYTES + self.ends.capacity() * size_of::<u32>()
    }

    /// Adds a text; `false` when there is no room for it, at 4 GiB.
    pub(super) fn push(&mut self, mut text: &[u8]) -> bool {
        let Ok(end) = u32::try_from(self.bytes() + text.len() as u64) else { return false };
        while !text.is_empty() {
            let room = self.chunks.last().map_or(0, |chunk| CHUNK_BYTES - chunk.len());
            if room == 0 {
                self.chunks.push(Vec::with_capacity(CHUNK_BYTES));
                continue;
            }
            let (now, later) = text.split_at(room.min(text.len()));
            if let Some(chunk) = self.chunks.last_mut() {
                chunk.extend_from_slice(now);
            }
            text = later;
        }
        self.ends.push(end);
        true
    }

    /// The pieces of the text of a number, or `None` when there is no such text.
    pub(super) fn get(&self, number: usize) -> Option<impl Iterator<Item = &[u8]>> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let mut start = start.copied().unwrap_or_default() as usize;
        Some(std::iter::from_fn(move || {
            let (chunk, from) = (start / CHUNK_BYTES, start % CHUNK_BYTES);
            let to = CHUNK_BYTES.min(from + (end - start));
            let piece = self.chunks.get(chunk)?.get(from..to).filter(|piece| !piece.is_empty())?;
            start += piece.len();
            Some(piece)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_whole_across_chunks() {
        let mut texts = Texts::default();
        let long = vec![b'x'; CHUNK_BYTES - 3];
        for text in [long.as_slice(), b"", "示例".as_bytes(), b"end"] {
            assert!(texts.push(text));
        }
        let whole = |number| texts.get(number).map(|pieces| pieces.collect::<Vec<_>>().concat());
        assert_eq!(whole(0), Some(long));
        assert_eq!(whole(1), Some(Vec::new()));
        assert_eq!(whole(2), Some("示例".as_bytes().to_vec()));
        assert_eq!(whole(3), Some(b"end".to_vec()));
        assert_eq!(whole(4), None);
        assert_eq!(texts.len(), 4);
        assert_eq!(texts.bytes(), CHUNK_BYTES as u64 + 6);
    }
}
