//! A county restored from an older copy of its directory. Its hub remembers what it had signed.

use std::{fs, path::Path};

use crate::{city::City, files::Invented, node::status_of, program::until, stored};

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // Permissions too.
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A city whose county was put back to where it was before its second file, while the hub is away.
fn restored(rows: [u64; 2]) -> (City, [Invented; 2]) {
    let mut city = City::of(&["wuxing"]);
    let write = |index: usize| {
        let seed = index as u64 + 1;
        Invented::penalties(city.root.path(), "wuxing", rows[index], seed, 2)
    };
    let files = [write(0), write(1)];
    city.county().take_in(&files[0].path);
    city.level(0);
    city.county().stop();
    let (dir, backup) = (city.county().dir.clone(), city.path("backup"));
    copy(&dir, &backup);
    city.county().start();
    city.county().take_in(&files[1].path);
    city.level(0);
    city.county().kill();
    fs::remove_dir_all(&dir).unwrap();
    fs::rename(&backup, &dir).unwrap();
    city.hub.kill();
    (city, files)
}

/// Waits until the county has all of its log signed again, and nothing to complain about.
fn recovered(city: &City, size: u64) {
    let county = &city.counties[0];
    let (client, log) = (county.client(), county.log());
    until("the county has recovered", || {
        let is_well = county.faults().is_empty();
        (is_well && status_of(&client, &log).size_signed == size).then_some(())
    });
}

#[test]
fn a_restored_county_gets_back_what_it_forgot_and_packs_new_rows_behind_it() {
    let (mut city, [first, second]) = restored([2000, 3000]);
    let log = city.county().log();
    city.county().start();
    let third = Invented::penalties(city.root.path(), "wuxing", 1500, 3, 2);
    city.county().take_in(&third.path);
    let home = city.county().log_status(&log);
    assert_eq!(home.size_signed, first.truth.accepted + 2, "nothing is signed without the hub");
    assert_eq!(home.size_appended, home.size_signed + third.truth.accepted + 2);

    city.hub.start();
    let size: u64 = [&first, &second, &third].iter().map(|file| file.truth.accepted + 2).sum();
    recovered(&city, size);
    city.level(0);

    // It goes on as if nothing had happened.
    let fourth = Invented::penalties(city.root.path(), "wuxing", 700, 4, 0);
    city.county().take_in(&fourth.path);
    city.level(0);
    assert!(city.county().take_in(&third.path).already_complete);
    city.county().stop();
    city.hub.stop();
    let files = [&first, &second, &third, &fourth];
    stored::check_rows(&city.hub, &log, &files);
    stored::check_rows(&city.counties[0], &log, &files);
}

#[test]
fn a_file_whose_import_was_forgotten_and_repeated_is_there_once() {
    let (mut city, [first, second]) = restored([1000, 2000]);
    let log = city.county().log();
    city.county().start();
    // The clerk is told to hand in again what may have been lost.
    city.county().take_in(&second.path);
    city.hub.start();
    let size = first.truth.accepted + second.truth.accepted + 4;
    let (home, _) = city.level(0);
    assert_eq!(home.size_signed, size);
    city.county().stop();
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&first, &second]);
    stored::check_rows(&city.counties[0], &log, &[&first, &second]);
}

#[test]
fn a_file_that_came_back_from_the_hub_is_not_taken_in_again() {
    let (mut city, [first, second]) = restored([1000, 2000]);
    let log = city.county().log();
    city.county().start();
    // Half of the file is handed in again before the hub is there.
    let import = city.county().import_command(&second.path).spawn().unwrap();
    let (client, digest) = (city.county().client(), second.digest());
    until("some rows are acknowledged", || {
        let progress = client.import_progress(&digest).ok()?;
        (progress.rows_acknowledged > 0).then_some(())
    });
    city.county().kill();
    import.wait_with_output().unwrap();
    city.county().start();
    city.hub.start();
    let size = first.truth.accepted + second.truth.accepted + 4;
    recovered(&city, size);

    // The clerk still gets back what was wrong with it.
    let summary = city.county().take_in(&second.path);
    assert_eq!(
        (summary.accepted, summary.rejected, summary.already_complete),
        (second.truth.accepted, second.truth.rejected_total(), false)
    );
    assert!(std::path::Path::new(&summary.rejected_file.unwrap()).exists());
    assert!(city.county().take_in(&second.path).already_complete);
    city.level(0);
    city.county().stop();
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&first, &second]);
}

#[test]
fn a_restored_county_that_is_killed_while_it_recovers_recovers_all_the_same() {
    let (mut city, [first, second]) = restored([1000, 6000]);
    let log = city.county().log();
    city.county().start();
    let third = Invented::penalties(city.root.path(), "wuxing", 3000, 3, 0);
    city.county().take_in(&third.path);
    city.hub.start();
    for _ in 0..3 {
        let client = city.county().client();
        let before = city.county().log_status(&log);
        until("the county's log changes", || {
            let logs = client.logs().ok()?;
            let now = logs.into_iter().find(|it| it.origin == log)?;
            (now.size_appended != before.size_appended
                || now.size_signed != before.size_signed
                || now.size_appended == now.size_signed)
                .then_some(())
        });
        city.county().kill();
        city.county().start();
    }
    let files = [&first, &second, &third];
    let size: u64 = files.iter().map(|file| file.truth.accepted + 2).sum();
    recovered(&city, size);
    city.level(0);
    city.county().stop();
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &files);
    stored::check_rows(&city.counties[0], &log, &files);
}
