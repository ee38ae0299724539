//! Which catalogue item a file is of, told by its header alone.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::io::Cursor;

use support::{Book, Sheet, catalog, penalty, permit, planned};
use tiaoxi_catalog::{Catalog, Item};
use tiaoxi_intake::{IntakeError, recognise};
use tiaoxi_sample::{Headers, Layout, Plan};
use tiaoxi_sheet::{Encoding, SheetFile};

fn told(file: &[u8], catalog: &Catalog) -> Result<String, IntakeError> {
    let mut file =
        SheetFile::open(Cursor::new(file), None, tiaoxi_sheet::Limits::default()).unwrap();
    recognise(&mut file, catalog).map(|item| item.slug().to_owned())
}

#[test]
fn every_item_is_told_by_its_codes_and_by_its_names() {
    let catalog = catalog();
    for item in catalog.iter() {
        let codes = item.fields().iter().map(|field| field.code.clone()).collect();
        let names = item.fields().iter().map(|field| field.name_zh.clone()).collect();
        for header in [codes, names] {
            let sheet = Sheet(vec![vec!["公示表".into()], header]);
            assert_eq!(told(&sheet.to_csv("\n"), &catalog).unwrap(), item.slug());
            assert_eq!(told(&Book::of(&sheet).to_xlsx(), &catalog).unwrap(), item.slug());
        }
    }
}

#[test]
fn files_of_every_format_are_told() {
    let catalog = catalog();
    for item in [penalty(), permit()] {
        for layout in [Layout::Format2019, Layout::Format2018, Layout::Format2016] {
            for headers in [Headers::Names, Headers::Codes] {
                let plan =
                    Plan { rows: 2, layout, headers, titles: true, ..Plan::new(support::office()) };
                let (file, _) = planned(&item, &plan, Encoding::Utf8);
                assert_eq!(told(&file, &catalog).unwrap(), item.slug(), "{layout:?} {headers:?}");
            }
        }
    }
}

#[test]
fn a_header_of_no_item_says_what_each_one_misses() {
    let error = told("姓名,电话,地址\n示例,1,2\n".as_bytes(), &catalog()).unwrap_err();
    assert_eq!(error.code(), "UNKNOWN_HEADER");
    for text in [error.zh(), error.en()] {
        assert!(text.contains("姓名, 电话, 地址") && text.contains("xzcf 行政处罚"), "{text}");
        assert!(text.contains("行政相对人名称"), "{text}");
    }
    // A subject alone tells no kind of record.
    let error = told("行政相对人名称,行政相对人类别,备注,法定代表人\n".as_bytes(), &catalog());
    assert_eq!(error.unwrap_err().code(), "UNKNOWN_HEADER");
    assert_eq!(told(b",,\n", &catalog()).unwrap_err().code(), "EMPTY_FILE");
}

#[test]
fn a_header_that_fits_two_items_names_both() {
    let toml = include_str!("../../../configs/catalog/xzcf.toml");
    let twin = toml.replacen("number = 2", "number = 99", 1).replacen("\"xzcf\"", "\"xzcf2\"", 1);
    let catalog = Catalog::new(vec![penalty(), Item::parse(&twin).unwrap()]).unwrap();
    let error = told(&Sheet::of_penalties(0).to_csv("\n"), &catalog).unwrap_err();
    assert_eq!(error.code(), "AMBIGUOUS_ITEM");
    assert!(error.zh().contains("xzcf 行政处罚") && error.zh().contains("xzcf2 行政处罚"));
}
