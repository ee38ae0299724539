//! From the file to an [`Item`]: fields, roles, switches, and that they fit together.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::CodeScheme;

use super::file::{FormatProbe, ItemFile, Level};
use super::{
    CatalogError, FIELDS_MAX, FieldKind, FieldSpec, Item, Layout, ROW_BYTES_MAX, Role, Switch,
    class_of_label, compile_field, compile_rules, header_key,
};
use crate::Severity;

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
    let layout = layout(&fields)?;
    let rules = compile_rules::rules(&file.rules, &fields, &mut levels)?;
    levels.check_all_used()?;
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
        layout,
        rules,
    };
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

fn layout(fields: &[FieldSpec]) -> Result<Layout, CatalogError> {
    let one = |role: Role, name: &'static str| {
        let mut found = fields.iter().enumerate().filter(|(_, field)| field.role == Some(role));
        let problem = |problem| CatalogError::Role { role: name, problem };
        match (found.next(), found.next()) {
            (Some((index, field)), None) if field.required => Ok(index),
            (Some(_), None) => Err(problem("must be a required field")),
            (Some(_), Some(_)) => Err(problem("is played by two fields")),
            (None, _) => Err(problem("is played by no field")),
        }
    };
    let mut codes: Vec<(usize, CodeScheme)> = Vec::new();
    let mut identity = None;
    for (index, field) in fields.iter().enumerate() {
        match field.role {
            Some(Role::SubjectCode(scheme)) => {
                if codes.iter().any(|(_, taken)| *taken == scheme) {
                    return Err(field_error(&field.code, "two fields have one scheme"));
                }
                codes.push((index, scheme));
            }
            Some(Role::SubjectIdentity) if !field.personal => {
                return Err(field_error(&field.code, "an identity number must be personal"));
            }
            Some(Role::SubjectIdentity) if identity.replace(index).is_some() => {
                return Err(field_error(&field.code, "two fields hold the identity number"));
            }
            _ => {}
        }
    }
    if codes.is_empty() && identity.is_none() {
        return Err(CatalogError::Role { role: "subject.code", problem: "is played by no field" });
    }
    one(Role::SubjectName, "subject.name")?;
    one(Role::AuthorityCode, "authority.code")?;
    one(Role::Document, "document")?;
    let layout = Layout {
        class: one(Role::SubjectClass, "subject.class")?,
        codes,
        identity,
        decided: one(Role::Decided, "decided")?,
    };
    check_role_kinds(fields, &layout)?;
    Ok(layout)
}

fn check_role_kinds(fields: &[FieldSpec], layout: &Layout) -> Result<(), CatalogError> {
    let kind = |index: usize| fields.get(index).map(|field| &field.kind);
    match kind(layout.class) {
        Some(FieldKind::Choice(choice))
            if !choice.several
                && choice.other.is_none()
                && choice.severity == Some(Severity::Error)
                && choice.values.iter().all(|value| class_of_label(value).is_some()) => {}
        _ => {
            let problem = "must be a choice of 法人及非法人组织, 自然人, 个体工商户, one of them";
            return Err(CatalogError::Role { role: "subject.class", problem });
        }
    }
    if !matches!(kind(layout.decided), Some(FieldKind::Date { .. })) {
        return Err(CatalogError::Role { role: "decided", problem: "must be a date" });
    }
    Ok(())
}
