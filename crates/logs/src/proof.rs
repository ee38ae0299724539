//! The proof that an entry is in a log.

use std::sync::Arc;

use tiaoxi_ledger::{
    Hash,
    block::{Body, Hole},
    checkpoint::SignedCheckpoint,
    header::HeaderBytes,
    salt::SaltKey,
    tree,
};
use tiaoxi_store::Store;

use crate::{
    book::Book,
    reader::{self, LogNodes, ReadError},
};

/// An entry with the path to a signed root.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Number of the entry.
    pub number: u64,
    /// Its header.
    pub header: HeaderBytes,
    /// Its body and salt, or why they are missing.
    pub opening: Result<(Vec<u8>, SaltKey), Hole>,
    /// Sibling hashes from the leaf to the root.
    pub path: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: Arc<SignedCheckpoint>,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// No such log here.
    #[error("the log {0} is not held here")]
    UnknownLog(String),
    /// No such entry.
    #[error("{log} has no entry {number}")]
    NoEntry {
        /// The log.
        log: String,
        /// The entry.
        number: u64,
    },
    /// No checkpoint that may be shown covers it yet.
    #[error("entry {number} of {log} is not under a checkpoint that may be shown")]
    NotYetSigned {
        /// The log.
        log: String,
        /// The entry.
        number: u64,
    },
    /// It can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

pub(crate) fn prove(store: &Store, book: &Book, number: u64) -> Result<Proof, ProofError> {
    let (size, public) = {
        let state = book.state.lock();
        (state.edge.size(), state.public())
    };
    let log = || book.name.clone();
    if number >= size {
        return Err(ProofError::NoEntry { log: log(), number });
    }
    let checkpoint = public
        .filter(|checkpoint| number < checkpoint.size())
        .ok_or_else(|| ProofError::NotYetSigned { log: log(), number })?;
    let block = reader::block(store, book, number)?;
    let (header, body) =
        block.entry(number).ok_or_else(|| ProofError::NoEntry { log: log(), number })?;
    let opening = match (body, block.salt(number)) {
        (Body::Present(body), Some(salt)) => Ok((body.to_vec(), salt)),
        (Body::Missing(hole), _) => Err(hole),
        (Body::Present(_), None) => unreachable!("a decoded block has the salts of its bodies"),
    };
    let mut nodes = LogNodes::new(store, book);
    let path = tree::inclusion_path(&mut nodes, 0, number, checkpoint.size())?;
    Ok(Proof { number, header: *header, opening, path, checkpoint })
}
