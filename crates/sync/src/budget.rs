//! How many bytes may be under way to one peer before it has said `held` for them.
//!
//! One budget per connection, in KiB. An eighth is kept for urgent logs, so that a listing's end
//! never waits behind a million records.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Which part of the budget a log draws on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// `notices` and `exchange`: the eighth kept for them.
    Urgent,
    /// Everything else.
    Bulk,
}

/// The budget of one connection.
#[derive(Clone, Debug)]
pub struct Budget {
    bulk: Arc<Semaphore>,
    urgent: Arc<Semaphore>,
    bulk_kib: u32,
    urgent_kib: u32,
}

/// A part of the budget in use; given back when dropped.
#[derive(Debug)]
pub struct Spent(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Budget {
    /// A budget of `kib` KiB, at least 8.
    pub fn new(kib: u32) -> Self {
        let urgent_kib = (kib / 8).max(1);
        let bulk_kib = kib.saturating_sub(urgent_kib).max(1);
        let semaphore = |kib: u32| Arc::new(Semaphore::new(kib as usize));
        Self { bulk: semaphore(bulk_kib), urgent: semaphore(urgent_kib), bulk_kib, urgent_kib }
    }

    /// Waits until `bytes` may be sent. A message over the whole budget waits for all of it.
    pub async fn spend(&self, urgency: Urgency, bytes: usize) -> Spent {
        let (semaphore, most) = match urgency {
            Urgency::Urgent => (&self.urgent, self.urgent_kib),
            Urgency::Bulk => (&self.bulk, self.bulk_kib),
        };
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX).min(most);
        let permit = Arc::clone(semaphore).acquire_many_owned(kib).await;
        Spent(permit.expect("the semaphores are never closed"))
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn bulk_that_fills_its_part_leaves_the_urgent_part_free() {
        let budget = Budget::new(64);
        let bulk = budget.spend(Urgency::Bulk, 1 << 30).now_or_never().unwrap();
        assert!(budget.spend(Urgency::Bulk, 1).now_or_never().is_none());
        let urgent = budget.spend(Urgency::Urgent, 1 << 30).now_or_never().unwrap();
        assert!(budget.spend(Urgency::Urgent, 1).now_or_never().is_none());
        drop((bulk, urgent));
        assert!(budget.spend(Urgency::Bulk, 1).now_or_never().is_some());
    }
}
