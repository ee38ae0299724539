use crate::{
    MemberId, Origin, Terms,
    draft::tests::{delta, delta_document},
    terms::CharterDocument,
};

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

fn check(terms: &Terms, member: &str, log: &str, expected: Option<&str>) {
    let origin = Origin::parse(&format!("huzhou/{log}")).unwrap();
    let asked = terms.asks(&id(member), &origin).map(MemberId::as_str);
    assert_eq!(asked, expected, "{member} for {log}");
}

#[test]
fn counties_ask_their_hub_and_hubs_ask_owners() {
    let proposal = delta();
    let check = |member, log, expected| check(proposal.terms(), member, log, expected);
    // Its hub, its county.
    check("deqing", "huzhou/records/1", Some("huzhou"));
    check("deqing", "huzhou/ends/delta/1", Some("huzhou"));
    check("huzhou", "deqing/records/1", Some("deqing"));
    check("huzhou", "deqing/ends/delta/1", Some("deqing"));
    // Others.
    check("deqing", "jiaxing/exchange/delta/1", Some("huzhou"));
    check("deqing", "jiaxing/ends/delta/1", Some("huzhou"));
    check("huzhou", "jiaxing/ends/delta/1", Some("jiaxing"));
    check("jiaxing", "huzhou/exchange/delta/1", Some("huzhou"));
    check("jiaxing", "suzhou/exchange/delta/1", Some("suzhou"));
    // One's own, and what one may have nothing of.
    check("deqing", "deqing/records/1", None);
    check("jiaxing", "deqing/ends/delta/1", None);
    check("jiaxing", "deqing/records/1", None);
    check("deqing", "anji/records/1", None);
    check("huangshan", "jiaxing/exchange/delta/1", None);
    check("suzhou", "jiaxing/ends/ecology/1", None);
    check("deqing", "jiaxing/exchange/unknown/1", None);
    check("stranger", "jiaxing/exchange/delta/1", None);
}

#[test]
fn whoever_decides_asks_the_owner_and_a_relay_must_have_as_much_itself() {
    let terms = |owner: &str, change: &dyn Fn(&mut Vec<MemberId>, &mut Vec<MemberId>)| {
        let mut document: CharterDocument = delta_document();
        let log = document.logs.iter_mut().find(|log| log.member == id(owner)).unwrap();
        change(&mut log.audience, &mut log.deciders);
        log.quorum = u16::from(!log.deciders.is_empty());
        Terms::check(document).unwrap()
    };
    // Records of a partner, opened to a county by hand.
    let log = "jiaxing/records/1";
    let opened = terms("jiaxing", &|readers, _| readers.push(id("deqing")));
    check(&opened, "deqing", log, Some("jiaxing"));
    let relayed = terms("jiaxing", &|readers, _| readers.extend([id("deqing"), id("huzhou")]));
    check(&relayed, "deqing", log, Some("huzhou"));
    let headers = terms("jiaxing", &|readers, deciders| {
        readers.push(id("deqing"));
        deciders.push(id("huzhou"));
    });
    check(&headers, "deqing", log, Some("jiaxing"));
    let decider = terms("jiaxing", &|readers, deciders| {
        readers.push(id("huzhou"));
        deciders.push(id("deqing"));
    });
    check(&decider, "deqing", log, Some("jiaxing"));

    // Records of a county, opened by hand: its hub has them.
    let log = "anji/records/1";
    let opened = terms("anji", &|readers, _| readers.extend([id("deqing"), id("jiaxing")]));
    check(&opened, "deqing", log, Some("huzhou"));
    check(&opened, "jiaxing", log, Some("huzhou"));
    let without_hub = terms("anji", &|readers, deciders| {
        *readers = vec![id("deqing"), id("jiaxing")];
        deciders.clear();
    });
    check(&without_hub, "deqing", log, Some("anji"));
    check(&without_hub, "jiaxing", log, None);
}
