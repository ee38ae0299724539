//! Three cities and three counties under one agreement, what they say, and an invented company.

use std::{collections::BTreeMap, fmt::Write, rc::Rc};

use tiaoxi_catalog::{Calendar, supervision::Supervision};
use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Statement, Subject, SubjectClass, SubjectCode,
    statement::{
        Cause, Decision, End, EntryName, Ground, ListGround, Listing, ObjectionMark, Recognition,
    },
};
use tiaoxi_federation::{FederationId, MemberId, Origin, Terms};
use tiaoxi_ledger::{
    header::{Concerned, Header, KindField, Relation},
    note::{PublicKey, VerifierKey},
    salt::{SaltKey, commitment},
};
use tiaoxi_recognition::{Duty, Place, Register, Told, View};

/// A company that is not.
pub(crate) const CODE: &str = "91330411TX000001XL";
/// Noon in Beijing on [`TODAY`].
pub(crate) const NOON: u64 = TODAY.0 as u64 * DAY + 4 * HOUR;
/// 2026-11-24.
pub(crate) const TODAY: Day = Day(20_781);
pub(crate) const HOUR: u64 = 3600;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) const CITIES: [&str; 3] = ["jiaxing", "huzhou", "hangzhou"];
pub(crate) const COUNTIES: [(&str, &str); 3] =
    [("haining", "jiaxing"), ("changxing", "huzhou"), ("anji", "huzhou")];

pub(crate) fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

/// A log of the agreement, of the first epoch.
pub(crate) fn origin(member: &str, channel: &str) -> Origin {
    Origin::parse(&format!("demo/{member}/{channel}/delta/1")).unwrap()
}

/// What charter and catalogue may say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Jiaxing lists in the domain.
    pub(crate) duty: bool,
    /// There are maps.
    pub(crate) maps: bool,
    /// Hangzhou's map.
    pub(crate) of_hangzhou: OwnMap,
    /// Hours for which an origin's word counts.
    pub(crate) freshness_hours: u16,
    /// Last day of the agreement.
    pub(crate) ends: Day,
    /// The day on which the standard is withdrawn.
    pub(crate) withdrawn: Option<Day>,
    /// Version of the charter.
    pub(crate) version: u32,
}

/// What a city's own map may say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnMap {
    pub(crate) officers: u8,
    pub(crate) months: u16,
    pub(crate) pauses: bool,
}

impl Default for OwnMap {
    fn default() -> Self {
        Self { officers: 1, months: 36, pauses: false }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            duty: true,
            maps: true,
            of_hangzhou: OwnMap::default(),
            freshness_hours: 24,
            ends: Day(22_000),
            withdrawn: None,
            version: 1,
        }
    }
}

fn key(id: &str, purpose: u8) -> String {
    let mut seed = [purpose; 32];
    seed.iter_mut().zip(id.bytes()).for_each(|(to, from)| *to = from);
    let key = VerifierKey::new("key", PublicKey::of_seed(&seed)).unwrap().to_string();
    key.splitn(3, '+').nth(2).unwrap().to_owned()
}

fn member_text(id: &str, hub: Option<&str>) -> String {
    let hub = hub.map_or_else(String::new, |hub| format!("hub = \"{hub}\"\n"));
    let [log, transport, witness, recovery] = [1, 2, 3, 4].map(|purpose| key(id, purpose));
    format!(
        "[[members]]\nid = \"{id}\"\nname = \"{id}（演示）\"\n{hub}[members.keys]\n\
         transport = \"{transport}\"\nlog = \"{log}\"\nwitness = \"{witness}\"\n\
         recovery = \"{recovery}\"\n"
    )
}

fn map_text(
    receiver: Option<&str>,
    level: &str,
    officers: u8,
    months: u16,
    pauses: bool,
) -> String {
    let receiver = receiver.map_or_else(String::new, |it| format!("receiver = \"{it}\"\n"));
    format!(
        "[[agreements.maps]]\n{receiver}domain = \"ecology\"\nstandard = \"eco-list\"\n\
         standard_version = 1\nlevel = \"{level}\"\nhere = \"{level}\"\ninspection = \"more\"\n\
         measures = [\"closer-review\"]\nofficers = {officers}\nterm_months_max = {months}\n\
         objection_pauses = {pauses}\n"
    )
}

impl Rules {
    pub(crate) fn terms(&self) -> Terms {
        let version = self.version;
        let mut text = format!(
            "# tiaoxi-charter/1\nfederation = \"demo\"\nversion = {version}\nthreshold = 4\n\
             items = []\n"
        );
        if version > 1 {
            let previous = "ab".repeat(32);
            text = text.replace("threshold", &format!("previous = \"{previous}\"\nthreshold"));
        }
        text += &CITIES.map(|city| member_text(city, None)).concat();
        text += &COUNTIES.map(|(county, hub)| member_text(county, Some(hub))).concat();
        let of_cities = CITIES.iter().flat_map(|city| [(*city, "exchange"), (*city, "ends")]);
        for (member, channel) in of_cities.chain(COUNTIES.map(|(county, _)| (county, "ends"))) {
            write!(
                text,
                "[[logs]]\nmember = \"{member}\"\nchannel = \"{channel}/delta\"\nepoch = 1\n\
                 suite = 1\naudience = []\ndeciders = []\nquorum = 0\n"
            )
            .unwrap();
        }
        text += "[[duties]]\nmembers = [\"jiaxing\", \"huzhou\", \"hangzhou\"]\n\
                 statements = [\"listing\", \"recognition\"]\nitems = []\n\
                 channels = [\"exchange/delta\"]\n";
        let listers = if self.duty { "\"jiaxing\", \"hangzhou\"" } else { "\"hangzhou\"" };
        let (ends, freshness) = (self.ends, self.freshness_hours);
        write!(
            text,
            "[[agreements]]\nid = \"delta\"\nversion = 1\nname = \"互认协议（示例）\"\n\
             parties = [\"jiaxing\", \"huzhou\", \"hangzhou\"]\nstarts = \"2026-01-01\"\n\
             ends = \"{ends}\"\nnotice_days = 30\nfreshness_hours = {freshness}\n\
             [[agreements.duties]]\ndomain = \"ecology\"\nmembers = [{listers}]\n"
        )
        .unwrap();
        if self.maps {
            text += &map_text(None, "grave", 0, 24, true);
            let OwnMap { officers, months, pauses } = self.of_hangzhou;
            text += &map_text(Some("hangzhou"), "grave", officers, months, pauses);
        }
        Terms::parse(&text).unwrap()
    }

    pub(crate) fn supervision(&self) -> Supervision {
        let withdrawn =
            self.withdrawn.map_or_else(String::new, |day| format!("withdrawn = \"{day}\""));
        let text = SUPERVISION.replace("#withdrawn", &withdrawn);
        Supervision::parse(text.as_bytes()).unwrap()
    }
}

const SUPERVISION: &str = r#"
format = 1
version = 1
name_zh = "监管目录（演示）"
source = "演示"
[clocks]
handling = { days = 3, workdays = false, source = "演示" }
propagation = { days = 3, workdays = false, source = "演示" }
[[domains]]
slug = "ecology"
name_zh = "生态环境"
name_en = "ecology"
lead = "浙江"
source = "演示"
[[domains]]
slug = "tourism"
name_zh = "文化旅游"
name_en = "tourism"
lead = "上海"
source = "演示"
[[measures]]
slug = "closer-review"
name_zh = "加强审查"
name_en = "closer review"
basis = "演示 第一条"
verified = true
note = "演示"
[[measures]]
slug = "no-honours"
name_zh = "不得评优"
name_en = "no honours"
basis = "演示 第二条"
verified = true
note = "演示"
[[measures]]
slug = "switched-off"
name_zh = "已停用"
name_en = "switched off"
basis = "未核实"
verified = false
note = "演示"
[[standards]]
slug = "eco-list"
version = 1
edition = "2026年版"
name_zh = "演示标准"
domain = "ecology"
ground = "list"
tier = "ministry"
authority = "演示部门"
valid_from = "2026-01-01"
source = "演示"
verified = true
#withdrawn
levels = [
  { slug = "mild", name_zh = "一般", severity = 1, term_months_max = 12, inspection = "more", measures = [] },
  { slug = "grave", name_zh = "严重", severity = 2, term_months_max = 36, inspection = "sharply-more", measures = ["closer-review", "no-honours"] },
]
[[standards]]
slug = "old-list"
version = 1
edition = "2024年版"
name_zh = "演示旧标准"
domain = "ecology"
ground = "list"
tier = "ministry"
authority = "演示部门"
valid_from = "2024-01-01"
valid_to = "2026-06-30"
source = "演示"
verified = true
levels = [{ slug = "grave", name_zh = "严重", severity = 2, term_months_max = 36, inspection = "more", measures = [] }]
"#;

pub(crate) fn subject() -> Subject {
    Subject {
        class: SubjectClass::ORGANISATION,
        name: "嘉兴示例化工有限公司".to_owned(),
        codes: vec![SubjectCode { scheme: CodeScheme::USCC, code: CODE.to_owned() }],
    }
}

/// A listing that keeps to the agreement, decided today.
pub(crate) fn listing() -> Listing {
    let day = |before| Day(TODAY.0 - before);
    Listing {
        subject: subject(),
        domain: "ecology".to_owned(),
        standard: "eco-list".to_owned(),
        standard_version: 1,
        level: "grave".to_owned(),
        ground: Ground::List(ListGround {
            authority: "嘉兴市生态环境局（演示）".to_owned(),
            authority_code: String::new(),
            document: "嘉环列〔2026〕17号".to_owned(),
            decided: day(1),
            notice: "嘉环告〔2026〕17号".to_owned(),
            notified: day(10),
            heard: "未提出陈述申辩".to_owned(),
        }),
        since: TODAY,
        until: Day(TODAY.0 + 300),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["closer-review".to_owned(), "no-honours".to_owned()],
        channel: "嘉兴市生态环境局，0573-00000000".to_owned(),
        evidence: None,
    }
}

pub(crate) fn end(cause: Cause) -> Statement {
    Statement::End(End {
        cause,
        because: None,
        document: "嘉环修〔2026〕3号".to_owned(),
        applied: Some(Day(TODAY.0 - 2)),
        decided: TODAY,
        reason: "已完成整改".to_owned(),
        undone_inspection: Inspection::NONE,
        undone_measures: Vec::new(),
    })
}

pub(crate) fn mark(listing: Option<EntryName>) -> Statement {
    Statement::ObjectionMark(ObjectionMark {
        listing,
        passes_on: None,
        objection: "异〔2026〕1号".to_owned(),
        received: TODAY,
        matter: "处罚决定已被撤销".to_owned(),
    })
}

pub(crate) fn decision(listing: EntryName, decision: Decision, officers: u8) -> Recognition {
    Recognition {
        listing,
        decision,
        level: "grave".to_owned(),
        inspection: Inspection::MORE,
        measures: vec!["closer-review".to_owned()],
        since: TODAY,
        until: Day(TODAY.0 + 300),
        reason: "标准一致".to_owned(),
        basis: "互认协议".to_owned(),
        decided: TODAY,
        officers,
    }
}

/// An entry as it was said.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) place: Place,
    pub(crate) header: Header,
    pub(crate) body: Vec<u8>,
}

impl Said {
    pub(crate) fn name(&self) -> EntryName {
        self.place.name(self.header.commitment)
    }

    pub(crate) fn tell(&self, register: &mut Register) -> bool {
        let told = Told { place: self.place.clone(), header: self.header, body: Some(&self.body) };
        register.tell(&told).unwrap()
    }
}

/// Everything that anybody has said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    pub(crate) said: Vec<Said>,
    sizes: BTreeMap<Origin, u64>,
}

impl Book {
    /// Appends to a member's log of the agreement.
    pub(crate) fn say(
        &mut self,
        member: &str,
        channel: &str,
        concerned: Concerned,
        statement: &Statement,
    ) -> Said {
        self.append(origin(member, channel), concerned, statement, TODAY)
    }

    fn append(
        &mut self,
        origin: Origin,
        concerned: Concerned,
        statement: &Statement,
        day: Day,
    ) -> Said {
        let number = self.sizes.entry(origin.clone()).or_default();
        let body = statement.to_body().unwrap();
        let kind = statement.kind();
        let kind = KindField::new(statement.effect() as u8, kind as u8, kind.version());
        let salt = SaltKey([u8::try_from(*number % 251).unwrap(); 32]);
        let commitment = commitment(&salt, &body);
        let header = Header { kind, item: 0, day: day.0, concerned, commitment };
        let said = Said { place: Place { origin, number: *number }, header, body };
        *number += 1;
        self.said.push(said.clone());
        said
    }

    /// Appends what a member has to say.
    pub(crate) fn obey(&mut self, member: &str, duty: &Duty, day: Day) -> Said {
        let origin = Origin {
            federation: FederationId::parse("demo").unwrap(),
            member: id(member),
            channel: duty.channel.clone(),
            epoch: 1,
        };
        self.append(origin, duty.concerned, &duty.statement, day)
    }

    /// Entries of a log.
    pub(crate) fn size(&self, origin: &Origin) -> u64 {
        self.sizes.get(origin).copied().unwrap_or_default()
    }
}

pub(crate) fn concerning(relation: Relation, said: &Said) -> Concerned {
    Concerned { relation, epoch: said.place.origin.epoch, number: said.place.number }
}

/// A register with charter, catalogue and calendar, at a time.
pub(crate) struct Desk {
    pub(crate) register: Register,
    pub(crate) terms: Rc<Terms>,
    pub(crate) supervision: Rc<Supervision>,
    pub(crate) calendar: Rc<Calendar>,
    pub(crate) now: u64,
}

impl Desk {
    pub(crate) fn new(rules: Rules) -> Self {
        let calendar = include_str!("../../../../configs/calendar.tsv");
        let calendar = Calendar::parse(calendar).unwrap();
        Self {
            register: Register::default(),
            terms: Rc::new(rules.terms()),
            supervision: Rc::new(rules.supervision()),
            calendar: Rc::new(calendar),
            now: NOON,
        }
    }

    /// Another register under the same charter, at the same time.
    pub(crate) fn beside(&self) -> Self {
        Self {
            register: Register::default(),
            terms: Rc::clone(&self.terms),
            supervision: Rc::clone(&self.supervision),
            calendar: Rc::clone(&self.calendar),
            now: self.now,
        }
    }

    pub(crate) fn view<'a>(&'a self, me: &'a MemberId) -> View<'a> {
        self.register.view(&self.terms, &self.supervision, &self.calendar, me, self.now)
    }

    /// The newest word of a city's log of ends is of now.
    pub(crate) fn beat(&mut self, member: &str, size: u64) {
        self.register.beat(&origin(member, "ends"), self.now, size);
    }
}
