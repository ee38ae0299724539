//! Entries that nobody may say, or that nobody here can read, in the middle of a log.

use std::collections::BTreeMap;

use tiaoxi_api::types::{RefusedStatus, Standing};
use tiaoxi_credit::{Effect, Kind, Record, Statement, statement::Import};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    block::Draft,
    header::{Concerned, Header, KindField, Relation},
};

use crate::{
    city::City,
    files::{self, Invented, unified_code},
    program::until,
    puppet::{Puppet, draft},
};

/// Number of the catalogue item of penalties.
fn penalties() -> u16 {
    files::item().number()
}

fn header(effect: Effect, kind: u8, version: u8, item: u16, concerned: Concerned) -> Header {
    let kind = KindField::new(effect as u8, kind, version);
    Header { kind, item, day: 20_500, concerned, commitment: [0; 32] }
}

fn entry(number: u64) -> Concerned {
    Concerned { relation: Relation::SAME_CHANNEL, epoch: 1, number }
}

fn record(record: &Record, item: u16) -> Draft {
    let body = Statement::Record(record.clone()).to_body().unwrap();
    draft(header(Effect::States, Kind::Record as u8, 1, item, entry(0)), body)
}

/// A log of one import with two good records, and between them every kind of entry that does not
/// count; and what is to be said of those.
fn odd_log(records: &[Record]) -> (Vec<Draft>, Vec<(u64, &'static str)>) {
    let import = Statement::Import(Import { digest: [7; 32], catalog: files::item().hash() });
    let import_header = header(Effect::None, Kind::Import as u8, 1, penalties(), Concerned::NONE);
    let kind = |effect, kind, version, concerned| {
        let header = header(effect, kind, version, penalties(), entry(concerned));
        draft(header, vec![version, 2, 3])
    };
    let mut newer_header = record(&records[0], penalties());
    newer_header.prefix[0] = 2;
    let mut garbage = record(&records[0], penalties());
    garbage.body = vec![1, 0xff, 0xff, 0xff, 0xff];
    let drafts = vec![
        draft(import_header, import.to_body().unwrap()),
        record(&records[0], penalties()),
        kind(Effect::Ends, 200, 9, 1),
        record(&records[0], 99),
        garbage,
        newer_header,
        // These two may not end the last record, so they do not.
        kind(Effect::Ends, Kind::Withdrawal as u8, 1, 9),
        kind(Effect::Ends, Kind::Record as u8, 1, 9),
        kind(Effect::States, Kind::Record as u8, 7, 0),
        record(&records[1], penalties()),
    ];
    let refused = vec![
        (2, "UNKNOWN_KIND"),
        (3, "UNKNOWN_ITEM"),
        (4, "UNREADABLE_BODY"),
        (5, "UNREADABLE_HEADER"),
        (6, "NO_DUTY"),
        (7, "WRONG_EFFECT"),
        (8, "UNKNOWN_KIND"),
    ];
    (drafts, refused)
}

/// Two records of two firms.
fn two_firms(city: &City) -> [Record; 2] {
    let file = Invented::penalties(city.root.path(), "anji", 200, 11, 0);
    let mut firms = file.records();
    firms.retain(|record| unified_code(record).is_some());
    let first = firms.swap_remove(0);
    let second = firms.into_iter().find(|it| unified_code(it) != unified_code(&first)).unwrap();
    [first, second]
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_do_not_count_are_listed_with_their_reason_and_stop_nothing() {
    let anji = Puppet::new("anji");
    let mut city = City::founded(&["wuxing"], &[&anji]);
    city.start();
    let records = two_firms(&city);
    let (drafts, refused) = odd_log(&records);
    let size = drafts.len() as u64;

    let (logs, _writer) = anji.open_logs(&city.site());
    let log = Origin::parse(&anji.log()).unwrap();
    let appending = logs.clone();
    tokio::task::spawn_blocking(move || appending.append(&log, drafts, Vec::new()).unwrap())
        .await
        .unwrap();
    tokio::spawn(anji.dial(&city.site()).serve(logs.clone()));

    // What the node is asked is asked again after a restart, which has to find it again.
    for _ in 0..2 {
        check(&city, &anji, size, &records, &refused);
        tokio::task::block_in_place(|| {
            city.hub.stop();
            city.hub.start();
        });
    }
    logs.stop();
}

fn check(city: &City, anji: &Puppet, size: u64, records: &[Record; 2], refused: &[(u64, &str)]) {
    let client = city.hub.client();
    tokio::task::block_in_place(|| {
        until("the hub goes on behind what does not count", || {
            let log = city.hub.log_status(&anji.log());
            (log.verified_up_to == size && log.queryable_up_to == size).then_some(())
        });
        check_refused(&client.status().unwrap().refused, &anji.log(), refused);
        let [ended, counts] = records.each_ref().map(|record| {
            let mut subject = client.subject(&unified_code(record).unwrap()).unwrap();
            assert_eq!(subject.records.len(), 1, "only one entry of this subject counts");
            subject.records.remove(0)
        });
        assert_eq!((ended.place.number, ended.standing), (1, Standing::Ended));
        assert_eq!(ended.because.len(), 1);
        assert_eq!((ended.because[0].by.number, &*ended.because[0].kind), (2, "kind-200"));
        assert_eq!((counts.place.number, counts.standing), (size - 1, Standing::Counts));
    });
}

fn check_refused(found: &RefusedStatus, log: &str, expected: &[(u64, &str)]) {
    let mut listed: Vec<_> = found
        .newest
        .iter()
        .map(|entry| {
            assert_eq!(entry.origin, log);
            assert!(!entry.message_zh.is_empty() && !entry.message_en.is_empty());
            (entry.number, entry.code.as_str())
        })
        .collect();
    listed.sort_unstable();
    assert_eq!(listed, expected);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, code) in expected {
        *counts.entry((*code).to_owned()).or_default() += 1;
    }
    assert_eq!(found.counts, counts);
}
