//! What the catalogue says in data, in Chinese for those who fill in rows.

use tiaoxi_catalog::{FieldKind, FieldSpec, Item, RuleNote, Severity};

/// Characters of the values that a note lists; the second sheet has all of them.
const VALUES_CHARS_MAX: usize = 400;

/// The note on a field's header.
pub(super) fn note(field: &FieldSpec, item: &Item) -> String {
    let mut lines = vec![
        format!("代码：{}（{}）", field.code, if field.required { "必填" } else { "选填" }),
        format!("填写：{}", content(field)),
    ];
    if let FieldKind::Choice(choice) = &field.kind {
        lines.push(format!("可填：{}", values(&choice.values, VALUES_CHARS_MAX)));
    }
    let rules = item.rules().iter().filter(|rule| rule.fields.contains(&field.code));
    lines.extend(rules.filter_map(|rule| rule_of_field(rule, item)));
    if !field.example.is_empty() {
        lines.push(format!("示例：{}", field.example));
    }
    lines.push(format!("来源：{}", field.source));
    lines.join("\n")
}

/// What is shown beside the selected cell; empty where the header says enough.
pub(super) fn hint(field: &FieldSpec) -> String {
    match &field.kind {
        FieldKind::Text(_) => String::new(),
        FieldKind::Choice(choice) if choice.several => {
            format!("可填多个值，用“；”隔开：{}", values(&choice.values, 200))
        }
        FieldKind::Choice(choice) => match &choice.other {
            Some(other) => format!("从列表中选择，或写成“{}-具体名称”", other.value),
            None => "从列表中选择".to_owned(),
        },
        _ => content(field),
    }
}

/// What is said when something else was typed.
pub(super) fn refusal(field: &FieldSpec) -> String {
    match &field.kind {
        FieldKind::Choice(choice) if choice.several => String::new(),
        FieldKind::Choice(_) => "不在可选的值中，请从列表中选择".to_owned(),
        FieldKind::Date { .. } => "请填写日期，如 2024-01-05".to_owned(),
        FieldKind::Decimal { .. } => "请填写不小于 0 的数字，不带单位和逗号".to_owned(),
        FieldKind::Text(length) | FieldKind::Code(length) => {
            format!("最多 {} 个字", length.chars_max)
        }
        FieldKind::Uscc | FieldKind::OrganisationCode => String::new(),
    }
}

/// What a field's cells hold.
pub(super) fn content(field: &FieldSpec) -> String {
    match &field.kind {
        FieldKind::Text(_) => format!("文本，{}", length(field)),
        FieldKind::Code(_) => format!("编号，按文本填写，{}", length(field)),
        FieldKind::Choice(choice) if choice.several => "可填多个值，用“；”隔开".to_owned(),
        FieldKind::Choice(_) => "选一个值".to_owned(),
        FieldKind::Date { long_term: None } => "日期，如 2024-01-05".to_owned(),
        FieldKind::Date { long_term: Some((day, _)) } => {
            format!("日期，如 2024-01-05；长期有效填 {day}")
        }
        FieldKind::Decimal { decimals_max: 0, .. } => "整数，不带单位".to_owned(),
        FieldKind::Decimal { decimals_max, .. } => {
            format!("数字，最多 {decimals_max} 位小数，不带单位")
        }
        FieldKind::Uscc => "18 位统一社会信用代码，按文本填写".to_owned(),
        FieldKind::OrganisationCode => "9 位组织机构代码，按文本填写".to_owned(),
    }
}

/// A field's kind in one or two words.
pub(super) fn kind(field: &FieldSpec) -> &'static str {
    match &field.kind {
        FieldKind::Text(_) => "文本",
        FieldKind::Code(_) => "编号",
        FieldKind::Choice(choice) if choice.several => "多选",
        FieldKind::Choice(_) => "单选",
        FieldKind::Date { .. } => "日期",
        FieldKind::Decimal { .. } => "数字",
        FieldKind::Uscc => "统一社会信用代码",
        FieldKind::OrganisationCode => "组织机构代码",
    }
}

/// A field's length.
pub(super) fn length(field: &FieldSpec) -> String {
    match &field.kind {
        FieldKind::Text(length) | FieldKind::Code(length) => {
            format!("最多 {} 个字", length.chars_max)
        }
        FieldKind::Decimal { whole_digits_max, decimals_max } => {
            format!("整数 {whole_digits_max} 位，小数 {decimals_max} 位")
        }
        FieldKind::Uscc => "18 位".to_owned(),
        FieldKind::OrganisationCode => "9 位".to_owned(),
        FieldKind::Choice(_) | FieldKind::Date { .. } => String::new(),
    }
}

/// The values of a choice, as far as `chars_max` allows.
pub(super) fn values(values: &[String], chars_max: usize) -> String {
    let mut text = String::new();
    let mut room = chars_max;
    for (place, value) in values.iter().enumerate() {
        let chars = value.chars().count() + 1;
        if chars > room {
            text.push_str("……（全部见“填写说明”）");
            break;
        }
        room -= chars;
        if place > 0 {
            text.push('；');
        }
        text.push_str(value);
    }
    text
}

/// What kind of rule it is.
pub(super) fn rule_kind(rule: &RuleNote) -> &'static str {
    match rule.kind {
        "required_when" => "满足条件时必填",
        "empty_when" => "满足条件时应留空",
        "at_least_one" => "至少填写一项",
        "prefix_needs" => "代码开头须与另一项相符",
        "code_when" => "满足条件时应为公民身份号码",
        "date_order" => "日期的先后",
        "words" => "不得含有的内容",
        "person_number_in_text" => "文中不得有公民身份号码",
        other => other,
    }
}

/// Where a rule comes from, and what its switch says of it.
pub(super) fn rule_source(rule: &RuleNote, item: &Item) -> String {
    let mut switches = item.switches().iter();
    let note = switches.find(|switch| Some(&switch.name) == rule.switch.as_ref());
    match note {
        // Notes are in Chinese, then in English.
        Some(switch) => {
            let note = switch.note.rsplit_once('。').map_or(&*switch.note, |(chinese, _)| chinese);
            format!("{}（{note}）", rule.source)
        }
        None => rule.source.clone(),
    }
}

/// How grave a violation is.
pub(super) fn level(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "错误，退回该行",
        Some(Severity::Warning) => "提示，不退回",
        None => "未启用",
    }
}

/// A rule as the note of one field names it; what holds for every text is left to the second sheet.
fn rule_of_field(rule: &RuleNote, item: &Item) -> Option<String> {
    let is_general = matches!(rule.kind, "words" | "person_number_in_text");
    if rule.severity.is_none() || is_general {
        return None;
    }
    // Which days are compared; a group of codes is named by its source.
    let days = (rule.kind == "date_order").then(|| {
        let names = rule.fields.iter().map(|code| field_name(code, item));
        format!("（{}）", names.collect::<Vec<_>>().join("、"))
    });
    Some(format!("规则：{}{}。{}", rule_kind(rule), days.unwrap_or_default(), rule.source))
}

/// The Chinese name of a field's code, or of the day of reporting.
pub(super) fn field_name<'i>(code: &'i str, item: &'i Item) -> &'i str {
    if code == "today" {
        return "上报当日";
    }
    let mut fields = item.fields().iter();
    fields.find(|field| field.code == code).map_or(code, |field| field.name_zh.as_str())
}
