//! Reading vector files: JSON with bytes as lower-case hexadecimal and numbers as numbers.

use std::convert::Infallible;

use serde_json::Value;
use tiaoxi_ledger::{
    Hash,
    header::{Concerned, Header, KindField, Relation},
    salt::Cover,
    tree,
};

pub(crate) fn vectors(file: &str) -> Value {
    let path = format!("{}/vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn each(list: &Value) -> &[Value] {
    let list = list.as_array().unwrap();
    assert!(!list.is_empty(), "a list of vectors is empty");
    list
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(value: &Value) -> T {
    T::try_from(value.as_u64().unwrap()).unwrap()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let digits = text(value);
    assert!(digits.len().is_multiple_of(2), "{digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap())
        .collect()
}

pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

pub(crate) fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(array).collect()
}

pub(crate) fn nodes(cover: &Cover) -> Vec<Hash> {
    cover.nodes().map(|node| node.0).collect()
}

/// The leaves of a tree, for whoever makes a proof.
pub(crate) struct Leaves(pub(crate) Vec<Hash>);

impl tree::Nodes for Leaves {
    type Error = Infallible;
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
        let place = |index: u64| usize::try_from(index << level).unwrap();
        Ok(tree::subtree_root(&self.0[place(index)..place(index + 1)]))
    }
}

pub(crate) fn header_of(vector: &Value, commitment: Hash) -> Header {
    let concerned = &vector["concerned"];
    Header {
        kind: KindField::new(
            number(&vector["effect"]),
            number(&vector["kind"]),
            number(&vector["version"]),
        ),
        item: number(&vector["item"]),
        day: number(&vector["day"]),
        concerned: Concerned {
            relation: Relation(number(&concerned["relation"])),
            epoch: number(&concerned["epoch"]),
            number: number(&concerned["number"]),
        },
        commitment,
    }
}
