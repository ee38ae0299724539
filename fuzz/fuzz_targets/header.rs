//! Headers: what is read is written as the same 48 bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{plant, prefix};
use tiaoxi_ledger::header::{Header, NUMBER_MAX, join, split};

fuzz_target!(init: plant([join(&prefix(1), &[4; 32])]), |bytes: &[u8]| {
    let Some(bytes) = bytes.first_chunk() else { return };
    let (prefix, commitment) = split(bytes);
    assert_eq!(join(&prefix, &commitment), *bytes);
    let Ok(header) = Header::from_bytes(bytes) else { return };
    assert!(header.concerned.number <= NUMBER_MAX);
    assert_eq!(header.to_bytes(), *bytes);
});
