//! Notes, checkpoints and proof files judged by crates that share no code with this one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on should fail where it stands"
)]

use signed_note::{
    Note as OtherNote, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList,
};
use tiaoxi_ledger::{
    Hash,
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature,
    note::{Note, SigningKey, VerifierKey},
    proof_file::ProofFile,
    tree::{self, Nodes},
};
use tlog_tiles::tlog;

const ORIGIN: &str = "huzhou/deqing/records/1";

fn log_key() -> SigningKey {
    SigningKey::new(ORIGIN, &[3; 32]).unwrap()
}

/// The hashes of a small tree, made by the other crate, for both to look up.
struct Stored(Vec<tlog::Hash>);

impl Stored {
    fn of(records: &[Vec<u8>]) -> Self {
        let mut stored = Self(Vec::new());
        for (n, record) in (0..).zip(records) {
            let more = tlog::stored_hashes(n, record, &stored).unwrap();
            stored.0.extend(more);
        }
        stored
    }
}

impl tlog::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

impl Nodes for &Stored {
    type Error = tlog::Error;
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, tlog::Error> {
        let at = tlog::stored_hash_index(u8::try_from(level).unwrap(), index);
        Ok(self.0[usize::try_from(at).unwrap()].0)
    }
}

#[test]
fn the_other_crate_believes_our_checkpoints() {
    let signed =
        Checkpoint { origin: ORIGIN.to_owned(), size: 77, root: [9; 32] }.sign(&log_key()).unwrap();
    let verifier = StandardVerifier::new(&log_key().verifier_key().to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let note = OtherNote::from_bytes(signed.note()).unwrap();
    let (believed, unknown) = note.verify(&known).unwrap();
    assert_eq!((believed.len(), unknown.len()), (1, 0));
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((read.origin(), read.size(), read.hash().0), (ORIGIN, 77, [9; 32]));
    assert_eq!(read.extension(), "");
}

#[test]
fn a_cosignature_does_not_disturb_the_other_crate() {
    let signed =
        Checkpoint { origin: ORIGIN.to_owned(), size: 77, root: [9; 32] }.sign(&log_key()).unwrap();
    let witness = SigningKey::new("huzhou/anji/witness", &[4; 32]).unwrap();
    let line = cosignature::cosign(&signed, &witness, 1_795_500_000);
    let note = OtherNote::from_bytes(&[signed.note(), line.as_bytes()].concat()).unwrap();
    let verifier = StandardVerifier::new(&log_key().verifier_key().to_string()).unwrap();
    let (believed, unknown) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((believed.len(), unknown.len()), (1, 1));
}

#[test]
fn we_believe_notes_of_the_other_crate() {
    // From the documentation of Go's package note.
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let signer = StandardSigner::new(secret).unwrap();
    assert_eq!(signer.name(), "PeterNeumann");
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    let mut note = OtherNote::new(text.as_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let bytes = note.to_bytes();

    let key = VerifierKey::parse(public).unwrap();
    let note = Note::parse(&bytes).unwrap();
    assert_eq!(note.text(), text);
    assert_eq!(note.signed_by(&key), Ok(true));
    assert_eq!(StandardVerifier::new(public).unwrap().key_id(), u32::from_be_bytes(key.id()));
}

#[test]
fn the_other_crate_confirms_every_proof_file() {
    let records: Vec<Vec<u8>> = (0..300u16).map(|n| n.to_be_bytes().to_vec()).collect();
    let stored = Stored::of(&records);
    for size in [1u64, 2, 3, 255, 256, 257, 300] {
        let root = tree::root(&mut &stored, size).unwrap();
        let signed = Checkpoint { origin: ORIGIN.to_owned(), size, root }.sign(&log_key()).unwrap();
        for index in (0..size).step_by(7) {
            let path = tree::inclusion_path(&mut &stored, 0, index, size).unwrap();
            let checkpoint = signed.note().to_vec();
            let file = ProofFile { extra: None, index, path, checkpoint }.to_bytes();

            let file = ProofFile::parse(&file).unwrap();
            let ours = file.signed_checkpoint(&log_key().verifier_key()).unwrap();
            assert_eq!(
                ours,
                SignedCheckpoint::verify(signed.note(), &log_key().verifier_key()).unwrap()
            );
            let proof: Vec<_> = file.path.into_iter().map(tlog::Hash).collect();
            let leaf = tlog::record_hash(&records[usize::try_from(index).unwrap()]);
            let root = tlog::Hash(*ours.root());
            tlog::check_record(&proof, size, root, file.index, leaf).unwrap();
            let other = tlog::record_hash(b"another record");
            assert!(tlog::check_record(&proof, size, root, file.index, other).is_err());
        }
    }
}
