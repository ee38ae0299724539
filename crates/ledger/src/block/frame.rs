//! One zstd frame: at most 64 KiB raw, its raw size known beforehand, no dictionary, nothing else.

use std::cell::RefCell;

use zstd::{
    bulk::{Compressor, Decompressor},
    zstd_safe,
};

/// The most raw bytes in a frame.
pub(super) const RAW_BYTES_MAX: usize = 64 * 1024;
/// Fast, and on credit records nearly as small as the slower levels.
const LEVEL: i32 = 1;
/// First bytes of a zstd frame that is not skippable.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

thread_local! {
    static COMPRESSOR: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(LEVEL).expect("level 1 exists"));
    static DECOMPRESSOR: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::new().expect("no dictionary to be refused"));
}

/// Compresses at most [`RAW_BYTES_MAX`] bytes.
pub(super) fn compress(raw: &[u8]) -> Vec<u8> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.compress(raw).expect("the output buffer is made by the library's own bound")
    })
}

/// Appends exactly `raw_len` bytes to `into`; false when the frame is anything but that.
pub(super) fn decompress(frame: &[u8], raw_len: usize, into: &mut Vec<u8>) -> bool {
    let whole = frame.starts_with(&MAGIC)
        && raw_len <= RAW_BYTES_MAX
        && zstd_safe::find_frame_compressed_size(frame) == Ok(frame.len())
        && zstd_safe::get_dict_id_from_frame(frame).is_none();
    if !whole {
        return false;
    }
    let mut raw = Vec::with_capacity(raw_len);
    let written = DECOMPRESSOR
        .with_borrow_mut(|decompressor| decompressor.decompress_to_buffer(frame, &mut raw));
    into.extend_from_slice(&raw);
    matches!(written, Ok(written) if written == raw_len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_plain_frame_of_the_named_size_is_accepted() {
        let check = |frame: &[u8], raw_len: usize| decompress(frame, raw_len, &mut Vec::new());
        let frame = compress(b"one frame of bytes");
        assert!(check(&frame, 18));
        assert!(!check(&frame, 17));
        assert!(!check(&frame, 19));
        assert!(!check(&[frame.clone(), frame.clone()].concat(), 36), "two frames");
        let skippable = [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9];
        assert!(!check(&[&skippable[..], &frame].concat(), 18), "a skippable frame");
        assert!(!check(&[&frame[..], &[0]].concat(), 18), "a byte left over");
        assert!(!check(&frame[..frame.len() - 1], 18), "cut short");
    }
}
