//! A whole invented file: header, good rows, and as many spoilt ones as asked for.

use std::io::{self, Write};

use tiaoxi_catalog::Item;

use crate::{
    Office, Truth,
    mistake::{self, Expected, Places},
    penalty, permit,
    random::Random,
    row::{Row, write_line},
    scene::Scene,
    subject::{POOL_SIZE, Subject},
};

/// Bytes collected before they are written out.
const BUFFER_BYTES: usize = 64 * 1024;

/// The first subjects of the pool, which come often.
const RECURRING: u32 = 400;

/// Writes one row of a kind of file.
type Fill = fn(&mut Row, &Scene<'_>, &Subject, u64, &mut Random);

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
    let (codes, fill, places): (&[&str], Fill, &Places) = match item.slug() {
        "xzcf" => (&penalty::CODES, penalty::fill, &mistake::PENALTY),
        "xzxk" => (&permit::CODES, permit::fill, &mistake::PERMIT),
        slug => return Err(invalid(format!("there are no samples of {slug}"))),
    };
    let mut buffer = Vec::with_capacity(2 * BUFFER_BYTES);
    write_line(header(item, codes)?.into_iter(), &mut buffer);
    let scene = Scene::new(office, seed);
    let mut random = Random::new(seed);
    let mut truth = Truth { rows, ..Truth::default() };
    let mut row = Row::default();
    let mut accepted: Option<Row> = None;
    for number in 1..=rows {
        fill(&mut row, &scene, &draw_subject(&mut random), number, &mut random);
        if random.chance(u32::from(dirty_percent)) {
            match mistake::spoil(&mut row, places, accepted.as_ref(), &mut random) {
                Expected::Rejected(code) => *truth.rejected.entry(code).or_default() += 1,
                Expected::Duplicate => truth.duplicates += 1,
            }
        } else {
            truth.accepted += 1;
            if dirty_percent > 0 {
                accepted.get_or_insert_default().copy_from(&row);
            }
        }
        row.write(&mut buffer);
        if buffer.len() >= BUFFER_BYTES {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)?;
    Ok(truth)
}

/// The Chinese name of each column.
fn header<'a>(item: &'a Item, codes: &[&str]) -> io::Result<Vec<&'a str>> {
    let name = |code: &&str| {
        let field = item.fields().iter().find(|field| field.code == *code);
        field
            .map(|field| field.name_zh.as_str())
            .ok_or_else(|| invalid(format!("the catalogue item has no field {code}")))
    };
    codes.iter().map(name).collect()
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// A subject of the pool: often one of the few that recur within a file and across offices, as
/// repeat offenders and frequent applicants do, else any.
fn draw_subject(random: &mut Random) -> Subject {
    let range = if random.chance(30) { RECURRING } else { POOL_SIZE };
    Subject::at(random.below(range))
}
