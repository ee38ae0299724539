//! Rows of cells → CSV or TSV (RFC 4180), in any encoding that is read.
//!
//! One row is in memory at a time. Which cells need a guard against formulas is the caller's
//! business ([`guarded`](super::guarded)).

use std::io::{self, Write};

use encoding_rs::{EncoderResult, GB18030};

use crate::Encoding;

/// Bytes that one call of the encoder may give.
const ENCODED_CHUNK_BYTES: usize = 4096;

/// Writes a text file of rows; lines end in CR LF, as spreadsheets write them.
pub struct TextWriter<W: Write> {
    out: W,
    encoding: Encoding,
    delimiter: char,
    /// What makes a cell need quotation marks.
    quoted: [char; 4],
    /// The row that is being written.
    line: String,
    /// Whether anything was written yet.
    begun: bool,
}

impl<W: Write> TextWriter<W> {
    /// Writes to `out`; `delimiter` is an ASCII character other than quotation mark and line end.
    pub fn new(out: W, encoding: Encoding, delimiter: u8) -> Self {
        let delimiter = char::from(delimiter);
        Self {
            out,
            encoding,
            delimiter,
            quoted: [delimiter, '"', '\r', '\n'],
            line: String::new(),
            begun: false,
        }
    }

    /// Writes one row. A character that the encoding does not have becomes U+FFFD.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) -> io::Result<()> {
        self.begin()?;
        self.line.clear();
        let mut count = 0_usize;
        for cell in cells {
            if count > 0 {
                self.line.push(self.delimiter);
            }
            self.push(cell);
            count += 1;
        }
        // A line without any character would not count as a row.
        if count == 1 && self.line.is_empty() {
            self.line.push_str("\"\"");
        }
        self.line.push_str("\r\n");
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Mark => self.out.write_all(self.line.as_bytes()),
            Encoding::Gb18030 => write_gb18030(&self.line, &mut self.out),
            Encoding::Utf16 => {
                let bytes: Vec<u8> = self.line.encode_utf16().flat_map(u16::to_le_bytes).collect();
                self.out.write_all(&bytes)
            }
        }
    }

    /// Writes out what is buffered and gives the writer back. A file without rows is empty but for
    /// its byte order mark.
    pub fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        match self.encoding {
            Encoding::Utf8Mark => self.out.write_all("\u{feff}".as_bytes()),
            Encoding::Utf16 => self.out.write_all(&[0xff, 0xfe]),
            Encoding::Utf8 | Encoding::Gb18030 => Ok(()),
        }
    }

    fn push(&mut self, cell: &str) {
        if !cell.contains(self.quoted) {
            self.line.push_str(cell);
            return;
        }
        self.line.push('"');
        for (place, part) in cell.split('"').enumerate() {
            if place > 0 {
                self.line.push_str("\"\"");
            }
            self.line.push_str(part);
        }
        self.line.push('"');
    }
}

fn write_gb18030(text: &str, out: &mut impl Write) -> io::Result<()> {
    let mut encoder = GB18030.new_encoder();
    let mut chunk = [0; ENCODED_CHUNK_BYTES];
    let mut rest = text;
    loop {
        let (result, read, written) =
            encoder.encode_from_utf8_without_replacement(rest, &mut chunk, true);
        out.write_all(chunk.get(..written).unwrap_or_default())?;
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return Ok(()),
            EncoderResult::OutputFull => {}
            // GB 18030 has every character but U+E5E5, which nobody uses.
            EncoderResult::Unmappable(_) => out.write_all(&[0x84, 0x31, 0xa4, 0x37])?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(encoding: Encoding, delimiter: u8, rows: &[&[&str]]) -> Vec<u8> {
        let mut writer = TextWriter::new(Vec::new(), encoding, delimiter);
        for row in rows {
            writer.row(row.iter().copied()).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn quotes_what_needs_quotation_marks_and_nothing_else() {
        for (delimiter, cells, line) in [
            (b',', &["a", "b c", ""][..], "a,b c,\r\n"),
            (
                b',',
                &["a,b", "say \"x\"", "two\nlines"],
                "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n",
            ),
            (b'\t', &["a,b", "a\tb"], "a,b\t\"a\tb\"\r\n"),
            (b';', &["a;b", "a,b"], "\"a;b\";a,b\r\n"),
            (b',', &[""], "\"\"\r\n"),
            (b',', &["", ""], ",\r\n"),
        ] {
            let file = written(Encoding::Utf8, delimiter, &[cells]);
            assert_eq!(String::from_utf8(file).unwrap(), line);
        }
    }

    #[test]
    fn the_mark_stands_once_in_front_and_only_where_it_is_asked_for() {
        let rows: &[&[&str]] = &[&["示例"], &["二"]];
        assert_eq!(written(Encoding::Utf8Mark, b',', rows), "\u{feff}示例\r\n二\r\n".as_bytes());
        assert_eq!(written(Encoding::Utf8, b',', rows), "示例\r\n二\r\n".as_bytes());
        assert_eq!(written(Encoding::Utf8Mark, b',', &[]), "\u{feff}".as_bytes());
    }

    #[test]
    fn utf_16_is_written_as_excel_writes_it() {
        let file = written(Encoding::Utf16, b'\t', &[&["示例", "😀"]]);
        let (text, encoding, failed) = encoding_rs::UTF_16LE.decode(&file);
        assert!(!failed && file.starts_with(&[0xff, 0xfe]));
        assert_eq!(encoding, encoding_rs::UTF_16LE);
        assert_eq!(text, "示例\t😀\r\n");
    }

    #[test]
    fn gb18030_holds_every_character_across_its_chunks() {
        let long = "示例😀€㐂".repeat(3000);
        let file = written(Encoding::Gb18030, b',', &[&["名称", "a,b"], &[&long, "尾"]]);
        let (text, _, failed) = GB18030.decode(&file);
        assert!(!failed);
        assert_eq!(text, format!("名称,\"a,b\"\r\n{long},尾\r\n"));
        let (gbk, _, _) = encoding_rs::GBK.encode("名称");
        assert!(file.starts_with(&gbk));
    }

    #[test]
    fn what_gb18030_does_not_have_is_marked() {
        let file = written(Encoding::Gb18030, b',', &[&["甲\u{e5e5}乙"]]);
        assert_eq!(GB18030.decode(&file).0, "甲\u{fffd}乙\r\n");
    }
}
