//! Ending a listing of one's own, or one's own recognition of another's.

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{EndRequest, Said},
};
use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Cause, End},
};
use tiaoxi_federation::Channel;
use tiaoxi_recognition::ListingView;

use super::{
    ExchangeDesk, IntoDetailed, Saying, check_days, decided, exchange_entry, find, is_over, name,
};

impl ExchangeDesk {
    /// Ends a listing of one's own, or one's own recognition of another's.
    pub(crate) fn end(&self, request: &EndRequest) -> Result<Said, ServiceError> {
        let cause = Cause::from_name(&request.cause);
        let cause = cause.ok_or_else(|| ServiceError::from(Code::UnknownCause))?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let reading = self.exchange.read();
        let view = reading.view();
        let listing = find(&view, &request.listing)?;
        let decided = request.decided.map_or_else(|| view.today(), |date| date.0);
        check_days(request.applied.map(|date| date.0), decided, view.today())?;
        let end = End {
            cause,
            because: None,
            document: request.document.clone().unwrap_or_default(),
            applied: request.applied.map(|date| date.0),
            decided,
            reason: request.reason.clone(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        };
        let saying = if cause == Cause::TERMINATED {
            self.termination(&listing, end)?
        } else {
            self.ending(&listing, end)?
        };
        self.say(saying, request.preview)
    }

    /// The end of a listing of one's own.
    pub(super) fn ending(
        &self,
        listing: &ListingView<'_>,
        end: End,
    ) -> Result<Saying, ServiceError> {
        const BY_DECISION: [Cause; 6] = [
            Cause::REPAIR,
            Cause::DELISTED,
            Cause::REVOKED,
            Cause::OBJECTION_UPHELD,
            Cause::AGREEMENT_ENDED,
            Cause::STANDARD_WITHDRAWN,
        ];
        if !BY_DECISION.contains(&end.cause) {
            return Err(Code::UnknownCause.into());
        }
        if listing.origin_member != &self.exchange.me {
            return Err(Code::NotTheOrigin.into());
        }
        if listing.ended.is_some() {
            return Err(Code::ListingEnded.into());
        }
        if end.decided < decided(listing) {
            return Err(Code::DatesOutOfOrder
                .into_detailed("移出决定早于列入决定", "the end was decided before the listing"));
        }
        let concerned = exchange_entry(&listing.place);
        let channel = Channel::ends(listing.agreement);
        self.not_waiting(&channel, concerned, |it| matches!(it, Statement::End(_)))?;
        let label = end.cause.label().unwrap_or_default();
        Ok(Saying {
            channel,
            item: 0,
            concerned,
            words: format!("移出重点监管对象：{}（{label}）", name(listing)),
            statement: Statement::End(end),
            facts: Vec::new(),
            about: Some(listing.place.clone()),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        })
    }

    /// The end of one's own recognition.
    fn termination(&self, listing: &ListingView<'_>, end: End) -> Result<Saying, ServiceError> {
        let recognition = listing.recognitions.get(&self.exchange.me);
        let recognition =
            recognition.filter(|it| it.decision.is_some_and(|it| it.decision.recognises()));
        let recognition = recognition.ok_or_else(|| ServiceError::from(Code::NotInForce))?;
        let place =
            recognition.place.clone().ok_or_else(|| ServiceError::from(Code::NotInForce))?;
        if is_over(recognition.state) {
            return Err(Code::ListingEnded.into());
        }
        let concerned = exchange_entry(&place);
        let channel = Channel::ends(listing.agreement);
        self.not_waiting(&channel, concerned, |it| matches!(it, Statement::End(_)))?;
        let end = End {
            undone_inspection: recognition.inspection,
            undone_measures: recognition.measures.clone(),
            ..end
        };
        Ok(Saying {
            channel,
            item: 0,
            concerned,
            words: format!("终止认可：{}", name(listing)),
            statement: Statement::End(end),
            facts: Vec::new(),
            about: Some(place),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        })
    }
}
