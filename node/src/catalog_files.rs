//! The catalogue and the calendar of a node: the files that came with the program, or others.

use std::{fs, path::Path};

use anyhow::{Context, ensure};
use tiaoxi_catalog::{Calendar, Catalog, Item, supervision::Supervision};
use tiaoxi_credit::Day;
use tiaoxi_federation::{Terms, digest::HexHash, name::Slug, terms::CatalogItem};

use crate::error_code::Failure;

/// As listed when the program was built.
const BUILT_IN: &[&str] = &include!(concat!(env!("OUT_DIR"), "/catalog_files.rs"));

const BUILT_IN_CALENDAR: &str = include_str!("../../configs/calendar.tsv");

const BUILT_IN_SUPERVISION: &[u8] = include_bytes!("../../configs/supervision.toml");
/// Longest supervision catalogue that is read.
const SUPERVISION_BYTES_MAX: u64 = 4 << 20;

/// The catalogue of a directory, or the built-in one.
pub(crate) fn load(dir: Option<&Path>) -> anyhow::Result<Catalog> {
    let items = match dir {
        Some(dir) => read_dir(dir)?,
        None => BUILT_IN
            .iter()
            .map(|text| Item::parse(text).context("a built-in catalogue file is malformed"))
            .collect::<anyhow::Result<_>>()?,
    };
    Catalog::new(items).context("the catalogue files do not fit together")
}

/// The calendar of a file, or the built-in one.
pub(crate) fn calendar(path: Option<&Path>) -> anyhow::Result<Calendar> {
    let Some(path) = path else {
        return Calendar::parse(BUILT_IN_CALENDAR).context("the built-in calendar is malformed");
    };
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Calendar::parse(&text).with_context(|| format!("{} is no calendar", path.display()))
}

/// The supervision catalogue of a file, or the built-in one.
pub(crate) fn supervision(path: Option<&Path>) -> anyhow::Result<Supervision> {
    let Some(path) = path else {
        return Supervision::parse(BUILT_IN_SUPERVISION)
            .context("the built-in supervision catalogue is malformed");
    };
    let reading = || format!("reading {}", path.display());
    let length = fs::metadata(path).with_context(reading)?.len();
    ensure!(length <= SUPERVISION_BYTES_MAX, "{} is too long", path.display());
    let bytes = fs::read(path).with_context(reading)?;
    Supervision::parse(&bytes)
        .with_context(|| format!("{} is no supervision catalogue", path.display()))
}

/// That what the supervision catalogue makes of records names fields that their items have.
pub(crate) fn check_sources(supervision: &Supervision, catalog: &Catalog) -> anyhow::Result<()> {
    for source in supervision.sources() {
        if let Some(item) = catalog.by_slug(&source.item)
            && let Err(fault) = source.fits(item)
        {
            let what =
                format!("the supervision catalogue does not fit {}: {}", source.item, fault.en());
            return Err(Failure::new("SUPERVISION_UNFIT", what).into());
        }
    }
    Ok(())
}

/// That the supervision catalogue is the one that the charter names, if it names one.
pub(crate) fn check_supervision(supervision: &Supervision, terms: &Terms) -> anyhow::Result<()> {
    let found = HexHash(supervision.hash());
    match terms.supervision() {
        Some(listed) if *listed != found => {
            let what = format!(
                "the supervision catalogue here has the hash {found}, the charter lists {listed}"
            );
            Err(Failure::new("SUPERVISION_DIFFERS", what).into())
        }
        _ => Ok(()),
    }
}

/// The calendar is to cover so many working days from today: the next year's holidays are announced
/// in November or December.
const CALENDAR_AHEAD_WORKDAYS: u16 = 30;

/// That the calendar ends soon, in words.
pub(crate) struct CalendarEnd {
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// Whether deadlines of the days to come are counted by weekends only.
pub(crate) fn calendar_end(calendar: &Calendar, today: Day) -> Option<CalendarEnd> {
    if !calendar.add_workdays(today, CALENDAR_AHEAD_WORKDAYS).provisional {
        return None;
    }
    let last = calendar.last_year().map_or_else(|| "-".to_owned(), |year| year.to_string());
    Some(CalendarEnd {
        zh: format!("工作日历只到 {last} 年；此后的期限仅按周末计算，属暂定"),
        en: format!(
            "the calendar of working days ends with {last}; deadlines beyond are counted by \
             weekends only, provisionally"
        ),
    })
}

fn read_dir(dir: &Path) -> anyhow::Result<Vec<Item>> {
    let reading = || format!("reading {}", dir.display());
    let mut items = Vec::new();
    for entry in fs::read_dir(dir).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let item = Item::parse(&text)
                .with_context(|| format!("{} is no catalogue file", path.display()))?;
            items.push(item);
        }
    }
    ensure!(!items.is_empty(), "{} has no catalogue files", dir.display());
    Ok(items)
}

/// The catalogue as a charter lists it.
pub(crate) fn charter_items(catalog: &Catalog) -> anyhow::Result<Vec<CatalogItem>> {
    let entry = |item: &Item| {
        let slug = Slug::parse(item.slug())
            .with_context(|| format!("item {} has no usable slug", item.number()))?;
        Ok(CatalogItem { number: item.number(), slug, catalog: HexHash(item.hash()) })
    };
    catalog.iter().map(entry).collect()
}

/// Rows must be checked against the very files that the members agreed on.
pub(crate) fn check_against(catalog: &Catalog, terms: &Terms) -> anyhow::Result<()> {
    for agreed in terms.items() {
        let ours = catalog.by_number(agreed.number);
        let same = ours.is_some_and(|item| HexHash(item.hash()) == agreed.catalog);
        if !same {
            return Err(Failure::new(
                "CATALOG_MISMATCH",
                format!(
                    "the charter lists item {} ({}) with another catalogue file than this node has; \
                     set `catalog` in node.toml to a directory with the agreed files",
                    agreed.number, agreed.slug
                ),
            )
            .into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_calendar_is_told_30_working_days_before() {
        let calendar = calendar(None).unwrap();
        let day = |year, month, day| Day::from_date(year, month, day).unwrap();
        for (today, told) in [
            (day(2026, 6, 1), false),
            (day(2026, 11, 13), false),
            (day(2026, 11, 24), true),
            (day(2027, 3, 1), true),
        ] {
            let end = calendar_end(&calendar, today);
            assert_eq!(end.is_some(), told, "{today}");
            assert!(end.is_none_or(|end| end.zh.contains("2026") && end.en.contains("2026")));
        }
    }
}
