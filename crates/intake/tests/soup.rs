//! Whatever the bytes, intake neither panics nor grows; whatever the plan, a sample file gives what
//! its truth says, row by row.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read, Seek, SeekFrom},
};

use proptest::prelude::*;
use support::{
    penalty, permit, planned, sample, take_in, take_in_filled, take_in_with, take_in_within, today,
};
use tiaoxi_catalog::Calendar;
use tiaoxi_intake::{Limits, Settings, Verdict};
use tiaoxi_sample::{Headers, Layout, Plan, Truth};
use tiaoxi_sheet::{Encoding, FileKind};

/// Small limits, so that short inputs reach them.
const TIGHT: Limits = Limits { rows_max: 50, columns_max: 40, cell_bytes_max: 300 };

fn tight_sheet() -> tiaoxi_sheet::Limits {
    tiaoxi_sheet::Limits {
        columns_max: 40,
        cell_bytes_max: 300,
        row_kept_bytes_max: 2000,
        row_bytes_max: 100_000,
        ..tiaoxi_sheet::Limits::default()
    }
}

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
        1 => Just("处罚结果,CF_ZT".as_bytes().to_vec()),
        1 => Just("2024/1/5".as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
        1 => (any::<u8>(), 0..40_000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    proptest::collection::vec(part, 0..200).prop_map(|parts| parts.concat())
}

/// The columns by which a soup gets past the header.
fn with_header(soup: &[u8]) -> Vec<u8> {
    let codes: Vec<_> = penalty().fields().iter().map(|field| field.code.clone()).collect();
    let mut file = codes.join(",").into_bytes();
    file.push(b'\n');
    file.extend(soup);
    file
}

fn layouts() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::Format2019), Just(Layout::Format2018), Just(Layout::Format2016)]
}

fn kinds() -> impl Strategy<Value = (FileKind, Encoding)> {
    prop_oneof![
        Just((FileKind::Csv, Encoding::Utf8)),
        Just((FileKind::Csv, Encoding::Gb18030)),
        Just((FileKind::Tsv, Encoding::Utf8Mark)),
        Just((FileKind::Xlsx, Encoding::Utf8)),
    ]
}

/// What each row must become, and what it became.
fn compare(truth: &Truth, outcomes: &[tiaoxi_intake::Outcome]) {
    let mut outcomes = outcomes.iter().peekable();
    for (row, expected) in truth.verdicts() {
        let found = outcomes.next_if(|outcome| u64::from(outcome.row) == row);
        let found = found.map(|outcome| match &outcome.verdict {
            Verdict::Accepted(accepted) => {
                tiaoxi_sample::Verdict::Accepted { cleaned: accepted.cleaned > 0, late: false }
            }
            Verdict::Duplicate { first_row } => {
                tiaoxi_sample::Verdict::Duplicate { first_row: u64::from(*first_row) }
            }
            rejected @ (Verdict::Rejected { .. } | Verdict::Example) => {
                tiaoxi_sample::Verdict::Rejected(rejected.reason().unwrap())
            }
        });
        let found = found.unwrap_or(tiaoxi_sample::Verdict::Blank);
        assert_eq!(found, expected, "row {row}");
    }
    assert_eq!(outcomes.next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_intake_panic_or_grow(soup in soup(), header in any::<bool>()) {
        let file = if header { with_header(&soup) } else { soup };
        let tight = take_in_within(&penalty(), &file, tight_sheet(), TIGHT);
        prop_assert!(tight.memory_max < 1_000_000, "{}", tight.memory_max);
        for cells in &tight.cells {
            // A byte that is no text becomes a character of three bytes.
            let kept: usize = cells.iter().map(|cell| cell.text.len()).sum();
            prop_assert!(kept <= 3 * (2000 + TIGHT.cell_bytes_max), "{kept}");
        }
        let wide = take_in(&penalty(), &file);
        prop_assert!(wide.memory_max < 8_000_000, "{}", wide.memory_max);
    }

    #[test]
    fn the_outcome_does_not_depend_on_how_the_bytes_arrive(soup in soup(), step in 1..70_usize) {
        let file = with_header(&soup);
        let whole = take_in_within(&penalty(), &file, tight_sheet(), TIGHT);
        let (calendar, fill) = (Calendar::default(), BTreeMap::new());
        let settings = Settings { today: today(), calendar: &calendar, fill: &fill, limits: TIGHT };
        let dripping = Dripping { file: Cursor::new(&file), step };
        let item = penalty();
        let dripping = take_in_with(&item, dripping, tight_sheet(), settings);
        let rows = |taken: &support::Taken| support::verdicts(taken);
        prop_assert_eq!(rows(&whole), rows(&dripping));
        prop_assert_eq!(
            whole.error.map(|error| error.to_string()),
            dripping.error.map(|error| error.to_string())
        );
    }

    #[test]
    fn a_plain_sample_file_gives_what_its_truth_says(
        seed in any::<u64>(),
        rows in 0..600_u64,
        dirty_percent in 0..=100_u8,
        permits in any::<bool>(),
    ) {
        let item = if permits { permit() } else { penalty() };
        let (file, truth) = sample(&item, rows, seed, dirty_percent);
        let taken = take_in(&item, &file);
        prop_assert!(taken.error.is_none());
        compare(&truth, &taken.outcomes);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_sample_file_of_any_shape_gives_what_its_truth_says(
        seed in any::<u64>(),
        rows in 0..300_u64,
        dirty_percent in 0..=100_u8,
        permits in any::<bool>(),
        layout in layouts(),
        (kind, encoding) in kinds(),
        codes in any::<bool>(),
        titles in any::<bool>(),
        shuffled in any::<bool>(),
        extra_column in any::<bool>(),
    ) {
        let item = if permits { permit() } else { penalty() };
        let plan = Plan {
            rows,
            seed,
            dirty_percent,
            kind,
            layout,
            headers: if codes { Headers::Codes } else { Headers::Names },
            titles,
            shuffled,
            extra_column,
            ..Plan::new(support::office())
        };
        let (file, truth) = planned(&item, &plan, encoding);
        let taken = take_in_filled(&item, &file, &tiaoxi_sample::constants(&item, &plan));
        prop_assert!(taken.error.is_none(), "{:?}", taken.error);
        let shape = taken.shape.as_ref().unwrap();
        prop_assert_eq!(shape.header_line, truth.header_line);
        let year = match layout {
            Layout::Format2019 => None,
            Layout::Format2018 => Some(2018),
            Layout::Format2016 => Some(2016),
        };
        prop_assert_eq!(shape.generation, year);
        compare(&truth, &taken.outcomes);
    }
}

/// Hands out a few bytes at a time.
struct Dripping<'a> {
    file: Cursor<&'a [u8]>,
    step: usize,
}

impl Read for Dripping<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.step.min(room.len());
        self.file.read(&mut room[..count])
    }
}

impl Seek for Dripping<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
