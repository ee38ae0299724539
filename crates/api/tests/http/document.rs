//! The OpenAPI document against the file in `docs/` and against the router.

use serde_json::Value;
use tiaoxi_api::types::ImportState;
use tiaoxi_api::{Code, server};

use crate::fake::{Importing, progress};
use crate::node::Node;
use crate::raw::send;

fn document() -> Value {
    serde_json::from_str(&server::document()).expect("JSON")
}

/// Method, path and operation of everything in the document.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations");
        item.iter()
            .map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    all.collect()
}

#[test]
fn the_file_in_docs_is_the_document_of_the_code() {
    let file = include_str!("../../../../docs/openapi.json");
    let file: Value = serde_json::from_str(file).expect("JSON");
    assert!(
        file == document(),
        "docs/openapi.json is old: cargo run -p tiaoxi-api --example openapi > docs/openapi.json"
    );
}

#[test]
fn a_node_sends_its_document() {
    let node = Node::start(Importing::Whole);
    let sent = node.client().openapi().expect("answers");
    assert_eq!(serde_json::from_slice::<Value>(&sent).expect("JSON"), document());
}

#[test]
fn every_route_of_the_document_is_a_route_of_the_router_and_of_the_page() {
    let node = Node::start(Importing::Complete);
    // Whoever watches is let go at once.
    let rests = [progress(ImportState::Complete, 1)];
    *node.fake.progress.lock().expect("a lock") = rests.into();
    let page = include_str!("../../../../docs/api.md");
    let all = operations(&document());
    assert_eq!(all.len(), 37);
    for (method, path, _) in all {
        let real = path
            .replace("{digest}", &"07".repeat(32))
            .replace("{origin}", "huzhou/jiaxing/exchange/delta/1")
            .replace("{slug}", "xzcf")
            .replace("{number}", "17")
            .replace("{code}", "91330500TX0000000A");
        assert!(!real.contains('{'), "{path} has a parameter that this test does not know");
        let answer = send(&node, &format!("{method} {real}"), "", "");
        let is_none =
            answer.starts_with("HTTP/1.1 404 ") && answer.contains(Code::RouteNotFound.as_str());
        assert!(!is_none && !answer.starts_with("HTTP/1.1 405 "), "{method} {path}: {answer}");
        assert!(page.contains(&format!("`{method} {path}")), "docs/api.md lacks {method} {path}");
    }
}

#[test]
fn every_operation_says_what_it_takes_answers_and_refuses() {
    let document = document();
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        assert!(ids.insert(id), "{method} {path}: its id is another's");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
        let answers = operation["responses"].as_object().expect("answers");
        assert!(answers.contains_key("200") || answers.contains_key("204"), "{method} {path}");
        let is_open = path == "/v1/health";
        assert_eq!(answers.contains_key("401"), !is_open, "{method} {path}");
        let named: Vec<_> = operation["parameters"].as_array().into_iter().flatten().collect();
        for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
            let name = part.trim_end_matches('}');
            let is_named = |parameter: &&Value| parameter["name"] == name;
            assert!(named.iter().any(is_named), "{method} {path}: {name}");
        }
        for parameter in named {
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
        }
    }
    let text = serde_json::to_string(&document).expect("serialises");
    for code in Code::ALL {
        assert!(text.contains(code.as_str()), "{}", code.as_str());
    }
}

#[test]
fn every_schema_that_is_named_is_there() {
    fn check(value: &Value, schemas: &serde_json::Map<String, Value>) {
        match value {
            Value::Object(map) => {
                if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                    let name = name.strip_prefix("#/components/schemas/").expect("a schema");
                    assert!(schemas.contains_key(name), "{name}");
                }
                map.values().for_each(|value| check(value, schemas));
            }
            Value::Array(all) => all.iter().for_each(|value| check(value, schemas)),
            _ => {}
        }
    }
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    check(&document, schemas);
    let required = schemas["ImportSummary"]["required"].as_array().expect("a list");
    let properties = schemas["ImportSummary"]["properties"].as_object().expect("fields");
    assert_eq!(required.len(), properties.len(), "an answer carries every field");
}
