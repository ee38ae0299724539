//! The rules between fields of a row.

use tiaoxi_credit::Day;
use tiaoxi_credit::code::check_citizen_number;

use super::report::Report;
use super::{Cell, choice, code, words};
use crate::finding::{
    CODE_CLASS_MISMATCH, CONDITIONAL_MISSING, DATE_IN_FUTURE, DATE_ORDER, GROUP_MISSING, Severity,
    UNEXPECTED_VALUE,
};
use crate::item::rules::{AtLeastOne, Condition, DateOrder, FieldWhen, PrefixNeeds, Rules};

/// `absent`: indexes of fields that the row's format does not have; a rule that calls for one warns.
pub(super) fn check(
    rules: &Rules,
    cells: &[Cell<'_>],
    (today, absent): (Day, &[usize]),
    report: &mut Report<'_>,
) {
    let row = Row { cells, absent };
    for rule in &rules.required_when {
        row.check_required(rule, report);
    }
    for rule in &rules.empty_when {
        row.check_empty(rule, report);
    }
    for rule in &rules.at_least_one {
        row.check_at_least_one(rule, report);
    }
    for rule in &rules.prefix_needs {
        row.check_prefix(rule, report);
    }
    for rule in &rules.citizen_when {
        row.check_citizen(rule, report);
    }
    for rule in &rules.date_order {
        row.check_date_order(rule, today, report);
    }
    words::check(rules, &row, report);
    if let Some(rule) = &rules.person_number {
        words::check_person_numbers(rule, &row, report);
    }
}

/// The cells, as rules ask for them.
pub(super) struct Row<'c, 'a> {
    cells: &'c [Cell<'a>],
    absent: &'c [usize],
}

impl<'c, 'a> Row<'c, 'a> {
    pub(super) fn cell(&self, index: usize) -> &'c Cell<'a> {
        self.cells.get(index).expect("compiled rules hold indexes of fields")
    }

    /// Whether a condition is met; `None` when its field is itself wrong.
    pub(super) fn meets(&self, condition: &Condition) -> Option<bool> {
        let cell = self.cell(condition.field);
        if cell.broken {
            return None;
        }
        if condition.has.is_empty() {
            return Some(!cell.is_empty());
        }
        let mut values = cell.text.split(choice::SEPARATOR);
        Some(values.any(|value| condition.has.iter().any(|wanted| wanted == value)))
    }

    fn check_required(&self, rule: &FieldWhen, report: &mut Report<'_>) {
        if !self.cell(rule.field).is_empty() || self.meets(&rule.when) != Some(true) {
            return;
        }
        let (zh, en) = reason(&rule.when, report);
        let (zh, en) = (format!("{zh}时必填"), format!("is required when {en}"));
        let is_absent = self.absent.contains(&rule.field);
        let severity = if is_absent { Severity::Warning } else { rule.severity };
        report.add(CONDITIONAL_MISSING, severity, rule.field, &zh, &en);
    }

    fn check_empty(&self, rule: &FieldWhen, report: &mut Report<'_>) {
        if self.cell(rule.field).is_empty() || self.meets(&rule.when) != Some(true) {
            return;
        }
        let (zh, en) = reason(&rule.when, report);
        let (zh, en) = (format!("{zh}时不应填写"), format!("should be empty when {en}"));
        report.add(UNEXPECTED_VALUE, rule.severity, rule.field, &zh, &en);
    }

    fn check_at_least_one(&self, rule: &AtLeastOne, report: &mut Report<'_>) {
        if rule.fields.iter().any(|index| !self.cell(*index).is_empty()) {
            return;
        }
        let applies = rule.unless.as_ref().map_or(Some(true), |c| self.meets(c).map(|met| !met));
        let (Some(true), Some(first)) = (applies, rule.fields.first()) else { return };
        let zh = format!("与同组的{}个代码至少应填一个", rule.fields.len());
        let en = format!("or another of the {} codes of its group is needed", rule.fields.len());
        report.add(GROUP_MISSING, rule.severity, *first, &zh, &en);
    }

    fn check_prefix(&self, rule: &PrefixNeeds, report: &mut Report<'_>) {
        let cell = self.cell(rule.field);
        let applies = !cell.broken && cell.text.starts_with(rule.prefix.as_str());
        if !applies || self.meets(&rule.then) != Some(false) {
            return;
        }
        let prefix = &rule.prefix;
        let (zh, en) = reason(&rule.then, report);
        let zh = format!("以{prefix}开头的代码要求{zh}");
        let en = format!("begins with {prefix}, which demands that {en}");
        report.add(CODE_CLASS_MISMATCH, rule.severity, rule.field, &zh, &en);
    }

    fn check_citizen(&self, rule: &FieldWhen, report: &mut Report<'_>) {
        let cell = self.cell(rule.field);
        if cell.is_empty() || cell.broken || self.meets(&rule.when) != Some(true) {
            return;
        }
        if let Err(error) = check_citizen_number(&cell.text) {
            code::report(error, rule.severity, rule.field, report);
        }
    }

    fn check_date_order(&self, rule: &DateOrder, today: Day, report: &mut Report<'_>) {
        let Some(earlier) = self.cell(rule.earlier).day else { return };
        let Some(index) = rule.later else {
            if earlier > today {
                let zh = format!("{earlier} 晚于上报日期 {today}");
                let en = format!("{earlier} is after the day of reporting, {today}");
                report.add(DATE_IN_FUTURE, rule.severity, rule.earlier, &zh, &en);
            }
            return;
        };
        let Some(later) = self.cell(index).day else { return };
        if later < earlier {
            let (zh, en) = report.names(rule.earlier);
            let zh = format!("{later} 早于{zh} {earlier}");
            let en = format!("{later} is before the {en}, {earlier}");
            report.add(DATE_ORDER, rule.severity, index, &zh, &en);
        }
    }
}

/// What another field holds, named for a finding about this one.
fn reason(condition: &Condition, report: &Report<'_>) -> (String, String) {
    let (zh, en) = report.names(condition.field);
    match condition.has.as_slice() {
        [] => (format!("{zh}已填写"), format!("{en} is filled")),
        values => {
            (format!("{zh}为{}", values.join("或")), format!("{en} is {}", values.join(" or ")))
        }
    }
}
