//! The files of the demonstration: one shape each, as seven offices would send them.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use tiaoxi_catalog::Item;
use tiaoxi_sample::{Layout, Office, Plan};
use tiaoxi_sheet::{Encoding, FileKind};

/// Rows in a hundred with a clerk's mistake or careless habit.
const DIRTY_PERCENT: u8 = 4;

/// What a file is to look like.
pub(super) struct Sheet {
    pub(super) plan: Plan,
    encoding: Encoding,
}

/// The file of an office.
pub(super) fn sheet_of(office: Office, rows: u64) -> Sheet {
    use FileKind::{Csv, Tsv, Xlsx};
    use Layout::{Format2016, Format2018, Format2019};
    let (kind, encoding, layout) = match office.slug.as_str() {
        "wuxing" => (Xlsx, Encoding::Utf8, Format2019),
        "nanxun" => (Csv, Encoding::Gb18030, Format2019),
        "deqing" => (Csv, Encoding::Utf8Mark, Format2018),
        "changxing" => (Csv, Encoding::Gb18030, Format2016),
        "anji" => (Xlsx, Encoding::Utf8, Format2018),
        "nantaihu" => (Tsv, Encoding::Utf8, Format2019),
        _ => (Csv, Encoding::Utf8, Format2019),
    };
    // A tool's workbook is made in memory; beyond this an office exports text.
    let kind = if rows > tiaoxi_sample::WORKBOOK_ROWS_MAX { Csv } else { kind };
    let seed = u64::from(office.slug.bytes().map(u32::from).sum::<u32>());
    let plan = Plan {
        rows,
        seed,
        dirty_percent: DIRTY_PERCENT,
        kind,
        layout,
        titles: kind == Xlsx || layout != Format2019,
        shuffled: kind == Tsv,
        ..Plan::new(office)
    };
    Sheet { plan, encoding }
}

/// Writes it.
pub(super) fn write(item: &Item, sheet: &Sheet, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    match sheet.plan.kind {
        FileKind::Xlsx => tiaoxi_sample::write_workbook(item, &sheet.plan, &mut out)?,
        _ => tiaoxi_sample::write_text(item, &sheet.plan, sheet.encoding, &mut out)?,
    };
    out.flush()
}
