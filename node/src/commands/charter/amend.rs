//! `tiaoxi charter amend`: the next version of a charter, with new members or agreements.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_federation::{
    Terms,
    digest::HexHash,
    draft::{Amendment, amend},
    terms::AgreementDocument,
};
use tiaoxi_ledger::note::Bounds;
use tiaoxi_recognition::policy;

use super::{Summary, read_bounded, read_request, summarize, write};
use crate::{catalog_files, clock, error_code::Failure, pinned_charter};

/// Flags that name agreements, shared with `charter draft`.
#[derive(Args, Clone, Debug)]
pub(crate) struct AgreementArgs {
    /// An agreement on mutual recognition, as a TOML file (see docs/recognition.md); may be repeated
    #[arg(long = "agreement", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The supervision catalogue; by default the one that came with the program
    #[arg(long, value_name = "FILE")]
    pub(crate) supervision: Option<PathBuf>,
}

impl AgreementArgs {
    /// The agreements, and the hash of the catalogue that they go by; no hash without agreements.
    pub(crate) fn read(&self) -> anyhow::Result<(Vec<AgreementDocument>, Option<HexHash>)> {
        let agreements = self.files.iter().map(|file| agreement(file));
        let agreements = agreements.collect::<anyhow::Result<Vec<_>>>()?;
        let supervision = catalog_files::supervision(self.supervision.as_deref())?;
        let hash = (!agreements.is_empty()).then(|| HexHash(supervision.hash()));
        Ok((agreements, hash))
    }
}

fn agreement(file: &Path) -> anyhow::Result<AgreementDocument> {
    let bytes = read_bounded(file, Bounds::CHARTER)?;
    let wrong = || format!("{} is no agreement", file.display());
    let text = std::str::from_utf8(&bytes).with_context(wrong)?;
    toml::from_str(text).with_context(wrong)
}

/// Flags of `charter amend`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Example:
  tiaoxi charter amend --dir node --agreement delta.toml --request jiaxing.request -o next.note
Then members sign next.note (`charter sign`), the copies are merged, and each member accepts it or
gets it from a member that has.")]
pub(crate) struct AmendArgs {
    /// Directory of a node, whose accepted charter is amended
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    pub(crate) dir: PathBuf,
    /// Membership request of a new member; may be repeated
    #[arg(long = "request", value_name = "FILE")]
    pub(crate) requests: Vec<PathBuf>,
    /// The agreements that are new or changed
    #[command(flatten)]
    pub(crate) agreements: AgreementArgs,
    /// Directory of catalogue files, to list new items or new versions of them
    #[arg(long, value_name = "DIR")]
    pub(crate) catalog: Option<PathBuf>,
    /// List the catalogue items that came with the program
    #[arg(long, conflicts_with = "catalog")]
    pub(crate) built_in_catalog: bool,
    /// Members that must sign from then on; by default just more than half
    #[arg(long, value_name = "COUNT")]
    pub(crate) threshold: Option<u16>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Drafts the next version into the output file.
pub(crate) fn amend_file(args: &AmendArgs) -> anyhow::Result<Summary> {
    let chain = pinned_charter::load(&args.dir)?;
    let requests = args.requests.iter().map(|path| read_request(path));
    let (agreements, supervision) = args.agreements.read()?;
    let items = if args.catalog.is_some() || args.built_in_catalog {
        catalog_files::charter_items(&catalog_files::load(args.catalog.as_deref())?)?
    } else {
        Vec::new()
    };
    let amendment = Amendment {
        add_members: requests.collect::<anyhow::Result<_>>()?,
        agreements,
        items,
        supervision,
        threshold: args.threshold,
    };
    let proposal = amend(chain.current(), amendment, clock::today())
        .context("this does not make a charter")?;
    check_policies(proposal.terms(), args.agreements.supervision.as_deref())?;
    write(&args.output, &proposal)?;
    summarize(&proposal)
}

/// That no policy map of a charter says what it may not: measures outside the catalogue, or harsher
/// consequences than at the origin. Nobody signs such a charter.
pub(crate) fn check_policies(terms: &Terms, supervision: Option<&Path>) -> anyhow::Result<()> {
    if terms.agreements().next().is_none() {
        return Ok(());
    }
    let supervision: Supervision = catalog_files::supervision(supervision)?;
    catalog_files::check_supervision(&supervision, terms)?;
    let mut faults = Vec::new();
    for agreement in terms.agreements() {
        let of_agreement = policy::check(agreement, terms, &supervision);
        let told = |fault: &policy::Fault| {
            format!("{}: {} ({})", agreement.id(), fault.en(), fault.code())
        };
        faults.extend(of_agreement.iter().map(told));
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!(Failure::new("POLICY_MAP_REFUSED", faults.join("; ")))
}
