//! Invented files as xlsx.
//!
//! A writer of its own beside that of `tiaoxi-sheet`: an invented workbook must hold what no file
//! of ours may, look-ups that found nothing and more cells than we would hand out.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError,
};
use tiaoxi_catalog::Item;
use tiaoxi_sheet::{Cell, FileKind, Value};

use crate::{Plan, RowSink, Truth, invent, recipe::invalid};

/// Rows of an invented workbook below its header, since it is in memory until it is written: about
/// 5 KB a row.
pub const WORKBOOK_ROWS_MAX: u64 = 200_000;

struct SheetSink<'a> {
    sheet: &'a mut Worksheet,
    date: Format,
    row: u32,
}

impl RowSink for SheetSink<'_> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for (column, cell) in (0..).zip(cells) {
            self.cell(column, cell).map_err(io::Error::other)?;
        }
        self.row += 1;
        Ok(())
    }
}

impl SheetSink<'_> {
    fn cell(&mut self, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        let (sheet, row, text) = (&mut *self.sheet, self.row, cell.text.as_str());
        match cell.value {
            _ if text.is_empty() => {}
            Value::Text => drop(sheet.write_string(row, column, text)?),
            Value::Number => {
                let number: f64 = text.parse().expect("invented numbers are numbers");
                sheet.write_number(row, column, number)?;
            }
            Value::Date => {
                let date = ExcelDateTime::parse_from_str(text)?;
                sheet.write_datetime_with_format(row, column, &date, &self.date)?;
            }
            Value::Boolean => drop(sheet.write_boolean(row, column, text == "TRUE")?),
            // What a look-up in another column leaves where it finds nothing.
            Value::Error => {
                let formula = Formula::new("=VLOOKUP(\"示例\",A1:A2,1,FALSE)").set_result(text);
                sheet.write_formula(row, column, formula)?;
            }
        }
        Ok(())
    }
}

/// Invents a workbook with one sheet, which is named by the item.
///
/// # Errors
/// As [`invent`]; `InvalidInput` where the plan asks for a text file, or for more than
/// [`WORKBOOK_ROWS_MAX`] rows.
pub fn write_workbook(item: &Item, plan: &Plan, out: &mut impl Write) -> io::Result<Truth> {
    if plan.kind != FileKind::Xlsx {
        return Err(invalid("a text file is no workbook"));
    }
    if plan.rows > WORKBOOK_ROWS_MAX {
        return Err(invalid(format!(
            "an invented workbook has at most {WORKBOOK_ROWS_MAX} rows; take csv for more"
        )));
    }
    let mut book = Workbook::new();
    // The same plan gives the same bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io::Error::other)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.set_name(item.name_zh()).map_err(io::Error::other)?;
    let date = Format::new().set_num_format("yyyy/m/d");
    let truth = invent(item, plan, &mut SheetSink { sheet, date, row: 0 })?;
    let bytes = book.save_to_buffer().map_err(io::Error::other)?;
    drop(book);
    out.write_all(&bytes)?;
    Ok(truth)
}
