//! Notes on cells: their texts in one part of the workbook, their boxes in another (VML, which is
//! all that Excel has for them).

use std::io::{self, Write};

use rust_xlsxwriter::utility::column_number_to_name;

use super::{
    Column, NOTES_BYTES_MAX, NOTES_MAX, TableError,
    parts::{DECLARATION, MAIN},
    xml,
};
use crate::write::note;

/// Width of a column that has none of its own, and height of a row, in pixels.
const CELL_PIXELS: (u32, u32) = (64, 20);
/// Shapes that one number of the drawing stands for; a file format's own rule.
const SHAPES_PER_ID: usize = 1024;

/// The notes of a sheet.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Row, column and text, by rising place.
    notes: Vec<(u32, u16, Box<str>)>,
    bytes: usize,
}

impl Notes {
    /// Adds a note behind those there are; whether there was room for it.
    pub(super) fn add(&mut self, (row, column): (u32, u16), text: &str) -> bool {
        let bytes = self.bytes + text.len();
        if self.notes.len() >= NOTES_MAX as usize || bytes > NOTES_BYTES_MAX {
            return false;
        }
        // A second note on the same cell would make the file invalid.
        if self.notes.last().is_some_and(|last| (last.0, last.1) >= (row, column)) {
            return false;
        }
        self.bytes = bytes;
        self.notes.push((row, column, text.into()));
        true
    }

    pub(super) fn write_comments(&self, out: &mut impl Write) -> Result<(), TableError> {
        write!(
            out,
            "{DECLARATION}<comments xmlns=\"{MAIN}\"><authors><author>{}</author></authors>\
             <commentList>",
            note::AUTHOR
        )?;
        let mut escaped = String::new();
        for (row, column, text) in &self.notes {
            escaped.clear();
            xml::text(text, &mut escaped);
            write!(
                out,
                "<comment ref=\"{}{}\" authorId=\"0\"><text><r><rPr><sz val=\"9\"/>\
                 <color indexed=\"81\"/><rFont val=\"Tahoma\"/><family val=\"2\"/></rPr>\
                 <t xml:space=\"preserve\">{escaped}</t></r></text></comment>",
                column_number_to_name(*column),
                row + 1,
            )?;
        }
        Ok(out.write_all(b"</commentList></comments>")?)
    }

    pub(super) fn write_drawing(
        &self,
        columns: &[Column],
        out: &mut impl Write,
    ) -> Result<(), TableError> {
        // Shapes are numbered from 1,025: number 1 of the drawing stands for the first 1,024.
        let ids: Vec<_> = (1..=self.notes.len().div_ceil(SHAPES_PER_ID).max(1))
            .map(|id| id.to_string())
            .collect();
        write!(
            out,
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
             xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\">\
             <o:idmap v:ext=\"edit\" data=\"{}\"/></o:shapelayout><v:shapetype id=\"_x0000_t202\" \
             coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
             <v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" \
             o:connecttype=\"rect\"/></v:shapetype>",
            ids.join(",")
        )?;
        for (number, (row, column, text)) in (SHAPES_PER_ID + 1..).zip(&self.notes) {
            shape(number, (*row, *column), note::height(text), columns, out)?;
        }
        Ok(out.write_all(b"</xml>")?)
    }
}

fn shape(
    number: usize,
    (row, column): (u32, u16),
    height: u32,
    columns: &[Column],
    out: &mut impl Write,
) -> io::Result<()> {
    let left = usize::from(column) + 1;
    let (right, right_pixels) = end_column(left, 15 + note::WIDTH, columns);
    let top = row.saturating_sub(1);
    let (below, below_pixels) = ((10 + height) / CELL_PIXELS.1, (10 + height) % CELL_PIXELS.1);
    write!(
        out,
        "<v:shape id=\"_x0000_s{number}\" type=\"#_x0000_t202\" style=\"position:absolute;\
         width:{}pt;height:{}pt;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
         <div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\">\
         <x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 10, {right}, \
         {right_pixels}, {}, {below_pixels}</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>",
        f64::from(note::WIDTH) * 0.75,
        f64::from(height) * 0.75,
        top + below,
    )
}

/// The column in which a box ends that begins `pixels` before it, and how far inside.
fn end_column(first: usize, mut pixels: u32, columns: &[Column]) -> (usize, u32) {
    let mut column = first;
    loop {
        let width = columns.get(column).map_or(CELL_PIXELS.0, pixels_of);
        if pixels < width {
            return (column, pixels);
        }
        pixels -= width;
        column += 1;
    }
}

/// Width of a column in pixels, by the usual font.
fn pixels_of(column: &Column) -> u32 {
    let chars = column.width.clamp(1.0, 255.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 12 and 1,790 pixels"
    )]
    let pixels = (chars * 7.0 + 5.0) as u32;
    pixels
}
