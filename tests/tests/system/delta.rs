//! A federation of partner cities and their counties under an agreement on mutual recognition; what
//! they list, and invented companies.

use std::{collections::BTreeMap, fs, path::PathBuf};

use tempfile::TempDir;
use tiaoxi_api::{
    client::{Client, ClientError},
    service::ReviewerToken,
    types::{
        Date, EndRequest, GroundShape, ListGroundShape, ListingRequest, ListingShown, Place,
        RecognitionChoice, RecognitionRequest, RecognitionShown, SubjectKind, SubjectShape,
    },
};
use tiaoxi_credit::{Day, Statement, code::uscc_from_parts};
use tiaoxi_federation::{Chain, Fingerprint, MemberId};
use tiaoxi_ledger::header::Header;

use crate::{
    founding::{self, configure, free_address},
    node::{Node, status_of},
    program::{succeed, today, until},
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
        let charter = founding::found(&requests, agreement.as_deref(), &delta.nodes, charter);
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
        let found = until_or(&format!("{id} shows that {what}"), || {
            last = client.listing(place).ok();
            last.clone().filter(|shown| shown.listing.is_some() && stands(shown))
        });
        found.unwrap_or_else(|late| panic!("{late}; it shows {last:?}"))
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

fn until_or<T>(what: &str, look: impl FnMut() -> Option<T>) -> Result<T, String> {
    crate::program::within(look).ok_or_else(|| format!("waited in vain until {what}"))
}

/// The agreement of a test: `officers` of Huzhou decide on grave ecological listings.
pub(crate) fn agreement(parties: &[&str]) -> String {
    let all = names(parties);
    let first = names(&parties[..1]);
    let head = format!(
        "id = \"delta\"\nversion = 1\nname = \"重点监管对象互认协议（演示）\"\nparties = {all}\n\
         starts = \"2026-01-01\"\nends = \"2035-12-31\"\nnotice_days = 30\n"
    );
    let duties = [("ecology", &all), ("food-drug", &all), ("culture-tourism", &all)];
    let duties = duties.into_iter().chain([("product-quality", &first)]);
    let duties = duties.map(|(domain, members)| {
        format!("[[duties]]\ndomain = \"{domain}\"\nmembers = {members}\n")
    });
    let maps = MAPS.map(|it| map(it.0, it.1, it.2, it.3));
    head + &duties.collect::<String>() + &maps.concat()
}

fn names(ids: &[&str]) -> String {
    format!("[\"{}\"]", ids.join("\", \""))
}

/// Receiver (any when empty), standard and level, officers, whether objections pause.
const MAPS: [(&str, (&str, &str), u8, bool); 7] = [
    ("", ("eco-list", "listed"), 0, true),
    ("", ("eco-list", "grave"), 0, true),
    ("huzhou", ("eco-list", "grave"), 1, true),
    ("", ("food-list", "listed"), 0, false),
    ("", ("food-list", "grave"), 0, true),
    ("huzhou", ("food-list", "grave"), 2, true),
    ("huzhou", ("tourism-list", "listed"), 1, true),
];

fn map(receiver: &str, (standard, level): (&str, &str), officers: u8, pauses: bool) -> String {
    let receiver = match receiver {
        "" => String::new(),
        receiver => format!("receiver = \"{receiver}\"\n"),
    };
    let (domain, version) = domain_of(standard);
    let (inspection, months, measures) = match level {
        "grave" => ("sharply-more", 24, "measures = [\"closer-review\"]\n"),
        _ => ("more", 12, ""),
    };
    format!(
        "[[maps]]\n{receiver}domain = \"{domain}\"\nstandard = \"{standard}\"\n\
         standard_version = {version}\nlevel = \"{level}\"\nhere = \"{level}\"\n\
         inspection = \"{inspection}\"\n{measures}officers = {officers}\n\
         term_months_max = {months}\nobjection_pauses = {pauses}\n"
    )
}

/// Domain of a standard, and its version that is valid now.
pub(crate) fn domain_of(standard: &str) -> (&'static str, u16) {
    match standard {
        "eco-list" => ("ecology", 2),
        "food-list" => ("food-drug", 1),
        "tourism-list" => ("culture-tourism", 1),
        _ => ("product-quality", 1),
    }
}

/// The unified code of an invented company.
pub(crate) fn code(number: u32) -> String {
    uscc_from_parts("91", 330_411, &format!("TX{number:06}")).unwrap()
}

/// A request to list an invented company at a level of a standard.
pub(crate) fn listing(number: u32, standard: &str, level: &str) -> ListingRequest {
    let (domain, standard_version) = domain_of(standard);
    let decided = Day(today().0 - 10);
    let subject = SubjectShape {
        class: SubjectKind::Organisation,
        name: format!("嘉兴示例第{number}化工有限公司"),
        code: code(number),
    };
    ListingRequest {
        agreement: "delta".to_owned(),
        subject,
        domain: domain.to_owned(),
        standard: standard.to_owned(),
        standard_version,
        level: level.to_owned(),
        ground: GroundShape::List(ListGroundShape {
            authority: "嘉兴市演示生态环境局".to_owned(),
            authority_code: "11330400TX9000016F".to_owned(),
            document: format!("嘉演示严〔2026〕{number}号"),
            decided: Date(decided),
            notice: format!("嘉演示告〔2026〕{number}号"),
            notified: Date(Day(decided.0 - 20)),
            heard: "未提出陈述申辩".to_owned(),
        }),
        since: None,
        until: Date(Day(decided.0 + 360)),
        inspection: if level == "grave" { "sharply-more" } else { "more" }.to_owned(),
        measures: Vec::new(),
        channel: "信用中国(演示)；嘉兴市演示生态环境局法规处".to_owned(),
        evidence: None,
        preview: false,
    }
}

/// Number of the decision that a company of [`listing`] was listed by.
pub(crate) fn document(number: u32) -> String {
    format!("嘉演示严〔2026〕{number}号")
}

/// An officer's decision, with nothing said beyond it.
pub(crate) fn decision(listing: &Place, decision: RecognitionChoice) -> RecognitionRequest {
    RecognitionRequest {
        listing: listing.clone(),
        decision,
        inspection: None,
        measures: None,
        until: None,
        reason: "经核查，标准一致".to_owned(),
        basis: "互认协议(演示)第五条".to_owned(),
        preview: false,
    }
}

/// An end by decision.
pub(crate) fn end(listing: &Place, cause: &str) -> EndRequest {
    EndRequest {
        listing: listing.clone(),
        cause: cause.to_owned(),
        document: Some("嘉演示移〔2026〕9号".to_owned()),
        applied: None,
        decided: None,
        reason: "已不符合列入条件".to_owned(),
        preview: false,
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
