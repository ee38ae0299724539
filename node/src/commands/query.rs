//! `tiaoxi query`: what is recorded of a subject, older versions of a record below the newest.

use clap::Args;
use tiaoxi_api::types::{Content, Place, ShownField, Standing, Subject, SubjectRecord};
use tiaoxi_views::query::{QueryError, SubjectQuery};

use super::{node_args::NodeArgs, output};
use crate::error_code::Failure;

/// What is recorded of a subject, by its code. Natural persons can't be asked for.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:\n  tiaoxi query --dir node 91330522TX2066637X")]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    pub(crate) node: NodeArgs,
    /// Code of a firm: USCC, registration number, …
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
    /// Show every record, not only the newest twenty.
    #[arg(long)]
    pub(crate) all: bool,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn query(args: &QueryArgs) -> anyhow::Result<()> {
    // A person's number never leaves this process.
    let query = SubjectQuery::parse(&args.code).map_err(|error| match error {
        QueryError::NaturalPerson => Failure::new(
            "NATURAL_PERSON_REFUSED",
            "natural persons can't be asked for / 不提供自然人信用信息查询",
        ),
        QueryError::NoCode => Failure::new("NO_SUBJECT_CODE", "this is no code of a subject"),
    })?;
    let subject = args.node.client()?.subject(query.code())?;
    if args.json {
        output::json(&subject)?;
    } else {
        let most = if args.all { usize::MAX } else { RECORDS_SHOWN };
        output::lines(&describe(&subject, most));
    }
    if subject.records.is_empty() {
        return Err(
            Failure::not_found("SUBJECT_NOT_FOUND", "nothing is recorded of it here").into()
        );
    }
    Ok(())
}

/// Records shown unless all are asked for.
pub(crate) const RECORDS_SHOWN: usize = 20;

/// Later entries told of one record.
const MARKS_SHOWN: usize = 10;

/// The archive as lines for people.
pub(crate) fn describe(subject: &Subject, most: usize) -> Vec<String> {
    let name = subject.name.as_deref().unwrap_or("(no name)");
    let class = subject.class.as_deref().unwrap_or("-");
    let mut lines = vec![format!("{name}  {}  {class}", subject.code)];
    if !subject.other_names.is_empty() {
        lines.push(format!("  also named {}", subject.other_names.join("、")));
    }
    let mut newer: Option<&SubjectRecord> = None;
    for record in subject.records.iter().take(most) {
        let replaced_by =
            newer.filter(|newer| newer.replaces.as_ref().is_some_and(|it| *it == record.place));
        match replaced_by {
            Some(newer) => lines.extend(describe_older(record, newer)),
            None => lines.extend(describe_record(record)),
        }
        newer = Some(record);
    }
    if let Some(rest @ 1..) = subject.records.len().checked_sub(most) {
        lines.push(format!("  … and {rest} more; --all shows them"));
    }
    if subject.more {
        lines.push("  … and more than one answer holds".into());
    }
    lines
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Counts => "有效 counts",
        Standing::Disputed => "异议中 disputed",
        Standing::Narrowed => "已限缩 narrowed",
        Standing::Ended => "已终止 ended",
        Standing::Erased => "已删除 erased",
    }
}

/// A record that no newer version stands above.
fn describe_record(record: &SubjectRecord) -> Vec<String> {
    let mut lines = vec![format!("  {}", headline(record))];
    lines.extend(marks(record).map(|line| format!("    {line}")));
    if let Some(newer) = &record.replaced_by {
        lines.push(format!("    新版本 newer version: {}", words_of(newer)));
    }
    let Some(content) = &record.content else {
        lines.push(format!("    {}", missing(record)));
        return lines;
    };
    lines.push(format!("    {}", decision(content)));
    lines.extend(content.fields.iter().map(|field| format!("    {}", line_of(field))));
    if !content.hidden.is_empty() {
        lines.push(format!("    (not shown: {})", content.hidden.join(", ")));
    }
    lines
}

/// An older version, of which only what the newer one changed is told.
fn describe_older(record: &SubjectRecord, newer: &SubjectRecord) -> Vec<String> {
    let mut lines = vec![format!("    旧版本 older version: {}", headline(record))];
    lines.extend(marks(record).map(|line| format!("      {line}")));
    let Some(content) = &record.content else {
        lines.push(format!("      {}", missing(record)));
        return lines;
    };
    lines.push(format!("      {}", decision(content)));
    let fields_of_newer = newer.content.as_ref().map(|newer| newer.fields.as_slice());
    let changed = content
        .fields
        .iter()
        .filter(|field| fields_of_newer.is_none_or(|fields| !fields.contains(field)));
    lines.extend(changed.map(|field| format!("      {}", line_of(field))));
    let is_new = |field: &&ShownField| content.fields.iter().all(|it| it.code != field.code);
    let added = fields_of_newer.unwrap_or_default().iter().filter(is_new);
    lines.extend(added.map(|field| format!("      {}：(空 empty)", field.name_zh)));
    lines
}

/// What it is, where it stands in the logs, and how.
fn headline(record: &SubjectRecord) -> String {
    let item = record.item_name_zh.as_deref().unwrap_or("?");
    let verified = record.place.number < record.verified_up_to;
    let verified = if verified { "verified" } else { "not yet verified" };
    let standing = match &record.ended {
        Some(ended) if record.standing == Standing::Ended => {
            format!("{} {}", ended.how.zh(), ended.how.en())
        }
        _ => word(record.standing).to_owned(),
    };
    format!("{item}  {}  {standing}, {verified}", words_of(&record.place))
}

/// What later entries did to it, one a line, and what it replaces.
fn marks(record: &SubjectRecord) -> impl Iterator<Item = String> + '_ {
    let replaces =
        record.replaces.iter().map(|older| format!("更正了 corrects {}", words_of(older)));
    let all = record.because.iter().map(|because| {
        let what = match &record.ended {
            Some(ended) if ended.by == because.by => {
                format!("{} {}", ended.how.zh(), ended.how.en())
            }
            _ if because.of_batch => format!("整批 whole batch: {}", word(because.standing)),
            _ => word(because.standing).to_owned(),
        };
        let by = words_of(&because.by);
        format!("{}  {what} by {by} ({})", because.day, because.kind)
    });
    let rest = record.because.len().saturating_sub(MARKS_SHOWN);
    let rest = (rest > 0).then(|| format!("… and {rest} more"));
    replaces.chain(all.take(MARKS_SHOWN)).chain(rest)
}

fn words_of(place: &Place) -> String {
    format!("{}#{}", place.origin, place.number)
}

fn decision(content: &Content) -> String {
    format!("{} decided {} by {}", content.document, content.decided, content.authority)
}

fn line_of(field: &ShownField) -> String {
    format!("{}：{}", field.name_zh, field.text)
}

fn missing(record: &SubjectRecord) -> &'static str {
    if record.is_withheld {
        "(its body was not given to this node)"
    } else {
        "(its body was erased)"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn place(log: &str, number: u64) -> Value {
        json!({"origin": format!("huzhou/deqing/{log}/1"), "number": number})
    }

    fn record(log: &str, number: u64, fields: &[(&str, &str)], rest: Value) -> Value {
        let fields = fields
            .iter()
            .map(|(name, text)| json!({"code": *name, "name_zh": *name, "text": *text}))
            .collect::<Vec<_>>();
        let mut record = json!({
            "origin": format!("huzhou/deqing/{log}/1"), "number": number, "kind": "record",
            "item": 2, "item_name_zh": "行政处罚", "day": "2026-10-08", "concerns": null,
            "content": {"authority": "11330521TX9900049M", "document": "德演示罚〔2026〕17号",
                "decided": "2026-10-08", "fields": fields, "hidden": []},
            "is_withheld": false, "standing": "counts", "because": [], "ended": null,
            "replaces": null, "replaced_by": null, "verified_up_to": 9000
        });
        let Value::Object(rest) = rest else { panic!("an object") };
        record.as_object_mut().expect("an object").extend(rest);
        record
    }

    fn lines(records: &[Value]) -> Vec<String> {
        let subject = json!({"code": "91330522TX2066637X", "name": "湖州示例建材有限公司",
            "other_names": [], "class": null, "records": records, "more": false});
        let subject: Subject = serde_json::from_value(subject).expect("a subject");
        describe(&subject, RECORDS_SHOWN).split_off(1)
    }

    /// Ended by entry 3 of `notices`.
    fn ended(how: &str, kind: &str, of_batch: bool) -> Value {
        let by = place("notices", 3);
        json!({"standing": "ended", "ended": {"how": how, "by": by, "day": "2026-11-02"},
            "because": [{"by": by, "standing": "ended", "kind": kind, "day": "2026-11-02",
                "of_batch": of_batch}]})
    }

    #[test]
    fn an_older_version_stands_below_the_newest_with_what_was_changed() {
        let newer = json!({"kind": "correction", "replaces": place("records", 5)});
        let newer = record("notices", 3, &[("金额", "0.2"), ("依据", "甲"), ("备注", "乙")], newer);
        let mut older = ended("corrected", "correction", false);
        older["replaced_by"] = place("notices", 3);
        let older = record("records", 5, &[("金额", "2000"), ("依据", "甲")], older);
        assert_eq!(
            lines(&[newer, older]),
            [
                "  行政处罚  huzhou/deqing/notices/1#3  有效 counts, verified",
                "    更正了 corrects huzhou/deqing/records/1#5",
                "    德演示罚〔2026〕17号 decided 2026-10-08 by 11330521TX9900049M",
                "    金额：0.2",
                "    依据：甲",
                "    备注：乙",
                "    旧版本 older version: 行政处罚  huzhou/deqing/records/1#5  已更正 corrected, verified",
                "      2026-11-02  已更正 corrected by huzhou/deqing/notices/1#3 (correction)",
                "      德演示罚〔2026〕17号 decided 2026-10-08 by 11330521TX9900049M",
                "      金额：2000",
                "      备注：(空 empty)",
            ]
        );
    }

    #[test]
    fn a_withdrawn_record_says_who_withdrew_it_or_its_batch() {
        for (how, of_batch, words) in [
            ("withdrawn", false, "已撤回 withdrawn"),
            ("batch_withdrawn", true, "所属批次已整批撤回 withdrawn with its whole batch"),
        ] {
            let record = record("records", 5, &[], ended(how, "withdrawal", of_batch));
            let lines = lines(&[record]);
            let head = format!("  行政处罚  huzhou/deqing/records/1#5  {words}, verified");
            let mark = format!("    2026-11-02  {words} by huzhou/deqing/notices/1#3 (withdrawal)");
            assert_eq!(lines.get(..2), Some(&[head, mark][..]));
        }
    }

    #[test]
    fn a_newer_version_in_another_answer_is_named() {
        let mut old = ended("corrected", "correction", false);
        old["replaced_by"] = place("notices", 3);
        let found = lines(&[record("records", 5, &[], old)]);
        assert!(found.contains(&"    新版本 newer version: huzhou/deqing/notices/1#3".into()));
    }
}
