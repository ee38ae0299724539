//! Who gets what of a log, and who is refused.

use tiaoxi_ledger::tree::empty_root;
use tiaoxi_logs::MemberSource;
use tiaoxi_sync::{
    Budget, FollowError, Message, RefusalCode, Subscribe, message::MESSAGE_BYTES_MAX, wire,
};

use crate::{
    charters::NoCharters,
    city::{City, id, log},
    node::{Node, Session, directory, texts},
    pipe::{Valve, pipe},
    soon,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_decider_outside_the_audience_gets_headers_only_and_the_same_root() {
    let records = log("deqing", "records");
    let logs = [("huzhou/deqing/records/1", &["huzhou"][..], &["huzhou", "anji"][..], 2)];
    let city = City::with_logs(&["anji", "deqing"], &logs);
    let dirs = [directory(), directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let anji = Node::open(&city, "anji", dirs[2].path());

    let _sessions = [&huzhou, &anji].map(|member| Session::of(&records, &deqing, member));
    let said = texts("all", 400);
    for part in said.chunks(190) {
        deqing.append(&records, part).await.unwrap();
    }
    for member in [&huzhou, &anji] {
        member.until_size(&records, 400).await;
        assert_eq!(member.edge(&records), deqing.edge(&records), "{}", member.me);
    }
    assert_eq!(huzhou.read(&records), said.into_iter().map(Some).collect::<Vec<_>>());
    assert_eq!(anji.read(&records), vec![None; 400]);
}

/// Asks a node as a member, in whatever words; with what it refuses.
pub(crate) async fn refusal(server: &Node, member: &str, words: &Subscribe) -> Option<RefusalCode> {
    let (here, mut there) = pipe(Valve::open(), Valve::open());
    let source = MemberSource::new(server.logs.clone(), id(member));
    let serving = tokio::spawn(async move {
        tiaoxi_sync::serve(here, &source, &NoCharters, &Budget::new(64)).await
    });
    let answer = soon("an answer comes", async {
        wire::write(&mut there, &Message::Subscribe(words.clone())).await.unwrap();
        wire::read(&mut there, MESSAGE_BYTES_MAX).await.unwrap()
    })
    .await;
    serving.abort();
    match answer {
        Message::Refused(refusal) => Some(refusal.code),
        Message::Offered(_) => None,
        other => panic!("{member} was answered {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_goes_by_another_charter_or_holds_something_else_is_refused() {
    let (city, records) = (City::of(&["anji", "deqing"]), log("deqing", "records"));
    let dir = directory();
    let deqing = Node::open_alone(&city, "deqing", dir.path());
    deqing.append(&records, &texts("two", 2)).await.unwrap();
    let (_, root_of_two) = deqing.edge(&records);
    deqing.append(&records, &texts("one", 1)).await.unwrap();

    let good = Subscribe {
        charter: *city.charter.fingerprint().as_bytes(),
        origin: records.clone(),
        size: 0,
        root: empty_root(),
        newest: Vec::new(),
    };
    let with = |size, root| Subscribe { size, root, ..good.clone() };
    let check = async |member: &str, words: Subscribe, expected: Option<RefusalCode>| {
        let refused = refusal(&deqing, member, &words).await;
        assert_eq!(refused, expected, "{member}: {words:?}");
    };
    check("huzhou", good.clone(), None).await;
    check("deqing", good.clone(), None).await;
    check("huzhou", with(2, root_of_two), None).await;

    check("anji", good.clone(), Some(RefusalCode::NotEntitled)).await;
    check("nobody", good.clone(), Some(RefusalCode::NotEntitled)).await;
    let other = Subscribe { charter: [7; 32], ..good.clone() };
    check("huzhou", other, Some(RefusalCode::OtherCharter)).await;
    let other = Subscribe { origin: log("deqing", "audit"), ..good.clone() };
    check("huzhou", other, Some(RefusalCode::NotEntitled)).await;
    let other = Subscribe { origin: log("anji", "records"), ..good.clone() };
    check("huzhou", other, Some(RefusalCode::UnknownLog)).await;
    let other = Subscribe { origin: "nonsense\n".into(), ..good.clone() };
    check("huzhou", other, Some(RefusalCode::UnknownLog)).await;
    check("huzhou", with(2, [7; 32]), Some(RefusalCode::Diverged)).await;
    check("huzhou", with(0, [7; 32]), Some(RefusalCode::Diverged)).await;
    check("huzhou", with(4, [7; 32]), Some(RefusalCode::TooFarAhead)).await;
}

/// The code that a session was refused with.
fn refused(error: FollowError) -> RefusalCode {
    match error {
        FollowError::Refused(refusal) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_has_accepted_another_charter_gets_nothing() {
    let records = log("deqing", "records");
    let city = City::of(&["deqing"]);
    let other = City::changed(&["deqing"], |document| document.duties.clear());
    let dirs = [directory(), directory()];
    let deqing = Node::open_alone(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&other, "huzhou", dirs[1].path());
    deqing.append(&records, &texts("one", 1)).await.unwrap();
    let refusal = refused(Session::of(&records, &deqing, &huzhou).ended().await);
    assert_eq!(refusal, RefusalCode::OtherCharter);
    assert_eq!(huzhou.summary(&records).size, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_of_another_run_of_the_log_is_refused_and_keeps_what_it_has() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory(), directory()];
    let deqing = Node::open_alone(&city, "deqing", dirs[0].path());
    let second = Node::open_alone(&city, "deqing", dirs[1].path());
    let huzhou = Node::open(&city, "huzhou", dirs[2].path());
    deqing.append(&records, &texts("first", 3)).await.unwrap();
    second.append(&records, &texts("second", 5)).await.unwrap();
    let session = Session::of(&records, &deqing, &huzhou);
    huzhou.until_size(&records, 3).await;
    session.abort().await;

    let refusal = refused(Session::of(&records, &second, &huzhou).ended().await);
    assert_eq!(refusal, RefusalCode::Diverged);
    assert_eq!(huzhou.edge(&records), deqing.edge(&records));
    let _session = Session::of(&records, &deqing, &huzhou);
    deqing.append(&records, &texts("more", 1)).await.unwrap();
    huzhou.until_size(&records, 4).await;
}
