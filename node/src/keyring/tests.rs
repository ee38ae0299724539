use tiaoxi_federation::{Fingerprint, Member};
use tiaoxi_vault::Key;

use super::{new::NewKeyring, *};

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

fn secret(byte: u8) -> Secret {
    Secret::KeyFile(Key::from_bytes([byte; 32]))
}

/// A directory with keys of deqing.
fn node() -> (tempfile::TempDir, MemberKeys) {
    let dir = tempfile::tempdir().unwrap();
    let keys = NewKeyring::generate();
    keys.write(dir.path(), &id("deqing"), &secret(1)).unwrap();
    (dir, keys.public())
}

fn code(dir: &Path, with: &Secret) -> &'static str {
    Keyring::open(dir, with).err().map_or("opened", |error| error.code())
}

#[test]
fn keys_open_as_they_were_made_and_are_private() {
    let (dir, public) = node();
    let keyring = Keyring::open(dir.path(), &secret(1)).unwrap();
    let federation = FederationId::parse("huzhou").unwrap();
    assert_eq!(PublicKey::of_seed(keyring.transport_seed()), public.transport);
    assert_eq!(PublicKey::of_seed(keyring.log_seed()), public.log);
    let recovery = open_recovery_key(dir.path(), None, &secret(1), &federation).unwrap();
    assert_eq!(recovery.public(), public.recovery);
    assert_eq!(recovery.name(), "huzhou/deqing/recovery");
    let token = api_token(dir.path()).unwrap();
    assert_eq!(token.len(), 64);
    assert_eq!(token_hash(dir.path()).unwrap(), *blake3::hash(token.as_bytes()).as_bytes());

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&dir.path().join("keys")), 0o700);
    for name in ["api-token", "keys/master.key", "keys/transport.key", "keys/log.key"] {
        assert_eq!(mode(&dir.path().join(name)), 0o600, "{name}");
    }
}

#[test]
fn each_secret_readable_by_others_is_refused() {
    for name in ["master", "transport", "log", "witness"] {
        let (dir, _) = node();
        let path = key_path(dir.path(), name);
        for (mode, expected) in [
            (0o640, "KEYS_READABLE_BY_OTHERS"),
            (0o604, "KEYS_READABLE_BY_OTHERS"),
            (0o600, "opened"),
            (0o400, "opened"),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(code(dir.path(), &secret(1)), expected, "{name} {mode:o}");
        }
    }
    let (dir, _) = node();
    let token = dir.path().join("api-token");
    fs::set_permissions(&token, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(api_token(dir.path()).unwrap_err().code(), "KEYS_READABLE_BY_OTHERS");
    let message = api_token(dir.path()).unwrap_err().to_string();
    assert!(message.contains("chmod 600"), "{message}");
}

#[test]
fn missing_wrong_damaged_and_newer_are_told_apart() {
    let (dir, _) = node();
    assert_eq!(code(dir.path(), &secret(2)), "WRONG_SECRET");
    let passphrase = Secret::Passphrase(zeroize::Zeroizing::new("another way".to_owned()));
    assert_eq!(code(dir.path(), &passphrase), "WRONG_SECRET");
    let log = key_path(dir.path(), "log");
    let bytes = fs::read(&log).unwrap();
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    fs::write(&log, flipped).unwrap();
    assert_eq!(code(dir.path(), &secret(1)), "KEYS_DAMAGED");
    fs::remove_file(&log).unwrap();
    assert_eq!(code(dir.path(), &secret(1)), "KEYS_MISSING");
    fs::copy(key_path(dir.path(), "witness"), &log).unwrap();
    assert_ne!(code(dir.path(), &secret(1)), "opened");

    let format = dir.path().join("FORMAT");
    fs::write(&format, "format = 2\nnode = \"said in another way\"\n").unwrap();
    assert_eq!(code(dir.path(), &secret(1)), "NEWER_FORMAT");
    for damaged in ["", "format = 0\nmember = \"deqing\"\n", "format = 1\n", "\u{0}"] {
        fs::write(&format, damaged).unwrap();
        assert_eq!(code(dir.path(), &secret(1)), "KEYS_DAMAGED", "{damaged:?}");
    }
    fs::remove_file(&format).unwrap();
    assert_eq!(code(dir.path(), &secret(1)), "KEYS_MISSING");
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let dir = tempfile::tempdir().unwrap();
    let passphrase = |text: &str| Secret::Passphrase(zeroize::Zeroizing::new(text.to_owned()));
    NewKeyring::generate().write(dir.path(), &id("deqing"), &passphrase("one")).unwrap();
    assert_eq!(code(dir.path(), &passphrase("one")), "opened");
    assert_eq!(code(dir.path(), &passphrase("two")), "WRONG_SECRET");
}

#[test]
fn the_keys_of_another_node_are_refused() {
    let (dir, _) = node();
    let format = fs::read_to_string(dir.path().join("FORMAT")).unwrap();
    fs::write(dir.path().join("FORMAT"), format.replace("deqing", "anji")).unwrap();
    assert_eq!(code(dir.path(), &secret(1)), "DIRECTORY_OF_ANOTHER_NODE");
}

#[test]
fn keys_are_made_once_and_an_attempt_cut_short_may_be_repeated() {
    let (dir, _) = node();
    let again = |member: &str| {
        let made = NewKeyring::generate().write(dir.path(), &id(member), &secret(1));
        made.err().map_or("made", |error| error.code())
    };
    assert_eq!(again("deqing"), "KEYS_EXIST");
    assert_eq!(again("anji"), "DIRECTORY_OF_ANOTHER_NODE");
    fs::rename(dir.path().join("keys"), dir.path().join("keys.unfinished")).unwrap();
    assert_eq!(again("deqing"), "made");
    assert_eq!(code(dir.path(), &secret(1)), "opened");
}

#[test]
fn a_keyring_is_listed_with_its_own_keys_only() {
    use tiaoxi_federation::{
        draft::{DraftOptions, draft},
        request::Request,
    };

    let dir = tempfile::tempdir().unwrap();
    let keys = NewKeyring::generate();
    keys.write(dir.path(), &id("deqing"), &secret(1)).unwrap();
    let keyring = Keyring::open(dir.path(), &secret(1)).unwrap();
    let charter = |keys: &NewKeyring, member: &str| {
        let member = Member {
            id: id(member),
            name: "示例".to_owned(),
            hub: None,
            addresses: Vec::new(),
            regions: Vec::new(),
            keys: keys.public(),
        };
        let request = Request::verify(&keys.request(&member).unwrap()).unwrap();
        let federation = FederationId::parse("huzhou").unwrap();
        let options = DraftOptions {
            federation,
            threshold: None,
            items: Vec::new(),
            supervision: None,
            agreements: Vec::new(),
        };
        draft(&[request], options).unwrap()
    };
    let code = |keys: &NewKeyring, member: &str| {
        let proposal = charter(keys, member);
        assert_eq!(*proposal.fingerprint(), Fingerprint::of_text(proposal.text()));
        keyring.check_listed(proposal.terms()).err().map_or("listed", |error| error.code())
    };
    assert_eq!(code(&keys, "deqing"), "listed");
    assert_eq!(code(&keys, "anji"), "NOT_A_MEMBER");
    assert_eq!(code(&NewKeyring::generate(), "deqing"), "DIRECTORY_OF_ANOTHER_NODE");
}
