//! Records of repairs and objections, and the decisions that they become.

use tiaoxi_catalog::supervision::{Outcome, OutcomeDecision, SourceFault};
use tiaoxi_credit::{CodeScheme, Field, SubjectClass};

use crate::shipped::{day, item, person, record, source};

fn decision(change: &[(&str, &str)]) -> Result<OutcomeDecision, SourceFault> {
    source("xyxf").decision(item("xyxf"), &record("xyxf", change))
}

#[test]
fn a_row_becomes_a_decision_with_what_it_is_about() {
    let made = decision(&[]).expect("a decision");
    let expected = OutcomeDecision {
        outcome: Outcome::Repair,
        subject: made.subject.clone(),
        document: "演示信用修〔2026〕1号".to_owned(),
        applied: day("2026-05-06"),
        decided: day("2026-05-08"),
        of_document: "演示市监罚〔2026〕1号".to_owned(),
        of_authority: "11330521TX0002015M".to_owned(),
        reason: "已履行处罚决定并完成整改（示例）。".to_owned(),
    };
    assert_eq!(made, expected);
    assert_eq!(made.subject.name, "德清示例建材有限公司");
    for (word, outcome) in [
        ("信用修复", Outcome::Repair),
        ("异议成立", Outcome::ObjectionUpheld),
        ("异议不成立", Outcome::ObjectionDismissed),
        ("异议不予采纳", Outcome::ObjectionDismissed),
    ] {
        let made = decision(&[("XF_LX", word)]).expect("a decision");
        assert_eq!(made.outcome, outcome, "{word}");
        assert!(word.contains(outcome.label()) || word == "异议不予采纳");
        assert!(outcome.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
    assert_eq!(decision(&[("XF_SM", "")]).map(|made| made.reason), Ok(String::new()));
}

#[test]
fn a_person_may_repair_a_record_though_never_be_listed() {
    let number = person();
    let made = decision(&[
        ("XF_XDR_LB", "自然人"),
        ("XF_XDR_MC", "示例某"),
        ("XF_XDR_SHXYM", ""),
        ("XF_XDR_ZJLX", "身份证"),
        ("XF_XDR_ZJHM", &number),
    ]);
    let subject = made.expect("a decision").subject;
    assert_eq!(subject.class, SubjectClass::NATURAL_PERSON);
    let principal = subject.principal_code().expect("a code");
    assert_eq!((principal.scheme, principal.code.as_str()), (CodeScheme::CITIZEN, number.as_str()));
}

#[test]
fn a_record_that_passed_no_check_is_refused_with_the_field() {
    let number = person();
    let with_number = format!("申请人 {number}");
    for (code, text, expected) in [
        ("XF_LX", "撤回", "UNKNOWN_OUTCOME"),
        ("XF_LX", "", "MISSING"),
        ("XF_YWSH", "", "MISSING"),
        ("XF_YJGDM", "", "MISSING"),
        ("XF_SQRQ", "", "MISSING"),
        ("XF_SQRQ", "昨天", "BAD_DAY"),
        ("XF_SQRQ", "2026-05-09", "DATES_OUT_OF_ORDER"),
        ("XF_SM", &with_number, "PERSON_NUMBER"),
    ] {
        let field = item("xyxf").fields().iter().find(|field| field.code == code);
        let field_number = field.expect("a field").number;
        let mut row = record("xyxf", &[]);
        row.fields.retain(|field| field.number != field_number);
        row.fields.push(Field { number: field_number, text: text.to_owned() });
        let fault = source("xyxf").decision(item("xyxf"), &row).expect_err("refused");
        assert_eq!(fault.code(), expected, "{code} {text}");
        assert!(!fault.zh().contains(&number) && !fault.en().contains(&number));
    }
    let row = record("xyxf", &[]);
    let fault = source("xyxf").decision(item("yzsx"), &row).expect_err("refused");
    assert_eq!(fault.code(), "WRONG_ITEM");
}
