//! What all processes together have used, and what went on beside them.

use std::time::{Duration, Instant};

use crate::{bench::machine, demo::process::Running};

/// Sums since each process started.
pub(super) struct Usage {
    at: Instant,
    nodes_cpu: f64,
    own_cpu: f64,
    machine_cpu: f64,
    commits: u64,
    syncs: u64,
}

/// What was used between two looks.
pub(super) struct Used {
    pub(super) elapsed: Duration,
    /// Processor time of all nodes, in seconds.
    pub(super) nodes_cpu: f64,
    /// Processor time of anything that is neither a node nor this program, in seconds.
    others_cpu: f64,
    /// Commits to journals.
    pub(super) commits: u64,
    /// Times that journals were synced.
    pub(super) syncs: u64,
}

impl Usage {
    /// As of now. Asks every node, which takes a little of their time.
    pub(super) fn now(running: &Running) -> anyhow::Result<Self> {
        let (mut nodes_cpu, mut commits, mut syncs) = (0.0, 0, 0);
        for (member, process) in running.processes() {
            let journal = running.client(member)?.status()?.journal;
            commits += journal.commits;
            syncs += journal.syncs;
            nodes_cpu += machine::cpu_seconds(process)?;
        }
        let own_cpu = machine::cpu_seconds(std::process::id())?;
        let machine_cpu = machine::machine_cpu_seconds()?;
        Ok(Self { at: Instant::now(), nodes_cpu, own_cpu, machine_cpu, commits, syncs })
    }

    /// Since an earlier look. A process that was started in between counts from its start.
    pub(super) fn since(&self, before: &Self) -> Used {
        let nodes_cpu = (self.nodes_cpu - before.nodes_cpu).max(0.0);
        let own_cpu = self.own_cpu - before.own_cpu;
        let machine_cpu = self.machine_cpu - before.machine_cpu;
        Used {
            elapsed: self.at.duration_since(before.at),
            nodes_cpu,
            others_cpu: (machine_cpu - nodes_cpu - own_cpu).max(0.0),
            commits: self.commits.saturating_sub(before.commits),
            syncs: self.syncs.saturating_sub(before.syncs),
        }
    }
}

impl Used {
    /// How many cores other programs kept busy meanwhile.
    pub(super) fn others_cores(&self) -> f64 {
        self.others_cpu / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    /// How many cores the nodes kept busy.
    pub(super) fn nodes_cores(&self) -> f64 {
        self.nodes_cpu / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }
}

/// Resident memory of each node, by rising size.
pub(super) fn memory_bytes(running: &Running) -> anyhow::Result<Vec<u64>> {
    let sizes = running.processes().map(|(_, process)| machine::resident_memory_bytes(process));
    let mut sizes = sizes.collect::<anyhow::Result<Vec<_>>>()?;
    sizes.sort_unstable();
    Ok(sizes)
}
