//! Membership requests: what passes has four signatures over a description that passes the checks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_federation::request::Request;
use tiaoxi_fuzz::{members, plant};

fuzz_target!(init: plant(members::request_files()), |bytes: &[u8]| {
    let Ok(request) = Request::verify(bytes) else { return };
    request.member().check().expect("a believed description passes its checks");
    let known = members::requests();
    assert!(known.contains(&request), "a request that nobody signed");
});
