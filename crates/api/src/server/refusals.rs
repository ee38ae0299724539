//! With which codes each route may refuse, for the OpenAPI document.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};

use super::answer::status;
use crate::code::Code::{
    self, AgreementNotFound, AlreadyEnded, AlreadyListed, BadRequest, BodyNotAllowed, BodyTooLarge,
    Breach, Busy, ContradictoryDecisions, Damaged, DatesOutOfOrder, DecidedAlready, DigestMismatch,
    EntryNotFound, EntryUnsigned, HarsherThanMap, ImportExpired, ImportNotFound, ImportRunning,
    ImportTooLarge, Internal, JournalFull, ListingEnded, ListingNotFound, LogNotFound,
    NaturalPersonRefused, NoChange, NoCheckpoint, NoSubjectCode, NoSupervisionCatalog, NotAParty,
    NotARecord, NotInForce, NotOurs, NotReady, NotTheOrigin, NotYetSigned, NothingRejected,
    NothingToConfirm, NothingToRepair, NoticePending, ObjectionNotFound, OfficerNeeded, OnTheList,
    OwnListing, PaperFormat, PartNotFound, ReasonNeeded, ReviewerNeeded, ReviewerUnknown,
    RowNotFound, RowRefused, SameOfficer, SecondOfficerNeeded, StorageFull, TermBeyondOrigin,
    Timeout, TooManyImports, TooManyWatchers, Unauthorized, UnknownCause, UnknownItem, UnknownKind,
    Unmapped, UploadCutOff,
};
use crate::types::ApiError;

/// What any route behind the token may answer.
const ANYWHERE: &[Code] = &[Unauthorized, NotReady, Busy, Timeout, Damaged, Internal];
/// What a decision may lack.
const DECIDING: &[Code] = &[BadRequest, ReasonNeeded, ReviewerNeeded, ReviewerUnknown];
/// Why rows can't be taken in.
const APPENDING: &[Code] = &[ImportRunning, TooManyImports, JournalFull, StorageFull];
/// Why no notice can be about an entry.
const CONCERNING: &[Code] = &[
    NotOurs,
    LogNotFound,
    EntryNotFound,
    ImportNotFound,
    RowNotFound,
    NotARecord,
    EntryUnsigned,
    NoticePending,
    AlreadyEnded,
    JournalFull,
];
/// Why nothing can be said about a listing, whatever it is.
const SAYING: &[Code] = &[
    BadRequest,
    BodyTooLarge,
    ReviewerUnknown,
    NotAParty,
    NotInForce,
    NoSupervisionCatalog,
    EntryUnsigned,
    JournalFull,
];
/// Why nothing can be made of records.
const OF_RECORDS: &[Code] = &[UnknownItem, ImportNotFound];
/// Why nothing is told of a subject.
const OF_SUBJECT: &[Code] = &[BadRequest, NoSubjectCode, NaturalPersonRefused];
/// By operation, beside those of any.
const OPERATIONS: &[(&str, &[&[Code]])] = &[
    ("checkpoint", &[&[LogNotFound, NoCheckpoint]]),
    ("subject", &[&[NoSubjectCode, NaturalPersonRefused]]),
    ("proof", &[&[BadRequest, NaturalPersonRefused, LogNotFound, EntryNotFound, NotYetSigned]]),
    (
        "import",
        &[DECIDING, APPENDING, &[UploadCutOff, UnknownItem, ImportTooLarge, DigestMismatch]],
    ),
    (
        "confirm_import",
        &[DECIDING, APPENDING, &[BodyTooLarge, ImportNotFound, ImportExpired, NothingToConfirm]],
    ),
    ("import_progress", &[&[BadRequest, ImportNotFound]]),
    ("watch_import", &[&[BadRequest, ImportNotFound, TooManyWatchers]]),
    ("import_findings", &[&[BadRequest, ImportNotFound, ImportExpired, ImportRunning]]),
    (
        "rejected_rows",
        &[&[
            BadRequest,
            UnknownKind,
            ImportNotFound,
            NothingRejected,
            PartNotFound,
            ImportExpired,
            ImportRunning,
        ]],
    ),
    ("discard_import", &[&[BadRequest, ImportNotFound, ImportRunning]]),
    ("withdraw", &[DECIDING, CONCERNING, &[BodyTooLarge]]),
    ("correct", &[DECIDING, CONCERNING, &[BodyTooLarge, NoChange, RowRefused]]),
    ("supervision", &[&[NoSupervisionCatalog]]),
    ("listings", &[&[BadRequest]]),
    ("listing", &[&[BadRequest, ListingNotFound]]),
    ("notice", &[&[BadRequest, PaperFormat, ListingNotFound, NoSupervisionCatalog]]),
    ("subject_supervision", &[OF_SUBJECT]),
    ("timeline", &[OF_SUBJECT, &[PaperFormat]]),
    ("absence", &[OF_SUBJECT, &[PaperFormat, OnTheList]]),
    (
        "list",
        &[
            SAYING,
            &[AgreementNotFound, NoSubjectCode, NaturalPersonRefused, Breach, DatesOutOfOrder],
            &[AlreadyListed, LogNotFound, EntryNotFound, NotOurs, NotARecord],
        ],
    ),
    ("list_from_records", &[SAYING, OF_RECORDS, &[AgreementNotFound]]),
    (
        "recognise",
        &[
            SAYING,
            &[ReasonNeeded, OfficerNeeded, SecondOfficerNeeded, SameOfficer],
            &[ContradictoryDecisions, DecidedAlready, ListingNotFound, ListingEnded, OwnListing],
            &[Unmapped, HarsherThanMap, TermBeyondOrigin, Breach],
        ],
    ),
    (
        "end",
        &[
            SAYING,
            &[ReasonNeeded, UnknownCause, DatesOutOfOrder],
            &[ListingNotFound, ListingEnded, NotTheOrigin, AlreadyEnded],
        ],
    ),
    ("repair", &[SAYING, &[NoSubjectCode, NaturalPersonRefused, NothingToRepair, DatesOutOfOrder]]),
    ("decisions", &[SAYING, OF_RECORDS]),
    (
        "object",
        &[SAYING, &[LogNotFound, EntryNotFound, ListingNotFound, ListingEnded, AlreadyEnded]],
    ),
    (
        "answer",
        &[
            SAYING,
            &[ReasonNeeded, ListingNotFound, ListingEnded, NotTheOrigin, ObjectionNotFound],
            &[DatesOutOfOrder],
        ],
    ),
    ("item", &[&[UnknownItem]]),
    ("template", &[&[UnknownItem]]),
];
/// Operations that read a file.
const READING: [&str; 2] = ["import", "confirm_import"];
/// Operations that are judged by an agreement and the supervision catalogue.
const JUDGED: [&str; 2] = ["list", "recognise"];

/// Adds an answer for each status, with the codes that come under it.
pub(super) fn add(operation: &mut Operation, needs_token: bool) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let own = OPERATIONS.iter().filter(|(name, _)| *name == id).flat_map(|(_, codes)| *codes);
    let common: &[Code] = if needs_token { ANYWHERE } else { &[BodyNotAllowed] };
    let mut by_status: BTreeMap<StatusCode, Vec<String>> = BTreeMap::new();
    for code in own.copied().flatten().chain(common) {
        let words = code.describe();
        let line = format!("- `{}`: {}（{}）", words.code, words.en, words.zh);
        by_status.entry(status(words.class)).or_default().push(line);
    }
    if READING.contains(&id.as_str()) {
        let line = "- codes of what reads files: see docs/catalogue.md".to_owned();
        by_status.entry(StatusCode::UNPROCESSABLE_ENTITY).or_default().push(line);
    }
    if JUDGED.contains(&id.as_str()) {
        let line = "- codes of what breaks an agreement: see docs/recognition.md".to_owned();
        by_status.entry(StatusCode::UNPROCESSABLE_ENTITY).or_default().push(line);
    }
    for (status, lines) in by_status {
        let schema = Ref::from_schema_name(ApiError::name());
        let response = ResponseBuilder::new()
            .description(lines.join("\n"))
            .content("application/json", Content::new(Some(RefOr::Ref(schema))))
            .build();
        operation.responses.responses.insert(status.as_str().to_owned(), response.into());
    }
}
