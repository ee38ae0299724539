use proptest::prelude::*;
use tiaoxi_sheet::{Encoding, FileKind, Form, Value};

use super::*;
use crate::shape::Shape;

fn shape() -> Shape {
    Shape {
        form: Form {
            kind: FileKind::Csv,
            encoding: Some(Encoding::Gb18030),
            delimiter: Some(b','),
            sheet: None,
            sheets: vec![],
        },
        header_line: 2,
        titles: vec![vec!["示例月报".to_owned()]],
        columns: vec!["行政相对人名称".to_owned(), "错误代码".to_owned()],
        fields: vec![Some(1), None],
        reasons: vec![false, true],
        generation: Some(2016),
        filled: vec![(30, "示例".into())],
        added: vec![2, 30],
    }
}

fn row(row: u32) -> KeptRow {
    KeptRow {
        row,
        line: u64::from(row) + 2,
        cells: Some(vec![
            Cell { text: "示例".to_owned(), value: Value::Text },
            Cell { text: "0.2".to_owned(), value: Value::Number },
        ]),
        findings: vec![KeptFinding {
            code: "REQUIRED_MISSING".to_owned(),
            severity: Severity::Error,
            field: Some(2),
            zh: "缺".to_owned(),
            en: "missing".to_owned(),
        }],
    }
}

fn warned(number: u32) -> KeptRow {
    let mut kept = row(number);
    kept.cells = None;
    kept.findings.iter_mut().for_each(|finding| finding.severity = Severity::Warning);
    kept
}

fn written(shape: &Shape, rows: &[KeptRow]) -> Vec<u8> {
    let mut writer = KeptWriter::new(Vec::new(), shape).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    assert_eq!(writer.rows() as usize, rows.len());
    writer.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<(Shape, Vec<KeptRow>), KeptError> {
    let mut reader = KeptReader::new(bytes)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(row);
    }
    assert!(matches!(reader.next_row(), Ok(None)));
    Ok((reader.shape().clone(), rows))
}

#[test]
fn rows_and_shape_are_read_as_they_were_written() {
    for rows in [vec![], vec![row(1)], vec![row(3), warned(4), row(9)]] {
        let (shape_read, rows_read) = read(&written(&shape(), &rows)).unwrap();
        assert_eq!(shape_read, shape());
        assert_eq!(rows_read, rows);
    }
}

#[test]
fn a_file_cut_off_anywhere_is_an_error_and_never_a_shorter_one() {
    let bytes = written(&shape(), &[row(1), warned(2), row(3)]);
    for length in 0..bytes.len() {
        let error = read(&bytes[..length]).unwrap_err();
        assert!(matches!(error, KeptError::CutOff { .. }), "{length}: {error}");
    }
}

#[test]
fn names_what_is_wrong_with_the_bytes() {
    let bytes = written(&shape(), &[row(1), row(2)]);
    let mut other = bytes.clone();
    other[12] = b'2';
    assert!(matches!(read(&other), Err(KeptError::Unknown)));
    let longer = [&bytes[..], b"x"].concat();
    assert!(matches!(read(&longer), Err(KeptError::Damaged { after_row: 2, .. })));
    let mut fewer = bytes.clone();
    let count = fewer.len() - 4;
    fewer[count] = 1;
    assert!(matches!(read(&fewer), Err(KeptError::Damaged { after_row: 2, .. })));
    let twice = written(&shape(), &[row(2), row(2)]);
    assert!(matches!(read(&twice), Err(KeptError::Damaged { after_row: 2, .. })));
    let huge = [&bytes[..MAGIC.len()], &[0xff; 8]].concat();
    assert!(matches!(read(&huge), Err(KeptError::Damaged { after_row: 0, .. })));
}

#[test]
fn titles_give_way_before_a_shape_is_refused() {
    let mut large = shape();
    large.titles = vec![vec!["示".repeat(SHAPE_BYTES_MAX / 3)]; 2];
    let (kept, _) = read(&written(&large, &[])).unwrap();
    assert!(kept.titles.is_empty());
    assert_eq!(kept.columns, large.columns);

    large.columns = vec!["示".repeat(SHAPE_BYTES_MAX / 3 + 1)];
    let error = KeptWriter::new(Vec::new(), &large).unwrap_err();
    assert!(matches!(error, KeptError::TooLarge { row: 0, .. }));
}

#[test]
fn a_row_beyond_the_limit_is_refused_and_leaves_no_trace() {
    let mut writer = KeptWriter::new(Vec::new(), &shape()).unwrap();
    let mut large = row(7);
    large.findings[0].zh = "x".repeat(ROW_BYTES_MAX);
    assert!(matches!(writer.write(&large), Err(KeptError::TooLarge { row: 7, .. })));
    writer.write(&row(8)).unwrap();
    assert_eq!(read(&writer.finish().unwrap()).unwrap().1, vec![row(8)]);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..400) {
        let _ = read(&bytes);
        let mut damaged = written(&shape(), &[row(1), warned(5)]);
        let at = at.min(damaged.len() - 1);
        damaged.truncate(at);
        damaged.extend(bytes);
        let _ = read(&damaged);
    }
}
