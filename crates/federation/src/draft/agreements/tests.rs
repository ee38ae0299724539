use super::*;
use crate::{
    Origin, Terms,
    charter::Proposal,
    draft::{
        DraftOptions, draft,
        tests::{agreement, delta, request, with_agreements},
    },
    terms::{CatalogItem, Entitlement},
};

const COUNTIES: [&str; 6] = ["anji", "changxing", "deqing", "nanxun", "south-taihu", "wuxing"];
const PARTNERS: [&str; 4] = ["hangzhou", "huangshan", "jiaxing", "suzhou"];

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

fn origin(text: &str) -> Origin {
    Origin::parse(&format!("huzhou/{text}")).unwrap()
}

/// Huzhou with six counties and four partners; `delta` of all cities, `two` of huzhou and jiaxing.
fn region() -> Proposal {
    let mut requests = vec![request("huzhou", None)];
    requests.extend(COUNTIES.map(|county| request(county, Some("huzhou"))));
    requests.extend(PARTNERS.map(|partner| request(partner, None)));
    let cities = ["huzhou", "hangzhou", "huangshan", "jiaxing", "suzhou"];
    let agreements = vec![agreement("delta", &cities), agreement("two", &["huzhou", "jiaxing"])];
    draft(&requests, with_agreements(agreements)).unwrap()
}

/// Readers, deciders and quorum of a log, the members sorted.
fn reach(terms: &Terms, log: &str) -> (Vec<String>, Vec<String>, usize) {
    let log = terms.log(&origin(log)).expect(log);
    let sorted = |list: &[MemberId]| {
        let mut list: Vec<_> = list.iter().map(ToString::to_string).collect();
        list.sort();
        list
    };
    (sorted(log.audience()), sorted(log.deciders()), log.quorum())
}

#[test]
fn logs_of_an_agreement_reach_its_parties_and_their_counties() {
    let region = region();
    let check = |log: &str, audience: &[&[&str]], deciders: &[&[&str]], quorum: usize| {
        let sorted = |lists: &[&[&str]]| {
            let mut list: Vec<_> = lists.concat().iter().map(ToString::to_string).collect();
            list.sort();
            list
        };
        let expected = (sorted(audience), sorted(deciders), quorum);
        assert_eq!(reach(region.terms(), log), expected, "{log}");
    };
    let (hub, without_jiaxing) = (&["huzhou"][..], &["hangzhou", "huangshan", "suzhou"][..]);
    check("huzhou/exchange/delta/1", &[&PARTNERS, &COUNTIES], &[&COUNTIES], 4);
    check("huzhou/ends/delta/1", &[&PARTNERS, &COUNTIES], &[&PARTNERS, &COUNTIES], 1);
    let others = &[hub, without_jiaxing][..];
    check("jiaxing/exchange/delta/1", &[hub, without_jiaxing, &COUNTIES], others, 3);
    check("jiaxing/ends/delta/1", &[hub, without_jiaxing, &COUNTIES], others, 1);
    check("deqing/ends/delta/1", &[hub], &[hub], 1);
    check("huzhou/exchange/two/1", &[&["jiaxing"], &COUNTIES], &[&COUNTIES], 4);
    check("jiaxing/exchange/two/1", &[hub, &COUNTIES], &[hub], 1);
    check("deqing/ends/two/1", &[hub], &[hub], 1);
    for none in ["deqing/exchange/delta/1", "suzhou/exchange/two/1", "suzhou/ends/two/1"] {
        assert!(region.terms().log(&origin(none)).is_none(), "{none}");
    }
}

#[test]
fn a_partner_outside_an_agreement_may_have_nothing_of_it() {
    let region = region();
    let check = |member: &str, log: &str, expected: Entitlement| {
        let found = region.terms().entitlement(&id(member), &origin(log));
        assert_eq!(found, expected, "{member} {log}");
    };
    for owner in ["huzhou", "jiaxing"] {
        for channel in ["exchange", "ends"] {
            let log = |agreement: &str| format!("{owner}/{channel}/{agreement}/1");
            for outsider in ["hangzhou", "huangshan", "suzhou"] {
                check(outsider, &log("two"), Entitlement::None);
                check(outsider, &log("delta"), Entitlement::Bodies);
            }
            for county in COUNTIES {
                check(county, &log("two"), Entitlement::Bodies);
                check(county, &log("delta"), Entitlement::Bodies);
            }
        }
    }
    for agreement in ["delta", "two"] {
        let log = format!("deqing/ends/{agreement}/1");
        check("huzhou", &log, Entitlement::Bodies);
        check("deqing", &log, Entitlement::Bodies);
        for other in ["anji", "jiaxing", "suzhou"] {
            check(other, &log, Entitlement::None);
        }
    }
}

#[test]
fn parties_list_and_recognise_and_counties_only_receive_and_mark() {
    let grants = |terms: &Terms, log: &str, kind: Kind, item: u16| {
        terms.log(&origin(log)).expect(log).grants(kind, item)
    };
    let region = region();
    let check = |log: &str, kind: Kind, expected: bool| {
        assert_eq!(grants(region.terms(), log, kind, 0), expected, "{log} {kind:?}");
    };
    for party in ["huzhou", "suzhou"] {
        let (exchange, ends) =
            (format!("{party}/exchange/delta/1"), format!("{party}/ends/delta/1"));
        check(&exchange, Kind::Listing, true);
        check(&exchange, Kind::Recognition, true);
        check(&exchange, Kind::End, false);
        check(&ends, Kind::End, true);
        check(&ends, Kind::Receipt, true);
        check(&ends, Kind::ObjectionMark, true);
        check(&ends, Kind::Listing, false);
    }
    check("deqing/ends/delta/1", Kind::Receipt, true);
    check("deqing/ends/delta/1", Kind::ObjectionMark, true);
    check("deqing/ends/delta/1", Kind::End, true);
    check("deqing/ends/delta/1", Kind::Recognition, false);

    // Items of whose records listings are made: those that the charter has.
    let item = |number, slug: &str| CatalogItem {
        number,
        slug: crate::name::Slug::parse(slug).unwrap(),
        catalog: crate::digest::HexHash([7; 32]),
    };
    let requests = [request("huzhou", None), request("jiaxing", None)];
    let agreements = vec![agreement("two", &["huzhou", "jiaxing"])];
    let items = vec![item(2, "xzcf"), item(6, "yzsx")];
    let proposal = draft(&requests, DraftOptions { items, ..with_agreements(agreements) }).unwrap();
    let exchange = "jiaxing/exchange/two/1";
    for (kind, item, expected) in [
        (Kind::Listing, 6, true),
        (Kind::Listing, 0, true),
        (Kind::Listing, 2, false),
        (Kind::Recognition, 6, false),
    ] {
        assert_eq!(grants(proposal.terms(), exchange, kind, item), expected, "{kind:?} {item}");
    }
}

#[test]
fn whoever_follows_a_log_knows_whom_to_ask_for_it() {
    let proposal = delta();
    let terms = proposal.terms();
    for member in terms.members() {
        for log in terms.followed_by(&member.id) {
            assert!(terms.asks(&member.id, &log).is_some(), "{} {log}", member.id);
        }
    }
    let texts = |member: &str| -> Vec<String> {
        let logs = terms.followed_by(&id(member)).into_iter();
        logs.filter(|log| log.channel.agreement().is_some()).map(|log| log.to_string()).collect()
    };
    assert_eq!(texts("huangshan"), [""; 0]);
    assert_eq!(
        texts("suzhou"),
        [
            "huzhou/hangzhou/exchange/delta/1",
            "huzhou/hangzhou/ends/delta/1",
            "huzhou/huzhou/exchange/delta/1",
            "huzhou/huzhou/ends/delta/1",
            "huzhou/jiaxing/exchange/delta/1",
            "huzhou/jiaxing/ends/delta/1",
        ]
    );
}

#[test]
fn duties_that_say_the_same_of_others_grow_together() {
    let duty = |members: &[&str], items: &[u16]| DutyDocument {
        members: members.iter().map(|member| id(member)).collect(),
        statements: names(&[Kind::Record]),
        items: items.to_vec(),
        channels: vec![Channel::records()],
    };
    let check = |known: DutyDocument, wanted: DutyDocument, expected: &[DutyDocument]| {
        let mut duties = vec![known];
        add_duty(&mut duties, wanted);
        assert_eq!(duties, expected);
    };
    check(duty(&["a"], &[1]), duty(&["b", "a"], &[1]), &[duty(&["a", "b"], &[1])]);
    check(duty(&["a"], &[3]), duty(&["a"], &[1]), &[duty(&["a"], &[1, 3])]);
    check(duty(&["a"], &[1]), duty(&["b"], &[2]), &[duty(&["a"], &[1]), duty(&["b"], &[2])]);
    // No items at all is another duty, not a shorter list.
    check(duty(&["a"], &[]), duty(&["a"], &[2]), &[duty(&["a"], &[]), duty(&["a"], &[2])]);
    check(duty(&["a"], &[2]), duty(&[], &[3]), &[duty(&["a"], &[2])]);
}
