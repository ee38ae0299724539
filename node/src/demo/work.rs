//! Importing at every member, and looking at the hub.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, IsTerminal},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tiaoxi_api::{
    client::{Client, ImportOptions},
    types::{ImportSummary, LogStatus},
};
use tiaoxi_catalog::Item;
use tiaoxi_credit::CodeScheme;
use tiaoxi_federation::MemberId;
use tiaoxi_intake::{Intake, Limits, Settings, Verdict};
use tiaoxi_sample::Office;
use tiaoxi_sheet::{Limits as SheetLimits, SheetFile};

use super::{
    founding::{Federation, HUB, Party},
    process::Running,
    report::{DemoReport, MemberReport, ProofReport},
    shapes,
};
use crate::{catalog_files, clock, commands::verify, pinned_charter};

const ITEM: &str = "xzcf";
/// Files are imported at so many members at once.
const IMPORTS_AT_ONCE: usize = 2;
/// How long the hub may take after the last import, besides a minute for every 100,000 rows.
const PATIENCE: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(25);

/// What became of one member's file.
pub(super) struct Imported {
    pub(super) member: MemberId,
    pub(super) name: String,
    file: PathBuf,
    summary: ImportSummary,
    rejected: Option<PathBuf>,
}

/// Writes a file for every member and imports it there.
pub(super) fn import_everywhere(
    federation: &Federation,
    running: &Running,
    records: u64,
) -> anyhow::Result<Vec<Imported>> {
    let catalog = catalog_files::load(None)?;
    let item = catalog.by_slug(ITEM).context("the catalogue has penalties")?;
    // The city and its counties; partner cities take part in recognition only.
    let importing: Vec<_> = federation.parties.iter().filter(|it| it.is_of_the_city()).collect();
    let bar = progress_bar(importing.len() as u64, "files imported");
    let mut imported = Vec::new();
    for some in importing.chunks(IMPORTS_AT_ONCE) {
        let one = |party| import_one(federation, running, party, item, records);
        let results: Vec<_> = thread::scope(|scope| {
            let started: Vec<_> =
                some.iter().map(|party| scope.spawn(move || one(*party))).collect();
            started.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        for result in results {
            imported.push(result.map_err(|_panic| anyhow::anyhow!("an import panicked"))??);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(imported)
}

fn import_one(
    federation: &Federation,
    running: &Running,
    party: &Party,
    item: &Item,
    records: u64,
) -> anyhow::Result<Imported> {
    let office = Office::by_slug(party.id.as_str()).context("every member has an office")?;
    let sheet = shapes::sheet_of(office, records);
    let file = federation.dir.join(format!("{}.{}", party.id, sheet.plan.kind.as_str()));
    shapes::write(item, &sheet, &file).with_context(|| format!("writing {}", file.display()))?;
    let client = running.client(&party.id)?;
    // No item is named: the node recognises it from the header.
    let options = ImportOptions {
        fill: tiaoxi_sample::constants(item, &sheet.plan),
        ..ImportOptions::default()
    };
    let mut summary = client.import(&file, &options, &mut |_| {})?;
    let rejected = save_rejected(client, &summary, &file)?;
    summary.rejected_file = rejected.as_ref().map(|path| path.display().to_string());
    Ok(Imported { member: party.id.clone(), name: party.name.clone(), file, summary, rejected })
}

fn save_rejected(
    client: &Client,
    summary: &ImportSummary,
    file: &Path,
) -> anyhow::Result<Option<PathBuf>> {
    if summary.rejected_parts == 0 {
        return Ok(None);
    }
    let kind = summary.rejected_kind.as_deref().unwrap_or("csv");
    let path = file.with_extension(format!("rejected.{kind}"));
    let paths = crate::commands::import::fetch_rejected(client, summary, &path)?;
    Ok(paths.into_iter().next())
}

/// Waits until the hub has verified everything, then looks at one subject.
pub(super) fn observe(
    federation: &Federation,
    running: &Running,
    imports: Vec<Imported>,
    began: Instant,
) -> anyhow::Result<DemoReport> {
    let hub = running.client(&MemberId::parse(HUB)?)?;
    let rows: u64 = imports.iter().map(|imported| imported.summary.rows).sum();
    let seen = wait_for_hub(running, hub, &imports, rows)?;
    let subject = subject_of_two(hub, &imports)?;
    let proofs = check_proofs(federation, hub, &subject)?;
    let members = imports
        .into_iter()
        .filter_map(|imported| {
            let (home, at_hub) = seen.get(&imported.summary.log)?.clone();
            Some(MemberReport {
                member: imported.member.to_string(),
                name: imported.name,
                summary: imported.summary,
                rejected_file: imported.rejected,
                home,
                at_hub,
            })
        })
        .collect();
    let seconds = began.elapsed().as_secs_f64();
    let fingerprint = federation.fingerprint;
    Ok(DemoReport { fingerprint, members, subject, proofs, seconds, recognition: None })
}

type Seen = BTreeMap<String, (LogStatus, LogStatus)>;

fn wait_for_hub(
    running: &Running,
    hub: &Client,
    imports: &[Imported],
    rows: u64,
) -> anyhow::Result<Seen> {
    let patience = PATIENCE * (1 + u32::try_from(rows / 100_000).unwrap_or(60));
    let (began, bar) = (Instant::now(), progress_bar(rows, "entries verified at the hub"));
    while began.elapsed() < patience {
        let mut seen = Seen::new();
        let mut verified = 0;
        let at_hub = hub.logs()?;
        for imported in imports {
            let log = &imported.summary.log;
            let home = running.client(&imported.member)?.logs()?;
            let find = |logs: &[LogStatus]| logs.iter().find(|it| it.origin == *log).cloned();
            let (Some(home), Some(at_hub)) = (find(&home), find(&at_hub)) else { continue };
            verified += at_hub.verified_up_to.min(at_hub.queryable_up_to);
            if is_level(&home, &at_hub) {
                seen.insert(log.clone(), (home, at_hub));
            }
        }
        bar.set_position(verified);
        if seen.len() == imports.len() {
            bar.finish_and_clear();
            return Ok(seen);
        }
        thread::sleep(GLANCE);
    }
    bail!("the hub did not verify everything in {} s", patience.as_secs())
}

/// Signed at home, verified at the hub and found by queries there, all of it.
fn is_level(home: &LogStatus, at_hub: &LogStatus) -> bool {
    home.size_appended == home.size_signed
        && home.size_signed == at_hub.verified_up_to
        && at_hub.queryable_up_to == at_hub.verified_up_to
        && home.root == at_hub.root
}

/// A firm with records from two members.
fn subject_of_two(
    hub: &Client,
    imports: &[Imported],
) -> anyhow::Result<tiaoxi_api::types::Subject> {
    let catalog = catalog_files::load(None)?;
    let item = catalog.by_slug(ITEM).context("the catalogue has penalties")?;
    let mut known: BTreeSet<String> = BTreeSet::new();
    for imported in imports {
        let here = codes_of(imported, item)?;
        for code in known.intersection(&here) {
            let subject = hub.subject(code)?;
            let origins: BTreeSet<_> =
                subject.records.iter().map(|record| &record.place.origin).collect();
            if origins.len() >= 2 {
                return Ok(subject);
            }
        }
        known.extend(here);
    }
    // Too few rows for a firm that occurs twice: any firm will do.
    let code = known.first().context("the files have a firm with a good row")?;
    Ok(hub.subject(code)?)
}

/// Unified codes of the firms in a file's good rows.
fn codes_of(imported: &Imported, item: &Item) -> anyhow::Result<BTreeSet<String>> {
    let reading = || format!("reading {}", imported.file.display());
    let input = BufReader::new(File::open(&imported.file).with_context(reading)?);
    let mut file = SheetFile::open(input, None, SheetLimits::default()).with_context(reading)?;
    let calendar = catalog_files::calendar(None)?;
    let settings = Settings {
        today: clock::today(),
        calendar: &calendar,
        fill: &imported.summary.filled,
        limits: Limits::default(),
    };
    let mut intake = Intake::new(&mut file, item, settings).with_context(reading)?;
    let mut codes = BTreeSet::new();
    while let Some(outcome) = intake.next_row().with_context(reading)? {
        if let Verdict::Accepted(accepted) = outcome.verdict {
            let mut firms = accepted.record.subject.codes.into_iter();
            codes.extend(firms.find(|code| code.scheme == CodeScheme::USCC).map(|it| it.code));
        }
    }
    Ok(codes)
}

/// Fetches a proof of one record of each member from the hub and checks it with the charter's keys.
fn check_proofs(
    federation: &Federation,
    hub: &Client,
    subject: &tiaoxi_api::types::Subject,
) -> anyhow::Result<Vec<ProofReport>> {
    let chain = federation.parties.first().map(|party| pinned_charter::load(&party.dir));
    let chain = chain.context("the federation has members")??;
    let mut proofs: Vec<ProofReport> = Vec::new();
    for record in &subject.records {
        let place = &record.place;
        if proofs.iter().any(|proof| proof.log == place.origin) {
            continue;
        }
        let key = verify::key_from_charter(chain.current().terms(), &place.origin)?;
        let proof = hub.proof(&place.origin, place.number)?;
        let verified = verify::check(&proof, &key)?;
        proofs.push(ProofReport {
            log: verified.log,
            number: verified.number,
            size: verified.size,
            body_matches: verified.body_matches,
        });
    }
    Ok(proofs)
}

fn progress_bar(total: u64, what: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = format!("{{bar:40}} {{pos}}/{{len}} {what}");
    let bar = ProgressBar::new(total);
    bar.set_style(ProgressStyle::with_template(&style).expect("the template is well formed"));
    bar
}
