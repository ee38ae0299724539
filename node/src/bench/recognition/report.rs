//! What was measured, as JSON and for people.

use std::time::Duration;

use serde::Serialize;

use super::{stage::Sample, usage::Used};

const MIB: u64 = 1024 * 1024;

/// The whole of it.
#[derive(Serialize)]
pub(super) struct RecognitionBenchReport {
    pub(super) parties: usize,
    pub(super) processes: usize,
    pub(super) cores: usize,
    pub(super) rest: RestReport,
    pub(super) phases: Vec<PhaseReport>,
    pub(super) catch_up: Option<CatchUpReport>,
}

/// The processes while nothing happens.
#[derive(Serialize)]
pub(super) struct RestReport {
    seconds: f64,
    /// Of one core, all processes together.
    cpu_percent: f64,
    /// Syncs of all journals a second.
    syncs_per_second: f64,
    memory_median_bytes: u64,
    memory_most_bytes: u64,
    /// Cores that other programs kept busy.
    others_cores: f64,
}

/// Ends that were measured under the same conditions.
#[derive(Serialize)]
pub(super) struct PhaseReport {
    name: String,
    count: usize,
    /// From the request to its answer, median.
    said_p50_ms: f64,
    /// From the request until its home showed all receipts.
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    cost: Option<CostReport>,
}

/// What one end took, all processes together.
#[derive(Serialize)]
struct CostReport {
    cpu_ms: f64,
    commits: f64,
    syncs: f64,
    /// Cores that other programs kept busy.
    others_cores: f64,
}

/// How the catching up went meanwhile.
#[derive(Serialize)]
pub(super) struct CatchUpReport {
    pub(super) records: u64,
    /// From the start of the county until its hub was level.
    pub(super) seconds: f64,
    /// Cores that other programs kept busy.
    pub(super) others_cores: f64,
}

impl RestReport {
    /// Of what was used, and the memory of each process by rising size.
    pub(super) fn new(used: &Used, memory: &[u64]) -> Self {
        let seconds = used.elapsed.as_secs_f64();
        Self {
            seconds,
            cpu_percent: 100.0 * used.nodes_cores(),
            syncs_per_second: ratio(used.syncs, seconds),
            memory_median_bytes: memory.get(memory.len() / 2).copied().unwrap_or(0),
            memory_most_bytes: memory.last().copied().unwrap_or(0),
            others_cores: used.others_cores(),
        }
    }
}

impl PhaseReport {
    /// Of samples, and what all of them took when that is known.
    pub(super) fn new(name: &str, samples: &[Sample], used: Option<&Used>) -> Self {
        let sorted = |of: fn(&Sample) -> Duration| {
            let mut times: Vec<_> = samples.iter().map(of).collect();
            times.sort_unstable();
            times
        };
        let (said, times) = (sorted(|it| it.said), sorted(|it| it.confirmed));
        let each = samples.len().max(1);
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let each = each as f64;
        let cost = used.map(|used| CostReport {
            cpu_ms: 1000.0 * used.nodes_cpu / each,
            commits: ratio(used.commits, each),
            syncs: ratio(used.syncs, each),
            others_cores: used.others_cores(),
        });
        Self {
            name: name.to_owned(),
            count: times.len(),
            said_p50_ms: percentile_ms(&said, 50),
            p50_ms: percentile_ms(&times, 50),
            p90_ms: percentile_ms(&times, 90),
            p99_ms: percentile_ms(&times, 99),
            max_ms: percentile_ms(&times, 100),
            cost,
        }
    }
}

/// The least of the times, sorted, that so many in a hundred do not exceed; 0 without any.
fn percentile_ms(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    let time = sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default();
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of one run are far below 2^53")]
fn ratio(count: u64, of: f64) -> f64 {
    count as f64 / of.max(f64::EPSILON)
}

impl RecognitionBenchReport {
    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        let Self { parties, processes, cores, rest, phases, catch_up } = self;
        let mut lines = vec![
            format!("{parties} parties, {processes} processes on {cores} cores"),
            format!(
                "at rest for {:.0} s: {:.2} % of a core and {:.2} syncs/s all together, \
                 resident memory {} MiB (median), {} MiB (most); other programs: {:.2} cores",
                rest.seconds,
                rest.cpu_percent,
                rest.syncs_per_second,
                rest.memory_median_bytes / MIB,
                rest.memory_most_bytes / MIB,
                rest.others_cores
            ),
            "from the decision to the last receipt, in milliseconds:".to_owned(),
        ];
        for phase in phases {
            let PhaseReport { name, count, said_p50_ms, p50_ms, p90_ms, p99_ms, max_ms, cost } =
                phase;
            lines.push(format!(
                "  {name}: {count} ends, p50 {p50_ms:.0}, p90 {p90_ms:.0}, p99 {p99_ms:.0}, \
                 max {max_ms:.0} (said after {said_p50_ms:.0})"
            ));
            if let Some(cost) = cost {
                lines.push(format!(
                    "    an end: {:.0} ms of processor, {:.0} commits, {:.0} syncs; other \
                     programs: {:.2} cores",
                    cost.cpu_ms, cost.commits, cost.syncs, cost.others_cores
                ));
            }
        }
        if let Some(CatchUpReport { records, seconds, others_cores }) = catch_up {
            lines.push(format!(
                "the hub caught up on {records} entries in {seconds:.1} s, behind every end \
                 counted above it was not level yet; other programs: {others_cores:.2} cores"
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        for (percent, expected) in [(50, 100.0), (90, 180.0), (99, 198.0), (100, 200.0)] {
            let found = percentile_ms(&times, percent);
            assert!((found - expected).abs() < 1e-9, "{percent}: {found}");
        }
        assert!(percentile_ms(&[], 50).abs() < f64::EPSILON);
        assert!((percentile_ms(&[Duration::from_millis(7)], 1) - 7.0).abs() < 1e-9);
    }
}
