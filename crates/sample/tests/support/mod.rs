//! Plans of every shape, and the rows that they give.

use std::io;

use tiaoxi_catalog::Item;
use tiaoxi_credit::Day;
use tiaoxi_sample::{Headers, Layout, Office, Plan, RowSink, Truth, invent};
use tiaoxi_sheet::{Cell, FileKind};

/// 2026-03-06.
pub(crate) const NEWEST: Day = Day(20_518);

pub(crate) fn items() -> [Item; 2] {
    [
        Item::parse(include_str!("../../../../configs/catalog/xzcf.toml")).unwrap(),
        Item::parse(include_str!("../../../../configs/catalog/xzxk.toml")).unwrap(),
    ]
}

/// Plans with many mistakes: every layout and kind of file, shapes in turn.
pub(crate) fn plans(rows: u64) -> Vec<Plan> {
    let mut plans = Vec::new();
    for layout in [Layout::Format2019, Layout::Format2018, Layout::Format2016] {
        for kind in [FileKind::Csv, FileKind::Tsv, FileKind::Xlsx] {
            let turn = plans.len();
            plans.push(Plan {
                rows,
                seed: 40 + turn as u64,
                dirty_percent: 60,
                kind,
                layout,
                headers: if turn % 2 == 0 { Headers::Names } else { Headers::Codes },
                titles: turn % 3 == 1,
                shuffled: turn % 4 > 1,
                extra_column: turn % 5 > 2,
                newest: (turn % 2 == 1).then_some(NEWEST),
                ..Plan::new(Office::by_slug("deqing").unwrap())
            });
        }
    }
    plans
}

struct Rows(Vec<Vec<Cell>>);

impl RowSink for Rows {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.0.push(cells.to_vec());
        Ok(())
    }
}

/// All rows of a file, those above the header included.
pub(crate) fn collect(item: &Item, plan: &Plan) -> (Vec<Vec<Cell>>, Truth) {
    let mut rows = Rows(Vec::new());
    let truth = invent(item, plan, &mut rows).unwrap();
    (rows.0, truth)
}
