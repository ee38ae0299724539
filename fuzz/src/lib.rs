//! What fuzz targets share: a way to plant their seeds, invented keys, and damage done to files.
//!
//! A target holds one decoder against any bytes: it must not panic, it must keep its limits, and
//! what it accepts must mean the same once written again. `scripts/fuzz.sh` runs them all. A finding
//! becomes a regression test in the crate that is concerned.

pub mod members;

use std::{env, fs, path::Path};

use tiaoxi_ledger::{
    block::{Block, Draft},
    header::{Concerned, Header, KindField},
    salt::SaltKey,
};

/// Where targets put their seeds before they begin; not set, they put them nowhere.
const SEEDS: &str = "TIAOXI_FUZZ_SEEDS";

/// Writes inputs to begin with into the directory that `TIAOXI_FUZZ_SEEDS` names. They are made by
/// the encoders, so they are never of an older format than the decoders.
pub fn plant<S: AsRef<[u8]>>(seeds: impl IntoIterator<Item = S>) {
    let Some(dir) = env::var_os(SEEDS) else { return };
    for (number, seed) in seeds.into_iter().enumerate() {
        let path = Path::new(&dir).join(format!("seed-{number:03}"));
        fs::write(&path, seed).expect("the directory for seeds can be written");
    }
}

/// The bytes of a header without its commitment.
pub fn prefix(number: u64) -> tiaoxi_ledger::header::PrefixBytes {
    let header = Header {
        kind: KindField::new(1, 2, 1),
        item: 2,
        day: 20_781,
        concerned: Concerned::NONE,
        commitment: [0; 32],
    };
    let mut prefix = header.prefix();
    // The low byte of the day, so that entries differ.
    prefix[7] = number.to_be_bytes()[7];
    prefix
}

/// A run with bodies of the given sizes and salts of its own.
pub fn block(first: u64, body_bytes: &[usize]) -> Block {
    let drafts: Vec<_> = (first..)
        .zip(body_bytes)
        .map(|(number, bytes)| Draft {
            prefix: prefix(number),
            body: format!("entry {number} ")
                .into_bytes()
                .into_iter()
                .cycle()
                .take(*bytes)
                .collect(),
        })
        .collect();
    let [.., position] = first.to_be_bytes();
    Block::pack(first, &SaltKey([position; 32]), &drafts).expect("the sizes fit a range")
}

/// Does to `file` what `orders` say, four bytes an order: overwrite, cut off or insert.
pub fn damage(file: &mut Vec<u8>, orders: &[u8]) {
    for order in orders.chunks_exact(4).take(16) {
        let &[what, high, low, byte] = order else { continue };
        let at = usize::from(u16::from_be_bytes([high, low]));
        let at = at * (file.len() + 1) / (usize::from(u16::MAX) + 1);
        match what % 4 {
            0 => file.truncate(at),
            1 => file.insert(at, byte),
            _ => {
                if let Some(place) = file.get_mut(at) {
                    *place = byte;
                }
            }
        }
    }
}
