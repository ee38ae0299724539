//! Files of rows as they come: text, `.xls`, `.xlsx`. Reading ends, rows rise, memory keeps its
//! bounds. Because few changed archives unpack, every input is also read as the parts of a workbook.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_sheet::{Limits, SheetFile};

const LIMITS: Limits = Limits {
    columns_max: 64,
    cell_bytes_max: 4096,
    row_kept_bytes_max: 16 * 1024,
    row_bytes_max: 64 * 1024,
    xls_bytes_max: 1 << 20,
    sheet_bytes_max: 4 << 20,
    texts_bytes_max: 1 << 20,
    texts_max: 10_000,
    part_bytes_max: 1 << 20,
    xml_run_bytes_max: 64 * 1024,
};
/// The head of a text, a row, and shared texts in pieces of a megabyte.
const MEMORY_BYTES_MAX: usize = 8 << 20;

const PARTS: [&str; 6] = [
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
];

const RELATIONS: &[u8] = b"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";
const WORKBOOK_RELATIONS: &[u8] = b"<Relationships>\
    <Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
    <Relationship Id=\"b\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>\
    <Relationship Id=\"c\" Type=\"x/styles\" Target=\"/xl/styles.xml\"/></Relationships>";
const WORKBOOK: &[u8] = b"<workbook><sheets><sheet name=\"s\" id=\"a\"/></sheets></workbook>";
const SHEET: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><f>\
    [1]x!A1</f><v>45296.5</v></c><c t=\"inlineStr\"><is><t>a_x000D_</t></is></c><c t=\"b\"><f t=\"shared\" \
    si=\"0\" ref=\"D1:D2\">A1</f><v>1</v></c></row><row><c><f t=\"array\" ref=\"A2:B3\">x</f></c></row>\
    </sheetData>\0<sst><si><t>示例</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>\0<styleSheet>\
    <numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf/><xf numFmtId=\"164\"/>\
    </cellXfs></styleSheet>";

fn seeds() -> Vec<Vec<u8>> {
    let table = "名称,文书号\r\n\"示例,一号\",演示罚字〔2024〕1号\r\n";
    let utf16: Vec<u8> =
        "\u{feff}a\tb\n示例\t2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        include_bytes!("../../crates/sheet/tests/files/openpyxl.xlsx").to_vec(),
        include_bytes!("../../crates/sheet/tests/files/xlwt.xls").to_vec(),
        include_bytes!("../../crates/sheet/tests/files/xlwt_1904.xls").to_vec(),
        package(SHEET.as_bytes()),
        SHEET.as_bytes().to_vec(),
        table.as_bytes().to_vec(),
        // 示例,1 in GBK.
        b"\xca\xbe\xc0\xfd,1\n\xca\xbe\xc0\xfd,2\n".to_vec(),
        utf16,
    ]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    drain(bytes);
    drain(&package(bytes));
});

fn drain(bytes: &[u8]) {
    let Ok(mut file) = SheetFile::open(Cursor::new(bytes), None, LIMITS) else { return };
    let Ok(mut rows) = file.rows() else { return };
    let mut line = 0;
    while let Ok(true) = rows.read() {
        let row = rows.row();
        assert!(row.line() > line, "line {} after {line}", row.line());
        line = row.line();
        assert!(row.spans().count() <= row.len().min(LIMITS.columns_max));
        assert!(row.bytes().len() <= LIMITS.row_kept_bytes_max);
        if let Ok(texts) = row.texts() {
            assert!(texts.len() <= row.len());
        }
        assert!(rows.memory_bytes() <= MEMORY_BYTES_MAX, "{} bytes", rows.memory_bytes());
        let (done, all) = rows.progress();
        assert!(done <= all);
    }
}

/// A workbook whose sheet, shared texts and styles are the pieces of `bytes` between zeros. Its
/// parts are not packed, and their checksums are not looked at when fuzzing.
fn package(bytes: &[u8]) -> Vec<u8> {
    let mut pieces = bytes.splitn(3, |byte| *byte == 0);
    let mut piece = || pieces.next().unwrap_or_default();
    let contents = [RELATIONS, WORKBOOK_RELATIONS, WORKBOOK, piece(), piece(), piece()];
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in PARTS.iter().zip(contents) {
        let start = u32_of(archive.len());
        let sizes = [u32_of(content.len()); 2].concat();
        let lengths = [u32_of(name.len())[..2].to_vec(), vec![0; 2]].concat();
        archive.extend([b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(), &sizes].concat());
        archive.extend([&lengths, name.as_bytes(), content].concat());
        directory.extend(b"PK\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        directory.extend([&sizes, &lengths, &[0; 10][..], &start, name.as_bytes()].concat());
    }
    let (start, length) = (u32_of(archive.len()), u32_of(directory.len()));
    archive.extend(directory);
    archive
        .extend([b"PK\x05\x06\0\0\0\0\x06\0\x06\0".as_slice(), &length, &start, &[0; 2]].concat());
    archive
}

fn u32_of(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("inputs are small").to_le_bytes()
}
