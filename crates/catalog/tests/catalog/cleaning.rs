//! What is cleaned in a cell, what is counted as cleaned, and dates in every spelling.

use crate::row_checks::found;
use crate::rows::{Row, penalties, penalty, permit, permits, uscc};
use tiaoxi_catalog::Item;

/// The text of a field in the record, and the number of cells that were cleaned.
#[track_caller]
fn check(item: &Item, row: Row, code: &str, text: &str, expected: &str, cleaned: u16) {
    let checked = row.with(code, text).check(item);
    let index = item.field_index(code).expect("a field");
    let row = checked.record.map(|record| item.row_of(&record)).unwrap_or_default();
    assert_eq!(
        row.get(index).map(String::as_str),
        Some(expected),
        "{text}: {:?}",
        checked.findings
    );
    assert_eq!(checked.cleaned, cleaned, "{text}");
}

#[test]
fn full_width_and_stray_blanks_are_cleaned_and_counted_by_cell() {
    let item = penalties();
    let name = |text| check(&item, penalty(), "CF_XDR_MC", text, "安吉示例竹业有限公司", 1);
    for text in [
        " 安吉示例竹业有限公司",
        "安吉示例竹业有限公司\u{3000}",
        "安吉示例 竹业有限公司",
        "安吉示例\u{a0}竹业\n有限公司",
        "安吉示例竹业\u{200b}有限公司",
        "\u{feff}安吉示例竹业有限公司\r\n",
    ] {
        name(text);
    }
    check(&item, penalty(), "CF_XDR_MC", "示例（安吉）公司", "示例（安吉）公司", 0);
    let code = uscc("91", 1);
    let wide: String =
        code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("full width")).collect();
    check(&item, penalty(), "CF_XDR_SHXYM", &wide, &code, 1);
    check(&item, penalty(), "CF_XDR_SHXYM", &code.replace('0', "0 "), &code, 1);
    check(&item, penalty(), "CF_XDR_SHXYM", &code.to_lowercase(), &code, 0);
    check(&item, penalty(), "CF_WSH", "演示市监罚〔２０２６〕 １２号", "演示市监罚〔2026〕12号", 1);
    check(&item, penalty(), "CF_NR_FK", "０．２", "0.2", 1);
    check(&item, penalty(), "CF_NR_FK", "0.20", "0.2", 0);
    check(&item, penalty(), "CF_NR_ZKDX", "示例许可证  ＴＸ－１", "示例许可证 TX－1", 1);
    check(&item, penalty(), "CF_XDR_ZZJG", "D2143569－X", "D2143569X", 1);
    check(&item, penalty(), "CF_XDR_ZZJG", "D2143569-X", "D2143569X", 0);
}

#[test]
fn listed_values_are_recognised_in_full_width_and_between_blanks() {
    let item = penalties();
    check(&item, penalty(), "CF_CFLB", "警告；罚款", "警告;罚款", 0);
    check(&item, penalty(), "CF_CFLB", "警 告；罚款", "警告;罚款", 1);
    check(&item, penalty(), "CF_CFLB", "警告｜罚\u{3000}款", "警告;罚款", 1);
    check(&item, penalty(), "CF_XDR_LB", "法人及非\n法人组织", "法人及非法人组织", 1);
    check(&permits(), permit(), "XK_XKLB", "０４", "核准", 1);
    check(&permits(), permit(), "XK_ZT", "１", "1", 1);
    let row = penalty().with("CF_CFLB", "罚 钱");
    assert_eq!(found(&item, &row.check(&item)), ["CF_CFLB CHOICE_UNKNOWN!"]);
}

#[test]
fn narrative_texts_are_trimmed_and_otherwise_kept() {
    let item = penalties();
    let text = "当事人  销售１２件\u{3000}示例商品。\n（一）";
    check(&item, penalty(), "CF_SY", text, text, 0);
    check(&item, penalty(), "CF_SY", &format!("  {text}\n"), text, 1);
    // A cell of blanks is an empty cell; nothing was cleaned.
    check(&item, penalty(), "BZ", " \u{3000} ", "", 0);
}

#[test]
fn dates_are_read_in_every_spelling_of_a_clerk() {
    let item = penalties();
    for (text, cleaned) in [
        ("2026-11-05", 0),
        ("2026/11/5", 0),
        ("2026.11.5", 0),
        ("20261105", 0),
        ("2026年11月5日", 0),
        ("２０２６－１１－０５", 1),
        ("２０２６年１１月５日", 1),
        ("2026-11-05 00:00:00", 1),
        ("2026/11/5 0:00", 1),
        (" 2026-11-05", 1),
    ] {
        let row = penalty().with("CF_JDRQ", text);
        assert_eq!(found(&item, &row.check(&item)), Vec::<String>::new(), "{text}");
        check(&item, penalty(), "CF_JDRQ", text, "2026-11-05", cleaned);
    }
    for (text, finding, cleaned) in [
        ("2026-11-05 09:30:00", "CF_JDRQ DATE_TIME_DROPPED", 1),
        ("46331", "CF_JDRQ DATE_FROM_SERIAL", 0),
    ] {
        let row = penalty().with("CF_JDRQ", text);
        assert_eq!(found(&item, &row.check(&item)), [finding], "{text}");
        check(&item, penalty(), "CF_JDRQ", text, "2026-11-05", cleaned);
    }
}

#[test]
fn a_date_that_is_none_says_what_to_write() {
    let item = penalties();
    for (code, text, finding, advice) in [
        ("CF_JDRQ", "26/11/5", "DATE_INVALID", "年份应写四位"),
        ("CF_JDRQ", "05/11/2026", "DATE_INVALID", "年份应写在最前"),
        ("CF_JDRQ", "十一月五日", "DATE_INVALID", "如 2024-01-05"),
        ("CF_JDRQ", "2026-02-30", "DATE_INVALID", "不是有效日期"),
        ("CF_JDRQ", "20000", "DATE_OUT_OF_RANGE", "1970-01-01"),
        ("CF_YXQ", "长期", "DATE_INVALID", "长期有效请填 2099-12-31"),
    ] {
        let checked = penalty().with(code, text).check(&item);
        assert_eq!(found(&item, &checked), [format!("{code} {finding}!")], "{text}");
        let said = checked.findings.first().map(|finding| finding.zh.as_str()).unwrap_or_default();
        assert!(said.contains(advice), "{text}: {said}");
    }
}
