//! `tiaoxi status`: how a running node and its neighbours are.

use clap::Args;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use tiaoxi_api::types::{Fault, LogStatus, NodeState, PeerStatus, Side, Status};

use super::{language::Language, node_args::NodeArgs, output};

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
    output::lines(&describe(&status, Language::of_environment()));
    Ok(())
}

fn describe(status: &Status, language: Language) -> Vec<String> {
    let Status { node, federation, charter_version, uptime_seconds, journal, .. } = status;
    let (member, kib, segments) = (&node.member, journal.bytes / 1024, journal.segments);
    let state = match (node.state, language) {
        (state, Language::English) => format!("{state:?}"),
        (NodeState::Starting, Language::Chinese) => "启动中".into(),
        (NodeState::Ready, Language::Chinese) => "正常".into(),
        (NodeState::Stopping, Language::Chinese) => "停止中".into(),
    };
    let mut lines = vec![language.pick(
        format!(
            "{federation} 的 {member}（章程第 {charter_version} 版），{state}，已运行 \
             {uptime_seconds} 秒；预写日志 {kib} KiB，{segments} 段"
        ),
        format!(
            "{member} of {federation} (charter {charter_version}), {state}, up {uptime_seconds} s; \
             journal {kib} KiB in {segments} segments"
        ),
    )];
    lines.push(logs(&status.logs, language).to_string());
    lines.push(peers(&status.peers, language).to_string());
    for (code, count) in &status.refused.counts {
        lines.push(language.pick(
            format!("{count} 个条目不计：{code}"),
            format!("{count} entries do not count: {code}"),
        ));
    }
    for fault in &status.faults {
        let words = language.pick(&fault.message_zh, &fault.message_en);
        lines.push(format!("! {}: {words}", fault.code));
        lines.extend(fault.hint.iter().map(|hint| format!("  {hint}")));
    }
    lines
}

fn logs(logs: &[LogStatus], language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(language.pick(
        ["日志", "归属", "条目", "已签名", "可公开", "已存至", "最近错误"],
        ["log", "side", "entries", "signed", "shown", "held by", "last error"],
    ));
    for log in logs {
        let held: Vec<_> =
            log.held.iter().map(|held| format!("{} {}", held.member, held.size)).collect();
        let words = |fault: &Fault| language.pick(&fault.message_zh, &fault.message_en).clone();
        let error = log.last_error.as_ref().map(words);
        let side = match log.side {
            Side::Own => language.pick("本节点", "own"),
            Side::Followed => language.pick("跟随", "followed"),
        };
        table.add_row([
            log.origin.clone(),
            side.to_owned(),
            log.size_appended.to_string(),
            log.size_signed.to_string(),
            log.verified_up_to.to_string(),
            held.join(", "),
            error.unwrap_or_default(),
        ]);
    }
    table
}

fn peers(peers: &[PeerStatus], language: Language) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(language.pick(
        ["成员", "已连接", "地址", "最近错误", "下次重试"],
        ["member", "connected", "address", "last error", "next try"],
    ));
    for peer in peers {
        let words = |fault: &Fault| language.pick(&fault.message_zh, &fault.message_en).clone();
        let next_try = peer
            .next_try_seconds
            .map(|seconds| language.pick(format!("{seconds} 秒后"), format!("{seconds} s")));
        table.add_row([
            peer.member.clone(),
            if peer.connected { language.pick("是", "yes") } else { language.pick("否", "no") }
                .to_owned(),
            peer.address.clone().unwrap_or_default(),
            peer.last_error.as_ref().map(words).unwrap_or_default(),
            next_try.unwrap_or_default(),
        ]);
    }
    table
}
