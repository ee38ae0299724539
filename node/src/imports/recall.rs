//! Imports that this node has forgotten: their entries came back from a decider after an older copy
//! of the node's directory had been restored. What the store should say of them is read from the
//! log.

use std::{collections::BTreeMap, ops::Range};

use tiaoxi_api::service::ServiceError;
use tiaoxi_credit::{Kind, Statement};
use tiaoxi_ledger::{block::Body, header::Header};
use tracing::info;

use super::{
    Digest, Imports,
    state::{self, ImportRecord},
};
use crate::own::append_error;

/// What the entries that came back say of imports.
#[derive(Default)]
struct Findings {
    /// Which import an entry number stands for; `None` for an entry that is no import.
    numbers: BTreeMap<u64, Option<Digest>>,
    /// Its last row, and whether its end is reported.
    imports: BTreeMap<Digest, (u32, bool)>,
}

impl Imports {
    /// Brings what is known of imports level with the log, before another one begins.
    pub(super) fn recall(&self) -> Result<(), ServiceError> {
        let _turn = self.recalling.lock();
        let own = &self.own;
        let Some(returned) = own.logs.returned(&own.records) else { return Ok(()) };
        own.forget();
        let findings = self.find(returned)?;
        let count = findings.imports.len();
        let mut facts = Vec::with_capacity(count);
        for (number, digest) in findings.numbers {
            let Some(digest) = digest else { continue };
            let Some((rows, is_reported)) = findings.imports.get(&digest) else { continue };
            let known = self.record(&digest)?;
            let known = known.unwrap_or_default();
            let record = ImportRecord {
                number: Some(number),
                rows: known.rows.max(*rows),
                is_reported: *is_reported,
                ..known
            };
            facts.push((state::key(&digest), Some(record.to_bytes())));
        }
        let accepted = own.logs.accept_returned(&own.records, facts);
        accepted.map_err(|error| append_error(&error))?;
        info!(imports = count, "read from the log what had been forgotten of imports");
        Ok(())
    }

    fn find(&self, returned: Range<u64>) -> Result<Findings, ServiceError> {
        let mut findings = Findings::default();
        let mut next = returned.start;
        while next < returned.end {
            let block = self.own.block(&self.own.records, next)?;
            for (number, header, body) in block.entries() {
                let Ok(header) = Header::from_bytes(header) else { continue };
                let Body::Present(body) = body else { continue };
                if number >= next {
                    self.note(&mut findings, number, &header, body)?;
                }
            }
            next = block.end();
        }
        Ok(findings)
    }

    fn note(
        &self,
        findings: &mut Findings,
        number: u64,
        header: &Header,
        body: &[u8],
    ) -> Result<(), ServiceError> {
        let kind = header.kind;
        let (row, is_report) = match Statement::from_body(kind.kind(), kind.version(), body) {
            Ok(Statement::Import(import)) => {
                findings.numbers.insert(number, Some(import.digest));
                findings.imports.entry(import.digest).or_default();
                return Ok(());
            }
            Ok(Statement::Record(record)) => (record.row, false),
            Ok(Statement::ImportReport(_)) => (0, true),
            _ => return Ok(()),
        };
        let concerned = header.concerned.number;
        let digest = match findings.numbers.get(&concerned) {
            Some(known) => *known,
            // An import that began before what came back.
            None => self.import_at(concerned)?,
        };
        findings.numbers.insert(concerned, digest);
        if let Some(digest) = digest {
            let (rows, is_reported) = findings.imports.entry(digest).or_default();
            *rows = row.max(*rows);
            *is_reported |= is_report;
        }
        Ok(())
    }

    fn import_at(&self, number: u64) -> Result<Option<Digest>, ServiceError> {
        let block = self.own.block(&self.own.records, number)?;
        let Some((_, Body::Present(body))) = block.entry(number) else { return Ok(None) };
        match Statement::from_body(Kind::Import as u8, Kind::Import.version(), body) {
            Ok(Statement::Import(import)) => Ok(Some(import.digest)),
            _ => Ok(None),
        }
    }
}
