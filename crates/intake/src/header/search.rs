//! Which of the first rows is the header, and in which format of the item.
//!
//! The row that knows most columns is; the rows above it are titles.

use tiaoxi_catalog::Item;

use super::{
    format::{Format, Known},
    report,
    top::{Top, TopRow},
};
use crate::IntakeError;

/// Columns by which a row is taken for a header, unless it has every required one.
pub(crate) const KNOWN_MIN: usize = 3;

/// The row that fits an item best.
pub(crate) struct Found<'i> {
    /// Its place in [`Top::rows`].
    pub(crate) place: usize,
    pub(crate) format: Format<'i>,
    /// How many of its columns the format has; at least one.
    pub(crate) known: usize,
}

impl<'i> Found<'i> {
    /// The best row for an item, however little it fits.
    pub(crate) fn best(top: &Top, item: &'i Item) -> Option<Self> {
        let mut best: Option<Self> = None;
        for (place, row) in top.rows.iter().enumerate() {
            let Some(found) = Self::at(place, row, item) else { continue };
            let is_better = best.as_ref().is_none_or(|best| {
                // Codes above, names below: the rows of records begin after the lower one.
                let is_next = best.place + 1 == place;
                found.known > best.known || (found.known == best.known && is_next)
            });
            if is_better {
                best = Some(found);
            }
        }
        best
    }

    /// A row with the format that knows most of its columns; of equal ones the current one, then
    /// the latest.
    fn at(place: usize, row: &TopRow, item: &'i Item) -> Option<Self> {
        let mut best: Option<Self> = None;
        for format in Format::all(item) {
            let known = format.count(&row.cells);
            if known > best.as_ref().map_or(0, |best| best.known) {
                best = Some(Self { place, format, known });
            }
        }
        best
    }

    /// The row itself.
    pub(crate) fn row<'t>(&self, top: &'t Top) -> &'t TopRow {
        top.rows.get(self.place).expect("found among these rows")
    }

    /// The fields, by their place in the item, that its columns hold.
    pub(crate) fn fields(&self, top: &Top) -> Vec<usize> {
        let names = self.row(top).cells.iter();
        names.filter_map(|name| self.format.known(name).and_then(Known::field)).collect()
    }

    /// Whether it is a header at all and not a row that mentions a column.
    fn is_header(&self, top: &Top) -> bool {
        let fields = self.fields(top);
        let required = self.format.item.fields().iter().enumerate();
        let mut missing = required.filter(|(place, field)| {
            field.required && !fields.contains(place) && !self.format.supplies(*place)
        });
        self.known >= KNOWN_MIN || missing.next().is_none()
    }

    /// Refuses a header of which a row above or below holds a part.
    fn refuse_merged(&self, top: &Top) -> Result<(), IntakeError> {
        let own = self.fields(top);
        let row = self.row(top);
        for place in [self.place.checked_sub(1), self.place.checked_add(1)].into_iter().flatten() {
            let Some(other) = top.rows.get(place) else { continue };
            let mut parts = other.cells.iter().enumerate().filter(|(column, name)| {
                let is_vacant = row.cells.get(*column).is_none_or(|cell| cell.trim().is_empty());
                let field = || self.format.known(name).and_then(Known::field);
                is_vacant && field().is_some_and(|field| !own.contains(&field))
            });
            if parts.next().is_some() {
                let (first, second) = (row.line.min(other.line), row.line.max(other.line));
                return Err(IntakeError::MergedHeader { first, second });
            }
        }
        Ok(())
    }
}

/// The header of a file for `item`.
pub(crate) fn find<'i>(
    top: &Top,
    item: &'i Item,
    columns_max: usize,
) -> Result<Found<'i>, IntakeError> {
    let found = Found::best(top, item).filter(|found| found.is_header(top));
    let Some(found) = found else {
        return Err(match top.rows.iter().map(|row| row.cells_total).max() {
            Some(found) if found > columns_max => {
                IntakeError::TooManyColumns { found, max: columns_max }
            }
            _ => unknown(top, item),
        });
    };
    found.row(top).refuse_stray_quote()?;
    let total = found.row(top).cells_total;
    if total > columns_max {
        return Err(IntakeError::TooManyColumns { found: total, max: columns_max });
    }
    found.refuse_merged(top)?;
    Ok(found)
}

fn unknown(top: &Top, item: &Item) -> IntakeError {
    let closest = Found::best(top, item).map_or(0, |found| found.place);
    let closest = top.rows.get(closest);
    if let Some(Err(error)) = closest.map(TopRow::refuse_stray_quote) {
        return error.into();
    }
    let cells = closest.map(|row| row.cells.as_slice()).unwrap_or_default();
    let required = item.fields().iter().filter(|field| field.required);
    IntakeError::UnknownHeader {
        rows: top.rows.len(),
        found: report::shown_all(cells),
        expected: report::names(required),
    }
}
