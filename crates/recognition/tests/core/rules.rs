//! Charter and supervision catalogue of the scene, and what they may say otherwise.

use std::fmt::Write;

use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::Day;
use tiaoxi_federation::{Terms, digest::HexHash};
use tiaoxi_ledger::note::{PublicKey, VerifierKey};

use super::{CITIES, COUNTIES};

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
        let supervision = HexHash(self.supervision().hash()).to_string();
        let mut text = format!(
            "# tiaoxi-charter/1\nfederation = \"demo\"\nversion = {version}\nthreshold = 4\n\
             supervision = \"{supervision}\"\nitems = []\n"
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
