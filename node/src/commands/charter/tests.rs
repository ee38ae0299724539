use std::os::unix::fs::PermissionsExt;

use tiaoxi_vault::Key;

use super::*;
use crate::{
    commands::init::{Applicant, NewNode, create_node},
    error_code::code_of,
    keyring::Keyring,
};

fn secret() -> Secret {
    Secret::KeyFile(Key::from_bytes([1; 32]))
}

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

/// The hub and two counties in one directory, with keys and requests.
struct City {
    dir: tempfile::TempDir,
    nodes: Vec<NewNode>,
}

impl City {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let node = |member: &str| {
            let hub = (member != "huzhou").then(|| id("huzhou"));
            let applicant = Applicant {
                member: id(member),
                name: format!("{member} 示例"),
                hub,
                addresses: vec!["/ip4/127.0.0.1/tcp/7000".to_owned()],
                regions: Vec::new(),
            };
            create_node(&dir.path().join(member), &applicant, &secret()).unwrap()
        };
        let nodes = ["huzhou", "anji", "deqing"].map(node).into();
        Self { dir, nodes }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn draft(&self, threshold: Option<u16>) -> PathBuf {
        let requests: Vec<_> = self.nodes.iter().map(|node| node.request.clone()).collect();
        let federation = FederationId::parse("huzhou").unwrap();
        let options = DraftOptions {
            federation,
            threshold,
            items: Vec::new(),
            supervision: None,
            agreements: Vec::new(),
        };
        let output = self.path("charter.note");
        draft_file(&requests, options, None, &output).unwrap();
        output
    }

    fn sign(&self, draft: &Path, member: &str) -> PathBuf {
        let output = self.path(&format!("signed-by-{member}.note"));
        sign_file(draft, &self.path(member), None, None, &|| Ok(secret()), &output).unwrap();
        output
    }

    /// A charter signed by the hub and anji, with its fingerprint.
    fn signed(&self, threshold: Option<u16>) -> (PathBuf, Fingerprint) {
        let draft = self.draft(threshold);
        let copies = [self.sign(&draft, "huzhou"), self.sign(&draft, "anji")];
        let merged = self.path("merged.note");
        let summary = merge_files(&copies, &merged).unwrap();
        assert_eq!(summary.signers, [id("anji"), id("huzhou")]);
        (merged, summary.fingerprint)
    }
}

fn code<T>(result: anyhow::Result<T>) -> String {
    let code = |error| code_of(&error).unwrap_or_else(|| "no code".into());
    result.err().map_or_else(|| "done".into(), code)
}

#[test]
fn a_federation_begins_with_init_draft_sign_merge_accept() {
    let city = City::new();
    let (merged, fingerprint) = city.signed(None);
    for member in ["huzhou", "anji", "deqing"] {
        let dir = city.path(member);
        accept_file(&merged, &fingerprint, &dir).unwrap();
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o7777, 0o700);
        let chain = pinned_charter::load(&dir).unwrap();
        assert_eq!(*chain.current().fingerprint(), fingerprint);
        let keyring = Keyring::open(&dir, &secret()).unwrap();
        keyring.check_listed(chain.current()).unwrap();
        assert_eq!(keyring.member(), &id(member));
        // Accepting it again changes nothing.
        accept_file(&merged, &fingerprint, &dir).unwrap();
    }
    let shown = show_file(&merged).unwrap();
    assert_eq!((shown.threshold, shown.members.len(), shown.logs), (2, 3, 9));
    assert!(shown.describe().iter().any(|line| line.contains(&fingerprint.to_string())));
}

#[test]
fn a_charter_of_another_fingerprint_or_with_too_few_signers_is_not_accepted() {
    let city = City::new();
    let (merged, fingerprint) = city.signed(Some(3));
    let dir = city.path("deqing");
    let other = Fingerprint::of_text("another\n");
    assert_eq!(code(accept_file(&merged, &other, &dir)), "FINGERPRINT_DIFFERS");
    assert_eq!(code(accept_file(&merged, &fingerprint, &dir)), "CHARTER_NOT_SIGNED_BY_ENOUGH");
    assert_eq!(code(pinned_charter::load(&dir).map_err(Into::into)), "CHARTER_MISSING");
    let third = city.sign(&merged, "deqing");
    assert_eq!(code(accept_file(&third, &fingerprint, &dir)), "done");
}

#[test]
fn a_charter_changed_on_disk_is_refused_at_the_next_start() {
    let city = City::new();
    let (merged, fingerprint) = city.signed(None);
    let dir = city.path("deqing");
    accept_file(&merged, &fingerprint, &dir).unwrap();
    let load = || code(pinned_charter::load(&dir).map_err(Into::into));
    let note = dir.join("charter/1.note");
    let good = fs::read(&note).unwrap();
    for at in (0..good.len()).step_by(97) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&note, bad).unwrap();
        assert_eq!(load(), "CHARTER_NOT_THE_PINNED_ONE", "byte {at}");
    }
    fs::write(&note, &good).unwrap();
    assert_eq!(load(), "done");
    fs::write(dir.join("charter/pin"), "nonsense").unwrap();
    assert_eq!(load(), "CHARTER_NOT_THE_PINNED_ONE");
}

#[test]
fn a_node_accepts_one_charter_that_lists_it() {
    let city = City::new();
    let (merged, fingerprint) = city.signed(None);
    let dir = city.path("deqing");
    accept_file(&merged, &fingerprint, &dir).unwrap();
    let (other, other_fingerprint) = city.signed(Some(3));
    let other = city.sign(&other, "deqing");
    assert_eq!(code(accept_file(&other, &other_fingerprint, &dir)), "ANOTHER_CHARTER_PINNED");

    let stranger = Applicant {
        member: id("stranger"),
        name: "示例".to_owned(),
        hub: None,
        addresses: Vec::new(),
        regions: Vec::new(),
    };
    let stranger = create_node(&city.path("stranger"), &stranger, &secret()).unwrap();
    assert_eq!(code(accept_file(&other, &other_fingerprint, &stranger.dir)), "NOT_A_MEMBER");
    let refused =
        sign_file(&other, &stranger.dir, None, None, &|| Ok(secret()), &city.path("no.note"));
    assert!(refused.is_err());
    assert!(!city.path("no.note").exists());
}

#[test]
fn a_recovery_key_signs_from_where_it_was_carried_and_only_the_text_agreed_on() {
    let city = City::new();
    let draft = city.draft(None);
    let dir = city.path("anji");
    let carried = city.path("recovery.key");
    fs::rename(dir.join("keys/recovery.key"), &carried).unwrap();
    let output = city.path("signed.note");
    let sign = |key: Option<&Path>, agreed: Option<&Fingerprint>| {
        sign_file(&draft, &dir, key, agreed, &|| Ok(secret()), &output)
    };
    assert_eq!(code(sign(None, None)), "KEYS_MISSING");
    assert!(sign(Some(&carried), Some(&Fingerprint::of_text("another\n"))).is_err());
    let fingerprint = show_file(&draft).unwrap().fingerprint;
    assert_eq!(sign(Some(&carried), Some(&fingerprint)).unwrap().signers, [id("anji")]);
    // The node itself runs without it.
    assert!(Keyring::open(&dir, &secret()).is_ok());
}
