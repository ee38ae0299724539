//! `tiaoxi query`: what is recorded of a subject.

use clap::Args;
use tiaoxi_api::types::{Standing, Subject, SubjectRecord};
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

/// The archive as lines for people.
pub(crate) fn describe(subject: &Subject, most: usize) -> Vec<String> {
    let name = subject.name.as_deref().unwrap_or("(no name)");
    let class = subject.class.as_deref().unwrap_or("-");
    let mut lines = vec![format!("{name}  {}  {class}", subject.code)];
    if !subject.other_names.is_empty() {
        lines.push(format!("  also named {}", subject.other_names.join("、")));
    }
    for record in subject.records.iter().take(most) {
        lines.extend(describe_record(record));
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

fn describe_record(record: &SubjectRecord) -> Vec<String> {
    let item = record.item_name_zh.as_deref().unwrap_or("?");
    let verified = record.place.number < record.verified_up_to;
    let mark = if verified { "verified" } else { "not yet verified" };
    let mut lines = vec![format!(
        "  {item}  {} #{}  {}, {mark}",
        record.place.origin,
        record.place.number,
        word(record.standing)
    )];
    match &record.content {
        Some(content) => {
            lines.push(format!(
                "    {} decided {} by {}",
                content.document, content.decided, content.authority
            ));
            for field in &content.fields {
                lines.push(format!("    {}：{}", field.name_zh, field.text));
            }
            if !content.hidden.is_empty() {
                lines.push(format!("    (not shown: {})", content.hidden.join(", ")));
            }
        }
        None if record.is_withheld => {
            lines.push("    (its body was not given to this node)".into());
        }
        None => lines.push("    (its body was erased)".into()),
    }
    lines
}
