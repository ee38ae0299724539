//! The columns of a file, in each generation of the format, and where their cells come from.
//!
//! Source of the first generation: templates as a city deployed them in 2017; of the second: what
//! tells it from the current one (no class of subject, the number of a representative's identity
//! card).

use std::{collections::BTreeMap, io};

use tiaoxi_catalog::Item;

use crate::{
    Headers, Layout, Plan,
    mistake::{CLASS, PERSON_NUMBER},
    permit::LONG_TERM,
    random::Random,
    recipe::{Recipe, name},
};

/// Header of the column that no item knows.
const RUNNING_NUMBER: &str = "序号";
/// Places of the representative's papers in both kinds of record.
const REPRESENTATIVE_PAPERS: usize = 9;
const REPRESENTATIVE_NUMBER: usize = 10;

/// Where the cells of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A cell of the row as the current format has it.
    Cell(usize),
    /// The first or a later of several values in such a cell.
    FirstOf(usize),
    LaterOf(usize),
    /// The state of the record: 0 正常.
    State,
    /// Region of the office.
    Region,
    /// When the record was changed last: the morning of the decision.
    Changed,
    /// A number of the record after some letters.
    Serial(&'static str),
    /// The same in all rows.
    Fixed(&'static str),
    /// The number of the row.
    Row,
}

/// A column of a file.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) header: String,
    pub(crate) source: Source,
}

use Source as S;

type Old = (&'static str, &'static str, Source);

/// Code, Chinese name and source of the columns of 2016.
const PENALTY_2016: [Old; 24] = [
    ("CF_WSH", "行政处罚决定书文号", S::Cell(13)),
    ("CF_CFMC", "处罚名称", S::Cell(14)),
    ("CF_BM", "行政处罚编码", S::Serial("CF示例")),
    ("CF_CFLB1", "处罚类别1", S::FirstOf(17)),
    ("CF_CFLB2", "处罚类别2", S::LaterOf(17)),
    ("CF_SY", "处罚事由", S::Cell(15)),
    ("CF_YJ", "处罚依据", S::Cell(16)),
    ("CF_XDR_MC", "行政相对人名称", S::Cell(0)),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)", S::Cell(2)),
    ("CF_XDR_ZDM", "行政相对人代码_2(组织机构代码)", S::Cell(4)),
    ("CF_XDR_GSDJ", "行政相对人代码_3(工商登记码)", S::Cell(3)),
    ("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)", S::Cell(5)),
    ("CF_XDR_SFZ", "行政相对人代码_5(居民身份证号)", S::Cell(PERSON_NUMBER)),
    ("CF_FR", "法定代表人姓名", S::Cell(8)),
    ("CF_JG", "处罚结果", S::Cell(18)),
    ("CF_JDRQ", "处罚决定日期", S::Cell(22)),
    ("CF_XZJG", "处罚机关", S::Cell(25)),
    ("CF_ZT", "当前状态", S::State),
    ("DFBM", "地方编码", S::Region),
    ("SJC", "数据更新时间戳", S::Changed),
    ("BZ", "备注", S::Cell(29)),
    ("CF_SYFW", "信息使用范围", S::Fixed("0")),
    ("CF_SXYZCD", "失信严重程度", S::Fixed("0")),
    ("CF_GSJZQ", "公示截止期", S::Cell(24)),
];

const PERMIT_2016: [Old; 20] = [
    ("XK_WSH", "行政许可决定书文号", S::Cell(14)),
    ("XK_XMMC", "项目名称", S::Cell(13)),
    ("XK_BM", "行政许可编码", S::Serial("XK示例")),
    ("XK_SPLB", "审批类别", S::Cell(15)),
    ("XK_NR", "许可内容", S::Cell(18)),
    ("XK_XDR", "行政相对人名称", S::Cell(0)),
    ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)", S::Cell(2)),
    ("XK_XDR_ZDM", "行政相对人代码_2(组织机构代码)", S::Cell(4)),
    ("XK_XDR_GSDJ", "行政相对人代码_3(工商登记码)", S::Cell(3)),
    ("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)", S::Cell(5)),
    ("XK_XDR_SFZ", "行政相对人代码_5(居民身份证号)", S::Cell(PERSON_NUMBER)),
    ("XK_FR", "法定代表人姓名", S::Cell(8)),
    ("XK_JDRQ", "许可决定日期", S::Cell(19)),
    ("XK_JZQ", "许可截止期", S::Cell(21)),
    ("XK_XZJG", "许可机关", S::Cell(22)),
    ("XK_ZT", "当前状态", S::State),
    ("DFBM", "地方编码", S::Region),
    ("SJC", "数据更新时间戳", S::Changed),
    ("BZ", "备注", S::Cell(27)),
    ("XK_SYFW", "信息使用范围", S::Fixed("0")),
];

/// What a file of this plan lacks in every row and the clerk has to state for the whole of it: one
/// text for a field, by its code. Empty but for [`Layout::Format2016`], which has no code of the
/// authority and no end of a penalty's validity; with it the [`crate::Truth`] holds.
pub fn constants(item: &Item, plan: &Plan) -> BTreeMap<String, String> {
    let uscc = plan.office.uscc.as_str();
    let constants: &[_] = match (plan.layout, item.slug()) {
        (Layout::Format2016, "xzcf") => &[("CF_CFJGDM", uscc), ("CF_YXQ", LONG_TERM)],
        (Layout::Format2016, "xzxk") => &[("XK_XKJGDM", uscc)],
        _ => &[],
    };
    constants.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect()
}

/// The columns of a file, in its order.
///
/// # Errors
/// `InvalidInput` when the item lacks a field of its format.
pub(crate) fn columns(item: &Item, recipe: Recipe, plan: &Plan) -> io::Result<Vec<Column>> {
    let mut columns = match plan.layout {
        Layout::Format2019 => current(item, recipe, plan.headers, 0..recipe.codes.len())?,
        Layout::Format2018 => second(item, recipe, plan.headers)?,
        Layout::Format2016 => first(item, plan.headers),
    };
    if plan.extra_column {
        columns.insert(0, Column { header: RUNNING_NUMBER.to_owned(), source: S::Row });
    }
    if plan.shuffled {
        shuffle(&mut columns, plan.seed);
    }
    Ok(columns)
}

/// The columns of the current format at some places.
fn current(
    item: &Item,
    recipe: Recipe,
    headers: Headers,
    places: impl IntoIterator<Item = usize>,
) -> io::Result<Vec<Column>> {
    let column = |place: usize| {
        let code = recipe.codes.get(place).copied().unwrap_or_default();
        let header = match headers {
            Headers::Names => name(item, code)?,
            Headers::Codes => code,
        };
        Ok(Column { header: header.to_owned(), source: S::Cell(place) })
    };
    places.into_iter().map(column).collect()
}

fn second(item: &Item, recipe: Recipe, headers: Headers) -> io::Result<Vec<Column>> {
    let is_kept = |place: &usize| !matches!(*place, CLASS | REPRESENTATIVE_PAPERS);
    let mut columns = current(item, recipe, headers, (0..recipe.codes.len()).filter(is_kept))?;
    for column in columns.iter_mut().filter(|it| it.source == S::Cell(REPRESENTATIVE_NUMBER)) {
        column.header = match headers {
            Headers::Names => "法定代表人身份证号".to_owned(),
            Headers::Codes => column.header.replace("_ZJHM", "_SFZH"),
        };
    }
    Ok(columns)
}

fn first(item: &Item, headers: Headers) -> Vec<Column> {
    let old: &[Old] = match item.slug() {
        "xzcf" => &PENALTY_2016,
        _ => &PERMIT_2016,
    };
    let column = |(code, name, source): &Old| {
        let header = match headers {
            Headers::Names => *name,
            Headers::Codes => *code,
        };
        Column { header: header.to_owned(), source: *source }
    };
    old.iter().map(column).collect()
}

/// Puts the columns into an order that depends on the seed (Fisher and Yates).
fn shuffle(columns: &mut [Column], seed: u64) {
    // Apart from the rows, which grow from the seed itself.
    let mut random = Random::new(seed ^ 0x5348_5546_464c_4544);
    for last in (1..columns.len()).rev() {
        let bound = u32::try_from(last + 1).expect("a format has few columns");
        columns.swap(last, random.below(bound) as usize);
    }
}
