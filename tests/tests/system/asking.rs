//! Asking a node to say something, over HTTP and at the command line: what breaks the agreement is
//! refused before it is said.

use tiaoxi_api::types::{
    Date, GroundShape, ListGroundShape, ListingRequest, Place, Said, SubjectKind,
};
use tiaoxi_credit::Day;

use crate::{
    delta::{Cast, Delta, refused_as},
    listings::{agreement, code, listing},
    program::{check_failure, run, succeed, today, until},
};

#[test]
fn a_listing_that_breaks_the_agreement_is_refused_before_it_is_said() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        ..Cast::default()
    });
    let jiaxing = delta.client("jiaxing");
    let good = || listing(1, "eco-list", "listed");
    let day = |days: u16| Date(Day(today().0 + days));
    let with_ground = |change: fn(&mut ListGroundShape)| {
        let mut request = good();
        if let GroundShape::List(ground) = &mut request.ground {
            change(ground);
        }
        request
    };
    let mut trader = good();
    trader.subject.class = SubjectKind::SoleTrader;
    let mut wrong_code = good();
    wrong_code.subject.code = "91330411TX0000019X".to_owned();
    let mut citizen = good();
    citizen.subject.code = "11010519491231002X".to_owned();
    let measures = |slugs: &[&str]| slugs.iter().map(|slug| (*slug).to_owned()).collect();
    let cases = [
        ("NO_DUTY", listing(1, "quality-list", "listed")),
        ("UNKNOWN_DOMAIN", ListingRequest { domain: "space".into(), ..good() }),
        ("UNKNOWN_STANDARD", ListingRequest { standard_version: 9, ..good() }),
        ("STANDARD_EXPIRED", ListingRequest { standard_version: 1, ..good() }),
        ("UNKNOWN_LEVEL", ListingRequest { level: "worst".into(), ..good() }),
        ("TERM_BEYOND_STANDARD", ListingRequest { until: day(360), ..good() }),
        ("TERM_BEYOND_MAP", ListingRequest { until: day(900), ..listing(1, "eco-list", "grave") }),
        ("HARSHER_THAN_STANDARD", ListingRequest { inspection: "sharply-more".into(), ..good() }),
        (
            "HARSHER_THAN_STANDARD",
            ListingRequest { measures: measures(&["closer-review"]), ..good() },
        ),
        ("MEASURE_UNKNOWN", ListingRequest { measures: measures(&["no-honours"]), ..good() }),
        ("SOLE_TRADER", trader),
        ("NO_SUBJECT_CODE", wrong_code),
        ("NATURAL_PERSON_REFUSED", citizen),
        ("DATES_OUT_OF_ORDER", with_ground(|it| it.notified = Date(Day(it.decided.0.0 + 1)))),
        ("AGREEMENT_NOT_FOUND", ListingRequest { agreement: "west".into(), ..good() }),
    ];
    for (code, request) in cases {
        let answer = jiaxing.list(&request, None);
        let found = answer.as_ref().map_err(|error| error.code().unwrap_or_default());
        assert_eq!(found.unwrap_err(), code, "{request:?}");
        let preview = ListingRequest { preview: true, ..request };
        refused_as(jiaxing.list(&preview, None), code);
    }
    let log = "huzhou/jiaxing/exchange/delta/1";
    assert_eq!(delta.node("jiaxing").log_status(log).size_appended, 0);
    // Next to all of these, the same without a mistake.
    let place = delta.list("jiaxing", &good());
    refused_as(jiaxing.list(&good(), None), "ALREADY_LISTED");
    delta.at_origin("huzhou", &place, "listed");
    until("nothing is refused or waits", || {
        let status = delta.client("huzhou").exchange().unwrap();
        (status.refused_total + status.waiting_total == 0).then_some(())
    });
}

#[test]
fn what_clerks_type_does_what_programs_ask_for() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: "heartbeat_every = \"1s\"\n",
        ..Cast::default()
    });
    delta.acquainted();
    let at = |member: &str, command: &[&str]| {
        let dir = delta.node(member).dir.display().to_string();
        let said = succeed([&command[..1], &["--dir", &dir], &command[1..]].concat());
        String::from_utf8(said).unwrap()
    };
    let request = serde_json::to_string(&listing(1, "eco-list", "listed")).unwrap();
    let file = delta.write("listing.json", &request).display().to_string();
    let preview = at("jiaxing", &["listing", "add", &file, "--preview"]);
    assert!(preview.contains("列入重点监管对象"), "{preview}");
    let said: Said =
        serde_json::from_str(&at("jiaxing", &["listing", "--json", "add", &file])).unwrap();
    assert_eq!(said.number, 0, "a preview says nothing");
    let place = Place { origin: said.log, number: said.number };
    let name = format!("{}#{}", place.origin, place.number);
    delta.here("huzhou", &place, "accepted");
    for command in [&["listing", "list"][..], &["listing", "show", &name], &["exchange"]] {
        let shown = at("huzhou", command);
        assert!(shown.contains("jiaxing"), "{shown}");
    }
    assert!(at("huzhou", &["exchange", "--agreements"]).contains("重点监管对象互认协议"));
    assert!(at("huzhou", &["exchange", "--catalog"]).contains("eco-list"));
    assert!(at("huzhou", &["listing", "notice", &name]).contains("告知书"));

    at("huzhou", &["objection", "take", &name, "--matter", "对列入有异议", "--yes"]);
    delta.at_origin("jiaxing", &place, "disputed");
    let dismiss =
        ["--dismissed", "--document", "嘉演示复〔2026〕2号", "--reason", "原决定事实清楚"];
    at("jiaxing", &[&["objection", "answer", &name], &dismiss[..]].concat());
    delta.here("huzhou", &place, "accepted");
    let because = ["--document", "嘉演示移〔2026〕1号", "--reason", "整改验收合格"];
    at("jiaxing", &[&["listing", "end", &name, "--cause", "delisted"], &because[..]].concat());
    let home = delta.confirmed("jiaxing", &place);
    assert_eq!(home.ended.unwrap().document, "嘉演示移〔2026〕1号");
    assert!(at("jiaxing", &["listing", "show", &name]).contains("回执 1/1"));
    let timeline = at("huzhou", &["supervision", &code(1), "--timeline"]);
    assert!(timeline.contains("嘉演示移〔2026〕1号"), "{timeline}");
    let dir = delta.node("huzhou").dir.display().to_string();
    let wrong = run(["listing", "--dir", &dir, "show", "huzhou/jiaxing/exchange/delta/1#99"]);
    check_failure(&wrong, 3, "LISTING_NOT_FOUND");
}
