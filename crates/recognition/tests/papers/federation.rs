//! The federation `demo`: cities 嘉兴 and 湖州, county 长兴 of the latter, agreement `delta`; and logs
//! of a few entries.

use std::convert::Infallible;

use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Record, Statement, Subject, SubjectClass, SubjectCode,
    statement::{Cause, End, EntryName, Evidence, GradeGround, Ground, ListGround, Listing},
};
use tiaoxi_federation::{MemberId, Origin, Terms, digest::HexHash};
use tiaoxi_ledger::{
    Hash,
    checkpoint::Checkpoint,
    header::{Concerned, Header, HeaderBytes, KindField, Relation},
    note::{PublicKey, SigningKey, VerifierKey},
    salt::{SaltKey, commitment},
    tree,
};
use tiaoxi_recognition::{
    Place, Told,
    evidence::{self, Parts},
};

/// A company that is not.
pub(crate) const CODE: &str = "91330411TX000001XL";

pub(crate) fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from_date(year, month, day).unwrap()
}

pub(crate) fn member(id: &str) -> MemberId {
    MemberId::parse(id).unwrap()
}

pub(crate) fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

pub(crate) fn code(code: &str) -> SubjectCode {
    SubjectCode { scheme: CodeScheme::USCC, code: code.to_owned() }
}

pub(crate) fn subject() -> Subject {
    Subject {
        class: SubjectClass::ORGANISATION,
        name: "嘉兴示例化工有限公司".to_owned(),
        codes: vec![code(CODE)],
    }
}

/// The secret of a member's log key.
pub(crate) fn log_seed(id: &str) -> [u8; 32] {
    let mut seed = [7; 32];
    seed.iter_mut().zip(id.bytes()).for_each(|(to, from)| *to = from);
    seed
}

fn public(id: &str, purpose: u8) -> String {
    let mut seed = log_seed(id);
    if purpose > 0 {
        seed[31] = purpose;
    }
    let key = VerifierKey::new("key", PublicKey::of_seed(&seed)).unwrap().to_string();
    key.splitn(3, '+').nth(2).unwrap().to_owned()
}

fn member_text(id: &str, name: &str, hub: Option<&str>) -> String {
    let hub = hub.map_or_else(String::new, |hub| format!("hub = \"{hub}\"\n"));
    let [log, transport, witness, recovery] = [0, 1, 2, 3].map(|purpose| public(id, purpose));
    format!(
        "[[members]]\nid = \"{id}\"\nname = \"{name}\"\n{hub}[members.keys]\n\
         transport = \"{transport}\"\nlog = \"{log}\"\nwitness = \"{witness}\"\n\
         recovery = \"{recovery}\"\n"
    )
}

/// 嘉兴 lists; 湖州 narrows, 杭州 has persons decide.
const AGREEMENT: &str = r#"
[[agreements]]
id = "delta"
version = 1
name = "重点监管对象互认协议（示例）"
parties = ["jiaxing", "huzhou", "hangzhou"]
starts = "2026-01-01"
ends = "2028-12-31"
notice_days = 30
duties = [{ domain = "ecology", members = ["jiaxing"] }]
maps = [
  { receiver = "huzhou", domain = "ecology", standard = "ecology-list", standard_version = 1, level = "serious", here = "watched", inspection = "more", measures = ["review"], term_months_max = 6 },
  { domain = "ecology", standard = "ecology-list", standard_version = 1, level = "serious", here = "serious", inspection = "more", officers = 1, term_months_max = 12 },
]
"#;

/// The charter's terms.
pub(crate) fn terms() -> Terms {
    let catalog = "ab".repeat(32);
    let supervision = Supervision::parse(include_bytes!("supervision.toml")).unwrap();
    let supervision = HexHash(supervision.hash());
    let mut parts = vec![format!(
        "# tiaoxi-charter/1\nfederation = \"demo\"\nversion = 1\nthreshold = 3\n\
         supervision = \"{supervision}\"\n[[items]]\nnumber = 2\nslug = \"xzcf\"\ncatalog = \"{catalog}\"\n"
    )];
    parts.push(member_text("jiaxing", "嘉兴市信用中心（演示）", None));
    parts.push(member_text("huzhou", "湖州市信用中心（演示）", None));
    parts.push(member_text("hangzhou", "杭州市信用中心（演示）", None));
    parts.push(member_text("changxing", "长兴县信用中心（演示）", Some("huzhou")));
    for (owner, channel) in [
        ("jiaxing", "records"),
        ("jiaxing", "notices"),
        ("jiaxing", "exchange/delta"),
        ("jiaxing", "ends/delta"),
        ("huzhou", "records"),
        ("huzhou", "exchange/delta"),
        ("huzhou", "ends/delta"),
        ("hangzhou", "exchange/delta"),
        ("hangzhou", "ends/delta"),
        ("changxing", "ends/delta"),
    ] {
        parts.push(format!(
            "[[logs]]\nmember = \"{owner}\"\nchannel = \"{channel}\"\nepoch = 1\nsuite = 1\n\
             audience = []\ndeciders = []\nquorum = 0\n"
        ));
    }
    let everybody = r#"["jiaxing", "huzhou", "hangzhou", "changxing"]"#;
    for (statements, items, channel) in [
        ("\"record\", \"correction\"", "2", "records"),
        ("\"import\"", "", "records"),
        ("\"correction\"", "2", "notices"),
        ("\"listing\", \"recognition\"", "", "exchange/delta"),
        ("\"end\", \"receipt\", \"objection-mark\"", "", "ends/delta"),
    ] {
        parts.push(format!(
            "[[duties]]\nmembers = {everybody}\nstatements = [{statements}]\n\
             items = [{items}]\nchannels = [\"{channel}\"]\n"
        ));
    }
    parts.push(AGREEMENT.to_owned());
    Terms::parse(&parts.concat()).unwrap()
}

/// A log under its owner's key.
pub(crate) struct TestLog {
    key: SigningKey,
    entries: Vec<(HeaderBytes, SaltKey, Vec<u8>)>,
}

/// The complete nodes over some leaves.
struct Leaves(Vec<Hash>);

impl tree::Nodes for Leaves {
    type Error = Infallible;
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
        let (width, index) = (1 << level, usize::try_from(index).unwrap());
        Ok(tree::subtree_root(&self.0[index * width..(index + 1) * width]))
    }
}

impl TestLog {
    pub(crate) fn new(name: &str) -> Self {
        let owner = origin(name).member;
        let key = SigningKey::new(name, &log_seed(owner.as_str())).unwrap();
        Self { key, entries: Vec::new() }
    }

    /// The same log with another's key.
    pub(crate) fn forged(name: &str, forger: &str) -> Self {
        let key = SigningKey::new(name, &log_seed(forger)).unwrap();
        Self { key, entries: Vec::new() }
    }

    /// Appends a statement that concerns the entry named; its number.
    pub(crate) fn say(&mut self, statement: &Statement, item: u16, about: Concerned) -> u64 {
        self.say_on(day(2026, 11, 24), statement, item, about)
    }

    /// The same, stated on a day.
    pub(crate) fn say_on(
        &mut self,
        stated: Day,
        statement: &Statement,
        item: u16,
        about: Concerned,
    ) -> u64 {
        let (kind, body) = (statement.kind(), statement.to_body().unwrap());
        let number = self.entries.len() as u64;
        let salt = SaltKey([u8::try_from(number).unwrap() + 1; 32]);
        let header = Header {
            kind: KindField::new(statement.effect() as u8, kind as u8, kind.version()),
            item,
            day: stated.0,
            concerned: about,
            commitment: commitment(&salt, &body),
        };
        self.entries.push((header.to_bytes(), salt, body));
        number
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The name of an entry in statements of others.
    pub(crate) fn name(&self, number: u64) -> EntryName {
        let (header, ..) = &self.entries[usize::try_from(number).unwrap()];
        let commitment = Header::from_bytes(header).unwrap().commitment;
        EntryName { log: self.key.name().to_owned(), number, commitment }
    }

    /// Everything in it, as a register is told.
    pub(crate) fn told(&self) -> Vec<Told<'_>> {
        (0..)
            .zip(&self.entries)
            .map(|(number, (header, _, body))| Told {
                place: Place { origin: origin(self.key.name()), number },
                header: Header::from_bytes(header).unwrap(),
                body: Some(body),
            })
            .collect()
    }

    fn leaves(&self) -> Leaves {
        Leaves(self.entries.iter().map(|(header, ..)| tree::leaf_hash(header)).collect())
    }

    pub(crate) fn root(&self) -> Hash {
        let Ok(root) = tree::root(&mut self.leaves(), self.size());
        root
    }

    /// An entry with its proof under the whole log.
    pub(crate) fn evidence(&self, number: u64) -> Evidence {
        let Ok(path) = tree::inclusion_path(&mut self.leaves(), 0, number, self.size());
        let origin = self.key.name().to_owned();
        let checkpoint = Checkpoint { origin, size: self.size(), root: self.root() };
        let signed = checkpoint.sign(&self.key).unwrap();
        let (header, salt, body) = &self.entries[usize::try_from(number).unwrap()];
        let checkpoint = signed.note();
        evidence::make(&Parts { number, header, salt, body, path: &path, checkpoint })
    }
}

/// A penalty.
pub(crate) fn record(subject: Subject) -> Statement {
    Statement::Record(Record {
        row: 1,
        subject,
        authority: "11330400TX0000909M".to_owned(),
        document: "嘉演示罚〔2026〕17号".to_owned(),
        decided: day(2026, 3, 2),
        fields: Vec::new(),
    })
}

pub(crate) fn list_ground() -> Ground {
    Ground::List(ListGround {
        authority: "嘉兴市演示生态环境局".to_owned(),
        authority_code: "11330400TX0000909M".to_owned(),
        document: "嘉演示列〔2026〕3号".to_owned(),
        decided: day(2026, 4, 20),
        notice: "嘉演示告〔2026〕3号".to_owned(),
        notified: day(2026, 4, 1),
        heard: "已告知，未提出陈述申辩".to_owned(),
    })
}

pub(crate) fn grade_ground() -> Ground {
    Ground::Grade(GradeGround {
        authority: "嘉兴市演示市场监督管理局".to_owned(),
        authority_code: String::new(),
        document: "嘉演示评〔2026〕8号".to_owned(),
        decided: day(2026, 4, 20),
        model: "示例企业信用评价模型".to_owned(),
        model_version: "2026年版".to_owned(),
        period_from: day(2025, 1, 1),
        period_to: day(2025, 12, 31),
    })
}

/// A listing from 2026-05-01 to 2027-04-30.
pub(crate) fn listing(subject: Subject) -> Statement {
    Statement::Listing(Listing {
        subject,
        domain: "ecology".to_owned(),
        standard: "ecology-list".to_owned(),
        standard_version: 1,
        level: "serious".to_owned(),
        ground: list_ground(),
        since: day(2026, 5, 1),
        until: day(2027, 4, 30),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["review".to_owned()],
        channel: "嘉兴市演示生态环境局信用科".to_owned(),
        evidence: None,
    })
}

pub(crate) fn end() -> Statement {
    Statement::End(End {
        cause: Cause::REPAIR,
        because: None,
        document: "嘉演示修〔2026〕1号".to_owned(),
        applied: Some(day(2026, 6, 1)),
        decided: day(2026, 6, 3),
        reason: String::new(),
        undone_inspection: Inspection::NONE,
        undone_measures: Vec::new(),
    })
}

pub(crate) fn concerning(relation: Relation, number: u64) -> Concerned {
    Concerned { relation, epoch: 1, number }
}
