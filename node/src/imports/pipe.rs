//! What one thread writes, another reads: files that are made while they are fetched.

use std::{
    io::{self, Read, Write},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

/// Pieces on their way, and bytes of a piece.
const PIECES_MAX: usize = 4;
const PIECE_BYTES: usize = 64 * 1024;

type Piece = io::Result<Vec<u8>>;

/// Runs `make` on a thread of its own; what it writes comes out of the reader. It ends early when
/// the reader is dropped.
pub(super) fn made_while_read(
    make: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
) -> io::Result<impl Read + Send> {
    let (pieces, received) = sync_channel(PIECES_MAX);
    thread::Builder::new().name("file-maker".into()).spawn(move || {
        let mut writer =
            io::BufWriter::with_capacity(PIECE_BYTES, PipeWriter { pieces: pieces.clone() });
        let written = make(&mut writer).and_then(|()| writer.flush());
        if let Err(error) = written {
            // A reader that is gone needs no reason.
            let _ = pieces.send(Err(error));
        }
    })?;
    Ok(PipeReader { received, piece: Vec::new(), at: 0 })
}

struct PipeWriter {
    pieces: SyncSender<Piece>,
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.pieces.send(Ok(bytes.to_vec()));
        sent.map_err(|_reader_gone| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct PipeReader {
    received: Receiver<Piece>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for PipeReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            match self.received.recv() {
                Ok(piece) => (self.piece, self.at) = (piece?, 0),
                Err(_all_is_written) => return Ok(0),
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        let (front, _) = into.split_at_mut(taken);
        front.copy_from_slice(rest.get(..taken).unwrap_or_default());
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_failure_too() {
        let mut read = Vec::new();
        let written: Vec<u8> = (0..300_000_u32).map(|i| i.to_le_bytes()[0]).collect();
        let expected = written.clone();
        let mut pipe = made_while_read(move |out| out.write_all(&written)).expect("a thread");
        pipe.read_to_end(&mut read).expect("all comes");
        assert_eq!(read, expected);
        let broken = |out: &mut dyn Write| {
            out.write_all(b"begun")?;
            Err(io::ErrorKind::InvalidData.into())
        };
        let failed = made_while_read(broken).expect("a thread").read_to_end(&mut read);
        assert_eq!(failed.map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }
}
