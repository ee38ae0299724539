//! Heartbeats, own and of others: the newest of each log goes into a commit of heartbeats alone.

use std::sync::Arc;

use tiaoxi_ledger::heartbeat::Heartbeat;
use tracing::{debug, error, warn};

use super::{Batch, Writer, batch::BeatReply};
use crate::{
    book::Book,
    heartbeat::{heartbeat_key, is_news},
    reader,
};

impl Writer {
    pub(super) fn beat(
        &mut self,
        beats: Vec<(usize, Arc<Heartbeat>)>,
        reply: Option<BeatReply>,
        batch: &mut Batch,
    ) {
        let until = (self.heartbeats_until)();
        let mut count = 0;
        for (log, heartbeat) in beats {
            let Some(book) = self.books.get(log) else { continue };
            let known = batch.beats.get(&log).cloned();
            let known = known.or_else(|| book.state.lock().heartbeat.clone());
            if !is_news(&heartbeat, known.as_ref(), until) || !self.fits(book, &heartbeat) {
                continue;
            }
            // Small, and replaces the one before: a full journal has room for it.
            batch.commit.exceed_bound();
            batch.commit.meta(heartbeat_key(&book.name), Some(heartbeat.note().to_vec()));
            batch.beats.insert(log, heartbeat);
            count += 1;
        }
        batch.beat_answers.extend(reply.map(|reply| (reply, count)));
    }

    /// Whether a heartbeat speaks of the entries that are here. All that was taken before it is
    /// durable, since heartbeats share a commit with nothing else.
    fn fits(&self, book: &Book, heartbeat: &Heartbeat) -> bool {
        let size = heartbeat.size();
        if size > book.state.lock().edge.size() {
            debug!(log = %book.name, size, "dropped a heartbeat: its entries were not taken");
            return false;
        }
        match reader::root_at(&self.store, book, size) {
            Ok(root) if root == *heartbeat.root() => true,
            Ok(_) => {
                error!(log = %book.name, size, time = heartbeat.unix_seconds(),
                    "a heartbeat contradicts the entries held: a fork");
                false
            }
            Err(error) => {
                warn!(log = %book.name, error = &error as &dyn std::error::Error,
                    "a heartbeat can't be compared with the entries held");
                false
            }
        }
    }

    /// Makes heartbeats visible that a commit has made durable.
    pub(super) fn publish_beats(&self, batch: &mut Batch) {
        for (log, heartbeat) in std::mem::take(&mut batch.beats) {
            let Some(book) = self.books.get(log) else { continue };
            book.state.lock().heartbeat = Some(heartbeat);
            book.went_on();
        }
    }
}
