//! Directories, keys, ports and charters that a node must not start with.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::{
    city::City,
    node::Node,
    program::{check_failure, run},
};

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Spoils something, checks that the node refuses to start and says why, puts it right again.
fn check(node: &Node, (exit, code): (i32, &str), spoil: &dyn Fn(&Node), mend: &dyn Fn(&Node)) {
    spoil(node);
    let output = run(node.run_arguments());
    mend(node);
    check_failure(&output, exit, code);
}

/// Replaces a file of the node, and puts it back.
fn check_file(
    node: &Node,
    name: &str,
    (exit, code): (i32, &str),
    change: &dyn Fn(Vec<u8>) -> Option<Vec<u8>>,
) {
    let path = node.dir.join(name);
    let before = fs::read(&path).unwrap();
    let mend = |_: &Node| {
        fs::write(&path, &before).unwrap();
        mode(&path, 0o600);
    };
    let spoil = |_: &Node| match change(before.clone()) {
        Some(bytes) => fs::write(&path, bytes).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    };
    check(node, (exit, code), &spoil, &mend);
}

fn replaced(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn a_node_with_keys_or_a_directory_that_are_not_right_does_not_start() {
    let mut city = City::of(&["wuxing", "anji"]);
    let stranger = fs::read(city.counties[1].dir.join("keys/log.key")).unwrap();
    let other_master = fs::read(city.counties[1].dir.join("keys/master.key")).unwrap();
    let other_secret = fs::read(&city.counties[1].key_file).unwrap();
    city.county().stop();
    let node = &city.counties[0];

    check_file(node, "keys/log.key", (1, "KEYS_MISSING"), &|_| None);
    check_file(node, "keys/master.key", (1, "KEYS_MISSING"), &|_| None);
    check_file(node, "FORMAT", (1, "KEYS_MISSING"), &|_| None);
    check_file(node, "api-token", (1, "KEYS_MISSING"), &|_| None);
    check_file(node, "FORMAT", (1, "NEWER_FORMAT"), &|bytes| {
        Some(replaced(bytes, "format = 1", "format = 2"))
    });
    check_file(node, "FORMAT", (1, "KEYS_DAMAGED"), &|_| Some(b"nonsense".to_vec()));
    check_file(node, "FORMAT", (1, "DIRECTORY_OF_ANOTHER_NODE"), &|bytes| {
        Some(replaced(bytes, "wuxing", "anji"))
    });
    check_file(node, "keys/log.key", (1, "WRONG_SECRET"), &|_| Some(stranger.clone()));
    check_file(node, "keys/master.key", (1, "WRONG_SECRET"), &|_| Some(other_master.clone()));
    for name in ["keys/master.key", "keys/transport.key", "keys/log.key", "api-token"] {
        let path = node.dir.join(name);
        check(node, (1, "KEYS_READABLE_BY_OTHERS"), &|_| mode(&path, 0o644), &|_| {
            mode(&path, 0o600);
        });
    }
    let secret = fs::read(&node.key_file).unwrap();
    let key_file = |bytes: &[u8]| fs::write(&node.key_file, bytes).unwrap();
    check(node, (1, "WRONG_SECRET"), &|_| key_file(&other_secret), &|_| key_file(&secret));
    let of_key_file = |bits| mode(&node.key_file, bits);
    check(node, (1, "KEYS_READABLE_BY_OTHERS"), &|_| of_key_file(0o644), &|_| of_key_file(0o600));

    // Nothing of this did any harm.
    city.county().start();
}

#[test]
fn a_node_with_a_charter_that_was_tampered_with_does_not_start() {
    let mut city = City::of(&["wuxing"]);
    city.county().stop();
    let node = &city.counties[0];
    let first = "charter/1.note";
    let pinned = (1, "CHARTER_NOT_THE_PINNED_ONE");
    check_file(node, first, pinned, &|bytes| {
        Some(replaced(bytes, "threshold = 2", "threshold = 1"))
    });
    check_file(node, first, pinned, &|bytes| Some(bytes[..bytes.len() / 2].to_vec()));
    check_file(node, first, (1, "CHARTER_MISSING"), &|_| None);
    check_file(node, "charter/pin", (1, "CHARTER_MISSING"), &|_| None);
    check_file(node, "charter/pin", pinned, &|_| Some(b"nonsense".to_vec()));
    city.county().start();
}

#[test]
fn only_the_charter_of_the_agreed_fingerprint_is_accepted_and_only_one() {
    let city = City::of(&["wuxing"]);
    let other = City::founded(&["wuxing"], &[]);
    let accept = |charter: &Path, fingerprint: &str| {
        let [dir, charter] =
            [&city.counties[0].dir, charter].map(|path| path.display().to_string());
        run(["charter", "accept", "--fingerprint", fingerprint, "--dir", &dir, &charter])
    };
    assert!(accept(&city.charter_file(), &city.fingerprint).status.success(), "the same again");
    check_failure(&accept(&city.charter_file(), &other.fingerprint), 1, "FINGERPRINT_DIFFERS");
    check_failure(&accept(&other.charter_file(), &city.fingerprint), 1, "FINGERPRINT_DIFFERS");
    check_failure(&accept(&other.charter_file(), &other.fingerprint), 1, "ANOTHER_CHARTER_PINNED");
    let text = fs::read_to_string(city.charter_file()).unwrap();
    let tampered = city.path("tampered.note");
    fs::write(&tampered, text.replacen("threshold = 2", "threshold = 1", 1)).unwrap();
    check_failure(&accept(&tampered, &city.fingerprint), 1, "FINGERPRINT_DIFFERS");
    let unsigned = city.path("unsigned.note");
    let (head, signatures) = text.rsplit_once("\n\n").unwrap();
    let first = signatures.lines().next().unwrap();
    fs::write(&unsigned, format!("{head}\n\n{first}\n")).unwrap();
    check_failure(&accept(&unsigned, &city.fingerprint), 1, "CHARTER_NOT_SIGNED_BY_ENOUGH");
}

#[test]
fn a_node_whose_port_or_directory_is_in_use_does_not_start_and_disturbs_nobody() {
    let mut city = City::of(&["wuxing"]);
    // The same command again, while the node runs: its HTTP port is taken.
    check_failure(&run(city.hub.run_arguments()), 1, "PORT_IN_USE");
    // On other ports: the store is in use.
    let mut second = city.hub.run_arguments();
    second.extend(["--http", "127.0.0.1:0", "--listen", "/ip4/127.0.0.1/tcp/0"].map(str::to_owned));
    check_failure(&run(second), 1, "STORE_IN_USE");
    city.county().stop();
    city.county().start();
    city.level(0);
    assert!(city.hub.is_running());

    city.county().stop();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
    let mut listening = city.counties[0].run_arguments();
    listening.extend(["--listen".to_owned(), address]);
    check_failure(&run(listening), 1, "PORT_IN_USE");
}

#[test]
fn a_command_for_a_node_that_does_not_run_says_so() {
    let mut city = City::of(&["wuxing"]);
    city.county().stop();
    let dir = city.counties[0].dir.display().to_string();
    let output = run(["status", "--dir", &dir]);
    check_failure(&output, 5, "is it running?");
    let output =
        run(["init", "--member", "wuxing", "--name", "again", "--dir", &dir, "--key-file", &dir]);
    check_failure(&output, 1, "KEYS_EXIST");
}
