//! The end of old segments: which may go, what is written before, what is copied forward.

use std::collections::BTreeMap;

use tiaoxi_vault::sealing;

use super::MaintainError;
use crate::journal::{BlockOp, Location, Op, block_aad};
use crate::log::{Log, LogId};
use crate::small::{HeadFile, MetaFile};
use crate::store::Store;

/// Bytes that are copied forward in one journal write.
const COPY_BYTES: u64 = 1024 * 1024;

impl Store {
    /// The last closed segment that may go now.
    pub(crate) fn last_to_drop(&self) -> Option<u32> {
        let closed: Vec<(u32, u64)> = self.journal.lock().closed().collect();
        if closed.is_empty() {
            return None;
        }
        let state = self.state.read();
        let mut live: BTreeMap<u32, u64> = BTreeMap::new();
        for piece in state.logs.values().flat_map(|log| log.pieces.values()) {
            *live.entry(piece.location.segment.number).or_default() +=
                u64::from(piece.location.bytes);
        }
        let (mut bytes, mut live_bytes, mut last) = (0, 0, None);
        for (number, segment_bytes) in closed {
            bytes += segment_bytes;
            live_bytes += live.get(&number).copied().unwrap_or(0);
            let is_mostly_dead = live_bytes <= bytes.max(self.options.segment_bytes) / 4;
            if is_mostly_dead || number <= state.condemned {
                last = Some(number);
            }
        }
        last
    }

    pub(crate) fn write_heads(&self) -> Result<(), MaintainError> {
        let heads: Vec<(LogId, HeadFile)> = {
            let mut state = self.state.write();
            let changed = state.logs.iter_mut().filter(|(_, log)| log.head_is_stale);
            changed
                .map(|(id, log)| {
                    log.head_is_stale = false;
                    (*id, HeadFile::of(log))
                })
                .collect()
        };
        for (id, head) in heads {
            let path = self.dir.join("logs").join(format!("{}.head", id.0));
            head.write(&path, &self.keys.heads, id)?;
        }
        Ok(())
    }

    pub(crate) fn write_meta(&self, meta: &mut MetaFile) -> Result<(), MaintainError> {
        let facts = {
            let mut state = self.state.write();
            if !std::mem::take(&mut state.meta_is_stale) {
                return Ok(());
            }
            state.meta.clone()
        };
        Ok(meta.write(&facts)?)
    }

    /// Writes what is alive in segments up to `last` again at the end of the journal.
    pub(crate) fn copy_forward(&self, last: u32) -> Result<u64, MaintainError> {
        let mut copied = 0;
        loop {
            let mut journal = self.journal.lock();
            let batch = live_batch(&self.state.read().logs, last);
            if batch.is_empty() {
                return Ok(copied);
            }
            let (mut ops, mut bodies) = (Vec::new(), Vec::new());
            for (op, location) in batch {
                let sealed = location.read()?;
                let aad = block_aad(op.log, op.first, op.count);
                if sealing::open_once(&op.key, &aad, &sealed).is_err() {
                    return Err(MaintainError::Damaged { log: op.log, first: op.first });
                }
                copied += sealed.len() as u64;
                ops.push(Op::Block(op));
                bodies.push(sealed);
            }
            let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
            self.append(&mut journal, ops, &bodies, |_| ())?;
            if journal.current().1 >= self.options.segment_bytes {
                journal.roll()?;
            }
        }
    }

    pub(crate) fn drop_through(&self, last: u32) -> Result<u64, MaintainError> {
        let dropped = self.journal.lock().drop_through(last)?;
        self.state.write().drop_segments(last);
        self.tally.dropped(dropped);
        Ok(dropped)
    }
}

/// Some of the pieces that lie in segments up to `last`, as the operations that keep them.
fn live_batch(logs: &BTreeMap<LogId, Log>, last: u32) -> Vec<(BlockOp, Location)> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for log in logs.values() {
        for (&first, piece) in &log.pieces {
            if piece.location.segment.number > last {
                continue;
            }
            bytes += u64::from(piece.location.bytes);
            if bytes > COPY_BYTES && !batch.is_empty() {
                return batch;
            }
            let op = BlockOp {
                log: log.info.id,
                first,
                count: piece.count,
                leaves_root: piece.leaves_root,
                key: piece.key.clone(),
                replaces: piece.replaces_moved,
            };
            batch.push((op, piece.location.clone()));
        }
    }
    batch
}
