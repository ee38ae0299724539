//! A federation of the city's hub and some of its counties, founded with the program's own commands.

use std::{fs, path::PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use tiaoxi_api::types::LogStatus;
use tiaoxi_federation::{Chain, Fingerprint};

use crate::{
    node::Node,
    program::{succeed, until},
    puppet::Puppet,
};

/// The hub, its counties, and where all of it lies.
pub(crate) struct City {
    pub(crate) hub: Node,
    pub(crate) counties: Vec<Node>,
    pub(crate) fingerprint: String,
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
        let mut city = Self { hub, counties, fingerprint: String::new(), root };
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
        city.hub.configure("listen = [\"/ip4/127.0.0.1/tcp/0\"]\nhttp = \"127.0.0.1:0\"\n");
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

    /// Starts the hub, then the counties, who dial it. From then on every node keeps its ports.
    pub(crate) fn start(&mut self) {
        self.start_hub();
        let address = self.hub_address();
        let peers = format!("[peers]\nhuzhou = [\"{address}\"]\n");
        for county in &mut self.counties {
            county.configure(&format!("http = \"127.0.0.1:0\"\n{peers}"));
            county.start();
            let http = http_of(county);
            county.configure(&format!("http = \"{http}\"\n{peers}"));
        }
    }

    pub(crate) fn start_hub(&mut self) {
        self.hub.start();
        let (http, address) = (http_of(&self.hub), self.hub_address());
        self.hub.configure(&format!("listen = [\"{address}\"]\nhttp = \"{http}\"\n"));
    }

    /// Where the hub listens for members.
    pub(crate) fn hub_address(&self) -> String {
        let path = self.hub.dir.join("listen-addresses");
        until("the hub listens", || {
            let text = fs::read_to_string(&path).ok()?;
            let (address, _) = text.split_once('\n')?;
            Some(address.to_owned())
        })
    }

    pub(crate) fn county(&mut self) -> &mut Node {
        &mut self.counties[0]
    }

    /// Waits until a county's log is signed at home, and verified and queryable at the hub, all of
    /// it; how it stands at home and there.
    pub(crate) fn level(&self, county: usize) -> (LogStatus, LogStatus) {
        let county = &self.counties[county];
        let log = county.log();
        until(&format!("the hub is level with {log}"), || {
            let (home, there) = (county.log_status(&log), self.hub.log_status(&log));
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

fn http_of(node: &Node) -> String {
    fs::read_to_string(node.dir.join("api-address")).unwrap()
}

fn words<const N: usize>(words: [&str; N]) -> Vec<PathBuf> {
    words.map(PathBuf::from).to_vec()
}
