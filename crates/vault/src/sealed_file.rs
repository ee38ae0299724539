//! A file written once, front to back, and sealed chunk by chunk under one key.
//!
//! Reading notices a changed, missing, moved or foreign chunk and a file that was cut off: the last
//! chunk says that it is the last. Bytes: per chunk a length of four bytes (little-endian), then
//! [`sealing::seal`] of at most 64 KiB, bound to the file's name, the chunk's number and whether it
//! is the last.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::{Key, sealing};

/// Plain bytes in a chunk.
const CHUNK_BYTES: usize = 64 * 1024;
/// Nonce and tag of a sealed chunk.
const SEALING_BYTES: usize = 24 + 16;

fn bound_to(name: &str, chunk: u64, last: bool) -> Vec<u8> {
    let mut aad = name.as_bytes().to_vec();
    aad.extend_from_slice(&chunk.to_le_bytes());
    aad.push(u8::from(last));
    aad
}

/// Writes a sealed file.
pub struct SealedWriter<W> {
    out: W,
    key: Key,
    name: String,
    chunk: u64,
    plain: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a file that goes by `name`.
    pub fn new(out: W, key: Key, name: &str) -> Self {
        let plain = Vec::with_capacity(CHUNK_BYTES);
        Self { out, key, name: name.to_owned(), chunk: 0, plain }
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let sealed = sealing::seal(&self.key, &bound_to(&self.name, self.chunk, last), &self.plain);
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(&sealed)?;
        self.plain.clear();
        self.chunk += 1;
        Ok(())
    }

    /// Writes the last chunk. A file without it is refused by the reader.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.plain.len() == CHUNK_BYTES {
            self.seal(false)?;
        }
        let room = CHUNK_BYTES - self.plain.len();
        let taken = bytes.len().min(room);
        self.plain.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a sealed file.
pub struct SealedReader<R> {
    input: R,
    key: Key,
    name: String,
    chunk: u64,
    plain: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    /// Begins to read the file that goes by `name`.
    pub fn new(input: R, key: Key, name: &str) -> Self {
        let name = name.to_owned();
        Self { input, key, name, chunk: 0, plain: Vec::new(), at: 0, ended: false }
    }

    fn open_next(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > CHUNK_BYTES + SEALING_BYTES {
            return Err(damaged());
        }
        let mut sealed = vec![0; length];
        self.input.read_exact(&mut sealed)?;
        let open =
            |last| sealing::open(&self.key, &bound_to(&self.name, self.chunk, last), &sealed);
        self.plain = if let Ok(plain) = open(false) {
            plain
        } else {
            self.ended = true;
            open(true).map_err(|_damaged| damaged())?
        };
        self.at = 0;
        self.chunk += 1;
        Ok(())
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a sealed file is damaged or under another key")
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.plain.len() && !self.ended {
            self.open_next()?;
        }
        let rest = self.plain.get(self.at..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.at += taken;
        Ok(taken)
    }
}

/// Reads a sealed file anywhere. Holds one chunk.
pub struct SealedFile<R> {
    input: R,
    key: Key,
    name: String,
    chunks: u64,
    /// Plain bytes of the whole file.
    length: u64,
    at: u64,
    /// The chunk in `plain`; `None` before the first.
    held: Option<u64>,
    sealed: Vec<u8>,
    plain: Vec<u8>,
}

/// Bytes of a full chunk in the file, with its length before it.
const STRIDE_BYTES: u64 = (4 + CHUNK_BYTES + SEALING_BYTES) as u64;

impl<R: Read + Seek> SealedFile<R> {
    /// Opens the file that goes by `name`. The last chunk is read at once, so that a file that was
    /// cut off is refused here.
    pub fn open(mut input: R, key: Key, name: &str) -> io::Result<Self> {
        let bytes = input.seek(SeekFrom::End(0))?;
        let chunks = bytes.div_ceil(STRIDE_BYTES);
        let name = name.to_owned();
        let (sealed, plain) = (Vec::new(), Vec::new());
        let mut file =
            Self { input, key, name, chunks, length: 0, at: 0, held: None, sealed, plain };
        let last = chunks.checked_sub(1).ok_or_else(damaged)?;
        file.hold(last)?;
        file.length = last * CHUNK_BYTES as u64 + file.plain.len() as u64;
        Ok(file)
    }

    /// Plain bytes of the whole file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads a chunk, unless it is here.
    fn hold(&mut self, chunk: u64) -> io::Result<()> {
        if self.held == Some(chunk) {
            return Ok(());
        }
        self.held = None;
        self.input.seek(SeekFrom::Start(chunk * STRIDE_BYTES))?;
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        let is_last = chunk + 1 == self.chunks;
        if length > CHUNK_BYTES + SEALING_BYTES
            || (!is_last && length != CHUNK_BYTES + SEALING_BYTES)
        {
            return Err(damaged());
        }
        self.sealed.resize(length, 0);
        self.input.read_exact(&mut self.sealed)?;
        let bound = bound_to(&self.name, chunk, is_last);
        self.plain =
            sealing::open(&self.key, &bound, &self.sealed).map_err(|_damaged| damaged())?;
        self.held = Some(chunk);
        Ok(())
    }
}

impl<R: Read + Seek> Read for SealedFile<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || into.is_empty() {
            return Ok(0);
        }
        self.hold(self.at / CHUNK_BYTES as u64)?;
        let start = usize::try_from(self.at % CHUNK_BYTES as u64).map_err(io::Error::other)?;
        let rest = self.plain.get(start..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        let (front, _) = into.split_at_mut(taken);
        front.copy_from_slice(rest.get(..taken).unwrap_or_default());
        self.at += taken as u64;
        Ok(taken)
    }
}

impl<R: Read + Seek> Seek for SealedFile<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from_bytes([7; 32])
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), key(), "rows");
        writer.write_all(plain).expect("memory takes all");
        writer.finish().expect("memory takes all")
    }

    fn read(bytes: &[u8], key: Key, name: &str) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        SealedReader::new(bytes, key, name).read_to_end(&mut plain).map(|_| plain)
    }

    #[test]
    fn what_was_written_is_read_back_at_every_size() {
        for size in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let plain: Vec<u8> = (0..size).map(|i| u8::try_from(i % 251).expect("small")).collect();
            assert_eq!(read(&sealed(&plain), key(), "rows").expect("sound"), plain, "{size}");
        }
    }

    #[test]
    fn a_file_is_read_anywhere() {
        for size in [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5] {
            let plain: Vec<u8> = (0..size).map(|i| u8::try_from(i % 251).expect("small")).collect();
            let input = io::Cursor::new(sealed(&plain));
            let mut file = SealedFile::open(input, key(), "rows").expect("sound");
            assert_eq!(file.length(), size as u64);
            for start in [size, size / 2, 0, size.saturating_sub(1), CHUNK_BYTES - 1] {
                let mut rest = Vec::new();
                file.seek(SeekFrom::Start(start as u64)).expect("a place");
                file.read_to_end(&mut rest).expect("sound");
                assert_eq!(rest, plain.get(start..).unwrap_or_default(), "{size} from {start}");
            }
            assert_eq!(file.seek(SeekFrom::End(0)).expect("a place"), size as u64);
            assert!(file.seek(SeekFrom::End(-1 - i64::try_from(size).expect("small"))).is_err());
        }
    }

    #[test]
    fn a_bent_cut_or_foreign_file_is_not_opened_anywhere() {
        let bytes = sealed(&vec![5; 2 * CHUNK_BYTES]);
        let read = |bytes: &[u8], name: &str| {
            let mut plain = Vec::new();
            let mut file = SealedFile::open(io::Cursor::new(bytes.to_vec()), key(), name)?;
            file.read_to_end(&mut plain).map(|_| plain.len())
        };
        assert_eq!(read(&bytes, "rows").expect("sound"), 2 * CHUNK_BYTES);
        let mut bent = bytes.clone();
        bent[100] ^= 1;
        assert!(read(&bent, "rows").is_err());
        let first_chunk = CHUNK_BYTES + SEALING_BYTES + 4;
        assert!(read(&bytes[..first_chunk], "rows").is_err(), "cut between chunks");
        assert!(read(&bytes[..first_chunk + 9], "rows").is_err(), "cut within a chunk");
        assert!(read(&bytes, "other").is_err(), "another name");
        assert!(read(&[], "rows").is_err(), "nothing");
    }

    #[test]
    fn a_bent_cut_or_foreign_file_is_refused() {
        let bytes = sealed(&vec![5; 2 * CHUNK_BYTES]);
        let mut bent = bytes.clone();
        bent[100] ^= 1;
        assert!(read(&bent, key(), "rows").is_err());
        let first_chunk = CHUNK_BYTES + SEALING_BYTES + 4;
        assert!(read(&bytes[..first_chunk], key(), "rows").is_err(), "cut between chunks");
        assert!(read(&bytes[..first_chunk + 9], key(), "rows").is_err(), "cut within a chunk");
        assert!(read(&bytes, Key::from_bytes([8; 32]), "rows").is_err(), "another key");
        assert!(read(&bytes, key(), "other").is_err(), "another name");
    }
}
