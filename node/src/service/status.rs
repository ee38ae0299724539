//! The status page: how the node and its neighbours are, with the cause of everything that is red.

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{
        Fault, HeldBy, HexBytes, IndexStatus, JournalStatus, LogStatus, PeerStatus, RefusedEntry,
        RefusedStatus, Side, Status, StepTimer, StoreStatus,
    },
};
use tiaoxi_logs::Summary;

use super::{Node, fault};
use crate::{
    catalog_files, clock,
    peers::{PeerState, Trouble},
};

/// Refused entries shown of each log; `counts` counts all.
const REFUSED_SHOWN: usize = 20;

impl Node {
    pub(super) fn status_page(&self) -> Result<Status, ServiceError> {
        let store = self.store.status().map_err(|error| fault(&error, Code::Internal))?;
        let index = self.views.index.status();
        let kept = store.segments.iter().filter(|segment| segment.unheld_bytes > 0).count();
        Ok(Status {
            node: tiaoxi_api::service::Service::health(self),
            federation: self.terms.federation().to_string(),
            charter_version: self.terms.version().into(),
            uptime_seconds: self.started.elapsed().as_secs(),
            journal: JournalStatus {
                bytes: store.journal_bytes,
                segments: store.segments.len() as u64,
                segments_kept: kept as u64,
                commits: store.counters.journal_writes,
                syncs: store.counters.journal_writes,
            },
            store: StoreStatus { own_bytes: store.own_bytes, followed_bytes: store.followed_bytes },
            index: IndexStatus {
                memory_postings: index.memory_postings,
                disk_postings: index.disk_postings,
                runs: index.runs,
                disk_bytes: index.disk_bytes,
            },
            logs: self.log_statuses(),
            peers: self.peer_statuses(),
            imports: self.desk.as_ref().map_or_else(Vec::new, |desk| desk.imports.running()),
            import_steps: self.step_timers(),
            refused: self.refused(),
            faults: self.faults(),
        })
    }

    pub(super) fn log_statuses(&self) -> Vec<LogStatus> {
        let troubles = self.board.troubles();
        let status = |summary: Summary| {
            let origin = summary.origin.to_string();
            let trouble = troubles.get(&origin).filter(|_| !summary.followed_now);
            self.log_status(&summary, origin.clone(), trouble)
        };
        self.logs.summaries().into_iter().map(status).collect()
    }

    fn log_status(
        &self,
        summary: &Summary,
        origin: String,
        trouble: Option<&Trouble>,
    ) -> LogStatus {
        let size_signed = summary.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size());
        let held = summary.held.iter();
        LogStatus {
            origin,
            side: if summary.own { Side::Own } else { Side::Followed },
            size_appended: summary.size,
            size_signed,
            root: HexBytes(summary.root.to_vec()),
            held: held
                .map(|(member, size)| HeldBy { member: member.to_string(), size: *size })
                .collect(),
            verified_up_to: summary.public.as_ref().map_or(0, |public| public.size()),
            queryable_up_to: self.views.applied(summary.id.0),
            lag: (!summary.own).then(|| size_signed.saturating_sub(summary.size)),
            last_error: trouble.map(|trouble| Fault {
                code: "FOLLOWING_FAILED".into(),
                message_zh: format!("跟随此日志失败：{}", trouble.what),
                message_en: trouble.what.clone(),
                hint: None,
                at: trouble.at,
            }),
            next_try_seconds: None,
        }
    }

    fn peer_statuses(&self) -> Vec<PeerStatus> {
        let mut states = self.board.states();
        let others = self.terms.members().filter(|member| member.id != self.me);
        others
            .map(|member| {
                let state = states.remove(&member.id).unwrap_or_default();
                peer_status(member.id.to_string(), state)
            })
            .collect()
    }

    fn step_timers(&self) -> Vec<StepTimer> {
        let timer = |(step, microseconds, count): (&str, u64, u64)| StepTimer {
            step: step.to_owned(),
            microseconds,
            count,
        };
        self.steps.sums().into_iter().chain(self.logs.times()).map(timer).collect()
    }

    fn refused(&self) -> RefusedStatus {
        let refused = self.views.refused.lock();
        let newest = refused.newest(REFUSED_SHOWN).filter_map(|(entry, reason)| {
            Some(RefusedEntry {
                origin: self.logs.origin(tiaoxi_store::LogId(entry.log))?.to_string(),
                number: entry.number,
                code: reason.code.to_string(),
                message_zh: reason.zh.clone(),
                message_en: reason.en.clone(),
            })
        });
        let counts = refused.counts().iter().map(|(code, count)| (code.to_string(), *count));
        RefusedStatus { counts: counts.collect(), newest: newest.collect() }
    }

    /// What an operator has to know now.
    fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = calendar_fault(&self.calendar).into_iter().collect();
        for summary in self.logs.summaries().into_iter().filter(|summary| summary.own) {
            if let Some(decider) = &summary.behind {
                faults.push(Fault {
                    code: "BEHIND_A_DECIDER".into(),
                    message_zh: format!("{decider} 所存本日志多于本节点：{}", summary.origin),
                    message_en: format!("{decider} holds more of {} than we do", summary.origin),
                    hint: Some("nothing is signed until the log is level again".into()),
                    at: clock::unix_seconds(),
                });
            } else if !summary.signing {
                faults.push(Fault {
                    code: "SIGNING_WAITS".into(),
                    message_zh: format!("等待见证单位，暂不签名：{}", summary.origin),
                    message_en: format!("signing of {} waits for its deciders", summary.origin),
                    hint: Some("rows are accepted meanwhile; see the peers below".into()),
                    at: clock::unix_seconds(),
                });
            }
        }
        faults
    }
}

/// Deadlines beyond the calendar's last year are counted by weekends only.
fn calendar_fault(calendar: &tiaoxi_catalog::Calendar) -> Option<Fault> {
    let end = catalog_files::calendar_end(calendar, clock::today())?;
    Some(Fault {
        code: "CALENDAR_ENDS".into(),
        message_zh: end.zh,
        message_en: end.en,
        hint: Some(
            "once the State Council has announced the year's holidays, add them to a calendar \
             file and name it as `calendar` in node.toml"
                .into(),
        ),
        at: clock::unix_seconds(),
    })
}

fn peer_status(member: String, state: PeerState) -> PeerStatus {
    let now = clock::unix_seconds();
    PeerStatus {
        member,
        connected: state.connected,
        address: state.address,
        last_error: state.last_error.map(|what| Fault {
            code: "NOT_CONNECTED".into(),
            message_zh: format!("未连接：{what}"),
            message_en: what,
            hint: None,
            at: now,
        }),
        next_try_seconds: state.next_try.map(|at| at.saturating_sub(now)),
    }
}
