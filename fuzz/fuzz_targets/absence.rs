//! Certificates of absence: of any text under the right key, what is read is written the same way
//! again, byte for byte, and says nothing about a person.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tiaoxi_credit::{CodeScheme, SubjectCode};
use tiaoxi_fuzz::{members, plant};
use tiaoxi_ledger::{
    note::{self, SigningKey, VerifierKey},
    tree::empty_root,
};
use tiaoxi_recognition::papers::absence::{
    Absence, AbsenceFacts, LogSeen, certifiable, verifier_key,
};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let seed = members::log_seed("huzhou");
    SigningKey::new("huzhou/huzhou/absence", &seed).expect("a plain key name")
});
static KNOWN: LazyLock<VerifierKey> = LazyLock::new(|| {
    let terms = members::agreed_terms();
    verifier_key(&terms, &"huzhou".parse().expect("a plain id")).expect("a member")
});

/// Texts of certificates.
fn seeds() -> Vec<String> {
    let log = |origin: &str, size, heartbeat| LogSeen {
        origin: origin.parse().expect("a plain origin"),
        size,
        root: if size == 0 { empty_root() } else { [7; 32] },
        heartbeat,
    };
    let logs = [
        log("huzhou/jiaxing/ends/delta/1", 0, None),
        log("huzhou/jiaxing/exchange/delta/1", 300, Some(1_795_500_000)),
    ];
    [logs.to_vec(), logs[1..].to_vec()]
        .into_iter()
        .map(|logs| {
            let facts = AbsenceFacts {
                federation: "huzhou".parse().expect("a plain id"),
                member: "huzhou".parse().expect("a plain id"),
                subject: SubjectCode {
                    scheme: CodeScheme::USCC,
                    code: "91330411TX0000124X".into(),
                },
                unix_seconds: 1_795_500_060,
                logs,
            };
            let absence = Absence::write(facts, &KEY).expect("it may say that");
            note::Note::parse(absence.note()).expect("its own note").text().to_owned()
        })
        .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    // Whatever has not its signature is refused; so the text is signed here.
    assert!(Absence::read(bytes, &KNOWN).is_err());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(signed) = note::sign(text, &[&KEY]) else { return };
    let Ok(absence) = Absence::read(&signed, &KNOWN) else { return };
    assert!(certifiable(&absence.facts().subject));
    assert!(absence.facts().logs.iter().all(|log| log.origin.channel.agreement().is_some()));
    let again = Absence::write(absence.facts().clone(), &KEY).expect("what was read may be said");
    assert_eq!(again.note(), signed);
});
