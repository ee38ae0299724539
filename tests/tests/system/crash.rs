//! Nodes that are killed in the middle of their work and started again with the same command.

use tiaoxi_api::types::ImportState;

use crate::{
    city::City,
    files::Invented,
    node::Node,
    program::{check_failure, errors, until},
    stored,
};

/// Starts an import, kills the node when so many rows are acknowledged, and starts it again;
/// whether the import was cut off.
fn cut_off(county: &mut Node, file: &Invented, acknowledged: u64) -> bool {
    let import = county.import_command(&file.path).spawn().unwrap();
    let (client, digest) = (county.client(), file.digest());
    until("enough rows are acknowledged", || {
        let progress = client.import_progress(&digest).ok()?;
        let is_far = progress.rows_acknowledged >= acknowledged;
        match progress.state {
            ImportState::Running => is_far.then_some(()),
            // There is nothing left to be cut off.
            ImportState::Complete => Some(()),
            // Not begun yet, or of the import before.
            _ => None,
        }
    });
    county.kill();
    let output = import.wait_with_output().unwrap();
    county.start();
    if output.status.success() || errors(&output).contains("is it running?") {
        // Over before the node was killed, or not begun.
        return false;
    }
    check_failure(&output, 5, "IMPORT_CUT_OFF");
    true
}

#[test]
fn a_county_killed_in_the_middle_of_an_import_has_every_row_once_when_it_is_repeated() {
    let mut city = City::of(&["deqing"]);
    let root = city.root.path().to_owned();
    let mut files = Vec::new();
    let mut cut_off_count = 0;
    for (seed, acknowledged) in [(1, 0), (2, 1), (3, 1500), (4, 3000)] {
        let file = Invented::penalties(&root, "deqing", 8000, seed, 4);
        cut_off_count += usize::from(cut_off(city.county(), &file, acknowledged));
        // Cut off a second time, then repeated to its end.
        cut_off_count += usize::from(cut_off(city.county(), &file, acknowledged + 1));
        let summary = city.county().take_in(&file.path);
        assert_eq!(summary.accepted, file.truth.accepted);
        assert_eq!(summary.rejected, file.truth.rejected_total());
        files.push(file);
    }
    assert!(cut_off_count >= 4, "most imports were cut off: {cut_off_count}");

    let (home, _) = city.level(0);
    let accepted: u64 = files.iter().map(|file| file.truth.accepted + 2).sum();
    assert_eq!(home.size_signed, accepted);
    let log = city.county().log();
    city.county().stop();
    city.hub.stop();
    let files: Vec<_> = files.iter().collect();
    stored::check_rows(&city.hub, &log, &files);
    stored::check_rows(&city.counties[0], &log, &files);
}

#[test]
fn a_hub_away_for_a_whole_import_and_killed_while_it_catches_up_gets_everything() {
    let mut city = City::of(&["anji"]);
    city.hub.kill();
    let file = Invented::penalties(city.root.path(), "anji", 20_000, 3, 2);
    let summary = city.county().take_in(&file.path);
    assert_eq!(summary.accepted, file.truth.accepted);
    let log = city.county().log();
    let home = city.county().log_status(&log);
    assert_eq!((home.size_appended, home.size_signed), (file.truth.accepted + 2, 0));
    let faults = city.county().client().status().unwrap().faults;
    assert!(faults.iter().any(|fault| fault.code == "SIGNING_WAITS"), "{faults:?}");

    let mut killed_on_the_way = 0;
    for _ in 0..3 {
        city.hub.start();
        let client = city.hub.client();
        let before = city.hub.log_status(&log).size_appended;
        let size = until("the hub has more of the log", || {
            let logs = client.logs().ok()?;
            let size = logs.iter().find(|it| it.origin == log)?.size_appended;
            (size > before || size == home.size_appended).then_some(size)
        });
        city.hub.kill();
        killed_on_the_way += usize::from(size > 0 && size < home.size_appended);
    }
    assert!(killed_on_the_way > 0, "the hub was killed while it caught up");

    city.hub.start();
    let (home, _) = city.level(0);
    assert_eq!(home.size_signed, file.truth.accepted + 2);
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&file]);
}

#[test]
fn what_a_county_accepted_without_its_hub_survives_its_own_crash() {
    let mut city = City::of(&["changxing"]);
    city.hub.stop();
    let file = Invented::penalties(city.root.path(), "changxing", 3000, 9, 0);
    city.county().take_in(&file.path);
    city.county().kill();
    city.county().start();
    // Nobody is there who could say whether more was signed than is here: nothing is signed.
    let log = city.county().log();
    let home = city.county().log_status(&log);
    assert_eq!((home.size_appended, home.size_signed), (3002, 0));
    assert!(city.county().take_in(&file.path).already_complete);

    city.hub.start();
    city.level(0);
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&file]);
}
