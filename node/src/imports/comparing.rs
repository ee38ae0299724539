//! What becomes of a row that is right by itself: the log may know its record.

use tiaoxi_api::service::ServiceError;
use tiaoxi_intake::Accepted;

use super::{
    findings,
    job::{Job, Rows},
    sending::Sending,
    tally::{Spot, Tally},
};
use crate::own::{Known, Life, Version};

impl Job<'_> {
    /// What becomes of a row that is right by itself: the log may know it.
    pub(super) fn compare(
        &self,
        spot: Spot,
        accepted: Accepted,
        intake: &Rows<'_>,
        tally: &mut Tally,
        sending: Option<&mut Sending<'_>>,
    ) -> Result<(), ServiceError> {
        let own = &self.imports.own;
        let is_done = sending.as_ref().is_some_and(|sending| spot.row <= sending.record.rows);
        match own.compare(self.item.number(), &accepted.record)? {
            Known::New(mark) => {
                tally.accept(spot, &accepted)?;
                tally.summary.accepted += 1;
                let Some(sending) = sending else { return Ok(()) };
                own.note_mark(mark);
                sending.add(accepted.record)
            }
            Known::Same(version) if is_done && self.brought(&version, sending.as_deref()) => {
                tally.accept(spot, &accepted)?;
                if version.import.is_some() {
                    tally.summary.corrections += 1;
                    tally.summary.corrected += 1;
                } else {
                    tally.summary.accepted += 1;
                }
                Ok(())
            }
            Known::Same(_) => {
                tally.summary.known += 1;
                Ok(())
            }
            Known::Other(version) => self.offer(spot, accepted, &version, intake, tally, sending),
            Known::Withdrawn(version) => {
                self.renew(spot, accepted, &version, intake, tally, sending)
            }
        }
    }

    /// Whether a version came with this very import, in an earlier run.
    fn brought(&self, version: &Version, sending: Option<&Sending<'_>>) -> bool {
        let number = sending.and_then(|sending| sending.record.number);
        version.import == Some(self.digest)
            || (version.came_with.is_some() && version.came_with == number)
    }

    /// Whether a notice about a version may follow now: its number is for ever, and none is on its
    /// way or waits to be signed. In earnest, this one is on its way from now on.
    fn may_follow(version: &Version, sending: Option<&mut Sending<'_>>) -> bool {
        version.is_signed
            && version.life != Life::Pending
            && sending.is_none_or(|sending| sending.announce(version))
    }

    /// The log has the record with other content.
    fn offer(
        &self,
        spot: Spot,
        accepted: Accepted,
        version: &Version,
        intake: &Rows<'_>,
        tally: &mut Tally,
        mut sending: Option<&mut Sending<'_>>,
    ) -> Result<(), ServiceError> {
        let reason = self.ruling.correct_because.clone();
        let in_earnest = if reason.is_some() { sending.as_deref_mut() } else { None };
        if !Self::may_follow(version, in_earnest) {
            return tally.reject(spot, intake.cells(), &[findings::recorded_unsigned()]);
        }
        let fields = self.item.differences(&version.record, &accepted.record);
        tally.offer(spot, version, &fields, accepted.record.decided.to_string());
        let Some(reason) = reason else {
            let finding = findings::recorded_differently(self.item, version, &fields);
            return tally.set_aside(spot, intake.cells(), &[finding]);
        };
        tally.accept(spot, &accepted)?;
        tally.summary.corrected += 1;
        match sending {
            Some(sending) => sending.correct(version, accepted.record, reason, None),
            None => Ok(()),
        }
    }

    /// The log had the record once, and it was withdrawn.
    fn renew(
        &self,
        spot: Spot,
        accepted: Accepted,
        version: &Version,
        intake: &Rows<'_>,
        tally: &mut Tally,
        mut sending: Option<&mut Sending<'_>>,
    ) -> Result<(), ServiceError> {
        let Some(review) = self.ruling.review.clone() else {
            tally.summary.withdrawn += 1;
            let finding = findings::withdrawn_before(version);
            return tally.hold(spot, intake.cells(), &finding);
        };
        if !Self::may_follow(version, sending.as_deref_mut()) {
            return tally.reject(spot, intake.cells(), &[findings::recorded_unsigned()]);
        }
        tally.accept(spot, &accepted)?;
        tally.summary.accepted += 1;
        let reason = self.ruling.correct_because.clone();
        let reason = reason.unwrap_or_else(|| review.word.clone());
        match sending {
            Some(sending) => sending.correct(version, accepted.record, reason, Some(review)),
            None => Ok(()),
        }
    }
}
