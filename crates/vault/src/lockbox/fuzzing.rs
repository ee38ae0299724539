//! What stands in front of a lockbox's sealed bytes, open to the fuzzer and to nobody else
//! (`cfg(fuzzing)`): opening whole lockboxes, it would stop at the check of the secret.

use super::{header, parts};

/// Takes a lockbox apart and puts it together anew; `None` when the bytes are none.
pub fn rewrite(bytes: &[u8]) -> Option<Vec<u8>> {
    let (kind, cost, salt, check, sealed) = parts(bytes)?;
    Some([&header(kind, cost, salt, check), sealed].concat())
}

/// Memory in KiB, passes and lanes that an attempt with a passphrase would cost; `None` when the
/// bytes are no lockbox, or one whose cost is beyond the bounds.
pub fn cost(bytes: &[u8]) -> Option<(u32, u32, u32)> {
    let (_, cost, ..) = parts(bytes)?;
    cost.params().map(|params| (params.m_cost(), params.t_cost(), params.p_cost()))
}
