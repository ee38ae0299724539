use tiaoxi_credit::Kind;

use super::*;
use crate::{
    Origin,
    charter::{Chain, tests::signed_by},
    draft::tests::{agreement, city_document, delta, request},
};

const PARTIES: [&str; 4] = ["huzhou", "jiaxing", "hangzhou", "suzhou"];
/// 2026-06-01.
const TODAY: Day = Day(20_605);

fn current() -> Charter {
    let proposal = delta();
    Charter::verify(&signed_by(&proposal, &PARTIES), proposal.fingerprint()).unwrap()
}

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

/// The document that an amendment of the current charter drafts, and the current one.
fn amended(amendment: Amendment) -> (CharterDocument, CharterDocument) {
    let current = current();
    let proposal = amend(&current, amendment, TODAY).unwrap();
    let after = CharterDocument::parse(proposal.text()).unwrap();
    assert_eq!((after.version, after.previous), (2, Some(*current.fingerprint())));
    (document_of(&current), after)
}

fn logs_of(document: &CharterDocument, member: &str) -> Vec<String> {
    let own = document.logs.iter().filter(|log| log.member == id(member));
    own.map(|log| log.channel.to_string()).collect()
}

fn of_agreement(document: &CharterDocument, agreement: &str) -> AgreementDocument {
    let mut all = document.agreements.iter();
    all.find(|known| known.id.as_str() == agreement).unwrap().clone()
}

fn item(number: u16, slug: &str, byte: u8) -> CatalogItem {
    CatalogItem { number, slug: Slug::parse(slug).unwrap(), catalog: HexHash([byte; 32]) }
}

#[test]
fn a_new_agreement_changes_nothing_but_what_it_brings() {
    let new = agreement("food", &["suzhou", "huangshan"]);
    let (before, after) =
        amended(Amendment { agreements: vec![new.clone()], ..Amendment::default() });
    assert_eq!(after.agreements[..2], before.agreements);
    assert_eq!(after.agreements[2..], [new]);
    assert_eq!((&after.members, &after.items), (&before.members, &before.items));
    assert_eq!(after.threshold, before.threshold);
    assert_eq!(after.logs[..before.logs.len()], before.logs);
    assert_eq!(after.duties[..before.duties.len()], before.duties);
    assert_eq!(
        logs_of(&after, "huangshan"),
        ["records", "notices", "audit", "exchange/food", "ends/food"]
    );
    // Another day, the same text.
    let current = current();
    let again = |today| {
        let agreements = vec![agreement("food", &["suzhou", "huangshan"])];
        let amendment = Amendment { agreements, ..Amendment::default() };
        *amend(&current, amendment, today).unwrap().fingerprint()
    };
    assert_eq!(again(TODAY), again(Day(0)));
}

#[test]
fn a_new_county_is_let_into_the_agreements_of_its_hub_only() {
    let add_members = vec![request("changxing", Some("huzhou")), request("shanghai", None)];
    let (before, after) = amended(Amendment { add_members, ..Amendment::default() });
    assert_eq!((after.members.len(), after.threshold), (9, 5));
    assert_eq!(
        logs_of(&after, "changxing"),
        ["records", "notices", "audit", "ends/delta", "ends/ecology"]
    );
    assert_eq!(logs_of(&after, "shanghai"), ["records", "notices", "audit"]);
    let county = id("changxing");
    for old in &before.logs {
        let same = |log: &&crate::terms::LogDocument| {
            (&log.member, &log.channel) == (&old.member, &old.channel)
        };
        let new = after.logs.iter().find(same).unwrap();
        // Counties read the logs of parties, and decide for their own hub.
        let of_party = old.channel.agreement().is_some() && PARTIES.contains(&old.member.as_str());
        let decides = of_party && old.member == id("huzhou");
        assert_eq!(new.audience.contains(&county), of_party, "{} {}", old.member, old.channel);
        assert_eq!(new.deciders.contains(&county), decides, "{} {}", old.member, old.channel);
        let majority = if old.channel.kind().name == "exchange" { 2 } else { 1 };
        assert_eq!(new.quorum, if decides { majority } else { old.quorum });
        assert!(!new.audience.contains(&id("shanghai")));
    }
    // Its duties are those of the others.
    assert_eq!(after.duties.len(), before.duties.len());
    let terms = Terms::check(after).unwrap();
    let grants = |log: &str, kind, item| {
        terms.log(&Origin::parse(&format!("huzhou/{log}")).unwrap()).unwrap().grants(kind, item)
    };
    assert!(grants("changxing/records/1", Kind::Record, 2));
    assert!(grants("changxing/ends/delta/1", Kind::Receipt, 0));
    assert!(grants("shanghai/notices/1", Kind::Withdrawal, 0));
}

#[test]
fn a_party_that_joins_an_agreement_gets_its_logs_and_is_let_into_the_others() {
    let mut delta = of_agreement(&document_of(&current()), "delta");
    delta.version = 2;
    delta.parties.push(id("huangshan"));
    let (_, after) = amended(Amendment { agreements: vec![delta], ..Amendment::default() });
    let log = |member: &str, channel: &str| {
        let mut logs = after.logs.iter();
        logs.find(|log| log.member == id(member) && log.channel.to_string() == channel).unwrap()
    };
    let huangshan = id("huangshan");
    for channel in ["exchange/delta", "ends/delta"] {
        for party in PARTIES {
            assert!(log(party, channel).audience.contains(&huangshan), "{party} {channel}");
        }
        assert_eq!(log("huangshan", channel).audience.len(), 6);
    }
    // Huzhou's counties decide for it, jiaxing has none: the other parties do.
    assert!(!log("huzhou", "exchange/delta").deciders.contains(&huangshan));
    assert!(log("huzhou", "ends/delta").deciders.contains(&huangshan));
    assert!(log("jiaxing", "exchange/delta").deciders.contains(&huangshan));
    assert_eq!(log("jiaxing", "exchange/delta").quorum, 3);
    assert_eq!(log("jiaxing", "ends/delta").quorum, 1);
    assert!(!log("jiaxing", "ends/ecology").audience.contains(&huangshan));
}

#[test]
fn new_items_are_everybodys_and_numbers_keep_their_items() {
    let items = vec![item(6, "yzsx", 6), item(1, "xzxk", 9)];
    let supervision = Some(HexHash([5; 32]));
    let (before, after) = amended(Amendment { items, supervision, ..Amendment::default() });
    assert_eq!(after.items, [item(1, "xzxk", 9), item(2, "xzcf", 7), item(6, "yzsx", 6)]);
    assert_eq!(after.supervision, supervision);
    assert_eq!((&after.logs, &after.agreements), (&before.logs, &before.agreements));
    let terms = Terms::check(after).unwrap();
    let grants = |log: &str, kind, item| {
        terms.log(&Origin::parse(&format!("huzhou/{log}")).unwrap()).unwrap().grants(kind, item)
    };
    for (log, kind, item, expected) in [
        ("deqing/records/1", Kind::Record, 6, true),
        ("deqing/records/1", Kind::Record, 1, true),
        ("deqing/records/1", Kind::Record, 0, false),
        ("deqing/notices/1", Kind::Withdrawal, 6, true),
        ("jiaxing/exchange/delta/1", Kind::Listing, 6, true),
        ("jiaxing/exchange/delta/1", Kind::Listing, 0, true),
        ("jiaxing/exchange/delta/1", Kind::Listing, 1, false),
    ] {
        assert_eq!(grants(log, kind, item), expected, "{log} {kind:?} {item}");
    }

    let renamed = Amendment { items: vec![item(2, "xzqz", 1)], ..Amendment::default() };
    let refused = amend(&current(), renamed, TODAY);
    assert!(matches!(refused, Err(AmendError::OtherItem { number: 2, .. })));
}

#[test]
fn an_end_is_brought_forward_with_notice() {
    let earlier = |ends: &str, version: u32, notice_days: u16| {
        let mut delta = of_agreement(&document_of(&current()), "delta");
        (delta.version, delta.notice_days) = (version, notice_days);
        delta.ends = crate::DayText::parse(ends).unwrap();
        let amendment = Amendment { agreements: vec![delta], ..Amendment::default() };
        amend(&current(), amendment, TODAY).map(|_proposal| ())
    };
    assert_eq!(TODAY.to_string(), "2026-06-01");
    assert!(earlier("2026-07-01", 2, 30).is_ok());
    let Err(AmendError::Notice { earliest, .. }) = earlier("2026-06-30", 2, 30) else {
        panic!("29 days of notice were enough");
    };
    assert_eq!(earliest.to_string(), "2026-07-01");
    // More than an earlier end is for all parties to sign, and then for them to say when.
    assert!(earlier("2026-06-30", 2, 29).is_ok());
    assert!(earlier("2028-06-30", 2, 30).is_ok());
    assert!(matches!(earlier("2026-07-01", 3, 30), Err(AmendError::Agreement(_))));
    assert!(matches!(earlier("2025-07-01", 2, 30), Err(AmendError::Terms(_))));
}

#[test]
fn amendments_that_say_nothing_or_too_much_are_refused() {
    let current = current();
    let refused = |amendment| amend(&current, amendment, TODAY).err();
    assert!(matches!(refused(Amendment::default()), Some(AmendError::Nothing)));
    let same = Amendment {
        agreements: vec![of_agreement(&document_of(&current), "delta")],
        threshold: Some(4),
        ..Amendment::default()
    };
    assert!(matches!(refused(same), Some(AmendError::Nothing)));
    let twice = Amendment { add_members: vec![request("anji", None)], ..Amendment::default() };
    assert!(matches!(refused(twice), Some(AmendError::AlreadyMember(_))));
    let threshold = |threshold| Amendment { threshold: Some(threshold), ..Amendment::default() };
    assert!(matches!(refused(threshold(3)), Some(AmendError::Terms(_))));
    assert!(refused(threshold(7)).is_none());
    let new = Amendment {
        agreements: vec![AgreementDocument { version: 2, ..agreement("food", &PARTIES) }],
        ..Amendment::default()
    };
    assert!(matches!(refused(new), Some(AmendError::Agreement(_))));
}

#[test]
fn a_chain_takes_up_what_was_drafted_and_a_city_grows_into_a_region() {
    let first = Proposal::draft(city_document(&["anji", "deqing"])).unwrap();
    let pinned = signed_by(&first, &["anji", "huzhou"]);
    let mut chain = Chain::pinned(&pinned, first.fingerprint()).unwrap();
    let amendment = Amendment {
        add_members: vec![request("suzhou", None), request("jiaxing", None)],
        agreements: vec![agreement("delta", &["huzhou", "suzhou", "jiaxing"])],
        supervision: Some(HexHash([9; 32])),
        ..Amendment::default()
    };
    let second = amend(chain.current(), amendment, TODAY).unwrap();
    assert_eq!(second.terms().threshold(), 3);
    chain.extend(&signed_by(&second, &["anji", "huzhou", "jiaxing", "suzhou"])).unwrap();

    let earlier = AgreementDocument {
        version: 2,
        ends: crate::DayText(Day(TODAY.0 + 30)),
        ..of_agreement(&document_of(chain.current()), "delta")
    };
    let amendment = Amendment { agreements: vec![earlier], ..Amendment::default() };
    let third = amend(chain.current(), amendment, TODAY).unwrap();
    chain.extend(&signed_by(&third, &["anji", "deqing", "suzhou"])).unwrap();
    assert_eq!(chain.after(1).map(|charter| charter.version()).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(chain.after(3).count(), 0);
    let ends = chain.current().agreements().next().unwrap().ends();
    assert_eq!(ends.to_string(), "2026-07-01");
}
