//! How the rows of each kind of record are made: what penalties and permits differ in.

use std::io;

use tiaoxi_catalog::Item;

use crate::{
    mistake::{self, Places},
    penalty, permit,
    random::Random,
    row::Row,
    scene::Scene,
    subject::{POOL_SIZE, Subject},
};

/// The first subjects of the pool, which come often.
const RECURRING: u32 = 400;

/// Slugs of the catalogue items that there are samples of.
pub const ITEMS: [&str; 2] = ["xzcf", "xzxk"];

/// Writes one row of a kind of file.
type Fill = fn(&mut Row, &Scene<'_>, &Subject, u64, &mut Random);

/// How the rows of one kind of record are made.
#[derive(Clone, Copy)]
pub(crate) struct Recipe {
    /// Codes of the fields, in the order of the cells of a [`Row`].
    pub(crate) codes: &'static [&'static str],
    /// Where mistakes are made.
    pub(crate) places: &'static Places,
    fill: Fill,
}

impl Recipe {
    /// The recipe of an item.
    ///
    /// # Errors
    /// `InvalidInput` when there is none.
    pub(crate) fn of(item: &Item) -> io::Result<Self> {
        match item.slug() {
            "xzcf" => {
                Ok(Self { codes: &penalty::CODES, places: &mistake::PENALTY, fill: penalty::fill })
            }
            "xzxk" => {
                Ok(Self { codes: &permit::CODES, places: &mistake::PERMIT, fill: permit::fill })
            }
            slug => Err(invalid(format!("there are no samples of {slug}"))),
        }
    }

    /// Fills `row` with a good record, the `number`-th of the file, and says whom it is about.
    pub(crate) fn fill(&self, row: &mut Row, scene: &Scene<'_>, number: u64, random: &mut Random) {
        (self.fill)(row, scene, &draw_subject(random), number, random);
    }

    /// The Chinese names of some fields.
    ///
    /// # Errors
    /// `InvalidInput` when the item lacks one.
    pub(crate) fn names<'a>(item: &'a Item, codes: &[&str]) -> io::Result<Vec<&'a str>> {
        codes.iter().map(|code| name(item, code)).collect()
    }
}

/// The Chinese name of a field.
///
/// # Errors
/// `InvalidInput` when the item lacks it.
pub(crate) fn name<'a>(item: &'a Item, code: &str) -> io::Result<&'a str> {
    let field = item.fields().iter().find(|field| field.code == code);
    field
        .map(|field| field.name_zh.as_str())
        .ok_or_else(|| invalid(format!("the catalogue item has no field {code}")))
}

pub(crate) fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message.into())
}

/// A subject of the pool: often one of the few that recur within a file and across offices, as
/// repeat offenders and frequent applicants do, else any.
fn draw_subject(random: &mut Random) -> Subject {
    let range = if random.chance(30) { RECURRING } else { POOL_SIZE };
    Subject::at(random.below(range))
}
