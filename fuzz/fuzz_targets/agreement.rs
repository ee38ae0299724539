//! Agreements at the end of a charter's text: what is read keeps its limits and says the same once
//! written again, and each of its maps is found.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tiaoxi_federation::{
    Agreement, Terms,
    terms::{AGREEMENTS_MAX, CharterDocument},
};
use tiaoxi_fuzz::{members, plant};

/// Limits of `docs/protocol.md`.
const PARTIES_MAX: usize = 64;
const MAPS_MAX: usize = 4096;

/// Takes more agreements behind its end.
static CHARTER: LazyLock<String> = LazyLock::new(members::charter_text);

/// Agreements as a charter's text has them.
fn seeds() -> Vec<String> {
    let mut document = CharterDocument::parse(&CHARTER).expect("its own text");
    let mut written = |agreements: Vec<_>| {
        document.agreements = agreements;
        let text = document.to_text();
        text.find("[[agreements]]").map(|at| text[at..].to_owned()).unwrap_or_default()
    };
    let (first, mut second) = (members::agreement(), members::agreement());
    second.id = "eco".parse().expect("a plain id");
    second.maps.clear();
    vec![written(vec![first.clone()]), written(vec![first, second]), written(Vec::new())]
}

fn check(agreement: &Agreement, terms: &Terms) {
    assert!((2..=PARTIES_MAX).contains(&agreement.parties().len()));
    assert!(agreement.maps().len() <= MAPS_MAX && agreement.starts() <= agreement.ends());
    for party in agreement.parties() {
        assert!(terms.member(party).is_some_and(|member| member.hub.is_none()));
    }
    for map in agreement.maps() {
        let of = |receiver| {
            let (domain, standard) = (map.domain.as_str(), map.standard.as_str());
            let level = map.level.as_str();
            agreement.map(receiver, domain, standard, map.standard_version, level)
        };
        match &map.receiver {
            Some(receiver) => assert_eq!(of(receiver), Some(map)),
            None => assert!(agreement.parties().iter().all(|party| of(party).is_some())),
        }
    }
    for duty in agreement.duties() {
        for member in &duty.members {
            assert!(agreement.is_party(member) && agreement.may_list(member, duty.domain.as_str()));
        }
    }
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(tail) = std::str::from_utf8(bytes) else { return };
    let text = format!("{}{tail}", *CHARTER);
    let Ok(document) = CharterDocument::parse(&text) else { return };
    let again = CharterDocument::parse(&document.to_text()).expect("a written charter is read");
    assert_eq!(again, document);
    let Ok(terms) = Terms::check(document) else { return };
    assert!(terms.agreements().len() <= AGREEMENTS_MAX);
    for agreement in terms.agreements() {
        check(agreement, &terms);
    }
});
