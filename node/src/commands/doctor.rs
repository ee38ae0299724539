//! `tiaoxi doctor`: whether a node's directory, machine and running process are as they should be.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use tiaoxi_api::client::{Client, ClientError};

use super::{language::Language, node_args::api_url, output};
use crate::{
    catalog_files, clock, config::Config, error_code::Failure, keyring, pinned_charter,
    reviewers::Reviewers,
};

/// Free space below which the doctor warns.
const FREE_BYTES_MIN: u64 = 2 << 30;

/// Look over a node: its directory, configuration, catalogue, calendar, disk and, when it runs, its
/// faults. Changes nothing.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Example:
  tiaoxi doctor --dir node
Exit code 1 when something has to be put right.")]
pub(crate) struct DoctorArgs {
    /// Directory of the node.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    dir: PathBuf,
}

/// How grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Good,
    Warning,
    Bad,
}

/// One thing looked at.
struct Line {
    mark: Mark,
    zh: String,
    en: String,
}

fn line(mark: Mark, zh: impl Into<String>, en: impl Into<String>) -> Line {
    Line { mark, zh: zh.into(), en: en.into() }
}

pub(crate) fn doctor(args: &DoctorArgs) -> anyhow::Result<()> {
    let dir = &args.dir;
    let mut lines = vec![directory(dir)];
    let config = Config::load(dir);
    lines.push(match &config {
        Ok(_) => line(Mark::Good, "node.toml 有效", "node.toml is valid"),
        Err(error) => bad("node.toml 无效", "node.toml is not valid", error),
    });
    let config = config.unwrap_or_default();
    lines.push(catalogue(dir, &config));
    lines.push(calendar(&config));
    lines.push(match Reviewers::of(dir).names() {
        Ok(names) => {
            let count = names.len();
            line(Mark::Good, format!("复核人 {count} 名"), format!("{count} reviewers"))
        }
        Err(error) => bad("复核人名单无法读取", "the reviewers can't be read", &error),
    });
    lines.push(disk(dir));
    lines.extend(running(dir));
    let language = Language::of_environment();
    for Line { mark, zh, en } in &lines {
        let mark = match mark {
            Mark::Good => "✓",
            Mark::Warning => "!",
            Mark::Bad => "✗",
        };
        output::line(&format!("{mark} {}", language.pick(zh, en)));
    }
    if lines.iter().any(|line| line.mark == Mark::Bad) {
        return Err(Failure::new("DOCTOR_FOUND_FAULTS", "see the lines marked ✗").into());
    }
    Ok(())
}

fn bad(zh: &str, en: &str, error: &anyhow::Error) -> Line {
    line(Mark::Bad, format!("{zh}：{error:#}"), format!("{en}: {error:#}"))
}

fn directory(dir: &Path) -> Line {
    match fs::metadata(dir) {
        Err(error) => bad("目录无法读取", "the directory can't be read", &error.into()),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => line(
            Mark::Warning,
            "目录可被其他用户读取，请执行 chmod 700",
            "other users can read the directory: chmod 700 it",
        ),
        Ok(_) => line(Mark::Good, "目录权限正确", "the directory is its owner's alone"),
    }
}

fn catalogue(dir: &Path, config: &Config) -> Line {
    let catalog = match catalog_files::load(config.catalog.as_deref()) {
        Ok(catalog) => catalog,
        Err(error) => return bad("目录文件无效", "the catalogue files are not valid", &error),
    };
    let chain = match pinned_charter::load(dir) {
        Ok(chain) => chain,
        Err(error) => return bad("没有可用的组网章程", "no usable charter", &error.into()),
    };
    match catalog_files::check_against(&catalog, chain.current().terms()) {
        Ok(()) => line(
            Mark::Good,
            "目录文件与组网章程一致",
            "the catalogue files are those of the charter",
        ),
        Err(error) => bad("目录文件与章程不一致", "the catalogue differs from the charter", &error),
    }
}

fn calendar(config: &Config) -> Line {
    match catalog_files::calendar(config.calendar.as_deref()) {
        Err(error) => bad("工作日历无效", "the calendar is not valid", &error),
        Ok(calendar) => match catalog_files::calendar_end(&calendar, clock::today()) {
            None => line(Mark::Good, "工作日历覆盖近期", "the calendar covers the days to come"),
            Some(end) => line(Mark::Warning, end.zh, end.en),
        },
    }
}

fn disk(dir: &Path) -> Line {
    let free = match rustix::fs::statvfs(dir) {
        Ok(space) => space.f_bavail.saturating_mul(space.f_frsize),
        Err(error) => {
            let error = std::io::Error::from(error).into();
            return bad("磁盘无法检查", "the disk can't be looked at", &error);
        }
    };
    let mark = if free < FREE_BYTES_MIN { Mark::Warning } else { Mark::Good };
    let free = free >> 20;
    line(mark, format!("磁盘可用 {free} MiB"), format!("{free} MiB free on disk"))
}

fn running(dir: &Path) -> Vec<Line> {
    let client = api_url(dir).and_then(|url| Ok(Client::new(&url, &keyring::api_token(dir)?)));
    let status = match client.map(|client| client.status()) {
        Ok(Ok(status)) => status,
        Ok(Err(ClientError::Unreachable { .. })) => {
            let (zh, en) = ("节点未在运行", "the node does not run");
            return vec![line(Mark::Warning, zh, en)];
        }
        Ok(Err(error)) => {
            return vec![bad("节点没有应答", "the node does not answer", &error.into())];
        }
        Err(error) => return vec![bad("访问令牌无法读取", "the token can't be read", &error)],
    };
    let mut lines = vec![line(Mark::Good, "节点在运行", "the node runs")];
    for fault in &status.faults {
        let mark = if fault.code == "CALENDAR_ENDS" { continue } else { Mark::Warning };
        let (zh, en) = (&fault.message_zh, &fault.message_en);
        lines.push(line(mark, format!("{}：{zh}", fault.code), format!("{}: {en}", fault.code)));
    }
    lines
}
