//! Answers built from invented records of the penalty catalogue.

use tiaoxi_credit::code::{citizen_number, uscc_from_parts};
use tiaoxi_credit::{CodeScheme, Effect, Field, Subject, SubjectCode};

use super::*;
use crate::effects::Happening;

fn item() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzcf.toml")).expect("the catalogue file")
}

fn firm() -> String {
    uscc_from_parts("91", 330_521, "TX000001").expect("good parts")
}

fn person() -> String {
    citizen_number(999_999, Day(7_300), 12).expect("good parts")
}

/// Number of the field of a code.
fn number(item: &Item, code: &str) -> u8 {
    item.fields().iter().find(|spec| spec.code == code).expect("a field of the item").number
}

fn record(item: &Item, decided: u16, fields: &[(&str, &str)]) -> Record {
    let mut fields: Vec<_> = fields
        .iter()
        .map(|(code, text)| Field { number: number(item, code), text: (*text).into() })
        .collect();
    fields.sort_by_key(|field| field.number);
    Record {
        row: 1,
        subject: Subject {
            class: SubjectClass::ORGANISATION,
            name: "湖州示例建材有限公司".into(),
            codes: vec![SubjectCode { scheme: CodeScheme::USCC, code: firm() }],
        },
        authority: "11330521TX0000000A".into(),
        document: "德演示罚〔2026〕17号".into(),
        decided: Day(decided),
        fields,
    }
}

fn entry(number: u64) -> EntryRef {
    EntryRef { log: 1, number }
}

fn evidence<'a>(number: u64, item: &'a Item, body: Body<'a>) -> Evidence<'a> {
    Evidence {
        entry: entry(number),
        kind: Kind::Record as u8,
        item: item.number(),
        catalog: Some(item),
        day: Day(20_000),
        concerns: Some(entry(1)),
        body,
        verified_up_to: 100,
    }
}

fn answer(found: &[Evidence<'_>], effects: &Effects) -> Result<SubjectArchive, ArchiveError> {
    let query = SubjectQuery::parse(&firm()).expect("a firm");
    build(&query, found, effects, &|log| (log == 1).then(|| "huzhou/deqing/records/1".into()))
}

fn effects(on: u64, by: u64, effect: Effect) -> Effects {
    let mut effects = Effects::new();
    effects.file(entry(on), Happening { by: entry(by), effect, kind: 4, day: Day(20_100) });
    effects
}

/// Entries (kind, by, on), each of which ends the one it concerns, on day 20,000 + `by`.
fn ends(all: &[(Kind, u64, u64)]) -> Effects {
    let mut effects = Effects::new();
    for (kind, by, on) in all {
        let day = Day(20_000 + u16::try_from(*by).expect("small"));
        let happening = Happening { by: entry(*by), effect: Effect::Ends, kind: *kind as u8, day };
        effects.file(entry(*on), happening);
    }
    effects
}

fn correction<'a>(number: u64, replaces: u64, item: &'a Item, record: &'a Record) -> Evidence<'a> {
    let kind = Kind::Correction as u8;
    let concerns = Some(entry(replaces));
    Evidence { kind, concerns, ..evidence(number, item, Body::Record(record)) }
}

fn numbers(archive: &SubjectArchive) -> Vec<u64> {
    archive.records.iter().map(|view| view.place.number).collect()
}

#[test]
fn a_firms_record_is_shown_without_its_personal_fields() {
    let item = item();
    let person = person();
    let said = [
        ("CF_FRDB", "示例某"),
        ("CF_FR_ZJHM", person.as_str()),
        ("CF_WFXW", "未按规定保存台账"),
        ("CF_SY", &format!("当事人（{person}）未按规定保存台账")),
    ];
    let record = record(&item, 20_000, &said);
    let archive = answer(&[evidence(5, &item, Body::Record(&record))], &Effects::new());
    let archive = archive.expect("answers");
    assert_eq!(archive.name.as_deref(), Some("湖州示例建材有限公司"));
    let [view] = archive.records.as_slice() else { panic!("one record") };
    let content = view.content.as_ref().expect("its content");
    assert!(content.fields.iter().any(|field| field.text == "未按规定保存台账"));
    assert!(content.fields.iter().all(|field| !field.text.contains(&person)));
    assert!(content.hidden.len() >= 2, "{:?}", content.hidden);
    assert!(!is_free_of_personal_fields(&record, Some(&item)));
    assert!(!format!("{archive:?}").contains(&person));
}

#[test]
fn a_record_is_free_of_personal_fields_only_by_its_catalogue() {
    let item = item();
    let plain = record(&item, 20_000, &[("CF_WFXW", "未按规定保存台账")]);
    assert!(is_free_of_personal_fields(&plain, Some(&item)));
    assert!(!is_free_of_personal_fields(&plain, None));
    let found = Evidence { catalog: None, ..evidence(5, &item, Body::Record(&plain)) };
    let archive = answer(&[found], &Effects::new()).expect("answers");
    let content = archive.records[0].content.as_ref().expect("its content");
    assert_eq!((content.fields.len(), content.hidden.len()), (0, 1));
}

#[test]
fn natural_persons_are_left_out_and_refused_where_nothing_else_was_found() {
    let item = item();
    let firms = record(&item, 20_000, &[]);
    let mut of_a_person = record(&item, 20_000, &[]);
    of_a_person.subject.class = SubjectClass::NATURAL_PERSON;
    of_a_person.subject.name = "示例某".into();
    let (one, other) =
        (evidence(5, &item, Body::Record(&firms)), evidence(6, &item, Body::Record(&of_a_person)));
    let archive = answer(&[one, other], &Effects::new()).expect("answers");
    assert_eq!(archive.records.len(), 1);
    assert!(!format!("{archive:?}").contains("示例某"));
    assert_eq!(answer(&[other], &Effects::new()), Err(ArchiveError::NaturalPerson));
    assert_eq!(answer(&[], &Effects::new()).expect("nothing is an answer").records.len(), 0);
}

#[test]
fn another_subject_under_the_same_token_is_left_out() {
    let item = item();
    let mut other = record(&item, 20_000, &[]);
    other.subject.codes[0].code = uscc_from_parts("91", 330_521, "TX000002").expect("good parts");
    let archive = answer(&[evidence(5, &item, Body::Record(&other))], &Effects::new());
    assert!(archive.expect("answers").records.is_empty());
}

#[test]
fn records_come_decided_last_first_with_every_name() {
    let item = item();
    let old = record(&item, 19_000, &[]);
    let mut new = record(&item, 20_000, &[]);
    new.subject.name = "湖州示例新材料有限公司".into();
    let found = [
        evidence(5, &item, Body::Record(&old)),
        evidence(6, &item, Body::Record(&new)),
        evidence(7, &item, Body::Record(&old)),
    ];
    let archive = answer(&found, &Effects::new()).expect("answers");
    let order: Vec<_> = archive.records.iter().map(|view| view.place.number).collect();
    assert_eq!(order, [6, 5, 7]);
    assert_eq!(archive.name.as_deref(), Some("湖州示例新材料有限公司"));
    assert_eq!(archive.other_names, ["湖州示例建材有限公司"]);
}

#[test]
fn what_became_of_a_record_is_told_and_by_whom() {
    let item = item();
    let record = record(&item, 20_000, &[]);
    let found = [evidence(5, &item, Body::Record(&record))];
    for (effects, standing, by, has_content) in [
        (Effects::new(), Standing::Counts, None, true),
        (effects(5, 9, Effect::Marks), Standing::Disputed, Some(9), true),
        (effects(1, 9, Effect::Ends), Standing::Ended, Some(9), true),
        (effects(5, 9, Effect::Erases), Standing::Erased, Some(9), false),
    ] {
        let archive = answer(&found, &effects).expect("answers");
        let [view] = archive.records.as_slice() else { panic!("one record") };
        assert_eq!((view.standing, view.content.is_some()), (standing, has_content));
        assert_eq!(view.because.first().map(|because| because.by.number), by);
    }
}

#[test]
fn a_correction_stands_for_itself_and_links_to_what_it_replaces() {
    let item = item();
    let record = record(&item, 20_000, &[]);
    let found = [evidence(5, &item, Body::Record(&record)), correction(8, 5, &item, &record)];
    let archive = answer(&found, &ends(&[(Kind::Correction, 8, 5)])).expect("answers");
    let [newer, older] = archive.records.as_slice() else { panic!("two versions") };
    let number = |place: &Option<Place>| place.as_ref().map(|place| place.number);
    assert_eq!((newer.standing, older.standing), (Standing::Counts, Standing::Ended));
    assert_eq!((number(&newer.replaces), number(&newer.replaced_by)), (Some(5), None));
    assert_eq!((number(&older.replaces), number(&older.replaced_by)), (None, Some(8)));
    assert_eq!(number(&newer.concerns), Some(5));
    assert_eq!(newer.ended, None);
}

/// Record 5 came with import 1.
#[test]
fn corrected_withdrawn_and_withdrawn_with_the_batch_are_told_apart() {
    use Kind::{Correction, Repair, Withdrawal};
    let item = item();
    let record = record(&item, 20_000, &[]);
    let found = [evidence(5, &item, Body::Record(&record))];
    for (all, expected, replaced_by) in [
        (&[][..], None, None),
        (&[(Withdrawal, 9, 6)], None, None),
        (&[(Correction, 9, 5)], Some((How::Corrected, 9)), Some(9)),
        (&[(Withdrawal, 9, 5)], Some((How::Withdrawn, 9)), None),
        (&[(Withdrawal, 9, 1)], Some((How::BatchWithdrawn, 9)), None),
        (&[(Repair, 9, 5)], Some((How::Otherwise, 9)), None),
        (&[(Correction, 9, 1)], Some((How::Otherwise, 9)), None),
        // Sent again after it was withdrawn; corrected, and then withdrawn with its batch.
        (&[(Correction, 9, 5), (Withdrawal, 8, 5)], Some((How::Withdrawn, 8)), Some(9)),
        (&[(Correction, 8, 5), (Withdrawal, 9, 1)], Some((How::BatchWithdrawn, 9)), Some(8)),
        (&[(Withdrawal, 8, 1), (Withdrawal, 9, 5)], Some((How::Withdrawn, 9)), None),
        // Of two that do the same, the first ended it and the last is the newest version.
        (&[(Correction, 9, 5), (Correction, 8, 5)], Some((How::Corrected, 8)), Some(9)),
    ] {
        let archive = answer(&found, &ends(all)).expect("answers");
        let [view] = archive.records.as_slice() else { panic!("one record") };
        let ended = view.ended.as_ref().map(|ended| (ended.how, ended.by.number));
        assert_eq!(ended, expected, "{all:?}");
        let day = expected.map(|(_, by)| Day(20_000 + u16::try_from(by).expect("small")));
        assert_eq!(view.ended.as_ref().map(|ended| ended.day), day);
        assert_eq!(view.replaced_by.as_ref().map(|place| place.number), replaced_by, "{all:?}");
        assert_eq!(view.standing == Standing::Ended, expected.is_some());
        for because in &view.because {
            let of_batch = all.iter().any(|(_, by, on)| (*by, *on) == (because.by.number, 1));
            assert_eq!(because.of_batch, of_batch, "{all:?}");
        }
    }
}

#[test]
fn older_versions_come_behind_the_newest_one_whenever_they_were_decided() {
    let item = item();
    let [first, second, third] = [18_000, 19_000, 20_000].map(|day| record(&item, day, &[]));
    // 5 was corrected by 8 and that by 9; 6 and 7 were not.
    let found = [
        evidence(5, &item, Body::Record(&third)),
        evidence(6, &item, Body::Record(&second)),
        evidence(7, &item, Body::Record(&third)),
        correction(8, 5, &item, &third),
        correction(9, 8, &item, &first),
    ];
    let effects = ends(&[(Kind::Correction, 8, 5), (Kind::Correction, 9, 8)]);
    assert_eq!(numbers(&answer(&found, &effects).expect("answers")), [7, 6, 9, 8, 5]);
}

#[test]
fn corrections_in_a_circle_and_two_of_one_record_are_each_shown_once() {
    let item = item();
    let record = record(&item, 20_000, &[]);
    let found = [
        correction(3, 4, &item, &record),
        correction(4, 3, &item, &record),
        evidence(5, &item, Body::Record(&record)),
        correction(6, 6, &item, &record),
        correction(8, 5, &item, &record),
        correction(9, 5, &item, &record),
    ];
    assert_eq!(numbers(&answer(&found, &Effects::new()).expect("answers")), [8, 5, 9, 3, 4, 6]);
}

#[test]
fn a_name_that_was_corrected_is_no_second_name_and_an_erased_one_is_none() {
    let item = item();
    let mut old = record(&item, 20_000, &[]);
    old.subject.name = "湖州示列建材有限公司".into();
    let new = record(&item, 20_000, &[]);
    let found = [evidence(5, &item, Body::Record(&old)), correction(8, 5, &item, &new)];
    let archive = answer(&found, &ends(&[(Kind::Correction, 8, 5)])).expect("answers");
    assert_eq!(archive.name.as_deref(), Some("湖州示例建材有限公司"));
    assert!(archive.other_names.is_empty());
    let alone = answer(&found[..1], &ends(&[(Kind::Withdrawal, 9, 5)])).expect("answers");
    assert_eq!(alone.name.as_deref(), Some("湖州示列建材有限公司"));
    let erased = answer(&found[..1], &effects(5, 9, Effect::Erases)).expect("answers");
    assert_eq!((erased.name, erased.class), (None, None));
}

#[test]
fn a_hole_is_an_erasure_only_where_one_was_admitted() {
    let item = item();
    let (erased, none) = (effects(5, 8, Effect::Erases), Effects::new());
    for (body, effects, standing, is_withheld) in [
        (Body::Erased, &erased, Standing::Erased, false),
        (Body::Erased, &none, Standing::Counts, true),
        (Body::Withheld, &none, Standing::Counts, true),
    ] {
        let archive = answer(&[evidence(5, &item, body)], effects).expect("answers");
        let [view] = archive.records.as_slice() else { panic!("one record") };
        assert_eq!((view.standing, view.is_withheld), (standing, is_withheld));
        assert!(view.content.is_none() && archive.name.is_none());
    }
}
