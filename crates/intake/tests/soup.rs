//! Whatever the bytes, intake neither panics nor grows; whatever the seed, a sample file gives what
//! its truth says.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use support::{penalty, permit, sample, take_in, take_in_within};
use tiaoxi_intake::{Limits, Outcome};

/// Small limits, so that short inputs reach them.
const TIGHT: Limits = Limits {
    rows_max: 50,
    columns_max: 40,
    cell_bytes_max: 300,
    row_kept_bytes_max: 2000,
    row_bytes_max: 100_000,
};

/// The parts of which CSV files, good and bad, consist.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => Just(b",".to_vec()),
        2 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        2 => Just(b"\"".to_vec()),
        1 => Just("示例".as_bytes().to_vec()),
        1 => Just(b"\xef\xbb\xbf".to_vec()),
        1 => Just(b"CF_XDR_MC".to_vec()),
        1 => Just("2024/1/5".as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
        1 => (any::<u8>(), 0..40_000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    proptest::collection::vec(part, 0..200).prop_map(|parts| parts.concat())
}

/// The columns by which a soup gets past the header.
fn with_header(soup: Vec<u8>) -> Vec<u8> {
    let codes: Vec<_> = penalty().fields().iter().map(|field| field.code.clone()).collect();
    let mut file = codes.join(",").into_bytes();
    file.push(b'\n');
    file.extend(soup);
    file
}

fn counts(outcomes: &[Outcome]) -> (u64, u64, BTreeMap<&'static str, u64>) {
    let (mut accepted, mut duplicates, mut rejected) = (0, 0, BTreeMap::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Accepted { .. } => accepted += 1,
            Outcome::Duplicate { .. } => duplicates += 1,
            Outcome::Rejected { .. } => {
                *rejected.entry(outcome.reason().unwrap()).or_default() += 1;
            }
        }
    }
    (accepted, duplicates, rejected)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_intake_panic_or_grow(soup in soup(), header in any::<bool>()) {
        let file = if header { with_header(soup) } else { soup };
        let tight = take_in_within(&penalty(), &file[..], TIGHT);
        prop_assert!(tight.memory_max < 1_000_000, "{}", tight.memory_max);
        for outcome in &tight.outcomes {
            if let Outcome::Rejected { cells, .. } = outcome {
                // A byte that is no text becomes a character of three bytes.
                let kept: usize = cells.iter().map(String::len).sum();
                prop_assert!(kept <= 3 * (TIGHT.row_kept_bytes_max + TIGHT.cell_bytes_max), "{kept}");
            }
        }
        let wide = take_in(&penalty(), &file[..]);
        prop_assert!(wide.memory_max < 3_000_000, "{}", wide.memory_max);
    }

    #[test]
    fn the_outcome_does_not_depend_on_how_the_bytes_arrive(soup in soup(), step in 1..70_usize) {
        let file = with_header(soup);
        let whole = take_in_within(&penalty(), &file[..], TIGHT);
        let dripping = take_in_within(&penalty(), Dripping { file: &file, step }, TIGHT);
        prop_assert_eq!(whole.outcomes, dripping.outcomes);
        prop_assert_eq!(
            whole.error.map(|error| error.to_string()),
            dripping.error.map(|error| error.to_string())
        );
    }

    #[test]
    fn a_sample_file_gives_what_its_truth_says(
        seed in any::<u64>(),
        rows in 0..600_u64,
        dirty_percent in 0..=100_u8,
        permits in any::<bool>(),
    ) {
        let item = if permits { permit() } else { penalty() };
        let (file, truth) = sample(&item, rows, seed, dirty_percent);
        let taken = take_in(&item, &file[..]);
        prop_assert!(taken.error.is_none());
        let (accepted, duplicates, rejected) = counts(&taken.outcomes);
        prop_assert_eq!(taken.outcomes.len() as u64, truth.rows);
        prop_assert_eq!(accepted, truth.accepted);
        prop_assert_eq!(duplicates, truth.duplicates);
        prop_assert_eq!(rejected, truth.rejected);
    }
}

/// Hands out a few bytes at a time.
struct Dripping<'a> {
    file: &'a [u8],
    step: usize,
}

impl std::io::Read for Dripping<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = self.step.min(room.len()).min(self.file.len());
        let (now, later) = self.file.split_at(count);
        room[..count].copy_from_slice(now);
        self.file = later;
        Ok(count)
    }
}
