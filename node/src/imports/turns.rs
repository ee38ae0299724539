//! Who works on a file now: one at a time, in the order of arrival.
//!
//! Two imports never compare and append at once, so the same row in two files is taken in once;
//! and a workbook's memory is used once.

use parking_lot::{Condvar, Mutex};

/// A line of those who wait.
#[derive(Default)]
pub(super) struct Turns {
    line: Mutex<Line>,
    moved: Condvar,
}

#[derive(Default)]
struct Line {
    /// The next ticket.
    next: u64,
    /// The ticket whose turn it is.
    now: u64,
}

/// The turn; over when dropped.
pub(super) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits for a turn.
    pub(super) fn wait(&self) -> Turn<'_> {
        let mut line = self.line.lock();
        let ticket = line.next;
        line.next += 1;
        while line.now != ticket {
            self.moved.wait(&mut line);
        }
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.line.lock().now += 1;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    #[test]
    fn everybody_gets_a_turn_alone_and_in_order() {
        let turns = Turns::default();
        let (sender, order) = mpsc::channel();
        thread::scope(|scope| {
            let first = turns.wait();
            for number in 1..=8_u64 {
                let (turns, sender) = (&turns, sender.clone());
                scope.spawn(move || {
                    let _turn = turns.wait();
                    sender.send(number).expect("the test listens");
                });
                while turns.line.lock().next != number + 1 {
                    thread::yield_now();
                }
            }
            assert!(order.try_recv().is_err(), "nobody overtakes");
            drop(first);
        });
        drop(sender);
        assert_eq!(order.iter().collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    }
}
