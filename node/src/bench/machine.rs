//! What processes take, as Linux tells it in `/proc`.

use std::{fs, path::Path};

use anyhow::Context;

/// Bytes that the files below a directory take on disk.
pub(super) fn bytes_below(dir: &Path) -> anyhow::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let reading = || format!("reading {}", dir.display());
    let mut bytes = 0;
    for entry in fs::read_dir(dir).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        // A file that goes away meanwhile takes nothing.
        let Ok(metadata) = entry.metadata() else { continue };
        bytes +=
            if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(bytes)
}

/// Highest resident memory of a process so far.
pub(super) fn peak_memory_bytes(process: u32) -> anyhow::Result<u64> {
    memory_bytes(process, "VmHWM:")
}

/// Resident memory of a process now.
pub(super) fn resident_memory_bytes(process: u32) -> anyhow::Result<u64> {
    memory_bytes(process, "VmRSS:")
}

fn memory_bytes(process: u32, field: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("reading memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kib.context("the system does not tell the memory of a process")? * 1024)
}

/// Processor time of a process so far.
pub(super) fn cpu_seconds(process: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("reading times")?;
    // Behind the name in parentheses: the 12th and 13th field are user and system time.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields).context("reading times")?;
    Ok(seconds(fields.split_whitespace().skip(11).take(2)))
}

/// Processor time that the whole machine has spent on anything so far.
pub(super) fn machine_cpu_seconds() -> anyhow::Result<f64> {
    let stat = fs::read_to_string("/proc/stat").context("reading times")?;
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "));
    let fields = line.context("the system does not tell its times")?.split_whitespace();
    // user nice system idle iowait irq softirq steal; the rest is in these already.
    let busy = fields.take(8).enumerate().filter(|(field, _)| !matches!(field, 3 | 4));
    Ok(seconds(busy.map(|(_, field)| field)))
}

/// Cores that processes may use.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Ticks of the system's clock, summed, in seconds.
fn seconds<'a>(ticks: impl Iterator<Item = &'a str>) -> f64 {
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    #[expect(clippy::cast_precision_loss, reason = "ticks are far below 2^53")]
    let seconds = ticks as f64 / rustix::param::clock_ticks_per_second().max(1) as f64;
    seconds
}
