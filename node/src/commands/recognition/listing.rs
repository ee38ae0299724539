//! `tiaoxi listing`: listings of key supervision objects, made, shown, ended.

use std::{fs, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use tiaoxi_api::{
    client::Client,
    service::ListingsQuery,
    types::{
        Date, Digest, EndRequest, FromRecords, FromRecordsRequest, LISTINGS_MAX, ListingRequest,
        Place,
    },
};

use super::{PaperArgs, agreed, describe, more, parse_date, parse_place, passed_over, tell, words};
use crate::commands::{
    import::reviewer_token, imports, language::Language, node_args::NodeArgs, output,
};

/// Listings of key supervision objects (重点监管对象): put a subject on the list, look, end.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi listing --dir node from-records --agreement delta --item yzsx
  tiaoxi listing --dir node add listing.json
  tiaoxi listing --dir node list --undecided
  tiaoxi listing --dir node end delta/jiaxing/exchange/delta/1#0 --cause delisted \\
      --document 嘉环演示移〔2026〕1号 --reason 整改验收合格")]
pub(crate) struct ListingArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Answer as JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Do it without asking
    #[arg(long, short, global = true)]
    yes: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Listings here, of all members
    List(ListArgs),
    /// One listing with everything that followed
    Show {
        /// The listing, as `list` names it
        #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
        place: Place,
    },
    /// Put a subject on the list, as a JSON file says (docs/api.md has its shape)
    Add {
        /// The file; `-` for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Only tell what would be said
        #[arg(long)]
        preview: bool,
        /// File with a reviewer's token: lists again what has ended, by the same decision
        #[arg(long, value_name = "FILE")]
        reviewer_token: Option<PathBuf>,
    },
    /// Put subjects of this node's own records on the list, as the supervision catalogue says
    FromRecords(FromRecordsArgs),
    /// End a listing of one's own, or one's own recognition (--cause terminated)
    End(EndArgs),
    /// The notice to the company (告知书): whose decision, basis, effect here, how to object
    Notice {
        /// The listing
        #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
        place: Place,
        #[command(flatten)]
        paper: PaperArgs,
    },
}

#[derive(Args, Clone, Debug)]
struct ListArgs {
    /// Only of this agreement
    #[arg(long, value_name = "ID")]
    agreement: Option<String>,
    /// Only of this member
    #[arg(long, value_name = "MEMBER")]
    origin: Option<String>,
    /// Only those that stand so, such as listed, disputed, ended, expired
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only those that officers here have to decide on
    #[arg(long)]
    undecided: bool,
    /// Pass over so many
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    from: u64,
}

#[derive(Args, Clone, Debug)]
struct FromRecordsArgs {
    /// The agreement under which they are listed
    #[arg(long, value_name = "ID")]
    agreement: String,
    /// Catalogue item of the records: yzsx or hypj
    #[arg(long, value_name = "ITEM")]
    item: String,
    /// Only records of this import (an ID of `tiaoxi imports list`)
    #[arg(long, value_name = "ID")]
    import: Option<String>,
    /// Give each record along as evidence, whole, with the names of persons that it has
    #[arg(long)]
    with_evidence: bool,
    /// Only tell what would be said
    #[arg(long)]
    preview: bool,
}

#[derive(Args, Clone, Debug)]
struct EndArgs {
    /// The listing
    #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
    place: Place,
    /// repair, delisted, revoked, objection-upheld, agreement-ended, standard-withdrawn; terminated
    /// for one's own recognition
    #[arg(long, value_name = "CAUSE")]
    cause: String,
    /// Number of the decision
    #[arg(long, value_name = "TEXT")]
    document: Option<String>,
    /// Day of application, where somebody applied
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    applied: Option<Date>,
    /// Day of the decision; today when unset
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    decided: Option<Date>,
    /// Why, in the words of the office; no word about a person
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn listing(args: &ListingArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let asks = output::is_looked_on() && !args.yes && !args.json;
    match &args.action {
        Action::List(list) => self::list(&client, list, args.json),
        Action::Show { place } => {
            let listing = client.listing(place)?;
            if args.json {
                return output::json(&listing);
            }
            output::lines(&words::listing(&listing));
            Ok(())
        }
        Action::Add { file, preview, reviewer_token: token } => {
            let token = token.as_deref().map(reviewer_token).transpose()?;
            let mut request = read(file)?;
            request.preview = *preview || asks;
            if asks && !preview {
                if !agreed(&describe(&client.list(&request, token.as_ref())?))? {
                    return Ok(());
                }
                request.preview = false;
            }
            tell(&client.list(&request, token.as_ref())?, args.json)
        }
        Action::FromRecords(from) => from_records(&client, from, asks, args.json),
        Action::End(end) => {
            let mut request = EndRequest {
                listing: end.place.clone(),
                cause: end.cause.clone(),
                document: end.document.clone(),
                applied: end.applied,
                decided: end.decided,
                reason: end.reason.clone(),
                preview: asks,
            };
            if asks {
                if !agreed(&describe(&client.end(&request, None)?))? {
                    return Ok(());
                }
                request.preview = false;
            }
            tell(&client.end(&request, None)?, args.json)
        }
        Action::Notice { place, paper } => paper.write(&client.notice(place, paper.format())?),
    }
}

fn read(file: &std::path::Path) -> anyhow::Result<ListingRequest> {
    let reading = || format!("reading {}", file.display());
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin().lock()).with_context(reading)?
    } else {
        fs::read_to_string(file).with_context(reading)?
    };
    serde_json::from_str(&text).with_context(|| format!("{} is no listing", file.display()))
}

fn list(client: &Client, args: &ListArgs, json: bool) -> anyhow::Result<()> {
    let page = client.listings(&ListingsQuery {
        agreement: args.agreement.clone(),
        state: args.state.clone(),
        origin: args.origin.clone(),
        undecided: args.undecided,
        limit: if json { LISTINGS_MAX } else { ListingsQuery::LIMIT_DEFAULT },
        from: args.from,
    })?;
    if json {
        return output::json(&page);
    }
    output::line(&words::table(&page.listings));
    if page.more {
        let next = args.from + page.listings.len() as u64;
        output::note(
            &Language::of_environment().pick(
                format!("还有更多：加 --from {next}"),
                format!("there are more: --from {next}"),
            ),
        );
    }
    Ok(())
}

fn from_records(
    client: &Client,
    args: &FromRecordsArgs,
    asks: bool,
    json: bool,
) -> anyhow::Result<()> {
    let import = args.import.as_deref().map(|id| imports::digest(client, id)).transpose()?;
    let mut request = FromRecordsRequest {
        agreement: args.agreement.clone(),
        item: args.item.clone(),
        import: import.map(Digest),
        with_evidence: args.with_evidence,
        preview: args.preview || asks,
    };
    if asks && !args.preview {
        let would = client.list_from_records(&request, None)?;
        if !agreed(&described(&would))? {
            return Ok(());
        }
        request.preview = false;
    }
    let made = client.list_from_records(&request, None)?;
    if json {
        return output::json(&made);
    }
    output::lines(&described(&made));
    Ok(())
}

fn described(made: &FromRecords) -> Vec<String> {
    let said = made.said.iter().filter_map(|it| it.said.as_ref()).flat_map(describe);
    let mut lines: Vec<_> = said.chain(passed_over(&made.passed_over)).collect();
    if lines.is_empty() {
        let nothing = ("没有可列入的记录", "no record has anything to list");
        lines.push(Language::of_environment().pick(nothing.0, nothing.1).to_owned());
    }
    if made.more {
        lines.push(more());
    }
    lines
}
