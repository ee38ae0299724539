//! A county killed while a file with corrections goes in, or arrives.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    net::TcpStream,
};

use tiaoxi_api::{client::ImportOptions, types::ImportState};
use tiaoxi_credit::Statement;
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    city::City,
    files::{self, Invented, digest_of, plan},
    node::{Node, status_of},
    program::{errors, until},
    sheets::{Table, text},
    stored,
};

const OLD_ROWS: usize = 3000;
const NEW_ROWS: usize = 1500;

/// What stands in the logs of the county when it is killed.
#[derive(Clone, Copy, Debug)]
struct KillPoint {
    corrections: u64,
    records: u64,
}

/// A file in which every other old row has another remark, and every third row is new; the rows
/// of its corrections, and of its new records.
fn mixed(header: usize, old: &Table, new: &Table) -> (Table, BTreeSet<u32>, BTreeSet<u32>) {
    let mut mixed = old.only(header, []);
    let remark = old.column(header, "备注");
    let (mut corrected, mut added) = (BTreeSet::new(), BTreeSet::new());
    let mut new = new.0[header + 1..].iter();
    for (place, row) in old.0[header + 1..].iter().enumerate() {
        mixed.0.push(row.clone());
        let number = u32::try_from(mixed.0.len() - header - 1).unwrap();
        if place % 2 == 1 {
            continue;
        }
        mixed.0.last_mut().unwrap()[remark] = text("演示更正");
        corrected.insert(number);
        if let Some(row) = new.next() {
            mixed.0.push(row.clone());
            added.insert(number + 1);
        }
    }
    (mixed, corrected, added)
}

/// Starts the import, kills the county when its logs are so far, and starts it again.
fn cut_off(county: &mut Node, file: &std::path::Path, at: KillPoint) -> bool {
    let mut command = county.import_command(file);
    let import = command.args(["--correct", "演示更正"]).spawn().unwrap();
    let (client, records, notices) = (county.client(), county.log(), county.notices());
    let digest = digest_of(&fs::read(file).unwrap());
    until("the import is far enough", || {
        let is_far = status_of(&client, &notices).size_appended >= at.corrections
            && status_of(&client, &records).size_appended >= at.records;
        let ended =
            client.import_progress(&digest).is_ok_and(|it| it.state == ImportState::Complete);
        (is_far || ended).then_some(())
    });
    county.kill();
    let output = import.wait_with_output().unwrap();
    county.start();
    assert!(!errors(&output).contains("panicked"), "{}", errors(&output));
    !output.status.success()
}

#[test]
fn a_county_killed_in_the_middle_of_corrections_has_each_of_them_once() {
    let mut city = City::of(&["deqing"]);
    let (old, header) = Table::invented(&files::item(), &plan("deqing", OLD_ROWS as u64, 1));
    let (new, _) = Table::invented(&files::item(), &plan("deqing", NEW_ROWS as u64, 2));
    let first = city.path("first.csv");
    old.write(&first, FileKind::Csv, Encoding::Utf8);
    city.counties[0].send(&first, &ImportOptions::default()).unwrap();
    city.settle(0);
    let size = OLD_ROWS as u64 + 2;
    let (mixed, corrected, added) = mixed(header, &old, &new);
    let path = city.path("mixed.csv");
    mixed.write(&path, FileKind::Csv, Encoding::Utf8);

    let points = [(0, size), (0, size + 1), (1, size), (1024, size + 1), (1025, size + 1026)];
    let mut cut_off_count = 0;
    for (corrections, records) in points {
        let at = KillPoint { corrections, records };
        cut_off_count += usize::from(cut_off(city.county(), &path, at));
    }
    assert!(cut_off_count >= 3, "most imports were cut off: {cut_off_count}");
    let mut command = city.county().import_command(&path);
    let output = command.args(["--correct", "演示更正"]).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    city.settle(0);

    let (records, notices) = (city.county().log(), city.county().notices());
    let mixed_digest = digest_of(&fs::read(&path).unwrap());
    let all = (1..=u32::try_from(OLD_ROWS).unwrap()).collect();
    let expected = [(digest_of(&fs::read(&first).unwrap()), all), (mixed_digest, added)];
    city.county().stop();
    city.hub.stop();
    for node in [&city.hub, &city.counties[0]] {
        stored::check_imports(node, &records, &expected);
        check_corrections(node, &notices, mixed_digest, &corrected);
    }
}

/// Checks that a log has one correction for each of these rows of an import, and no record is
/// concerned twice.
fn check_corrections(node: &Node, log: &str, digest: [u8; 32], rows: &BTreeSet<u32>) {
    let mut found = BTreeMap::new();
    for entry in stored::entries(node, log) {
        let kind = entry.header.kind;
        let said = Statement::from_body(kind.kind(), kind.version(), &entry.body).unwrap();
        let Statement::Correction(correction) = said else { panic!("only corrections") };
        assert_eq!(correction.import, Some(digest));
        let concerned = entry.header.concerned.number;
        assert!(
            found.insert(concerned, correction.record.row).is_none(),
            "entry {concerned} twice"
        );
    }
    assert_eq!(&found.into_values().collect::<BTreeSet<_>>(), rows);
}

/// Begins an upload and stops in the middle of it.
pub(crate) fn half_an_upload(node: &Node, bytes: &[u8]) -> TcpStream {
    let address = fs::read_to_string(node.dir.join("api-address")).unwrap();
    let token = fs::read_to_string(node.dir.join("api-token")).unwrap();
    let mut stream = TcpStream::connect(address.trim()).unwrap();
    let digest = blake3::hash(bytes).to_hex();
    let (length, token) = (bytes.len(), token.trim());
    let head = format!(
        "POST /v1/imports?digest={digest} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&bytes[..length / 2]).unwrap();
    let (client, digest) = (node.client(), digest_of(bytes));
    until("half of the file has arrived", || {
        let progress = client.import_progress(&digest).ok()?;
        assert_eq!(progress.state, ImportState::Uploading);
        assert_eq!(progress.bytes_total, length as u64);
        (progress.bytes_done == length as u64 / 2).then_some(())
    });
    stream
}

#[test]
fn an_upload_that_ends_with_its_sender_or_with_the_node_leaves_nothing() {
    let mut city = City::of(&["deqing"]);
    let file = Invented::penalties(city.root.path(), "deqing", 2000, 7, 0);
    let bytes = fs::read(&file.path).unwrap();
    let digest = file.digest();

    let sender = half_an_upload(&city.counties[0], &bytes);
    assert_eq!(city.counties[0].sealed_files().len(), 1);
    drop(sender);
    let client = city.counties[0].client();
    until("the node has seen that its sender is gone", || client.import_progress(&digest).err());
    let refused = client.import_progress(&digest).unwrap_err();
    assert_eq!(refused.code(), Some("IMPORT_NOT_FOUND"));
    assert_eq!(city.counties[0].sealed_files(), Vec::<String>::new());

    let sender = half_an_upload(&city.counties[0], &bytes);
    city.county().kill();
    assert_eq!(city.counties[0].sealed_files().len(), 1, "what the node had no time to remove");
    city.county().start();
    assert_eq!(city.counties[0].sealed_files(), Vec::<String>::new());
    let refused = city.counties[0].client().import_progress(&digest).unwrap_err();
    assert_eq!(refused.code(), Some("IMPORT_NOT_FOUND"));
    drop(sender);

    let summary = city.counties[0].send(&file.path, &ImportOptions::default()).unwrap();
    assert_eq!((summary.accepted, summary.resumed_from_row), (2000, 0));
    assert_eq!(city.level(0).0.size_signed, 2002);
}
