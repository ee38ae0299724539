//! Files of 2016 and 2018 read as those of today.

use crate::row_checks::found;
use crate::rows::{Row, penalties, penalty, permit, permits, person, uscc};
use tiaoxi_catalog::finding::old_status;
use tiaoxi_catalog::{Generation, Item, OldColumn};

fn generation(item: &Item, year: u16) -> &Generation {
    item.generations().iter().find(|old| old.year == year).expect("a generation")
}

/// What a column of a generation becomes: the code of a field, `-` for passed over.
fn becomes<'i>(item: &'i Item, year: u16, header: &str) -> Option<&'i str> {
    let field = |index: usize| item.fields().get(index).map(|field| field.code.as_str());
    match generation(item, year).column(header) {
        Some(OldColumn::Field(index)) => field(*index),
        Some(OldColumn::PassedOver { .. }) => Some("-"),
        None => field(item.field_index(header)?),
    }
}

#[track_caller]
fn check(item: &Item, year: u16, columns: &[(&str, &str, &str)]) {
    for (code, name, expected) in columns {
        assert_eq!(becomes(item, year, code), Some(*expected), "{code}");
        assert_eq!(becomes(item, year, name), Some(*expected), "{name}");
    }
}

#[test]
fn every_column_of_the_penalties_of_2016_is_mapped_or_passed_over() {
    check(
        &penalties(),
        2016,
        &[
            ("CF_WSH", "行政处罚决定书文号", "CF_WSH"),
            ("CF_CFMC", "处罚名称", "CF_WFXW"),
            ("CF_BM", "行政处罚编码", "-"),
            ("CF_CFLB1", "处罚类别1", "CF_CFLB"),
            ("CF_CFLB2", "处罚类别2", "CF_CFLB"),
            ("CF_SY", "处罚事由", "CF_SY"),
            ("CF_YJ", "处罚依据", "CF_YJ"),
            ("CF_XDR_MC", "行政相对人名称", "CF_XDR_MC"),
            ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)", "CF_XDR_SHXYM"),
            ("CF_XDR_ZDM", "行政相对人代码_2(组织机构代码)", "CF_XDR_ZZJG"),
            ("CF_XDR_GSDJ", "行政相对人代码_3(工商登记码)", "CF_XDR_GSZC"),
            ("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "CF_XDR_SWDJ"),
            ("CF_XDR_SFZ", "行政相对人代码_5(居民身份证号)", "CF_XDR_ZJHM"),
            ("CF_FR", "法定代表人姓名", "CF_FRDB"),
            ("CF_JG", "处罚结果", "CF_NR"),
            ("CF_JDRQ", "处罚决定日期", "CF_JDRQ"),
            ("CF_XZJG", "处罚机关", "CF_CFJG"),
            ("CF_ZT", "当前状态", "-"),
            ("DFBM", "地方编码", "-"),
            ("SJC", "数据更新时间戳", "-"),
            ("BZ", "备注", "BZ"),
            ("CF_SYFW", "信息使用范围", "-"),
            ("CF_SXYZCD", "失信严重程度", "-"),
            ("CF_GSJZQ", "公示截止期", "CF_GSJZQ"),
        ],
    );
}

#[test]
fn every_column_of_the_permits_of_2016_is_mapped_or_passed_over() {
    check(
        &permits(),
        2016,
        &[
            ("XK_WSH", "行政许可决定书文号", "XK_WSH"),
            ("XK_XMMC", "项目名称", "XK_XKWS"),
            ("XK_BM", "行政许可编码", "-"),
            ("XK_SPLB", "审批类别", "XK_XKLB"),
            ("XK_NR", "许可内容", "XK_NR"),
            ("XK_XDR", "行政相对人名称", "XK_XDR_MC"),
            ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)", "XK_XDR_SHXYM"),
            ("XK_XDR_ZDM", "行政相对人代码_2(组织机构代码)", "XK_XDR_ZZJG"),
            ("XK_XDR_GSDJ", "行政相对人代码_3(工商登记码)", "XK_XDR_GSZC"),
            ("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "XK_XDR_SWDJ"),
            ("XK_XDR_SFZ", "行政相对人代码_5(居民身份证号)", "XK_XDR_ZJHM"),
            ("XK_FR", "法定代表人姓名", "XK_FRDB"),
            ("XK_JDRQ", "许可决定日期", "XK_JDRQ"),
            ("XK_JZQ", "许可截止期", "XK_YXQZI"),
            ("XK_XZJG", "许可机关", "XK_XKJG"),
            ("XK_ZT", "当前状态", "-"),
            ("DFBM", "地方编码", "-"),
            ("SJC", "数据更新时间戳", "-"),
            ("BZ", "备注", "BZ"),
            ("XK_SYFW", "信息使用范围", "-"),
        ],
    );
}

#[test]
fn the_same_header_may_have_meant_something_else() {
    let item = penalties();
    assert_eq!(becomes(&item, 2016, "行政相对人代码_2"), Some("CF_XDR_ZZJG"));
    assert_eq!(becomes(&item, 2018, "行政相对人代码_2"), Some("CF_XDR_GSZC"));
    assert_eq!(becomes(&item, 2016, "*处罚结果（必填）"), Some("CF_NR"));
    for (item, code) in [(&item, "CF_FR_SFZH"), (&permits(), "XK_FR_SFZH")] {
        assert!(becomes(item, 2018, code).is_some_and(|field| field.ends_with("_FR_ZJHM")));
        assert_eq!(becomes(item, 2018, "法定代表人身份证号"), becomes(item, 2018, code));
        assert_eq!(item.field_index(code), None);
    }
}

#[test]
fn a_record_that_was_revoked_or_disputed_is_not_taken_in() {
    for (item, column) in [(penalties(), "CF_ZT"), (permits(), "XK_ZT")] {
        let state = generation(&item, 2016).column(column).expect("a column");
        for (cell, expected) in [
            ("0", true),
            ("0正常", true),
            (" ０ 正常", true),
            ("正常", true),
            ("1", false),
            ("1撤销", false),
            ("2异议", false),
            ("3其他", false),
            ("", false),
        ] {
            assert_eq!(state.accepts(cell), expected, "{column} {cell}");
        }
    }
    let item = penalties();
    let scope = generation(&item, 2016).column("信息使用范围").expect("a column");
    assert!(scope.accepts("") && scope.accepts("1") && !scope.accepts("2仅可授权查询"));
    assert!(generation(&item, 2016).column("DFBM").expect("a column").accepts("330523"));
    let finding = old_status("当前状态", "1撤销");
    assert_eq!((finding.code, finding.severity.as_str()), ("OLD_STATUS", "error"));
    assert!(finding.zh.contains("当前状态") && finding.zh.contains("1撤销"));
    let long = old_status("当前状态", "330523199001011234 330523199001011234");
    assert!(!long.zh.contains("3305231990"));
}

/// What a file of 2016 gives of a penalty, with authority code and validity filled in.
fn old_penalty() -> Row {
    ["CF_XDR_LB", "CF_NR_FK", "CF_SJLY", "CF_SJLYDM"].into_iter().fold(penalty(), Row::without)
}

fn old_permit() -> Row {
    let lacking = ["XK_XDR_LB", "XK_YXQZ", "XK_ZT", "XK_LYDW", "XK_LYDWDM"];
    lacking.into_iter().fold(permit(), Row::without)
}

#[test]
fn what_the_old_format_lacks_is_implied_derived_or_only_warned_about() {
    let item = penalties();
    let checked = old_penalty().check_old(&item, 2016);
    let warnings = ["CF_XDR_LB CLASS_DERIVED", "CF_NR_FK CONDITIONAL_MISSING"];
    assert_eq!(found(&item, &checked), warnings);
    let record = checked.record.expect("accepted");
    let good = penalty().without("CF_NR_FK").with("CF_CFLB", "警告").check(&item);
    let good = good.record.expect("accepted");
    assert_eq!(item.differences(&record, &good), [18]);
    // The same row of a file of today lacks what it lacks.
    assert_eq!(found(&item, &old_penalty().check(&item)).len(), 4);

    let item = permits();
    let checked = old_permit().check_old(&item, 2016);
    assert_eq!(found(&item, &checked), ["XK_XDR_LB CLASS_DERIVED"]);
    assert_eq!(checked.record, permit().check(&item).record);
    let ended = old_permit().without("XK_YXQZI").check_old(&item, 2016);
    assert!(found(&item, &ended).contains(&"XK_YXQZI REQUIRED_MISSING!".to_owned()));
}

#[test]
fn a_file_of_2018_lacks_the_class_alone() {
    let item = penalties();
    let row = penalty().without("CF_XDR_LB");
    assert_eq!(found(&item, &row.check_old(&item, 2018)), ["CF_XDR_LB CLASS_DERIVED"]);
    let without_fine = row.clone().without("CF_NR_FK").check_old(&item, 2018);
    assert!(found(&item, &without_fine).contains(&"CF_NR_FK CONDITIONAL_MISSING!".to_owned()));
    // The representative's number is a citizen number there.
    let number = |text: &str| row.clone().with("CF_FR_ZJHM", text).check_old(&item, 2018);
    assert_eq!(found(&item, &number(&person())), ["CF_XDR_LB CLASS_DERIVED"]);
    let wrong = ["CF_XDR_LB CLASS_DERIVED", "CF_FR_ZJHM CODE_LENGTH"];
    assert_eq!(found(&item, &number("E123")), wrong);
}

#[test]
fn the_class_follows_from_the_codes() {
    let item = penalties();
    let bare = || old_penalty().without("CF_XDR_SHXYM");
    let class = |row: Row| {
        let checked = row.with("CF_NR_FK", "0.2").check_old(&item, 2016);
        let class = checked.record.as_ref().and_then(|record| record.subject.class.label());
        (class, found(&item, &checked))
    };
    let derived = |label| (Some(label), vec!["CF_XDR_LB CLASS_DERIVED".to_owned()]);
    let rejected = |finding: &str| (None, vec![finding.to_owned()]);
    let unified = |code: &str| bare().with("CF_XDR_SHXYM", &uscc(code, 5));
    assert_eq!(class(unified("91")), derived("法人及非法人组织"));
    assert_eq!(class(unified("92")), derived("个体工商户"));
    assert_eq!(class(unified("93")), derived("法人及非法人组织"));
    assert_eq!(class(unified("51")), derived("法人及非法人组织"));
    let number = person();
    assert_eq!(class(bare().with("CF_XDR_ZJHM", &number)), derived("自然人"));
    assert_eq!(class(bare().with("CF_XDR_ZZJG", "D2143569X")), derived("法人及非法人组织"));
    let registered = bare().with("CF_XDR_GSZC", "330523000000001");
    assert_eq!(class(registered.clone()), rejected("CF_XDR_LB REQUIRED_MISSING!"));
    let both = registered.clone().with("CF_XDR_ZJHM", &number);
    assert_eq!(class(both), rejected("CF_XDR_LB REQUIRED_MISSING!"));
    assert_eq!(class(registered.with("CF_XDR_LB", "个体工商户")), (Some("个体工商户"), vec![]));
    assert_eq!(class(bare()), rejected("CF_XDR_SHXYM GROUP_MISSING!"));
    let wrong = bare().with("CF_XDR_SHXYM", "91330523TX");
    assert_eq!(class(wrong), rejected("CF_XDR_SHXYM CODE_LENGTH!"));
    let wrong = bare().with("CF_XDR_ZJHM", "110105194912310021");
    assert_eq!(class(wrong).1, ["CF_XDR_LB CLASS_DERIVED", "CF_XDR_ZJHM CODE_CHECK_DIGIT!"]);
}
