//! A federation of partner cities and their counties under an agreement on mutual recognition,
//! founded with the program's commands.

use std::{collections::BTreeMap, fs, path::PathBuf};

use tempfile::TempDir;
use tiaoxi_api::{
    client::{Client, ClientError},
    service::ReviewerToken,
    types::{ListingRequest, ListingShown, Place, RecognitionShown},
};
use tiaoxi_credit::Statement;
use tiaoxi_federation::{Chain, Fingerprint, MemberId};
use tiaoxi_ledger::header::Header;

use crate::{
    founding::{self, configure, free_address},
    node::{Node, status_of},
    program::{succeed, until, within},
    puppet::{Puppet, Site},
};

/// Who takes part in a federation, and what its parties have agreed on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cast<'a> {
    pub(crate) hubs: &'a [&'static str],
    /// Each with its hub.
    pub(crate) counties: &'a [(&'static str, &'static str)],
    /// Members that the test plays itself.
    pub(crate) puppets: &'a [&'a Puppet],
    /// Text of the agreement; of none, there is none.
    pub(crate) agreement: Option<&'a str>,
    /// What every node is set to.
    pub(crate) settings: &'a str,
}

/// The members, and where all of it lies.
pub(crate) struct Delta {
    /// Hubs first, in the order in which they start.
    pub(crate) nodes: Vec<Node>,
    /// Where hubs listen for members.
    addresses: BTreeMap<&'static str, String>,
    pub(crate) fingerprint: String,
    // Behind the nodes: they are ended before their files go.
    pub(crate) root: TempDir,
}

impl Delta {
    /// Founds a federation and starts every node.
    pub(crate) fn of(cast: Cast<'_>) -> Self {
        let mut delta = Self::founded(cast);
        delta.start();
        delta
    }

    /// Founds a federation.
    pub(crate) fn founded(cast: Cast<'_>) -> Self {
        let root = TempDir::new().unwrap();
        let members = cast.hubs.iter().map(|hub| (*hub, None));
        let members = members.chain(cast.counties.iter().map(|(id, hub)| (*id, Some(*hub))));
        let (mut nodes, mut requests) = (Vec::new(), Vec::new());
        for (id, hub) in members.clone() {
            let node = Node::new(id, root.path());
            requests.push(founding::init(&node, hub));
            nodes.push(node);
        }
        for puppet in cast.puppets {
            requests.push(root.path().join(format!("{}.request", puppet.id())));
            fs::write(requests.last().unwrap(), puppet.request()).unwrap();
        }
        let addresses = cast.hubs.iter().map(|hub| (*hub, free_address())).collect();
        let mut delta = Self { nodes, addresses, fingerprint: String::new(), root };
        let agreement = cast.agreement.map(|text| delta.write("agreement.toml", text));
        let charter = delta.path("charter.note");
        let agreement = agreement.as_deref();
        let charter = founding::found(&requests, agreement, &delta.nodes, cast.puppets, charter);
        delta.fingerprint = charter.fingerprint;
        for (id, hub) in members {
            delta.configure(id, hub, cast.settings);
        }
        delta
    }

    /// Hubs dial those before them, counties their hub.
    fn configure(&self, id: &str, hub: Option<&str>, settings: &str) {
        let known = |id: &str| (self.addresses.get_key_value(id)).map(|it| (*it.0, it.1.as_str()));
        let before = self.nodes.iter().take_while(|node| node.id != id);
        let dials: Vec<_> = match hub {
            Some(hub) => known(hub).into_iter().collect(),
            None => before.filter_map(|node| known(node.id)).collect(),
        };
        let listen = self.addresses.get(id);
        let listen = listen.map_or_else(String::new, |it| format!("listen = [\"{it}\"]\n"));
        configure(self.node(id), &format!("{settings}{listen}"), dials);
    }

    /// A member that comes later, with its request; configured as if it had been there.
    pub(crate) fn newcomer(
        &mut self,
        id: &'static str,
        hub: Option<&'static str>,
        settings: &str,
    ) -> PathBuf {
        let node = Node::new(id, self.root.path());
        let request = founding::init(&node, hub);
        self.nodes.push(node);
        if hub.is_none() {
            self.addresses.insert(id, free_address());
        }
        self.configure(id, hub, settings);
        request
    }

    /// Starts every node that does not run.
    pub(crate) fn start(&mut self) {
        for node in &mut self.nodes {
            if !node.is_running() {
                node.spawn();
            }
        }
        for node in &mut self.nodes {
            node.wait_until_ready();
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Writes a file; where it lies.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn node(&self, id: &str) -> &Node {
        self.nodes.iter().find(|node| node.id == id).unwrap()
    }

    pub(crate) fn node_mut(&mut self, id: &str) -> &mut Node {
        self.nodes.iter_mut().find(|node| node.id == id).unwrap()
    }

    pub(crate) fn client(&self, id: &str) -> Client {
        self.node(id).client()
    }

    /// The first charter.
    pub(crate) fn charter(&self) -> Chain {
        let note = fs::read(self.path("charter.note")).unwrap();
        let pin: Fingerprint = self.fingerprint.parse().unwrap();
        Chain::pinned(&note, &pin).unwrap()
    }

    /// What a puppet that dials a hub has to know.
    pub(crate) fn site(&self, hub: &str) -> Site {
        Site {
            charter: self.charter(),
            peer: MemberId::parse(hub).unwrap(),
            address: self.addresses[hub].clone(),
            root: self.root.path().to_owned(),
        }
    }

    /// A new officer of a member.
    pub(crate) fn officer(&self, id: &str, name: &str) -> ReviewerToken {
        let dir = self.node(id).dir.display().to_string();
        let said = succeed(["reviewer", "--dir", &dir, "add", name]);
        ReviewerToken::new(String::from_utf8(said).unwrap().trim().to_owned())
    }

    /// Lists at a member; where the listing stands.
    pub(crate) fn list(&self, id: &str, request: &ListingRequest) -> Place {
        let said = self.client(id).list(request, None).unwrap();
        Place { origin: said.log, number: said.number }
    }

    /// Waits until a member shows a listing so.
    pub(crate) fn shown(
        &self,
        id: &str,
        place: &Place,
        what: &str,
        stands: impl Fn(&ListingShown) -> bool,
    ) -> ListingShown {
        let client = self.client(id);
        let mut last = None;
        let found = within(|| {
            last = client.listing(place).ok();
            last.clone().filter(|shown| shown.listing.is_some() && stands(shown))
        });
        found.unwrap_or_else(|| {
            panic!("waited in vain until {id} shows that {what}; it shows {last:?}")
        })
    }

    /// Waits until what a member makes of a listing itself has this state.
    pub(crate) fn here(&self, id: &str, place: &Place, state: &str) -> RecognitionShown {
        let shown = self.shown(id, place, &format!("the listing is {state} here"), |shown| {
            shown.here.as_ref().is_some_and(|here| here.state == state)
        });
        shown.here.unwrap()
    }

    /// Waits until a member shows that a listing has this state at its origin.
    pub(crate) fn at_origin(&self, id: &str, place: &Place, state: &str) -> ListingShown {
        self.shown(id, place, &format!("the listing is {state}"), |shown| shown.state == state)
    }

    /// Waits until the origin has every receipt.
    pub(crate) fn confirmed(&self, origin: &str, place: &Place) -> ListingShown {
        self.shown(origin, place, "everybody has confirmed the end", |shown| {
            shown.ended.is_some() && shown.expected > 0 && shown.confirmed == shown.expected
        })
    }

    /// Waits until every member has heard of lately whoever it follows.
    pub(crate) fn acquainted(&self) {
        for node in &self.nodes {
            let client = node.client();
            until(&format!("{} has heard from everybody", node.id), || {
                let logs = client.logs().unwrap();
                let logs = logs.iter().filter(|log| log.origin.contains("/ends/")).count();
                let fresh = client.exchange().unwrap().heartbeats;
                let fresh = fresh.iter().filter(|beat| beat.fresh).count();
                (logs > 0 && fresh == logs).then_some(())
            });
        }
    }
}

/// What a party makes of a listing, as it is shown.
pub(crate) fn of<'a>(shown: &'a ListingShown, party: &str) -> &'a RecognitionShown {
    shown.recognitions.iter().find(|it| it.member == party).unwrap()
}

/// Checks that a request was refused with a stable code.
#[track_caller]
pub(crate) fn refused_as<T: std::fmt::Debug>(answer: Result<T, ClientError>, code: &str) {
    assert_eq!(answer.unwrap_err().code(), Some(code));
}

/// Everything that a member holds of a log, in words; what it does not hold, or can't read, is
/// passed over.
pub(crate) fn statements(client: &Client, log: &str) -> Vec<Statement> {
    let size = status_of(client, log).verified_up_to;
    let said = (0..size).filter_map(|number| {
        let proof = client.proof(log, number).ok()?;
        let header = Header::from_bytes(&proof.header.0.try_into().ok()?).ok()?;
        let (kind, version) = (header.kind.kind(), header.kind.version());
        Statement::from_body(kind, version, &proof.body?.0).ok()
    });
    said.collect()
}
