//! Files as they come, of any kind and for any item: every row has one outcome, memory keeps its
//! bounds, and what was rejected is kept, made into a file for the clerk, and read again.
#![no_main]

use std::{collections::BTreeMap, io::Cursor, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::{Calendar, Catalog, Item, Severity};
use tiaoxi_credit::Day;
use tiaoxi_fuzz::plant;
use tiaoxi_intake::{
    Intake, Limits, Settings, Verdict,
    kept::{KeptFinding, KeptReader, KeptRow, KeptWriter},
    recognise, render,
};
use tiaoxi_sample::{Layout, Office, Plan, write_text, write_workbook};
use tiaoxi_sheet::{Encoding, FileKind, SheetFile};

const TODAY: Day = Day(20_781);
const LIMITS: Limits = Limits { rows_max: 2_000, columns_max: 64, cell_bytes_max: 4096 };
/// Rows kept, their cells, what tells duplicates, and a workbook's texts: far below what a hostile
/// file would like.
const MEMORY_BYTES_MAX: usize = 8 << 20;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let items = [
        include_str!("../../configs/catalog/xzxk.toml"),
        include_str!("../../configs/catalog/xzcf.toml"),
        include_str!("../../configs/catalog/xzqz.toml"),
        include_str!("../../configs/catalog/xzjl.toml"),
        include_str!("../../configs/catalog/xycn.toml"),
        include_str!("../../configs/catalog/yzsx.toml"),
        include_str!("../../configs/catalog/hypj.toml"),
    ];
    let items = items.map(|toml| Item::parse(toml).expect("the catalogue is sound"));
    Catalog::new(items.into()).expect("the catalogue is sound")
});

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::parse(include_str!("../../configs/calendar.tsv")).expect("the calendar is sound")
});

fn sheet_limits() -> tiaoxi_sheet::Limits {
    tiaoxi_sheet::Limits {
        columns_max: 64,
        cell_bytes_max: 4096,
        row_kept_bytes_max: 16 * 1024,
        row_bytes_max: 64 * 1024,
        xls_bytes_max: 1 << 20,
        sheet_bytes_max: 4 << 20,
        texts_bytes_max: 1 << 20,
        texts_max: 10_000,
        part_bytes_max: 1 << 20,
        xml_run_bytes_max: 64 * 1024,
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let office = &Office::all()[0];
    let mut seeds = Vec::new();
    for item in [2, 1].into_iter().filter_map(|number| CATALOG.by_number(number)) {
        for (layout, kind, encoding) in [
            (Layout::Format2019, FileKind::Csv, Encoding::Utf8),
            (Layout::Format2018, FileKind::Tsv, Encoding::Gb18030),
            (Layout::Format2016, FileKind::Csv, Encoding::Gb18030),
            (Layout::Format2019, FileKind::Xlsx, Encoding::Utf8),
        ] {
            let plan = Plan {
                rows: 8,
                dirty_percent: 60,
                layout,
                kind,
                titles: layout == Layout::Format2018,
                ..Plan::new(office.clone())
            };
            let mut file = Vec::new();
            match kind {
                FileKind::Xlsx => write_workbook(item, &plan, &mut file),
                _ => write_text(item, &plan, encoding, &mut file),
            }
            .expect("memory takes it");
            seeds.push(file);
        }
    }
    seeds
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(mut file) = SheetFile::open(Cursor::new(bytes), None, sheet_limits()) else { return };
    let item = match recognise(&mut file, &CATALOG) {
        Ok(item) => item,
        Err(error) => {
            assert!(!error.zh().is_empty() && !error.code().is_empty());
            CATALOG.iter().nth(bytes.len() % 7).expect("there are seven items")
        }
    };
    let fill = BTreeMap::new();
    let settings = Settings { today: TODAY, calendar: &CALENDAR, fill: &fill, limits: LIMITS };
    let Ok(mut intake) = Intake::new(&mut file, item, settings) else { return };
    let mut kept = KeptWriter::new(Vec::new(), intake.shape()).expect("memory takes it");
    let mut last = 0;
    while let Ok(Some(outcome)) = intake.next_row() {
        assert!(outcome.row > last && outcome.row <= LIMITS.rows_max, "{} after {last}", outcome.row);
        last = outcome.row;
        if let Verdict::Rejected { findings } = outcome.verdict {
            assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
            let findings = findings.into_iter().map(|finding| KeptFinding {
                code: finding.code.to_owned(),
                severity: finding.severity,
                field: finding.field,
                zh: finding.zh,
                en: finding.en,
            });
            let row = KeptRow {
                row: outcome.row,
                line: outcome.line,
                cells: Some(intake.cells()),
                findings: findings.collect(),
            };
            kept.write(&row).expect("memory takes it");
        }
        assert!(intake.memory_bytes() <= MEMORY_BYTES_MAX, "{} bytes", intake.memory_bytes());
    }
    let form = intake.shape().form.clone();
    let kind = render::rejected_kind(&form);
    let kept = kept.finish().expect("memory takes it");
    let reader = KeptReader::new(kept.as_slice()).expect("written just now");
    let mut back = Vec::new();
    render::rejected(reader, item, kind, 1, &mut back).expect("memory takes it");
    // A row that grows by its reasons may pass the limits of this target; the header never does.
    let limits = tiaoxi_sheet::Limits::default();
    let Ok(mut back) = SheetFile::open(Cursor::new(back), None, limits) else { return };
    if form.encoding == Some(Encoding::Gb18030) && kind != FileKind::Xlsx {
        assert_eq!(back.form().encoding, form.encoding);
    }
    let settings = Settings { limits: Limits::default(), ..settings };
    if let Err(error) = Intake::new(&mut back, item, settings) {
        // Rows that stood apart stand together now, and one of them may be made of column names.
        let code = error.code();
        assert!(["MERGED_HEADER", "DUPLICATE_COLUMN", "FORBIDDEN_COLUMN"].contains(&code), "{code}");
    }
});
