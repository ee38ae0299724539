//! Kept rows of an import, behind their seal: what is read is written as it stands and reads back
//! the same, and a file for the clerk can be made of it.
#![no_main]

use std::{io, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::{Item, Severity};
use tiaoxi_fuzz::plant;
use tiaoxi_intake::{
    Shape,
    kept::{KeptError, KeptFinding, KeptReader, KeptRow, KeptWriter},
    render::{self, RenderError},
};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Form, Value};

static ITEM: LazyLock<Item> = LazyLock::new(|| {
    Item::parse(include_str!("../../configs/catalog/xzcf.toml")).expect("the catalogue is sound")
});

fn seeds() -> Vec<Vec<u8>> {
    let cell = |text: &str, value| Cell { text: text.into(), value };
    let finding = |severity, field, zh: &str| KeptFinding {
        code: "REQUIRED_MISSING".into(),
        severity,
        field,
        zh: zh.into(),
        en: "missing".into(),
    };
    let rows = [
        KeptRow {
            row: 2,
            line: 4,
            cells: Some(vec![
                cell("示例", Value::Text),
                cell("913305001234567000", Value::Number),
                cell("2024-01-05", Value::Date),
                cell("#N/A", Value::Error),
            ]),
            findings: vec![
                finding(Severity::Error, Some(1), "缺"),
                finding(Severity::Warning, None, "怪"),
            ],
        },
        KeptRow {
            row: 5,
            line: 7,
            cells: None,
            findings: vec![finding(Severity::Warning, Some(3), "怪")],
        },
    ];
    let form = |kind, encoding| Form {
        kind,
        encoding,
        delimiter: encoding.map(|_| b','),
        sheet: None,
        sheets: vec![],
    };
    let forms = [
        form(FileKind::Csv, Some(Encoding::Gb18030)),
        form(FileKind::Tsv, Some(Encoding::Utf16)),
        form(FileKind::Xls, None),
    ];
    forms
        .map(|form| {
            let shape = Shape {
                form,
                header_line: 2,
                titles: vec![vec!["月报".into()]],
                columns: ["行政相对人名称", "CF_XDR_SHXYM", "错误代码"].map(Into::into).into(),
                fields: vec![Some(1), Some(3), None],
                reasons: vec![false, false, true],
                generation: None,
                filled: vec![(30, "示例".into())],
                added: vec![2],
            };
            written(&shape, &rows).expect("the examples are small")
        })
        .into()
}

fn written(shape: &Shape, rows: &[KeptRow]) -> Result<Vec<u8>, KeptError> {
    let mut writer = KeptWriter::new(Vec::new(), shape)?;
    for row in rows {
        writer.write(row)?;
    }
    writer.finish()
}

fn read(bytes: &[u8]) -> Result<(Shape, Vec<KeptRow>), KeptError> {
    let mut reader = KeptReader::new(bytes)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(row);
    }
    Ok((reader.shape().clone(), rows))
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok((shape, rows)) = read(bytes) else { return };
    // Integers may have been written longer than need be; the meaning is what must stay.
    let again = written(&shape, &rows).expect("what was read within the limits can be written");
    assert!(again.len() <= bytes.len());
    assert_eq!(read(&again).expect("what was written is read"), (shape.clone(), rows));

    let reader = || KeptReader::new(again.as_slice()).expect("it was read before");
    let kind = render::rejected_kind(&shape.form);
    let parts = render::parts(reader(), kind).expect("it was read before");
    for part in 1..=parts + 1 {
        match render::rejected(reader(), &ITEM, kind, part, &mut io::sink()) {
            Ok(()) => assert!(part <= parts.max(1)),
            Err(RenderError::NoSuchPart { .. }) => assert!(part > parts),
            // More columns than a sheet has.
            Err(RenderError::Workbook(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
});
