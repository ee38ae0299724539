//! The running federation, and what is done with it.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tiaoxi_api::{
    client::{Client, ImportOptions},
    service::ListingsQuery,
    types::{EndRequest, LISTINGS_MAX, ListingShown, LogStatus, Place},
};
use tiaoxi_credit::Day;
use tiaoxi_federation::MemberId;

use super::cast::{self, Cast};
use crate::{
    bench::main_job,
    clock,
    demo::{
        founding::{self, Federation, Party},
        process::Running,
    },
};

/// Between two looks at the home of a listing that ends; the figures are this much too high at most.
const GLANCE: Duration = Duration::from_millis(4);
/// Between two looks at anything else.
const SLOW_GLANCE: Duration = Duration::from_millis(50);
/// How long an end may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long everything may take to be listed and recognised, or to be caught up on.
const LONG_PATIENCE: Duration = Duration::from_mins(30);

/// The federation with its cast.
pub(super) struct Stage {
    pub(super) cast: Cast,
    pub(super) federation: Federation,
    pub(super) running: Running,
    today: Day,
    /// Subjects listed so far.
    listed: usize,
}

/// A listing at its home.
pub(super) struct Listed {
    pub(super) home: MemberId,
    place: Place,
}

/// One end that was measured.
pub(super) struct Sample {
    pub(super) home: MemberId,
    /// Until its home had said it, signed and durable.
    pub(super) said: Duration,
    /// Until its home showed all receipts.
    pub(super) confirmed: Duration,
}

/// Records of a county.
pub(super) struct Records {
    log: String,
    /// Entries, its import among them.
    pub(super) count: u64,
}

impl Stage {
    /// Founds the federation in a directory, and starts it.
    pub(super) fn set(dir: &Path, cast: Cast) -> anyhow::Result<Self> {
        let federation = founding::found(dir, cast.roles(), vec![cast.agreement.clone()])?;
        let running = Running::start(&federation)?;
        Ok(Self { cast, federation, running, today: clock::today(), listed: 0 })
    }

    fn client(&self, member: &MemberId) -> anyhow::Result<&Client> {
        self.running.client(member)
    }

    /// Lists an invented subject at each of the homes.
    pub(super) fn list(&mut self, homes: Vec<MemberId>) -> anyhow::Result<Vec<Listed>> {
        let mut listings = Vec::new();
        for home in homes {
            self.listed += 1;
            let request = cast::listing(&self.cast.agreement, self.listed, self.today)?;
            let said = self.client(&home)?.list(&request, None)?;
            let place = Place { origin: said.log, number: said.number };
            listings.push(Listed { home, place });
        }
        Ok(listings)
    }

    /// Waits until each home knows that all other parties have recognised its listings, and the
    /// county holds all of them.
    pub(super) fn wait_until_recognised<'a>(
        &self,
        listings: impl Iterator<Item = &'a Listed>,
    ) -> anyhow::Result<()> {
        let expected = listings.count();
        let others = self.cast.parties.len().saturating_sub(1);
        let is_recognised = |listing: &ListingShown| {
            let accepted = listing.recognitions.iter().filter(|it| it.decision.is_some());
            accepted.count() == others
        };
        wait_for("all listings are recognised by all", LONG_PATIENCE, SLOW_GLANCE, || {
            let mut recognised = 0;
            for home in &self.cast.parties {
                recognised += count(self.client(home)?, home, &is_recognised)?;
            }
            let mut held = expected;
            if let Some(county) = &self.cast.county {
                held = 0;
                for home in &self.cast.parties {
                    held += count(self.client(county)?, home, &|it| it.listing.is_some())?;
                }
            }
            Ok(recognised == expected && held == expected)
        })
    }

    /// Ends listings one after the other, for as long as `goes_on` says before each.
    pub(super) fn end_all(
        &self,
        listings: &[Listed],
        goes_on: impl Fn() -> anyhow::Result<bool>,
    ) -> anyhow::Result<Vec<Sample>> {
        let mut samples = Vec::new();
        for listing in listings {
            if !goes_on()? {
                break;
            }
            samples.push(self.end(listing)?);
        }
        Ok(samples)
    }

    fn end(&self, listing: &Listed) -> anyhow::Result<Sample> {
        let home = self.client(&listing.home)?;
        let request = EndRequest {
            listing: listing.place.clone(),
            cause: "delisted".to_owned(),
            document: Some("演示移〔2026〕1号".to_owned()),
            applied: None,
            decided: None,
            reason: "整改验收合格，移出名单(演示)".to_owned(),
            preview: false,
        };
        let began = Instant::now();
        home.end(&request, None)?;
        let said = began.elapsed();
        wait_for("every other party has confirmed an end", PATIENCE, GLANCE, || {
            let shown = home.listing(&listing.place)?;
            Ok(shown.expected > 0 && shown.confirmed == shown.expected)
        })?;
        Ok(Sample { home: listing.home.clone(), said, confirmed: began.elapsed() })
    }

    /// The county stops, starts again without knowing where its hub is, and takes in a file.
    pub(super) fn record_apart(&mut self, rows: u64) -> anyhow::Result<Records> {
        let county = self.county()?.clone();
        let file = self.federation.dir.join("rows.csv");
        main_job::write_rows(&file, rows)?;
        self.running.stop_one(&county)?;
        let party = party(&self.federation, &county)?;
        self.running.start_apart(party)?;
        let client = self.running.client(&county)?;
        let item = Some(main_job::ITEM.to_owned());
        let options = ImportOptions { item, ..ImportOptions::default() };
        let summary = client.import(&file, &options, &mut |_| {})?;
        let log = find(client.logs()?, &summary.log).context("the county has its own log")?;
        self.running.stop_one(&county)?;
        Ok(Records { log: log.origin, count: log.size_appended })
    }

    /// The county starts again and dials its hub.
    pub(super) fn reunite(&mut self) -> anyhow::Result<Instant> {
        let began = Instant::now();
        let county = self.county()?.clone();
        let party = party(&self.federation, &county)?;
        self.running.start_county(party)?;
        Ok(began)
    }

    fn county(&self) -> anyhow::Result<&MemberId> {
        self.cast.county.as_ref().context("there is a county when a hub is to catch up")
    }

    /// A log as the hub has it.
    fn at_hub(&self, records: &Records) -> anyhow::Result<LogStatus> {
        let logs = self.client(&cast::hub()?)?.logs()?;
        find(logs, &records.log).context("the hub follows its county")
    }

    /// Whether entries of a log are still on their way to the hub. What it takes in counts as
    /// verified only when all of it is there.
    pub(super) fn is_behind(&self, records: &Records) -> anyhow::Result<bool> {
        Ok(self.at_hub(records)?.verified_up_to < records.count)
    }

    pub(super) fn wait_until_begun(&self, records: &Records) -> anyhow::Result<()> {
        wait_for("the hub begins to catch up", PATIENCE, GLANCE, || {
            Ok(self.at_hub(records)?.size_appended > 0)
        })?;
        ensure!(self.is_behind(records)?, "the hub has caught up at once: take more records");
        Ok(())
    }

    pub(super) fn wait_until_level(&self, records: &Records) -> anyhow::Result<()> {
        wait_for("the hub is level", LONG_PATIENCE, SLOW_GLANCE, || Ok(!self.is_behind(records)?))
    }
}

fn party<'a>(federation: &'a Federation, member: &MemberId) -> anyhow::Result<&'a Party> {
    let found = federation.parties.iter().find(|party| party.id == *member);
    found.with_context(|| format!("{member} is in the federation"))
}

fn find(logs: Vec<LogStatus>, origin: &str) -> Option<LogStatus> {
    logs.into_iter().find(|log| log.origin == *origin)
}

/// Listings of a home that stand so at a node.
fn count(
    client: &Client,
    home: &MemberId,
    stands: &dyn Fn(&ListingShown) -> bool,
) -> anyhow::Result<usize> {
    let mut found = 0;
    let mut query =
        ListingsQuery { origin: Some(home.to_string()), limit: LISTINGS_MAX, ..Default::default() };
    loop {
        let page = client.listings(&query)?;
        found += page.listings.iter().filter(|listing| stands(listing)).count();
        if !page.more {
            return Ok(found);
        }
        query.from += page.listings.len() as u64;
    }
}

fn wait_for(
    what: &str,
    patience: Duration,
    glance: Duration,
    mut is_so: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let began = Instant::now();
    while began.elapsed() < patience {
        if is_so()? {
            return Ok(());
        }
        thread::sleep(glance);
    }
    bail!("waited {} s until {what}", patience.as_secs())
}
