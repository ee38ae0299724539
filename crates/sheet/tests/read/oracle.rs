//! The same workbooks through another reader: both must say the same.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xls, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::support::read;

const OPENPYXL: &[u8] = include_bytes!("../files/openpyxl.xlsx");
const XLWT: &[u8] = include_bytes!("../files/xlwt.xls");
const XLWT_1904: &[u8] = include_bytes!("../files/xlwt_1904.xls");

/// The filled cells of a range: row and column from 0, and text.
fn cells_of(range: &Range<Data>) -> Vec<(u32, u32, String)> {
    let (top, left) = range.start().unwrap_or_default();
    let text = |data: &Data| match data {
        Data::Empty => String::new(),
        Data::Bool(value) => value.to_string().to_uppercase(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let time = match (hour, minute, second) {
                (0, 0, 0) => String::new(),
                _ => format!(" {hour:02}:{minute:02}:{second:02}"),
            };
            format!("{year:04}-{month:02}-{day:02}{time}")
        }
        other => other.to_string(),
    };
    range
        .used_cells()
        .map(|(row, column, data)| {
            (top + u32::try_from(row).unwrap(), left + u32::try_from(column).unwrap(), text(data))
        })
        .filter(|cell| !cell.2.is_empty())
        .collect()
}

fn cells(bytes: &[u8]) -> Vec<(u32, u32, String)> {
    let (_, lines) = read(bytes).unwrap();
    let cells = lines.into_iter().flat_map(|(line, cells)| {
        let row = u32::try_from(line).unwrap() - 1;
        (0..).zip(cells).map(move |(column, text)| (row, column, text))
    });
    cells.filter(|cell| !cell.2.is_empty()).collect()
}

#[test]
fn workbooks_of_other_programs_read_the_same() {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(OPENPYXL)).unwrap();
    assert_eq!(cells(OPENPYXL), cells_of(&workbook.worksheet_range("行政许可").unwrap()));
    for (bytes, sheet) in [(XLWT, "行政处罚"), (XLWT_1904, "日期")] {
        let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).unwrap();
        assert_eq!(cells(bytes), cells_of(&workbook.worksheet_range(sheet).unwrap()), "{sheet}");
    }
}

#[test]
fn a_written_workbook_reads_the_same() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for row in 0..400_u32 {
        let number = f64::from(row);
        sheet.write(row, 0, format!("示例{}号商行 <&> \"x\"\n第二行", row % 50)).unwrap();
        sheet.write(row, 1, number * 0.1).unwrap();
        sheet.write(row, 2, number * 1e12 + 0.5).unwrap();
        let day = ExcelDateTime::from_ymd(2024, 1, 1 + u8::try_from(row % 28).unwrap()).unwrap();
        sheet.write_with_format(row, 3, &day, &date).unwrap();
        let moment = day.and_hms(8, u16::try_from(row % 60).unwrap().try_into().unwrap(), 30.0);
        sheet.write_with_format(row, 4, moment.unwrap(), &time).unwrap();
        sheet.write(row, 6, row % 2 == 0).unwrap();
        sheet.write(row, 7, Formula::new("=A1").set_result("结果")).unwrap();
        sheet.write(row, 8, " \t_x0041_ ").unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let expected = cells_of(&workbook.worksheet_range_at(0).unwrap().unwrap());
    assert_eq!(expected.len(), 400 * 8);
    assert_eq!(cells(&bytes), expected);
}
