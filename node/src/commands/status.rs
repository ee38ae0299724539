//! `tiaoxi status`: how a running node and its neighbours are.

use clap::Args;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use tiaoxi_api::types::{LogStatus, PeerStatus, Side, Status};

use super::{node_args::NodeArgs, output};

/// How a running node, its logs and its neighbours are; every fault with its cause.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:\n  tiaoxi status --dir node")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) node: NodeArgs,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn status(args: &StatusArgs) -> anyhow::Result<()> {
    let status = args.node.client()?.status()?;
    if args.json {
        return output::json(&status);
    }
    output::lines(&describe(&status));
    Ok(())
}

fn describe(status: &Status) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of {} (charter {}), {:?}, up {} s; journal {} KiB in {} segments",
        status.node.member,
        status.federation,
        status.charter_version,
        status.node.state,
        status.uptime_seconds,
        status.journal.bytes / 1024,
        status.journal.segments
    )];
    lines.push(logs(&status.logs).to_string());
    lines.push(peers(&status.peers).to_string());
    for (code, count) in &status.refused.counts {
        lines.push(format!("{count} entries do not count: {code}"));
    }
    for fault in &status.faults {
        lines.push(format!("! {}: {} {}", fault.code, fault.message_zh, fault.message_en));
        lines.extend(fault.hint.iter().map(|hint| format!("  {hint}")));
    }
    lines
}

fn logs(logs: &[LogStatus]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["log", "side", "entries", "signed", "shown", "held by", "last error"]);
    for log in logs {
        let held: Vec<_> =
            log.held.iter().map(|held| format!("{} {}", held.member, held.size)).collect();
        let error = log.last_error.as_ref().map(|fault| fault.message_en.clone());
        table.add_row([
            log.origin.clone(),
            if log.side == Side::Own { "own".into() } else { "followed".into() },
            log.size_appended.to_string(),
            log.size_signed.to_string(),
            log.verified_up_to.to_string(),
            held.join(", "),
            error.unwrap_or_default(),
        ]);
    }
    table
}

fn peers(peers: &[PeerStatus]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(["member", "connected", "address", "last error", "next try"]);
    for peer in peers {
        table.add_row([
            peer.member.clone(),
            if peer.connected { "yes".into() } else { "no".into() },
            peer.address.clone().unwrap_or_default(),
            peer.last_error.as_ref().map(|fault| fault.message_en.clone()).unwrap_or_default(),
            peer.next_try_seconds.map(|seconds| format!("{seconds} s")).unwrap_or_default(),
        ]);
    }
    table
}
