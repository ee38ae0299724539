//! Encryption of one text under one key, authenticated together with `aad`, bytes that say what
//! the text is and where it belongs, so that a sealed text moved elsewhere does not open.
//!
//! Two forms. [`seal_once`] is ChaCha20-Poly1305 with a zero nonce, for a key that seals exactly
//! one text (a block): 16 bytes longer than the text. [`seal`] is XChaCha20-Poly1305 with a random
//! nonce in front, for a key that seals many: 40 bytes longer.

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, XChaCha20Poly1305, XNonce};

use crate::Key;
use crate::key::fill_random;

/// Bytes that [`seal_once`] adds.
pub const SEAL_ONCE_OVERHEAD_BYTES: usize = 16;
/// Bytes that [`seal`] adds: nonce in front, tag behind.
pub const SEAL_OVERHEAD_BYTES: usize = NONCE_BYTES + SEAL_ONCE_OVERHEAD_BYTES;
const NONCE_BYTES: usize = 24;

/// The sealed bytes are not what was sealed under this key with these associated bytes: another
/// key, another place, or changed on the way. Nothing can tell these apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not open: damaged, or sealed under another key or for another place")]
pub struct Damaged;

/// Seals the only text that `key` will ever seal. Sealing a second one would give both away.
pub fn seal_once(key: &Key, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    ChaCha20Poly1305::new(key.as_bytes().into())
        .encrypt(&Nonce::default(), Payload { msg: plain, aad })
        .expect("a text held in memory is below ChaCha20's limit of 256 GiB")
}

/// Opens what [`seal_once`] sealed.
pub fn open_once(key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Damaged> {
    ChaCha20Poly1305::new(key.as_bytes().into())
        .decrypt(&Nonce::default(), Payload { msg: sealed, aad })
        .map_err(opaque)
}

/// Seals one of many texts under `key`: a random nonce of 24 bytes, the text, a tag.
pub fn seal(key: &Key, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    seal_into(key, aad, &[plain], &mut sealed);
    sealed
}

/// Like [`seal`] for a text given in pieces, appended to `out`: no second copy of a large text.
pub fn seal_into(key: &Key, aad: &[u8], pieces: &[&[u8]], out: &mut Vec<u8>) {
    let plain_bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
    out.reserve(SEAL_OVERHEAD_BYTES + plain_bytes);
    let mut nonce = [0; NONCE_BYTES];
    fill_random(&mut nonce);
    out.extend_from_slice(&nonce);
    let start = out.len();
    for piece in pieces {
        out.extend_from_slice(piece);
    }
    let (_, text) = out.split_at_mut(start);
    let tag = XChaCha20Poly1305::new(key.as_bytes().into())
        .encrypt_inout_detached(&XNonce::from(nonce), aad, text.into())
        .expect("a text held in memory is below ChaCha20's limit of 256 GiB");
    out.extend_from_slice(&tag);
}

/// Opens what [`seal`] sealed.
pub fn open(key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Damaged> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Damaged)?;
    XChaCha20Poly1305::new(key.as_bytes().into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: text, aad })
        .map_err(opaque)
}

/// The cipher's error says nothing on purpose; neither does ours.
fn opaque(_says_nothing: chacha20poly1305::Error) -> Damaged {
    Damaged
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seal = fn(&Key, &[u8], &[u8]) -> Vec<u8>;
    type Open = fn(&Key, &[u8], &[u8]) -> Result<Vec<u8>, Damaged>;
    const FORMS: [(Seal, Open, usize); 2] =
        [(seal_once, open_once, SEAL_ONCE_OVERHEAD_BYTES), (seal, open, SEAL_OVERHEAD_BYTES)];

    #[test]
    fn what_was_sealed_opens_and_is_longer_by_the_overhead() {
        for (seal, open, overhead) in FORMS {
            for text in ["", "a", "苕溪"] {
                let key = Key::random();
                let sealed = seal(&key, b"place", text.as_bytes());
                assert_eq!(sealed.len(), text.len() + overhead);
                assert_eq!(open(&key, b"place", &sealed).expect("opens"), text.as_bytes());
            }
        }
    }

    #[test]
    fn another_key_another_place_and_any_change_are_refused() {
        for (seal, open, _) in FORMS {
            let key = Key::random();
            let sealed = seal(&key, b"place", b"text");
            assert_eq!(open(&Key::random(), b"place", &sealed), Err(Damaged));
            assert_eq!(open(&key, b"elsewhere", &sealed), Err(Damaged));
            for at in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert_eq!(open(&key, b"place", &changed), Err(Damaged), "byte {at}");
                assert_eq!(open(&key, b"place", &sealed[..at]), Err(Damaged), "cut at {at}");
            }
        }
    }

    #[test]
    fn pieces_seal_like_the_whole_and_follow_what_is_there() {
        let key = Key::random();
        let mut out = b"before".to_vec();
        seal_into(&key, b"aad", &[b"one ", b"", b"two"], &mut out);
        assert_eq!(&out[..6], b"before");
        assert_eq!(open(&key, b"aad", &out[6..]).expect("opens"), b"one two");
    }
}
