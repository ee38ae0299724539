//! Objections of subjects, and the origin's answers.

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{AnswerRequest, ObjectionRequest, Said},
};
use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{Cause, End, ObjectionMark},
};
use tiaoxi_federation::Channel;
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{ListingView, Place};

use super::{ExchangeDesk, Saying, check_days, exchange_entry, find, name, place_of, stands};

impl ExchangeDesk {
    /// Marks what a subject objects to: a listing, or a record of one's own.
    pub(crate) fn object(&self, request: &ObjectionRequest) -> Result<Said, ServiceError> {
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let reading = self.exchange.read();
        let view = reading.view();
        let today = view.today();
        let received = request.received.map_or(today, |date| date.0);
        check_days(None, received, today)?;
        let place = place_of(&request.about)?;
        let mark = |listing, number: usize| ObjectionMark {
            listing,
            passes_on: None,
            objection: request
                .objection
                .clone()
                .unwrap_or_else(|| self.objection_number(received, number)),
            received,
            matter: request.matter.clone(),
        };
        if place.origin.channel.agreement().is_none() {
            let notices = self.notices.as_ref();
            let notices = notices.ok_or_else(|| ServiceError::from(Code::NotOurs))?;
            let number = usize::try_from(place.number).unwrap_or(usize::MAX);
            return notices.mark(&place, mark(None, number), request.preview);
        }
        let listing = find(&view, &request.about)?;
        if !stands(listing.state) {
            return Err(Code::ListingEnded.into());
        }
        let concerned = self.marked(&listing);
        let number = listing.objections.len() + 1;
        let mark = mark(Some(listing.name.clone()), number);
        let saying = Saying {
            channel: Channel::ends(listing.agreement),
            item: 0,
            concerned,
            words: format!("异议标注：{}（{}）", name(&listing), mark.objection),
            statement: Statement::ObjectionMark(mark),
            facts: Vec::new(),
            about: Some(listing.place.clone()),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        };
        self.say(saying, request.preview)
    }

    /// What of this member's own an objection to a listing marks: the listing, its recognition of
    /// it, or nothing, as at a county.
    fn marked(&self, listing: &ListingView<'_>) -> Concerned {
        let me = &self.exchange.me;
        if listing.origin_member == me {
            return exchange_entry(&listing.place);
        }
        let recognition = listing.recognitions.get(me).and_then(|it| it.place.as_ref());
        let own = recognition.filter(|place| place.origin.member == *me);
        own.map_or(Concerned::NONE, exchange_entry)
    }

    fn objection_number(&self, received: Day, number: usize) -> String {
        let (year, ..) = received.to_date();
        let at = crate::clock::unix_seconds() % 100_000;
        format!("{}-{year}-{number}-{at:05}", self.exchange.me)
    }

    /// Answers all open objections to a listing of one's own.
    pub(crate) fn answer(&self, request: &AnswerRequest) -> Result<Said, ServiceError> {
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let place = place_of(&request.listing)?;
        let today = self.exchange.read().view().today();
        let decided = request.decided.map_or(today, |date| date.0);
        check_days(None, decided, today)?;
        let end = End {
            cause: if request.upheld {
                Cause::OBJECTION_UPHELD
            } else {
                Cause::OBJECTION_DISMISSED
            },
            because: None,
            document: request.document.clone(),
            applied: None,
            decided,
            reason: request.reason.clone(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        };
        if place.origin.channel.agreement().is_none() {
            let notices = self.notices.as_ref();
            let notices = notices.ok_or_else(|| ServiceError::from(Code::NotOurs))?;
            return notices.answer(&place, &end, request.preview);
        }
        let mut said = self.answers(&place, &end, request.preview)?;
        said.pop().ok_or_else(|| Code::ObjectionNotFound.into())
    }

    /// Ends the open marks of one's own on a listing and, where the objection is right, the listing.
    pub(super) fn answers(
        &self,
        place: &Place,
        end: &End,
        preview: bool,
    ) -> Result<Vec<Said>, ServiceError> {
        let reading = self.exchange.read();
        let view = reading.view();
        let listing =
            view.listing(place).ok_or_else(|| ServiceError::from(Code::ListingNotFound))?;
        if listing.origin_member != &self.exchange.me {
            return Err(Code::NotTheOrigin.into());
        }
        if !stands(listing.state) {
            return Err(Code::ListingEnded.into());
        }
        let channel = Channel::ends(listing.agreement);
        let open = listing.objections.iter().filter(|objection| {
            objection.place.origin.member == self.exchange.me && objection.answered.is_none()
        });
        let mut sayings = Vec::new();
        for objection in open {
            if objection.received > end.decided {
                continue;
            }
            let concerned = Concerned {
                relation: Relation::SAME_CHANNEL,
                epoch: objection.place.origin.epoch,
                number: objection.place.number,
            };
            self.not_waiting(&channel, concerned, |it| matches!(it, Statement::End(_)))?;
            let label = end.cause.label().unwrap_or_default();
            sayings.push(Saying {
                channel: channel.clone(),
                item: 0,
                concerned,
                words: format!("异议答复：{}（{label}）", name(&listing)),
                statement: Statement::End(End { applied: Some(objection.received), ..end.clone() }),
                facts: Vec::new(),
                about: Some(objection.place.clone()),
                subject_name: listing.listing.map(|it| it.subject.name.clone()),
            });
        }
        // An objection that is right ends the listing, whether or not it was marked here. In one
        // commit with the answers: a mark must not be lifted from a listing that stands.
        if end.cause == Cause::OBJECTION_UPHELD {
            sayings.push(self.ending(&listing, end.clone())?);
        }
        if sayings.is_empty() {
            return Err(Code::ObjectionNotFound.into());
        }
        self.say_together(&channel, sayings, preview)
    }
}
