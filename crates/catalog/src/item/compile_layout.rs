//! From the roles of fields to the layout of a record: every part is played, and by one field.

use tiaoxi_credit::CodeScheme;

use super::compile::field_error;
use super::{CatalogError, FieldKind, FieldSpec, Layout, Role, class_of_label};
use crate::Severity;

pub(super) fn layout(fields: &[FieldSpec]) -> Result<Layout, CatalogError> {
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
