//! What is handed to people: notices to companies, timelines, certificates of absence; none of it
//! says more than is known, and none of it is a way into a page.

use std::fs;

use tiaoxi_api::{service::PaperFormat, types::RecognitionChoice};
use tiaoxi_federation::MemberId;
use tiaoxi_recognition::papers::{Absence, absence::verifier_key};

use crate::{
    delta::{Cast, Delta, refused_as},
    listings::{agreement, code, decision, document, end, listing},
    program::{check_failure, run, succeed, until},
};

const WICKED: &str = "嘉兴示例<script src=\"x\">&'化工有限公司";
const PERSON: &str = "11010519491231002X";

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Checks a page: every word in it, and nothing that a name smuggled in.
fn check_page(page: &str, words: &[&str]) {
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(!page.contains("<script") && page.contains("&lt;script"), "{page}");
    for word in words {
        assert!(page.contains(word), "{word} is not in {page}");
    }
}

fn check_text(paper: &str, words: &[&str]) {
    for word in words {
        assert!(paper.contains(word), "{word} is not in {paper}");
    }
}

#[test]
fn notices_timelines_and_certificates_say_what_is_known_and_escape_what_others_wrote() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        counties: &[("changxing", "huzhou")],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: "heartbeat_every = \"1s\"\nobjection_channel = \"演示窗口二楼\"\n",
        ..Cast::default()
    });
    delta.acquainted();
    let officer = delta.officer("huzhou", "审核甲");
    let mut request = listing(1, "eco-list", "grave");
    request.subject.name = WICKED.to_owned();
    request.measures.push("closer-review".to_owned());
    let place = delta.list("jiaxing", &request);
    let (huzhou, jiaxing) = (delta.client("huzhou"), delta.client("jiaxing"));
    delta.here("changxing", &place, "undecided");
    refused_as(huzhou.notice(&place, PaperFormat::Text), "NOT_IN_FORCE");
    refused_as(jiaxing.notice(&place, PaperFormat::Text), "NOT_IN_FORCE");
    let accept = decision(&place, RecognitionChoice::Accept);
    huzhou.recognise(&accept, &officer).unwrap();

    let document = document(1);
    let code = code(1);
    let said = ["嘉兴市演示生态环境局", "法规处", "演示窗口二楼", "大幅增加检查", &document, &code];
    let more = ["办理行政事项时加强审查", "浙江省公共信用信息管理条例", "互认协议(演示)第五条"];
    for member in ["huzhou", "changxing"] {
        delta.here(member, &place, "accepted");
        let client = delta.client(member);
        let words = [&said[..], &more[..], &["huzhou公共信用信息中心"]].concat();
        let notice = text(client.notice(&place, PaperFormat::Text).unwrap());
        check_text(&notice, &[&words[..], &[WICKED]].concat());
        assert!(!notice.contains("审核甲"), "no officer's name");
        check_page(&text(client.notice(&place, PaperFormat::Html).unwrap()), &words);
    }

    huzhou.end(&end(&place, "terminated"), None).unwrap();
    jiaxing.end(&end(&place, "revoked"), None).unwrap();
    delta.confirmed("jiaxing", &place);
    let timeline = jiaxing.timeline(&code).unwrap();
    assert_eq!((timeline.name.as_deref(), timeline.code.as_str()), (Some(WICKED), code.as_str()));
    let events: Vec<_> = timeline.rows.iter().map(|it| (&*it.event, &*it.member)).collect();
    let at = |event, member| events.iter().position(|it| *it == (event, member));
    for end in [at("terminated", "huzhou"), at("ended", "jiaxing")] {
        let order = [at("listed", "jiaxing"), at("accepted", "huzhou"), end];
        assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{events:?}");
    }
    assert!(timeline.rows.windows(2).all(|rows| rows[0].day.0 <= rows[1].day.0));
    let page = text(jiaxing.timeline_paper(&code, PaperFormat::Html).unwrap());
    check_page(&page, &[&document, "决定被撤销", "终止认可"]);
    check_text(&text(jiaxing.timeline_paper(&code, PaperFormat::Text).unwrap()), &[&document]);
    refused_as(jiaxing.timeline(PERSON), "NATURAL_PERSON_REFUSED");
    certificates(&delta);
}

fn certificates(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(2, "eco-list", "listed"));
    let (listed, absent, ended) = (code(2), code(3), code(1));
    let charter = delta.charter();
    let terms = charter.current().terms();
    let key = |member: &str| verifier_key(terms, &MemberId::parse(member).unwrap()).unwrap();
    for member in ["jiaxing", "huzhou", "changxing"] {
        delta.at_origin(member, &place, "listed");
        let client = delta.client(member);
        refused_as(client.absence(&listed, PaperFormat::Text), "ON_THE_LIST");
        refused_as(client.absence(&listed, PaperFormat::Html), "ON_THE_LIST");
        refused_as(client.absence(PERSON, PaperFormat::Text), "NATURAL_PERSON_REFUSED");
        for code in [&absent, &ended] {
            // It names what may be shown to anybody, which waits for the log's deciders.
            let (note, certificate) = until("the certificate reaches to the listing", || {
                let note = client.absence(code, PaperFormat::Text).unwrap();
                let certificate = Absence::read(&note, &key(member)).unwrap();
                let mut logs = certificate.facts().logs.iter();
                let reaches = logs
                    .any(|log| log.origin.to_string() == place.origin && log.size > place.number);
                reaches.then_some((note, certificate))
            });
            let facts = certificate.facts();
            assert_eq!((facts.member.as_str(), &facts.subject.code), (member, code));
            // Another's key, or another word.
            let other = if member == "jiaxing" { "huzhou" } else { "jiaxing" };
            assert!(Absence::read(&note, &key(other)).is_err());
            let forged = text(note.clone()).replace(code.as_str(), &listed);
            assert!(Absence::read(forged.as_bytes(), &key(member)).is_err());
            let page = text(client.absence(code, PaperFormat::Html).unwrap());
            check_text(&page, &[code, "<!DOCTYPE html>"]);
        }
    }
    at_the_command_line(delta, &absent, &listed);
}

fn at_the_command_line(delta: &Delta, absent: &str, listed: &str) {
    let dir = |member: &str| delta.node(member).dir.display().to_string();
    let out = delta.path("absence.note").display().to_string();
    let changxing = dir("changxing");
    let ask = |code: &str| {
        let arguments = ["supervision", "--dir", &changxing, code, "--absence", "--out", &out];
        run(arguments)
    };
    check_failure(&ask(listed), 1, "ON_THE_LIST");
    check_failure(&ask(PERSON), 1, "NATURAL_PERSON_REFUSED");
    assert!(ask(absent).status.success());
    // Anybody in the federation checks it with the charter alone.
    succeed(["verify", "--dir", &dir("jiaxing"), "--absence", &out]);
    let forged = fs::read_to_string(&out).unwrap().replace(absent, listed);
    fs::write(&out, forged).unwrap();
    let verified = run(["verify", "--dir", &dir("jiaxing"), "--absence", &out]);
    check_failure(&verified, 4, "VERIFICATION_FAILED");
    let said = text(succeed(["supervision", "--dir", &changxing, listed]));
    check_text(&said, &["重点监管对象", "嘉兴示例第2化工有限公司"]);
}
