//! Which part of an `.xlsx` file is the workbook, which sheets it names, and where they are.
//!
//! Links to other files are never followed: a part is looked up in the archive or not at all.

use std::{
    collections::HashMap,
    io::{Read, Seek},
};

use super::{
    archive::{Archive, normalised},
    xml::{Node, Start, Xml},
};
use crate::{
    Limits,
    read::{
        Looks, OpenError,
        error::Fault,
        what::{Amount, Damage},
    },
};

/// Sheets of a workbook; spreadsheet programs become unusable far below.
const SHEETS_MAX: usize = 1000;
/// Characters of a sheet's name that are kept; a real one has at most 31.
const NAME_CHARS_MAX: usize = 100;

/// What a workbook says of itself.
pub(super) struct Workbook {
    /// Its sheets of cells, in order.
    pub(super) sheets: Vec<Sheet>,
    /// Whether day 0 of its dates is in 1904.
    pub(super) is_1904: bool,
    /// Where the shared texts are.
    pub(super) texts: Option<String>,
    /// Where the cell styles are.
    pub(super) styles: Option<String>,
}

/// A sheet of cells.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_visible: bool,
    /// The part that holds it.
    pub(super) part: String,
}

/// A part that another part refers to.
struct Relation {
    /// The last segment of its type: `worksheet`, `styles`.
    kind: String,
    part: String,
}

/// Reads what `archive` says of its workbook.
pub(super) fn read<S: Read + Seek>(
    archive: &mut Archive<S>,
    limits: &Limits,
) -> Result<Workbook, OpenError> {
    let relations = relations(archive, "", limits)?;
    let main = relations.into_values().find(|relation| relation.kind == "officeDocument");
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.part);
    if !archive.has(&main) || !is_workbook(&main) {
        return Err(not_a_workbook(archive, &main));
    }
    let relations = self::relations(archive, &main, limits)?;
    let kind = |kind: &str| {
        let mut known = relations.values().filter(|relation| relation.kind == kind);
        known.next().map(|relation| relation.part.clone())
    };
    let mut workbook = Workbook {
        sheets: Vec::new(),
        is_1904: false,
        texts: kind("sharedStrings"),
        styles: kind("styles"),
    };
    let what = Amount::PartBytes;
    let part = archive.part(&main, what, limits.part_bytes_max)?;
    let part = part.ok_or(Fault::damaged(Damage::PartMissing))?;
    let mut xml = Xml::new(part, limits.xml_run_bytes_max);
    loop {
        match xml.next()? {
            Node::Start(start) if start.name() == "workbookPr" => {
                let value = start.attribute("date1904")?;
                workbook.is_1904 = matches!(value.as_deref(), Some("1" | "true" | "on"));
            }
            Node::Start(start) if start.name() == "sheet" => {
                if workbook.sheets.len() == SHEETS_MAX {
                    let max = SHEETS_MAX as u64;
                    return Err(OpenError::TooLarge { what: Amount::Sheets, max });
                }
                workbook.sheets.extend(sheet(&start, &relations)?);
            }
            Node::Eof => return Ok(workbook),
            _ => {}
        }
    }
}

/// A sheet of cells; `None` for one of charts or dialogues.
fn sheet(start: &Start<'_>, relations: &HashMap<String, Relation>) -> Result<Option<Sheet>, Fault> {
    let relation = start.attribute("id")?.and_then(|id| relations.get(&id));
    let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") else {
        return Ok(None);
    };
    let name = start.attribute("name")?.unwrap_or_default();
    let state = start.attribute("state")?;
    Ok(Some(Sheet {
        name: name.chars().take(NAME_CHARS_MAX).collect(),
        is_visible: !matches!(state.as_deref(), Some("hidden" | "veryHidden")),
        part: relation.part.clone(),
    }))
}

/// The parts inside the archive that `part` refers to, by their identifiers.
fn relations<S: Read + Seek>(
    archive: &mut Archive<S>,
    part: &str,
    limits: &Limits,
) -> Result<HashMap<String, Relation>, Fault> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = normalised(&format!("{folder}/_rels/{file}.rels"));
    let mut relations = HashMap::new();
    let Some(part) = archive.part(&name, Amount::PartBytes, limits.part_bytes_max)? else {
        return Ok(relations);
    };
    let mut xml = Xml::new(part, limits.xml_run_bytes_max);
    loop {
        match xml.next()? {
            Node::Start(start) if start.name() == "Relationship" => {
                let (id, kind) = (start.attribute("Id")?, start.attribute("Type")?);
                let is_external = start.attribute("TargetMode")?.as_deref() == Some("External");
                if let (Some(id), Some(kind), Some(target), false) =
                    (id, kind, start.attribute("Target")?, is_external)
                {
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    relations.insert(id, Relation { kind, part: resolved(folder, &target) });
                }
            }
            Node::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// Name of the part that `target` means in a part inside `folder`.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in whole.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    normalised(&segments.join("/"))
}

/// Whether a main part is one of a workbook in XML.
fn is_workbook(main: &str) -> bool {
    let is_other = ["word/", "ppt/", "visio/"].iter().any(|folder| main.starts_with(folder));
    !is_other && main.strip_suffix(".bin").is_none()
}

/// What an archive without a workbook is.
fn not_a_workbook<S: Read + Seek>(archive: &Archive<S>, main: &str) -> OpenError {
    let looks = if main.strip_suffix(".bin").is_some() || archive.has("xl/workbook.bin") {
        Looks::BinaryWorkbook
    } else if archive.has("word/") {
        Looks::Word
    } else if archive.has("ppt/") {
        Looks::Presentation
    } else if archive.has("ofd.xml") {
        Looks::Ofd
    } else if archive.has("mimetype") && archive.has("content.xml") {
        Looks::OpenDocument
    } else if archive.has("[content_types].xml") || archive.has("xl/") {
        return Fault::damaged(Damage::PartMissing).into();
    } else {
        Looks::Archive
    };
    OpenError::NotATable { looks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_as_every_program_writes_them() {
        for (folder, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "..\\xl\\styles.xml", "xl/styles.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolved(folder, target), expected);
        }
    }
}
