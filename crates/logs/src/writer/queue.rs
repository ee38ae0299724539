//! Requests on their way to the writer: one bounded queue for urgent logs, one for the others.
//!
//! Everything that concerns one log goes through one queue, in order; between the two, the urgent
//! one is always emptied first. Knows nothing of what a request does.

use std::{collections::VecDeque, time::Instant};

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

/// What ended the wait for a request.
#[expect(clippy::large_enum_variant, reason = "one at a time, and taken apart at once")]
pub(super) enum Next {
    Request(Request),
    /// The time until which was to be waited.
    Time,
    /// Nobody is left who could ask for anything.
    Gone,
}

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
    /// The next request of a batch of this turn, when one waits already.
    pub(super) fn next_of(&mut self, turn: Turn) -> Option<Request> {
        let request = match self.held_back.take() {
            Some(request) => request,
            None => self.urgent.try_recv().or_else(|_empty| self.bulk.try_recv()).ok()?,
        };
        if turn == Turn::Alone || turn != Turn::of(&request) {
            self.held_back = Some(request);
            return None;
        }
        Some(request)
    }

    /// The next request, for which is waited, until `deadline` when there is one.
    pub(super) fn next(&mut self, deadline: Option<Instant>) -> Next {
        match self.own.pop_front().or_else(|| self.held_back.take()) {
            Some(request) => Next::Request(request),
            None => self.wait(deadline),
        }
    }

    /// What is done next, before anything that waits.
    pub(super) fn go_on_with(&mut self, request: Request) {
        self.own.push_back(request);
    }

    fn wait(&self, deadline: Option<Instant>) -> Next {
        let never = crossbeam_channel::never();
        let late = deadline.map_or(never, crossbeam_channel::at);
        // The senders go together; what still waits in the other queue is not lost.
        let request = select_biased! {
            recv(self.urgent) -> request => request.or_else(|_gone| self.bulk.recv()),
            recv(self.bulk) -> request => request.or_else(|_gone| self.urgent.recv()),
            recv(late) -> _ => return Next::Time,
        };
        request.map_or(Next::Gone, Next::Request)
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
        std::iter::from_fn(|| next(&mut waiting)).map(|request| number(&request)).collect()
    }

    fn next(waiting: &mut Waiting) -> Option<Request> {
        match waiting.next(None) {
            Next::Request(request) => Some(request),
            Next::Time | Next::Gone => None,
        }
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
        assert_eq!(waiting.next_of(Turn::Others).as_ref().map(number), Some(10));
        assert_eq!(waiting.next_of(Turn::Others).as_ref().map(number), Some(0));
        assert!(waiting.next_of(Turn::Others).is_none(), "this one is done alone");
        waiting.go_on_with(Request::Sign { log: 2 });
        assert!(waiting.next_of(Turn::Others).is_none());
        assert_eq!(next(&mut waiting).as_ref().map(number), Some(2), "the writer's own come first");
        assert_eq!(next(&mut waiting).as_ref().map(number), Some(1), "nothing was lost");
        assert!(waiting.next_of(Turn::Others).is_none(), "nothing waits");
    }

    #[test]
    fn a_wait_ends_at_its_time_and_a_request_goes_before_it() {
        let (requests, mut waiting) = queue();
        requests.send(Urgency::Bulk, held(3)).unwrap();
        let past = Some(Instant::now());
        assert!(matches!(waiting.next(past), Next::Request(Request::Held { log: 3, .. })));
        assert!(matches!(waiting.next(past), Next::Time));
        drop(requests);
        assert!(matches!(waiting.next(None), Next::Gone));
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
