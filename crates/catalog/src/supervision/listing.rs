//! From a record to a listing.

use std::collections::BTreeMap;

use tiaoxi_credit::statement::{GradeGround, Ground, ListGround, Listing};
use tiaoxi_credit::{Subject, SubjectClass};

use super::fault::quoted;
use super::measures::{self, Dropped};
use super::source::{ListingReading, Row};
use super::{SourceFault, Supervision};
use crate::check::{clean, holds_citizen_number};

/// Codes of the fields that a listing is read from.
#[derive(Clone, Debug)]
pub(super) struct ListingFields {
    pub(super) standard: String,
    pub(super) standard_version: String,
    pub(super) level: String,
    pub(super) until: String,
    pub(super) authority: String,
    pub(super) channel: String,
    pub(super) operator: String,
    pub(super) measures: Option<String>,
    pub(super) ground: GroundFields,
}

#[derive(Clone, Debug)]
pub(super) enum GroundFields {
    List { notice: String, notified: String, heard: String },
    Grade { period_from: String, period_to: String },
}

/// What records call a standard, its version and its levels; every word as [`clean::tokens`].
#[derive(Clone, Debug)]
pub(super) struct StandardWords {
    pub(super) standard: String,
    pub(super) version: u16,
    pub(super) names: Vec<String>,
    pub(super) editions: Vec<String>,
    /// Word to severity and slug.
    pub(super) levels: BTreeMap<String, (u8, String)>,
}

impl ListingFields {
    pub(super) fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = vec![
            &self.standard,
            &self.standard_version,
            &self.level,
            &self.until,
            &self.authority,
            &self.channel,
            &self.operator,
        ];
        codes.extend(self.measures.as_deref());
        match &self.ground {
            GroundFields::List { notice, notified, heard } => {
                codes.extend([notice.as_str(), notified, heard]);
            }
            GroundFields::Grade { period_from, period_to } => {
                codes.extend([period_from.as_str(), period_to]);
            }
        }
        codes
    }
}

/// What stands between several words for levels; 、 is part of some.
const LEVEL_SEPARATORS: [char; 4] = [';', '；', '|', '\n'];

/// The listing of a row and what it leaves out; `None` when the row is nothing to list.
pub(super) fn read(
    reading: &ListingReading,
    row: Row<'_>,
    supervision: &Supervision,
) -> Result<Option<(Listing, Vec<Dropped>)>, SourceFault> {
    if let Some((field, words)) = &reading.only
        && !words.iter().any(|word| *word == clean::tokens(&row.text(field).unwrap_or_default()))
    {
        // A field that the item does not have is a fault and no other grade.
        return row.text(field).map(|_| None);
    }
    let fields = &reading.fields;
    let subject = subject(&row, &fields.operator)?;
    let words = standard(reading, &row)?;
    let slug = level(words, &row.needed(&fields.level)?)?;
    let standard = supervision.standard(&words.standard, words.version);
    let Some((standard, level)) = standard.and_then(|found| Some((found, found.level(slug)?)))
    else {
        // Only where source and catalogue are of two files.
        return Err(unknown_standard(&words.standard, &words.version.to_string()));
    };
    let cell = fields.measures.as_ref().map(|code| row.text(code)).transpose()?;
    let (measures, dropped) =
        measures::read(reading, &cell.unwrap_or_default(), level, supervision);
    let (since, until) = (row.record.decided, row.day(&fields.until)?);
    if until < since {
        return Err(SourceFault::DatesOutOfOrder { earlier: since, later: until });
    }
    row.needed(&fields.channel)?;
    let listing = Listing {
        subject,
        domain: standard.domain.clone(),
        standard: standard.slug.clone(),
        standard_version: standard.version,
        level: level.slug.clone(),
        ground: ground(fields, &row)?,
        since,
        until,
        inspection: level.inspection,
        measures,
        channel: row.said(&fields.channel)?,
        evidence: None,
    };
    Ok(Some((listing, dropped)))
}

/// The subject with what may be passed on: no code of a person, nothing of a sole trader's
/// operator.
fn subject(row: &Row<'_>, operator: &str) -> Result<Subject, SourceFault> {
    let Subject { class, name, codes } = &row.record.subject;
    let is_trader = match *class {
        SubjectClass::ORGANISATION => false,
        SubjectClass::SOLE_TRADER => true,
        SubjectClass::NATURAL_PERSON => return Err(SourceFault::NaturalPerson),
        _ => return Err(SourceFault::UnknownClass),
    };
    // Tax numbers of sole traders were their operators' citizen numbers, with two digits behind.
    let is_personal = |code: &str| {
        let head: String = code.chars().take(18).collect();
        holds_citizen_number(code) || holds_citizen_number(&head)
    };
    let passed = codes.iter().filter(|code| !code.scheme.is_personal());
    let passed = passed.filter(|code| !is_trader || !is_personal(&code.code));
    let codes: Vec<_> = passed.cloned().collect();
    if codes.is_empty() {
        return Err(SourceFault::NoCode);
    }
    let operator = row.text(operator)?;
    if is_trader && !operator.is_empty() && clean::tokens(name) == clean::tokens(&operator) {
        return Err(SourceFault::OperatorName);
    }
    if holds_citizen_number(name) {
        return Err(SourceFault::PersonNumber { field: "name".to_owned() });
    }
    Ok(Subject { class: *class, name: name.clone(), codes })
}

fn standard<'r>(
    reading: &'r ListingReading,
    row: &Row<'_>,
) -> Result<&'r StandardWords, SourceFault> {
    let name = row.needed(&reading.fields.standard)?;
    let edition = row.needed(&reading.fields.standard_version)?;
    let (name_key, edition_key) = (clean::tokens(&name), clean::tokens(&edition));
    let found = reading.standards.iter().find(|words| {
        words.names.iter().any(|word| *word == name_key)
            && words.editions.iter().any(|word| *word == edition_key)
    });
    found.ok_or_else(|| unknown_standard(&name, &edition))
}

fn unknown_standard(name: &str, edition: &str) -> SourceFault {
    SourceFault::UnknownStandard { name: quoted(name), edition: quoted(edition) }
}

/// The harshest level of the words of a cell, each of which must be known.
fn level<'r>(words: &'r StandardWords, cell: &str) -> Result<&'r str, SourceFault> {
    let unknown = |word: &str| SourceFault::UnknownLevel {
        standard: words.standard.clone(),
        word: quoted(clean::trim(word)),
    };
    let mut harshest: Option<&(u8, String)> = None;
    for word in cell.split(LEVEL_SEPARATORS) {
        let key = clean::tokens(word);
        if key.is_empty() {
            continue;
        }
        let found = words.levels.get(key.as_ref()).ok_or_else(|| unknown(word))?;
        harshest = harshest.max(Some(found));
    }
    harshest.map(|(_, slug)| slug.as_str()).ok_or_else(|| unknown(cell))
}

fn ground(fields: &ListingFields, row: &Row<'_>) -> Result<Ground, SourceFault> {
    let authority = row.needed(&fields.authority)?;
    let authority_code = row.record.authority.clone();
    let document = row.record.document.clone();
    let decided = row.record.decided;
    Ok(match &fields.ground {
        GroundFields::List { notice, notified, heard } => Ground::List(ListGround {
            authority,
            authority_code,
            document,
            decided,
            notice: row.needed(notice)?,
            notified: row.day(notified)?,
            heard: row.needed(heard)?,
        }),
        GroundFields::Grade { period_from, period_to } => Ground::Grade(GradeGround {
            authority,
            authority_code,
            document,
            decided,
            model: row.needed(&fields.standard)?,
            model_version: row.needed(&fields.standard_version)?,
            period_from: row.day(period_from)?,
            period_to: row.day(period_to)?,
        }),
    })
}
