//! `tiaoxi charter …`: draft, amend, sign, merge, show, accept.
//!
//! Order of a beginning: `init` at each member, requests by file, the hub drafts, members sign the
//! file, somebody merges the copies, each accepts by the fingerprint that they compared by telephone.
//! An amendment goes the same way; once one member has accepted it, the others get it over the net.

mod accept;
mod amend;
mod summary;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use accept::accept_chain;
pub(crate) use accept::accept_file;
use amend::{AgreementArgs, AmendArgs, amend_file, check_policies};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
pub(crate) use summary::Summary;
use tiaoxi_federation::{
    FederationId, Fingerprint, MemberId, Proposal,
    draft::{DraftOptions, draft},
    request::Request,
};
use tiaoxi_ledger::note::Bounds;
use tiaoxi_vault::{durable, lockbox::Secret};

use super::output;
use crate::{catalog_files, keyring, keyring::secret::SecretArgs, pinned_charter};

/// Draft, sign, merge, show or accept a charter.
#[derive(Args, Clone, Debug)]
pub(crate) struct CharterArgs {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: CharterCommand,
    /// Answer with JSON on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do with a charter.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CharterCommand {
    /// Draft the first version from membership requests
    Draft(DraftArgs),
    /// Draft the next version: new members, new or changed agreements
    Amend(AmendArgs),
    /// Sign a charter with this node's recovery key
    Sign(SignArgs),
    /// Merge copies signed apart into one
    Merge(MergeArgs),
    /// Show what a charter says and who has signed it
    Show(ShowArgs),
    /// Accept a charter for this node, by its fingerprint
    Accept(AcceptArgs),
}

/// Flags of `charter draft`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DraftArgs {
    /// Membership requests
    #[arg(required = true, value_name = "REQUEST")]
    pub(crate) requests: Vec<PathBuf>,
    /// Name of the federation: a-z, 0-9, '.', '-'
    #[arg(long, value_name = "ID")]
    pub(crate) federation: FederationId,
    /// Directory of catalogue files; by default those that came with the program
    #[arg(long, value_name = "DIR")]
    pub(crate) catalog: Option<PathBuf>,
    /// Members that must sign; by default just more than half
    #[arg(long, value_name = "COUNT")]
    pub(crate) threshold: Option<u16>,
    /// Agreements to begin with
    #[command(flatten)]
    pub(crate) agreements: AgreementArgs,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Flags of `charter sign`.
#[derive(Args, Clone, Debug)]
pub(crate) struct SignArgs {
    /// The charter
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Directory of the node
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: PathBuf,
    /// The recovery key, where it was carried away
    #[arg(long, value_name = "PATH")]
    pub(crate) recovery_key: Option<PathBuf>,
    /// The fingerprint that was agreed on; refuses to sign another text
    #[arg(long, value_name = "HEX")]
    pub(crate) fingerprint: Option<Fingerprint>,
    /// The supervision catalogue; by default the one that came with the program
    #[arg(long, value_name = "FILE")]
    pub(crate) supervision: Option<PathBuf>,
    /// What opens the keys
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
    /// The file to write; by default the charter itself
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Flags of `charter merge`.
#[derive(Args, Clone, Debug)]
pub(crate) struct MergeArgs {
    /// Copies of one charter
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Flags of `charter show`.
#[derive(Args, Clone, Debug)]
pub(crate) struct ShowArgs {
    /// The charter
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Flags of `charter accept`.
#[derive(Args, Clone, Debug)]
pub(crate) struct AcceptArgs {
    /// The charter, signed by enough of its members. A member that joins by an amendment gives every
    /// version, from the first to the one that lists it (another member's charter/1.note, 2.note …)
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Fingerprint of the newest, as learnt from the other members by another way than the file
    #[arg(long, value_name = "HEX")]
    pub(crate) fingerprint: Fingerprint,
    /// Directory of the node
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: PathBuf,
}

/// Runs the command.
pub(crate) fn charter(args: CharterArgs) -> anyhow::Result<()> {
    let summary = match args.command {
        CharterCommand::Draft(args) => {
            let DraftArgs { requests, federation, catalog, threshold, agreements, output } = args;
            let catalog = catalog_files::load(catalog.as_deref())?;
            let items = catalog_files::charter_items(&catalog)?;
            let catalogue = agreements.supervision.clone();
            let (agreements, supervision) = agreements.read()?;
            let options = DraftOptions { federation, threshold, items, supervision, agreements };
            draft_file(&requests, options, catalogue.as_deref(), &output)?
        }
        CharterCommand::Amend(args) => amend_file(&args)?,
        CharterCommand::Sign(args) => {
            let output = args.output.as_deref().unwrap_or(&args.file);
            let from = args.recovery_key.as_deref();
            let agreed = args.fingerprint.as_ref();
            check_policies(read(&args.file)?.terms(), args.supervision.as_deref())?;
            sign_file(&args.file, &args.dir, from, agreed, &|| Ok(args.secret.existing()?), output)?
        }
        CharterCommand::Merge(args) => merge_files(&args.files, &args.output)?,
        CharterCommand::Show(args) => show_file(&args.file)?,
        CharterCommand::Accept(args) => match args.files.as_slice() {
            [file] => accept_file(file, &args.fingerprint, &args.dir)?,
            files => accept_chain(files, &args.fingerprint, &args.dir)?,
        },
    };
    if args.json {
        return output::json(&summary);
    }
    output::notes(&summary.describe());
    Ok(())
}

/// Drafts the first version from request files into `output`.
pub(crate) fn draft_file(
    requests: &[PathBuf],
    options: DraftOptions,
    supervision: Option<&Path>,
    output: &Path,
) -> anyhow::Result<Summary> {
    let requests = requests.iter().map(|path| read_request(path));
    let requests = requests.collect::<anyhow::Result<Vec<_>>>()?;
    let proposal = draft(&requests, options).context("the requests do not make a charter")?;
    check_policies(proposal.terms(), supervision)?;
    write(output, &proposal)?;
    summarize(&proposal)
}

/// Adds the recovery signature of the node in `dir` to the charter in `file`, into `output`. `agreed`
/// is the fingerprint that the members agreed on, if they did.
pub(crate) fn sign_file(
    file: &Path,
    dir: &Path,
    recovery_key: Option<&Path>,
    agreed: Option<&Fingerprint>,
    secret: &dyn Fn() -> anyhow::Result<Secret>,
    output: &Path,
) -> anyhow::Result<Summary> {
    let mut proposal = read(file)?;
    if let Some(agreed) = agreed {
        let found = proposal.fingerprint();
        ensure!(found == agreed, "the charter's fingerprint is {found}, agreed on was {agreed}");
    }
    let federation = proposal.terms().federation().clone();
    let key = keyring::open_recovery_key(dir, recovery_key, &secret()?, &federation)?;
    // Recorded before the signature exists: no member signs two texts of one later version.
    pinned_charter::record_signing(dir, &proposal)?;
    // An old recovery key signs even the version that replaces it.
    let before = proposal.terms().version().saturating_sub(1);
    let chain = pinned_charter::load(dir).ok();
    let before = chain
        .as_ref()
        .and_then(|chain| chain.charters().find(|charter| charter.version() == before));
    match before {
        Some(before) => proposal.sign_after(before.terms(), &key)?,
        None => proposal.sign(&key)?,
    }
    write(output, &proposal)?;
    summarize(&proposal)
}

/// Merges copies signed apart into `output`; a wrong signature in one of them is named.
pub(crate) fn merge_files(files: &[PathBuf], output: &Path) -> anyhow::Result<Summary> {
    let mut copies = Vec::new();
    for file in files {
        let copy = read(file)?;
        signers(&copy).with_context(|| format!("in {}", file.display()))?;
        copies.push(copy);
    }
    let merged = Proposal::merge(&copies)?;
    write(output, &merged)?;
    summarize(&merged)
}

/// What the charter in `file` says, signed or not.
pub(crate) fn show_file(file: &Path) -> anyhow::Result<Summary> {
    summarize(&read(file)?)
}

fn read_request(path: &Path) -> anyhow::Result<Request> {
    let bytes = read_bounded(path, Bounds::CHECKPOINT)?;
    Request::verify(&bytes).with_context(|| format!("{} is no membership request", path.display()))
}

fn read_bounded(path: &Path, bounds: Bounds) -> anyhow::Result<Vec<u8>> {
    let reading = || format!("reading {}", path.display());
    let mut bytes = Vec::new();
    // One byte more than allowed is enough for the parser to see that it is too much.
    fs::File::open(path)
        .and_then(|file| file.take(bounds.bytes_max as u64 + 1).read_to_end(&mut bytes))
        .with_context(reading)?;
    Ok(bytes)
}

fn read(path: &Path) -> anyhow::Result<Proposal> {
    let bytes = read_bounded(path, Bounds::CHARTER)?;
    Proposal::parse(&bytes).with_context(|| format!("{} is no charter", path.display()))
}

fn write(path: &Path, proposal: &Proposal) -> anyhow::Result<()> {
    durable::write_file(path, &proposal.to_bytes())
        .with_context(|| format!("writing {}", path.display()))
}

fn signers(proposal: &Proposal) -> anyhow::Result<Vec<MemberId>> {
    Ok(proposal.signers(proposal.terms())?)
}

fn summarize(proposal: &Proposal) -> anyhow::Result<Summary> {
    let signers = signers(proposal)?;
    let mut summary = Summary::of(proposal.terms(), *proposal.fingerprint(), signers);
    // What an amendment changes shows only beside the version before it.
    if proposal.terms().version() == 1 {
        summary.unsigned = proposal.check_agreements(None).err().map(|error| error.to_string());
    }
    Ok(summary)
}

#[cfg(test)]
mod tests;
