//! The record that a notice is about, as far as it may be shown to whoever asks.

use tiaoxi_api::types::{NoticeChange, NoticeRecord};
use tiaoxi_catalog::Item;
use tiaoxi_credit::Record;
use tiaoxi_views::archive;

/// A record by what a person knows it.
pub(super) fn record(record: &Record) -> NoticeRecord {
    let is_person = archive::concerns_a_person(record);
    NoticeRecord {
        name: (!is_person).then(|| record.subject.name.clone()),
        document: record.document.clone(),
        decided: record.decided.to_string(),
        changes: Vec::new(),
    }
}

/// What a correction changes. Personal fields, and all fields of a natural person's record, are
/// named without their texts.
pub(super) fn changes(item: &Item, old: &Record, new: &Record) -> Vec<NoticeChange> {
    let is_person = archive::concerns_a_person(old) || archive::concerns_a_person(new);
    let (before, after) = (item.row_of(old), item.row_of(new));
    let fields = item.fields().iter().zip(before.into_iter().zip(after));
    let differing = fields.filter(|(_, (from, to))| from != to);
    differing
        .map(|(field, (from, to))| {
            let is_hidden = is_person || field.personal;
            let shown = |text: String| if is_hidden { String::new() } else { text };
            NoticeChange {
                code: field.code.clone(),
                name: field.name_zh.clone(),
                from: shown(from),
                to: shown(to),
            }
        })
        .collect()
}
