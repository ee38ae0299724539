//! Which catalogue item a file is of, told by its header.

use std::io::{Read, Seek};

use tiaoxi_catalog::{Catalog, Item, Role};
use tiaoxi_sheet::SheetFile;

use crate::{
    IntakeError,
    header::{
        report,
        search::{Found, KNOWN_MIN},
        top::{Top, TopRow},
    },
};

/// Missing fields that a message lists for each item.
const MISSING_SHOWN: usize = 3;

/// The item that knows most of the header's columns. It must know three, and the header must name
/// the document and the subject of a record.
pub fn recognise<'c, S: Read + Seek>(
    file: &mut SheetFile<S>,
    catalog: &'c Catalog,
) -> Result<&'c Item, IntakeError> {
    let top = Top::read(file)?;
    let mut best: Option<Found<'c>> = None;
    let mut rival: Option<&Item> = None;
    for item in catalog.iter() {
        let Some(found) = Found::best(&top, item).filter(|found| is_told(found, &top)) else {
            continue;
        };
        match best.as_ref().map_or(0, |best| best.known) {
            known if found.known > known => {
                best = Some(found);
                rival = None;
            }
            known if found.known == known => rival = Some(item),
            _ => {}
        }
    }
    match (best.map(|best| best.format.item), rival) {
        (Some(item), None) => Ok(item),
        (Some(item), Some(rival)) => {
            Err(IntakeError::AmbiguousItem { first: name(item), second: name(rival) })
        }
        (None, _) => {
            let error = no_item(&top, catalog);
            Err(top.without_header(error))
        }
    }
}

/// Whether the header names what tells one record of the item from another.
fn is_told(found: &Found<'_>, top: &Top) -> bool {
    let fields = found.fields(top);
    let roles: Vec<Role> =
        fields.iter().filter_map(|place| found.format.item.fields().get(*place)?.role).collect();
    let names_subject = roles.iter().any(|role| {
        matches!(role, Role::SubjectName | Role::SubjectCode(_) | Role::SubjectIdentity)
    });
    found.known >= KNOWN_MIN && names_subject && roles.contains(&Role::Document)
}

fn name(item: &Item) -> String {
    format!("{} {}", item.slug(), item.name_zh())
}

fn no_item(top: &Top, catalog: &Catalog) -> IntakeError {
    let bests = || catalog.iter().map(|item| (item, Found::best(top, item)));
    let closest = bests().filter_map(|(_, found)| found).max_by_key(|found| found.known);
    let row = closest.map(|found| found.row(top)).or(top.rows.first());
    if let Some(Err(error)) = row.map(TopRow::refuse_stray_quote) {
        return error.into();
    }
    let missing: Vec<_> = bests()
        .map(|(item, found)| {
            let present = found.map(|found| found.fields(top)).unwrap_or_default();
            let fields = item.fields().iter().enumerate();
            let missing = fields
                .filter(|(place, field)| field.required && !present.contains(place))
                .map(|(_, field)| field.name_zh.as_str())
                .take(MISSING_SHOWN);
            format!("{} − {}", name(item), missing.collect::<Vec<_>>().join("、"))
        })
        .collect();
    IntakeError::NoItem {
        found: report::shown_all(row.map(|row| row.cells.as_slice()).unwrap_or_default()),
        missing: missing.join("; "),
    }
}
