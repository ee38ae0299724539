//! Every catalogue file of the repository: its example is accepted, and what is wrong with a row of
//! it is named. Items that this crate's code has never heard of.

use std::sync::LazyLock;

use crate::row_checks::found;
use crate::rows::{Row, TODAY, person};
use tiaoxi_catalog::{Catalog, Item, RowView, Severity};

const FILES: [&str; 8] = [
    include_str!("../../../../configs/catalog/xzxk.toml"),
    include_str!("../../../../configs/catalog/xzcf.toml"),
    include_str!("../../../../configs/catalog/xzqz.toml"),
    include_str!("../../../../configs/catalog/xzjl.toml"),
    include_str!("../../../../configs/catalog/xycn.toml"),
    include_str!("../../../../configs/catalog/yzsx.toml"),
    include_str!("../../../../configs/catalog/hypj.toml"),
    include_str!("../../../../configs/catalog/xyxf.toml"),
];

fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        let items = FILES.iter().map(|file| Item::parse(file).expect("a shipped file"));
        Catalog::new(items.collect()).expect("items that fit together")
    });
    &CATALOG
}

/// The example of an item, to be changed cell by cell.
fn example(item: &Item) -> Row {
    let cells = item.fields().iter().map(|field| (field.code.as_str(), field.example.as_str()));
    Row::of(cells)
}

#[test]
fn every_file_of_the_repository_is_tested_here() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/catalog");
    let files = std::fs::read_dir(dir).expect("the catalogue").count();
    assert_eq!(files, FILES.len());
    let listed: Vec<_> =
        catalog().iter().map(|item| (item.number(), item.slug().to_owned())).collect();
    let expected = ["xzxk", "xzcf", "xzqz", "xzjl", "xycn", "yzsx", "hypj", "xyxf"];
    assert_eq!(listed, (1..).zip(expected.map(str::to_owned)).collect::<Vec<_>>());
}

#[test]
fn the_example_of_every_item_is_accepted_without_a_word_and_shows_no_person() {
    for item in catalog().iter() {
        let cells = item.example();
        let checked = item.check(RowView { number: 1, cells: &cells, derives_class: false }, TODAY);
        assert_eq!(checked.findings, [], "{}", item.slug());
        assert_eq!(checked.cleaned, 0, "{}", item.slug());
        let record = checked.record.expect("accepted");
        assert!(record.subject.name.contains("示例") && record.document.contains("演示"));
        assert!(record.subject.codes.iter().all(|code| code.code.contains("TX")));
        assert!(record.authority.contains("TX"));
        for field in item.fields().iter().filter(|field| field.required) {
            assert!(!field.example.is_empty(), "{} {}", item.slug(), field.code);
        }
        let row = item.row_of(&record);
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        let again = item.check(RowView { number: 1, cells: &row, derives_class: false }, TODAY);
        assert_eq!(again.record.as_ref(), Some(&record));
    }
}

#[test]
fn only_permits_and_penalties_have_a_deadline_and_earlier_formats() {
    for item in catalog().iter() {
        let two = ["xzxk", "xzcf"].contains(&item.slug());
        assert_eq!(item.deadline().map(|rule| rule.workdays), two.then_some(7));
        let years: Vec<u16> = item.generations().iter().map(|old| old.year).collect();
        assert_eq!(years, if two { vec![2018, 2016] } else { vec![] });
        for old in item.generations() {
            assert!(!old.source.is_empty() && old.derives_class);
            assert!(old.implied().iter().all(|implied| !implied.source.is_empty()));
            let class = item.fields().iter().position(|field| field.code.ends_with("XDR_LB"));
            assert!(old.lacks(class.expect("a class")));
        }
    }
}

#[test]
fn every_item_says_where_its_fields_and_rules_come_from() {
    for item in catalog().iter() {
        assert!(item.fields().iter().all(|field| !field.source.is_empty()));
        assert!(item.rules().iter().all(|rule| !rule.source.is_empty()));
        assert!(item.switches().iter().all(|switch| !switch.note.is_empty()));
        // A rule from memory stands under a switch.
        for rule in item.rules().iter().filter(|rule| rule.source.contains("凭记忆")) {
            assert!(rule.switch.is_some(), "{} {:?}", item.slug(), rule.fields);
        }
    }
}

#[track_caller]
fn check(slug: &str, change: &[(&str, &str)], expected: &[&str]) {
    let item = catalog().by_slug(slug).expect("an item");
    let row = change.iter().fold(example(item), |row, (code, text)| row.with(code, text));
    let checked = row.check(item);
    assert_eq!(found(item, &checked), expected, "{change:?}: {:?}", checked.findings);
    let errors = checked.findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(checked.record.is_none(), errors);
}

#[test]
fn coercion_has_kind_term_and_end() {
    check("xzqz", &[("QZ_LB", "查封场所、设施或者财物、扣押财物")], &[]);
    check("xzqz", &[("QZ_LB", "罚款")], &["QZ_LB CHOICE_UNKNOWN!"]);
    check("xzqz", &[("QZ_LB", "其他-示例措施")], &[]);
    check("xzqz", &[("QZ_XZ", "处罚")], &["QZ_XZ CHOICE_UNKNOWN!"]);
    check("xzqz", &[("QZ_QXZ", "")], &["QZ_QXZ CONDITIONAL_MISSING"]);
    check("xzqz", &[("QZ_QXZ", ""), ("QZ_XZ", "行政强制执行"), ("QZ_LB", "代履行")], &[]);
    check("xzqz", &[("QZ_LB", "冻结存款、汇款")], &["QZ_JE CONDITIONAL_MISSING"]);
    check("xzqz", &[("QZ_LB", "冻结存款、汇款"), ("QZ_JE", "12.5")], &[]);
    check("xzqz", &[("QZ_QXZ", "2026-01-04")], &["QZ_QXZ DATE_ORDER!", "QZ_QXZ DATE_ORDER!"]);
    check("xzqz", &[("QZ_JCRQ", "2026-01-20")], &[]);
    check("xzqz", &[("QZ_JCRQ", "2027-01-20")], &["QZ_JCRQ DATE_IN_FUTURE!"]);
    check("xzqz", &[("QZ_SY", "当事人血型示例")], &["QZ_SY FORBIDDEN_DATA!"]);
}

#[test]
fn a_reward_with_money_names_the_amount() {
    check("xzjl", &[("JL_JE", "")], &["JL_JE CONDITIONAL_MISSING"]);
    check("xzjl", &[("JL_JE", ""), ("JL_LB", "通报表彰")], &[]);
    check("xzjl", &[("JL_LB", "升职")], &["JL_LB CHOICE_UNKNOWN!"]);
    check("xzjl", &[("JL_JB", "村级")], &["JL_JB CHOICE_UNKNOWN"]);
    check("xzjl", &[("JL_MC", "")], &["JL_MC REQUIRED_MISSING!"]);
    check("xzjl", &[("JL_YXQ", "2025-12-31")], &["JL_YXQ DATE_ORDER!"]);
}

#[test]
fn a_commitment_says_what_follows_and_whether_it_was_kept() {
    check("xycn", &[("CN_YS", "")], &["CN_YS REQUIRED_MISSING!"]);
    check("xycn", &[("CN_GK", "同意")], &[]);
    check("xycn", &[("CN_GK", "再说")], &["CN_GK CHOICE_UNKNOWN!"]);
    check("xycn", &[("CN_LX", "其他")], &["CN_LX CHOICE_OTHER_UNNAMED!"]);
    check("xycn", &[("CN_LX", "其他-示例型")], &[]);
    let broken =
        [("CN_LY", "未履行"), ("CN_LYRQ", "2026-06-01"), ("CN_LYSM", "未按期整改（示例）")];
    check("xycn", &broken, &[]);
    let unexplained = ["CN_LYRQ CONDITIONAL_MISSING", "CN_LYSM CONDITIONAL_MISSING!"];
    check("xycn", &[("CN_LY", "虚假承诺")], &unexplained);
    let early = [("CN_LY", "已履行"), ("CN_LYRQ", "2026-01-04")];
    check("xycn", &early, &["CN_LYRQ DATE_ORDER!"]);
}

#[test]
fn the_telephone_of_a_contact_is_never_quoted() {
    let item = catalog().by_slug("xycn").expect("an item");
    let phone = item.fields().iter().find(|field| field.code == "CN_LXDH").expect("a field");
    assert!(phone.personal);
    let checked = example(item).with("CN_LXDH", "0572-1234567 转 8，或 13800000000").check(item);
    assert_eq!(found(item, &checked), ["CN_LXDH TOO_LONG!"]);
    for said in checked.findings.iter().flat_map(|finding| [&finding.zh, &finding.en]) {
        assert!(!said.contains("1234567") && !said.contains("138"), "{said}");
    }
}

#[test]
fn a_listing_needs_decision_notice_answer_persons_and_a_national_standard() {
    for code in ["MD_WSH", "MD_GZWH", "MD_GZRQ", "MD_CSSB", "MD_BZ_MC", "MD_BZ_BB", "MD_JJ"] {
        check("yzsx", &[(code, "")], &[&format!("{code} REQUIRED_MISSING!")]);
    }
    check("yzsx", &[("MD_ZRR", "")], &["MD_ZRR CONDITIONAL_MISSING!"]);
    check("yzsx", &[("MD_BZ_CJ", "地方标准")], &["MD_BZ_CJ CHOICE_UNKNOWN!"]);
    check("yzsx", &[("MD_BZ_CJ", "法律")], &[]);
    check("yzsx", &[("MD_GZRQ", "2026-01-06")], &["MD_RQ DATE_ORDER!"]);
    check("yzsx", &[("MD_CSSB", "提出未采纳")], &["MD_FHYJ CONDITIONAL_MISSING!"]);
    check("yzsx", &[("MD_CSSB", "提出未采纳"), ("MD_FHYJ", "理由不成立（示例）")], &[]);
    check("yzsx", &[("MD_CSYJ", "")], &["MD_CSYJ CONDITIONAL_MISSING!"]);
    check("yzsx", &[("MD_CSYJ", ""), ("MD_CS", "")], &[]);
    check("yzsx", &[("MD_XW", "屡教不改")], &["MD_XW CHOICE_UNKNOWN!"]);
    check("yzsx", &[("MD_QXZ", "2025-01-04")], &["MD_QXZ DATE_ORDER!"]);
}

#[test]
fn a_grade_has_model_version_period_and_a_way_to_object() {
    for code in ["PJ_BH", "PJ_MX", "PJ_MX_BB", "PJ_QQ", "PJ_YYQD"] {
        check("hypj", &[(code, "")], &[&format!("{code} REQUIRED_MISSING!")]);
    }
    for grade in ["优秀", "良好", "中等", "较差", "差"] {
        check("hypj", &[("PJ_DJ", grade)], &[]);
    }
    check("hypj", &[("PJ_DJ", "A级")], &["PJ_DJ CHOICE_UNKNOWN!"]);
    check("hypj", &[("PJ_DJ", "差"), ("PJ_SM", "")], &["PJ_SM CONDITIONAL_MISSING"]);
    check("hypj", &[("PJ_QZ", "2024-12-31")], &["PJ_QZ DATE_ORDER!"]);
    check("hypj", &[("PJ_QZ", "2026-03-31")], &["PJ_RQ DATE_ORDER"]);
    check("hypj", &[("PJ_DF", "8.655")], &["PJ_DF DECIMAL_TOO_PRECISE!"]);
}

#[test]
fn a_decision_names_what_it_is_about_and_follows_its_application() {
    for code in ["XF_LX", "XF_WSH", "XF_YWSH", "XF_YJGDM", "XF_SQRQ", "XF_RQ", "XF_QD"] {
        check("xyxf", &[(code, "")], &[&format!("{code} REQUIRED_MISSING!")]);
    }
    for (kind, findings) in [
        ("信用修复", &[][..]),
        ("准予修复", &[]),
        ("异议成立", &[]),
        ("异议不成立", &[]),
        ("撤回", &["XF_LX CHOICE_UNKNOWN!"]),
    ] {
        check("xyxf", &[("XF_LX", kind)], findings);
    }
    check("xyxf", &[("XF_LX", "异议成立"), ("XF_SM", "")], &[]);
    check("xyxf", &[("XF_LX", "异议不成立"), ("XF_SM", "")], &["XF_SM CONDITIONAL_MISSING"]);
    check("xyxf", &[("XF_SQRQ", "2026-05-08")], &[]);
    check("xyxf", &[("XF_SQRQ", "2026-05-09")], &["XF_RQ DATE_ORDER!"]);
    check("xyxf", &[("XF_RQ", "2026-11-25")], &["XF_RQ DATE_IN_FUTURE!"]);
    check("xyxf", &[("XF_QD", "口头")], &["XF_QD CHOICE_UNKNOWN"]);
    check("xyxf", &[("XF_YJGDM", "11330521TX0002015N")], &["XF_YJGDM CODE_CHECK_DIGIT!"]);
    check("xyxf", &[("XF_SM", "当事人血型示例")], &["XF_SM FORBIDDEN_DATA!"]);
}

#[test]
fn persons_and_sole_traders_are_told_apart_in_every_new_item() {
    let number = person();
    for (slug, p) in [
        ("xzqz", "QZ"),
        ("xzjl", "JL"),
        ("xycn", "CN"),
        ("yzsx", "MD"),
        ("hypj", "PJ"),
        ("xyxf", "XF"),
    ] {
        let field = |name: &str| format!("{p}_{name}");
        let (class, unified, kind, identity, name) = (
            field("XDR_LB"),
            field("XDR_SHXYM"),
            field("XDR_ZJLX"),
            field("XDR_ZJHM"),
            field("FRDB"),
        );
        let mut human: Vec<(&str, &str)> =
            vec![(&class, "自然人"), (&unified, ""), (&kind, "身份证"), (&identity, &number)];
        let item = catalog().by_slug(slug).expect("an item");
        // A decision on a repair has no use for the representative.
        if item.field_index(&name).is_some() {
            human.push((&name, ""));
            check(slug, &[(&name, "")], &[&format!("{name} CONDITIONAL_MISSING")]);
        }
        check(slug, &human, &[]);
        check(slug, &[(&unified, "")], &[&format!("{unified} CONDITIONAL_MISSING!")]);
        check(slug, &[(&class, "个体工商户")], &[&format!("{unified} CODE_CLASS_MISMATCH!")]);
    }
}
