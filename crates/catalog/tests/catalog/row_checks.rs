//! Every rule of the shipped items: what it accepts beside what it finds.

use crate::rows::{Row, penalties, penalty, penalty_of_person, permit, permits, person, uscc};
use tiaoxi_catalog::{Checked, Item};

/// The findings as `field code` or `-`, code, and `!` behind an error.
pub(crate) fn found(item: &Item, checked: &Checked) -> Vec<String> {
    let errors = checked.findings.iter().any(|finding| finding.severity.as_str() == "error");
    assert_eq!(checked.record.is_none(), errors, "{:?}", checked.findings);
    checked
        .findings
        .iter()
        .map(|finding| {
            let field = item.fields().iter().find(|field| Some(field.number) == finding.field);
            let mark = if finding.severity.as_str() == "error" { "!" } else { "" };
            format!("{} {}{mark}", field.map_or("-", |field| field.code.as_str()), finding.code)
        })
        .collect()
}

/// Checks rows of one item against the findings expected, none for a good row.
struct Expect {
    item: Item,
}

impl Expect {
    fn of(&self, row: &Row, expected: &[&str]) {
        let checked = row.check(&self.item);
        assert_eq!(found(&self.item, &checked), expected, "{:?}", checked.findings);
    }
}

fn penalty_rows() -> Expect {
    Expect { item: penalties() }
}

fn permit_rows() -> Expect {
    Expect { item: permits() }
}

#[test]
fn good_rows_have_no_findings() {
    penalty_rows().of(&penalty(), &[]);
    penalty_rows().of(&penalty_of_person(), &[]);
    permit_rows().of(&permit(), &[]);
}

#[test]
fn required_fields_must_be_filled() {
    let expect = penalty_rows();
    expect.of(&penalty().without("CF_XDR_MC"), &["CF_XDR_MC REQUIRED_MISSING!"]);
    expect.of(&penalty().with("CF_XDR_MC", " \u{3000}\t"), &["CF_XDR_MC REQUIRED_MISSING!"]);
    expect.of(&penalty().without("BZ"), &[]);
    expect.of(&penalty().without("CF_XDR_LB"), &["CF_XDR_LB REQUIRED_MISSING!"]);
}

#[test]
fn lengths_count_characters_and_not_bytes() {
    let expect = penalty_rows();
    expect.of(&penalty().with("CF_XDR_MC", &"竹".repeat(200)), &[]);
    expect.of(&penalty().with("CF_XDR_MC", &"竹".repeat(201)), &["CF_XDR_MC TOO_LONG!"]);
    expect.of(&penalty().with("CF_XDR_SWDJ", "330523TX0000012"), &[]);
    expect.of(&penalty().with("CF_XDR_SWDJ", "330523TX00000123"), &["CF_XDR_SWDJ TOO_LONG!"]);
    expect.of(&penalty().with("CF_SY", &"竹".repeat(30_000)), &["- ROW_TOO_LONG!"]);
}

#[test]
fn characters_that_nobody_sees_are_refused() {
    let expect = penalty_rows();
    expect.of(&penalty().with("BZ", "第一行\n第二行\t完"), &[]);
    expect.of(&penalty().with("BZ", "一\u{0}二"), &["BZ CONTROL_CHARACTER!"]);
    expect.of(&penalty().with("BZ", "一\u{202e}二"), &["BZ CONTROL_CHARACTER!"]);
    expect.of(&penalty().with("BZ", "一\u{fffd}二"), &["BZ GARBLED_TEXT"]);
}

#[test]
fn the_kind_of_penalty_is_of_either_list_and_may_be_several() {
    let expect = penalty_rows();
    expect.of(&penalty().with("CF_CFLB", "罚款、通报批评、行政拘留"), &[]);
    expect.of(&penalty().with("CF_CFLB", "罚款;其他-责令改正"), &[]);
    expect.of(&penalty().with("CF_CFLB", "罚款;其他"), &["CF_CFLB CHOICE_OTHER_UNNAMED"]);
    expect.of(&penalty().with("CF_CFLB", "罚钱"), &["CF_CFLB CHOICE_UNKNOWN!"]);
}

#[test]
fn an_amount_or_licence_is_needed_where_the_kind_of_penalty_calls_for_it() {
    let expect = penalty_rows();
    expect.of(&penalty().without("CF_NR_FK"), &["CF_NR_FK CONDITIONAL_MISSING!"]);
    expect.of(&penalty().with("CF_CFLB", "警告").without("CF_NR_FK"), &[]);
    for kind in ["没收违法所得", "没收非法财物", "没收违法所得、没收非法财物"]
    {
        let confiscated = penalty().with("CF_CFLB", kind);
        expect.of(&confiscated, &["CF_NR_WFFF CONDITIONAL_MISSING!"]);
        expect.of(&confiscated.with("CF_NR_WFFF", "1.5"), &[]);
    }
    for kind in ["暂扣许可证件", "吊销许可证件", "暂扣或者吊销许可证、暂扣或者吊销执照"]
    {
        let revoked = penalty().with("CF_CFLB", kind);
        expect.of(&revoked, &["CF_NR_ZKDX CONDITIONAL_MISSING!"]);
        expect.of(&revoked.with("CF_NR_ZKDX", "示例许可证 TX-1"), &[]);
    }
}

#[test]
fn amounts_are_decimals_of_18_digits_with_6_behind_the_point() {
    let expect = penalty_rows();
    for (text, expected) in [
        ("0.2", None),
        ("123456789012.123456", None),
        ("2000元", Some("CF_NR_FK DECIMAL_INVALID!")),
        ("1,000", Some("CF_NR_FK DECIMAL_INVALID!")),
        ("-1", Some("CF_NR_FK DECIMAL_NEGATIVE!")),
        ("1234567890123", Some("CF_NR_FK DECIMAL_TOO_LARGE!")),
        ("0.0000001", Some("CF_NR_FK DECIMAL_TOO_PRECISE!")),
    ] {
        expect.of(&penalty().with("CF_NR_FK", text), expected.as_slice());
    }
}

#[test]
fn dates_exist_and_stand_in_order() {
    let expect = penalty_rows();
    expect.of(&penalty().with("CF_JDRQ", "2026-11-24"), &[]);
    expect.of(&penalty().with("CF_JDRQ", "2026-11-25"), &["CF_JDRQ DATE_IN_FUTURE!"]);
    expect.of(&penalty().with("CF_JDRQ", "2024-13-01"), &["CF_JDRQ DATE_INVALID!"]);
    expect.of(&penalty().with("CF_JDRQ", "1949-10-01"), &["CF_JDRQ DATE_OUT_OF_RANGE!"]);
    expect.of(&penalty().with("CF_YXQ", "2026-11-05"), &[]);
    expect.of(&penalty().with("CF_YXQ", "2026-11-04"), &["CF_YXQ DATE_ORDER!"]);
    expect.of(&penalty().with("CF_YXQ", "2100-01-01"), &["CF_YXQ DATE_AFTER_LONG_TERM"]);
    expect.of(&penalty().with("CF_GSJZQ", "2026-11-04"), &["CF_GSJZQ DATE_ORDER!"]);
    let expect = permit_rows();
    expect.of(&permit().with("XK_YXQZ", "2026-12-01"), &[]);
    expect.of(&permit().with("XK_YXQZ", "2031-11-02"), &["XK_YXQZI DATE_ORDER!"]);
    let ended = permit().with("XK_YXQZ", "2026-10-01").with("XK_YXQZI", "2026-11-01");
    expect.of(&ended, &["XK_YXQZI DATE_ORDER!"]);
    expect.of(&permit().with("XK_YXQZI", "2099/12/31"), &[]);
}

#[test]
fn codes_hold_their_checks() {
    let expect = penalty_rows();
    for (text, expected) in [
        (uscc("91", 77).to_lowercase(), None),
        ("91 110000 600037341L".to_owned(), None),
        ("91350203M0001FUE2P".to_owned(), Some("CF_XDR_SHXYM CODE_PILOT_EXCEPTION")),
        ("91350203M0001FUE2R".to_owned(), Some("CF_XDR_SHXYM CODE_CHECK_DIGIT!")),
        ("123456789012345678".to_owned(), Some("CF_XDR_SHXYM CODE_ORGANISATION_CHECK_DIGIT!")),
        ("9111000060003".to_owned(), Some("CF_XDR_SHXYM CODE_LENGTH!")),
        ("9111000060003I341L".to_owned(), Some("CF_XDR_SHXYM CODE_ALPHABET!")),
        ("A1110000600037341L".to_owned(), Some("CF_XDR_SHXYM CODE_FORMAT!")),
    ] {
        expect.of(&penalty().with("CF_XDR_SHXYM", &text), expected.as_slice());
    }
    expect.of(&penalty().with("CF_XDR_ZZJG", "D2143569-X"), &[]);
    expect.of(&penalty().with("CF_XDR_ZZJG", "D2143569X"), &[]);
    let wrong = penalty().with("CF_XDR_ZZJG", "D21435690");
    expect.of(&wrong, &["CF_XDR_ZZJG CODE_ORGANISATION_CHECK_DIGIT!"]);
    expect.of(&penalty().with("CF_CFJGDM", &uscc("11", 9)), &[]);
    expect.of(&penalty().with("CF_CFJGDM", "TX"), &["CF_CFJGDM CODE_LENGTH!"]);
    for nothing in ["无", "/", "——", "n/a", " - "] {
        let row = penalty().with("CF_XDR_GSZC", nothing);
        expect.of(&row, &["CF_XDR_GSZC PLACEHOLDER!"]);
    }
}

#[test]
fn somebody_but_a_person_has_one_code_of_the_group_at_least() {
    let expect = penalty_rows();
    let bare = penalty().without("CF_XDR_SHXYM");
    expect.of(&bare, &["CF_XDR_SHXYM GROUP_MISSING!"]);
    for (code, text) in [
        ("CF_XDR_GSZC", "330523000000001"),
        ("CF_XDR_ZZJG", "D2143569X"),
        ("CF_XDR_SWDJ", "330523TX0000012"),
        ("CF_XDR_SYDW", "133052300001"),
        ("CF_XDR_SHZZ", "浙演示字第1号"),
    ] {
        expect.of(&bare.clone().with(code, text), &[]);
    }
}

#[test]
fn a_person_has_an_identity_document_and_its_number() {
    let expect = penalty_rows();
    let row = penalty_of_person;
    expect.of(&row().without("CF_XDR_ZJLX"), &["CF_XDR_ZJLX CONDITIONAL_MISSING!"]);
    expect.of(&row().without("CF_XDR_ZJHM"), &["CF_XDR_ZJHM CONDITIONAL_MISSING!"]);
    expect.of(&row().with("CF_XDR_ZJHM", "11010519491231002x"), &[]);
    let wrong = |text| row().with("CF_XDR_ZJHM", text);
    expect.of(&wrong("110105194912310021"), &["CF_XDR_ZJHM CODE_CHECK_DIGIT!"]);
    expect.of(&wrong("110105194902300020"), &["CF_XDR_ZJHM CODE_BIRTH_DATE!"]);
    expect.of(&wrong("E12345678"), &["CF_XDR_ZJHM CODE_LENGTH!"]);
    expect.of(&wrong("E12345678").with("CF_XDR_ZJLX", "护照号"), &[]);
    expect.of(&row().with("CF_XDR_ZJLX", "其他"), &["CF_XDR_ZJLX CHOICE_OTHER_UNNAMED!"]);
    let firm = penalty().with("CF_XDR_ZJHM", &person());
    expect.of(&firm, &["CF_XDR_ZJHM UNEXPECTED_VALUE"]);
}

#[test]
fn a_legal_person_has_a_representative() {
    let expect = penalty_rows();
    expect.of(&penalty().without("CF_FRDB"), &["CF_FRDB CONDITIONAL_MISSING!"]);
    let trader = penalty().with("CF_XDR_LB", "个体工商户").with("CF_XDR_SHXYM", &uscc("92", 5));
    expect.of(&trader, &[]);
    expect.of(&trader.without("CF_FRDB"), &["CF_FRDB CONDITIONAL_MISSING"]);
    let typed = penalty().with("CF_FR_ZJLX", "身份证");
    expect.of(&typed.clone().with("CF_FR_ZJHM", &person()), &[]);
    expect.of(&typed.with("CF_FR_ZJHM", "1"), &["CF_FR_ZJHM CODE_LENGTH"]);
}

#[test]
fn codes_that_begin_91_or_92_fit_the_class() {
    let expect = penalty_rows();
    let class = |code: &str, class: &str| {
        penalty().with("CF_XDR_SHXYM", &uscc(code, 6)).with("CF_XDR_LB", class)
    };
    expect.of(&class("91", "法人及非法人组织"), &[]);
    expect.of(&class("92", "个体工商户"), &[]);
    expect.of(&class("93", "法人及非法人组织"), &[]);
    expect.of(&class("91", "个体工商户"), &["CF_XDR_SHXYM CODE_CLASS_MISMATCH!"]);
    expect.of(&class("92", "法人及非法人组织"), &["CF_XDR_SHXYM CODE_CLASS_MISMATCH!"]);
    expect.of(&class("92", "公司"), &["CF_XDR_LB CHOICE_UNKNOWN!"]);
}

#[test]
fn kinds_of_data_that_the_law_forbids_are_found_in_free_text() {
    let expect = penalty_rows();
    let person = |text| penalty_of_person().with("CF_SY", text);
    let firm = |text| penalty().with("CF_SY", text);
    expect.of(&person("当事人血型为示例"), &["CF_SY FORBIDDEN_DATA!"]);
    expect.of(&firm("登记了员工的宗教信仰"), &["CF_SY FORBIDDEN_DATA!"]);
    expect.of(&person("当事人患有示例病"), &["CF_SY FORBIDDEN_DATA!"]);
    expect.of(&firm("一名员工患有示例病"), &["CF_SY FORBIDDEN_DATA"]);
    expect.of(&person("销售转基因食品和指纹锁"), &[]);
    expect.of(&person("销售转基因食品，并采集指纹"), &["CF_SY FORBIDDEN_DATA!"]);
    expect.of(&person("隐瞒收入"), &["CF_SY CONSENT_NEEDED"]);
    expect.of(&firm("隐瞒收入"), &[]);
    // Not in a name: firms are called so.
    expect.of(&penalty().with("CF_XDR_MC", "示例基因科技有限公司"), &[]);
}

#[test]
fn a_citizen_number_in_free_text_is_found() {
    let text = format!("示例甲（{}）到场", person());
    penalty_rows().of(&penalty().with("CF_SY", &text), &["CF_SY PERSON_NUMBER_IN_TEXT"]);
    penalty_rows().of(&penalty().with("CF_SY", "文号999999199912310000"), &[]);
}

#[test]
fn permits_have_their_own_values() {
    let expect = permit_rows();
    expect.of(&permit().with("XK_XKLB", "其他-备案"), &[]);
    expect.of(&permit().with("XK_XKLB", "其他"), &["XK_XKLB CHOICE_OTHER_UNNAMED!"]);
    expect.of(&permit().with("XK_XKLB", "06"), &["XK_XKLB CHOICE_OTHER_UNNAMED!"]);
    expect.of(&permit().with("XK_XKLB", "04"), &[]);
    expect.of(&permit().with("XK_ZT", "有效"), &[]);
    expect.of(&permit().with("XK_ZT", "3"), &["XK_ZT CHOICE_UNKNOWN!"]);
    let certified = permit().with("XK_XKZS", "示例生产许可证");
    expect.of(&certified, &["XK_XKBH CONDITIONAL_MISSING"]);
    expect.of(&certified.with("XK_XKBH", "TX-7"), &[]);
    let old = permit().without("XK_XDR_SHXYM").with("XK_XDR_GSZC", "330523000000001");
    expect.of(&old, &["XK_XDR_SHXYM CONDITIONAL_MISSING"]);
}

#[test]
fn a_switch_changes_the_level_of_its_rules() {
    let text = include_str!("../../../../configs/catalog/xzcf.toml");
    let switch = "[switches.fine-needs-amount]\nlevel = \"error\"";
    assert!(text.contains(switch));
    let level = |level: &str| {
        let changed = switch.replace("error", level);
        Expect { item: Item::parse(&text.replace(switch, &changed)).expect("still consistent") }
    };
    let row = penalty().without("CF_NR_FK");
    level("error").of(&row, &["CF_NR_FK CONDITIONAL_MISSING!"]);
    level("warning").of(&row, &["CF_NR_FK CONDITIONAL_MISSING"]);
    level("off").of(&row, &[]);
}

#[test]
fn no_finding_repeats_a_number_of_a_person() {
    let expect = penalty_rows();
    let number = person();
    let wrong = format!("{}{}", number.get(..17).expect("ASCII"), "0");
    for field in expect.item.fields() {
        for secret in [&number, &wrong, &"E1234567".to_owned()] {
            let checked = penalty_of_person().with(&field.code, secret).check(&expect.item);
            for finding in checked.findings {
                let texts = format!("{}{}", finding.zh, finding.en);
                assert!(!texts.contains(secret.as_str()), "{}: {texts}", field.code);
            }
        }
    }
}
