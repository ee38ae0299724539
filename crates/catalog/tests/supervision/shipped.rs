//! The file of the repository, and files that differ from it in one place; records of its items.

use std::sync::LazyLock;

use tiaoxi_catalog::supervision::{Source, Supervision, SupervisionError};
use tiaoxi_catalog::{Item, RowView};
use tiaoxi_credit::{Day, Record};

pub(crate) const FILE: &str = include_str!("../../../../configs/supervision.toml");

/// Day of reporting in all tests: 2026-11-24.
pub(crate) const TODAY: Day = Day(20_781);

pub(crate) fn shipped() -> &'static Supervision {
    static SHIPPED: LazyLock<Supervision> =
        LazyLock::new(|| Supervision::parse(FILE.as_bytes()).expect("the shipped file"));
    &SHIPPED
}

/// The shipped file with the first `from` replaced.
#[track_caller]
pub(crate) fn changed(from: &str, to: &str) -> Result<Supervision, SupervisionError> {
    assert!(FILE.contains(from), "{from:?} is not in the file");
    Supervision::parse(FILE.replacen(from, to, 1).as_bytes())
}

pub(crate) fn source(item: &str) -> &'static Source {
    shipped().source_of(item).expect("a source")
}

pub(crate) fn item(slug: &str) -> &'static Item {
    static ITEMS: LazyLock<[Item; 3]> = LazyLock::new(|| {
        [
            include_str!("../../../../configs/catalog/yzsx.toml"),
            include_str!("../../../../configs/catalog/hypj.toml"),
            include_str!("../../../../configs/catalog/xyxf.toml"),
        ]
        .map(|file| Item::parse(file).expect("a shipped item"))
    });
    ITEMS.iter().find(|item| item.slug() == slug).expect("an item with a source")
}

/// The example of an item with some cells changed, which must pass its checks.
#[track_caller]
pub(crate) fn record(slug: &str, change: &[(&str, &str)]) -> Record {
    let item = item(slug);
    let mut cells = item.example();
    for (code, text) in change {
        let cell = item.field_index(code).and_then(|index| cells.get_mut(index));
        *cell.expect("a field") = text;
    }
    let checked = item.check(RowView { number: 1, cells: &cells, derives_class: false }, TODAY);
    assert!(checked.record.is_some(), "{change:?}: {:?}", checked.findings);
    checked.record.expect("just seen")
}

pub(crate) fn day(text: &str) -> Day {
    let (year, rest) = text.split_once('-').expect("a date");
    let (month, day) = rest.split_once('-').expect("a date");
    let small = |part: &str| part.parse().expect("a number");
    Day::from_date(year.parse().expect("a number"), small(month), small(day)).expect("a date")
}

/// The number of a citizen who does not exist.
pub(crate) fn person() -> String {
    tiaoxi_credit::code::citizen_number(999_999, day("1990-03-07"), 1).expect("a number")
}
