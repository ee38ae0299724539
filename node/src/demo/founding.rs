//! Keys, requests, charter and configuration of the members, as their operators would make them; only
//! quicker, in one process.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;
use tiaoxi_federation::{
    FederationId, Fingerprint, MemberId, digest::HexHash, draft::DraftOptions, member::Region,
    name::Slug, terms::AgreementDocument,
};
use tiaoxi_vault::lockbox::Secret;

use crate::{
    catalog_files,
    commands::{
        charter::{accept_file, draft_file, merge_files, sign_file},
        init::{Applicant, create_node},
    },
    error_code::Failure,
};

/// A member to be: id, name, national code where there is one, hub where there is one.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) code: Option<&'static str>,
    pub(crate) hub: Option<String>,
}

/// The city of the plan: hub 湖州 and those that report to it. The hub comes first.
const CITY: [(&str, &str, Option<&str>); 7] = [
    ("huzhou", "湖州市公共信用信息中心(演示)", Some("330500")),
    ("wuxing", "吴兴区公共信用信息中心(演示)", Some("330502")),
    ("nanxun", "南浔区公共信用信息中心(演示)", Some("330503")),
    ("deqing", "德清县公共信用信息中心(演示)", Some("330521")),
    ("changxing", "长兴县公共信用信息中心(演示)", Some("330522")),
    ("anji", "安吉县公共信用信息中心(演示)", Some("330523")),
    ("nantaihu", "南太湖新区公共信用信息中心(演示)", None),
];
/// Partner cities of the plan.
const PARTNERS: [(&str, &str, Option<&str>); 4] = [
    ("jiaxing", "嘉兴市公共信用信息中心(演示)", Some("330400")),
    ("hangzhou", "杭州市公共信用信息中心(演示)", Some("330100")),
    ("suzhou", "苏州市公共信用信息中心(演示)", Some("320500")),
    ("huangshan", "黄山市公共信用信息中心(演示)", Some("341000")),
];
/// The member that the counties report to.
pub(crate) const HUB: &str = "huzhou";
/// What the partners have agreed on.
const AGREEMENT: &str = include_str!("../../../configs/agreement.example.toml");

/// The hub and so many of its counties.
pub(crate) fn city(counties: usize) -> Vec<Role> {
    let roles = CITY.into_iter().take(1 + counties).map(|(id, name, code)| Role {
        id: id.to_owned(),
        name: name.to_owned(),
        code,
        hub: (id != HUB).then(|| HUB.to_owned()),
    });
    roles.collect()
}

/// The city of the plan with its partner cities.
pub(crate) fn delta() -> Vec<Role> {
    let partners = PARTNERS.into_iter().map(|(id, name, code)| Role {
        id: id.to_owned(),
        name: name.to_owned(),
        code,
        hub: None,
    });
    city(CITY.len() - 1).into_iter().chain(partners).collect()
}

/// What the partner cities of the plan have agreed on.
pub(crate) fn agreement() -> anyhow::Result<AgreementDocument> {
    toml::from_str(AGREEMENT).context("the agreement of the demonstration")
}

/// A member of the demonstration.
pub(crate) struct Party {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    /// The member through which it takes part; none for a hub or partner.
    pub(crate) hub: Option<MemberId>,
    pub(crate) dir: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Party {
    /// Whether it is the hub of the plan or one of its counties.
    pub(crate) fn is_of_the_city(&self) -> bool {
        self.hub.as_ref().unwrap_or(&self.id).as_str() == HUB
    }
}

/// The founded federation.
pub(crate) struct Federation {
    pub(crate) dir: PathBuf,
    pub(crate) parties: Vec<Party>,
    pub(crate) fingerprint: Fingerprint,
}

/// The directory of the demonstration, made or found empty.
pub(crate) fn directory(wanted: Option<&Path>) -> anyhow::Result<PathBuf> {
    let own = || std::env::temp_dir().join(format!("tiaoxi-demo-{}", std::process::id()));
    let dir = wanted.map_or_else(own, Path::to_owned);
    let making = || format!("making {}", dir.display());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).with_context(making)?;
    let mut entries = fs::read_dir(&dir).with_context(making)?;
    if entries.next().is_some() {
        let what = format!("{} is not empty", dir.display());
        return Err(Failure::new("DIRECTORY_NOT_EMPTY", what).into());
    }
    fs::canonicalize(&dir).with_context(making)
}

/// Makes keys, drafts the charter from the requests, has all sign and accept it.
pub(crate) fn found(
    dir: &Path,
    roles: &[Role],
    agreements: Vec<AgreementDocument>,
) -> anyhow::Result<Federation> {
    let mut parties = Vec::new();
    let mut requests = Vec::new();
    for role in roles {
        let (party, request) = make_member(dir, role)?;
        parties.push(party);
        requests.push(request);
    }
    let catalog = catalog_files::load(None)?;
    let supervision = catalog_files::supervision(None)?.hash();
    let options = DraftOptions {
        federation: FederationId::parse("huzhou").context("the federation's id")?,
        threshold: None,
        items: catalog_files::charter_items(&catalog)?,
        supervision: (!agreements.is_empty()).then_some(HexHash(supervision)),
        agreements,
    };
    let charter = dir.join("charter.note");
    let fingerprint = draft_file(&requests, options, None, &charter)?.fingerprint;
    let mut copies = Vec::new();
    for party in &parties {
        let copy = dir.join(format!("charter-{}.note", party.id));
        let secret = || Ok(Secret::from_key_file(&party.key_file)?);
        sign_file(&charter, &party.dir, None, Some(&fingerprint), &secret, &copy)?;
        copies.push(copy);
    }
    merge_files(&copies, &charter)?;
    for party in &parties {
        accept_file(&charter, &fingerprint, &party.dir)?;
    }
    Ok(Federation { dir: dir.to_owned(), parties, fingerprint })
}

fn make_member(dir: &Path, role: &Role) -> anyhow::Result<(Party, PathBuf)> {
    let id = MemberId::parse(&role.id).context("a member's id")?;
    let key_file = dir.join(format!("{id}.secret"));
    write_key_file(&key_file)?;
    let scheme = Slug::parse("gb2260").context("the scheme of national codes")?;
    let regions = role.code.map(|code| Region { scheme, code: code.to_owned() });
    let hub = role.hub.as_deref().map(MemberId::parse).transpose().context("the hub's id")?;
    let applicant = Applicant {
        member: id.clone(),
        name: role.name.clone(),
        hub: hub.clone(),
        addresses: Vec::new(),
        regions: regions.into_iter().collect(),
    };
    let node_dir = dir.join(id.as_str());
    let secret = Secret::from_key_file(&key_file)?;
    let made = create_node(&node_dir, &applicant, &secret)?;
    let name = role.name.clone();
    let party = Party { id, name, hub, dir: node_dir, key_file };
    Ok((party, made.request))
}

/// 32 random bytes as hexadecimal digits, for their owner only.
fn write_key_file(path: &Path) -> anyhow::Result<()> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no randomness")?;
    let text = tiaoxi_federation::digest::HexHash(bytes);
    let writing = || format!("writing {}", path.display());
    let options = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).to_owned();
    let mut file = options.open(path).with_context(writing)?;
    writeln!(file, "{text}").with_context(writing)
}
