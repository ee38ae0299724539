//! What is asked about key supervision objects: what the client reads, and papers.

use tiaoxi_api::types::Place;
use tiaoxi_api::{Code, ListingsQuery, PaperFormat};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::citizen_number;

use crate::fake::{Importing, LISTED, place};
use crate::node::Node;
use crate::raw::{code_of, get_with_token};

#[test]
fn the_client_reads_what_members_have_said() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    assert_eq!(client.agreements().expect("answers").first().expect("one").id, "delta");
    let supervision = client.supervision().expect("answers");
    assert!(supervision.standards.iter().any(|standard| standard.slug == "eco-list"));
    assert_eq!(client.exchange().expect("answers").now, 7);
    let listing = client.listing(&place()).expect("answers");
    assert_eq!((listing.place, listing.expected), (place(), 2));
    let subject = client.subject_supervision(&LISTED.to_lowercase()).expect("answers");
    assert!(subject.is_key_object && subject.code == LISTED);
    assert_eq!(client.timeline(LISTED).expect("answers").code, LISTED);
    let elsewhere = Place { number: 18, ..place() };
    assert_eq!(code_of(client.listing(&elsewhere)), Code::ListingNotFound.as_str());
    assert_eq!(code_of(client.notice(&elsewhere, PaperFormat::Html)), "LISTING_NOT_FOUND");
}

#[test]
fn listings_are_chosen_as_the_caller_says() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    assert!(client.listings(&ListingsQuery::default()).expect("answers").more);
    assert_eq!(node.fake.last_heard(), format!("{:?}", ListingsQuery::default()));
    let query = ListingsQuery {
        agreement: Some("delta".into()),
        state: Some("listed".into()),
        origin: Some("jia&xing".into()),
        undecided: true,
        limit: 1_000,
        from: 7,
    };
    client.listings(&query).expect("answers");
    assert_eq!(node.fake.last_heard(), format!("{query:?}"));
    for (parameters, status) in [
        ("", 200),
        ("?undecided=false&from=0", 200),
        ("?limit=0", 400),
        ("?limit=1001", 400),
        ("?from=-1", 400),
        ("?undecided=1", 400),
        ("?agreement=", 400),
        ("?state=%E5%88%97", 400),
        ("?agrement=delta", 400),
        ("?origin=a&origin=b", 400),
    ] {
        let answer = get_with_token(&node, &format!("/v1/listings{parameters}"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{parameters}: {answer}");
    }
}

#[test]
fn papers_come_in_their_formats_and_in_no_other() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let notice = client.notice(&place(), PaperFormat::Text).expect("answers");
    assert_eq!(notice, "告知书 Text".as_bytes());
    let timeline = client.timeline_paper(LISTED, PaperFormat::Html).expect("answers");
    assert_eq!(timeline, format!("{LISTED} Html").as_bytes());
    let other = "91330522TX2066637X";
    assert_eq!(client.absence(other, PaperFormat::Text).expect("answers"), b"absence Text");
    assert_eq!(code_of(client.absence(LISTED, PaperFormat::Text)), "ON_THE_LIST");
    let listing = format!("/v1/listings/{}/17", place().origin);
    for (path, expected) in [
        (format!("{listing}/notice"), "\r\n\r\n告知书 Html"),
        (format!("{listing}/notice?format=text"), "\r\n\r\n告知书 Text"),
        (format!("/v1/subjects/{other}/absence"), "\r\n\r\nabsence Text"),
        (format!("/v1/subjects/{other}/absence?format=html"), "\r\n\r\nabsence Html"),
        (format!("/v1/subjects/{other}/timeline"), "content-type: application/json\r\n"),
        (format!("{listing}/notice?format=pdf"), "PAPER_FORMAT"),
        (format!("{listing}/notice?format=note"), "PAPER_FORMAT"),
        (format!("/v1/subjects/{other}/absence?format=text"), "PAPER_FORMAT"),
        (format!("/v1/subjects/{other}/timeline?format=HTML"), "PAPER_FORMAT"),
        (format!("{listing}/notice?form=text"), "BAD_REQUEST"),
        (format!("{listing}?format=text"), "BAD_REQUEST"),
        (format!("{listing}/notices"), "ROUTE_NOT_FOUND"),
        ("/v1/listings/17".into(), "ROUTE_NOT_FOUND"),
        ("/v1/listings/from-records".into(), "METHOD_NOT_ALLOWED"),
    ] {
        let answer = get_with_token(&node, &path);
        assert!(answer.contains(expected), "{path}: {answer}");
    }
}

#[test]
fn a_page_may_load_and_run_nothing() {
    let node = Node::start(Importing::Whole);
    for (path, kind) in [
        (format!("/v1/subjects/{LISTED}/timeline?format=html"), "text/html"),
        (format!("/v1/subjects/{LISTED}/timeline?format=text"), "text/plain"),
    ] {
        let answer = get_with_token(&node, &path);
        for header in [
            format!("content-type: {kind}; charset=utf-8\r\n").as_str(),
            "content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\n",
            "x-content-type-options: nosniff\r\n",
            "cache-control: no-store\r\n",
            "referrer-policy: no-referrer\r\n",
        ] {
            assert!(answer.contains(header), "{path}: {header} in {answer}");
        }
    }
}

#[test]
fn a_natural_person_is_asked_for_by_no_route_of_subjects() {
    let node = Node::start(Importing::Whole);
    let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
    for route in ["supervision", "timeline", "timeline?format=html", "absence"] {
        let answer = get_with_token(&node, &format!("/v1/subjects/{person}/{route}"));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{route}: {answer}");
        assert!(answer.contains("NATURAL_PERSON_REFUSED") && !answer.contains(&person));
        let answer = get_with_token(&node, &format!("/v1/subjects/%FF/{route}"));
        assert!(answer.contains("NO_SUBJECT_CODE"), "{route}: {answer}");
    }
}
