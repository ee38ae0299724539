//! From the file to its [`Source`]s: that fields are named, words are unique, and slugs resolve.

use std::collections::BTreeMap;

use super::decision::DecisionFields;
use super::error::{Problem, SupervisionError};
use super::file::{DecisionSourceFile, ListingFieldsFile, ListingSourceFile, StandardWordsFile};
use super::listing::{GroundFields, ListingFields, StandardWords};
use super::measures::SEPARATORS;
use super::place::Place;
use super::source::{DecisionReading, ListingReading, Reading};
use super::{GroundKind, Makes, SOURCES_MAX, STANDARDS_MAX, Source, Supervision, WORDS_MAX};
use crate::check::clean;

/// Characters of a field's code.
const CODE_CHARS_MAX: usize = 64;

pub(super) fn sources(
    top: &Place,
    listings: Vec<ListingSourceFile>,
    decisions: Vec<DecisionSourceFile>,
    supervision: &Supervision,
) -> Result<Vec<Source>, SupervisionError> {
    let mut sources: Vec<Source> = Vec::new();
    let mut add = |place: &Place, source: Source| {
        place.at("item").slug(&source.item)?;
        if sources.iter().any(|other| other.item == source.item) {
            return Err(place.is(Problem::Repeated));
        }
        sources.push(source);
        Ok(())
    };
    let place = top.at("listing_sources");
    place.count(listings.len(), 0, SOURCES_MAX)?;
    for (index, file) in listings.into_iter().enumerate() {
        let place = place.nth(index, &file.item);
        add(&place, listing_source(&place, file, supervision)?)?;
    }
    let place = top.at("decision_sources");
    place.count(decisions.len(), 0, SOURCES_MAX)?;
    for (index, file) in decisions.into_iter().enumerate() {
        let place = place.nth(index, &file.item);
        add(&place, decision_source(&place, file)?)?;
    }
    Ok(sources)
}

fn listing_source(
    place: &Place,
    file: ListingSourceFile,
    supervision: &Supervision,
) -> Result<Source, SupervisionError> {
    let fields = listing_fields(&place.at("fields"), file.fields, file.ground)?;
    let only = file.only.map(|only| {
        let place = place.at("only");
        codes(&place, [only.field.as_str()])?;
        Ok((only.field, words(&place.at("has"), &only.has)?))
    });
    let only = only.transpose()?;
    let standards_place = place.at("standards");
    standards_place.count(file.standards.len(), 1, STANDARDS_MAX)?;
    let mut standards: Vec<StandardWords> = Vec::new();
    for (index, words) in file.standards.into_iter().enumerate() {
        let name = format!("{} {}", words.standard, words.version);
        let place = standards_place.nth(index, &name);
        let words = standard_words(&place, words, file.ground, supervision)?;
        let is_told_apart = |other: &StandardWords| {
            !words.names.iter().any(|name| other.names.contains(name))
                || !words.editions.iter().any(|edition| other.editions.contains(edition))
        };
        if !standards.iter().all(is_told_apart) {
            return Err(place.is(Problem::Repeated));
        }
        standards.push(words);
    }
    let measures = measure_words(place, &file.measures, &file.inspection_words, supervision)?;
    let reading = ListingReading { ground: file.ground, only, fields, standards, measures };
    let reading = Reading::Listing(Box::new(reading));
    Ok(Source { item: file.item, makes: Makes::Listing, reading })
}

fn listing_fields(
    place: &Place,
    file: ListingFieldsFile,
    ground: GroundKind,
) -> Result<ListingFields, SupervisionError> {
    let needed = |key: &str, code: Option<String>| {
        code.ok_or_else(|| place.at(key).is(Problem::FieldMissing))
    };
    let unused = |key: &str, code: Option<&String>| match code {
        Some(_) => Err(place.at(key).is(Problem::FieldSuperfluous)),
        None => Ok(()),
    };
    let ground = match ground {
        GroundKind::List => {
            unused("period_from", file.period_from.as_ref())?;
            unused("period_to", file.period_to.as_ref())?;
            GroundFields::List {
                notice: needed("notice", file.notice)?,
                notified: needed("notified", file.notified)?,
                heard: needed("heard", file.heard)?,
            }
        }
        GroundKind::Grade => {
            unused("notice", file.notice.as_ref())?;
            unused("notified", file.notified.as_ref())?;
            unused("heard", file.heard.as_ref())?;
            GroundFields::Grade {
                period_from: needed("period_from", file.period_from)?,
                period_to: needed("period_to", file.period_to)?,
            }
        }
    };
    let fields = ListingFields {
        standard: file.standard,
        standard_version: file.standard_version,
        level: file.level,
        until: file.until,
        authority: file.authority,
        channel: file.channel,
        operator: file.operator,
        measures: file.measures,
        ground,
    };
    codes(place, fields.codes())?;
    Ok(fields)
}

fn standard_words(
    place: &Place,
    file: StandardWordsFile,
    ground: GroundKind,
    supervision: &Supervision,
) -> Result<StandardWords, SupervisionError> {
    let StandardWordsFile { standard: slug, version, names, editions, levels: level_words } = file;
    let short = || slug.chars().take(40).collect();
    let standard = supervision
        .standard(&slug, version)
        .ok_or_else(|| place.is(Problem::UnknownStandard { slug: short(), version }))?;
    if standard.ground != ground {
        return Err(place.is(Problem::OtherGround { slug: short() }));
    }
    let place_levels = place.at("levels");
    let mut levels = BTreeMap::new();
    for (word, level) in table(&place_levels, &level_words)? {
        let slug = level.chars().take(40).collect();
        let level =
            standard.level(level).ok_or_else(|| place_levels.is(Problem::UnknownLevel { slug }))?;
        levels.insert(word, (level.severity, level.slug.clone()));
    }
    let names = words(&place.at("names"), &names)?;
    let editions = words(&place.at("editions"), &editions)?;
    Ok(StandardWords { standard: slug, version, names, editions, levels })
}

/// Words of measures, and words that are none.
fn measure_words(
    place: &Place,
    measures: &BTreeMap<String, String>,
    inspection_words: &[String],
    supervision: &Supervision,
) -> Result<BTreeMap<String, Option<String>>, SupervisionError> {
    let place_measures = place.at("measures");
    let mut known = BTreeMap::new();
    if !measures.is_empty() {
        for (word, slug) in table(&place_measures, measures)? {
            if supervision.measure(slug).is_none() {
                let slug = slug.chars().take(40).collect();
                return Err(place_measures.is(Problem::UnknownMeasure { slug }));
            }
            known.insert(word, Some(slug.clone()));
        }
    }
    let place_inspection = place.at("inspection_words");
    if !inspection_words.is_empty() {
        for word in words(&place_inspection, inspection_words)? {
            if known.insert(word, None).is_some() {
                return Err(place_inspection.is(Problem::Repeated));
            }
        }
    }
    let splits = |text: &String| text.contains(SEPARATORS);
    if measures.keys().chain(inspection_words).any(splits) {
        return Err(place_measures.is(Problem::WordSeparated));
    }
    Ok(known)
}

fn decision_source(place: &Place, file: DecisionSourceFile) -> Result<Source, SupervisionError> {
    let outcomes = table(&place.at("outcomes"), &file.outcomes)?;
    let outcomes = outcomes.into_iter().map(|(word, outcome)| (word, *outcome)).collect();
    let fields = DecisionFields {
        outcome: file.fields.outcome,
        applied: file.fields.applied,
        of_document: file.fields.of_document,
        of_authority: file.fields.of_authority,
        reason: file.fields.reason,
    };
    codes(&place.at("fields"), fields.codes())?;
    let reading = Reading::Decision(DecisionReading { fields, outcomes });
    Ok(Source { item: file.item, makes: Makes::Decision, reading })
}

/// Codes of fields, as far as can be judged without the item.
fn codes<'a>(
    place: &Place,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<(), SupervisionError> {
    for code in codes {
        place.at(code).text(code)?;
        if code.chars().count() > CODE_CHARS_MAX {
            return Err(place.at(code).is(Problem::TooLong { chars_max: CODE_CHARS_MAX }));
        }
    }
    Ok(())
}

/// A table of words, each reduced to what is compared.
fn table<'f, V>(
    place: &Place,
    words: &'f BTreeMap<String, V>,
) -> Result<BTreeMap<String, &'f V>, SupervisionError> {
    place.count(words.len(), 1, WORDS_MAX)?;
    let mut table = BTreeMap::new();
    for (word, value) in words {
        if table.insert(key(place, word)?, value).is_some() {
            return Err(place.at(word).is(Problem::Repeated));
        }
    }
    Ok(table)
}

/// A list of words, each reduced to what is compared.
fn words(place: &Place, words: &[String]) -> Result<Vec<String>, SupervisionError> {
    place.count(words.len(), 1, WORDS_MAX)?;
    let mut keys: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let key = key(place, word)?;
        if keys.contains(&key) {
            return Err(place.at(word).is(Problem::Repeated));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn key(place: &Place, word: &str) -> Result<String, SupervisionError> {
    place.at(word).text(word)?;
    let key = clean::tokens(word);
    if key.is_empty() {
        return Err(place.at(word).is(Problem::Empty));
    }
    Ok(key.into_owned())
}
