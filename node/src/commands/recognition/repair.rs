//! `tiaoxi repair`: decisions on credit repair are carried out.

use clap::Args;
use tiaoxi_api::types::{Date, DecisionsRequest, Digest, RepairRequest};

use super::{agreed, code_of, describe_decisions, parse_date};
use crate::commands::{imports, node_args::NodeArgs, output};

/// Carry out decisions on credit repair (信用修复) and on objections. A repair ends the listings that
/// are founded on the decision, and narrows its record: no longer published, shared or used. It
/// erases nothing.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi repair --dir node 91330522TX2066637X --of-document 嘉环演示严〔2026〕3号 \\
      --document 信修演示〔2026〕12号 --applied 2026-11-20 --decided 2026-11-23
By file: tiaoxi template xyxf, fill, tiaoxi import, then
  tiaoxi repair --dir node --from-records")]
pub(crate) struct RepairArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Unified social credit code of the subject
    #[arg(value_name = "CODE", required_unless_present = "from_records")]
    code: Option<String>,
    /// Number of the decision that was repaired
    #[arg(long, value_name = "TEXT", required_unless_present = "from_records")]
    of_document: Option<String>,
    /// Number of the repair decision
    #[arg(long, value_name = "TEXT", required_unless_present = "from_records")]
    document: Option<String>,
    /// Day of application
    #[arg(long, value_name = "DAY", value_parser = parse_date,
        required_unless_present = "from_records")]
    applied: Option<Date>,
    /// Day of the decision
    #[arg(long, value_name = "DAY", value_parser = parse_date,
        required_unless_present = "from_records")]
    decided: Option<Date>,
    /// In words; no word about a person
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Carry out the decisions that were imported as records of xyxf
    #[arg(long, conflicts_with_all = ["code", "of_document", "document", "applied", "decided"])]
    from_records: bool,
    /// Only those of this import
    #[arg(long, value_name = "ID", requires = "from_records")]
    import: Option<String>,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    /// Answer as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Catalogue item of decisions.
const ITEM: &str = "xyxf";

pub(crate) fn repair(args: &RepairArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let asks = output::is_looked_on() && !args.yes && !args.json;
    let import = args.import.as_deref().map(|id| imports::digest(&client, id)).transpose()?;
    let one = match (&args.code, &args.of_document, &args.document, args.applied, args.decided) {
        (Some(code), Some(of_document), Some(document), Some(applied), Some(decided)) => {
            Some(RepairRequest {
                subject: code_of(code)?,
                of_document: of_document.clone(),
                document: document.clone(),
                applied,
                decided,
                reason: args.reason.clone(),
                preview: false,
            })
        }
        _ => None,
    };
    let carry_out = |preview: bool| {
        if let Some(request) = &one {
            return client.repair(&RepairRequest { preview, ..request.clone() }, None);
        }
        let import = import.map(Digest);
        client.decisions(&DecisionsRequest { item: ITEM.to_owned(), import, preview }, None)
    };
    if asks && !agreed(&describe_decisions(&carry_out(true)?))? {
        return Ok(());
    }
    let done = carry_out(false)?;
    if args.json {
        return output::json(&done);
    }
    output::lines(&describe_decisions(&done));
    Ok(())
}
