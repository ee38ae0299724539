//! One page of a run: sorted postings, packed and sealed into 4 KiB.
//!
//! Plain text of a page, 4,080 bytes: count u16 LE, then the postings by rising (token, log,
//! number, tag), then zeros. A posting: 1 byte `shared` (how many leading bytes its token has in
//! common with the posting before it in the page; 0 for the first), the other 16 − `shared` bytes
//! of the token, log as LEB128, number as LEB128 (the difference to the posting before where token
//! and log are the same), tag 4 bytes LE. A subject's second record costs about 9 bytes, the first
//! of a new subject about 22; 15 in the mean of five records a subject.
//!
//! Sealing: ChaCha20-Poly1305 under a key that is BLAKE3(run key, page number), which seals exactly
//! one text; the page number is associated data too. Knows nothing of files.

use tiaoxi_vault::{Key, sealing};

use super::Posting;
use crate::token::Token;

/// Size of a sealed page in a file.
pub(super) const PAGE_BYTES: usize = 4096;
/// Size of its plain text: the sealing adds a tag of 16 bytes.
pub(super) const PLAIN_BYTES: usize = PAGE_BYTES - 16;
/// The count in front of a page's content.
const COUNT_BYTES: usize = 2;
/// The longest a posting can get: shared, token, two numbers, tag.
const POSTING_BYTES_MAX: usize = 1 + Token::LEN + 5 + 10 + 4;
/// Tokens in one page of fences.
pub(super) const FENCES_PER_PAGE: usize = (PLAIN_BYTES - COUNT_BYTES) / Token::LEN;

/// A page does not open or does not follow its layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Packs postings until the page is full.
pub(super) struct PageWriter {
    plain: Vec<u8>,
    count: u16,
    last: Option<Posting>,
}

impl PageWriter {
    pub(super) fn new() -> Self {
        let mut plain = Vec::with_capacity(PLAIN_BYTES);
        plain.extend_from_slice(&[0; COUNT_BYTES]);
        Self { plain, count: 0, last: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether the longest posting still fits.
    pub(super) fn has_room(&self) -> bool {
        self.plain.len() + POSTING_BYTES_MAX <= PLAIN_BYTES
    }

    /// Adds a posting that is not below the one before it. The caller has asked for room.
    pub(super) fn push(&mut self, posting: Posting) {
        let token = posting.token.to_bytes();
        let shared = self.last.map_or(0, |last| {
            let before = last.token.to_bytes();
            token.iter().zip(before).take_while(|(one, other)| **one == *other).count()
        });
        let base = match self.last {
            Some(last) if last.token == posting.token && last.log == posting.log => last.number,
            _ => 0,
        };
        self.plain.push(u8::try_from(shared).expect("at most 16 bytes are shared"));
        self.plain.extend(token.iter().skip(shared));
        push_varint(&mut self.plain, u64::from(posting.log));
        push_varint(&mut self.plain, posting.number.wrapping_sub(base));
        self.plain.extend_from_slice(&posting.tag.to_le_bytes());
        self.count += 1;
        self.last = Some(posting);
    }

    /// The plain text of the page.
    #[cfg(fuzzing)]
    pub(super) fn plain(mut self) -> Vec<u8> {
        fill(self.count, &mut self.plain);
        self.plain
    }

    /// Seals the page as number `page` of its run and starts the next.
    pub(super) fn seal(&mut self, run_key: &Key, page: u32) -> Vec<u8> {
        let sealed = seal_content(run_key, page, self.count, &mut self.plain);
        self.plain.truncate(COUNT_BYTES);
        self.count = 0;
        self.last = None;
        sealed
    }
}

/// Seals up to [`FENCES_PER_PAGE`] tokens as page `page`.
pub(super) fn seal_fences(run_key: &Key, page: u32, fences: &[Token]) -> Vec<u8> {
    let mut plain = vec![0; COUNT_BYTES];
    plain.extend(fences.iter().flat_map(|fence| fence.to_bytes()));
    let count = u16::try_from(fences.len()).expect("a page holds 254 fences");
    seal_content(run_key, page, count, &mut plain)
}

/// Reads what [`seal_fences`] wrote.
pub(super) fn open_fences(
    run_key: &Key,
    page: u32,
    sealed: &[u8],
) -> Result<Vec<Token>, Malformed> {
    let plain = open(run_key, page, sealed)?;
    let (count, rest) = plain.split_first_chunk::<COUNT_BYTES>().ok_or(Malformed)?;
    let count = usize::from(u16::from_le_bytes(*count));
    if count > FENCES_PER_PAGE {
        return Err(Malformed);
    }
    let (tokens, _) = rest.as_chunks::<{ Token::LEN }>();
    Ok(tokens.iter().take(count).map(|bytes| Token::from_bytes(*bytes)).collect())
}

/// Reads the postings of a page one by one.
pub(super) struct PageReader {
    plain: Vec<u8>,
    at: usize,
    left: u16,
    last: Option<Posting>,
}

impl PageReader {
    /// Opens page `page` of the run of `run_key`.
    pub(super) fn open(run_key: &Key, page: u32, sealed: &[u8]) -> Result<Self, Malformed> {
        Self::read(open(run_key, page, sealed)?)
    }

    /// Reads the plain text of a page.
    pub(super) fn read(plain: Vec<u8>) -> Result<Self, Malformed> {
        let count = plain.first_chunk::<COUNT_BYTES>().ok_or(Malformed)?;
        let left = u16::from_le_bytes(*count);
        Ok(Self { plain, at: COUNT_BYTES, left, last: None })
    }

    /// The next posting, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Posting>, Malformed> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut bytes = self.plain.get(self.at..).ok_or(Malformed)?;
        let before = bytes.len();
        let posting = read_posting(&mut bytes, self.last)?;
        self.at += before - bytes.len();
        self.left -= 1;
        self.last = Some(posting);
        Ok(Some(posting))
    }
}

fn read_posting(bytes: &mut &[u8], last: Option<Posting>) -> Result<Posting, Malformed> {
    let shared = usize::from(take::<1>(bytes)?[0]);
    if last.is_none() && shared > 0 {
        return Err(Malformed);
    }
    let mut token = last.map_or([0; Token::LEN], |last| last.token.to_bytes());
    let rest = token.get_mut(shared..).ok_or(Malformed)?;
    let (own, behind) = bytes.split_at_checked(rest.len()).ok_or(Malformed)?;
    rest.copy_from_slice(own);
    *bytes = behind;
    let token = Token::from_bytes(token);
    let log = u32::try_from(read_varint(bytes)?).map_err(|_too_large| Malformed)?;
    let stored = read_varint(bytes)?;
    let base = match last {
        Some(last) if last.token == token && last.log == log => last.number,
        _ => 0,
    };
    let number = base.checked_add(stored).ok_or(Malformed)?;
    let tag = u32::from_le_bytes(take::<4>(bytes)?);
    Ok(Posting { token, log, number, tag })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (head, rest) = bytes.split_first_chunk::<N>().ok_or(Malformed)?;
    *bytes = rest;
    Ok(*head)
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

fn read_varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let [byte] = take::<1>(bytes)?;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return Err(Malformed);
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

fn page_key(run_key: &Key, page: u32) -> Key {
    Key::from_bytes(*blake3::keyed_hash(run_key.as_bytes(), &page.to_le_bytes()).as_bytes())
}

/// Puts the count in front and fills the page with zeros.
fn fill(count: u16, plain: &mut Vec<u8>) {
    plain.resize(PLAIN_BYTES, 0);
    if let Some(front) = plain.first_chunk_mut::<COUNT_BYTES>() {
        *front = count.to_le_bytes();
    }
}

fn seal_content(run_key: &Key, page: u32, count: u16, plain: &mut Vec<u8>) -> Vec<u8> {
    fill(count, plain);
    sealing::seal_once(&page_key(run_key, page), &page.to_le_bytes(), plain)
}

fn open(run_key: &Key, page: u32, sealed: &[u8]) -> Result<Vec<u8>, Malformed> {
    let plain = sealing::open_once(&page_key(run_key, page), &page.to_le_bytes(), sealed)
        .map_err(|_damaged| Malformed)?;
    if plain.len() == PLAIN_BYTES { Ok(plain) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(token: u8, log: u32, number: u64, tag: u32) -> Posting {
        Posting { token: Token::from_bytes([token; 16]), log, number, tag }
    }

    fn read_all(key: &Key, page: u32, sealed: &[u8]) -> Result<Vec<Posting>, Malformed> {
        let mut reader = PageReader::open(key, page, sealed)?;
        let mut found = Vec::new();
        while let Some(posting) = reader.next()? {
            found.push(posting);
        }
        Ok(found)
    }

    #[test]
    fn a_full_page_reads_back_and_has_one_size() {
        let key = Key::from_bytes([7; 32]);
        let mut writer = PageWriter::new();
        let mut written = Vec::new();
        let extremes = [posting(0, 0, 0, 0), posting(0, u32::MAX, u64::MAX, u32::MAX)];
        for posting in extremes.into_iter().chain((1..).map(|n| posting(9, 3, n * n, 5))) {
            if !writer.has_room() {
                break;
            }
            writer.push(posting);
            written.push(posting);
        }
        let sealed = writer.seal(&key, 4);
        assert_eq!(sealed.len(), PAGE_BYTES);
        assert!(writer.is_empty());
        assert_eq!(read_all(&key, 4, &sealed), Ok(written));
    }

    #[test]
    fn a_page_opens_only_under_its_key_at_its_place_and_whole() {
        let key = Key::from_bytes([7; 32]);
        let mut writer = PageWriter::new();
        writer.push(posting(1, 2, 3, 4));
        let sealed = writer.seal(&key, 0);
        assert_eq!(read_all(&key, 0, &sealed).map(|found| found.len()), Ok(1));
        assert_eq!(read_all(&key, 1, &sealed), Err(Malformed));
        assert_eq!(read_all(&Key::from_bytes([8; 32]), 0, &sealed), Err(Malformed));
        let mut flipped = sealed.clone();
        flipped[100] ^= 1;
        assert_eq!(read_all(&key, 0, &flipped), Err(Malformed));
        assert_eq!(read_all(&key, 0, &sealed[..4000]), Err(Malformed));
    }

    #[test]
    fn a_first_posting_that_shares_with_none_before_it_is_refused() {
        for (shared, expected) in [(0, Ok(posting(0, 1, 2, 3))), (16, Err(Malformed))] {
            let mut bytes = vec![shared];
            bytes.resize(1 + Token::LEN - usize::from(shared), 0);
            bytes.extend([1, 2, 3, 0, 0, 0]);
            assert_eq!(read_posting(&mut bytes.as_slice(), None), expected, "{shared}");
        }
    }

    #[test]
    fn fences_read_back() {
        let key = Key::from_bytes([7; 32]);
        let fences: Vec<_> = (0..=253).map(|n| Token::from_bytes([n; 16])).collect();
        assert_eq!(fences.len(), FENCES_PER_PAGE);
        let sealed = seal_fences(&key, 3, &fences);
        assert_eq!(sealed.len(), PAGE_BYTES);
        assert_eq!(open_fences(&key, 3, &sealed), Ok(fences));
        assert_eq!(open_fences(&key, 2, &sealed), Err(Malformed));
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for (bytes, expected) in [
            (&[0x7f][..], Ok(127)),
            (&[0x80, 1][..], Ok(128)),
            (&[0xff; 9][..], Err(Malformed)),
            (&[0xff; 11][..], Err(Malformed)),
            (&[][..], Err(Malformed)),
        ] {
            assert_eq!(read_varint(&mut &*bytes), expected);
        }
        let mut largest = Vec::new();
        push_varint(&mut largest, u64::MAX);
        assert_eq!(read_varint(&mut largest.as_slice()), Ok(u64::MAX));
    }
}
