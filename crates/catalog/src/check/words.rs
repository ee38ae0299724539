//! Words in free text that name what the law forbids to collect, and numbers of citizens.

use tiaoxi_credit::code::check_citizen_number;

use super::report::Report;
use super::rules::Row;
use crate::finding::{CONSENT_NEEDED, FORBIDDEN_DATA, PERSON_NUMBER_IN_TEXT};
use crate::item::rules::{PersonNumber, Rules, Words};

/// One finding per rule and field at most: the first word that counts.
pub(super) fn check(rules: &Rules, row: &Row<'_, '_>, report: &mut Report<'_>) {
    for &index in &rules.word_fields {
        let text: &str = &row.cell(index).text;
        let mut found: Vec<usize> = Vec::new();
        for (start, character) in text.char_indices() {
            if !rules.word_starts.contains(character) {
                continue;
            }
            for (number, rule) in rules.words.iter().enumerate() {
                if !rule.fields.contains(&index) || found.contains(&number) {
                    continue;
                }
                let Some(word) = word_at(rule, text, start) else { continue };
                if rule.when.as_ref().is_none_or(|when| row.meets(when) == Some(true)) {
                    found.push(number);
                    report_word(rule, word, index, report);
                }
            }
        }
    }
}

/// The word of a rule that begins at `start` and is no part of an excepted phrase.
fn word_at<'r>(rule: &'r Words, text: &str, start: usize) -> Option<&'r str> {
    let (before, rest) = text.split_at_checked(start)?;
    let word = rule.list.iter().find(|word| rest.starts_with(word.as_str()))?;
    let excepted = rule.except.iter().any(|phrase| {
        phrase.match_indices(word.as_str()).any(|(offset, _)| {
            phrase
                .split_at_checked(offset)
                .is_some_and(|(head, tail)| before.ends_with(head) && rest.starts_with(tail))
        })
    });
    (!excepted).then_some(word)
}

fn report_word(rule: &Words, word: &str, index: usize, report: &mut Report<'_>) {
    if rule.is_forbidding() {
        let zh = format!("含有“{word}”，属于法律禁止采集的信息");
        let en = format!("contains {word}, a kind of data that must not be collected");
        report.add(FORBIDDEN_DATA, rule.severity, index, &zh, &en);
    } else {
        let zh = format!("含有“{word}”，未经本人书面同意不得采集");
        let en = format!("contains {word}, a kind of data that needs the person's written consent");
        report.add(CONSENT_NEEDED, rule.severity, index, &zh, &en);
    }
}

/// Citizen numbers in free text: one finding per field, which does not repeat the number.
pub(super) fn check_person_numbers(
    rule: &PersonNumber,
    row: &Row<'_, '_>,
    report: &mut Report<'_>,
) {
    for &index in &rule.fields {
        if holds_citizen_number(&row.cell(index).text) {
            let zh = "含有公民身份号码，请删去";
            let en = "contains a citizen number, which should be left out";
            report.add(PERSON_NUMBER_IN_TEXT, rule.severity, index, zh, en);
        }
    }
}

/// Whether a text holds the number of a citizen, not as part of a longer number. Looks at every 17th
/// byte alone: a run of 17 digits cannot pass between two of them.
pub(crate) fn holds_citizen_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let mut probe = 16;
    while probe < bytes.len() {
        if !is_digit(probe) {
            probe += 17;
            continue;
        }
        let start = (0..probe).rev().find(|index| !is_digit(*index)).map_or(0, |before| before + 1);
        let end = (probe..bytes.len()).find(|index| !is_digit(*index)).unwrap_or(bytes.len());
        let with_x = bytes.get(end).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'x'));
        let number_end = match end - start {
            18 => end,
            17 if with_x => end + 1,
            _ => start,
        };
        let number = text.get(start..number_end).unwrap_or_default();
        if !number.is_empty() && check_citizen_number(&number.to_ascii_uppercase()).is_ok() {
            return true;
        }
        probe = end + 17;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizen_number_is_found_anywhere_in_a_text_and_a_longer_number_is_none() {
        for (text, expected) in [
            ("当事人示例某（11010519491231002X）经营", true),
            ("11010519491231002x", true),
            ("证号11010519491231002", false),
            ("110105194912310021", false),
            ("911010519491231002X", false),
            ("4405241880010100140", false),
            ("440524188001010014", true),
            ("证号110105194912310021，另一440524188001010014", true),
            ("证号110105194912310021,440524188001010014", true),
            ("", false),
        ] {
            assert_eq!(holds_citizen_number(text), expected, "{text}");
        }
    }
}
