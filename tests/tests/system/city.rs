//! A federation of the city's hub and some of its counties, founded with the program's commands.

use std::{fs, path::PathBuf};

use tempfile::TempDir;
use tiaoxi_api::types::LogStatus;
use tiaoxi_federation::{Chain, Fingerprint, MemberId};

use crate::{
    founding::{self, configure, free_address},
    node::{Node, status_of},
    program::until,
    puppet::{Puppet, Site},
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
        let hub_address = free_address();
        let mut city = Self { hub, counties, fingerprint: String::new(), hub_address, root };
        let mut requests = Vec::new();
        for node in city.nodes() {
            let hub = (node.id != "huzhou").then_some("huzhou");
            requests.push(founding::init(node, hub));
        }
        for puppet in puppets {
            let path = city.path(&format!("{}.request", puppet.id()));
            fs::write(&path, puppet.request()).unwrap();
            requests.push(path);
        }
        let charter = city.charter_file();
        city.fingerprint = founding::found(&requests, None, city.nodes(), &[], charter).fingerprint;
        let address = city.hub_address.as_str();
        for county in &city.counties {
            configure(county, "", [("huzhou", address)]);
        }
        configure(&city.hub, &format!("listen = [\"{address}\"]\n"), []);
        city
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

    /// What a puppet has to know.
    pub(crate) fn site(&self) -> Site {
        Site {
            charter: self.charter(),
            peer: MemberId::parse("huzhou").unwrap(),
            address: self.hub_address.clone(),
            root: self.root.path().to_owned(),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> + Clone {
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
