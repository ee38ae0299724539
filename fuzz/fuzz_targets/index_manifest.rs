//! The manifest of the subject index behind its seal: what is read is written as at most as many
//! bytes, and those read as themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_views::index::fuzzing::{manifest, rewrite_manifest};

fuzz_target!(init: plant([manifest()]), |bytes: &[u8]| {
    let Some(written) = rewrite_manifest(bytes) else { return };
    // A log given twice, or in another order, is written once and in order.
    assert!(written.len() <= bytes.len());
    assert_eq!(rewrite_manifest(&written).as_ref(), Some(&written));
});
