//! Which cell styles of a workbook show numbers as dates.

use std::{
    collections::HashSet,
    io::{Read, Seek},
};

use super::{
    archive::Archive,
    xml::{Node, Xml},
};
use crate::{
    Limits,
    read::{
        error::Fault,
        number::{is_builtin_date, is_date_format},
        what::Amount,
    },
};

/// Cell styles, and number formats, of a workbook; programs allow about 65,000.
const STYLES_MAX: usize = 100_000;

/// For each cell style, whether it shows dates; none without a part of styles.
pub(super) fn read<S: Read + Seek>(
    archive: &mut Archive<S>,
    part: Option<&str>,
    limits: &Limits,
) -> Result<Vec<bool>, Fault> {
    let Some(part) = part else { return Ok(Vec::new()) };
    let Some(part) = archive.part(part, Amount::PartBytes, limits.part_bytes_max)? else {
        return Ok(Vec::new());
    };
    let mut xml = Xml::new(part, limits.xml_run_bytes_max);
    let mut own_formats = HashSet::new();
    let mut own_dates = HashSet::new();
    let mut styles: Vec<u32> = Vec::new();
    let mut is_in_cell_styles = false;
    loop {
        match xml.next()? {
            Node::Start(start) => match start.name() {
                "numFmt" => {
                    let number = start.attribute("numFmtId")?.and_then(|text| text.parse().ok());
                    let code = start.attribute("formatCode")?;
                    if let (Some(number), Some(code)) = (number, code) {
                        let number: u32 = number;
                        own_formats.insert(number);
                        if is_date_format(&code) {
                            own_dates.insert(number);
                        }
                    }
                }
                "cellXfs" => is_in_cell_styles = true,
                "xf" if is_in_cell_styles => {
                    let number = start.attribute("numFmtId")?.and_then(|text| text.parse().ok());
                    styles.push(number.unwrap_or_default());
                }
                _ => {}
            },
            Node::End(end) if end.name() == "cellXfs" => is_in_cell_styles = false,
            Node::Eof => break,
            _ => {}
        }
        if styles.len().max(own_formats.len()) > STYLES_MAX {
            return Err(Fault::TooLarge { what: Amount::Styles, max: STYLES_MAX as u64 });
        }
    }
    // A workbook may give a built-in number a format of its own.
    let is_date = |format: &u32| {
        own_dates.contains(format) || !own_formats.contains(format) && is_builtin_date(*format)
    };
    Ok(styles.iter().map(is_date).collect())
}
