//! Mutual recognition: what members have said, and saying something.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ANSWER_TIME_MAX, Client, ClientError};
use crate::percent::escape;
use crate::service::{ListingsQuery, PaperFormat, ReviewerToken};
use crate::types::{
    AgreementList, AgreementShown, AnswerRequest, Decided, Decisions, DecisionsRequest, EndRequest,
    ExchangeStatus, FromRecords, FromRecordsRequest, ListingRequest, ListingShown, ListingsPage,
    ObjectionRequest, Place, RecognitionRequest, RepairRequest, Said, SubjectSupervision,
    SupervisionShown, Timeline,
};

impl Client {
    /// The agreements on mutual recognition.
    pub fn agreements(&self) -> Result<Vec<AgreementShown>, ClientError> {
        self.get_json("/v1/agreements").map(|AgreementList { agreements }| agreements)
    }

    /// The supervision catalogue.
    pub fn supervision(&self) -> Result<SupervisionShown, ClientError> {
        self.get_json("/v1/supervision")
    }

    /// How the exchange between members is.
    pub fn exchange(&self) -> Result<ExchangeStatus, ClientError> {
        self.get_json("/v1/exchange")
    }

    /// Listings; the next page is `from` the count of those before.
    pub fn listings(&self, query: &ListingsQuery) -> Result<ListingsPage, ClientError> {
        let ListingsQuery { agreement, state, origin, undecided, limit, from } = query;
        let mut path = format!("/v1/listings?limit={limit}&from={from}&undecided={undecided}");
        for (name, text) in [("agreement", agreement), ("state", state), ("origin", origin)] {
            if let Some(text) = text {
                path.extend(["&", name, "=", &escape(text, b"")]);
            }
        }
        self.get_json(&path)
    }

    /// A listing with everything that followed.
    pub fn listing(&self, place: &Place) -> Result<ListingShown, ClientError> {
        self.get_json(&listing_path(place))
    }

    /// The notice to the company (告知书).
    pub fn notice(&self, place: &Place, format: PaperFormat) -> Result<Vec<u8>, ClientError> {
        let name = html_or_text(format);
        self.paper(&format!("{}/notice?format={name}", listing_path(place)))
    }

    /// Whether the subject of a code is a key supervision object.
    pub fn subject_supervision(&self, code: &str) -> Result<SubjectSupervision, ClientError> {
        self.get_json(&format!("/v1/subjects/{}/supervision", escape(code, b"")))
    }

    /// Everything that was said of the listings of a subject.
    pub fn timeline(&self, code: &str) -> Result<Timeline, ClientError> {
        self.get_json(&format!("/v1/subjects/{}/timeline", escape(code, b"")))
    }

    /// The same to be read and printed.
    pub fn timeline_paper(&self, code: &str, format: PaperFormat) -> Result<Vec<u8>, ClientError> {
        let (code, name) = (escape(code, b""), html_or_text(format));
        self.paper(&format!("/v1/subjects/{code}/timeline?format={name}"))
    }

    /// A certificate of absence: as [`PaperFormat::Text`] the signed note.
    pub fn absence(&self, code: &str, format: PaperFormat) -> Result<Vec<u8>, ClientError> {
        let name = match format {
            PaperFormat::Text => "note",
            PaperFormat::Html => "html",
        };
        self.paper(&format!("/v1/subjects/{}/absence?format={name}", escape(code, b"")))
    }

    /// Lists a subject.
    pub fn list(
        &self,
        request: &ListingRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Said, ClientError> {
        self.say("/v1/listings", request, reviewer)
    }

    /// Lists the subjects of records.
    pub fn list_from_records(
        &self,
        request: &FromRecordsRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<FromRecords, ClientError> {
        self.say("/v1/listings/from-records", request, reviewer)
    }

    /// Decides on a listing, as the officer of a token.
    pub fn recognise(
        &self,
        request: &RecognitionRequest,
        officer: &ReviewerToken,
    ) -> Result<Decided, ClientError> {
        self.say("/v1/recognitions", request, Some(officer))
    }

    /// Ends a listing or a recognition of one's own.
    pub fn end(
        &self,
        request: &EndRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Said, ClientError> {
        self.say("/v1/ends", request, reviewer)
    }

    /// Carries out a repair decision.
    pub fn repair(
        &self,
        request: &RepairRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Decisions, ClientError> {
        self.say("/v1/repairs", request, reviewer)
    }

    /// Carries out decisions that came in as records.
    pub fn decisions(
        &self,
        request: &DecisionsRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Decisions, ClientError> {
        self.say("/v1/decisions", request, reviewer)
    }

    /// Takes in an objection.
    pub fn object(
        &self,
        request: &ObjectionRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Said, ClientError> {
        self.say("/v1/objections", request, reviewer)
    }

    /// Answers an objection to a listing of one's own.
    pub fn answer(
        &self,
        request: &AnswerRequest,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<Said, ClientError> {
        self.say("/v1/answers", request, reviewer)
    }

    fn say<T: DeserializeOwned>(
        &self,
        path: &str,
        request: &impl Serialize,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<T, ClientError> {
        self.post_json(path, request, reviewer, Some(ANSWER_TIME_MAX))
    }

    fn paper(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        self.read(self.get(path, "*/*")?)
    }
}

fn listing_path(place: &Place) -> String {
    format!("/v1/listings/{}/{}", escape(&place.origin, b"/"), place.number)
}

fn html_or_text(format: PaperFormat) -> &'static str {
    match format {
        PaperFormat::Text => "text",
        PaperFormat::Html => "html",
    }
}
