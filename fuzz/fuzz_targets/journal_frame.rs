//! Frames of the journal behind their seal: a header reads as it is written, byte for byte, and
//! names exactly the bodies that follow. Input: length of the header u16 BE, header, bodies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_store::{Commit, LogId, Stored, fuzzing};

fn commits() -> [Commit; 3] {
    let stored = |first, count, leaves_root| Stored {
        first,
        count,
        encoded: b"some bytes of a block".to_vec(),
        leaves_root,
    };
    let mut grown = Commit::new();
    grown.run(LogId(1), stored(0, 3, None));
    grown.run(LogId(2), stored(256, 256, Some([1; 32])));
    grown.reseal(LogId(1), 7, b"fewer bytes".to_vec(), [2; 32]);
    let mut signed = Commit::new();
    signed.checkpoint(LogId(1), b"note".to_vec(), 3, [3; 32]);
    signed.held(LogId(1), "deqing", 3, [3; 32]);
    signed.meta(b"key".to_vec(), Some(b"value".to_vec()));
    signed.meta(b"other".to_vec(), None);
    let mut taken_back = Commit::new();
    taken_back.truncate(LogId(1), 2);
    taken_back.run(LogId(1), stored(2, 1, None));
    taken_back.reset(LogId(2));
    [grown, signed, taken_back]
}

fn seeds() -> Vec<Vec<u8>> {
    let commits = commits();
    let frames = commits.iter().map(fuzzing::frame);
    let ends = (1..=3).map(|how| (vec![1, 0, 0, 0, 8, how], vec![]));
    let joined = |(header, bodies): (Vec<u8>, Vec<u8>)| {
        assert!(fuzzing::open_frame(&header, &bodies).is_some(), "a frame as it is written");
        let length = u16::try_from(header.len()).expect("small commits");
        [&length.to_be_bytes()[..], &header, &bodies].concat()
    };
    frames.chain(ends).map(joined).collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let (header, bodies) = rest.split_at(rest.len().min(u16::from_be_bytes(*length).into()));
    if let Some(written) = fuzzing::rewrite_frame_header(header) {
        assert_eq!(written, header);
    }
    if let Some(named) = fuzzing::open_frame(header, bodies) {
        assert_eq!(usize::try_from(named), Ok(bodies.len()));
    }
});
