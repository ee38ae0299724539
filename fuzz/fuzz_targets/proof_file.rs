//! `.tlog-proof` files: what is read is written as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::{checkpoint::Checkpoint, note::SigningKey, proof_file::ProofFile};

const ORIGIN: &str = "huzhou/deqing/records/1";

fn seeds() -> Vec<Vec<u8>> {
    let key = SigningKey::new(ORIGIN, &[3; 32]).expect("an origin is a key name");
    let signed = Checkpoint { origin: ORIGIN.into(), size: 8, root: [1; 32] }
        .sign(&key)
        .expect("the key is the log's");
    [(0, None), (3, Some(vec![1, 2, 3])), (63, Some(Vec::new()))]
        .into_iter()
        .map(|(hashes, extra)| {
            let path = vec![[5; 32]; hashes];
            ProofFile { extra, index: 7, path, checkpoint: signed.note().to_vec() }.to_bytes()
        })
        .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(proof) = ProofFile::parse(bytes) else { return };
    assert!(proof.path.len() <= 63);
    assert_eq!(proof.to_bytes(), bytes);
});
