//! What a node that is stopped has on its disk: every entry of a log, read past the node.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::{Kind, Statement};
use tiaoxi_ledger::{
    block::{Block, Body},
    header::Header,
};
use tiaoxi_store::{Options, Store};
use tiaoxi_vault::{
    Key,
    lockbox::{self, Secret},
};

use crate::{files::Invented, node::Node};

/// One entry.
pub(crate) struct Entry {
    pub(crate) header: Header,
    pub(crate) body: Vec<u8>,
}

/// Every entry of a log, in order. The node must not run.
pub(crate) fn entries(node: &Node, origin: &str) -> Vec<Entry> {
    let secret = Secret::from_key_file(&node.key_file).unwrap();
    let plain = lockbox::open(&node.dir.join("keys/master.key"), &secret).unwrap();
    let master = Key::from_bytes(*plain.last_chunk().unwrap());
    let (store, _) = Store::open(&node.dir.join("store"), &master, Options::default()).unwrap();
    let log = store.logs().into_iter().find(|log| log.origin == origin).unwrap().id;
    let mut entries = Vec::new();
    while (entries.len() as u64) < store.size(log) {
        let next = entries.len() as u64;
        let bytes = store.read(log, next).unwrap().unwrap();
        for (number, header, body) in Block::decode(&bytes).unwrap().entries() {
            assert_eq!(number, entries.len() as u64, "blocks and runs follow each other");
            let Body::Present(body) = body else { panic!("entry {number} has no body") };
            let header = Header::from_bytes(header).unwrap();
            entries.push(Entry { header, body: body.to_vec() });
        }
    }
    store.close().unwrap();
    entries
}

/// Checks that a log has exactly the good rows of these files, each once and under its own import,
/// and one report of each.
pub(crate) fn check_rows(node: &Node, origin: &str, files: &[&Invented]) {
    let imports: Vec<_> = files.iter().map(|file| (file.digest(), file.accepted_rows())).collect();
    check_imports(node, origin, &imports);
}

/// The same of imports by their digests and the rows that they must have brought.
pub(crate) fn check_imports(node: &Node, origin: &str, expected: &[([u8; 32], BTreeSet<u32>)]) {
    let mut imports: BTreeMap<u64, [u8; 32]> = BTreeMap::new();
    let mut rows: BTreeMap<[u8; 32], BTreeSet<u32>> = BTreeMap::new();
    let mut reports: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for (number, entry) in (0..).zip(entries(node, origin)) {
        let kind = entry.header.kind;
        let import = || imports.get(&entry.header.concerned.number).copied();
        match Statement::from_body(kind.kind(), kind.version(), &entry.body).unwrap() {
            Statement::Import(it) => {
                assert!(!imports.values().any(|known| *known == it.digest), "one import, twice");
                imports.insert(number, it.digest);
            }
            Statement::Record(record) => {
                let import = import().expect("a record concerns its import");
                let is_new = rows.entry(import).or_default().insert(record.row);
                assert!(is_new, "row {} is there twice", record.row);
            }
            Statement::ImportReport(_) => {
                let import = import().expect("a report concerns its import");
                *reports.entry(import).or_default() += 1;
            }
            other => panic!("{} does not come from an import", Kind::name(other.kind())),
        }
    }
    assert_eq!(imports.len(), expected.len(), "one import entry a file");
    for (place, (digest, accepted)) in expected.iter().enumerate() {
        let found = rows.remove(digest).unwrap_or_default();
        assert_eq!(&found, accepted, "rows of file {place}");
        assert_eq!(reports.get(digest), Some(&1), "reports of file {place}");
    }
}
