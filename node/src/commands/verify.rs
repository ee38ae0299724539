//! `tiaoxi verify`: an entry, its proof, and whether they hold; a certificate of absence.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use tiaoxi_api::types::Proof;
use tiaoxi_federation::{MemberId, Origin, Terms};
use tiaoxi_ledger::{
    header::{self, HeaderBytes},
    note::VerifierKey,
    proof_file::ProofFile,
    salt::{self, SaltKey},
    tree,
};
use tiaoxi_recognition::papers::{Absence, absence};

use super::{node_args::NodeArgs, output};
use crate::{error_code::Failure, pinned_charter};

/// Check that an entry is in a signed log. The log's key is taken from the charter that the node's
/// directory has pinned, or given; the node that answers is not believed.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tiaoxi verify --dir node --log huzhou/wuxing/records/1 --number 17
  tiaoxi verify --dir node --log huzhou/wuxing/records/1 --number 17 --save proof.json
  tiaoxi verify --proof proof.json --key 'huzhou/wuxing/records/1+5d1e…+AYl…'
  tiaoxi verify --dir node --absence certificate.note")]
pub(crate) struct VerifyArgs {
    /// Directory of a node.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR", required_unless_present = "proof")]
    pub(crate) dir: Option<PathBuf>,
    /// Where the node answers, instead of what its directory says.
    #[arg(long, value_name = "URL", env = "TIAOXI_NODE")]
    pub(crate) node: Option<String>,
    /// Name of the log.
    #[arg(long, value_name = "ORIGIN", requires = "number")]
    pub(crate) log: Option<String>,
    /// Number of the entry.
    #[arg(long, value_name = "NUMBER", requires = "log")]
    pub(crate) number: Option<u64>,
    /// A proof saved with --save (JSON: entry, body and salt beside the proof), in place of log and
    /// number.
    #[arg(long, value_name = "FILE", conflicts_with = "log")]
    pub(crate) proof: Option<PathBuf>,
    /// A certificate of absence (tiaoxi supervision CODE --absence), in place of an entry.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["log", "proof", "key"])]
    pub(crate) absence: Option<PathBuf>,
    /// Key of the log, `name+hex+base64`, in place of the charter's.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Save the fetched proof.
    #[arg(long, value_name = "FILE", requires = "log")]
    pub(crate) save: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was found to hold.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verified {
    pub(crate) log: String,
    pub(crate) number: u64,
    /// Entries under the checkpoint.
    pub(crate) size: u64,
    /// Whether a body came with it and matches the commitment.
    pub(crate) body_matches: bool,
}

pub(crate) fn verify(args: &VerifyArgs) -> anyhow::Result<()> {
    if let Some(path) = &args.absence {
        return verify_absence(args, path);
    }
    let proof = match (&args.proof, &args.log, args.number) {
        (Some(path), ..) => {
            let text = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
            serde_json::from_slice(&text)
                .with_context(|| format!("{} is no saved proof", path.display()))?
        }
        (None, Some(log), Some(number)) => fetch(args, log, number)?,
        _ => bail!("give --log and --number, or --proof"),
    };
    let key = log_key(args, &proof.log)?;
    let verified = check(&proof, &key)?;
    if args.json {
        return output::json(&verified);
    }
    output::line(&format!(
        "Entry {} of {} is under the signed checkpoint of {} entries{}.",
        verified.number,
        verified.log,
        verified.size,
        if verified.body_matches { ", and its body is the one committed to" } else { "" }
    ));
    Ok(())
}

/// Checks a certificate with the key that the charter gives the member that it names.
fn verify_absence(args: &VerifyArgs, path: &Path) -> anyhow::Result<()> {
    let reading = || format!("reading {}", path.display());
    let note = fs::read(path).with_context(reading)?;
    let dir = args.dir.as_ref().context("--dir is needed to know the member's key")?;
    let chain = pinned_charter::load(dir)?;
    let terms = chain.current().terms();
    let failed = |what: String| Failure::verification("VERIFICATION_FAILED", what);
    let text = std::str::from_utf8(&note);
    let text = text.map_err(|_odd| failed("the certificate is no text".to_owned()))?;
    let member = text.lines().find_map(|line| line.strip_prefix("member "));
    let member = member.and_then(|member| MemberId::parse(member).ok());
    let key = member.and_then(|member| absence::verifier_key(terms, &member));
    let key = key.ok_or_else(|| failed("it names no member of the charter".to_owned()))?;
    let certificate = Absence::read(&note, &key).map_err(|error| failed(error.to_string()))?;
    let facts = certificate.facts();
    if args.json {
        return output::json(&serde_json::json!({
            "member": facts.member.to_string(), "subject": facts.subject.code,
            "unix_seconds": facts.unix_seconds, "logs": facts.logs.len(),
        }));
    }
    output::line(&format!(
        "{} certified on {} that it knew of no listing of {} in force, in {} logs.",
        facts.member,
        facts.day(),
        facts.subject.code,
        facts.logs.len()
    ));
    Ok(())
}

fn fetch(args: &VerifyArgs, log: &str, number: u64) -> anyhow::Result<Proof> {
    let node = NodeArgs { dir: args.dir.clone(), node: args.node.clone() };
    let proof = node.client()?.proof(log, number)?;
    if let Some(path) = &args.save {
        let text = serde_json::to_vec_pretty(&proof).context("writing the proof")?;
        fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(proof)
}

fn log_key(args: &VerifyArgs, log: &str) -> anyhow::Result<VerifierKey> {
    if let Some(key) = &args.key {
        return VerifierKey::parse(key).context("--key is no verifier key");
    }
    let dir = args.dir.as_ref().context("--dir or --key is needed to know the log's key")?;
    key_from_charter(pinned_charter::load(dir)?.current().terms(), log)
}

/// The key that the charter gives a log.
pub(crate) fn key_from_charter(terms: &Terms, log: &str) -> anyhow::Result<VerifierKey> {
    let origin = Origin::parse(log)?;
    let member = terms
        .member(&origin.member)
        .filter(|_| terms.log(&origin).is_some())
        .with_context(|| format!("the charter does not list the log {log}"))?;
    Ok(VerifierKey::new(log.to_owned(), member.keys.log)?)
}

/// Checks a proof with nothing but the log's key.
pub(crate) fn check(proof: &Proof, key: &VerifierKey) -> anyhow::Result<Verified> {
    let failed = |what: &str| Failure::verification("VERIFICATION_FAILED", what);
    let file = ProofFile::parse(proof.tlog_proof.as_bytes())
        .map_err(|error| failed(&format!("the proof can't be read: {error}")))?;
    let signed = file
        .signed_checkpoint(key)
        .map_err(|error| failed(&format!("the checkpoint is not signed by the log: {error}")))?;
    let header: HeaderBytes = proof
        .header
        .0
        .as_slice()
        .try_into()
        .map_err(|_odd| failed("the header is not 48 bytes"))?;
    let leaf = tree::leaf_hash(&header);
    if file.index != proof.number
        || !tree::verify_inclusion(&leaf, 0, file.index, signed.size(), &file.path, signed.root())
    {
        return Err(failed("the path does not lead from the header to the signed root").into());
    }
    let body_matches = match (&proof.body, &proof.salt) {
        (Some(body), Some(salt)) => {
            let salt = salt.0.as_slice().try_into();
            let salt = SaltKey(salt.map_err(|_odd| failed("the salt is not 32 bytes"))?);
            if salt::commitment(&salt, &body.0) != header::split(&header).1 {
                return Err(failed("the body is not the one committed to").into());
            }
            true
        }
        _ => false,
    };
    let (log, number, size) = (proof.log.clone(), proof.number, signed.size());
    Ok(Verified { log, number, size, body_matches })
}
