//! Files in every shape that counties send: what each turns out to be, and exactly its good rows at
//! the hub.

use std::{collections::BTreeSet, path::Path};

use tiaoxi_api::{
    client::ImportOptions,
    types::{FileShown, ImportSummary},
};
use tiaoxi_sample::{Headers, Layout, Plan};
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    city::City,
    files::{self, Invented, digest_of, plan},
    sheets::Table,
    stored,
};

const ROWS: u64 = 400;

/// What a file looks like, and what is to be said of it.
struct Shape {
    plan: Plan,
    encoding: Encoding,
    is_permits: bool,
    said: (&'static str, Option<&'static str>, Option<u16>),
}

fn shape(seed: u64, change: impl FnOnce(&mut Shape)) -> Shape {
    let plan = Plan { dirty_percent: 15, ..plan("wuxing", ROWS, seed) };
    let said = ("csv", Some("UTF-8"), None);
    let mut shape = Shape { plan, encoding: Encoding::Utf8, is_permits: false, said };
    change(&mut shape);
    shape
}

fn shapes() -> Vec<Shape> {
    vec![
        shape(1, |it| it.plan.shuffled = true),
        shape(2, |it| {
            (it.encoding, it.said.1) = (Encoding::Utf8Mark, Some("UTF-8 BOM"));
            (it.plan.titles, it.plan.headers) = (true, Headers::Codes);
        }),
        shape(3, |it| {
            (it.encoding, it.said.1) = (Encoding::Gb18030, Some("GB18030"));
            (it.plan.titles, it.plan.extra_column) = (true, true);
        }),
        shape(4, |it| {
            (it.plan.kind, it.said.0) = (FileKind::Tsv, "tsv");
            (it.encoding, it.said.1) = (Encoding::Gb18030, Some("GB18030"));
        }),
        shape(5, |it| {
            (it.plan.kind, it.said.0) = (FileKind::Tsv, "tsv");
            (it.encoding, it.said.1) = (Encoding::Utf16, Some("UTF-16"));
        }),
        shape(6, |it| {
            (it.plan.kind, it.said) = (FileKind::Xlsx, ("xlsx", None, None));
            (it.plan.titles, it.plan.shuffled) = (true, true);
        }),
        shape(7, |it| {
            (it.plan.layout, it.said.2) = (Layout::Format2018, Some(2018));
            (it.encoding, it.said.1) = (Encoding::Gb18030, Some("GB18030"));
        }),
        shape(8, |it| {
            (it.plan.layout, it.said.2) = (Layout::Format2016, Some(2016));
            (it.encoding, it.said.1) = (Encoding::Gb18030, Some("GB18030"));
            it.plan.titles = true;
        }),
        shape(9, |it| {
            (it.plan.layout, it.plan.headers) = (Layout::Format2016, Headers::Codes);
            (it.plan.kind, it.said) = (FileKind::Xlsx, ("xlsx", None, Some(2016)));
        }),
        shape(10, |it| {
            it.is_permits = true;
            (it.plan.kind, it.said) = (FileKind::Xlsx, ("xlsx", None, None));
        }),
        shape(11, |it| {
            it.is_permits = true;
            (it.plan.layout, it.said.2) = (Layout::Format2016, Some(2016));
        }),
    ]
}

#[test]
fn files_of_every_shape_are_recognised_and_exactly_their_good_rows_arrive_at_the_hub() {
    let city = City::of(&["wuxing"]);
    let mut expected = Vec::new();
    for shape in shapes() {
        let item = if shape.is_permits { files::permits() } else { files::item() };
        let slug = item.slug().to_owned();
        let file = Invented::planned(city.root.path(), item, &shape.plan, shape.encoding);
        let options = ImportOptions { fill: file.fill.clone(), ..ImportOptions::default() };
        let summary = city.counties[0].send(&file.path, &options).unwrap();
        assert_eq!(summary.item, slug, "recognised from its header");
        check_summary(&summary, &file, &shape);
        let page = city.counties[0].client().import_findings(&file.digest(), None, 1).unwrap();
        let is_said = page.findings.iter().any(|it| it.row == 0 && it.code == "OLD_HEADER");
        assert_eq!(is_said, shape.said.2.is_some(), "an old header is mapped and said so");
        expected.push((file.digest(), file.accepted_rows()));
    }
    expected.push(take_in_an_old_workbook(&city));

    let (home, _) = city.level(0);
    let size: usize = expected.iter().map(|(_, rows)| rows.len() + 2).sum();
    assert_eq!(home.size_signed, size as u64);
    let City { mut hub, mut counties, root, .. } = city;
    let log = counties[0].log();
    hub.stop();
    counties[0].stop();
    stored::check_imports(&hub, &log, &expected);
    stored::check_imports(&counties[0], &log, &expected);
    drop(root);
}

fn check_summary(summary: &ImportSummary, file: &Invented, shape: &Shape) {
    let (kind, encoding, generation) = shape.said;
    let truth = &file.truth;
    let found = &summary.file;
    let told = file.path.display();
    assert_eq!((found.kind.as_str(), found.encoding.as_deref()), (kind, encoding), "{told}");
    assert_eq!((found.generation, found.header_line), (generation, truth.header_line), "{told}");
    assert_eq!(summary.filled, file.fill);
    let rejected: Vec<_> =
        summary.rejected_by.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
    let expected: Vec<_> = truth.rejected.iter().map(|(code, rows)| (*code, *rows)).collect();
    assert_eq!(rejected, expected, "{told}");
    assert_eq!(
        (summary.rows, summary.accepted, summary.duplicates),
        (truth.rows - truth.blank, truth.accepted, truth.duplicates),
        "{told}"
    );
    assert!(truth.cleaned > 0 && summary.cleaned_cells >= truth.cleaned, "{told}");
    let kind_back = if kind == "xls" { "xlsx" } else { kind };
    assert_eq!(summary.rejected_kind.as_deref(), Some(kind_back), "{told}");
    check_sums(summary);
}

/// What `docs/api.md` promises of the counts.
pub(crate) fn check_sums(it: &ImportSummary) {
    let sum = it.accepted + it.duplicates + it.known + it.corrections + it.withdrawn;
    assert_eq!(it.rows, sum + it.rejected + it.examples);
    assert!(it.corrected <= it.corrections);
    assert_eq!(it.rejected, it.rejected_by.values().sum::<u64>());
}

/// A workbook of Excel 97, made by another program: a title, the header, five penalties of which
/// the first and the last are good.
pub(crate) const OLD_WORKBOOK: &[u8] =
    include_bytes!("../../../crates/intake/tests/files/penalties.xls");

fn take_in_an_old_workbook(city: &City) -> ([u8; 32], BTreeSet<u32>) {
    let path = city.path("old.xls");
    std::fs::write(&path, OLD_WORKBOOK).unwrap();
    let summary = send(city, &path);
    let FileShown { kind, encoding, delimiter, sheet, sheets, header_line, generation } =
        summary.file.clone();
    assert_eq!(
        (kind.as_str(), encoding, delimiter, header_line, generation),
        ("xls", None, None, 2, None)
    );
    assert_eq!(sheets.first(), sheet.as_ref());
    assert_eq!((summary.rows, summary.accepted, summary.rejected), (5, 2, 3));
    let codes: Vec<_> = summary.rejected_by.keys().map(String::as_str).collect();
    assert_eq!(codes, ["DATE_NOT_TEXT", "NUMBER_NOT_TEXT", "REQUIRED_MISSING"]);
    assert_eq!(summary.rejected_kind.as_deref(), Some("xlsx"), "nobody should have to write .xls");
    (digest_of(OLD_WORKBOOK), BTreeSet::from([1, 5]))
}

fn send(city: &City, path: &Path) -> ImportSummary {
    city.counties[0].send(path, &ImportOptions::default()).unwrap()
}

/// One file is one import: what stands on another sheet must not be taken for imported.
#[test]
fn another_sheet_of_an_imported_workbook_is_refused_and_not_taken_for_done() {
    let city = City::of(&["wuxing"]);
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, seed) in [("一月", 71), ("二月", 72)] {
        let (table, _) = Table::invented(&files::item(), &plan("wuxing", 8, seed));
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (line, cells) in (0..).zip(&table.0) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(line, column, &cell.text).unwrap();
            }
        }
    }
    let path = city.path("months.xlsx");
    book.save(&path).unwrap();
    let of = |sheet: Option<&str>| ImportOptions {
        sheet: sheet.map(str::to_owned),
        ..ImportOptions::default()
    };
    let first = city.counties[0].send(&path, &of(None)).unwrap();
    assert_eq!((first.accepted, first.file.sheet.as_deref()), (8, Some("一月")));
    assert!(first.findings.iter().any(|it| it.code == "OTHER_SHEETS"), "{:?}", first.findings);
    let refused = city.counties[0].send(&path, &of(Some("二月"))).expect_err("another sheet");
    assert_eq!(refused.code(), Some("IMPORTED_AS_OTHER_SHEET"));
    let again = city.counties[0].send(&path, &of(Some("一月"))).unwrap();
    assert!(again.already_complete);
}
