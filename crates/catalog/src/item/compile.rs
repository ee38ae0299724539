//! From the file to an [`Item`]: fields, switches, example, and that they fit together.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::Day;

use super::file::{DeadlineFile, FormatProbe, ItemFile, Level};
use super::{
    CatalogError, DeadlineRule, FIELDS_MAX, FieldKind, FieldSpec, Item, ROW_BYTES_MAX, Switch,
    compile_field, compile_generation, compile_layout, compile_rules, header_key,
};
use crate::{RowView, Severity};

/// Working days of the longest deadline: about a year.
const DEADLINE_WORKDAYS_MAX: u16 = 250;

/// Characters of names, notes and sources.
pub(super) const NAME_CHARS_MAX: usize = 200;

pub(super) fn item(toml: &str) -> Result<Item, CatalogError> {
    let syntax = |error| CatalogError::Syntax(Box::new(error));
    let probe: FormatProbe = toml::from_str(toml).map_err(syntax)?;
    if probe.format != 1 {
        return Err(CatalogError::UnknownFormat { found: probe.format });
    }
    let file: ItemFile = toml::from_str(toml).map_err(syntax)?;
    check_header(&file)?;
    let mut levels = Levels::new(&file);
    let fields = file
        .fields
        .iter()
        .map(|field| compile_field::field(field, &file.lists, &mut levels))
        .collect::<Result<Vec<_>, _>>()?;
    check_fields(&fields)?;
    let headers = headers(&fields)?;
    let layout = compile_layout::layout(&fields)?;
    let rules = compile_rules::rules(&file.rules, &fields, &mut levels)?;
    levels.check_all_used()?;
    let generations = compile_generation::generations(&file.generations, &fields, &layout)?;
    let item = Item {
        number: file.number,
        slug: file.slug,
        version: file.version,
        name_zh: file.name_zh,
        name_en: file.name_en,
        source: file.source,
        hash: *blake3::hash(toml.as_bytes()).as_bytes(),
        switches: file
            .switches
            .into_iter()
            .map(|(name, switch)| Switch {
                name,
                severity: severity(switch.level),
                note: switch.note,
            })
            .collect(),
        fields,
        headers,
        generations,
        deadline: file.deadline.map(deadline).transpose()?,
        layout,
        rules,
    };
    check_example(&item)?;
    match item.fields.iter().find(|field| item.forbidden_in_header(&field.name_zh).is_some()) {
        Some(field) => Err(field_error(&field.code, "asks for a kind of data that is forbidden")),
        None => Ok(item),
    }
}

fn check_header(file: &ItemFile) -> Result<(), CatalogError> {
    let problem = |key, problem| Err(CatalogError::Header { key, problem });
    let slug_ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if file.number == 0 {
        return problem("number", "must not be 0");
    }
    if file.version == 0 {
        return problem("version", "must not be 0");
    }
    if file.slug.is_empty() || file.slug.len() > 32 || !file.slug.chars().all(slug_ok) {
        return problem("slug", "must be 1 to 32 of a-z, 0-9 and -");
    }
    for (key, text) in
        [("name_zh", &file.name_zh), ("name_en", &file.name_en), ("source", &file.source)]
    {
        if text.is_empty() || text.chars().count() > NAME_CHARS_MAX {
            return problem(key, "must have 1 to 200 characters");
        }
    }
    if file.fields.len() > FIELDS_MAX {
        return problem("fields", "are more than 100");
    }
    Ok(())
}

fn deadline(file: DeadlineFile) -> Result<DeadlineRule, CatalogError> {
    let problem = |problem| Err(CatalogError::Header { key: "deadline", problem });
    if !(1..=DEADLINE_WORKDAYS_MAX).contains(&file.workdays) {
        return problem("must be 1 to 250 working days");
    }
    if file.source.is_empty() {
        return problem("names no source");
    }
    Ok(DeadlineRule { workdays: file.workdays, source: file.source })
}

/// The example row, if there is one, is a row that the item accepts on any later day.
fn check_example(item: &Item) -> Result<(), CatalogError> {
    let cells = item.example();
    if cells.iter().all(|cell| cell.is_empty()) {
        return Ok(());
    }
    let row = RowView { number: 1, cells: &cells, derives_class: false };
    let findings = item.check(row, Day(u16::MAX)).findings;
    match findings.into_iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(CatalogError::Example { finding: finding.en }),
        None => Ok(()),
    }
}

/// Resolves levels and switches, and notices switches that nothing uses.
pub(super) struct Levels<'a> {
    switches: BTreeMap<&'a str, Level>,
    used: BTreeSet<&'a str>,
}

impl<'a> Levels<'a> {
    fn new(file: &'a ItemFile) -> Self {
        let switches = file.switches.iter().map(|(name, switch)| (name.as_str(), switch.level));
        Self { switches: switches.collect(), used: BTreeSet::new() }
    }

    /// The level of a rule: that of its switch, its own, or error.
    pub(super) fn of(
        &mut self,
        level: Option<Level>,
        switch: Option<&'a str>,
    ) -> Result<Option<Severity>, CatalogError> {
        let Some(name) = switch else {
            return Ok(severity(level.unwrap_or(Level::Error)));
        };
        let problem = |problem| CatalogError::Switch { name: name.to_owned(), problem };
        if level.is_some() {
            return Err(problem("is named beside a level of its own"));
        }
        self.used.insert(name);
        let level = self.switches.get(name).ok_or_else(|| problem("is not defined"))?;
        Ok(severity(*level))
    }

    fn check_all_used(&self) -> Result<(), CatalogError> {
        match self.switches.keys().find(|name| !self.used.contains(*name)) {
            Some(name) => Err(CatalogError::Switch {
                name: (*name).to_owned(),
                problem: "is used by nothing",
            }),
            None => Ok(()),
        }
    }
}

pub(super) fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Error => Some(Severity::Error),
        Level::Warning => Some(Severity::Warning),
        Level::Off => None,
    }
}

pub(super) fn field_error(code: &str, problem: &'static str) -> CatalogError {
    CatalogError::Field { code: code.to_owned(), problem }
}

fn check_fields(fields: &[FieldSpec]) -> Result<(), CatalogError> {
    let mut previous = 0;
    let mut chars_total = 0;
    for field in fields {
        if field.number <= previous {
            return Err(field_error(&field.code, "numbers must begin at 1 and rise"));
        }
        previous = field.number;
        chars_total += match &field.kind {
            FieldKind::Text(length) | FieldKind::Code(length) => length.chars_max,
            _ => 0,
        };
    }
    // Chinese characters take three bytes each.
    if chars_total * 3 > ROW_BYTES_MAX {
        return Err(CatalogError::Header {
            key: "fields",
            problem: "allow more than 20000 characters",
        });
    }
    Ok(())
}

fn headers(fields: &[FieldSpec]) -> Result<BTreeMap<String, usize>, CatalogError> {
    let mut headers = BTreeMap::new();
    for (index, field) in fields.iter().enumerate() {
        for name in [&field.code, &field.name_zh].into_iter().chain(&field.aliases) {
            let key = header_key(name);
            if key.is_empty() || headers.insert(key, index).is_some() {
                return Err(field_error(&field.code, "a code, name or alias is empty or taken"));
            }
        }
    }
    Ok(headers)
}
