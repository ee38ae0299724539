//! From a row to a record and back.

use std::sync::LazyLock;

use crate::rows::{
    Row, TODAY, penalties, penalty, penalty_of_person, permit, permits, person, uscc,
};
use proptest::prelude::{Strategy, prop_assert_eq, proptest};
use tiaoxi_catalog::{Item, RowView, natural_key};
use tiaoxi_credit::{CodeScheme, Day, Field, Record, Statement, SubjectClass};

#[test]
fn a_good_row_becomes_a_record_of_cleaned_values() {
    let item = penalties();
    let row = penalty().with("CF_XDR_SHXYM", &format!(" {} ", uscc("91", 1).to_lowercase()));
    let record = row.with("CF_NR_FK", "0.200").check(&item).record.expect("a good row");
    assert_eq!(record.row, 3);
    assert_eq!(record.subject.class, SubjectClass::ORGANISATION);
    assert_eq!(record.subject.name, "安吉示例竹业有限公司");
    assert_eq!(record.authority, uscc("11", 2));
    assert_eq!(record.document, "演示市监罚〔2026〕12号");
    assert_eq!(Some(record.decided), Day::from_date(2026, 11, 5));
    let principal = record.subject.principal_code().expect("a code");
    assert_eq!((principal.scheme, &principal.code), (CodeScheme::USCC, &uscc("91", 1)));
    let text = |number| record.fields.iter().find(|f| f.number == number).map(|f| &*f.text);
    assert_eq!(text(18), Some("警告;罚款"));
    assert_eq!(text(20), Some("0.2"));
    assert_eq!(text(24), Some("2099-12-31"));
    for hoisted in [1, 2, 3, 14, 23, 27] {
        assert_eq!(text(hoisted), None, "field {hoisted}");
    }
    assert!(record.fields.is_sorted_by_key(|field| field.number));
}

#[test]
fn texts_show_every_field_of_a_record_in_order() {
    for (item, row) in [(penalties(), penalty()), (permits(), permit())] {
        let record = row.check(&item).record.expect("a good row");
        let texts = item.texts(&record);
        assert!(texts.is_sorted_by_key(|(number, _)| *number));
        // A record shown and taken in again is the same record.
        let cells: Vec<&str> = item
            .fields()
            .iter()
            .map(|field| {
                let text = texts.iter().find(|(number, _)| *number == field.number);
                text.map_or("", |(_, text)| text.as_str())
            })
            .collect();
        let again =
            item.check(RowView { number: 3, cells: &cells, derives_class: false }, TODAY).record;
        assert_eq!(again.as_ref(), Some(&record));
    }
}

#[test]
fn a_record_becomes_its_row_and_the_row_the_record() {
    for (item, row) in
        [(penalties(), penalty()), (penalties(), penalty_of_person()), (permits(), permit())]
    {
        let record = row.check(&item).record.expect("a good row");
        let cells = item.row_of(&record);
        assert_eq!(cells.len(), item.fields().len());
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let again = item.check(RowView { number: 3, cells: &cells, derives_class: false }, TODAY);
        assert_eq!((again.record, again.cleaned), (Some(record), 0));
    }
}

#[test]
fn differences_name_the_fields_and_not_the_row() {
    let item = penalties();
    let record = |row: Row| row.check(&item).record.expect("a good row");
    let base = record(penalty());
    let check = |row: Row, expected: &[u8]| {
        let other = record(row);
        assert_eq!(item.differences(&base, &other), expected);
        assert_eq!(item.differences(&other, &base), expected);
    };
    check(penalty(), &[]);
    check(penalty().with("CF_JDRQ", "20261105"), &[]);
    check(penalty().with("CF_NR", "另一内容"), &[19]);
    check(penalty().without("CF_GSJZQ").with("BZ", "示例"), &[25, 30]);
    check(penalty().with("CF_XDR_MC", "示例公司").with("CF_JDRQ", "2026-11-04"), &[1, 23]);
    check(penalty().with("CF_XDR_GSZC", "330523000000001"), &[4]);
    check(penalty_of_person(), &[1, 2, 3, 9, 12, 13, 16]);
    assert_eq!(item.differences(&base, &Record { row: 99, ..base.clone() }), [0_u8; 0]);
    // A field that only a later version of the item has.
    let mut later = base.clone();
    later.fields.push(Field { number: 77, text: "示例".to_owned() });
    assert_eq!(item.differences(&base, &later), [77]);
}

/// Cells as clerks and programs leave them, right and wrong ones.
fn any_cell() -> impl Strategy<Value = String> {
    let pieces = [
        "示例",
        "公司",
        "演示",
        "〔2026〕",
        "12号",
        "１２",
        "ＴＸ",
        "（湖州）",
        "(湖州)",
        " ",
        "\u{3000}",
        "\u{a0}",
        "\u{200b}",
        "\n",
        "\t",
        "警告",
        "；",
        ";",
        "、",
        "罚款",
        "其他-",
        "0",
        "1",
        "9",
        ".",
        "-",
        "／",
        "2026",
        "年",
        "月",
        "日",
        "e",
        "X",
        "，",
        "\u{feff}",
        "'",
        "=",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..6)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Cleaning says the last word: what a record holds is taken in again as it is.
    #[test]
    fn any_accepted_row_is_accepted_again_as_the_same_record(
        changes in proptest::collection::vec((0_usize..30, any_cell()), 1..6),
        base in 0_u8..3,
    ) {
        let (item, mut row) = match base {
            0 => (&*PENALTIES, penalty()),
            1 => (&*PENALTIES, penalty_of_person()),
            _ => (&*PERMITS, permit()),
        };
        for (index, text) in &changes {
            if let Some(field) = item.fields().get(*index) {
                row = row.with(&field.code, text);
            }
        }
        if let Some(record) = row.check(item).record {
            let cells = item.row_of(&record);
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let again = item.check(RowView { number: 3, cells: &cells, derives_class: false }, TODAY);
            prop_assert_eq!(again.cleaned, 0, "{:?}", changes);
            prop_assert_eq!(again.record, Some(record));
        }
    }
}

static PENALTIES: LazyLock<Item> = LazyLock::new(penalties);
static PERMITS: LazyLock<Item> = LazyLock::new(permits);

#[test]
fn the_identity_number_leads_the_codes_of_a_person_and_of_nobody_else() {
    let item = penalties();
    let code = |row: Row| {
        let record = row.check(&item).record.expect("a good row");
        let principal = record.subject.principal_code().expect("a code").clone();
        (principal.scheme, principal.code, item.texts(&record))
    };
    let (scheme, number, texts) = code(penalty_of_person().with("CF_XDR_GSZC", "330523000000001"));
    assert_eq!((scheme, &number), (CodeScheme::CITIZEN, &person()));
    assert!(texts.contains(&(13, person())));
    let passport = penalty_of_person().with("CF_XDR_ZJLX", "护照号").with("CF_XDR_ZJHM", "E1");
    assert_eq!(code(passport).0, CodeScheme::OTHER_IDENTITY);
    let (scheme, _, texts) = code(penalty().with("CF_XDR_ZJHM", &person()));
    assert_eq!(scheme, CodeScheme::USCC);
    assert!(texts.contains(&(13, person())));
    assert!(item.fields().iter().any(|field| field.number == 13 && field.personal));
}

#[test]
fn the_longest_row_fits_into_a_body() {
    let item = penalties();
    let row = penalty()
        .with("CF_WFXW", &"竹".repeat(2000))
        .with("CF_SY", &"竹".repeat(5000))
        .with("CF_YJ", &"竹".repeat(2048))
        .with("CF_NR", &"竹".repeat(4000))
        .with("BZ", &"竹".repeat(512));
    let record = row.check(&item).record.expect("a good row");
    Statement::Record(record).to_body().expect("within the limit");
}

#[test]
fn the_natural_key_ignores_row_and_content() {
    let item = penalties();
    let key = |row: Row| natural_key(&row.check(&item).record.expect("a good row"));
    let base = key(penalty());
    assert_eq!(base, key(penalty().with("CF_NR", "另一内容")));
    assert_ne!(base, key(penalty().with("CF_WSH", "演示市监罚〔2026〕13号")));
    assert_ne!(base, key(penalty().with("CF_CFJGDM", &uscc("11", 3))));
    assert_ne!(base, key(penalty().with("CF_XDR_SHXYM", &uscc("91", 2))));
    let with_row = |row| Record { row, ..penalty().check(&item).record.expect("a good row") };
    assert_eq!(natural_key(&with_row(1)), natural_key(&with_row(2)));
}

#[test]
fn cells_missing_at_the_end_are_empty_and_those_in_excess_are_not_read() {
    let item = penalties();
    let codes = |cells: &[&str]| {
        let checked = item.check(RowView { number: 1, cells, derives_class: false }, TODAY);
        checked.findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    let required = item.fields().iter().filter(|field| field.required).count();
    assert_eq!(codes(&[]), vec!["REQUIRED_MISSING"; required]);
    assert_eq!(codes(&[""; 300]), codes(&[]));
}
