//! Mutual recognition in the demonstration: one listing travels Jiaxing → Huzhou → Changxing and is
//! recognised narrower, another is declined, a third is objected to in a county, then repaired, and
//! the receipts come in.
//!
//! Companies are invented (示例), offices too (演示).

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde::Serialize;
use tiaoxi_api::{
    client::Client,
    service::{PaperFormat, ReviewerToken},
    types::{
        AnswerRequest, Date, GroundShape, ListGroundShape, ListingRequest, ListingShown,
        ObjectionRequest, Place, RecognitionChoice, RecognitionRequest, RepairRequest, SubjectKind,
        SubjectShape,
    },
};
use tiaoxi_credit::Day;
use tiaoxi_federation::MemberId;

use super::{founding::Federation, process::Running};
use crate::{clock, commands::output, reviewers::Reviewers};

/// How long a step may take to reach everybody.
const PATIENCE: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(20);
/// The agreement of the demonstration.
const AGREEMENT: &str = "delta";

/// A company that is listed.
struct Company {
    name: &'static str,
    code: &'static str,
    domain: &'static str,
    standard: (&'static str, u16),
    level: &'static str,
    /// Who lists, and its office.
    origin: &'static str,
    authority: (&'static str, &'static str),
    document: &'static str,
    inspection: &'static str,
}

const NARROWED: Company = Company {
    name: "嘉兴示例印染有限公司",
    code: "91330411TX10000114",
    domain: "ecology",
    standard: ("eco-list", 2),
    level: "grave",
    origin: "jiaxing",
    authority: ("嘉兴市演示生态环境局", "11330400TX9000016F"),
    document: "嘉演示严〔2026〕3号",
    inspection: "sharply-more",
};
const DECLINED: Company = Company {
    name: "杭州示例旅行社有限公司",
    code: "91330100TX100002XE",
    domain: "culture-tourism",
    standard: ("tourism-list", 1),
    level: "listed",
    origin: "hangzhou",
    authority: ("杭州市演示文化广电旅游局", "11330100TX9000024T"),
    document: "杭演示严〔2026〕8号",
    inspection: "more",
};
const REPAIRED: Company = Company {
    name: "苏州示例食品有限公司",
    code: "91320500TX1000038Y",
    domain: "food-drug",
    standard: ("food-list", 1),
    level: "listed",
    origin: "suzhou",
    authority: ("苏州市演示市场监督管理局", "11320500TX90000326"),
    document: "苏演示严〔2026〕5号",
    inspection: "more",
};

/// What is shown of it at the end.
#[derive(Serialize)]
pub(super) struct RecognitionReport {
    narrowed: ListingShown,
    declined: ListingShown,
    repaired: ListingShown,
    /// From the decision to repair until the last receipt was in, in milliseconds.
    propagation_millis: u128,
    /// The timeline of the repaired company, as its home city prints it.
    timeline: String,
    /// The notice to the first company, as Huzhou would print it.
    notice: String,
}

impl RecognitionReport {
    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec!["Notice to the first company, as Huzhou prints it:".to_owned()];
        lines.extend(self.notice.lines().map(|line| format!("  {line}")));
        lines.push(String::new());
        lines.push("Timeline of the third company:".to_owned());
        lines.extend(self.timeline.lines().map(|line| format!("  {line}")));
        lines
    }
}

/// Plays it.
pub(super) fn play(
    federation: &Federation,
    running: &Running,
) -> anyhow::Result<RecognitionReport> {
    let stage = Stage { federation, running, today: clock::today() };
    let officer = stage.officer("huzhou")?;
    output::note("");
    output::note("Mutual recognition between 湖州 嘉兴 杭州 苏州 黄山:");
    let narrowed = stage.narrow(&officer)?;
    let declined = stage.decline(&officer)?;
    let (repaired, propagation_millis) = stage.object_and_repair()?;
    let timeline = stage.client("suzhou")?.timeline_paper(REPAIRED.code, PaperFormat::Text)?;
    let notice = stage.client("huzhou")?.notice(&narrowed, PaperFormat::Text)?;
    Ok(RecognitionReport {
        narrowed: stage.client("jiaxing")?.listing(&narrowed)?,
        declined: stage.client("hangzhou")?.listing(&declined)?,
        repaired: stage.client("suzhou")?.listing(&repaired)?,
        propagation_millis,
        timeline: String::from_utf8(timeline).context("the timeline is text")?,
        notice: String::from_utf8(notice).context("the notice is text")?,
    })
}

struct Stage<'a> {
    federation: &'a Federation,
    running: &'a Running,
    today: Day,
}

impl Stage<'_> {
    fn client(&self, member: &str) -> anyhow::Result<&Client> {
        self.running.client(&MemberId::parse(member)?)
    }

    /// An officer of a member: a token, as `tiaoxi reviewer add` gives it.
    fn officer(&self, member: &str) -> anyhow::Result<ReviewerToken> {
        let party = self.federation.parties.iter().find(|party| party.id.as_str() == member);
        let dir = &party.context("the member is in the federation")?.dir;
        Ok(ReviewerToken::new(Reviewers::of(dir).add("演示审核员")?))
    }

    /// Jiaxing lists, Huzhou recognises narrower, Changxing sees it through its hub.
    fn narrow(&self, officer: &ReviewerToken) -> anyhow::Result<Place> {
        let place = self.list(&NARROWED)?;
        let huzhou = self.client("huzhou")?;
        let seen = wait_for("huzhou sees the listing", || known(huzhou, &place, |_| true))?;
        let until = seen.listing.context("the listing is whole")?.until;
        let until = Date(Day(until.0.0.saturating_sub(183)));
        self.decide(
            officer,
            &RecognitionRequest {
                listing: place.clone(),
                decision: RecognitionChoice::Narrow,
                inspection: Some("more".to_owned()),
                measures: None,
                until: Some(until),
                reason: "本地企业规模小，增加检查已足够".to_owned(),
                basis: "长三角重点监管对象互认协议(演示)第五条".to_owned(),
                preview: false,
            },
        )?;
        let changxing = self.client("changxing")?;
        let there = wait_for("changxing follows its hub", || {
            known(changxing, &place, |it| it.here.as_ref().is_some_and(|here| here.follows))
        })?;
        let here = there.here.context("changxing follows")?;
        let inspection = here.inspection_zh.unwrap_or_default();
        let until = here.until.map_or_else(String::new, |until| until.to_string());
        told(&format!(
            "长兴 shows what its city recognised: {}, {inspection}, 至 {until}",
            here.state_zh
        ));
        Ok(place)
    }

    fn decline(&self, officer: &ReviewerToken) -> anyhow::Result<Place> {
        let place = self.list(&DECLINED)?;
        let huzhou = self.client("huzhou")?;
        wait_for("huzhou sees the listing", || known(huzhou, &place, |_| true))?;
        self.decide(
            officer,
            &RecognitionRequest {
                listing: place.clone(),
                decision: RecognitionChoice::Decline,
                inspection: None,
                measures: None,
                until: None,
                reason: "该企业在本市已通过同类核查".to_owned(),
                basis: "长三角重点监管对象互认协议(演示)第六条".to_owned(),
                preview: false,
            },
        )?;
        let hangzhou = self.client("hangzhou")?;
        wait_for("hangzhou learns that it was declined", || {
            known(hangzhou, &place, |it| decision_of(it, "huzhou") == Some("decline"))
        })?;
        told("杭州 has learnt that 湖州 declined, and why");
        Ok(place)
    }

    /// Suzhou lists; the company objects in Changxing; the objection goes up to Suzhou and is
    /// dismissed; then it repairs, and everybody confirms the end.
    fn object_and_repair(&self) -> anyhow::Result<(Place, u128)> {
        let place = self.list(&REPAIRED)?;
        let (suzhou, changxing) = (self.client("suzhou")?, self.client("changxing")?);
        wait_for("changxing follows its hub", || {
            known(changxing, &place, |it| it.here.as_ref().is_some_and(|here| here.follows))
        })?;
        changxing.object(
            &ObjectionRequest {
                about: place.clone(),
                received: None,
                matter: "对列入所依据的抽检结果有异议".to_owned(),
                objection: None,
                preview: false,
            },
            None,
        )?;
        told("the company objects at 长兴, which marks it at once");
        wait_for("the objection reaches suzhou", || {
            known(suzhou, &place, |it| it.state == "disputed")
        })?;
        wait_for("everybody shows it as disputed", || {
            known(changxing, &place, |it| it.state == "disputed")
        })?;
        told("苏州 has it from 湖州, which has it from 长兴: 异议中 everywhere");
        suzhou.answer(
            &AnswerRequest {
                listing: place.clone(),
                upheld: false,
                document: "苏演示复〔2026〕2号".to_owned(),
                decided: None,
                reason: "抽检程序合法，结果准确".to_owned(),
                preview: false,
            },
            None,
        )?;
        wait_for("the answer comes back", || known(changxing, &place, |it| it.state == "listed"))?;
        told("苏州 dismisses it; the answer came back the same way");
        let began = Instant::now();
        suzhou.repair(
            &RepairRequest {
                subject: REPAIRED.code.to_owned(),
                of_document: REPAIRED.document.to_owned(),
                document: "信用中国演示修〔2026〕12号".to_owned(),
                applied: Date(Day(self.today.0.saturating_sub(1))),
                decided: Date(self.today),
                reason: None,
                preview: false,
            },
            None,
        )?;
        told("苏州 decides that the company has repaired its credit");
        let millis = watch_receipts(suzhou, &place, began)?;
        Ok((place, millis))
    }

    fn list(&self, company: &Company) -> anyhow::Result<Place> {
        let decided = Day(self.today.0.saturating_sub(10));
        let request = ListingRequest {
            agreement: AGREEMENT.to_owned(),
            subject: SubjectShape {
                class: SubjectKind::Organisation,
                name: company.name.to_owned(),
                code: company.code.to_owned(),
            },
            domain: company.domain.to_owned(),
            standard: company.standard.0.to_owned(),
            standard_version: company.standard.1,
            level: company.level.to_owned(),
            ground: GroundShape::List(ListGroundShape {
                authority: company.authority.0.to_owned(),
                authority_code: company.authority.1.to_owned(),
                document: company.document.to_owned(),
                decided: Date(decided),
                notice: format!("{}(事先告知)", company.document),
                notified: Date(Day(decided.0.saturating_sub(20))),
                heard: "未提出陈述申辩".to_owned(),
            }),
            since: None,
            until: Date(Day(decided.0 + 360)),
            inspection: company.inspection.to_owned(),
            measures: Vec::new(),
            channel: format!("信用中国(演示)；{}法规处(演示)", company.authority.0),
            evidence: None,
            preview: false,
        };
        let said = self.client(company.origin)?.list(&request, None)?;
        told(&format!("{} lists {} ({})", company.origin, company.name, company.document));
        Ok(Place { origin: said.log, number: said.number })
    }

    fn decide(&self, officer: &ReviewerToken, request: &RecognitionRequest) -> anyhow::Result<()> {
        let decided = self.client("huzhou")?.recognise(request, officer)?;
        told(&format!("湖州, by an officer: {}", decided.words));
        Ok(())
    }
}

fn watch_receipts(origin: &Client, place: &Place, began: Instant) -> anyhow::Result<u128> {
    let mut confirmed = 0;
    while began.elapsed() < PATIENCE {
        let listing = origin.listing(place)?;
        if listing.confirmed > confirmed {
            confirmed = listing.confirmed;
            let done = listing.receipts.iter().filter(|it| it.done.is_some());
            let done: Vec<_> = done.map(|receipt| receipt.member.as_str()).collect();
            let millis = began.elapsed().as_millis();
            told(&format!(
                "receipts {confirmed}/{} after {millis} ms: {}",
                listing.expected,
                done.join(" ")
            ));
        }
        if listing.expected > 0 && listing.confirmed == listing.expected {
            return Ok(began.elapsed().as_millis());
        }
        thread::sleep(GLANCE);
    }
    bail!("not all receipts came in within {} s", PATIENCE.as_secs())
}

fn told(line: &str) {
    output::note(&format!("  {line}"));
}

fn decision_of<'a>(listing: &'a ListingShown, member: &str) -> Option<&'a str> {
    let mut recognitions = listing.recognitions.iter();
    recognitions.find(|it| it.member == member)?.decision.as_deref()
}

/// The listing, once it is known to a node and stands so.
fn known(
    client: &Client,
    place: &Place,
    stands: impl Fn(&ListingShown) -> bool,
) -> Option<ListingShown> {
    client.listing(place).ok().filter(|listing| listing.listing.is_some()).filter(stands)
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> anyhow::Result<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Ok(found);
        }
        thread::sleep(GLANCE);
    }
    bail!("waited {} s until {what}", PATIENCE.as_secs())
}
