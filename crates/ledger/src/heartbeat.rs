//! Heartbeats: a checkpoint of a log, cosigned by its own owner at a time.
//!
//! It says: at this time, this was my newest. Whoever holds the entries below it knows by then that
//! nothing more had been said. A note of two signature lines, the log's and the witness key's of the
//! log's owner (C2SP `tlog-checkpoint`, `tlog-cosignature`); any tool that reads these reads it.
//! Does not know what time it is, nor whether the checkpoint fits the entries that anybody holds.

use crate::{
    Hash,
    checkpoint::{CheckpointError, SignedCheckpoint},
    cosignature::{CosignatureError, WitnessKey, cosign, cosigned_at},
    note::{Bounds, Note, NoteError, SigningKey, VerifierKey},
};

/// Longest heartbeat: three lines, and two signatures under names of at most 200 bytes.
pub const HEARTBEAT_BYTES_MAX: usize = 1024;

const BOUNDS: Bounds = Bounds { bytes_max: HEARTBEAT_BYTES_MAX, signatures_max: 2 };

/// A believed heartbeat, with the note as received or signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Its note is the whole heartbeat.
    checkpoint: SignedCheckpoint,
    unix_seconds: u64,
}

/// Why a note is no heartbeat of the log in question.
#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    /// Not a note of at most two signatures.
    #[error("the heartbeat is no short signed note")]
    Note(#[source] NoteError),
    /// What was cosigned is no checkpoint of the log.
    #[error("the heartbeat is of no checkpoint of its log")]
    Checkpoint(#[from] CheckpointError),
    /// The owner's cosignature is wrong.
    #[error("the heartbeat names a time that was not signed")]
    Cosignature(#[from] CosignatureError),
    /// The owner has not cosigned it.
    #[error("the heartbeat is not cosigned by {witness}")]
    NotCosigned {
        /// Name of the key that should have.
        witness: String,
    },
}

impl Heartbeat {
    /// Cosigns the newest checkpoint of an own log at `unix_seconds` (POSIX seconds).
    ///
    /// The checkpoint bears no signature but its log's, as [`Checkpoint::sign`] makes it.
    ///
    /// [`Checkpoint::sign`]: crate::checkpoint::Checkpoint::sign
    pub fn sign(checkpoint: &SignedCheckpoint, witness: &SigningKey, unix_seconds: u64) -> Self {
        let line = cosign(checkpoint, witness, unix_seconds);
        let checkpoint = checkpoint.with_line(&line);
        Self { checkpoint, unix_seconds }
    }

    /// Believes a note when the log's key has signed it and its owner's witness key has cosigned it,
    /// and nobody else anything.
    pub fn verify(
        note: &[u8],
        log_key: &VerifierKey,
        witness: &WitnessKey,
    ) -> Result<Self, HeartbeatError> {
        let parsed = Note::parse_within(note, BOUNDS).map_err(HeartbeatError::Note)?;
        let checkpoint = SignedCheckpoint::verify(note, log_key)?;
        let unix_seconds = cosigned_at(&parsed, witness)?
            .ok_or_else(|| HeartbeatError::NotCosigned { witness: witness.name().to_owned() })?;
        Ok(Self { checkpoint, unix_seconds })
    }

    /// The note, byte for byte.
    pub fn note(&self) -> &[u8] {
        self.checkpoint.note()
    }

    /// Name of the log.
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// Entries that the log had.
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// Root of the tree over them.
    pub fn root(&self) -> &Hash {
        self.checkpoint.root()
    }

    /// When its owner said so, by its own clock, in POSIX seconds.
    pub fn unix_seconds(&self) -> u64 {
        self.unix_seconds
    }

    /// Whether it is newer than another of the same log: later, or as late and of more entries.
    pub fn supersedes(&self, other: &Self) -> bool {
        (self.unix_seconds, self.size()) > (other.unix_seconds, other.size())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{checkpoint::Checkpoint, tree::empty_root};

    const ORIGIN: &str = "huzhou/deqing/ends/delta/1";
    const TIME: u64 = 1_795_500_000;

    fn log_key() -> SigningKey {
        SigningKey::new(ORIGIN, &[3; 32]).unwrap()
    }

    fn witness() -> SigningKey {
        SigningKey::new("huzhou/deqing/witness", &[4; 32]).unwrap()
    }

    fn witness_key() -> WitnessKey {
        WitnessKey::new("huzhou/deqing/witness", witness().public()).unwrap()
    }

    fn checkpoint(size: u64) -> SignedCheckpoint {
        let root = if size == 0 { empty_root() } else { [9; 32] };
        Checkpoint { origin: ORIGIN.to_owned(), size, root }.sign(&log_key()).unwrap()
    }

    fn verify(note: &[u8]) -> Result<Heartbeat, HeartbeatError> {
        Heartbeat::verify(note, &log_key().verifier_key(), &witness_key())
    }

    #[test]
    fn a_heartbeat_reads_back_and_is_still_a_checkpoint_of_its_log() {
        for (size, time) in [(0, 0), (0, TIME), (7, TIME), (u64::MAX, u64::MAX)] {
            let beat = Heartbeat::sign(&checkpoint(size), &witness(), time);
            assert_eq!(verify(beat.note()).unwrap(), beat);
            assert_eq!((beat.origin(), beat.size(), beat.unix_seconds()), (ORIGIN, size, time));
            let plain = SignedCheckpoint::verify(beat.note(), &log_key().verifier_key()).unwrap();
            assert_eq!(plain.checkpoint(), checkpoint(size).checkpoint());
        }
    }

    #[test]
    fn the_longest_names_fit() {
        let name = "x".repeat(200);
        let key = SigningKey::new(name.clone(), &[3; 32]).unwrap();
        let witness = SigningKey::new(name.clone(), &[4; 32]).unwrap();
        let signed = Checkpoint { origin: name.clone(), size: u64::MAX, root: [9; 32] }.sign(&key);
        let beat = Heartbeat::sign(&signed.unwrap(), &witness, u64::MAX);
        let witness_key = WitnessKey::new(name, witness.public()).unwrap();
        assert!(Heartbeat::verify(beat.note(), &key.verifier_key(), &witness_key).is_ok());
    }

    #[test]
    fn every_changed_byte_of_a_heartbeat_is_noticed() {
        let good = Heartbeat::sign(&checkpoint(7), &witness(), TIME).note().to_vec();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] = bad[at].wrapping_add(1);
            assert!(verify(&bad).is_err(), "byte {at}");
        }
    }

    #[test]
    fn what_others_or_nobody_cosigned_is_no_heartbeat() {
        let signed = checkpoint(7);
        assert!(matches!(verify(signed.note()), Err(HeartbeatError::NotCosigned { .. })));
        let other = SigningKey::new("huzhou/anji/witness", &[5; 32]).unwrap();
        let of_another = Heartbeat::sign(&signed, &other, TIME);
        assert!(matches!(verify(of_another.note()), Err(HeartbeatError::NotCosigned { .. })));
        // A third line, whoever's, has no place in it.
        let good = Heartbeat::sign(&signed, &witness(), TIME);
        let line = cosign(&signed, &other, TIME);
        let longer = [good.note(), line.as_bytes()].concat();
        assert!(matches!(verify(&longer), Err(HeartbeatError::Note(_))));
        let unsigned = [signed.checkpoint().text().as_bytes(), b"\n", line.as_bytes()].concat();
        assert!(matches!(verify(&unsigned), Err(HeartbeatError::Checkpoint(_))));
    }

    #[test]
    fn the_later_supersedes_and_of_two_as_late_the_longer() {
        let beat = |size, time| Heartbeat::sign(&checkpoint(size), &witness(), time);
        let check = |newer: (u64, u64), older: (u64, u64)| {
            let (newer, older) = (beat(newer.0, newer.1), beat(older.0, older.1));
            assert!(newer.supersedes(&older) && !older.supersedes(&newer));
        };
        check((7, TIME + 1), (7, TIME));
        check((5, TIME + 1), (7, TIME));
        check((8, TIME), (7, TIME));
        assert!(!beat(7, TIME).supersedes(&beat(7, TIME)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..1200)) {
            prop_assert!(verify(&bytes).is_err());
        }

        #[test]
        fn parts_of_two_heartbeats_are_one_of_them_or_none(
            at in 0usize..500,
            from in 0usize..500,
            times in (TIME..TIME + 3, TIME..TIME + 3),
        ) {
            let (left, right) = (
                Heartbeat::sign(&checkpoint(7), &witness(), times.0),
                Heartbeat::sign(&checkpoint(8), &witness(), times.1),
            );
            let front = left.note().get(..at).unwrap_or(left.note());
            let behind = right.note().get(from..).unwrap_or(&[]);
            if let Ok(read) = verify(&[front, behind].concat()) {
                prop_assert!(read == left || read == right);
            }
        }
    }
}
