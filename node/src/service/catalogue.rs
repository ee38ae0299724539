//! The catalogue as people and programs see it.

use std::io::Cursor;

use tiaoxi_api::{
    code::Code,
    service::{Download, ServiceError},
    types::{
        DeadlineShown, FieldShown, GenerationShown, HexBytes, ItemListed, ItemShown, RuleShown,
        Severity,
    },
};
use tiaoxi_catalog::{Catalog, FieldKind, FieldSpec, Item};
use tiaoxi_sheet::FileKind;

use super::fault;
use crate::imports::media_type;

/// Every item by its names.
pub(super) fn listed(catalog: &Catalog) -> Vec<ItemListed> {
    let listed = |item: &Item| ItemListed {
        slug: item.slug().to_owned(),
        number: item.number(),
        version: item.version(),
        name_zh: item.name_zh().to_owned(),
        name_en: item.name_en().to_owned(),
        fields: u32::try_from(item.fields().len()).unwrap_or(u32::MAX),
        hash: HexBytes(item.hash().to_vec()),
    };
    catalog.iter().map(listed).collect()
}

/// An item with everything that its file says.
pub(super) fn shown(item: &Item) -> ItemShown {
    let generations = item.generations().iter();
    ItemShown {
        slug: item.slug().to_owned(),
        number: item.number(),
        version: item.version(),
        name_zh: item.name_zh().to_owned(),
        name_en: item.name_en().to_owned(),
        hash: HexBytes(item.hash().to_vec()),
        source: item.source().to_owned(),
        fields: item.fields().iter().map(field).collect(),
        rules: item.rules().iter().map(|rule| rule_shown(item, rule)).collect(),
        deadline: item.deadline().map(|deadline| DeadlineShown {
            workdays: deadline.workdays,
            source: deadline.source.clone(),
        }),
        generations: generations
            .map(|it| GenerationShown { year: it.year, source: it.source.clone() })
            .collect(),
    }
}

/// A blank workbook of an item.
pub(super) fn template(item: &Item) -> Result<Download, ServiceError> {
    let bytes = tiaoxi_intake::template::template(item);
    let bytes = bytes.map_err(|error| fault(&error, Code::Internal))?;
    Ok(Download {
        media_type: media_type(FileKind::Xlsx),
        file_name: format!("{}-{}.xlsx", item.slug(), item.name_zh()),
        body: Box::new(Cursor::new(bytes)),
    })
}

fn field(field: &FieldSpec) -> FieldShown {
    let (kind, length_max) = match &field.kind {
        FieldKind::Text(length) => ("text", Some(length.chars_max)),
        FieldKind::Code(length) => ("code", Some(length.chars_max)),
        FieldKind::Choice(choice) => ("choice", Some(choice.length.chars_max)),
        FieldKind::Date { .. } => ("date", None),
        FieldKind::Decimal { .. } => ("decimal", None),
        FieldKind::Uscc => ("uscc", None),
        FieldKind::OrganisationCode => ("organisation-code", None),
    };
    let choice = match &field.kind {
        FieldKind::Choice(choice) => Some(choice),
        _ => None,
    };
    FieldShown {
        number: field.number,
        code: field.code.clone(),
        name_zh: field.name_zh.clone(),
        name_en: field.name_en.clone(),
        aliases: field.aliases.clone(),
        kind: kind.to_owned(),
        required: field.required,
        personal: field.personal,
        length_max: length_max.and_then(|max| u32::try_from(max).ok()),
        values: choice.map_or_else(Vec::new, |choice| choice.values.clone()),
        several: choice.is_some_and(|choice| choice.several),
        example: field.example.clone(),
        source: field.source.clone(),
    }
}

fn rule_shown(item: &Item, rule: &tiaoxi_catalog::RuleNote) -> RuleShown {
    let names = |name: &dyn Fn(&FieldSpec) -> String, between: &str| {
        let fields = item.fields().iter().filter(|field| rule.fields.contains(&field.code));
        fields.map(name).collect::<Vec<_>>().join(between)
    };
    let (zh, en) = rule_words(rule.kind);
    RuleShown {
        kind: rule.kind.to_owned(),
        fields: rule.fields.clone(),
        severity: rule.severity.map(|severity| match severity {
            tiaoxi_catalog::Severity::Error => Severity::Error,
            tiaoxi_catalog::Severity::Warning => Severity::Warning,
        }),
        message_zh: format!("{}：{zh}", names(&|field| field.name_zh.clone(), "、")),
        message_en: format!("{}: {en}", names(&|field| field.name_en.clone(), ", ")),
        source: rule.source.clone(),
    }
}

/// What a kind of rule asks for. `docs/catalogue.md` lists the kinds.
fn rule_words(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "required_when" => ("满足条件时必填", "needed under a condition"),
        "empty_when" => ("满足条件时不应填写", "to be left empty under a condition"),
        "at_least_one" => ("至少填写一项", "at least one is needed"),
        "prefix_needs" => {
            ("代码前缀须与另一项相符", "the prefix of the code decides another field")
        }
        "code_when" => ("满足条件时须为有效的公民身份号码", "a citizen number under a condition"),
        "date_order" => ("日期先后须正确", "the days must be in order"),
        "words" => {
            ("不得含有法律禁止或限制采集的信息", "no data that the law forbids or restricts")
        }
        "person_number_in_text" => ("文字中不应有公民身份号码", "no citizen number in free text"),
        _ => ("见目录文件", "see the catalogue file"),
    }
}
