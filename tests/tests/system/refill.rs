//! A hub that lost what it followed gets it back from those who wrote it.

use std::{fs, path::PathBuf};

use crate::{city::City, files::Invented, stored};

/// What a lost disk took.
fn lose(city: &mut City, what: &[&str]) {
    city.hub.kill();
    for name in what {
        let path: PathBuf = city.hub.dir.join(name);
        fs::remove_dir_all(path).unwrap();
    }
    city.hub.start();
}

#[test]
fn followed_logs_that_were_deleted_are_fetched_again() {
    let mut city = City::of(&["nanxun"]);
    let file = Invented::penalties(city.root.path(), "nanxun", 6000, 5, 1);
    city.county().take_in(&file.path);
    let (_, before) = city.level(0);
    let code = file.records_by_code().into_iter().max_by_key(|(_, count)| *count).unwrap().0;
    let subject = city.hub.client().subject(&code).unwrap();
    assert!(subject.records.len() > 1);

    // The database; everything that was stored, so that the index knows more than the logs have;
    // everything that was stored or indexed.
    for lost in [&["store/followed"][..], &["store"], &["store", "index"]] {
        lose(&mut city, lost);
        let (home, after) = city.level(0);
        assert_eq!((home.root, after.size_signed), (before.root.clone(), before.size_signed));
        assert_eq!(city.hub.client().subject(&code).unwrap(), subject, "{lost:?}");
    }
    let log = city.county().log();
    let more = Invented::penalties(city.root.path(), "nanxun", 500, 6, 0);
    city.county().take_in(&more.path);
    city.level(0);
    city.hub.stop();
    stored::check_rows(&city.hub, &log, &[&file, &more]);
}
