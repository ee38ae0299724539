//! What is known of imports: how far, what was found, what was rejected; confirmed or discarded.

use std::io::{self, Write};

use super::{ANSWER_TIME_MAX, Client, ClientError};
use crate::service::{RejectedKind, ReviewerToken};
use crate::types::{
    Digest, FindingsPage, ImportDecision, ImportList, ImportProgress, ImportSummary,
};

/// Which file of rejected rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RejectedOptions {
    /// Its kind; `None`: as the file came, workbooks as `.xlsx`.
    pub kind: Option<RejectedKind>,
    /// Part, from 1; `None`: the first.
    pub part: Option<u32>,
}

impl Client {
    /// Takes in what a preview has shown; waits like [`Client::import`].
    pub fn confirm(
        &self,
        digest: &[u8; 32],
        decision: &ImportDecision,
        reviewer: Option<&ReviewerToken>,
    ) -> Result<ImportSummary, ClientError> {
        self.post_json(&import_path(digest, "/confirm"), decision, reviewer, None)
    }

    /// The newest imports, newest first.
    pub fn imports(&self) -> Result<Vec<ImportProgress>, ClientError> {
        self.get_json("/v1/imports").map(|ImportList { imports }| imports)
    }

    /// How far the import of the file with this BLAKE3 is.
    pub fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ClientError> {
        self.get_json(&import_path(digest, ""))
    }

    /// Findings of an import, at most `limit`, of rows behind `after`; the next page is behind the
    /// page's `next`.
    pub fn import_findings(
        &self,
        digest: &[u8; 32],
        after: Option<u32>,
        limit: u16,
    ) -> Result<FindingsPage, ClientError> {
        let after = after.map_or_else(String::new, |row| format!("&after={row}"));
        self.get_json(&import_path(digest, &format!("/findings?limit={limit}{after}")))
    }

    /// Writes a file of rejected rows to `out` and returns its bytes. Has no time limit.
    ///
    /// # Errors
    /// [`ClientError::Output`] when `out` fails, [`ClientError::Interrupted`] when the node breaks
    /// off: what was written then is no whole file.
    pub fn rejected_rows(
        &self,
        digest: &[u8; 32],
        options: RejectedOptions,
        out: &mut dyn Write,
    ) -> Result<u64, ClientError> {
        let kind = options.kind.map(|kind| format!("kind={}", kind.as_str()));
        let part = options.part.map(|part| format!("part={part}"));
        let query: Vec<_> = kind.into_iter().chain(part).collect();
        let path = import_path(digest, &format!("/rejected?{}", query.join("&")));
        let response = self.get_within(&path, "*/*", None)?;
        if !response.status().is_success() {
            return Err(self.refusal(response));
        }
        let mut body = Told { reader: response.into_body().into_reader(), failed: None };
        let copied = io::copy(&mut body, out);
        if let Some(cause) = body.failed.take() {
            return Err(ClientError::from_call(&self.base, ureq::Error::Io(cause)));
        }
        copied.map_err(ClientError::Output)
    }

    /// Removes upload, rejected rows and findings of an import.
    pub fn discard_import(&self, digest: &[u8; 32]) -> Result<(), ClientError> {
        let request = self
            .agent
            .delete(format!("{}{}", self.base, import_path(digest, "")))
            .config()
            .timeout_global(Some(ANSWER_TIME_MAX))
            .build()
            .header("Authorization", &self.authorization.0);
        let sent = request.call().map_err(|cause| ClientError::from_call(&self.base, cause))?;
        self.read(sent).map(drop)
    }
}

/// Path of an import, with what follows it.
pub(super) fn import_path(digest: &[u8; 32], rest: &str) -> String {
    format!("/v1/imports/{}{rest}", Digest(*digest))
}

/// A reader that remembers its own failure, so that it is told from the writer's.
struct Told<R> {
    reader: R,
    failed: Option<io::Error>,
}

impl<R: io::Read> io::Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}
