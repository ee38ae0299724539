//! What the fake says of imports, logs, items and notices.

use tiaoxi_api::types::{
    HexBytes, ImportProgress, ImportState, ImportSummary, LogStatus, Notice, Place, Side,
};

use super::ORIGIN;

pub(crate) fn progress(state: ImportState, rows: u64) -> ImportProgress {
    ImportProgress {
        import: HexBytes(vec![7; 32]),
        state,
        item: Some("xzcf".into()),
        rows_read: rows,
        rows_acknowledged: rows,
        bytes_done: rows * 100,
        bytes_total: 10_000,
        summary: None,
    }
}

pub(crate) fn summary(digest: [u8; 32], item: &str, rows: u64) -> ImportSummary {
    ImportSummary {
        import: HexBytes(digest.to_vec()),
        item: item.into(),
        rows,
        accepted: rows,
        log: ORIGIN.into(),
        ..ImportSummary::default()
    }
}

pub(super) fn log_status() -> LogStatus {
    LogStatus {
        origin: ORIGIN.into(),
        side: Side::Own,
        size_appended: 9,
        size_signed: 8,
        root: HexBytes(vec![0xAB; 32]),
        held: Vec::new(),
        verified_up_to: 8,
        queryable_up_to: 8,
        lag: Some(0),
        last_error: None,
        next_try_seconds: None,
    }
}

pub(super) fn item() -> tiaoxi_catalog::Item {
    let toml = include_str!("../../../../../configs/catalog/xzcf.toml");
    tiaoxi_catalog::Item::parse(toml).expect("a catalogue file")
}

pub(crate) fn notice(kind: &str) -> Notice {
    let concerns = Place { origin: ORIGIN.into(), number: 4 };
    Notice {
        log: "huzhou/deqing/notices/1".into(),
        number: 2,
        preview: false,
        concerns,
        kind: kind.into(),
        record: None,
        records: Some(3),
    }
}
