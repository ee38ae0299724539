//! Watching an import, and looking through what was found: events, pages, what can't be done yet.

use tiaoxi_api::{
    client::ImportOptions,
    types::{ImportFinding, ImportProgress, ImportState, Severity},
};

use crate::{city::City, files::Invented, program::until};

#[test]
fn events_tell_of_progress_that_moves_until_the_import_rests() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    let client = county.client();
    let file = Invented::penalties(city.root.path(), "wuxing", 12_000, 1, 5);
    let digest = file.digest();
    let refused = client.watch_import(&digest, &mut |_| {}).unwrap_err();
    assert_eq!(refused.code(), Some("IMPORT_NOT_FOUND"));

    std::thread::scope(|scope| {
        let import = scope.spawn(|| county.send(&file.path, &ImportOptions::default()).unwrap());
        until("the import is known", || client.import_progress(&digest).ok());
        let mut seen: Vec<ImportProgress> = Vec::new();
        let mut early = Vec::new();
        let last = client
            .watch_import(&digest, &mut |progress| {
                if seen.is_empty() {
                    early.push(client.discard_import(&digest).unwrap_err());
                    early.push(county.send(&file.path, &ImportOptions::default()).unwrap_err());
                }
                seen.push(progress.clone());
            })
            .unwrap()
            .unwrap();
        // While it runs, nobody takes it away or begins it again.
        let codes: Vec<_> = early.iter().map(|error| error.code().unwrap()).collect();
        assert_eq!(codes, ["IMPORT_RUNNING", "IMPORT_RUNNING"]);
        assert_eq!((last.state, last.rows_read), (ImportState::Complete, file.truth.rows));
        assert_eq!(last.summary.unwrap().accepted, file.truth.accepted);
        let moved = |of: fn(&ImportProgress) -> u64| {
            let values: Vec<_> =
                seen.iter().filter(|it| it.state == ImportState::Running).map(of).collect();
            assert!(values.is_sorted(), "{values:?}");
            values.first() < values.last()
        };
        assert!(moved(|it| it.rows_read) && moved(|it| it.bytes_done), "{seen:?}");
        assert!(moved(|it| it.rows_acknowledged), "{seen:?}");
        assert!(seen.iter().all(|it| it.bytes_done <= it.bytes_total || it.bytes_total == 0));
        assert_eq!(import.join().unwrap().accepted, file.truth.accepted);
    });
    // Whoever comes late is told the end at once.
    let late = client.watch_import(&digest, &mut |_| {}).unwrap().unwrap();
    assert_eq!(late.state, ImportState::Complete);
}

#[test]
fn findings_come_in_pages_that_part_no_row_and_leave_none_out() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    let file = Invented::penalties(city.root.path(), "wuxing", 400, 2, 30);
    let digest = file.digest();
    let preview = ImportOptions { preview: true, ..ImportOptions::default() };
    let summary = county.send(&file.path, &preview).unwrap();
    let pages = |limit: u16| {
        let mut found: Vec<ImportFinding> = Vec::new();
        let (mut after, mut pages) = (None, 0);
        loop {
            let page = county.client().import_findings(&digest, after, limit).unwrap();
            let first = page.findings.first().map(|it| it.row);
            assert!(first > found.last().map(|it| it.row) || first.is_none(), "no row is parted");
            found.extend(page.findings);
            pages += 1;
            match page.next {
                None => return (found, pages),
                next => after = next,
            }
        }
    };
    let (whole, one) = pages(1000);
    assert_eq!(one, 1);
    for limit in [1, 7, 100] {
        let (found, count) = pages(limit);
        assert_eq!(found, whole);
        assert!(count > 1);
    }
    let of = |severity| whole.iter().filter(move |it| it.severity == severity);
    assert_eq!(of(Severity::Warning).count() as u64, summary.warnings);
    let mut rejected: Vec<_> = of(Severity::Error).map(|it| it.row).collect();
    rejected.dedup();
    assert_eq!(rejected.len() as u64, file.truth.rejected_total());
    for finding in &whole {
        assert!(!finding.message_zh.is_empty() && !finding.message_en.is_empty());
        assert_eq!(finding.line, finding.row + 1, "the header is line 1");
    }
    assert!(summary.findings.iter().all(|it| whole.contains(it)));
    assert!(summary.findings[0].severity == Severity::Error, "what keeps rows out comes first");
}
