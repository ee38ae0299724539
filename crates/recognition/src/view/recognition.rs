//! Puts together what is shown of a recognition.

use tiaoxi_credit::Inspection;
use tiaoxi_federation::MemberId;

use super::{RecognitionView, View, facts::Listed};

impl<'a> View<'a> {
    pub(super) fn recognition(
        &self,
        listed: &Listed<'a>,
        party: &MemberId,
        county: Option<&MemberId>,
    ) -> RecognitionView<'a> {
        let recognised = self.recognised(listed, party, county);
        let outcome = recognised.outcome;
        let (since, until) =
            (outcome.as_ref().map(|it| it.since), outcome.as_ref().map(|it| it.until));
        let (level, inspection, measures) = match outcome {
            Some(outcome) => (outcome.level, outcome.inspection, outcome.measures),
            None => (String::new(), Inspection::NONE, Vec::new()),
        };
        RecognitionView {
            member: party.clone(),
            state: recognised.state,
            decision: recognised.said.map(|(_, said)| said),
            place: recognised.said.map(|(spot, _)| self.place(spot)),
            name: recognised.said.and_then(|(spot, _)| self.name(spot)),
            level,
            inspection,
            measures,
            since,
            until,
            fresh_until: self.log_role(listed.spot).fresh_until,
            follows: recognised.state.follows(),
            disputed: recognised.disputed,
            officers: recognised.map.map(|map| map.officers),
            breach: recognised.breach,
            ended: recognised.ended.map(|spot| self.place(spot)),
        }
    }
}
