//! A partner that breaks the agreement: whatever it says is refused with a code, has no effect, and
//! it learns the reason. Whoever is no party gets nothing.

use std::collections::BTreeMap;

use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Record, Statement, SubjectClass, SubjectCode,
    statement::{Decision, Evidence, Ground, Listing, Recognition},
};
use tiaoxi_ledger::{
    checkpoint::Checkpoint,
    header::{Concerned, Header, KindField, Relation},
    note::SigningKey,
    salt::{SaltKey, commitment},
    tree::leaf_hash,
};
use tiaoxi_recognition::evidence;
use tiaoxi_sync::{RefusalCode, Subscribe};

use crate::{
    files::{Invented, unified_code},
    listings::{agreement, code, listing},
    partner::{ANSWERS, ENDS, EXCHANGE, Stage, THEIR_ENDS, at, said},
    program::{today, until},
};

fn good(number: u32) -> Listing {
    said(listing(number, "eco-list", "listed"))
}

fn changed(number: u32, change: impl FnOnce(&mut Listing)) -> Listing {
    let mut listing = good(number);
    change(&mut listing);
    listing
}

/// Listings that break the agreement, each in one way.
fn breaches(stage: &Stage) -> Vec<(&'static str, Listing)> {
    let days = |days: u16| Day(today().0 + days);
    let grave = said(listing(30, "eco-list", "grave"));
    let citizen = SubjectCode { scheme: CodeScheme::CITIZEN, code: "11010519491231002X".into() };
    let hidden = SubjectCode { scheme: CodeScheme::REGISTRATION, ..citizen.clone() };
    vec![
        ("NO_DUTY", said(listing(1, "quality-list", "listed"))),
        ("UNKNOWN_DOMAIN", changed(2, |it| it.domain = "space".into())),
        ("UNKNOWN_STANDARD", changed(3, |it| it.standard_version = 9)),
        ("STANDARD_EXPIRED", changed(4, |it| it.standard_version = 1)),
        ("UNKNOWN_LEVEL", changed(5, |it| it.level = "worst".into())),
        ("TERM_BEYOND_STANDARD", changed(6, |it| it.until = days(400))),
        ("TERM_BEYOND_MAP", Listing { until: days(900), ..grave }),
        ("HARSHER_THAN_STANDARD", changed(7, |it| it.inspection = Inspection::SHARPLY_MORE)),
        ("HARSHER_THAN_STANDARD", changed(8, |it| it.measures = vec!["closer-review".into()])),
        ("MEASURE_UNKNOWN", changed(9, |it| it.measures = vec!["no-honours".into()])),
        ("NATURAL_PERSON", changed(10, |it| it.subject.class = SubjectClass::NATURAL_PERSON)),
        ("NATURAL_PERSON", changed(11, |it| it.subject.class = SubjectClass(77))),
        ("SOLE_TRADER", changed(12, |it| it.subject.class = SubjectClass::SOLE_TRADER)),
        ("PERSONAL_CODE", changed(13, |it| it.subject.codes.push(citizen))),
        ("PERSONAL_CODE", changed(14, |it| it.subject.codes.push(hidden))),
        ("CODE_INVALID", changed(15, |it| it.subject.codes.clear())),
        ("DATES_OUT_OF_ORDER", changed(16, |it| it.until = Day(it.since.0 - 1))),
        ("DATES_OUT_OF_ORDER", changed(17, |it| it.since = Day(it.since.0 - 1))),
        ("GROUND_MISSING", changed(18, |it| it.channel.clear())),
        (
            "GROUND_MISSING",
            changed(19, |it| {
                let Ground::List(ground) = &mut it.ground else { unreachable!() };
                ground.heard.clear();
            }),
        ),
        ("EVIDENCE_UNPROVEN", forged(stage, |evidence, _| evidence.body.push(0))),
        ("EVIDENCE_UNPROVEN", forged(stage, |evidence, _| evidence.proof.truncate(40))),
        (
            "EVIDENCE_OF_ANOTHER",
            forged(stage, |_, listing| {
                listing.subject.codes[0].code = code(20);
            }),
        ),
    ]
}

/// A listing of the subject of a proven record, and a change of it.
fn forged(stage: &Stage, change: impl FnOnce(&mut Evidence, &mut Listing)) -> Listing {
    let file = Invented::penalties(stage.delta.root.path(), "anji", 60, 3, 0);
    let record = file.records().into_iter().find(|it| unified_code(it).is_some()).unwrap();
    let mut evidence = proven(stage, &record);
    let mut listing = good(20);
    listing.subject.codes[0].code = unified_code(&record).unwrap();
    change(&mut evidence, &mut listing);
    listing.evidence = Some(Box::new(evidence));
    listing
}

/// The only entry of a log of records that exists nowhere else, signed with the partner's key.
fn proven(stage: &Stage, record: &Record) -> Evidence {
    let log = "huzhou/jiaxing/records/1";
    let (salt, body) = (SaltKey([7; 32]), Statement::Record(record.clone()).to_body().unwrap());
    let header = Header {
        kind: KindField::new(1, 2, 1),
        item: 2,
        day: today().0,
        concerned: Concerned { relation: Relation::SAME_CHANNEL, epoch: 1, number: 0 },
        commitment: commitment(&salt, &body),
    };
    let header = header.to_bytes();
    let key = SigningKey::new(log.to_owned(), &stage.jiaxing.seed("log")).unwrap();
    let checkpoint = Checkpoint { origin: log.to_owned(), size: 1, root: leaf_hash(&header) };
    let checkpoint = checkpoint.sign(&key).unwrap();
    evidence::make(&evidence::Parts {
        number: 0,
        header: &header,
        salt: &salt,
        body: &body,
        path: &[],
        checkpoint: checkpoint.note(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_breaks_the_agreement_is_refused_with_a_reason_and_learns_it() {
    let stage = Stage::set(&agreement(&["huzhou", "jiaxing"])).await;
    let breaches = breaches(&stage);
    let sound = forged(&stage, |_, _| {});
    let count = breaches.len() as u64;
    let listings = breaches.iter().map(|(_, listing)| listing.clone()).chain([sound]);
    assert_eq!(stage.list(listings.collect()), 0);

    // The partner reads in Huzhou's log what became of each, and of the sound one nothing.
    let refusals = tokio::task::block_in_place(|| {
        until("huzhou has answered everything", || {
            let heard = stage.heard(ANSWERS);
            (heard.len() as u64 >= count).then_some(heard)
        })
    });
    let mut learnt = BTreeMap::new();
    for statement in refusals {
        let Statement::Recognition(Recognition { listing, decision, reason, .. }) = statement
        else {
            panic!("{statement:?}")
        };
        let (code, words) = reason.split_once(": ").unwrap();
        assert!(decision == Decision::REFUSE && !words.is_empty(), "{reason}");
        assert_eq!(listing, stage.name(EXCHANGE, listing.number));
        assert_eq!(learnt.insert(listing.number, code.to_owned()), None, "said once");
    }
    let expected = (0..).zip(breaches.iter().map(|(code, _)| (*code).to_owned()));
    assert_eq!(learnt, expected.collect());

    tokio::task::block_in_place(|| check_no_effect(&stage, &breaches));
}

fn check_no_effect(stage: &Stage, breaches: &[(&str, Listing)]) {
    let huzhou = stage.delta.client("huzhou");
    let status = huzhou.exchange().unwrap();
    let mut shown: Vec<_> = status
        .refused
        .iter()
        .filter(|refused| refused.by.is_none())
        .map(|refused| {
            assert!(!refused.zh.is_empty() && !refused.en.is_empty());
            (refused.place.number, refused.code.as_str())
        })
        .collect();
    shown.sort_unstable();
    let expected: Vec<_> = (0..).zip(breaches.iter().map(|it| it.0)).collect();
    assert_eq!(shown, expected);
    assert_eq!((status.in_force, status.undecided, status.waiting_total), (1, 0, 0));
    for (number, (code, listing)) in (0..).zip(breaches) {
        let shown = huzhou.listing(&at(number)).unwrap();
        assert_eq!((shown.state.as_str(), shown.breach.unwrap().code.as_str()), ("refused", *code));
        let here = shown.here.unwrap();
        assert!(here.state == "refused" && !here.follows, "{here:?}");
        if let Some(subject) = listing.subject.codes.first().filter(|_| listing.evidence.is_none())
        {
            assert!(!huzhou.subject_supervision(&subject.code).unwrap().is_key_object);
        }
    }
    let sound = huzhou.listing(&at(breaches.len() as u64)).unwrap();
    assert_eq!((sound.state.as_str(), sound.breach), ("listed", None));
    let evidence = sound.listing.unwrap().evidence.unwrap();
    assert_eq!(evidence.log, "huzhou/jiaxing/records/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_party_gets_not_a_header_and_who_is_gets_ends_under_any_charter() {
    let mut stage = Stage::set(&agreement(&["huzhou", "jiaxing"])).await;
    stage.list(vec![good(1)]);
    let site = stage.delta.site("huzhou");
    tokio::task::block_in_place(|| {
        until("huzhou holds the listing", || {
            stage.delta.client("huzhou").listing(&at(0)).ok().filter(|it| it.listing.is_some())
        });
    });
    let mut line = stage.outsider.dial(&site);
    line.connected().await;
    let mut outsider = line.asker();
    for log in [ANSWERS, THEIR_ENDS, EXCHANGE, ENDS] {
        let refused = outsider.refusal(site.subscribe(log)).await;
        assert_eq!(refused, Some(RefusalCode::NotEntitled), "{log}");
        let unknown = Subscribe { charter: [9; 32], ..site.subscribe(log) };
        let of_unknown = outsider.refusal(unknown).await;
        let expected = [RefusalCode::NotEntitled, RefusalCode::OtherCharter];
        assert!(of_unknown.is_some_and(|code| expected.contains(&code)), "{log}");
    }
    // A party that goes by a charter which Huzhou does not know gets what helps the subject.
    let jiaxing = &mut stage.asker;
    let with_other = |log| Subscribe { charter: [9; 32], ..site.subscribe(log) };
    assert_eq!(jiaxing.refusal(with_other(ANSWERS)).await, Some(RefusalCode::OtherCharter));
    assert_eq!(jiaxing.refusal(with_other(THEIR_ENDS)).await, None);
    assert_eq!(jiaxing.refusal(site.subscribe(ANSWERS)).await, None);
}
