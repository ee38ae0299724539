//! The plain file: UTF-8 text in the format of 2019, good rows and as many spoilt ones as asked for.
//!
//! Its bytes are kept for ever; files of other shapes are made by [`crate::invent()`].

use std::io::{self, Write};

use tiaoxi_catalog::Item;

use crate::{
    Office, Truth,
    dates::Window,
    mistake::{self, Expected},
    random::Random,
    recipe::Recipe,
    row::{Row, write_line},
    scene::Scene,
    truth::Verdict,
};

/// Bytes collected before they are written out.
const BUFFER_BYTES: usize = 64 * 1024;

/// Writes an invented file of `rows` rows for `item`, as `office` would hand it in: UTF-8, Chinese
/// column names, CRLF. About `dirty_percent` of a hundred rows hold one mistake of a clerk each.
/// The same arguments give the same bytes, for ever.
///
/// Decisions lie in 2024 and 2025: checked as of an earlier day, rows are rejected beyond what the
/// [`Truth`] says.
///
/// # Errors
/// `InvalidInput` for an item other than `xzcf` and `xzxk`, or one without their fields, and
/// whatever `out` reports.
pub fn write(
    item: &Item,
    rows: u64,
    seed: u64,
    dirty_percent: u8,
    office: &Office,
    out: &mut impl Write,
) -> io::Result<Truth> {
    let recipe = Recipe::of(item)?;
    let mut buffer = Vec::with_capacity(2 * BUFFER_BYTES);
    write_line(Recipe::names(item, recipe.codes)?.into_iter(), &mut buffer);
    let scene = Scene::new(office, seed, Window::TWO_YEARS);
    let mut random = Random::new(seed);
    let mut truth = Truth::below(1);
    let mut row = Row::default();
    let mut accepted: Option<(u64, Row)> = None;
    for number in 1..=rows {
        recipe.fill(&mut row, &scene, number, &mut random);
        let verdict = if random.chance(u32::from(dirty_percent)) {
            let earlier = accepted.as_ref().map(|(_, row)| row);
            let expected = mistake::spoil(&mut row, recipe.places, earlier, &mut random);
            judged(expected, accepted.as_ref().map_or(0, |(number, _)| *number))
        } else {
            if dirty_percent > 0 {
                let (last, kept) = accepted.get_or_insert_default();
                *last = number;
                kept.copy_from(&row);
            }
            Verdict::PLAIN
        };
        truth.enter(verdict);
        row.write(&mut buffer);
        if buffer.len() >= BUFFER_BYTES {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)?;
    Ok(truth)
}

/// What a mistake leads to where `earlier_row` was the accepted row before.
pub(crate) fn judged(expected: Expected, earlier_row: u64) -> Verdict {
    match expected {
        Expected::Rejected(code) => Verdict::Rejected(code),
        Expected::Duplicate => Verdict::Duplicate { first_row: earlier_row },
    }
}
