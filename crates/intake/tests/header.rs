//! Which row is the header, what its columns mean, and what is said when it does not fit.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use support::{Sheet, penalty, permit, planned, take_in, take_in_filled, verdicts};
use tiaoxi_catalog::{Finding, Severity};
use tiaoxi_sample::{Layout, Plan};
use tiaoxi_sheet::{Encoding, FileKind};

fn all_accepted(rows: u32) -> Vec<(u32, String)> {
    (1..=rows).map(|row| (row, "accepted".to_owned())).collect()
}

fn line(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn columns_are_found_by_code_and_name_in_any_order() {
    let item = penalty();
    let mut sheet = Sheet::of_penalties(2);
    for (place, field) in item.fields().iter().enumerate().filter(|(place, _)| place % 2 == 0) {
        sheet.0[0][place] = format!(" {} ", field.code.to_lowercase());
    }
    let plain = take_in(&item, &sheet.to_csv("\n"));
    for line in &mut sheet.0 {
        line.reverse();
    }
    let reversed = take_in(&item, &sheet.to_csv("\n"));
    assert_eq!(verdicts(&plain), all_accepted(2));
    assert_eq!(plain.outcomes, reversed.outcomes);
}

#[test]
fn title_rows_above_the_header_are_passed_over_and_kept() {
    let plain = Sheet::of_penalties(2);
    for kind in [FileKind::Csv, FileKind::Tsv, FileKind::Xlsx] {
        let mut sheet = plain.clone();
        sheet.0.insert(0, line(&["德清县行政处罚信息公示表（示例）"]));
        sheet.0.insert(1, line(&["填报单位：演示局", "", "填报日期：2026-01-05"]));
        sheet.0.insert(2, line(&["行政相对人", "", "", "", "", "", "", "", "处罚决定"]));
        let taken = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8));
        assert_eq!(verdicts(&taken), all_accepted(2), "{kind:?}");
        let shape = taken.shape.unwrap();
        assert_eq!(shape.header_line, 4);
        assert_eq!(shape.titles, sheet.0[..3]);
        assert_eq!(shape.columns, sheet.0[3]);
    }
}

#[test]
fn a_header_is_looked_for_in_the_first_thirty_rows() {
    for (titles, expected) in [(29, None), (30, Some("UNKNOWN_HEADER"))] {
        let mut sheet = Sheet::of_penalties(1);
        for _ in 0..titles {
            sheet.0.insert(0, line(&["说明"]));
        }
        for kind in [FileKind::Csv, FileKind::Xlsx] {
            let taken = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8));
            assert_eq!(taken.error.map(|error| error.code()), expected, "{titles} {kind:?}");
        }
    }
}

#[test]
fn codes_above_names_are_one_header() {
    let item = penalty();
    let mut sheet = Sheet::of_penalties(2);
    let above = item.fields().iter().map(|field| field.code.clone()).collect();
    sheet.0.insert(0, above);
    assert_eq!(verdicts(&take_in(&item, &sheet.to_csv("\n"))), all_accepted(2));
    // With one name that nobody knows, the codes are the header.
    sheet.0[1][3] = "工商注册码".into();
    let taken = take_in(&item, &sheet.to_csv("\n"));
    let rows = [(2, "accepted".to_owned()), (3, "accepted".to_owned())];
    assert_eq!(verdicts(&taken), rows);
}

#[test]
fn a_header_spread_over_two_rows_says_to_unmerge_it() {
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let mut sheet = Sheet::of_penalties(1);
        let mut above = vec![String::new(); 30];
        for column in [13, 22, 25] {
            above[column] = std::mem::take(&mut sheet.0[0][column]);
        }
        above[0] = "行政相对人".into();
        sheet.0.insert(0, line(&["公示表"]));
        sheet.0.insert(1, above);
        let error = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8)).error.unwrap();
        assert_eq!(error.code(), "MERGED_HEADER");
        assert!(error.zh().contains("取消合并") && error.zh().contains("第 2 行和第 3 行"));
        assert!(error.en().contains("unmerge"), "{error}");
    }
}

#[test]
fn a_header_that_does_not_fit_the_item_is_named() {
    let check = |what: fn(&mut Vec<String>), code: &str, part: &str| {
        let mut sheet = Sheet::of_penalties(1);
        what(&mut sheet.0[0]);
        for kind in [FileKind::Csv, FileKind::Xlsx] {
            let error = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8)).error;
            let (found, message) =
                error.map_or(("none", String::new()), |error| (error.code(), error.en()));
            assert_eq!(found, code, "{message}");
            assert!(message.contains(part), "{message}");
        }
    };
    check(|_| {}, "none", "");
    check(|header| header[3] = "CF_XDR_MC".into(), "DUPLICATE_COLUMN", "columns 1 and 4");
    check(|header| header[29] = "当事人血型".into(), "FORBIDDEN_COLUMN", "血型");
    check(|header| header.resize(513, "x".into()), "TOO_MANY_COLUMNS", "513");
    check(
        |header| *header = vec!["姓名".into(), "110105194912310021".into()],
        "UNKNOWN_HEADER",
        "姓名, 110105****",
    );
    check(|header| header.fill("x".into()), "UNKNOWN_HEADER", "CF_XDR_MC 行政相对人名称");
}

#[test]
fn a_sheet_of_sixteen_thousand_columns_is_refused_for_them() {
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let mut sheet = Sheet::of_penalties(1);
        sheet.0[0].resize(16_000, "x".into());
        sheet.0[1].resize(16_000, "x".into());
        let error = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8)).error.unwrap();
        assert_eq!(error.code(), "TOO_MANY_COLUMNS");
        assert!(error.zh().contains("16000"), "{}", error.zh());
    }
}

#[test]
fn unknown_columns_are_reported_and_passed_over() {
    let mut sheet = Sheet::of_penalties(1);
    for (line, cell) in sheet.0.iter_mut().zip(["经办科室", "示例科"]) {
        line.insert(2, cell.into());
        line.push(String::new());
    }
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    let [finding] = &taken.header[..] else { panic!("one column is unknown") };
    assert_eq!((finding.code, finding.severity), ("UNKNOWN_COLUMN", Severity::Warning));
    assert!(finding.zh.contains("经办科室") && finding.zh.contains("第 3 列"));
    assert_eq!(verdicts(&taken), all_accepted(1));
}

#[test]
fn a_missing_required_column_rejects_every_row_and_comes_back_empty() {
    let mut sheet = Sheet::of_penalties(2);
    for line in &mut sheet.0 {
        line.remove(Sheet::column("CF_WSH"));
    }
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    let [finding] = &taken.header[..] else { panic!("one column is missing") };
    assert_eq!((finding.code, finding.field), ("MISSING_COLUMN", Some(14)));
    assert!(finding.zh.contains("行政处罚决定书文号"));
    for row in [1, 2] {
        assert_eq!(taken.codes(row), ["REQUIRED_MISSING"]);
    }
    assert_eq!(taken.shape.as_ref().unwrap().added, [14]);
}

#[test]
fn headers_of_2018_are_mapped_and_the_class_is_derived_from_the_codes() {
    for item in [penalty(), permit()] {
        let plan = Plan { rows: 40, layout: Layout::Format2018, ..Plan::new(support::office()) };
        let (file, _) = planned(&item, &plan, Encoding::Utf8);
        let taken = take_in(&item, &file);
        assert_eq!(verdicts(&taken), all_accepted(40));
        assert_eq!(taken.shape.as_ref().unwrap().generation, Some(2018));
        assert_eq!(codes(&taken.header), ["OLD_HEADER"]);
        let said = &taken.header[0].zh;
        assert!(
            said.contains("2018 年版") && said.contains("法定代表人身份证号→法定代表人证件号码")
        );
        assert!((1..=40).all(|row| taken.warnings(row).contains(&"CLASS_DERIVED")));
    }
}

#[test]
fn headers_of_2016_are_mapped_and_constants_fill_what_they_lack() {
    for (item, renamed, unread) in [
        (penalty(), "处罚结果→处罚内容", "行政处罚编码"),
        (permit(), "审批类别→许可类别", "行政许可编码"),
    ] {
        let plan = Plan { rows: 40, layout: Layout::Format2016, ..Plan::new(support::office()) };
        let (file, _) = planned(&item, &plan, Encoding::Gb18030);
        let taken = take_in_filled(&item, &file, &tiaoxi_sample::constants(&item, &plan));
        assert_eq!(verdicts(&taken), all_accepted(40));
        let said = &taken.header[0].zh;
        assert!(said.starts_with("2016 年版表头") && said.contains(renamed), "{said}");
        let (_, not_read) = said.split_once("不读取：").unwrap();
        assert!(not_read.contains(unread), "{said}");

        let without = take_in(&item, &file);
        assert!(codes(&without.header).contains(&"MISSING_COLUMN"));
        assert!(verdicts(&without).iter().all(|(_, word)| word == "REQUIRED_MISSING"));
        assert!(!without.shape.unwrap().added.is_empty());
    }
}

#[test]
fn old_names_in_a_header_of_today_are_read_and_parts_of_a_field_joined() {
    let mut sheet = Sheet::of_penalties(2);
    let column = Sheet::column("CF_CFLB");
    for (line, (one, other)) in
        sheet.0.iter_mut().zip([("处罚类别1", "处罚类别2"), ("警告", "通报批评"), ("警告", "")])
    {
        line[column] = one.into();
        line.push(other.into());
    }
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(codes(&taken.header), ["OLD_HEADER"]);
    assert!(taken.header[0].zh.starts_with("部分列名来自旧版"), "{}", taken.header[0].zh);
    let kinds = |row| penalty().row_of(taken.record(row))[column].clone();
    assert_eq!((kinds(1).as_str(), kinds(2).as_str()), ("警告;通报批评", "警告"));

    // The same part again, or a part beside the whole, is reported and not read.
    for (name, other) in [("处罚类别1", "处罚类别1"), ("处罚类别", "处罚类别2")] {
        sheet.0[0][column] = name.into();
        sheet.0[0][30] = other.into();
        let taken = take_in(&penalty(), &sheet.to_csv("\n"));
        assert!(codes(&taken.header).contains(&"UNKNOWN_COLUMN"), "{:?}", taken.header);
        assert_eq!(penalty().row_of(taken.record(1))[column], "警告");
    }
}

#[test]
fn a_record_of_2016_that_no_longer_stands_is_rejected() {
    let item = penalty();
    let plan = Plan { rows: 3, layout: Layout::Format2016, ..Plan::new(support::office()) };
    let (file, _) = planned(&item, &plan, Encoding::Utf8);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&file[..]);
    let mut sheet =
        Sheet(reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect());
    let state = sheet.0[0].iter().position(|name| name == "当前状态").unwrap();
    sheet.0[1][state] = "0".into();
    sheet.0[2][state] = "1".into();
    sheet.0[3][state] = "异议".into();
    let constants = tiaoxi_sample::constants(&item, &plan);
    let taken = take_in_filled(&item, &sheet.to_csv("\n"), &constants);
    let words: Vec<_> = verdicts(&taken).into_iter().map(|(_, word)| word).collect();
    assert_eq!(words, ["accepted", "OLD_STATUS", "OLD_STATUS"]);
    let finding = taken.rejected(2).iter().find(|it| it.code == "OLD_STATUS").unwrap();
    assert!(finding.zh.contains("当前状态"));
}
