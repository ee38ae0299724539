//! Pages of the subject index behind their seal: the postings that are read fit a page again, and
//! read as themselves. Input: the beginning of a page, zeros follow.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_views::{
    index::{
        Mention,
        fuzzing::{PAGE_PLAIN_BYTES, page, rewrite_page},
    },
    token::Token,
};

fn mention(token: u8, number: u64) -> Mention {
    Mention { token: Token::from_bytes([token; Token::LEN]), number, tag: 7 }
}

fn seeds() -> [Vec<u8>; 3] {
    let few: Vec<_> = (0..5).map(|n| mention(u8::from(n > 2), 1000 * n)).collect();
    let many: Vec<_> = (0..1000).map(|n| mention(9, n * n)).collect();
    let pages = [page(0, &[]), page(1, &few), page(u32::MAX, &many)];
    for page in &pages {
        assert_eq!(rewrite_page(page).as_ref(), Some(page));
    }
    pages
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let mut plain = bytes.to_vec();
    plain.resize(PAGE_PLAIN_BYTES, 0);
    let Some(written) = rewrite_page(&plain) else { return };
    assert_eq!(written.len(), PAGE_PLAIN_BYTES);
    assert_eq!(written[..2], plain[..2], "another count of postings");
    assert_eq!(rewrite_page(&written).as_ref(), Some(&written));
});
