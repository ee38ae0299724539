//! `tiaoxi exchange`: how the exchange between members is.

use clap::Args;
use tiaoxi_api::types::{ExchangeStatus, Place};

use crate::commands::{language::Language, node_args::NodeArgs, output};

/// How the exchange between members is: whose word is fresh, what waits for a decision, what was
/// refused and why, what is late.
#[derive(Args, Clone, Debug)]
pub(crate) struct ExchangeArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Show the agreements and their policy maps
    #[arg(long, conflicts_with = "catalog")]
    agreements: bool,
    /// Show the supervision catalogue, as JSON
    #[arg(long)]
    catalog: bool,
    /// Answer as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(crate) fn exchange(args: &ExchangeArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    if args.catalog {
        return output::json(&client.supervision()?);
    }
    if args.agreements {
        let agreements = client.agreements()?;
        if args.json {
            return output::json(&agreements);
        }
        for agreement in &agreements {
            output::lines(&super::words::agreement(agreement));
        }
        return Ok(());
    }
    let status = client.exchange()?;
    if args.json {
        return output::json(&status);
    }
    output::lines(&describe(&status));
    Ok(())
}

fn describe(status: &ExchangeStatus) -> Vec<String> {
    let language = Language::of_environment();
    let mut lines = vec![language.pick(
        format!(
            "列入 {} 条，有效 {} 条，待本单位决定 {} 条，审核人员意见不一致 {} 条",
            status.listings, status.in_force, status.undecided, status.contradictory
        ),
        format!(
            "{} listings, {} in force, {} to be decided here, {} with officers of two minds",
            status.listings, status.in_force, status.undecided, status.contradictory
        ),
    )];
    for beat in &status.heartbeats {
        let fresh = if beat.fresh {
            language.pick("有效", "fresh")
        } else {
            language.pick("未确认", "unconfirmed")
        };
        lines.push(format!("  {}  {}  {} s  {fresh}", beat.member, beat.log, beat.age_seconds));
    }
    let place = |place: &Place| format!("{}#{}", place.origin, place.number);
    for refused in &status.refused {
        let by = refused.by.as_deref().unwrap_or(language.pick("本单位", "this member"));
        let why = language.pick(&refused.zh, &refused.en);
        let word = language.pick("不予受理", "refused");
        lines.push(format!("  {word} {} by {by}: {} {why}", place(&refused.place), refused.code));
    }
    for late in &status.late {
        let word = language.pick("将逾期或已逾期", "late or nearly");
        let members = late.members.join(", ");
        lines.push(format!("  {word} {} due {}: {members}", place(&late.listing), late.due));
    }
    for waiting in &status.waiting {
        let word = language.pick("等待其对象到达", "waits for what it is about");
        lines.push(format!("  {word}: {} ({})", place(&waiting.by), waiting.kind));
    }
    lines
}
