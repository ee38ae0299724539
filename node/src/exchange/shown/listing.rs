//! One listing with everything that followed, as it is shown.

use tiaoxi_api::types::{
    AnsweredShown, ClockKind, ClockShown, ClockState, Date, EndedShown, EvidenceShown, GroundShape,
    HexBytes, ListingContent, ListingShown, Named, ObjectionShown, Reason, ReceiptShown,
    RecognitionShown,
};
use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Cause, Evidence, Listing, Stops},
};
use tiaoxi_federation::MemberId;
use tiaoxi_ledger::{checkpoint::Checkpoint, header::Header, note::Note, proof_file::ProofFile};
use tiaoxi_recognition::{
    Breach, Clock, Ended, ListingView, ObjectionView, Receipted, RecognitionView, View, clock,
};

use crate::exchange::desk::place_shown;

/// Chinese names of the supervision catalogue; the slug where it has none.
pub(super) struct Names<'a>(pub(super) &'a Supervision);

impl Names<'_> {
    pub(super) fn domain(&self, slug: &str) -> String {
        self.0.domain(slug).map_or_else(|| slug.to_owned(), |it| it.name_zh.clone())
    }

    fn standard(&self, listing: &Listing) -> String {
        let standard = self.0.standard(&listing.standard, listing.standard_version);
        standard.map_or_else(|| listing.standard.clone(), |it| it.name_zh.clone())
    }

    fn level(&self, listing: &Listing) -> String {
        let standard = self.0.standard(&listing.standard, listing.standard_version);
        let level = standard.and_then(|it| it.level(&listing.level));
        level.map_or_else(|| listing.level.clone(), |it| it.name_zh.clone())
    }

    fn measures(&self, slugs: &[String]) -> Vec<Named> {
        let named = |slug: &String| Named {
            slug: slug.clone(),
            name_zh: self.0.measure(slug).map_or_else(|| slug.clone(), |it| it.name_zh.clone()),
        };
        slugs.iter().map(named).collect()
    }
}

/// A listing as it is shown.
pub(super) fn shown(view: &View<'_>, listing: &ListingView<'_>) -> ListingShown {
    let names = Names(view.supervision());
    let recognition = |it: &RecognitionView<'_>| recognition_shown(view, &names, it);
    let receipts = receipts(listing);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    ListingShown {
        place: place_shown(&listing.place),
        commitment: HexBytes(listing.name.commitment.to_vec()),
        agreement: listing.agreement.to_string(),
        origin: listing.origin_member.to_string(),
        origin_name: member_name(view, listing.origin_member),
        state: listing.state.name().to_owned(),
        state_zh: listing.state.label().to_owned(),
        listing: listing.listing.map(|it| content(&names, it)),
        breach: listing.admitted.as_ref().err().map(reason),
        ended: listing.ended.as_ref().map(ended),
        objections: listing.objections.iter().map(objection).collect(),
        recognitions: listing.recognitions.values().map(recognition).collect(),
        here: listing.here.as_ref().map(recognition),
        propagation: listing.propagation.as_ref().map(clock_shown),
        handling: listing.handling.iter().map(clock_shown).collect(),
        confirmed: count(receipts.iter().filter(|it| it.done.is_some()).count()),
        expected: count(receipts.len()),
        receipts,
    }
}

pub(super) fn member_name(view: &View<'_>, id: &MemberId) -> String {
    view.terms().member(id).map_or_else(|| id.to_string(), |member| member.name.clone())
}

fn content(names: &Names<'_>, listing: &Listing) -> ListingContent {
    let code = listing.subject.principal_code().map(|code| code.code.clone());
    ListingContent {
        subject_name: listing.subject.name.clone(),
        subject_code: code.unwrap_or_default(),
        class: listing.subject.class.label().unwrap_or_default().to_owned(),
        domain: listing.domain.clone(),
        domain_zh: names.domain(&listing.domain),
        standard: listing.standard.clone(),
        standard_zh: names.standard(listing),
        standard_version: listing.standard_version,
        level: listing.level.clone(),
        level_zh: names.level(listing),
        ground: GroundShape::from(&listing.ground),
        since: Date(listing.since),
        until: Date(listing.until),
        inspection: inspection_name(listing.inspection),
        inspection_zh: inspection_label(listing.inspection),
        measures: names.measures(&listing.measures),
        channel: listing.channel.clone(),
        evidence: listing.evidence.as_deref().and_then(evidence),
    }
}

/// The record that came along, as far as it can be read; whether it is proved was judged before.
fn evidence(evidence: &Evidence) -> Option<EvidenceShown> {
    let proof = ProofFile::parse(&evidence.proof).ok()?;
    let header = <[u8; 48]>::try_from(evidence.header.as_slice()).ok()?;
    let kind = Header::from_bytes(&header).ok()?.kind;
    let record = match Statement::from_body(kind.kind(), kind.version(), &evidence.body).ok()? {
        Statement::Record(record) => record,
        Statement::Correction(correction) => correction.record,
        _ => return None,
    };
    let note = Note::parse(&proof.checkpoint).ok()?;
    let log = Checkpoint::parse(note.text()).ok()?.origin;
    let (document, decided) = (record.document, Date(record.decided));
    Some(EvidenceShown { document, decided, log, number: proof.index })
}

fn reason(breach: &Breach) -> Reason {
    Reason { code: breach.code().to_owned(), zh: breach.zh(), en: breach.en() }
}

fn ended(ended: &Ended) -> EndedShown {
    let stops = Stops::TABLE.iter().filter(|row| ended.stops.has(row.0));
    EndedShown {
        place: place_shown(&ended.place),
        cause: cause_name(ended.cause),
        cause_zh: cause_label(ended.cause),
        document: ended.document.clone(),
        decided: Date(ended.decided),
        applied: ended.applied.map(Date),
        stops: stops.map(|row| row.1.to_owned()).collect(),
    }
}

fn cause_name(cause: Option<Cause>) -> String {
    match cause {
        None => "unreadable".to_owned(),
        Some(cause) => cause.name().map_or_else(|| format!("cause-{}", cause.0), str::to_owned),
    }
}

fn cause_label(cause: Option<Cause>) -> String {
    cause.and_then(Cause::label).unwrap_or("原因不可读").to_owned()
}

fn objection(objection: &ObjectionView) -> ObjectionShown {
    let answered = objection.answered.as_ref().map(|it| AnsweredShown {
        cause_zh: cause_label(it.cause),
        document: it.document.clone(),
        decided: Date(it.decided),
    });
    ObjectionShown {
        place: place_shown(&objection.place),
        member: objection.member.to_string(),
        objection: objection.objection.clone(),
        received: Date(objection.received),
        matter: objection.matter.clone(),
        answered,
    }
}

fn recognition_shown(
    view: &View<'_>,
    names: &Names<'_>,
    recognition: &RecognitionView<'_>,
) -> RecognitionShown {
    let decision = recognition.decision;
    let name = |decision: tiaoxi_credit::statement::Decision| {
        decision.name().map_or_else(|| format!("decision-{}", decision.0), str::to_owned)
    };
    let inspection = decision.map(|_| recognition.inspection);
    let words = |text: fn(&tiaoxi_credit::statement::Recognition) -> &String| {
        decision.map_or_else(String::new, |it| text(it).clone())
    };
    RecognitionShown {
        member: recognition.member.to_string(),
        member_name: member_name(view, &recognition.member),
        state: recognition.state.name().to_owned(),
        state_zh: recognition.state.label().to_owned(),
        place: recognition.place.as_ref().map(place_shown),
        decision: decision.map(|it| name(it.decision)),
        level: Some(recognition.level.clone()).filter(|level| !level.is_empty()),
        inspection: inspection.map(inspection_name),
        inspection_zh: inspection.map(inspection_label),
        measures: names.measures(&recognition.measures),
        since: recognition.since.map(Date),
        until: recognition.until.map(Date),
        reason: words(|it| &it.reason),
        basis: words(|it| &it.basis),
        decided: decision.map(|it| Date(it.decided)),
        officers: decision.map_or(0, |it| it.officers),
        follows: recognition.follows,
        fresh_until: recognition.fresh_until,
    }
}

/// Whose confirmation is expected, with what is known of it.
fn receipts(listing: &ListingView<'_>) -> Vec<ReceiptShown> {
    if listing.ended.is_none() {
        return Vec::new();
    }
    let shown = |member: &MemberId| {
        let receipt: Option<&Receipted> = listing.receipts.get(member);
        ReceiptShown {
            member: member.to_string(),
            place: receipt.map(|it| place_shown(&it.place)),
            done: receipt.map(|it| Date(it.done)),
            carried_by: receipt.and_then(|it| it.carried_by.as_ref()).map(ToString::to_string),
        }
    };
    listing.expected.iter().map(shown).collect()
}

fn clock_shown(shown: &Clock) -> ClockShown {
    ClockShown {
        what: clock_kind(shown.kind),
        from: Date(shown.from),
        due: Date(shown.due),
        warns: Date(shown.warns),
        done: shown.done.map(Date),
        state: match shown.state {
            clock::ClockState::Running => ClockState::Running,
            clock::ClockState::Warning => ClockState::Warning,
            clock::ClockState::Late => ClockState::Late,
            clock::ClockState::Done => ClockState::Done,
        },
        late: shown.waits_for.iter().map(ToString::to_string).collect(),
        provisional: shown.provisional,
    }
}

pub(super) fn clock_kind(kind: clock::ClockKind) -> ClockKind {
    match kind {
        clock::ClockKind::Handling => ClockKind::Handling,
        clock::ClockKind::Propagation => ClockKind::Propagation,
    }
}

pub(super) fn inspection_name(inspection: Inspection) -> String {
    inspection.name().map_or_else(|| format!("inspection-{}", inspection.0), str::to_owned)
}

pub(super) fn inspection_label(inspection: Inspection) -> String {
    inspection.label().unwrap_or("（新版本的频次）").to_owned()
}
