//! A federation of the city's hub and some of its counties, founded with the program's commands.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    sync::atomic::{AtomicU16, Ordering},
};

use serde_json::Value;
use tempfile::TempDir;
use tiaoxi_api::types::LogStatus;
use tiaoxi_federation::{Chain, Fingerprint};

use crate::{
    node::{Node, status_of},
    program::{succeed, until},
    puppet::Puppet,
};

/// The hub, its counties, and where all of it lies.
pub(crate) struct City {
    pub(crate) hub: Node,
    pub(crate) counties: Vec<Node>,
    pub(crate) fingerprint: String,
    /// Where the hub listens for members.
    pub(crate) hub_address: String,
    // Behind the nodes: they are ended before their files go.
    pub(crate) root: TempDir,
}

impl City {
    /// Founds a city and starts every node.
    pub(crate) fn of(counties: &[&'static str]) -> Self {
        let mut city = Self::founded(counties, &[]);
        city.start();
        city
    }

    /// Founds a city, with members among it that tests play themselves.
    pub(crate) fn founded(counties: &[&'static str], puppets: &[&Puppet]) -> Self {
        let root = TempDir::new().unwrap();
        let hub = Node::new("huzhou", root.path());
        let counties: Vec<_> = counties.iter().map(|id| Node::new(id, root.path())).collect();
        let hub_address = format!("/ip4/127.0.0.1/tcp/{}", free_port());
        let mut city = Self { hub, counties, fingerprint: String::new(), hub_address, root };
        let mut requests = Vec::new();
        for node in city.nodes() {
            requests.push(init(node));
        }
        for puppet in puppets {
            let path = city.path(&format!("{}.request", puppet.id()));
            fs::write(&path, puppet.request()).unwrap();
            requests.push(path);
        }
        city.fingerprint = city.agree(&requests);
        let peers = format!("[peers]\nhuzhou = [\"{}\"]\n", city.hub_address);
        for county in &city.counties {
            county.configure(&format!("http = \"127.0.0.1:{}\"\n{peers}", free_port()));
        }
        let (address, http) = (&city.hub_address, free_port());
        city.hub.configure(&format!("listen = [\"{address}\"]\nhttp = \"127.0.0.1:{http}\"\n"));
        city
    }

    /// Drafts the charter, has every node sign its copy, merges the copies and accepts the charter
    /// everywhere; its fingerprint.
    fn agree(&self, requests: &[PathBuf]) -> String {
        let charter = self.charter_file();
        let mut draft = words(["charter", "draft", "--json", "--federation", "huzhou", "-o"]);
        draft.push(charter.clone());
        draft.extend_from_slice(requests);
        let drafted: Value = serde_json::from_slice(&succeed(draft)).unwrap();
        let fingerprint = drafted["fingerprint"].as_str().unwrap().to_owned();
        let mut merge = words(["charter", "merge", "-o"]);
        merge.push(charter.clone());
        for node in self.nodes() {
            let copy = self.path(&format!("charter-{}.note", node.id));
            let mut sign = words(["charter", "sign", "--fingerprint", &fingerprint, "--dir"]);
            sign.push(node.dir.clone());
            sign.extend(words(["--key-file"]));
            sign.push(node.key_file.clone());
            sign.extend([PathBuf::from("-o"), copy.clone(), charter.clone()]);
            succeed(sign);
            merge.push(copy);
        }
        succeed(merge);
        for node in self.nodes() {
            let mut accept = words(["charter", "accept", "--fingerprint", &fingerprint, "--dir"]);
            accept.extend([node.dir.clone(), charter.clone()]);
            succeed(accept);
        }
        fingerprint
    }

    pub(crate) fn charter_file(&self) -> PathBuf {
        self.path("charter.note")
    }

    /// The charter in force.
    pub(crate) fn charter(&self) -> Chain {
        let note = fs::read(self.charter_file()).unwrap();
        let pin: Fingerprint = self.fingerprint.parse().unwrap();
        Chain::pinned(&note, &pin).unwrap()
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        std::iter::once(&self.hub).chain(&self.counties)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Starts the hub, then the counties, who dial it.
    pub(crate) fn start(&mut self) {
        self.hub.start();
        for county in &mut self.counties {
            county.start();
        }
    }

    pub(crate) fn county(&mut self) -> &mut Node {
        &mut self.counties[0]
    }

    /// Waits until all that a county has said is signed at home and known at the hub.
    pub(crate) fn settle(&self, county: usize) {
        self.level(county);
        let log = self.counties[county].notices();
        let (county, hub) = (self.counties[county].client(), self.hub.client());
        until(&format!("the hub is level with {log}"), || {
            let (home, there) = (status_of(&county, &log), status_of(&hub, &log));
            let is_level = home.size_appended == home.size_signed
                && home.queryable_up_to == home.size_signed
                && there.queryable_up_to == home.size_signed;
            is_level.then_some(())
        });
    }

    /// Waits until a county's log is signed at home, and verified and queryable at the hub, all of
    /// it; how it stands at home and there.
    pub(crate) fn level(&self, county: usize) -> (LogStatus, LogStatus) {
        let log = self.counties[county].log();
        let (county, hub) = (self.counties[county].client(), self.hub.client());
        until(&format!("the hub is level with {log}"), || {
            let (home, there) = (status_of(&county, &log), status_of(&hub, &log));
            let is_level = home.size_appended == home.size_signed
                && home.size_signed == there.verified_up_to
                && there.size_appended == there.verified_up_to
                && there.queryable_up_to == there.verified_up_to
                && home.queryable_up_to == home.size_signed
                && home.root == there.root;
            is_level.then_some((home, there))
        })
    }
}

/// Makes a node's keys; its membership request.
fn init(node: &Node) -> PathBuf {
    let [dir, key] = [&node.dir, &node.key_file].map(|path| path.display().to_string());
    let name = format!("{}公共信用信息中心(演示)", node.id);
    let mut init = vec!["init", "--member", node.id, "--name", &name, "--dir", &dir];
    init.extend(["--key-file", &key]);
    if node.id != "huzhou" {
        init.extend(["--hub", "huzhou"]);
    }
    succeed(init);
    node.dir.join("membership-request.note")
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

fn words<const N: usize>(words: [&str; N]) -> Vec<PathBuf> {
    words.map(PathBuf::from).to_vec()
}
