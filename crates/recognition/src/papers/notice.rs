//! The notice to a company (告知书): whose decision put it on a list, what follows here and by which
//! law, for how long, where to object or repair, and what happens then.
//!
//! Words only. Whether something follows here is for the view; [`NoticeFacts`] holds what was
//! [found](NoticeFacts::of) there.

mod found;

use tiaoxi_credit::{
    Day, Inspection,
    statement::{Decision, Ground},
};

pub use found::{Given, NoNotice};

use super::{paper::Paper, written};

/// What a notice says. Names are those for people; nothing in it is about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFacts {
    /// Name of the company.
    pub subject: String,
    /// Its principal code.
    pub code: String,
    /// The listing: its log and number.
    pub listing: String,
    /// Name of the member that listed it.
    pub origin: String,
    /// Name of the agreement.
    pub agreement: String,
    /// Its version.
    pub agreement_version: u32,
    /// Name of the domain.
    pub domain: String,
    /// Title of the standard.
    pub standard: String,
    /// What its version is called.
    pub standard_edition: String,
    /// Who gave the standard.
    pub standard_authority: String,
    /// Name of the level at home.
    pub level: String,
    /// What the listing is founded on.
    pub ground: Ground,
    /// First day of the listing.
    pub since: Day,
    /// Last day of the listing.
    pub until: Day,
    /// What follows here.
    pub here: Here,
    /// Where to object and how to repair, in the origin's words.
    pub origin_channel: String,
    /// Where to object here: office, address, telephone of the office.
    pub own_channel: String,
    /// How long an application may take.
    pub handling: Limit,
    /// How long an end may take to have reached everybody.
    pub propagation: Limit,
    /// Name of the member that gives the notice.
    pub member: String,
    /// Day of the notice.
    pub today: Day,
}

/// What follows at the member that gives the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// Name of the member whose decision it is: the member itself, or its hub.
    pub decider: String,
    /// Day of that decision.
    pub decided: Day,
    /// What was decided.
    pub decision: Decision,
    /// Name of the level here; empty where there is none.
    pub level: String,
    /// How often the company is inspected.
    pub inspection: Inspection,
    /// Everything else.
    pub measures: Vec<MeasureHere>,
    /// First day here.
    pub since: Day,
    /// Last day here.
    pub until: Day,
    /// Why, in the decider's words.
    pub reason: String,
    /// Law and article, or agreement, in the decider's words.
    pub basis: String,
    /// Why measures rest for now; `None` when they apply.
    pub paused: Option<String>,
}

/// A measure that is taken here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureHere {
    /// Its name.
    pub name: String,
    /// Law and article.
    pub basis: String,
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many days.
    pub days: u16,
    /// Whether only workdays count.
    pub workdays: bool,
}

impl Limit {
    fn written(self) -> String {
        format!("{}个{}", self.days, if self.workdays { "工作日" } else { "自然日" })
    }
}

impl NoticeFacts {
    /// The notice.
    pub fn paper(&self) -> Paper {
        let mut paper = Paper::new("重点监管对象互认告知书");
        paper.subtitle(&format!("互认条目：{}", self.listing));
        paper.address(&format!("{}（代码：{}）：", self.subject, self.code));
        paper.paragraph(&format!(
            "你单位已由{}列入重点监管对象名单。依据《{}》（第{}版），{}对该列入作出互认决定，现将有关事项告知如下。",
            self.origin, self.agreement, self.agreement_version, self.here.decider
        ));
        self.say_whose_decision(&mut paper);
        self.say_what_follows(&mut paper);
        self.say_what_to_do(&mut paper);
        paper.signed(&self.member, &written(self.today));
        paper
    }

    fn say_whose_decision(&self, paper: &mut Paper) {
        paper.heading("一、列入决定");
        let authority = match self.standard_authority.as_str() {
            "" => String::new(),
            authority => format!("，{authority}"),
        };
        let standard = format!("《{}》（{}{authority}）", self.standard, self.standard_edition);
        paper.facts(&[
            ("列入单位", &self.origin),
            ("监管领域", &self.domain),
            ("列入标准", &standard),
            ("列入等级", &self.level),
        ]);
        match &self.ground {
            Ground::List(list) => paper.facts(&[
                ("决定机关", &named(&list.authority, &list.authority_code)),
                ("决定文书", &list.document),
                ("决定日期", &written(list.decided)),
                ("事先告知", &format!("{}（{}）", list.notice, written(list.notified))),
                ("陈述申辩", &list.heard),
            ]),
            Ground::Grade(grade) => paper.facts(&[
                ("评价机关", &named(&grade.authority, &grade.authority_code)),
                ("评价文书", &grade.document),
                ("评价日期", &written(grade.decided)),
                ("评价模型", &format!("{}（{}）", grade.model, grade.model_version)),
                ("评价周期", &period(grade.period_from, grade.period_to)),
            ]),
        }
        paper.facts(&[("列入期限", &period(self.since, self.until))]);
    }

    fn say_what_follows(&self, paper: &mut Paper) {
        let here = &self.here;
        paper.heading("二、在本地的效力");
        let decision = here.decision.label().unwrap_or("其他决定");
        let inspection = here.inspection.label().unwrap_or("其他频次");
        paper.facts(&[
            ("互认决定", decision),
            ("决定单位", &here.decider),
            ("决定日期", &written(here.decided)),
            ("本地等级", &here.level),
            ("检查频次", inspection),
            ("互认理由", &here.reason),
            ("互认依据", &here.basis),
        ]);
        if here.measures.is_empty() {
            paper.paragraph("除检查频次外，不采取其他措施。");
        } else {
            let rows: Vec<Vec<String>> = here
                .measures
                .iter()
                .map(|measure| vec![measure.name.clone(), measure.basis.clone()])
                .collect();
            paper.table(&[("其他措施", 28), ("法律法规依据", 50)], &rows);
        }
        if let Some(why) = &here.paused {
            paper.paragraph(&format!("因{why}，上述检查频次和措施目前暂停执行。"));
        }
        paper.heading("三、期限");
        paper.paragraph(&format!(
            "在本地的效力自{}起，至{}止，不超过列入单位确定的期限，期满自行终止。",
            written(here.since),
            written(here.until)
        ));
    }

    fn say_what_to_do(&self, paper: &mut Paper) {
        paper.heading("四、异议和信用修复");
        paper.facts(&[("列入单位渠道", &self.origin_channel), ("本单位渠道", &self.own_channel)]);
        paper.paragraph(&format!(
            "对列入决定有异议的，可以向列入单位提出，也可以向本单位提出。向本单位提出的，本单位自收到时起标注“异议中”并转送列入单位，答复按原路送达。符合信用修复条件的，可以按列入单位渠道申请信用修复。异议和信用修复申请的办理期限为{}。",
            self.handling.written()
        ));
        paper.heading("五、移出后的处理");
        paper.paragraph(&format!(
            "列入单位作出信用修复、移出、撤销或者异议成立的决定后，自决定之日起{}内，本单位和各互认单位停止公示、停止共享、停止使用该列入信息，恢复检查频次并解除上述措施，逐一向列入单位回执。信用修复本身不删除历史记录。",
            self.propagation.written()
        ));
    }
}

/// A name with its code, where there is one.
fn named(name: &str, code: &str) -> String {
    if code.is_empty() { name.to_owned() } else { format!("{name}（{code}）") }
}

fn period(from: Day, to: Day) -> String {
    format!("{}至{}", written(from), written(to))
}
