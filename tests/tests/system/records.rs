//! Records become listings, and decisions that came in by file are carried out: as often as asked,
//! once.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tiaoxi_api::types::{
    Date, DecisionsRequest, FromRecordsRequest, ObjectionRequest, Place, Standing,
};
use tiaoxi_catalog::Item;
use tiaoxi_credit::Day;
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    delta::{Cast, Delta, refused_as},
    listings::{agreement, all, code},
    program::{succeed, today, until},
    sheets::{Table, text},
};

fn item(slug: &str) -> Item {
    let file = match slug {
        "yzsx" => include_str!("../../../configs/catalog/yzsx.toml"),
        "hypj" => include_str!("../../../configs/catalog/hypj.toml"),
        _ => include_str!("../../../configs/catalog/xyxf.toml"),
    };
    Item::parse(file).unwrap()
}

/// A file whose rows are the item's example with some cells changed.
fn file(delta: &Delta, slug: &str, name: &str, rows: &[Vec<(&str, String)>]) -> PathBuf {
    let item = item(slug);
    let header = item.fields().iter().map(|field| text(&field.name_zh)).collect();
    let mut table = Table(vec![header]);
    for changes in rows {
        let cell = |field: &tiaoxi_catalog::item::FieldSpec| {
            let change = changes.iter().find(|(code, _)| *code == field.code);
            let example = if field.code == "BZ" { "" } else { field.example.as_str() };
            text(change.map_or(example, |(_, cell)| cell.as_str()))
        };
        table.0.push(item.fields().iter().map(cell).collect());
    }
    let path = delta.path(name);
    table.write(&path, FileKind::Csv, Encoding::Utf8);
    path
}

fn import(delta: &Delta, slug: &str, path: &Path) {
    let dir = delta.node("jiaxing").dir.display().to_string();
    let path = path.display().to_string();
    let said = succeed(["import", "--json", "--item", slug, "--dir", &dir, &path]);
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(said["rejected"], 0, "{said}");
    let log = delta.node("jiaxing").log();
    until("what was imported is signed", || {
        let log = delta.node("jiaxing").log_status(&log);
        (log.size_signed == log.size_appended && log.queryable_up_to == log.size_signed)
            .then_some(())
    });
}

fn days(before: u16) -> String {
    Day(today().0 - before).to_string()
}

/// A row of a statutory list.
fn listed(number: u32, standard: &str, level: &str) -> Vec<(&'static str, String)> {
    vec![
        ("MD_XDR_MC", format!("嘉兴示例第{number}食品有限公司")),
        ("MD_XDR_SHXYM", code(number)),
        ("MD_WSH", format!("演示列〔2026〕{number}号")),
        ("MD_XW", level.to_owned()),
        ("MD_BZ_MC", standard.to_owned()),
        ("MD_BZ_BB", "2026年版".to_owned()),
        ("MD_GZRQ", days(30)),
        ("MD_RQ", days(10)),
        ("MD_QXZ", Day(today().0 + 300).to_string()),
    ]
}

/// A grade of a company.
fn graded(number: u32, grade: &str) -> Vec<(&'static str, String)> {
    vec![
        ("PJ_XDR_MC", format!("嘉兴示例第{number}旅游有限公司")),
        ("PJ_XDR_SHXYM", code(number)),
        ("PJ_BH", format!("演示评〔2026〕{number}号")),
        ("PJ_DJ", grade.to_owned()),
        ("PJ_MX", "演示生态环境行业信用评价模型".to_owned()),
        ("PJ_RQ", days(10)),
        ("PJ_YXQ", Day(today().0 + 300).to_string()),
    ]
}

/// A decision taken through 信用中国.
fn decided(number: u32, kind: &str, applied: u16) -> Vec<(&'static str, String)> {
    vec![
        ("XF_XDR_SHXYM", code(number)),
        ("XF_LX", kind.to_owned()),
        ("XF_WSH", format!("演示修〔2026〕{number}号")),
        ("XF_YWSH", format!("演示列〔2026〕{number}号")),
        ("XF_YJGDM", "11330521TX0002066X".to_owned()),
        ("XF_SQRQ", days(applied)),
        ("XF_RQ", days(0)),
    ]
}

fn from_records(item: &str, preview: bool) -> FromRecordsRequest {
    FromRecordsRequest {
        agreement: "delta".to_owned(),
        item: item.to_owned(),
        import: None,
        with_evidence: item == "yzsx",
        preview,
    }
}

const ECO: &str = "演示生态环境领域严重失信主体认定标准";
const GRAVE: &str = "严重危害人民群众身体健康和生命安全";
const PLAIN: &str = "严重破坏市场公平竞争秩序和社会正常秩序";

#[test]
fn records_are_listed_once_and_decisions_by_file_end_what_they_are_about() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        counties: &[("changxing", "huzhou")],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: "heartbeat_every = \"1s\"\n",
        ..Cast::default()
    });
    delta.acquainted();
    let places = list_them(&delta);
    decide_by_file(&delta, &places);
}

/// Three are listed; of the others each has a reason.
fn list_them(delta: &Delta) -> [Place; 3] {
    let rows = [
        listed(1, ECO, PLAIN),
        listed(2, ECO, PLAIN),
        listed(3, ECO, GRAVE),
        listed(4, "不存在的标准", PLAIN),
    ];
    import(delta, "yzsx", &file(delta, "yzsx", "list.csv", &rows));
    let grades = [graded(5, "差"), graded(6, "良好")];
    import(delta, "hypj", &file(delta, "hypj", "grades.csv", &grades));
    let jiaxing = delta.client("jiaxing");
    let preview = jiaxing.list_from_records(&from_records("yzsx", true), None).unwrap();
    assert!(preview.said.iter().all(|it| it.said.as_ref().unwrap().preview));
    assert!(jiaxing.listings(&all()).unwrap().listings.is_empty(), "only looked at");
    let made = jiaxing.list_from_records(&from_records("yzsx", false), None).unwrap();
    assert_eq!((made.said.len(), preview.said.len(), made.passed_over.len()), (3, 3, 1));
    assert_eq!(made.passed_over[0].code, "UNKNOWN_STANDARD");
    let places: Vec<_> = made.said.iter().map(|it| it.said.clone().unwrap()).collect();
    let places = [0, 1, 2].map(|index: usize| Place {
        origin: places[index].log.clone(),
        number: places[index].number,
    });
    // At once, before it is signed, and later: nothing twice.
    for _ in 0..2 {
        let again = jiaxing.list_from_records(&from_records("yzsx", false), None).unwrap();
        assert_eq!((again.said.len(), again.passed_over.len()), (0, 1));
        delta.here("changxing", &places[0], "accepted");
    }
    let of_grades = jiaxing.list_from_records(&from_records("hypj", false), None).unwrap();
    assert_eq!((of_grades.said.len(), of_grades.passed_over.len()), (1, 0), "{of_grades:?}");
    let refused = jiaxing.list_from_records(&from_records("xzcf", false), None);
    refused_as(refused, "UNKNOWN_ITEM");

    for (place, record) in places.iter().zip(&made.said) {
        let shown = delta.at_origin("changxing", place, "listed");
        let content = shown.listing.unwrap();
        let evidence = content.evidence.expect("the record came along");
        assert_eq!(
            (evidence.log, evidence.number),
            (record.place.origin.clone(), record.place.number)
        );
        assert!(evidence.document.starts_with("演示列"), "{}", evidence.document);
        assert_eq!(shown.breach, None);
    }
    let grave = delta.here("huzhou", &places[2], "undecided");
    assert_eq!(grave.decision, None);
    let of_grade = jiaxing.subject_supervision(&code(5)).unwrap().listings;
    delta.here("huzhou", &of_grade[0].place, "advisory");
    places
}

/// A repair, an objection that is right, one that is not, and what can't be carried out.
fn decide_by_file(delta: &Delta, [repaired, upheld, dismissed]: &[Place; 3]) {
    let (jiaxing, changxing) = (delta.client("jiaxing"), delta.client("changxing"));
    for place in [upheld, dismissed] {
        let about = place.clone();
        let (received, objection) = (Some(Date(Day(today().0 - 1))), None);
        let matter = "对列入有异议".to_owned();
        let objection = ObjectionRequest { about, received, matter, objection, preview: false };
        changxing.object(&objection, None).unwrap();
        delta.at_origin("jiaxing", place, "disputed");
    }
    let rows = [
        decided(1, "信用修复", 3),
        decided(2, "异议成立", 1),
        decided(3, "异议不成立", 1),
        decided(77, "信用修复", 1),
    ];
    import(delta, "xyxf", &file(delta, "xyxf", "decisions.csv", &rows));
    let request = |preview| DecisionsRequest { item: "xyxf".to_owned(), import: None, preview };
    let preview = jiaxing.decisions(&request(true), None).unwrap();
    assert!(preview.preview && preview.listings.len() >= 3, "{preview:?}");
    assert_eq!(jiaxing.listing(repaired).unwrap().state, "listed");

    let dir = delta.node("jiaxing").dir.display().to_string();
    let repair = ["repair", "--dir", &dir, "--from-records", "--json"];
    let done: Value = serde_json::from_slice(&succeed(repair)).unwrap();
    assert_eq!(done["records"].as_array().unwrap().len(), 1, "{done}");
    let home = delta.confirmed("jiaxing", repaired);
    assert_eq!(home.ended.unwrap().cause, "repair");
    let home = delta.confirmed("jiaxing", upheld);
    assert_eq!(home.ended.unwrap().cause, "objection-upheld");
    delta.at_origin("changxing", dismissed, "listed");
    for place in [repaired, upheld] {
        assert!(!delta.here("changxing", place, "ended").follows);
    }
    // The record itself is narrowed, and erased nowhere.
    until("the record is narrowed", || {
        let records = jiaxing.subject(&code(1)).ok()?.records;
        let of_list = |name: &Option<String>| name.as_deref() == Some("严重失信主体名单");
        let mut listed = records.iter().filter(|it| of_list(&it.item_name_zh));
        listed.any(|it| it.standing == Standing::Narrowed).then_some(())
    });
    // Run again, nothing is left to do, and nothing that has ended is listed anew.
    let again: Value = until("what was said is signed", || {
        let again: Value = serde_json::from_slice(&succeed(repair)).unwrap();
        let codes = again["passed_over"].as_array().unwrap().iter();
        let pending = codes.into_iter().any(|it| it["code"] == "NOTICE_PENDING");
        (!pending).then_some(again)
    });
    for said in ["records", "listings"] {
        assert_eq!(again[said].as_array().unwrap().len(), 0, "{again}");
    }
    let listed = jiaxing.list_from_records(&from_records("yzsx", false), None).unwrap();
    assert_eq!(listed.said.len(), 0, "{listed:?}");
}
