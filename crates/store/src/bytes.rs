//! Reading and writing the little-endian fields of this crate's files. A reader never trusts a
//! length: it answers `None` where the bytes run out.

/// The bytes not yet read.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length u32 and as many bytes, at most `bytes_max`.
    pub(crate) fn bytes(&mut self, bytes_max: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok().filter(|length| *length <= bytes_max)?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// As [`Reader::bytes`], for text in UTF-8.
    pub(crate) fn text(&mut self, bytes_max: usize) -> Option<&'a str> {
        std::str::from_utf8(self.bytes(bytes_max)?).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Succeeds when everything was read.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Appends a length u32 and the bytes; all lengths were bounded before.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&length_u32(bytes.len()).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// A length as it is written.
pub(crate) fn length_u32(length: usize) -> u32 {
    u32::try_from(length).expect("every length is bounded far below 4 GiB before it is written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_beyond_it() {
        let mut out = vec![7];
        put_bytes(&mut out, "苕溪".as_bytes());
        let mut reader = Reader::new(&out);
        assert_eq!(reader.u8(), Some(7));
        assert_eq!(reader.text(6), Some("苕溪"));
        assert_eq!(reader.u16(), None);
        assert_eq!(reader.end(), Some(()));
    }

    #[test]
    fn lengths_beyond_the_bytes_or_the_limit_are_refused() {
        let mut out = Vec::new();
        put_bytes(&mut out, b"four");
        assert_eq!(Reader::new(&out).bytes(3), None);
        assert_eq!(Reader::new(&out[..7]).bytes(4), None);
        assert_eq!(Reader::new(&out).bytes(4), Some(&b"four"[..]));
        assert_eq!(Reader::new(&out).end(), None);
    }
}
