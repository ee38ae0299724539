//! Putting right what was said: one record, a whole batch, and what is not let through.

use std::{collections::BTreeMap, path::PathBuf};

use tiaoxi_api::{
    client::{ClientError, ImportOptions},
    service::ReviewerToken,
    types::{
        CorrectionRequest, Digest, EndedHow, EntryTarget, ImportDecision, ImportSummary,
        ImportTarget, Notice, RowTarget, Standing, SubjectRecord, Target, WithdrawalRequest,
    },
};
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    city::City,
    duplicates::correcting,
    files::{self, plan},
    program::{self, succeed},
    sheets::{Table, text},
};

const ROWS: usize = 60;
const REASON: &str = "处罚决定已被复议撤销";

/// A city with an invented table, of which its county has taken in nothing yet.
struct Stage {
    city: City,
    table: Table,
    header: usize,
}

impl Stage {
    fn new(seed: u64) -> Self {
        let (table, header) = Table::invented(&files::item(), &plan("wuxing", ROWS as u64, seed));
        Self { city: City::of(&["wuxing"]), table, header }
    }

    fn send(
        &self,
        name: &str,
        table: &Table,
        options: &ImportOptions,
    ) -> Result<ImportSummary, ClientError> {
        let path: PathBuf = self.city.path(name);
        table.write(&path, FileKind::Csv, Encoding::Utf8);
        self.city.counties[0].send(&path, options)
    }

    /// Takes rows of the table in as a file of their own.
    fn take_in(&self, name: &str, rows: impl IntoIterator<Item = usize>) -> ImportSummary {
        self.send(name, &self.table.only(self.header, rows), &ImportOptions::default()).unwrap()
    }

    fn withdraw(&self, target: Target) -> Result<Notice, ClientError> {
        let document = Some("演复决〔2026〕3号".to_owned());
        let reason = REASON.to_owned();
        let request = WithdrawalRequest { target, reason, document, decided: None, preview: false };
        self.city.counties[0].client().withdraw(&request, None)
    }

    fn correct(&self, target: Target, (code, text): (&str, &str)) -> Result<Notice, ClientError> {
        let set = BTreeMap::from([(code.to_owned(), text.to_owned())]);
        let reason = "演示更正".into();
        let request = CorrectionRequest { target, set, reason, review: None, preview: false };
        self.city.counties[0].client().correct(&request, None)
    }

    /// The versions at the hub of the record of a row, newest first.
    fn versions(&self, row: usize) -> Vec<SubjectRecord> {
        let cells = &self.table.0[self.header + row];
        let at = |name| cells[self.table.column(self.header, name)].text.clone();
        let code = at("行政相对人代码_1(统一社会信用代码)");
        assert!(!code.is_empty(), "row {row} is about a firm");
        let mut records = self.city.hub.client().subject(&code).unwrap().records;
        let document = at("行政处罚决定书文号");
        records.retain(|it| it.content.as_ref().unwrap().document == document);
        records
    }

    /// Rows about firms, from the top.
    fn firms(&self) -> Vec<usize> {
        let code = self.table.column(self.header, "行政相对人代码_1(统一社会信用代码)");
        (1..=ROWS).filter(|row| !self.table.0[self.header + row][code].text.is_empty()).collect()
    }
}

fn digest(summary: &ImportSummary) -> Digest {
    Digest(summary.import.0.as_slice().try_into().unwrap())
}

fn entry(entry: u64) -> Target {
    Target::Entry(EntryTarget { entry, log: None })
}

fn entry_of(log: &str, entry: u64) -> Target {
    Target::Entry(EntryTarget { entry, log: Some(log.to_owned()) })
}

fn row(summary: &ImportSummary, row: usize) -> Target {
    Target::Row(RowTarget { import: digest(summary), row: u32::try_from(row).unwrap() })
}

fn batch(summary: &ImportSummary) -> Target {
    Target::Import(ImportTarget { import: digest(summary) })
}

fn check_refused(answer: Result<Notice, ClientError>, code: &str) {
    let error = answer.expect_err(code);
    assert_eq!(error.code(), Some(code), "{error}");
}

#[test]
fn one_record_is_withdrawn_or_corrected_by_entry_or_row_and_marked_at_the_hub() {
    let mut stage = Stage::new(1);
    stage.city.hub.stop();
    let summary = stage.take_in("all.csv", 1..=ROWS);
    check_refused(stage.withdraw(row(&summary, 1)), "ENTRY_UNSIGNED");
    check_refused(stage.withdraw(entry(2)), "ENTRY_UNSIGNED");
    check_refused(stage.withdraw(batch(&summary)), "ENTRY_UNSIGNED");
    check_refused(stage.correct(row(&summary, 1), ("BZ", "演示")), "ENTRY_UNSIGNED");
    stage.city.hub.start();
    stage.city.settle(0);

    let firms = stage.firms();
    let [by_row, by_entry, corrected, twice] = *firms.first_chunk().unwrap();
    // The import's entry stands before those of its rows.
    let first = summary.entries.unwrap().first;
    look_before_withdrawing(&stage, row(&summary, by_row), by_row);
    let notice = stage.withdraw(row(&summary, by_row)).unwrap();
    assert_eq!(
        (notice.kind.as_str(), notice.concerns.number),
        ("withdrawal", first + by_row as u64)
    );
    let notice = stage.withdraw(entry(first + by_entry as u64)).unwrap();
    assert_eq!(notice.log, stage.city.counties[0].notices());
    check_refused(stage.withdraw(row(&summary, by_row)), "ALREADY_ENDED");
    let notice = stage.correct(row(&summary, corrected), ("BZ", "演示更正")).unwrap();
    assert_eq!(notice.kind, "correction");
    let once = stage.correct(row(&summary, twice), ("BZ", "第一次")).unwrap();
    stage.city.settle(0);
    stage.correct(entry_of(&once.log, once.number), ("BZ", "第二次")).unwrap();
    stage.city.settle(0);

    for place in [by_row, by_entry] {
        let versions = stage.versions(place);
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].standing, Standing::Ended);
        assert_eq!(versions[0].ended.as_ref().unwrap().how, EndedHow::Withdrawn);
        assert_eq!(versions[0].because[0].kind, "withdrawal");
    }
    for (place, count) in [(corrected, 2), (twice, 3)] {
        let versions = stage.versions(place);
        let standings: Vec<_> = versions.iter().map(|it| it.standing).collect();
        assert_eq!(standings[0], Standing::Counts);
        assert_eq!(standings[1..], vec![Standing::Ended; count - 1]);
    }
    let untouched = stage.versions(firms[4]);
    assert_eq!((untouched.len(), untouched[0].standing), (1, Standing::Counts));
    check_what_is_refused(&stage, &summary, (by_row, corrected, firms[5]));
    check_keys_of_corrections(&stage, &summary, (by_row, firms[4], firms[5]));
}

/// A correction can't bring back what was withdrawn, nor make two records of one.
fn check_keys_of_corrections(
    stage: &Stage,
    summary: &ImportSummary,
    (gone, other, changed): (usize, usize, usize),
) {
    let fields = [
        ("CF_WSH", "行政处罚决定书文号"),
        ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
        ("CF_XDR_MC", "行政相对人名称"),
    ];
    for (like, code) in [(gone, "REVIEWER_NEEDED"), (other, "RECORDED_ALREADY")] {
        let cells = &stage.table.0[stage.header + like];
        let set = fields.map(|(code, name)| {
            (code.to_owned(), cells[stage.table.column(stage.header, name)].text.clone())
        });
        let request = CorrectionRequest {
            target: row(summary, changed),
            set: set.into(),
            reason: "演示更正".into(),
            review: None,
            preview: false,
        };
        let refused = stage.city.counties[0].client().correct(&request, None);
        assert_eq!(refused.expect_err(code).code(), Some(code));
    }
}

/// A preview says what would be withdrawn, and appends nothing.
fn look_before_withdrawing(stage: &Stage, target: Target, row: usize) {
    let county = &stage.city.counties[0];
    let before = county.log_status(&county.notices()).size_appended;
    let (reason, document, decided) = (REASON.to_owned(), None, None);
    let request = WithdrawalRequest { target, reason, document, decided, preview: true };
    let shown = county.client().withdraw(&request, None).unwrap();
    assert!(shown.preview);
    assert_eq!(shown.record.unwrap().document, document_of(stage, row));
    assert_eq!(county.log_status(&county.notices()).size_appended, before);
}

fn check_what_is_refused(
    stage: &Stage,
    summary: &ImportSummary,
    (gone, old, stands): (usize, usize, usize),
) {
    let county = &stage.city.counties[0];
    let before = county.log_status(&county.notices()).size_appended;
    let unknown = Target::Row(RowTarget { import: Digest([7; 32]), row: 1 });
    let first = summary.entries.unwrap().first;
    let withdrawals: [(Target, &str); 12] = [
        (row(summary, gone), "ALREADY_ENDED"),
        (entry(first + gone as u64), "ALREADY_ENDED"),
        (row(summary, old), "ALREADY_ENDED"),
        (entry(first), "NOT_A_RECORD"),
        (entry(first + 1 + ROWS as u64), "NOT_A_RECORD"),
        (entry(999_999), "ENTRY_NOT_FOUND"),
        (entry_of(&county.notices(), 999_999), "ENTRY_NOT_FOUND"),
        (entry_of(&stage.city.hub.log(), 0), "NOT_OURS"),
        (entry_of("huzhou/nowhere/records/1", 0), "LOG_NOT_FOUND"),
        (row(summary, ROWS + 1), "ROW_NOT_FOUND"),
        (row(summary, 0), "ROW_NOT_FOUND"),
        (unknown, "IMPORT_NOT_FOUND"),
    ];
    for (target, code) in withdrawals {
        let told = format!("{target:?}");
        let error = stage.withdraw(target).expect_err(&told);
        assert_eq!(error.code(), Some(code), "{told}: {error}");
    }
    let reasonless = WithdrawalRequest {
        target: row(summary, stands),
        reason: "  ".to_owned(),
        document: None,
        decided: None,
        preview: false,
    };
    check_refused(county.client().withdraw(&reasonless, None), "REASON_NEEDED");
    let corrections: [(Target, (&str, &str), &str); 6] = [
        (row(summary, gone), ("BZ", "演示"), "ALREADY_ENDED"),
        (row(summary, old), ("BZ", "演示"), "ALREADY_ENDED"),
        (batch(summary), ("BZ", "演示"), "NOT_A_RECORD"),
        (row(summary, stands), ("CF_JDRQ", "去年三月"), "ROW_REFUSED"),
        (row(summary, stands), ("XX_XX", "演示"), "BAD_REQUEST"),
        (row(summary, stands), ("CF_WSH", &document_of(stage, stands)), "NO_CHANGE"),
    ];
    for (target, set, code) in corrections {
        let told = format!("{target:?} {set:?}");
        let error = stage.correct(target, set).expect_err(&told);
        assert_eq!(error.code(), Some(code), "{told}: {error}");
    }
    assert_eq!(county.log_status(&county.notices()).size_appended, before, "nothing went in");
}

fn document_of(stage: &Stage, row: usize) -> String {
    let column = stage.table.column(stage.header, "行政处罚决定书文号");
    stage.table.0[stage.header + row][column].text.clone()
}

#[test]
fn a_whole_batch_is_withdrawn_with_the_corrections_that_it_brought() {
    let stage = Stage::new(2);
    let firms = stage.firms();
    stage.take_in("first.csv", 1..=30);
    stage.city.settle(0);
    // Two rows of the first file with other remarks, and everything behind it.
    let mut second =
        stage.table.only(stage.header, [firms[0], firms[1]].into_iter().chain(31..=ROWS));
    let remark = second.column(stage.header, "备注");
    for row in &mut second.0[stage.header + 1..=stage.header + 2] {
        row[remark] = text("演示更正");
    }
    let options =
        ImportOptions { decision: correcting("演示更正"), ..ImportOptions::default() };
    let summary = stage.send("second.csv", &second, &options).unwrap();
    assert_eq!((summary.accepted, summary.corrected), (30, 2));
    stage.city.settle(0);
    assert_eq!(stage.versions(firms[0]).len(), 2);

    let county = &stage.city.counties[0];
    let before = county.log_status(&county.notices()).size_appended;
    let notice = stage.withdraw(batch(&summary)).unwrap();
    assert_eq!(notice.kind, "withdrawal");
    assert_eq!(county.log_status(&county.notices()).size_appended, before + 3, "not one a row");
    check_refused(stage.withdraw(batch(&summary)), "ALREADY_ENDED");
    stage.city.settle(0);
    for row in firms.iter().filter(|row| **row > 30) {
        let versions = stage.versions(*row);
        let ended = versions[0].ended.as_ref().unwrap();
        assert_eq!((versions.len(), ended.how), (1, EndedHow::BatchWithdrawn), "row {row}");
        assert!(versions[0].because[0].of_batch);
    }
    for row in &firms[..2] {
        let versions = stage.versions(*row);
        let how: Vec<_> = versions.iter().map(|it| it.ended.as_ref().unwrap().how).collect();
        assert_eq!(how, [EndedHow::Withdrawn, EndedHow::Corrected]);
    }
    let untouched = firms.iter().find(|row| !firms[..2].contains(row)).unwrap();
    assert_eq!(stage.versions(*untouched)[0].standing, Standing::Counts);
    check_refused(stage.withdraw(row(&summary, 5)), "ALREADY_ENDED");
}

/// A reviewer's word with a token.
fn reviewed(token: &str) -> ImportOptions {
    let review = Some("已核对原件，确应报送".to_owned());
    let decision = ImportDecision { review, ..ImportDecision::default() };
    let reviewer = Some(ReviewerToken::new(token));
    ImportOptions { decision, reviewer, ..ImportOptions::default() }
}

fn reviewer(city: &City, words: &[&str]) -> String {
    let dir = city.counties[0].dir.display().to_string();
    let arguments = [&["reviewer", "--dir", &dir], words].concat();
    String::from_utf8(succeed(arguments)).unwrap().trim().to_owned()
}

#[test]
fn a_withdrawn_row_goes_in_again_with_the_word_of_a_reviewer_and_not_without() {
    let stage = Stage::new(3);
    let city = &stage.city;
    let firms = stage.firms();
    let summary = stage.take_in("all.csv", 1..=ROWS);
    city.settle(0);
    for row_of in &firms[..3] {
        stage.withdraw(row(&summary, *row_of)).unwrap();
    }
    // Known to be withdrawn before and after the notices are signed.
    let again = stage.table.only(stage.header, (1..=ROWS).rev());
    let early = stage.send("early.csv", &again, &ImportOptions::default()).unwrap();
    assert_eq!((early.known, early.withdrawn, early.accepted), (57, 3, 0));
    city.settle(0);

    let again = stage.table.only(stage.header, [firms[0], firms[1], firms[2], firms[3]]);
    let shut = stage.send("again.csv", &again, &ImportOptions::default()).unwrap();
    assert_eq!((shut.known, shut.withdrawn, shut.accepted), (1, 3, 0));
    assert!(shut.findings.iter().all(|it| it.code != "RECORDED_DIFFERENTLY"));
    assert_eq!(shut.rejected_parts, 1, "they come back with their reason");

    let (kept, struck_off) =
        (reviewer(city, &["add", "演示复核员"]), reviewer(city, &["add", "另一演示复核员"]));
    reviewer(city, &["remove", "另一演示复核员"]);
    assert_eq!(reviewer(city, &["list"]), "演示复核员");
    let refused = |options: &ImportOptions| {
        stage.send("again.csv", &again, options).unwrap_err().code().unwrap().to_owned()
    };
    assert_eq!(refused(&reviewed("guessed")), "REVIEWER_UNKNOWN");
    assert_eq!(refused(&reviewed(&struck_off)), "REVIEWER_UNKNOWN");
    assert_eq!(refused(&ImportOptions { reviewer: None, ..reviewed(&kept) }), "REVIEWER_NEEDED");
    assert_eq!(stage.versions(firms[0]).len(), 1, "nothing went in");

    let through = stage.send("again.csv", &again, &reviewed(&kept)).unwrap();
    assert_eq!((through.known, through.withdrawn, through.accepted), (1, 0, 3));
    city.settle(0);
    for row in &firms[..3] {
        let versions = stage.versions(*row);
        assert_eq!(versions.len(), 2);
        assert_eq!(
            (versions[0].standing, versions[1].standing),
            (Standing::Counts, Standing::Ended)
        );
        assert_eq!(versions[0].replaces.as_ref(), Some(&versions[1].place));
        assert_eq!(versions[1].ended.as_ref().unwrap().how, EndedHow::Withdrawn);
    }
    let third = stage.table.only(stage.header, [firms[2], firms[1], firms[0]]);
    let third = stage.send("third.csv", &third, &ImportOptions::default()).unwrap();
    assert_eq!((third.known, third.withdrawn), (3, 0), "they stand again");
    // The token is kept nowhere.
    assert_eq!(city.counties[0].files_with(kept.as_bytes()), Vec::<PathBuf>::new());
    let said = program::errors(&program::run(["reviewer", "--dir", "/nowhere", "remove", "x"]));
    assert!(said.contains("no reviewer"), "{said}");
}
