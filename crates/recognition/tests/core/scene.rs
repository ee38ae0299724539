//! Three cities and three counties under one agreement, what they say, and an invented company.

use std::{collections::BTreeMap, rc::Rc};

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
    salt::{SaltKey, commitment},
};
use tiaoxi_recognition::{Duty, Place, Register, Told, View};

#[path = "rules.rs"]
pub(crate) mod rules;

pub(crate) use rules::Rules;

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
