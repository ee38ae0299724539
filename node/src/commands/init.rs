//! `tiaoxi init`: the keys of a new node, and its request to be let in.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use tiaoxi_federation::{
    Member, MemberId,
    member::{KeyPurpose, Region},
    name::Slug,
};
use tiaoxi_vault::{durable, lockbox::Secret};

use super::output;
use crate::keyring::{
    new::{NewKeyring, check_vacant, create_private_dir},
    secret::SecretArgs,
};

/// Name of the request file in the node directory.
pub(crate) const REQUEST_FILE: &str = "membership-request.note";

/// Make the keys of a new node and its membership request.
#[derive(Args, Clone, Debug)]
pub(crate) struct InitArgs {
    /// Directory of the node
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: PathBuf,
    /// How the federation names the member: a-z, 0-9, '-'; not a region code
    #[arg(long, value_name = "ID")]
    pub(crate) member: MemberId,
    /// Name of the organisation
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The member through which it takes part, for a county or district
    #[arg(long, value_name = "ID")]
    pub(crate) hub: Option<MemberId>,
    /// Where its node may be found, such as /ip4/10.1.2.3/tcp/7000 (repeatable)
    #[arg(long = "address", value_name = "MULTIADDR")]
    pub(crate) addresses: Vec<String>,
    /// A region that it answers for, such as gb2260:330521 (repeatable)
    #[arg(long = "region", value_name = "SCHEME:CODE", value_parser = parse_region)]
    pub(crate) regions: Vec<Region>,
    /// What will open the keys; a key file that does not exist is made
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    /// Answer with JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Who the new node is.
#[derive(Clone, Debug)]
pub(crate) struct Applicant {
    /// Its id.
    pub(crate) member: MemberId,
    /// Its name for people.
    pub(crate) name: String,
    /// Its hub, if it has one.
    pub(crate) hub: Option<MemberId>,
    /// Where its node may be found.
    pub(crate) addresses: Vec<String>,
    /// The regions it answers for.
    pub(crate) regions: Vec<Region>,
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NewNode {
    /// Whose node it is.
    pub(crate) member: MemberId,
    /// Its directory.
    pub(crate) dir: PathBuf,
    /// The membership request, to be sent to the hub.
    pub(crate) request: PathBuf,
    /// The recovery key, to be carried away and kept offline.
    pub(crate) recovery_key: PathBuf,
}

/// Runs the command.
pub(crate) fn init(args: InitArgs) -> anyhow::Result<()> {
    let InitArgs { dir, member, name, hub, addresses, regions, secret, json } = args;
    // Before anybody is asked for a passphrase.
    check_vacant(&dir, &member)?;
    let secret = secret.new_node()?;
    let applicant = Applicant { member, name, hub, addresses, regions };
    let made = create_node(&dir, &applicant, &secret)?;
    if json {
        return output::json(&made);
    }
    output::note(&format!("The keys of {} are in {}.", made.member, made.dir.display()));
    output::note(&format!("Send {} to the hub.", made.request.display()));
    output::note(&format!(
        "Carry {} away and keep it offline: only `tiaoxi charter sign` needs it.",
        made.recovery_key.display()
    ));
    Ok(())
}

/// Makes the node directory `dir`: keys, token, request. All or nothing: a second attempt after a
/// crash starts anew.
pub(crate) fn create_node(
    dir: &Path,
    applicant: &Applicant,
    secret: &Secret,
) -> anyhow::Result<NewNode> {
    check_vacant(dir, &applicant.member)?;
    let keys = NewKeyring::generate();
    let Applicant { member, name, hub, addresses, regions } = applicant.clone();
    for address in &addresses {
        tiaoxi_net::parse_address(address).with_context(|| format!("--address {address}"))?;
    }
    let member = Member { id: member, name, hub, addresses, regions, keys: keys.public() };
    let request = keys.request(&member)?;
    create_private_dir(dir)?;
    let request_path = dir.join(REQUEST_FILE);
    // Before the keys: once they are there, the request is there too.
    durable::write_file(&request_path, &request)
        .with_context(|| format!("writing {}", request_path.display()))?;
    keys.write(dir, &member.id, secret)?;
    Ok(NewNode {
        recovery_key: dir.join("keys").join(format!("{}.key", KeyPurpose::Recovery.name())),
        member: member.id,
        dir: dir.to_path_buf(),
        request: request_path,
    })
}

fn parse_region(text: &str) -> Result<Region, String> {
    let (scheme, code) = text.split_once(':').ok_or("expected SCHEME:CODE, as gb2260:330521")?;
    let scheme = Slug::parse(scheme).map_err(|error| error.to_string())?;
    Ok(Region { scheme, code: code.to_owned() })
}
