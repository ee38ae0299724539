//! Bytes → kept rows. Memory is bounded by one frame, whatever the bytes.

use std::io::{self, Read};

use serde::de::DeserializeOwned;

use super::{KeptError, KeptRow, MAGIC, ROW_BYTES_MAX, SHAPE_BYTES_MAX, bincode_config};
use crate::shape::Shape;

/// Reads kept rows, one at a time.
#[derive(Debug)]
pub struct KeptReader<R: Read> {
    input: R,
    frame: Vec<u8>,
    shape: Shape,
    /// Rows read so far.
    rows: u32,
    last_row: u32,
    ended: bool,
}

impl<R: Read> KeptReader<R> {
    /// Reads magic, version and shape.
    pub fn new(mut input: R) -> Result<Self, KeptError> {
        let mut magic = [0; MAGIC.len()];
        input.read_exact(&mut magic).map_err(|error| cut_off(error, 0))?;
        if magic != *MAGIC {
            return Err(KeptError::Unknown);
        }
        let mut frame = Vec::new();
        let Some(shape) = read_frame::<Shape>(&mut input, &mut frame, SHAPE_BYTES_MAX, 0)? else {
            return Err(KeptError::Damaged { after_row: 0, source: None });
        };
        Ok(Self { input, frame, shape, rows: 0, last_row: 0, ended: false })
    }

    /// What the file looked like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The next row, by rising number; `None` at the end, and after an error.
    pub fn next_row(&mut self) -> Result<Option<KeptRow>, KeptError> {
        if self.ended {
            return Ok(None);
        }
        let row = self.read_row().inspect_err(|_| self.ended = true)?;
        self.ended = row.is_none();
        Ok(row)
    }

    fn read_row(&mut self) -> Result<Option<KeptRow>, KeptError> {
        let after_row = self.last_row;
        let damaged = KeptError::Damaged { after_row, source: None };
        let row: Option<KeptRow> =
            read_frame(&mut self.input, &mut self.frame, ROW_BYTES_MAX, after_row)?;
        if let Some(row) = row {
            // Row 0 is the header: it may come first.
            if self.rows > 0 && row.row <= after_row {
                return Err(damaged);
            }
            self.last_row = row.row;
            self.rows += 1;
            return Ok(Some(row));
        }
        let mut count = [0; 4];
        self.input.read_exact(&mut count).map_err(|error| cut_off(error, after_row))?;
        let is_end = self.input.read(&mut [0]).map_err(KeptError::Read)? == 0;
        if u32::from_le_bytes(count) != self.rows || !is_end {
            return Err(damaged);
        }
        Ok(None)
    }
}

/// The value of the next frame; `None` for the frame of length 0 that begins the end.
fn read_frame<T: DeserializeOwned>(
    input: &mut impl Read,
    frame: &mut Vec<u8>,
    bytes_max: usize,
    after_row: u32,
) -> Result<Option<T>, KeptError> {
    let damaged = |source| KeptError::Damaged { after_row, source };
    let mut length = [0; 4];
    input.read_exact(&mut length).map_err(|error| cut_off(error, after_row))?;
    let length = u32::from_le_bytes(length);
    if length == 0 {
        return Ok(None);
    }
    if usize::try_from(length).map_or(true, |length| length > bytes_max) {
        return Err(damaged(None));
    }
    frame.clear();
    // Grows with what comes, not with what is announced.
    let read = input.take(length.into()).read_to_end(frame).map_err(KeptError::Read)?;
    if read as u64 != u64::from(length) {
        return Err(KeptError::CutOff { after_row });
    }
    let (value, used) = bincode::serde::decode_from_slice(frame, bincode_config())
        .map_err(|error| damaged(Some(error)))?;
    if used != frame.len() {
        return Err(damaged(None));
    }
    Ok(Some(value))
}

fn cut_off(error: io::Error, after_row: u32) -> KeptError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        KeptError::CutOff { after_row }
    } else {
        KeptError::Read(error)
    }
}
