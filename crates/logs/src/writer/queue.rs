//! Requests on their way to the writer: one bounded queue for urgent logs, one for the others.
//!
//! Everything that concerns one log goes through one queue, in order; between the two, the urgent
//! one is always emptied first. Knows nothing of what a request does.

use std::collections::VecDeque;

use crossbeam_channel::{Receiver, Sender, TrySendError, select_biased};
use tiaoxi_sync::budget::Urgency;

use super::{Request, Turn};

/// Requests that may wait in each queue.
const QUEUE_MAX: usize = 64;

/// The end that requests are handed to.
pub(crate) struct Requests {
    urgent: Sender<Request>,
    bulk: Sender<Request>,
}

/// The writer's end.
pub(crate) struct Waiting {
    urgent: Receiver<Request>,
    bulk: Receiver<Request>,
    /// What the writer asked of itself.
    own: VecDeque<Request>,
    /// Taken from a queue but not of the turn of the batch before.
    held_back: Option<Request>,
}

/// Both ends of the two queues.
pub(crate) fn queue() -> (Requests, Waiting) {
    let (urgent, urgent_waiting) = crossbeam_channel::bounded(QUEUE_MAX);
    let (bulk, bulk_waiting) = crossbeam_channel::bounded(QUEUE_MAX);
    let requests = Requests { urgent, bulk };
    let own = VecDeque::new();
    (requests, Waiting { urgent: urgent_waiting, bulk: bulk_waiting, own, held_back: None })
}

/// The writer has ended.
#[derive(Debug)]
pub(crate) struct WriterGone;

impl Requests {
    fn of(&self, urgency: Urgency) -> &Sender<Request> {
        match urgency {
            Urgency::Urgent => &self.urgent,
            Urgency::Bulk => &self.bulk,
        }
    }

    /// Hands a request over, when there is room for it. Blocks until then.
    pub(crate) fn send(&self, urgency: Urgency, request: Request) -> Result<(), WriterGone> {
        self.of(urgency).send(request).map_err(|_gone| WriterGone)
    }

    /// The same without holding up the network's threads.
    pub(crate) async fn send_waiting(
        &self,
        urgency: Urgency,
        request: Request,
    ) -> Result<(), WriterGone> {
        let sender = self.of(urgency);
        match sender.try_send(request) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(_)) => Err(WriterGone),
            Err(TrySendError::Full(request)) => {
                let sender = sender.clone();
                let waited = tokio::task::spawn_blocking(move || sender.send(request).is_ok());
                if waited.await.is_ok_and(|sent| sent) { Ok(()) } else { Err(WriterGone) }
            }
        }
    }

    /// The writer ends once it has done what waits now.
    pub(crate) fn stop(&self) {
        // It may have ended by itself. Behind everything: the other queue is emptied before.
        let _ = self.bulk.send(Request::Stop);
    }
}

impl Waiting {
    /// The next request; within a batch, of its turn only and without waiting. `None` without a
    /// turn: nobody is left who could ask for anything.
    pub(super) fn next(&mut self, turn: Option<Turn>) -> Option<Request> {
        if turn.is_none()
            && let Some(request) = self.own.pop_front()
        {
            return Some(request);
        }
        let request = match (self.held_back.take(), turn) {
            (Some(request), _) => request,
            (None, Some(_)) => {
                self.urgent.try_recv().or_else(|_empty| self.bulk.try_recv()).ok()?
            }
            (None, None) => self.wait()?,
        };
        if turn.is_some_and(|turn| turn == Turn::Alone || turn != Turn::of(&request)) {
            self.held_back = Some(request);
            return None;
        }
        Some(request)
    }

    /// What is done next, before anything that waits.
    pub(super) fn go_on_with(&mut self, request: Request) {
        self.own.push_back(request);
    }

    fn wait(&self) -> Option<Request> {
        // The senders go together; what still waits in the other queue is not lost.
        select_biased! {
            recv(self.urgent) -> request => request.or_else(|_gone| self.bulk.recv()),
            recv(self.bulk) -> request => request.or_else(|_gone| self.urgent.recv()),
        }
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(log: usize) -> Request {
        let member = tiaoxi_federation::MemberId::parse("anji").unwrap();
        Request::Held { log, member, size: 0, root: [0; 32] }
    }

    /// The number of the request's log; 99 for the request to stop.
    fn number(request: &Request) -> usize {
        match request {
            Request::Held { log, .. } | Request::Sign { log } => *log,
            _ => 99,
        }
    }

    fn rest(mut waiting: Waiting) -> Vec<usize> {
        std::iter::from_fn(|| waiting.next(None)).map(|request| number(&request)).collect()
    }

    #[test]
    fn urgent_requests_go_before_all_that_waits_and_stopping_behind_it() {
        let (requests, waiting) = queue();
        for log in 0..3 {
            requests.send(Urgency::Bulk, held(log)).unwrap();
        }
        requests.send(Urgency::Urgent, held(10)).unwrap();
        requests.stop();
        requests.send(Urgency::Urgent, held(11)).unwrap();
        drop(requests);
        assert_eq!(rest(waiting), [10, 11, 0, 1, 2, 99]);
    }

    #[test]
    fn a_batch_takes_requests_of_its_turn_and_urgent_ones_first() {
        let (requests, mut waiting) = queue();
        requests.send(Urgency::Bulk, held(0)).unwrap();
        requests.send(Urgency::Urgent, held(10)).unwrap();
        requests.send(Urgency::Bulk, Request::Sign { log: 1 }).unwrap();
        assert_eq!(waiting.next(Some(Turn::Others)).as_ref().map(number), Some(10));
        assert_eq!(waiting.next(Some(Turn::Others)).as_ref().map(number), Some(0));
        assert!(waiting.next(Some(Turn::Others)).is_none(), "this one is done alone");
        waiting.go_on_with(Request::Sign { log: 2 });
        assert!(waiting.next(Some(Turn::Others)).is_none());
        assert_eq!(waiting.next(None).as_ref().map(number), Some(2), "the writer's own come first");
        assert_eq!(waiting.next(None).as_ref().map(number), Some(1), "nothing was lost");
        assert!(waiting.next(Some(Turn::Others)).is_none(), "nothing waits");
    }

    #[test]
    fn a_full_queue_holds_up_its_own_requests_only() {
        let (requests, waiting) = queue();
        for log in 0..QUEUE_MAX {
            requests.send(Urgency::Bulk, held(log)).unwrap();
        }
        assert!(requests.bulk.try_send(held(0)).is_err());
        assert!(requests.urgent.try_send(held(0)).is_ok());
        drop(waiting);
        assert!(requests.send(Urgency::Urgent, held(0)).is_err(), "nobody takes it any more");
    }
}
