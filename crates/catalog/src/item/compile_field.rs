//! From a field of the file to a [`FieldSpec`]: its kind, its limits, its role.

use std::collections::BTreeSet;

use tiaoxi_credit::CodeScheme;

use super::compile::{Levels, NAME_CHARS_MAX, field_error, severity};
use super::file::{FieldFile, KindName, Level, Lists};
use super::{CatalogError, Choice, FIELD_CHARS_MAX, FieldKind, FieldSpec, Length, Other, Role};
use crate::Severity;

pub(super) fn field<'a>(
    field: &'a FieldFile,
    lists: &Lists,
    levels: &mut Levels<'a>,
) -> Result<FieldSpec, CatalogError> {
    check_keys(field)?;
    let kind = match field.kind {
        KindName::Text => FieldKind::Text(length(field, levels, true)?),
        KindName::Code => FieldKind::Code(length(field, levels, true)?),
        KindName::Choice => FieldKind::Choice(choice(field, lists, levels)?),
        KindName::Date => FieldKind::Date { long_term: long_term(field, levels)? },
        KindName::Decimal => decimal(field)?,
        KindName::Uscc => FieldKind::Uscc,
        KindName::OrganisationCode => FieldKind::OrganisationCode,
    };
    Ok(FieldSpec {
        number: field.number,
        code: field.code.clone(),
        name_zh: field.name_zh.clone(),
        name_en: field.name_en.clone(),
        kind,
        required: field.required,
        personal: field.personal,
        role: role(field)?,
        aliases: field.aliases.clone(),
        example: field.example.clone(),
        verbatim: field.verbatim,
        source: field.source.clone(),
    })
}

/// Keys that the field's kind does not have are mistakes, not comments.
fn check_keys(field: &FieldFile) -> Result<(), CatalogError> {
    let kind = field.kind;
    let chosen = kind == KindName::Choice;
    let strange = [
        field.length_max.is_some()
            && !matches!(kind, KindName::Text | KindName::Code | KindName::Choice),
        field.length_switch.is_some() && field.length_max.is_none(),
        !chosen && (!field.values.is_empty() || !field.value_codes.is_empty()),
        !chosen && (field.several || field.other.is_some() || field.values_switch.is_some()),
        field.other_unnamed.is_some() && field.other.is_none(),
        kind != KindName::Date && field.long_term.is_some(),
        field.long_term_switch.is_some() && field.long_term.is_none(),
        kind != KindName::Decimal && (field.digits_max.is_some() || field.decimals_max.is_some()),
        kind != KindName::Text && field.verbatim,
    ];
    if strange.contains(&true) {
        return Err(field_error(&field.code, "has a key that does not belong to its kind"));
    }
    let code_ok = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if field.code.is_empty() || field.code.len() > 32 || !field.code.chars().all(code_ok) {
        return Err(field_error(&field.code, "code must be 1 to 32 of A-Z, 0-9 and _"));
    }
    for text in [&field.name_zh, &field.name_en, &field.source] {
        if text.is_empty() || text.chars().count() > NAME_CHARS_MAX {
            return Err(field_error(&field.code, "names and source must have 1 to 200 characters"));
        }
    }
    if field.personal && !field.example.is_empty() {
        return Err(field_error(&field.code, "is personal, and no example shows a person"));
    }
    if field.example.chars().count() > NAME_CHARS_MAX {
        return Err(field_error(&field.code, "an example may have 200 characters"));
    }
    Ok(())
}

fn length<'a>(
    field: &'a FieldFile,
    levels: &mut Levels<'a>,
    needed: bool,
) -> Result<Length, CatalogError> {
    let severity = levels.of(None, field.length_switch.as_deref())?;
    match field.length_max {
        Some(max) if (1..=FIELD_CHARS_MAX).contains(&max) => {
            Ok(Length { chars_max: usize::from(max), severity })
        }
        None if !needed => Ok(Length { chars_max: usize::from(FIELD_CHARS_MAX), severity }),
        _ => Err(field_error(&field.code, "length_max must be 1 to 10000")),
    }
}

fn choice<'a>(
    field: &'a FieldFile,
    lists: &Lists,
    levels: &mut Levels<'a>,
) -> Result<Choice, CatalogError> {
    let problem = |text| field_error(&field.code, text);
    let separators = separators_of(&lists.separators).ok_or_else(|| problem("bad separators"))?;
    let soft =
        separators_of(&lists.soft_separators).ok_or_else(|| problem("bad soft separators"))?;
    let other = field.other.as_ref().map(|value| Other {
        value: value.clone(),
        unnamed: severity(field.other_unnamed.unwrap_or(Level::Error)),
    });
    if field.values.is_empty() {
        return Err(problem("has no values"));
    }
    // Cleaned cells join their values with it.
    if field.several && !separators.contains(&';') {
        return Err(problem("holds several values, but ; is no separator"));
    }
    let allowed: BTreeSet<&String> = field.values.iter().chain(&field.other).collect();
    if allowed.len() != field.values.len() + usize::from(other.is_some()) {
        return Err(problem("lists a value twice"));
    }
    if allowed.iter().any(|value| value.is_empty() || value.contains(separators.as_slice())) {
        return Err(problem("a value is empty or contains a separator"));
    }
    if field
        .value_codes
        .iter()
        .any(|(code, value)| code.is_empty() || !allowed.contains(value) || allowed.contains(code))
    {
        return Err(problem("a value code is itself a value, or stands for none"));
    }
    let mut by_length: Vec<usize> = (0..field.values.len()).collect();
    by_length.sort_by_key(|index| field.values.get(*index).map(|v| std::cmp::Reverse(v.len())));
    Ok(Choice {
        values: field.values.clone(),
        value_codes: field.value_codes.clone(),
        several: field.several,
        other,
        severity: levels.of(None, field.values_switch.as_deref())?,
        length: length(field, levels, false)?,
        by_length,
        separators,
        soft_separators: soft,
    })
}

/// Each separator is one character.
fn separators_of(texts: &[String]) -> Option<Vec<char>> {
    texts
        .iter()
        .map(|text| {
            let mut characters = text.chars();
            characters.next().filter(|_| characters.next().is_none())
        })
        .collect()
}

fn long_term<'a>(
    field: &'a FieldFile,
    levels: &mut Levels<'a>,
) -> Result<Option<(tiaoxi_credit::Day, Severity)>, CatalogError> {
    let Some(text) = &field.long_term else { return Ok(None) };
    let day = crate::check::parse_day(text)
        .map_err(|_reason| field_error(&field.code, "long_term is no date"))?;
    let level = field.long_term_switch.is_none().then_some(Level::Warning);
    Ok(levels.of(level, field.long_term_switch.as_deref())?.map(|severity| (day, severity)))
}

fn decimal(field: &FieldFile) -> Result<FieldKind, CatalogError> {
    let (digits, decimals) = (field.digits_max.unwrap_or(0), field.decimals_max.unwrap_or(0));
    if !(1..=30).contains(&digits) || decimals >= digits {
        return Err(field_error(&field.code, "digits_max must be 1 to 30, decimals_max fewer"));
    }
    Ok(FieldKind::Decimal {
        whole_digits_max: usize::from(digits - decimals),
        decimals_max: usize::from(decimals),
    })
}

fn role(field: &FieldFile) -> Result<Option<Role>, CatalogError> {
    let problem = |text| Err(field_error(&field.code, text));
    let scheme = match field.scheme.as_deref() {
        None => None,
        Some("uscc") => Some(CodeScheme::USCC),
        Some("registration") => Some(CodeScheme::REGISTRATION),
        Some("organisation") => Some(CodeScheme::ORGANISATION),
        Some("tax") => Some(CodeScheme::TAX),
        Some("institution") => Some(CodeScheme::INSTITUTION),
        Some("social-organisation") => Some(CodeScheme::SOCIAL_ORGANISATION),
        Some(_) => return problem("scheme is not known"),
    };
    Ok(Some(match (field.role.as_deref(), scheme) {
        (None, None) => return Ok(None),
        (Some("subject.code"), Some(scheme)) => Role::SubjectCode(scheme),
        (Some("subject.name"), None) => Role::SubjectName,
        (Some("subject.class"), None) => Role::SubjectClass,
        (Some("subject.identity"), None) => Role::SubjectIdentity,
        (Some("authority.code"), None) => Role::AuthorityCode,
        (Some("document"), None) => Role::Document,
        (Some("decided"), None) => Role::Decided,
        (Some("subject.code"), None) => return problem("a subject code needs a scheme"),
        (_, Some(_)) => return problem("only a subject code has a scheme"),
        (Some(_), None) => return problem("role is not known"),
    }))
}
