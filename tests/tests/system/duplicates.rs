//! The same record again: skipped where nothing is new, offered as a correction where something is.

use tiaoxi_api::{
    client::{ImportOptions, RejectedOptions},
    types::{CorrectionsChoice, EndedHow, ImportDecision, ImportSummary, Standing},
};
use tiaoxi_sample::Plan;
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    city::City,
    files::{self, plan},
    shapes::check_sums,
    sheets::{Table, text},
};

const ROWS: usize = 120;

/// Applies corrections for a reason.
pub(crate) fn correcting(reason: &str) -> ImportDecision {
    let reason = Some(reason.to_owned());
    ImportDecision { corrections: CorrectionsChoice::Apply, reason, review: None }
}

/// Writes some rows of a table into a file of its own and imports it.
fn send(city: &City, name: &str, table: &Table, options: &ImportOptions) -> ImportSummary {
    let path = city.path(name);
    let kind = match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("xlsx") => FileKind::Xlsx,
        Some("tsv") => FileKind::Tsv,
        _ => FileKind::Csv,
    };
    table.write(&path, kind, Encoding::Utf8);
    let summary = city.counties[0].send(&path, options).unwrap();
    check_sums(&summary);
    summary
}

fn counts(it: &ImportSummary) -> [u64; 5] {
    [it.accepted, it.known, it.corrections, it.corrected, it.rejected]
}

#[test]
fn rows_that_are_in_the_log_are_skipped_and_rows_that_differ_are_offered_as_corrections() {
    let mut city = City::of(&["wuxing"]);
    let (table, header) = Table::invented(&files::item(), &plan("wuxing", ROWS as u64, 1));
    let (new, _) = Table::invented(&files::item(), &plan("wuxing", 5, 2));
    let plain = ImportOptions::default();
    let remark = table.column(header, "备注");
    let changed = |word: &str| {
        let mut changed = table.only(header, 1..=10);
        for row in &mut changed.0[header + 1..] {
            row[remark] = text(word);
        }
        changed
    };

    // Nobody has signed anything yet.
    city.hub.stop();
    let all = 1..=ROWS;
    assert_eq!(counts(&send(&city, "a.csv", &table, &plain)), [120, 0, 0, 0, 0]);
    let backwards = table.only(header, all.clone().rev());
    assert_eq!(counts(&send(&city, "b.xlsx", &backwards, &plain)), [0, 120, 0, 0, 0]);
    let summary = send(&city, "early.csv", &changed("早"), &plain);
    assert_eq!(counts(&summary), [0, 0, 0, 0, 10]);
    assert_eq!(summary.rejected_by.keys().collect::<Vec<_>>(), ["RECORDED_UNSIGNED"]);

    // The hub has signed it.
    city.hub.start();
    city.settle(0);
    assert_eq!(counts(&send(&city, "c.tsv", &table, &plain)), [0, 120, 0, 0, 0]);
    city.county().stop();
    city.county().start();
    assert_eq!(counts(&send(&city, "d.csv", &backwards, &plain)), [0, 120, 0, 0, 0]);

    offered_and_applied(&city, &table, header, (&changed("一"), &new));
    skipped_and_applied(&city, &table, header, &changed("二"));

    // Of what was corrected, the newest version counts, after a restart too.
    city.county().stop();
    city.county().start();
    let newest = changed("二").only(header, (1..=10).rev());
    assert_eq!(counts(&send(&city, "newest.xlsx", &newest, &plain)), [0, 10, 0, 0, 0]);
    let older = table.only(header, all);
    assert_eq!(counts(&send(&city, "older.xlsx", &older, &plain)), [0, 110, 10, 0, 0]);
    check_versions(&city, header, &table, &["", "一", "二"]);
}

/// A preview shows what would be corrected, its confirmation does it.
fn offered_and_applied(
    city: &City,
    table: &Table,
    header: usize,
    (changed, new): (&Table, &Table),
) {
    let county = &city.counties[0];
    let mut mixed = changed.clone();
    mixed.0.extend(table.only(header, 11..=14).0.split_off(header + 1));
    mixed.0.extend(new.0[header + 1..].iter().cloned());
    let preview = ImportOptions { preview: true, ..ImportOptions::default() };
    let before = county.log_status(&county.notices()).size_appended;
    let shown = send(city, "mixed.csv", &mixed, &preview);
    assert_eq!(counts(&shown), [5, 4, 10, 0, 0]);
    assert_eq!(shown.offered.len(), 10);
    for (offer, row) in shown.offered.iter().zip(1..) {
        assert_eq!((offer.row, offer.log.as_str()), (row, county.log().as_str()));
        // The import's entry stands before those of its rows.
        assert_eq!((offer.number, offer.fields.as_slice()), (row, ["BZ".to_owned()].as_slice()));
    }
    // Rows that a person has to decide about come back too, with their reason.
    let back = std::fs::File::create(city.path("offered.csv")).unwrap();
    let digest = shown.import.0.as_slice().try_into().unwrap();
    county.client().rejected_rows(&digest, RejectedOptions::default(), &mut &back).unwrap();
    let back = Table::read(&city.path("offered.csv"));
    assert_eq!(back.0.len(), header + 1 + 10);
    let reason = back.column(header, "错误代码");
    assert!(
        back.0[header + 1..].iter().all(|row| row[reason].text.contains("RECORDED_DIFFERENTLY"))
    );

    let applying = ImportOptions { decision: correcting("演示更正"), ..preview };
    assert_eq!(counts(&send(city, "mixed.csv", &mixed, &applying)), [5, 4, 10, 10, 0]);
    assert_eq!(county.log_status(&county.notices()).size_appended, before, "still only looked at");
    let mut reasonless = correcting("x");
    reasonless.reason = None;
    let refused = county.client().confirm(&digest, &reasonless, None);
    assert_eq!(refused.unwrap_err().code(), Some("REASON_NEEDED"));
    let ended = county.client().confirm(&digest, &correcting("演示更正"), None).unwrap();
    assert_eq!(counts(&ended), [5, 4, 10, 10, 0]);
    assert_eq!(county.log_status(&county.notices()).size_appended, before + 10);
    city.settle(0);
}

/// Skipped at first, the same file can be sent again with another decision.
fn skipped_and_applied(city: &City, table: &Table, header: usize, changed: &Table) {
    let plain = ImportOptions::default();
    let mut mixed = changed.clone();
    mixed.0.extend(table.only(header, 20..=22).0.split_off(header + 1));
    assert_eq!(counts(&send(city, "second.csv", &mixed, &plain)), [0, 3, 10, 0, 0]);
    assert!(send(city, "second.csv", &mixed, &plain).already_complete);
    let applying = ImportOptions { decision: correcting("再次更正"), ..plain };
    assert_eq!(counts(&send(city, "second.csv", &mixed, &applying)), [0, 3, 10, 10, 0]);
    assert!(send(city, "second.csv", &mixed, &applying).already_complete);
    city.settle(0);
}

/// At the hub every older version is marked, and the newest counts.
fn check_versions(city: &City, header: usize, table: &Table, remarks: &[&str]) {
    let code = table.column(header, "行政相对人代码_1(统一社会信用代码)");
    let document = table.column(header, "行政处罚决定书文号");
    let rows = table.0[header + 1..=header + 10].iter().filter(|row| !row[code].text.is_empty());
    let mut checked = 0;
    for row in rows {
        let subject = city.hub.client().subject(&row[code].text).unwrap();
        let mut versions = subject.records;
        versions.retain(|it| it.content.as_ref().unwrap().document == row[document].text);
        assert_eq!(versions.len(), remarks.len());
        // Newest first.
        for (place, version) in versions.iter().enumerate() {
            let fields = &version.content.as_ref().unwrap().fields;
            let remark = fields.iter().find(|it| it.code == "BZ").map_or("", |it| it.text.as_str());
            let expected = remarks[remarks.len() - 1 - place];
            assert!(remark == expected || expected.is_empty(), "{remark} {expected}");
            let older = versions.get(place + 1).map(|it| it.place.clone());
            assert_eq!(version.replaces, older);
            if place == 0 {
                assert_eq!((version.standing, &version.replaced_by), (Standing::Counts, &None));
                assert_eq!(version.kind, "correction");
            } else {
                let ended = version.ended.as_ref().unwrap();
                assert_eq!((version.standing, ended.how), (Standing::Ended, EndedHow::Corrected));
                assert_eq!(version.replaced_by.as_ref(), Some(&versions[place - 1].place));
                assert_eq!(ended.by, versions[place - 1].place);
            }
        }
        checked += 1;
    }
    assert!(checked > 3, "firms are among them");
}

#[test]
fn the_same_row_in_files_that_are_sent_at_once_is_taken_in_once() {
    let city = City::of(&["wuxing"]);
    let plan = Plan { rows: 200, ..plan("wuxing", 200, 4) };
    let (table, header) = Table::invented(&files::item(), &plan);
    let accepted: u64 = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..4_usize)
            .map(|turn| {
                let (city, table) = (&city, &table);
                // Each file begins elsewhere, so no two are the same.
                let order = (1..=200).map(move |row| (row + turn * 50) % 200 + 1);
                let part = table.only(header, order);
                scope.spawn(move || {
                    let name = format!("at-once-{turn}.csv");
                    send(city, &name, &part, &ImportOptions::default()).accepted
                })
            })
            .collect();
        sent.into_iter().map(|sent| sent.join().unwrap()).sum()
    });
    assert_eq!(accepted, 200);
    assert_eq!(city.level(0).0.size_signed, 200 + 4 * 2);
}
