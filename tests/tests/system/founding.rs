//! Founding and amending a federation with the program's commands, as its members would.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Output,
    sync::atomic::{AtomicU16, Ordering},
};

use serde_json::Value;

use crate::{
    node::Node,
    program::{run, succeed},
    puppet::Puppet,
};

/// Makes a node's keys; its membership request.
pub(crate) fn init(node: &Node, hub: Option<&str>) -> PathBuf {
    let [dir, key] = [&node.dir, &node.key_file].map(|path| path.display().to_string());
    let name = format!("{}公共信用信息中心(演示)", node.id);
    let mut init = vec!["init", "--member", node.id, "--name", &name, "--dir", &dir];
    init.extend(["--key-file", &key]);
    init.extend(hub.into_iter().flat_map(|hub| ["--hub", hub]));
    succeed(init);
    node.dir.join("membership-request.note")
}

/// A charter file and its fingerprint.
pub(crate) struct Draft {
    pub(crate) file: PathBuf,
    pub(crate) fingerprint: String,
}

impl Draft {
    /// Drafts a charter with a command that names everything but the file to write.
    pub(crate) fn make(command: Vec<PathBuf>, file: PathBuf) -> Self {
        let mut draft = words(["charter", "--json"]);
        draft.extend(command);
        draft.extend([PathBuf::from("-o"), file.clone()]);
        let drafted: Value = serde_json::from_slice(&succeed(draft)).unwrap();
        let fingerprint = drafted["fingerprint"].as_str().unwrap().to_owned();
        Self { file, fingerprint }
    }

    /// `charter sign` at a node, into a copy of the file.
    pub(crate) fn try_sign(&self, node: &Node) -> (Output, PathBuf) {
        let copy = self.file.with_extension(format!("{}.note", node.id));
        let mut sign = words(["charter", "sign", "--fingerprint", &self.fingerprint, "--dir"]);
        sign.extend([node.dir.clone(), PathBuf::from("--key-file"), node.key_file.clone()]);
        sign.extend([PathBuf::from("-o"), copy.clone(), self.file.clone()]);
        (run(sign), copy)
    }

    /// Has every one of these nodes sign its copy, and merges the copies into the file.
    pub(crate) fn sign<'a>(&self, nodes: impl IntoIterator<Item = &'a Node>) {
        let mut merge = words(["charter", "merge", "-o"]);
        merge.push(self.file.clone());
        for node in nodes {
            let (output, copy) = self.try_sign(node);
            assert!(output.status.success(), "{}", crate::program::errors(&output));
            merge.push(copy);
        }
        succeed(merge);
    }

    /// `charter accept` at a node.
    pub(crate) fn accept(&self, node: &Node) -> Output {
        self.accept_after(&[], node)
    }

    /// The same with the files of versions before it.
    pub(crate) fn accept_after(&self, before: &[PathBuf], node: &Node) -> Output {
        let mut accept = words(["charter", "accept", "--fingerprint", &self.fingerprint, "--dir"]);
        accept.push(node.dir.clone());
        accept.extend_from_slice(before);
        accept.push(self.file.clone());
        run(accept)
    }
}

/// Drafts the first version of a charter, has every node sign and accept it.
pub(crate) fn found<'a>(
    requests: &[PathBuf],
    agreement: Option<&Path>,
    nodes: impl IntoIterator<Item = &'a Node> + Clone,
    puppets: &[&Puppet],
    file: PathBuf,
) -> Draft {
    let mut draft = words(["draft", "--federation", "huzhou"]);
    if let Some(agreement) = agreement {
        draft.extend([PathBuf::from("--agreement"), agreement.to_owned()]);
    }
    draft.extend_from_slice(requests);
    let charter = Draft::make(draft, file);
    charter.sign(nodes.clone());
    for puppet in puppets {
        let note = fs::read(&charter.file).unwrap();
        fs::write(&charter.file, puppet.sign(&note)).unwrap();
    }
    for node in nodes {
        let accepted = charter.accept(node);
        assert!(accepted.status.success(), "{}", crate::program::errors(&accepted));
    }
    charter
}

/// Writes what a node is to know of itself and of those it dials.
pub(crate) fn configure<'a>(
    node: &Node,
    settings: &str,
    dials: impl IntoIterator<Item = (&'a str, &'a str)>,
) {
    let mut text = format!("http = \"127.0.0.1:{}\"\n{settings}[peers]\n", free_port());
    for (id, address) in dials {
        text.extend([id, " = [\"", address, "\"]\n"]);
    }
    fs::write(node.dir.join("node.toml"), text).unwrap();
}

/// An address at which nobody else listens.
pub(crate) fn free_address() -> String {
    format!("/ip4/127.0.0.1/tcp/{}", free_port())
}

/// A port of which nobody else knows. Not one that the system gives to clients: while a node is away,
/// any of their many connections might take it.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let process = u16::try_from(std::process::id() % 100).unwrap();
        let port = 20_000 + (process * 101 + step) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

pub(crate) fn words<const N: usize>(words: [&str; N]) -> Vec<PathBuf> {
    words.map(PathBuf::from).to_vec()
}
