//! Keys, requests, charter and configuration of the seven members, as their operators would make
//! them; only quicker, in one process.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;
use tiaoxi_federation::{
    FederationId, Fingerprint, MemberId, draft::DraftOptions, member::Region, name::Slug,
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

/// The federation of the plan: id, name, national code where there is one. The hub comes first.
const MEMBERS: [(&str, &str, Option<&str>); 7] = [
    ("huzhou", "湖州市公共信用信息中心(演示)", Some("330500")),
    ("wuxing", "吴兴区公共信用信息中心(演示)", Some("330502")),
    ("nanxun", "南浔区公共信用信息中心(演示)", Some("330503")),
    ("deqing", "德清县公共信用信息中心(演示)", Some("330521")),
    ("changxing", "长兴县公共信用信息中心(演示)", Some("330522")),
    ("anji", "安吉县公共信用信息中心(演示)", Some("330523")),
    ("nantaihu", "南太湖新区公共信用信息中心(演示)", None),
];
/// Members that report to the hub.
pub(crate) const OTHERS: usize = MEMBERS.len() - 1;
/// The member that all others report to.
pub(crate) const HUB: &str = "huzhou";

/// A member of the demonstration.
pub(crate) struct Party {
    pub(crate) id: MemberId,
    pub(crate) name: String,
    pub(crate) dir: PathBuf,
    pub(crate) key_file: PathBuf,
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

/// Makes keys, drafts the charter from the requests, has all sign and accept it: the hub and so many
/// of the others.
pub(crate) fn found(dir: &Path, others: usize) -> anyhow::Result<Federation> {
    let mut parties = Vec::new();
    let mut requests = Vec::new();
    for (id, name, code) in MEMBERS.into_iter().take(1 + others) {
        let (party, request) = make_member(dir, id, name, code)?;
        parties.push(party);
        requests.push(request);
    }
    let catalog = catalog_files::load(None)?;
    let options = DraftOptions {
        federation: FederationId::parse("huzhou").context("the federation's id")?,
        threshold: None,
        items: catalog_files::charter_items(&catalog)?,
    };
    let charter = dir.join("charter.note");
    let fingerprint = draft_file(&requests, options, &charter)?.fingerprint;
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

fn make_member(
    dir: &Path,
    id: &str,
    name: &str,
    code: Option<&str>,
) -> anyhow::Result<(Party, PathBuf)> {
    let id = MemberId::parse(id).context("a member's id")?;
    let key_file = dir.join(format!("{id}.secret"));
    write_key_file(&key_file)?;
    let scheme = Slug::parse("gb2260").context("the scheme of national codes")?;
    let regions = code.map(|code| Region { scheme, code: code.to_owned() });
    let hub = (id.as_str() != HUB).then(|| MemberId::parse(HUB)).transpose();
    let applicant = Applicant {
        member: id.clone(),
        name: name.to_owned(),
        hub: hub.context("the hub's id")?,
        addresses: Vec::new(),
        regions: regions.into_iter().collect(),
    };
    let node_dir = dir.join(id.as_str());
    let secret = Secret::from_key_file(&key_file)?;
    let made = create_node(&node_dir, &applicant, &secret)?;
    let party = Party { id, name: name.to_owned(), dir: node_dir, key_file };
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
