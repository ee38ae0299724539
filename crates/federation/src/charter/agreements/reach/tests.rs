use tiaoxi_credit::Day;

use crate::{
    charter::{
        Chain,
        agreements::tests::{OTHERS, PARTIES, chain, check, day, delta_changed, next},
        tests::signed_by,
    },
    draft::{Amendment, amend, tests::request},
    name::{MemberId, Slug},
    terms::{CatalogItem, CharterDocument, Closed, DutyDocument, LogDocument},
};

/// Four of seven members, none of them huzhou.
const WITHOUT_HUZHOU: [&str; 4] = ["jiaxing", "hangzhou", "suzhou", "huangshan"];
/// 2026-06-01.
const TODAY: Day = Day(20_605);

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

fn without(list: &mut Vec<MemberId>, member: &str) {
    list.retain(|known| known.as_str() != member);
}

/// A change of one log.
fn log(
    member: &'static str,
    channel: &'static str,
    change: impl Fn(&mut LogDocument),
) -> impl Fn(&mut CharterDocument) {
    move |document| {
        let mut logs = document.logs.iter_mut();
        let is_it =
            |log: &&mut LogDocument| log.member == id(member) && log.channel.to_string() == channel;
        change(logs.find(is_it).unwrap());
    }
}

/// A change of every duty that covers a channel.
fn duties(
    channel: &'static str,
    change: impl Fn(&mut DutyDocument),
) -> impl Fn(&mut CharterDocument) {
    move |document| {
        let covers =
            |duty: &&mut DutyDocument| duty.channels.iter().any(|it| it.to_string() == channel);
        document.duties.iter_mut().filter(covers).for_each(&change);
    }
}

/// That a change needs all parties of `delta`, and with them goes through.
fn needs_all(change: impl Fn(&mut CharterDocument)) {
    let refused = |missing: &str| {
        format!(
            "logs or duties of agreement delta are changed and not signed by its parties {missing}"
        )
    };
    check(&change, &OTHERS, Some(&refused("jiaxing, hangzhou, suzhou")));
    check(&change, &["anji", "huzhou", "jiaxing", "hangzhou"], Some(&refused("suzhou")));
    check(&change, &PARTIES, None);
}

#[test]
fn logs_of_an_agreement_are_its_parties_affair() {
    let closed = Closed { size: 0, root: [0; 32] };
    needs_all(log("jiaxing", "ends/delta", |log| log.closed = Some(closed.clone())));
    needs_all(log("jiaxing", "ends/delta", |log| without(&mut log.audience, "suzhou")));
    needs_all(log("jiaxing", "ends/delta", |log| without(&mut log.deciders, "suzhou")));
    needs_all(log("jiaxing", "exchange/delta", |log| log.quorum = 1));
    // Counties that took part before are not new.
    needs_all(log("deqing", "ends/delta", |log| log.audience.push(id("jiaxing"))));
    needs_all(log("jiaxing", "exchange/delta", |log| log.deciders.push(id("deqing"))));
    needs_all(|document| {
        let is_it = |log: &LogDocument| {
            log.member == id("deqing") && log.channel.to_string() == "ends/delta"
        };
        document.logs.retain(|log| !is_it(log));
    });
    needs_all(|document| {
        let mut next = None;
        log("jiaxing", "ends/delta", |log| log.closed = Some(closed.clone()))(document);
        for log in &document.logs {
            if log.member == id("jiaxing") && log.channel.to_string() == "ends/delta" {
                next = Some(LogDocument { epoch: 2, closed: None, ..log.clone() });
            }
        }
        document.logs.extend(next);
    });
    // A county whose hub is another party, though its logs are the same.
    needs_all(|document| {
        let ecology = |log: &LogDocument| log.channel.to_string().ends_with("/ecology");
        for log in document.logs.iter_mut().filter(|log| ecology(log)) {
            without(&mut log.audience, "deqing");
            without(&mut log.deciders, "deqing");
            log.quorum = u16::from(!log.deciders.is_empty());
        }
        document.logs.retain(|log| !ecology(log) || log.member != id("deqing"));
        let deqing = document.members.iter_mut().find(|member| member.id == id("deqing"));
        deqing.unwrap().hub = Some(id("suzhou"));
    });
    // What is no agreement's is not.
    check(log("jiaxing", "records", |log| log.audience.push(id("huzhou"))), &OTHERS, None);
}

#[test]
fn duties_in_the_channels_of_an_agreement_are_its_parties_affair() {
    needs_all(duties("ends/delta", |duty| without(&mut duty.members, "jiaxing")));
    needs_all(duties("exchange/delta", |duty| without(&mut duty.members, "suzhou")));
    let says = |name: &'static str| {
        move |duty: &mut DutyDocument| duty.statements.push(Slug::parse(name).unwrap())
    };
    needs_all(duties("ends/delta", says("listing")));
    // Whether software can read it or not.
    needs_all(duties("exchange/delta", says("newer-statement")));
    needs_all(duties("exchange/delta", |duty| duty.items = vec![1]));
    needs_all(|document| {
        document
            .duties
            .retain(|duty| duty.channels.iter().all(|it| it.to_string() != "ends/delta"));
    });
    check(duties("records", |duty| without(&mut duty.members, "jiaxing")), &OTHERS, None);
}

#[test]
fn how_logs_and_duties_are_written_says_nothing() {
    let rewritten = |document: &mut CharterDocument| {
        document.logs.reverse();
        for log in &mut document.logs {
            log.audience.reverse();
            log.deciders.reverse();
        }
        // A duty for each member and statement, and each twice.
        let mut apart = Vec::new();
        for duty in &document.duties {
            for member in &duty.members {
                for statement in &duty.statements {
                    let (members, statements) = (vec![member.clone()], vec![statement.clone()]);
                    let one = DutyDocument { members, statements, ..duty.clone() };
                    apart.extend([one.clone(), one]);
                }
            }
        }
        document.duties = apart;
    };
    check(rewritten, &OTHERS, None);
}

/// The current charter with what is drafted for a new county of `hub`.
fn with_county(chain: &Chain, hub: &str) -> CharterDocument {
    let add_members = vec![request("changxing", Some(hub))];
    let amendment = Amendment { add_members, ..Amendment::default() };
    let proposal = amend(chain.current(), amendment, TODAY).unwrap();
    CharterDocument::parse(proposal.text()).unwrap()
}

/// The change that makes a new county of this hub a member, and then this one.
fn joined(
    hub: &'static str,
    change: impl Fn(&mut CharterDocument),
) -> impl Fn(&mut CharterDocument) {
    move |document| {
        *document = with_county(&chain(), hub);
        change(document);
    }
}

#[test]
fn a_new_county_joins_with_the_signature_of_its_hub() {
    let refused = |agreement: &str, hub: &str| {
        format!(
            "agreement {agreement} gets counties or keys of its parties {hub}, who have not signed"
        )
    };
    let of = |hub: &'static str| joined(hub, |_| {});
    check(of("huzhou"), &WITHOUT_HUZHOU, Some(&refused("delta", "huzhou")));
    check(of("huzhou"), &OTHERS, None);
    // The first county of a party that had the others as its deciders.
    check(of("suzhou"), &OTHERS, Some(&refused("delta", "suzhou")));
    check(of("suzhou"), &["anji", "deqing", "huangshan", "suzhou"], None);
    check(of("jiaxing"), &["anji", "deqing", "huangshan", "jiaxing"], None);
    // A county of nobody in the agreements is no affair of theirs.
    check(of("huangshan"), &["anji", "deqing", "huangshan", "suzhou"], None);
    // An end brought forward by the hub goes with it; by another party, both sign.
    let with_end = joined("huzhou", delta_changed(|delta| delta.ends = day("2026-07-31")));
    check(&with_end, &OTHERS, None);
    check(&with_end, &WITHOUT_HUZHOU, Some(&refused("delta", "huzhou")));
}

#[test]
fn a_new_county_brings_nothing_else_with_it() {
    let both = |change: &dyn Fn(&mut CharterDocument)| {
        needs_all(joined("huzhou", change));
    };
    let county = || id("changxing");
    both(&log("jiaxing", "exchange/delta", |log| log.deciders.push(county())));
    both(&log("deqing", "ends/delta", |log| log.audience.push(county())));
    both(&log("changxing", "ends/delta", |log| log.audience.push(id("suzhou"))));
    both(&log("changxing", "ends/delta", |log| {
        log.closed = Some(Closed { size: 0, root: [0; 32] });
    }));
    both(&log("jiaxing", "ends/delta", |log| without(&mut log.audience, "suzhou")));
    // Two deciders of three suffice as drafted, and no longer one.
    both(&log("huzhou", "exchange/delta", |log| log.quorum = 1));
    both(&log("huzhou", "exchange/delta", |log| log.quorum = 3));
    check(
        joined("huzhou", log("huzhou", "exchange/delta", |log| assert_eq!(log.quorum, 2))),
        &OTHERS,
        None,
    );
    both(&|document: &mut CharterDocument| {
        let listing = DutyDocument {
            members: vec![county()],
            statements: vec![Slug::parse("listing").unwrap()],
            items: Vec::new(),
            channels: vec!["ends/delta".parse().unwrap()],
        };
        document.duties.push(listing);
    });
    // Less than others may say is what follows too.
    let silent =
        joined("huzhou", duties("ends/delta", |duty| without(&mut duty.members, "changxing")));
    check(silent, &OTHERS, None);
}

#[test]
fn who_speaks_in_an_agreement_under_another_key_has_signed_it() {
    let replaced = |member: &'static str,
                    purpose: fn(&mut crate::MemberKeys, crate::MemberKeys)| {
        move |document: &mut CharterDocument| {
            let other = crate::request::tests::member("mallory", None, 7200).keys;
            let member = document.members.iter_mut().find(|known| known.id == id(member));
            purpose(&mut member.unwrap().keys, other);
        }
    };
    let refused = |party: &str| {
        format!("agreement delta gets counties or keys of its parties {party}, who have not signed")
    };
    let suzhou = ["anji", "deqing", "huangshan", "suzhou"];
    for change in [
        replaced("suzhou", |keys, other| keys.log = other.log),
        replaced("suzhou", |keys, other| keys.witness = other.witness),
    ] {
        check(change, &OTHERS, Some(&refused("suzhou")));
        check(change, &suzhou, None);
    }
    let of_county = replaced("deqing", |keys, other| keys.log = other.log);
    check(of_county, &WITHOUT_HUZHOU, Some(&refused("huzhou")));
    check(of_county, &OTHERS, None);
    check(replaced("suzhou", |keys, other| keys.transport = other.transport), &OTHERS, None);
    check(replaced("huangshan", |keys, other| keys.log = other.log), &OTHERS, None);
}

#[test]
fn a_new_ground_of_listings_needs_all_parties() {
    let mut chain = chain();
    let item = CatalogItem {
        number: 6,
        slug: Slug::parse("yzsx").unwrap(),
        catalog: crate::digest::HexHash([6; 32]),
    };
    let amendment = Amendment { items: vec![item], ..Amendment::default() };
    let proposal = amend(chain.current(), amendment, TODAY).unwrap();
    assert!(chain.extend(&signed_by(&proposal, &OTHERS)).is_err());
    chain.extend(&signed_by(&proposal, &PARTIES)).unwrap();
    // Nothing has changed since.
    let third = next(&chain, |document| document.members[0].name = "甲".to_owned());
    chain.extend(&signed_by(&third, &OTHERS)).unwrap();
}
