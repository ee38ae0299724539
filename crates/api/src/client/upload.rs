//! Importing a file: read once for its BLAKE3, sent once as a stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ureq::SendBody;

use super::{Client, ClientError, REVIEWER};
use crate::percent::escape;
use crate::service::ReviewerToken;
use crate::types::{CorrectionsChoice, Digest, ImportDecision, ImportSummary};

/// Bytes read at once while hashing.
const READ_BYTES: usize = 256 << 10;

/// How far an import is on the client's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStage {
    /// The file is being read for its digest.
    Hashing {
        /// Bytes read.
        done: u64,
        /// Bytes of the file.
        total: u64,
    },
    /// The file is being sent; the node takes rows in while it arrives.
    Sending {
        /// Bytes sent.
        done: u64,
        /// Bytes of the file.
        total: u64,
    },
}

/// The BLAKE3 of a file and its length, by which its import is known.
pub fn digest_of_file(
    path: &Path,
    on_progress: &mut dyn FnMut(UploadStage),
) -> Result<([u8; 32], u64), ClientError> {
    let file = |source| ClientError::File { path: path.to_path_buf(), source };
    let mut reader = File::open(path).map_err(file)?;
    let total = reader.metadata().map_err(file)?.len();
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut done = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(source) => return Err(file(source)),
        };
        hasher.update(buffer.get(..count).unwrap_or_default());
        done += count as u64;
        on_progress(UploadStage::Hashing { done, total });
    }
    Ok((*hasher.finalize().as_bytes(), done))
}

/// How a file is to be taken in.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Slug of the catalogue item; `None`: recognised from the header.
    pub item: Option<String>,
    /// Sheet of a workbook; `None`: the first visible one.
    pub sheet: Option<String>,
    /// Field code → one text for every row, for fields without a column.
    pub fill: BTreeMap<String, String>,
    /// Judge every row and append nothing.
    pub preview: bool,
    /// What to do with rows that a person has to decide about.
    pub decision: ImportDecision,
    /// Whose word `decision.review` is.
    pub reviewer: Option<ReviewerToken>,
}

impl ImportOptions {
    fn query(&self, digest: Digest) -> String {
        let mut query = format!("digest={digest}");
        let mut add = |name: &str, text: &str| {
            query.extend(["&", name, "=", &escape(text, b"")]);
        };
        let ImportDecision { corrections, reason, review } = &self.decision;
        let texts = [
            ("item", self.item.as_deref()),
            ("sheet", self.sheet.as_deref()),
            ("reason", reason.as_deref()),
            ("review", review.as_deref()),
            ("preview", self.preview.then_some("true")),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                add(name, text);
            }
        }
        if *corrections != CorrectionsChoice::default() {
            add("corrections", corrections.as_str());
        }
        for (code, text) in &self.fill {
            add("fill", &format!("{code}={text}"));
        }
        query
    }
}

impl Client {
    /// Imports the file at `path` and waits until every accepted row is acknowledged, or, for a
    /// preview, until every row is judged. Has no time limit: the node takes what it needs. A file
    /// that the node knows already is not sent again.
    pub fn import(
        &self,
        path: &Path,
        options: &ImportOptions,
        on_progress: &mut dyn FnMut(UploadStage),
    ) -> Result<ImportSummary, ClientError> {
        let (digest, total) = digest_of_file(path, on_progress)?;
        let file = |source| ClientError::File { path: path.to_path_buf(), source };
        let reader = File::open(path).map_err(file)?;
        // Exactly the length that was announced, even if somebody appends to the file meanwhile.
        let mut body = Counted { reader: reader.take(total), done: 0, total, on_progress };
        let request = self
            .agent
            .post(format!("{}/v1/imports?{}", self.base, options.query(Digest(digest))))
            .header("Authorization", &self.authorization.0)
            .header("Accept", "application/json")
            .header("Content-Type", "application/octet-stream")
            .header("Content-Length", total.to_string())
            .header("Expect", "100-continue");
        let request = match &options.reviewer {
            Some(reviewer) => request.header(REVIEWER, reviewer.reveal()),
            None => request,
        };
        let sent = request.send(SendBody::from_reader(&mut body));
        self.parse(sent.map_err(|cause| ClientError::from_call(&self.base, cause))?)
    }
}

/// Tells how much of a file was read.
struct Counted<'a> {
    reader: io::Take<File>,
    done: u64,
    total: u64,
    on_progress: &'a mut dyn FnMut(UploadStage),
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        if count > 0 {
            self.done += count as u64;
            (self.on_progress)(UploadStage::Sending { done: self.done, total: self.total });
        }
        Ok(count)
    }
}
