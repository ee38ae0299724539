use tiaoxi_ledger::note::SigningKey;

use super::*;
use crate::{
    charter::{Chain, ChainError, Charter, CharterError, Proposal, SignError, tests::signed_by},
    draft::tests::{delta, delta_document, recovery_signer},
    terms::{AgreementDocument, CharterDocument},
};

/// Four of the seven members: all parties of `delta` and `ecology`.
pub(super) const PARTIES: [&str; 4] = ["huzhou", "jiaxing", "hangzhou", "suzhou"];
/// Four members, one of them a party.
pub(super) const OTHERS: [&str; 4] = ["anji", "deqing", "huangshan", "huzhou"];

pub(super) fn chain() -> Chain {
    let first = delta();
    Chain::pinned(&signed_by(&first, &PARTIES), first.fingerprint()).unwrap()
}

/// The next version, with this change.
pub(super) fn next(chain: &Chain, change: impl FnOnce(&mut CharterDocument)) -> Proposal {
    let mut document = CharterDocument::parse(chain.current().text()).unwrap();
    document.version += 1;
    document.previous = Some(*chain.current().fingerprint());
    change(&mut document);
    Proposal::draft(document).unwrap()
}

/// A change of `delta` in its next version.
pub(super) fn delta_changed(
    change: impl Fn(&mut AgreementDocument),
) -> impl Fn(&mut CharterDocument) {
    move |document| {
        let delta = document.agreements.first_mut().unwrap();
        delta.version += 1;
        change(delta);
    }
}

pub(super) fn day(text: &str) -> crate::DayText {
    crate::DayText::parse(text).unwrap()
}

/// What the next version is refused for with these signatures; none: it is taken up.
pub(super) fn check(
    change: impl Fn(&mut CharterDocument),
    signers: &[&str],
    refused: Option<&str>,
) {
    let mut chain = chain();
    let proposal = next(&chain, change);
    let found = match chain.extend(&signed_by(&proposal, signers)) {
        Ok(()) => None,
        Err(ChainError::Agreement(reason)) => Some(reason.to_string()),
        Err(other) => Some(other.to_string()),
    };
    assert_eq!(found.as_deref(), refused, "signed by {signers:?}");
    let taken = if refused.is_none() { 2 } else { 1 };
    assert_eq!(chain.current().version(), taken);
}

#[test]
fn a_first_charter_needs_every_party_of_its_agreements() {
    let first = delta();
    assert_eq!(first.terms().threshold(), 4);
    let verify = |signers: &[&str]| {
        Charter::verify(&signed_by(&first, signers), first.fingerprint())
            .map(|charter| charter.signers().len())
    };
    let Err(CharterError::Agreement(AgreementError::Unsigned { agreement, missing })) =
        verify(&["anji", "deqing", "huangshan", "huzhou", "jiaxing"])
    else {
        panic!("enough members, but not every party, were enough");
    };
    assert_eq!(agreement.as_str(), "delta");
    assert_eq!(missing.iter().map(MemberId::as_str).collect::<Vec<_>>(), ["hangzhou", "suzhou"]);
    // All parties are not enough where members are too few.
    assert!(matches!(verify(&PARTIES[..3]), Err(CharterError::TooFewSigners { .. })));
    assert_eq!(verify(&PARTIES).unwrap(), 4);

    let mut document = delta_document();
    document.agreements[1].version = 2;
    let second = Proposal::draft(document).unwrap();
    let refused = Charter::verify(&signed_by(&second, &PARTIES), second.fingerprint());
    assert!(matches!(
        refused,
        Err(CharterError::Agreement(AgreementError::Version { offered: 2, wanted: 1, .. }))
    ));
}

#[test]
fn a_change_needs_every_party_beside_enough_members() {
    let change = || delta_changed(|delta| delta.freshness_hours = 12);
    let unsigned = |missing: &str| {
        format!("agreement delta is new or changed and not signed by its parties {missing}")
    };
    check(change(), &PARTIES, None);
    check(change(), &[&OTHERS[..], &PARTIES[1..]].concat(), None);
    check(change(), &[&OTHERS[..], &PARTIES[2..]].concat(), Some(&unsigned("jiaxing")));
    check(change(), &OTHERS, Some(&unsigned("jiaxing, hangzhou, suzhou")));
    // What names no agreement needs no party.
    check(|document| document.members[0].name = "甲".to_owned(), &OTHERS, None);
}

#[test]
fn a_party_that_joins_with_this_version_signs_beside_those_before() {
    // The pinned version has no shanghai; it signs with the key that the new terms give it.
    let joins = |document: &mut CharterDocument| {
        document.members.push(crate::request::tests::member("shanghai", None, 7100));
        document.threshold = 5;
        delta_changed(|delta| delta.parties.push(MemberId::parse("shanghai").unwrap()))(document);
    };
    let missing = "agreement delta is new or changed and not signed by its parties shanghai";
    check(joins, &PARTIES, Some(missing));
    check(joins, &[&PARTIES[..], &["shanghai"]].concat(), None);
    // It does not count among the members before.
    let mut chain = chain();
    let proposal = next(&chain, joins);
    let refused = chain.extend(&signed_by(&proposal, &["anji", "deqing", "huzhou", "shanghai"]));
    assert!(matches!(refused, Err(ChainError::Signatures(_))));
    chain.extend(&signed_by(&proposal, &[&PARTIES[..], &["shanghai"]].concat())).unwrap();
    let signers: Vec<_> = chain.current().signers().iter().map(MemberId::as_str).collect();
    assert_eq!(signers, ["hangzhou", "huzhou", "jiaxing", "shanghai", "suzhou"]);
}

/// The next version with this change, and suzhou's recovery key replaced by that of mallory.
fn taken_over(chain: &Chain, change: impl Fn(&mut CharterDocument)) -> Proposal {
    next(chain, |document| {
        let suzhou = document.members.iter_mut().find(|member| member.id.as_str() == "suzhou");
        let mallory = crate::request::tests::member("mallory", None, 7200);
        suzhou.unwrap().keys.recovery = mallory.keys.recovery;
        change(document);
    })
}

/// The key that suzhou gets by [`taken_over`].
fn mallory() -> SigningKey {
    let seed = crate::request::tests::seeds("mallory").recovery;
    SigningKey::new("huzhou/suzhou/recovery", &seed).unwrap()
}

#[test]
fn who_was_a_member_before_consents_with_the_key_it_had() {
    let change = || delta_changed(|delta| delta.freshness_hours = 720);
    let enough = ["huzhou", "jiaxing", "hangzhou", "anji"];
    let signed = |proposal: &Proposal| Proposal::parse(&signed_by(proposal, &enough)).unwrap();
    let mut chain = chain();
    let mut forged = signed(&taken_over(&chain, change()));
    forged.sign(&mallory()).unwrap();
    let Err(ChainError::Agreement(AgreementError::Unsigned { missing, .. })) =
        chain.extend(&forged.to_bytes())
    else {
        panic!("taken up without suzhou");
    };
    assert_eq!(missing.iter().map(MemberId::as_str).collect::<Vec<_>>(), ["suzhou"]);

    // The key that it had is none of the new version's, and the one that counts.
    let mut agreed = signed(&taken_over(&chain, change()));
    assert!(matches!(agreed.sign(&recovery_signer("suzhou")), Err(SignError::NotAMember(_))));
    agreed.sign_after(chain.current(), &recovery_signer("suzhou")).unwrap();
    assert!(agreed.check_agreements(Some(chain.current())).is_ok());
    let mut other = chain.clone();
    other.extend(&agreed.to_bytes()).unwrap();

    // A lost key is replaced in a version of its own, and counts from then on.
    chain.extend(&signed(&taken_over(&chain, |_| {})).to_bytes()).unwrap();
    let mut third = signed(&next(&chain, change()));
    third.sign_after(chain.current(), &mallory()).unwrap();
    let stranger = SigningKey::new("huzhou/suzhou/recovery", &[7; 32]).unwrap();
    let refused = third.sign_after(chain.current(), &stranger);
    assert!(matches!(refused, Err(SignError::NotAMember(_))));
    chain.extend(&third.to_bytes()).unwrap();
}

#[test]
fn another_supervision_catalogue_needs_the_parties_of_all_agreements() {
    let other = |document: &mut CharterDocument| {
        document.supervision = Some(crate::digest::HexHash([1; 32]));
    };
    let missing = |parties: &str| {
        format!("the supervision catalogue is changed and not signed by the parties {parties}")
    };
    check(other, &OTHERS, Some(&missing("hangzhou, jiaxing, suzhou")));
    check(other, &[&OTHERS[..], &PARTIES[..3]].concat(), Some(&missing("suzhou")));
    check(other, &PARTIES, None);
}

#[test]
fn one_party_alone_may_bring_the_end_forward_and_nothing_else() {
    let others = &OTHERS[..3];
    let earlier = || delta_changed(|delta| delta.ends = day("2026-06-30"));
    check(earlier(), &OTHERS, None);
    check(earlier(), &[others, &["suzhou"]].concat(), None);
    // Enough members, none of them a party of `ecology`.
    let ecology_ends = |document: &mut CharterDocument| {
        document.agreements[1].version = 2;
        document.agreements[1].ends = day("2026-06-30");
    };
    let unsigned =
        "agreement ecology ends earlier, which none of its parties jiaxing, huzhou signed";
    check(ecology_ends, &[others, &["suzhou"]].concat(), Some(unsigned));
    check(ecology_ends, &[others, &["jiaxing"]].concat(), None);

    let everybody =
        "agreement delta is new or changed and not signed by its parties jiaxing, hangzhou, suzhou";
    check(delta_changed(|delta| delta.ends = day("2028-01-01")), &OTHERS, Some(everybody));
    let more = delta_changed(|delta| {
        delta.ends = day("2026-06-30");
        delta.notice_days = 0;
    });
    check(more, &OTHERS, Some(everybody));
    check(delta_changed(|delta| delta.starts = day("2026-02-01")), &OTHERS, Some(everybody));
    // Not even a version alone.
    check(delta_changed(|_| {}), &OTHERS, Some(everybody));
}

#[test]
fn versions_of_an_agreement_rise_by_one_with_each_change() {
    let version = |version: u32| {
        move |document: &mut CharterDocument| {
            document.agreements[0].version = version;
            document.agreements[0].handling_days = 5;
        }
    };
    let refused =
        |offered| format!("agreement delta is new or changed and has version {offered}, not 2");
    check(version(1), &PARTIES, Some(&refused(1)));
    check(version(2), &PARTIES, None);
    check(version(3), &PARTIES, Some(&refused(3)));
    // The order in the file says nothing.
    let reordered = |document: &mut CharterDocument| document.agreements.reverse();
    check(reordered, &OTHERS, None);
}

#[test]
fn agreements_stay_listed_and_keep_their_parties() {
    let dropped = |document: &mut CharterDocument| {
        let gone = document.agreements.pop().unwrap();
        document.logs.retain(|log| log.channel.agreement() != Some(&gone.id));
    };
    check(dropped, &PARTIES, Some("agreement ecology of the version before is missing"));
    let left = |document: &mut CharterDocument| {
        let suzhou = MemberId::parse("suzhou").unwrap();
        document.logs.retain(|log| log.member != suzhou || log.channel.agreement().is_none());
        for log in document.logs.iter_mut().filter(|log| log.channel.agreement().is_some()) {
            log.audience.retain(|member| *member != suzhou);
            log.deciders.retain(|member| *member != suzhou);
        }
        delta_changed(|delta| {
            delta.parties.retain(|party| *party != suzhou);
            delta.duties[0].members.retain(|party| *party != suzhou);
        })(document);
    };
    check(
        left,
        &PARTIES,
        Some("agreement delta no longer has the party suzhou; let it end instead"),
    );
}

#[test]
fn copies_signed_apart_show_whom_they_lack_until_they_are_merged() {
    let mut chain = chain();
    let amended = next(&chain, delta_changed(|delta| delta.freshness_hours = 12));
    let missing = |proposal: &Proposal| match proposal.check_agreements(Some(chain.current())) {
        Ok(()) => Vec::new(),
        Err(AgreementError::Unsigned { missing, .. }) => missing,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(missing(&amended).len(), 4);
    let copies: Vec<_> = PARTIES
        .iter()
        .map(|party| Proposal::parse(&signed_by(&amended, &[party])).unwrap())
        .collect();
    for copy in &copies {
        assert_eq!(missing(copy).len(), 3);
    }
    assert_eq!(missing(&Proposal::merge(&copies[..3]).unwrap()), [copies_party(3)]);
    let merged = Proposal::merge(&copies).unwrap();
    assert_eq!(missing(&merged), []);
    chain.extend(&merged.to_bytes()).unwrap();
    assert_eq!(chain.current().signers().len(), 4);
}

fn copies_party(index: usize) -> MemberId {
    MemberId::parse(PARTIES[index]).unwrap()
}

#[test]
fn a_second_successor_is_refused_and_names_those_who_signed_both() {
    let mut chain = chain();
    let one = next(&chain, delta_changed(|delta| delta.freshness_hours = 12));
    let two = next(&chain, delta_changed(|delta| delta.freshness_hours = 6));
    chain.extend(&signed_by(&one, &PARTIES)).unwrap();
    let refused = chain.extend(&signed_by(&two, &["huzhou", "anji"]));
    let Err(ChainError::SecondSuccessor { version: 2, both }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(both.iter().map(MemberId::as_str).collect::<Vec<_>>(), ["huzhou"]);
    assert!(chain.knows(one.fingerprint()) && !chain.knows(two.fingerprint()));
}

#[test]
fn a_wrong_signature_in_a_partys_name_refuses_the_charter() {
    let mut chain = chain();
    let signed = |change: fn(&mut AgreementDocument)| {
        signed_by(&next(&chain, delta_changed(change)), &PARTIES)
    };
    let good = String::from_utf8(signed(|delta| delta.freshness_hours = 12)).unwrap();
    let other = String::from_utf8(signed(|delta| delta.freshness_hours = 13)).unwrap();
    let suzhou = |text: &str| -> String {
        text.lines().find(|line| line.contains("/suzhou/recovery ")).unwrap().to_owned()
    };
    let bad = good.replace(&suzhou(&good), &suzhou(&other));
    assert!(chain.extend(bad.as_bytes()).is_err());
    chain.extend(good.as_bytes()).unwrap();
}
