//! Looking before taking in: a preview appends nothing, its confirmation everything, and what is
//! kept meanwhile is sealed and goes when it is told to.

use tiaoxi_api::{
    client::{ClientError, ImportOptions, RejectedOptions},
    types::{ImportDecision, ImportState},
};
use tiaoxi_credit::Day;

use crate::{
    city::City,
    files::{Invented, unified_code},
    node::Node,
    program::{today, until},
    shapes::check_sums,
};

/// How far the logs of the county are, at home and at the hub.
fn sizes(city: &City) -> [u64; 4] {
    let county = &city.counties[0];
    let (records, notices) = (county.log(), county.notices());
    let at = |node: &Node, log| node.log_status(log).size_appended;
    [at(county, &records), at(county, &notices), at(&city.hub, &records), at(&city.hub, &notices)]
}

fn refused_as<T: std::fmt::Debug>(answer: Result<T, ClientError>, code: &str) {
    assert_eq!(answer.unwrap_err().code(), Some(code));
}

#[test]
fn a_preview_appends_nothing_and_its_confirmation_everything() {
    let mut city = City::of(&["wuxing"]);
    city.county().stop();
    city.county().configure_more("imports_kept = \"3d\"");
    city.county().start();
    let county = &city.counties[0];
    let client = county.client();
    let file = Invented::penalties(city.root.path(), "wuxing", 800, 1, 12);
    let (digest, truth) = (file.digest(), &file.truth);
    let before = sizes(&city);

    let preview = ImportOptions { preview: true, ..ImportOptions::default() };
    let shown = county.send(&file.path, &preview).unwrap();
    assert!(shown.preview && shown.entries.is_none());
    assert_eq!((shown.rows, shown.accepted), (truth.rows, truth.accepted));
    assert_eq!(shown.rejected, truth.rejected_total());
    check_sums(&shown);
    // Three days from now; midnight may come between.
    let kept_until = shown.kept_until.clone().unwrap();
    let days = [Day(today().0 + 2), Day(today().0 + 3), Day(today().0 + 4)];
    assert!(days.iter().any(|day| kept_until.starts_with(&day.to_string())), "{kept_until}");
    assert_eq!(
        county.send(&file.path, &preview).unwrap().findings,
        shown.findings,
        "looked at again"
    );

    let progress = client.import_progress(&digest).unwrap();
    assert_eq!(progress.state, ImportState::Previewed);
    assert_eq!(client.imports().unwrap().len(), 1, "one file is one import");
    let mut rejected = Vec::new();
    client.rejected_rows(&digest, RejectedOptions::default(), &mut rejected).unwrap();
    assert_eq!(csv_rows(&rejected), truth.rejected_total());
    assert_eq!(sizes(&city), before, "nothing is appended");

    let ended = client.confirm(&digest, &ImportDecision::default(), None).unwrap();
    assert!(!ended.preview);
    assert_eq!((ended.rows, ended.accepted), (truth.rows, truth.accepted));
    assert_eq!(ended.rejected_by, shown.rejected_by);
    let (home, _) = city.level(0);
    assert_eq!(home.size_signed, before[0] + truth.accepted + 2);
    assert_eq!(client.import_progress(&digest).unwrap().state, ImportState::Complete);

    refused_as(client.confirm(&digest, &ImportDecision::default(), None), "NOTHING_TO_CONFIRM");
    refused_as(client.confirm(&[7; 32], &ImportDecision::default(), None), "IMPORT_NOT_FOUND");
    assert!(county.send(&file.path, &preview).unwrap().already_complete);
    assert!(county.send(&file.path, &ImportOptions::default()).unwrap().already_complete);
    assert_eq!(city.level(0).0.root, home.root);
}

fn csv_rows(bytes: &[u8]) -> u64 {
    let text = std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).count() as u64
}

#[test]
fn what_is_kept_goes_by_itself_when_its_time_is_over() {
    let mut city = City::of(&["wuxing"]);
    city.county().stop();
    city.county().configure_more("imports_kept = \"2s\"");
    city.county().start();
    let county = &city.counties[0];
    let seen = Invented::penalties(city.root.path(), "wuxing", 200, 4, 10);
    let taken = Invented::penalties(city.root.path(), "wuxing", 200, 5, 10);
    let preview = ImportOptions { preview: true, ..ImportOptions::default() };
    let summary = county.send(&taken.path, &ImportOptions::default()).unwrap();
    assert_eq!(summary.accepted, taken.truth.accepted);
    county.send(&seen.path, &preview).unwrap();
    // A node that starts looks at once for what is due, and then when it is.
    city.county().stop();
    city.county().start();
    let county = &city.counties[0];
    let client = county.client();
    until("nothing is kept any more", || county.sealed_files().is_empty().then_some(()));

    let state = |file: &Invented| client.import_progress(&file.digest()).unwrap().state;
    assert_eq!(state(&seen), ImportState::Expired);
    assert_eq!(state(&taken), ImportState::Complete, "what went in stays in");
    let confirmed = client.confirm(&seen.digest(), &ImportDecision::default(), None);
    refused_as(confirmed, "IMPORT_EXPIRED");
    for file in [&seen, &taken] {
        refused_as(client.import_findings(&file.digest(), None, 10), "IMPORT_EXPIRED");
        let mut rows = Vec::new();
        let fetched = client.rejected_rows(&file.digest(), RejectedOptions::default(), &mut rows);
        refused_as(fetched, "IMPORT_EXPIRED");
    }
    // Sent again, it goes in.
    let late = county.send(&seen.path, &ImportOptions::default()).unwrap();
    assert_eq!((late.accepted, late.known), (seen.truth.accepted, 0));
    let accepted = seen.truth.accepted + taken.truth.accepted;
    assert_eq!(city.level(0).0.size_signed, accepted + 4);
}

/// Words that may stand in no file of a node: names and numbers of subjects, of rows that went in
/// and of rows that did not, in the encoding of the file.
fn secrets(file: &Invented) -> Vec<String> {
    let accepted = file.records();
    let firm = accepted.iter().find(|record| unified_code(record).is_some()).unwrap();
    let person = accepted.iter().find(|record| unified_code(record).is_none()).unwrap();
    let mut words = vec![unified_code(firm).unwrap(), firm.subject.name.clone()];
    words.extend([person.subject.name.clone(), person.document.clone()]);
    words.extend(person.subject.codes.iter().map(|code| code.code.clone()));
    let rejected = file.rejected_rows();
    let named = rejected.iter().map(|(cells, _)| &cells[0]).filter(|name| !name.is_empty());
    let known: Vec<_> = accepted.iter().map(|record| &record.subject.name).collect();
    let only_rejected: Vec<_> = named.filter(|name| !known.contains(name)).collect();
    assert!(!only_rejected.is_empty(), "somebody stands in rejected rows alone");
    words.extend(only_rejected.into_iter().cloned());
    words
}

#[test]
fn nothing_of_a_file_is_readable_on_the_disk_and_what_is_discarded_is_gone() {
    let mut city = City::of(&["wuxing"]);
    let file = Invented::penalties(city.root.path(), "wuxing", 600, 2, 15);
    let other = Invented::penalties(city.root.path(), "wuxing", 100, 3, 15);
    let (digest, other_digest) = (file.digest(), other.digest());
    let county = &city.counties[0];
    let client = county.client();
    assert!(!county.files_with(b"member = \"wuxing\"").is_empty(), "what is looked for is found");

    let preview = ImportOptions { preview: true, ..ImportOptions::default() };
    county.send(&file.path, &preview).unwrap();
    county.send(&other.path, &preview).unwrap();
    assert_eq!(county.sealed_files().len(), 4, "two uploads and what was found in them");
    let words = secrets(&file);
    let check_unreadable = |city: &City| {
        for word in &words {
            for node in [&city.counties[0], &city.hub] {
                assert_eq!(node.files_with(word.as_bytes()), Vec::<std::path::PathBuf>::new());
            }
        }
    };
    check_unreadable(&city);

    client.confirm(&digest, &ImportDecision::default(), None).unwrap();
    city.level(0);
    let sealed = county.sealed_files();
    client.discard_import(&digest).unwrap();
    assert_eq!(county.sealed_files().len(), 2, "of {sealed:?}");
    client.discard_import(&other_digest).unwrap();
    assert_eq!(county.sealed_files(), Vec::<String>::new());

    // What went in stays in; what was only looked at is forgotten.
    assert_eq!(client.import_progress(&digest).unwrap().state, ImportState::Complete);
    assert!(county.send(&file.path, &preview).unwrap().already_complete);
    refused_as(client.import_findings(&digest, None, 10), "IMPORT_EXPIRED");
    let rejected = client.rejected_rows(&digest, RejectedOptions::default(), &mut Vec::new());
    refused_as(rejected, "IMPORT_EXPIRED");
    refused_as(client.import_progress(&other_digest), "IMPORT_NOT_FOUND");
    refused_as(client.confirm(&other_digest, &ImportDecision::default(), None), "IMPORT_NOT_FOUND");
    refused_as(client.discard_import(&other_digest), "IMPORT_NOT_FOUND");

    check_unreadable(&city);
    city.county().stop();
    city.hub.stop();
    check_unreadable(&city);
    city.hub.start();
    city.county().start();
    let county = &city.counties[0];
    assert_eq!(
        county.send(&other.path, &ImportOptions::default()).unwrap().accepted,
        other.truth.accepted
    );
}
