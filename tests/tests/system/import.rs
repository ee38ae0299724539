//! A file with a clerk's mistakes: what is good arrives at the hub, what is not comes back.

use std::{collections::BTreeMap, path::Path};

use tiaoxi_api::types::Standing;

use crate::{city::City, files::Invented, stored};

#[test]
fn good_rows_are_verified_and_queryable_at_the_hub_and_bad_ones_come_back() {
    let mut city = City::of(&["wuxing"]);
    let file = Invented::penalties(city.root.path(), "wuxing", 3000, 7, 10);
    let summary = city.county().take_in(&file.path);

    let truth = &file.truth;
    assert_eq!(
        (summary.rows, summary.accepted, summary.duplicates, summary.rejected),
        (truth.rows, truth.accepted, truth.duplicates, truth.rejected_total())
    );
    let expected: BTreeMap<String, u64> =
        truth.rejected.iter().map(|(code, rows)| ((*code).to_owned(), *rows)).collect();
    assert_eq!(summary.rejected_by, expected);
    assert!(truth.duplicates > 0 && expected.len() > 5, "the file has mistakes of many kinds");

    // The entry of the import, the records, the report.
    let (home, there) = city.level(0);
    assert_eq!(home.size_signed, truth.accepted + 2);
    assert_eq!(home.root, there.root);

    check_rejected_rows(Path::new(summary.rejected_file.as_ref().unwrap()), &file);
    check_queries(&city, &file);

    let again = city.county().take_in(&file.path);
    assert!(again.already_complete, "the same file is one import");
    assert_eq!(city.county().log_status(&summary.log).size_appended, home.size_signed);

    let log = city.county().log();
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&file]);
}

/// The clerk's file: the columns of the file sent, the rejected rows as they were, their reasons.
fn check_rejected_rows(path: &Path, file: &Invented) {
    let bytes = std::fs::read(path).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let columns = headers.len() - 2;
    assert!(headers.iter().skip(columns).eq(["错误代码", "错误说明"]));
    let expected = file.rejected_rows();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), expected.len());
    for (row, (cells, code)) in rows.iter().zip(&expected) {
        assert_eq!(row[columns].split(';').next(), Some(code.as_str()));
        assert!(!row[columns + 1].is_empty(), "a reason in words");
        // Cells that the header has no column for stand behind the reasons.
        let found = row.iter().take(columns).chain(row.iter().skip(columns + 2));
        for (found, sent) in found.zip(cells) {
            assert!(found == sent || found.strip_prefix('\'') == Some(sent), "{found}: {sent}");
        }
    }
}

/// Every record of some firms is found at the hub, verified; natural persons are not found.
fn check_queries(city: &City, file: &Invented) {
    let counts = file.records_by_code();
    let client = city.hub.client();
    let mut several = 0;
    for (code, count) in counts.iter().step_by(counts.len() / 20) {
        let subject = client.subject(code).unwrap();
        assert_eq!(subject.records.len(), *count, "{code}");
        for record in &subject.records {
            assert_eq!(record.place.origin, city.counties[0].log());
            assert!(record.place.number < record.verified_up_to);
            assert_eq!(record.standing, Standing::Counts);
            assert!(record.content.is_some());
        }
        several += usize::from(*count > 1);
    }
    assert!(several > 0, "some firm has several records");
    assert!(client.subject("91330502MA2B000000").unwrap().records.is_empty());
    assert!(client.subject("999999199001011235").is_err(), "a citizen can't be asked for");
}
