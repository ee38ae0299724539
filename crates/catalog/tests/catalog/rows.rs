//! Invented good rows, to be changed cell by cell.

use tiaoxi_catalog::{Checked, Item, RowView};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::{citizen_number, uscc_from_parts};

/// Day of reporting in all tests: 2026-11-24.
pub(crate) const TODAY: Day = Day(20_781);

/// A row whose cells are named by field code.
#[derive(Clone)]
pub(crate) struct Row {
    cells: Vec<(String, String)>,
}

impl Row {
    pub(crate) fn of<'a>(cells: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self { cells: cells.map(|(code, text)| (code.to_owned(), text.to_owned())).collect() }
    }

    pub(crate) fn with(mut self, code: &str, text: &str) -> Self {
        self.cells.retain(|(name, _)| name != code);
        self.cells.push((code.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn without(self, code: &str) -> Self {
        self.with(code, "")
    }

    pub(crate) fn check(&self, item: &Item) -> Checked {
        let cells = self.cells(item);
        item.check(RowView { number: 3, cells: &cells, derives_class: false }, TODAY)
    }

    /// As a row of a file of an earlier format.
    pub(crate) fn check_old(&self, item: &Item, year: u16) -> Checked {
        let old = item.generations().iter().find(|old| old.year == year).expect("a generation");
        let cells = self.cells(item);
        item.check_old(old, RowView { number: 3, cells: &cells, derives_class: false }, TODAY)
    }

    fn cells(&self, item: &Item) -> Vec<&str> {
        let cells: Vec<&str> = item
            .fields()
            .iter()
            .map(|field| {
                let cell = self.cells.iter().find(|(code, _)| *code == field.code);
                cell.map_or("", |(_, text)| text.as_str())
            })
            .collect();
        assert!(
            self.cells.iter().all(|(code, _)| item.fields().iter().any(|f| f.code == *code)),
            "a cell of no field"
        );
        cells
    }
}

/// Code of an invented organisation.
pub(crate) fn uscc(department_and_class: &str, number: u32) -> String {
    uscc_from_parts(department_and_class, 330_523, &format!("TX{number:06}")).expect("in range")
}

/// Number of an invented person.
pub(crate) fn person() -> String {
    citizen_number(999_999, Day(7_300), 12).expect("in range")
}

fn row(cells: &[(&str, &str)]) -> Row {
    Row::of(cells.iter().copied())
}

pub(crate) fn penalties() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzcf.toml")).expect("the shipped file")
}

pub(crate) fn permits() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzxk.toml")).expect("the shipped file")
}

/// A good penalty of a firm.
pub(crate) fn penalty() -> Row {
    row(&[
        ("CF_XDR_MC", "安吉示例竹业有限公司"),
        ("CF_XDR_LB", "法人及非法人组织"),
        ("CF_XDR_SHXYM", &uscc("91", 1)),
        ("CF_FRDB", "示例某"),
        ("CF_WSH", "演示市监罚〔2026〕12号"),
        ("CF_WFXW", "未按规定明示食品标签"),
        ("CF_SY", "当事人销售的转基因食品未按规定显著标示。"),
        ("CF_YJ", "《中华人民共和国食品安全法》第一百二十五条第一款第三项"),
        ("CF_CFLB", "警告；罚款"),
        ("CF_NR", "警告，罚款2000元"),
        ("CF_NR_FK", "0.2"),
        ("CF_JDRQ", "2026/11/5"),
        ("CF_YXQ", "2099/12/31"),
        ("CF_GSJZQ", "2027-11-05"),
        ("CF_CFJG", "演示县市场监督管理局"),
        ("CF_CFJGDM", &uscc("11", 2)),
        ("CF_SJLY", "演示县市场监督管理局"),
        ("CF_SJLYDM", &uscc("11", 2)),
    ])
}

/// A good penalty of a person.
pub(crate) fn penalty_of_person() -> Row {
    penalty()
        .with("CF_XDR_MC", "示例甲")
        .with("CF_XDR_LB", "自然人")
        .without("CF_XDR_SHXYM")
        .without("CF_FRDB")
        .with("CF_XDR_ZJLX", "身份证")
        .with("CF_XDR_ZJHM", &person())
        .with("CF_SY", "当事人无证经营。")
}

/// A good permit of a firm.
pub(crate) fn permit() -> Row {
    row(&[
        ("XK_XDR_MC", "德清示例机械有限公司"),
        ("XK_XDR_LB", "法人及非法人组织"),
        ("XK_XDR_SHXYM", &uscc("91", 3)),
        ("XK_FRDB", "示例某"),
        ("XK_XKWS", "演示准予许可决定书"),
        ("XK_WSH", "演示许可〔2026〕7号"),
        ("XK_XKLB", "核准"),
        ("XK_NR", "准予从事示例机械制造"),
        ("XK_JDRQ", "2026-11-02"),
        ("XK_YXQZ", "2026-11-02"),
        ("XK_YXQZI", "2031-11-01"),
        ("XK_XKJG", "演示县行政审批局"),
        ("XK_XKJGDM", &uscc("11", 4)),
        ("XK_ZT", "1"),
        ("XK_LYDW", "演示县行政审批局"),
        ("XK_LYDWDM", &uscc("11", 4)),
    ])
}
