//! Kept rows → bytes.

use std::io::Write;

use serde::Serialize;

use super::{KeptError, KeptRow, MAGIC, ROW_BYTES_MAX, SHAPE_BYTES_MAX, bincode_config};
use crate::shape::Shape;

/// Writes kept rows; one frame is in memory at a time.
#[derive(Debug)]
pub struct KeptWriter<W: Write> {
    out: W,
    /// Length and bytes of the frame being written.
    frame: Vec<u8>,
    rows: u32,
}

impl<W: Write> KeptWriter<W> {
    /// Writes the shape. What a shape holds only for show (title rows, names of other sheets) is
    /// left out where the whole would be too large.
    pub fn new(mut out: W, shape: &Shape) -> Result<Self, KeptError> {
        out.write_all(MAGIC).map_err(KeptError::Write)?;
        let mut writer = Self { out, frame: Vec::new(), rows: 0 };
        match writer.frame(shape, 0, SHAPE_BYTES_MAX) {
            Err(KeptError::TooLarge { .. }) => {
                let mut shape = shape.clone();
                shape.titles.clear();
                shape.form.sheets.clear();
                writer.frame(&shape, 0, SHAPE_BYTES_MAX)?;
            }
            other => other?,
        }
        Ok(writer)
    }

    /// Writes a row.
    pub fn write(&mut self, row: &KeptRow) -> Result<(), KeptError> {
        self.frame(row, row.row, ROW_BYTES_MAX)?;
        self.rows += 1;
        Ok(())
    }

    /// Rows written so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Writes the end and gives the writer back.
    pub fn finish(mut self) -> Result<W, KeptError> {
        let end = [[0; 4], self.rows.to_le_bytes()].concat();
        self.out.write_all(&end).map_err(KeptError::Write)?;
        self.out.flush().map_err(KeptError::Write)?;
        Ok(self.out)
    }

    fn frame(&mut self, value: &impl Serialize, row: u32, max: usize) -> Result<(), KeptError> {
        self.frame.clear();
        self.frame.extend([0; 4]);
        bincode::serde::encode_into_std_write(value, &mut self.frame, bincode_config())
            .expect("writing plain data into memory succeeds");
        let bytes = self.frame.len() - 4;
        let length = u32::try_from(bytes).ok().filter(|_| bytes <= max);
        let length = length.ok_or(KeptError::TooLarge { row, bytes, max })?;
        let head = self.frame.get_mut(..4).expect("the length was put in front");
        head.copy_from_slice(&length.to_le_bytes());
        self.out.write_all(&self.frame).map_err(KeptError::Write)
    }
}
