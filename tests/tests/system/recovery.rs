//! A county restored from an older copy of its directory. Its hub remembers what it had signed.

use std::{fs, path::Path};

use crate::{city::City, files::Penalties, program::until, stored};

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
fn restored(rows: [u64; 2]) -> (City, [Penalties; 2]) {
    let mut city = City::of(&["wuxing"]);
    let write = |index: usize| {
        let seed = index as u64 + 1;
        Penalties::write(city.root.path(), "wuxing", rows[index], seed, 2)
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

#[test]
fn a_restored_county_gets_back_what_it_forgot_and_packs_new_rows_behind_it() {
    let (mut city, [first, second]) = restored([2000, 3000]);
    let log = city.county().log();
    city.county().start();
    let third = Penalties::write(city.root.path(), "wuxing", 1500, 3, 2);
    city.county().take_in(&third.path);
    let home = city.county().log_status(&log);
    assert_eq!(home.size_signed, first.truth.accepted + 2, "nothing is signed without the hub");
    assert_eq!(home.size_appended, home.size_signed + third.truth.accepted + 2);

    city.hub.start();
    let size: u64 = [&first, &second, &third].iter().map(|file| file.truth.accepted + 2).sum();
    until("the county has recovered", || {
        (city.counties[0].log_status(&log).size_signed == size).then_some(())
    });
    city.level(0);
    let faults = city.county().client().status().unwrap().faults;
    assert!(faults.is_empty(), "{faults:?}");

    // It goes on as if nothing had happened.
    let fourth = Penalties::write(city.root.path(), "wuxing", 700, 4, 0);
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
fn a_restored_county_that_is_killed_while_it_recovers_recovers_all_the_same() {
    let (mut city, [first, second]) = restored([1000, 6000]);
    let log = city.county().log();
    city.county().start();
    let third = Penalties::write(city.root.path(), "wuxing", 3000, 3, 0);
    city.county().take_in(&third.path);
    city.hub.start();
    for _ in 0..3 {
        let client = city.county().client();
        let before = city.county().log_status(&log);
        until("the county's log changes", || {
            let logs = client.logs().ok()?;
            let now = logs.into_iter().find(|it| it.origin == log)?;
            (now.size_appended != before.size_appended || now.size_signed != before.size_signed
                || now.size_appended == now.size_signed)
                .then_some(())
        });
        city.county().kill();
        city.county().start();
    }
    let files = [&first, &second, &third];
    let size: u64 = files.iter().map(|file| file.truth.accepted + 2).sum();
    until("the county has recovered", || {
        (city.counties[0].log_status(&log).size_signed == size).then_some(())
    });
    city.level(0);
    city.county().stop();
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &files);
    stored::check_rows(&city.counties[0], &log, &files);
}
