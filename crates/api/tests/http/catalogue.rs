//! Catalogue items and their templates.

use crate::fake::Importing;
use crate::node::Node;
use crate::raw::{code_of, get_with_token};

#[test]
fn items_are_listed_and_described() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let items = client.items().expect("answers");
    assert_eq!(items.first().expect("one").slug, "xzcf");
    let item = client.item("xzcf").expect("answers");
    assert_eq!(item.fields.len(), items.first().expect("one").fields as usize);
    for slug in ["xzxx", "a/b", "行政处罚", &"x".repeat(65)] {
        let code = code_of(client.item(slug));
        assert_eq!(code, "UNKNOWN_ITEM", "{slug}");
    }
}

#[test]
fn a_template_comes_as_a_workbook() {
    let node = Node::start(Importing::Whole);
    assert_eq!(node.client().template("xzcf").expect("answers"), b"PK");
    assert_eq!(code_of(node.client().template("xzxx")), "UNKNOWN_ITEM");
    let answer = get_with_token(&node, "/v1/catalog/xzcf/template");
    assert!(answer.contains("spreadsheetml.sheet\r\n"), "{answer}");
    let name = "filename*=UTF-8''%e8%a1%8c%e6%94%bf%e5%a4%84%e7%bd%9a.xlsx\r\n";
    assert!(answer.contains(name), "{answer}");
}
