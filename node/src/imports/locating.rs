//! Where an import's own entry stands in the log now.

use tiaoxi_api::service::ServiceError;
use tiaoxi_credit::{Kind, Statement};
use tiaoxi_ledger::block::Body;
use tiaoxi_views::EntryRef;

use super::{Digest, Imports, state::ImportRecord};
use crate::own::Life;

impl Imports {
    /// Whether everything that an import brought in was withdrawn.
    pub(super) fn is_withdrawn(
        &self,
        digest: &Digest,
        record: &ImportRecord,
    ) -> Result<bool, ServiceError> {
        let Some(number) = record.number else { return Ok(false) };
        let log = self.own.logs.summary(&self.own.records.to_string());
        let (Some(log), Some(number)) = (log, self.locate(digest, number)?) else {
            return Ok(false);
        };
        self.own.refresh()?;
        let entry = EntryRef { log: log.id.0, number };
        Ok(self.own.life(entry, None) == Life::Withdrawn)
    }

    /// The number that the import's entry has now: it may have been packed anew.
    pub(super) fn locate(&self, digest: &Digest, number: u64) -> Result<Option<u64>, ServiceError> {
        let own = &self.own;
        let is_ours = |body: Body<'_>| match body {
            Body::Present(body) => matches!(
                Statement::from_body(Kind::Import as u8, 1, body),
                Ok(Statement::Import(import)) if import.digest == *digest
            ),
            Body::Missing(_) => false,
        };
        let size = own.logs.summary(&own.records.to_string()).map_or(0, |summary| summary.size);
        if number < size
            && own.block(&own.records, number)?.entry(number).is_some_and(|(_, body)| is_ours(body))
        {
            return Ok(Some(number));
        }
        let mut next = 0;
        while next < size {
            let block = own.block(&own.records, next)?;
            if let Some((number, _, _)) = block.entries().find(|(_, _, body)| is_ours(*body)) {
                return Ok(Some(number));
            }
            next = block.end();
        }
        Ok(None)
    }
}
