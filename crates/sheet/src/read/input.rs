//! Bytes of a text file → bytes in UTF-8, decoded where they are something else.
//!
//! Knows nothing of rows.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

/// Bytes asked of the file at once.
const RAW_BYTES: usize = 64 * 1024;

/// The text of a file from its beginning on.
pub(super) struct TextInput<R> {
    file: R,
    read_bytes: u64,
    decoding: Option<Decoding>,
}

/// What stands between the file and its text.
struct Decoding {
    decoder: Decoder,
    /// `raw[next..filled]` is read and not yet decoded.
    raw: Box<[u8]>,
    next: usize,
    filled: usize,
    at_end: bool,
    is_done: bool,
}

impl<R: Read> TextInput<R> {
    /// Text that needs no decoding, or is to be decoded from `encoding`. The byte order mark is
    /// already passed.
    pub(super) fn new(file: R, encoding: Option<&'static encoding_rs::Encoding>) -> Self {
        let decoding = encoding.map(|encoding| Decoding {
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; RAW_BYTES].into_boxed_slice(),
            next: 0,
            filled: 0,
            at_end: false,
            is_done: false,
        });
        Self { file, read_bytes: 0, decoding }
    }

    /// Bytes of the file that were read.
    pub(super) fn read_bytes(&self) -> u64 {
        self.read_bytes
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.decoding.as_ref().map_or(0, |decoding| decoding.raw.len())
    }

    /// Fills `room`, at least 64 bytes, as far as it likes; 0 at the end.
    pub(super) fn fill(&mut self, room: &mut [u8]) -> Result<usize, io::Error> {
        let Some(decoding) = &mut self.decoding else {
            let count = read_some(&mut self.file, room)?;
            self.read_bytes += count as u64;
            return Ok(count);
        };
        loop {
            if decoding.next == decoding.filled && !decoding.at_end {
                decoding.next = 0;
                decoding.filled = read_some(&mut self.file, &mut decoding.raw)?;
                decoding.at_end = decoding.filled == 0;
                self.read_bytes += decoding.filled as u64;
            }
            let written = decoding.decode(room);
            if written > 0 || decoding.is_done {
                return Ok(written);
            }
        }
    }
}

impl Decoding {
    fn decode(&mut self, room: &mut [u8]) -> usize {
        if self.is_done {
            return 0;
        }
        let raw = self.raw.get(self.next..self.filled).unwrap_or_default();
        // What means nothing becomes U+FFFD, by which `Row::texts` finds the cell.
        let (result, read, written, _) = self.decoder.decode_to_utf8(raw, room, self.at_end);
        self.next += read;
        self.is_done = self.at_end && result == CoderResult::InputEmpty;
        written
    }
}

/// Reads what one call gives, however often it is interrupted.
fn read_some<R: Read>(file: &mut R, room: &mut [u8]) -> Result<usize, io::Error> {
    loop {
        match file.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A reader that claims more than there was room for is not believed.
            result => return result.map(|count| count.min(room.len())),
        }
    }
}
