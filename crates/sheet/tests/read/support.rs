//! Files built in memory, and their rows as one likes to compare them.

use std::io::{Cursor, Write};

use tiaoxi_sheet::{Form, Formula, Limits, OpenError, ReadError, SheetFile, Value};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A row: its line, and its cells.
pub(crate) type Line = (u64, Vec<String>);

/// The form and all rows of a file.
pub(crate) fn read(bytes: &[u8]) -> Result<(Form, Vec<Line>), OpenError> {
    let mut file = open(bytes)?;
    let form = file.form().clone();
    let (rows, end) = rows(&mut file);
    end.unwrap();
    Ok((form, rows))
}

pub(crate) fn open(bytes: &[u8]) -> Result<SheetFile<Cursor<&[u8]>>, OpenError> {
    SheetFile::open(Cursor::new(bytes), None, Limits::default())
}

/// The error with which a file is refused, at the latest when its rows are asked for.
pub(crate) fn refusal(bytes: &[u8]) -> OpenError {
    match open(bytes) {
        Err(error) => error,
        Ok(mut file) => match file.rows() {
            Err(error) => error,
            Ok(_) => panic!("opened"),
        },
    }
}

/// All rows up to the end or an error.
pub(crate) fn rows(file: &mut SheetFile<Cursor<&[u8]>>) -> (Vec<Line>, Result<(), ReadError>) {
    let mut lines = Vec::new();
    let mut rows = file.rows().unwrap();
    loop {
        match rows.read() {
            Ok(true) => {
                let row = rows.row();
                let cells = row.cells(usize::MAX).map(String::from_utf8_lossy);
                lines.push((row.line(), cells.map(Into::into).collect()));
            }
            Ok(false) => return (lines, Ok(())),
            Err(error) => return (lines, Err(error)),
        }
    }
}

/// Value and origin of each cell of the row at a place.
pub(crate) fn kinds(bytes: &[u8], at: usize) -> Vec<(Value, Formula)> {
    let mut file = open(bytes).unwrap();
    let mut rows = file.rows().unwrap();
    for _ in 0..=at {
        assert!(rows.read().unwrap());
    }
    let row = rows.row();
    (0..row.len()).map(|column| (row.value(column), row.formula(column))).collect()
}

/// A zip archive of parts.
pub(crate) fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;

/// What goes into a workbook of one sheet.
#[derive(Clone, Default)]
pub(crate) struct Book {
    /// Content of `<sheetData>`.
    pub(crate) rows: String,
    /// Content of `<sst>`.
    pub(crate) texts: String,
    /// Attributes of `<workbookPr>`.
    pub(crate) properties: String,
}

impl Book {
    pub(crate) fn of_rows(rows: impl Into<String>) -> Self {
        Self { rows: rows.into(), ..Self::default() }
    }

    pub(crate) fn with_texts(mut self, texts: impl Into<String>) -> Self {
        self.texts = texts.into();
        self
    }

    pub(crate) fn parts(&self) -> Vec<(&'static str, String)> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let Self { rows, texts, properties } = self;
        vec![
            ("_rels/.rels", RELATIONS.to_owned()),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS.to_owned()),
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns="{main}" xmlns:r="{relations}"><workbookPr {properties}/><sheets><sheet name="表1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
                ),
            ),
            ("xl/styles.xml", STYLES.to_owned()),
            ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{main}">{texts}</sst>"#)),
            (
                "xl/worksheets/sheet1.xml",
                format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
            ),
        ]
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let parts = self.parts();
        let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        zip(&parts)
    }
}
