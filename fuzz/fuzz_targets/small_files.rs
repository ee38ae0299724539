//! The store's small files behind their seal: head of a log, index of logs, small facts. What is
//! read is written as at most as many bytes, and those read as themselves. Input: which file, then
//! its plain text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_store::fuzzing::SmallFile;

fn seeds() -> impl Iterator<Item = Vec<u8>> {
    (0..).zip(SmallFile::ALL).map(|(which, file)| {
        let example = file.example();
        assert_eq!(file.rewrite(&example).as_ref(), Some(&example));
        [&[which][..], &example].concat()
    })
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Some((which, plain)) = bytes.split_first() else { return };
    let file = SmallFile::ALL[usize::from(*which) % SmallFile::ALL.len()];
    let Some(written) = file.rewrite(plain) else { return };
    // Holders and facts given twice, or in another order, are written once and in order.
    assert!(written.len() <= plain.len());
    if file == SmallFile::Index {
        assert_eq!(written, plain);
    }
    assert_eq!(file.rewrite(&written).as_ref(), Some(&written));
});
