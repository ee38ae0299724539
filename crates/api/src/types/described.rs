//! A catalogue item as it is shown: what its file says, in names and words.

use tiaoxi_catalog::item::Length;
use tiaoxi_catalog::{FieldKind, FieldSpec, Item, RuleNote};

use super::{
    DeadlineShown, FieldShown, GenerationShown, HexBytes, ItemListed, ItemShown, RuleShown,
    Severity,
};

impl From<&Item> for ItemListed {
    fn from(item: &Item) -> Self {
        Self {
            slug: item.slug().to_owned(),
            number: item.number(),
            version: item.version(),
            name_zh: item.name_zh().to_owned(),
            name_en: item.name_en().to_owned(),
            fields: u32::try_from(item.fields().len()).unwrap_or(u32::MAX),
            hash: HexBytes(item.hash().to_vec()),
        }
    }
}

impl From<&Item> for ItemShown {
    fn from(item: &Item) -> Self {
        let mut generations: Vec<_> = item
            .generations()
            .iter()
            .map(|known| GenerationShown { year: known.year, source: known.source.clone() })
            .collect();
        generations.sort_by_key(|known| std::cmp::Reverse(known.year));
        Self {
            slug: item.slug().to_owned(),
            number: item.number(),
            version: item.version(),
            name_zh: item.name_zh().to_owned(),
            name_en: item.name_en().to_owned(),
            hash: HexBytes(item.hash().to_vec()),
            source: item.source().to_owned(),
            fields: item.fields().iter().map(FieldShown::from).collect(),
            rules: item.rules().iter().map(|note| rule(item, note)).collect(),
            deadline: item
                .deadline()
                .map(|rule| DeadlineShown { workdays: rule.workdays, source: rule.source.clone() }),
            generations,
        }
    }
}

impl From<&FieldSpec> for FieldShown {
    fn from(field: &FieldSpec) -> Self {
        let limit = |length: &Length| u32::try_from(length.chars_max).ok();
        let (kind, length_max) = match &field.kind {
            FieldKind::Text(length) => ("text", limit(length)),
            FieldKind::Code(length) => ("code", limit(length)),
            FieldKind::Choice(choice) => ("choice", limit(&choice.length)),
            FieldKind::Date { .. } => ("date", None),
            FieldKind::Decimal { .. } => ("decimal", None),
            FieldKind::Uscc => ("uscc", Some(18)),
            FieldKind::OrganisationCode => ("organisation-code", Some(9)),
        };
        let (values, several) = match &field.kind {
            FieldKind::Choice(choice) => (choice.values.clone(), choice.several),
            _ => (Vec::new(), false),
        };
        Self {
            number: field.number,
            code: field.code.clone(),
            name_zh: field.name_zh.clone(),
            name_en: field.name_en.clone(),
            aliases: field.aliases.clone(),
            kind: kind.to_owned(),
            required: field.required,
            personal: field.personal,
            length_max,
            values,
            several,
            example: field.example.clone(),
            source: field.source.clone(),
        }
    }
}

impl From<tiaoxi_catalog::Severity> for Severity {
    fn from(severity: tiaoxi_catalog::Severity) -> Self {
        match severity {
            tiaoxi_catalog::Severity::Error => Self::Error,
            tiaoxi_catalog::Severity::Warning => Self::Warning,
        }
    }
}

fn rule(item: &Item, note: &RuleNote) -> RuleShown {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for code in &note.fields {
        let field = item.fields().iter().find(|field| field.code == *code);
        // Days are also compared with the day of reporting.
        let names = field.map_or(("上报日期", "day of reporting"), |field| {
            (field.name_zh.as_str(), field.name_en.as_str())
        });
        zh.push(names.0);
        en.push(names.1);
    }
    let (says_zh, says_en) = words(note.kind);
    RuleShown {
        kind: note.kind.to_owned(),
        fields: note.fields.clone(),
        severity: note.severity.map(Severity::from),
        message_zh: format!("{}：{says_zh}", zh.join("、")),
        message_en: format!("{}: {says_en}", en.join(", ")),
        source: note.source.clone(),
    }
}

/// What a kind of rule says of its fields.
fn words(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "required_when" => ("在规定情形下必填", "to be filled in a case that the item names"),
        "empty_when" => ("在规定情形下不填", "to be left empty in a case that the item names"),
        "at_least_one" => ("至少填写一项", "at least one is to be filled"),
        "date_order" => ("日期先后须正确", "the days must be in order"),
        "prefix_needs" => {
            ("代码开头须与另一项相符", "how the code begins must agree with another field")
        }
        "code_when" => {
            ("在规定情形下须为公民身份号码", "to be a citizen number in a case that the item names")
        }
        "words" => (
            "不得含有禁止采集的内容，限制采集的内容须经本人书面同意",
            "no words about what must not be collected, or needs written consent",
        ),
        "person_number_in_text" => ("文字中不得含有公民身份号码", "no citizen number in the text"),
        _ => ("须符合目录规定", "as the item says"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_items_of_this_repository_are_described_in_words() {
        let toml = include_str!("../../../../configs/catalog/xzcf.toml");
        let item = Item::parse(toml).expect("a catalogue file");
        let (listed, shown) = (ItemListed::from(&item), ItemShown::from(&item));
        assert_eq!((listed.slug.as_str(), listed.number), ("xzcf", 2));
        assert_eq!(listed.fields as usize, shown.fields.len());
        assert_eq!(listed.hash, shown.hash);
        let field = shown.fields.iter().find(|field| field.code == "CF_CFLB").expect("a field");
        assert_eq!((field.kind.as_str(), field.several), ("choice", true));
        assert!(field.values.iter().any(|value| value == "罚款"));
        for rule in &shown.rules {
            assert!(!rule.message_zh.starts_with('：'), "{rule:?} names its fields");
            assert!(!rule.message_zh.contains("目录规定"), "{rule:?} has words of its own");
        }
        let workdays = shown.deadline.map(|deadline| deadline.workdays);
        assert_eq!(workdays, item.deadline().map(|deadline| deadline.workdays));
    }
}
