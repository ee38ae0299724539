//! The parts of the workbook that hold no rows (ECMA-376 part 1; OPC for how they hang together).

use std::fmt::Write as _;

use super::{Column, write_xml, xml};
use crate::write::style::{LOOKS, Look, SHOWN, Shown, colour};

/// What stands behind the rows.
pub(super) const SHEET_END: &str = "</sheetData><pageMargins left=\"0.7\" right=\"0.7\" \
     top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/><legacyDrawing r:id=\"rId1\"/>\
     </worksheet>";

pub(super) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE_TYPES: &str = "application/vnd.openxmlformats-officedocument";

/// The parts that are the same in every workbook, each with its path.
pub(super) fn constant() -> [(&'static str, String); 4] {
    let relations = |targets: &[(&str, &str)]| {
        let mut text = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
        for (number, (kind, target)) in (1..).zip(targets) {
            write_xml(
                &mut text,
                format_args!(
                    "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/{kind}\" \
                     Target=\"{target}\"/>"
                ),
            );
        }
        text + "</Relationships>"
    };
    [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")])),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]),
        ),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            relations(&[
                ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("comments", "../comments1.xml"),
            ]),
        ),
    ]
}

fn content_types() -> String {
    let mut text = format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.\
         relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"vml\" ContentType=\"{OFFICE_TYPES}.vmlDrawing\"/>"
    );
    for (path, kind) in [
        ("workbook", "sheet.main"),
        ("styles", "styles"),
        ("worksheets/sheet1", "worksheet"),
        ("comments1", "comments"),
    ] {
        write_xml(
            &mut text,
            format_args!(
                "<Override PartName=\"/xl/{path}.xml\" \
                 ContentType=\"{OFFICE_TYPES}.spreadsheetml.{kind}+xml\"/>"
            ),
        );
    }
    text + "</Types>"
}

/// The workbook with its one sheet.
pub(super) fn workbook(sheet: &str) -> String {
    let mut name = String::new();
    xml::text(sheet, &mut name);
    format!(
        "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">\
         <bookViews><workbookView/></bookViews>\
         <sheets><sheet name=\"{name}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    )
}

/// What stands in front of the rows.
pub(super) fn sheet_head(columns: &[Column], frozen_rows: u32) -> String {
    let mut text = format!(
        "{DECLARATION}<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">\
         <sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\">"
    );
    if frozen_rows > 0 {
        write_xml(
            &mut text,
            format_args!(
                "<pane ySplit=\"{frozen_rows}\" topLeftCell=\"A{}\" activePane=\"bottomLeft\" \
                 state=\"frozen\"/><selection pane=\"bottomLeft\"/>",
                frozen_rows.saturating_add(1)
            ),
        );
    }
    text.push_str("</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>");
    if !columns.is_empty() {
        text.push_str("<cols>");
        for (number, Column { width, format }) in (1..).zip(columns) {
            let style = style_index((*format).into(), Look::Plain);
            write_xml(
                &mut text,
                format_args!(
                    "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" style=\"{style}\" \
                     customWidth=\"1\"/>"
                ),
            );
        }
        text.push_str("</cols>");
    }
    text + "<sheetData>"
}

/// Place of a style in the list that [`styles`] writes.
pub(super) fn style_index(shown: Shown, look: Look) -> usize {
    let place = |found: Option<usize>| found.expect("the lists hold every variant");
    let shown = place(SHOWN.iter().position(|it| *it == shown));
    shown * LOOKS.len() + place(LOOKS.iter().position(|it| *it == look))
}

/// Every pair of format and look, in the order of [`style_index`].
pub(super) fn styles() -> String {
    let font = |tags: &str, rgb: Option<u32>| {
        let color = rgb.map_or("<color theme=\"1\"/>".to_owned(), |rgb| {
            format!("<color rgb=\"FF{rgb:06X}\"/>")
        });
        format!(
            "<font>{tags}<sz val=\"11\"/>{color}<name val=\"Calibri\"/><family val=\"2\"/></font>"
        )
    };
    let fill = |rgb: u32| {
        format!(
            "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{rgb:06X}\"/>\
             <bgColor indexed=\"64\"/></patternFill></fill>"
        )
    };
    let line = |side: &str| {
        format!("<{side} style=\"thin\"><color rgb=\"FF{:06X}\"/></{side}>", colour::BORDER)
    };
    let mut text = format!("{DECLARATION}<styleSheet xmlns=\"{MAIN}\">");
    let formats = [(164, Shown::Day), (165, Shown::DayAndTime)];
    text.push_str("<numFmts count=\"2\">");
    for (number, shown) in formats {
        let code = shown.code();
        write_xml(&mut text, format_args!("<numFmt numFmtId=\"{number}\" formatCode=\"{code}\"/>"));
    }
    text.push_str("</numFmts><fonts count=\"4\">");
    text.extend([
        font("", None),
        font("<b/>", None),
        font("<b/>", Some(colour::DARK_RED)),
        font("<i/>", Some(colour::DIM)),
    ]);
    text.push_str(
        "</fonts><fills count=\"5\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill>",
    );
    text.extend([colour::GREY, colour::LIGHT_RED, colour::LIGHT_YELLOW].map(fill));
    text.push_str(
        "</fills><borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border>\
         <border>",
    );
    text.extend(["left", "right", "top", "bottom"].map(line));
    text.push_str(
        "<diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" \
         fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    );
    write_xml(&mut text, format_args!("<cellXfs count=\"{}\">", SHOWN.len() * LOOKS.len()));
    text.extend(SHOWN.into_iter().flat_map(|shown| LOOKS.map(|look| cell_style(shown, look))));
    text + "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" \
            builtinId=\"0\"/></cellStyles></styleSheet>"
}

fn cell_style(shown: Shown, look: Look) -> String {
    let format = match shown {
        Shown::General => 0,
        // The number that the file format gives to `@`.
        Shown::Text => 49,
        Shown::Day => 164,
        Shown::DayAndTime => 165,
    };
    let (font, fill, border) = match look {
        Look::Plain | Look::Prose => (0, 0, 0),
        Look::Title => (1, 0, 0),
        Look::Header => (1, 2, 1),
        Look::Required => (2, 2, 1),
        Look::Example => (3, 0, 0),
        Look::Wrong => (0, 3, 0),
        Look::Odd => (0, 4, 0),
    };
    let alignment = match look {
        Look::Header | Look::Required => "<alignment vertical=\"center\" wrapText=\"1\"/>",
        Look::Prose => "<alignment vertical=\"top\" wrapText=\"1\"/>",
        _ => "",
    };
    let mut text = format!(
        "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" \
         xfId=\"0\""
    );
    for (name, applies) in [
        ("NumberFormat", format > 0),
        ("Font", font > 0),
        ("Fill", fill > 0),
        ("Border", border > 0),
        ("Alignment", !alignment.is_empty()),
    ] {
        if applies {
            write!(text, " apply{name}=\"1\"").expect("a string takes everything");
        }
    }
    format!("{text}>{alignment}</xf>")
}
