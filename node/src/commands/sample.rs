//! `tiaoxi sample`: invented files of records.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::{Args, ValueEnum};
use tiaoxi_credit::Day;
use tiaoxi_sample::{Headers, Layout, Office, Plan};
use tiaoxi_sheet::{Encoding, FileKind};

use super::output;
use crate::{catalog_files, error_code::Failure};

const EXAMPLES: &str = "\
Examples:
  Two thousand penalties, 3 in a hundred with a mistake or a careless habit:
    tiaoxi sample --item xzcf --rows 2000 --seed 7 --dirty-percent 3 -o penalties.csv
  A workbook as a county sends it: titles above, columns in any order:
    tiaoxi sample --item xzxk --rows 500 --titles --shuffled --dirty-percent 10 -o permits.xlsx
  GBK text in the format of 2016:
    tiaoxi sample --layout 2016 --encoding gb18030 --titles -o old.csv
  Decisions of the last five days, for the deadline of 7 working days:
    tiaoxi sample --newest 2026-03-06 --dirty-percent 20 -o fresh.csv";

/// Write an invented 双公示 file: csv, tsv or xlsx, in any generation of the format. Every name
/// carries 示例, every authority 演示, and no code is in use. The same arguments give the same bytes.
/// There are samples of xzcf (行政处罚) and xzxk (行政许可) and of no other item.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SampleArgs {
    /// Catalogue item: xzcf (行政处罚) or xzxk (行政许可).
    #[arg(long, value_name = "SLUG", default_value = "xzcf")]
    pub(crate) item: String,
    /// Rows below the header; at most 200,000 in a workbook.
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub(crate) rows: u64,
    /// What everything invented grows from.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many rows in a hundred carry a clerk's mistake or habit; about two in three of them
    /// are not taken in.
    #[arg(long, visible_alias = "dirty", value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) dirty_percent: u8,
    /// Whose file: huzhou, wuxing, nanxun, deqing, changxing, anji or nantaihu.
    #[arg(long, value_name = "SLUG", default_value = "wuxing")]
    pub(crate) office: String,
    /// Kind of file; that of the ending of --output when unset, else csv.
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Encoding of a text file; UTF-8 when unset.
    #[arg(long, value_enum)]
    pub(crate) encoding: Option<TextEncoding>,
    /// Generation of the format. That of 2016 lacks the code of the authority and the end of a
    /// penalty's validity: what to state for the whole file at its import is told on standard error.
    #[arg(long, value_enum, default_value = "2019")]
    pub(crate) layout: Year,
    /// How columns are named.
    #[arg(long, value_enum, default_value = "names")]
    pub(crate) headers: Naming,
    /// Put title rows and a row of group names above the header.
    #[arg(long)]
    pub(crate) titles: bool,
    /// Put the columns into an order drawn by the seed.
    #[arg(long)]
    pub(crate) shuffled: bool,
    /// Put a column of running numbers (序号), which no item knows, in front.
    #[arg(long)]
    pub(crate) extra_column: bool,
    /// Day of the newest decisions; the others are up to four days older, late ones among the
    /// dirty rows 40 days and more. Decisions lie in 2024 and 2025 when unset.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) newest: Option<Day>,
    /// File to write; standard output when unset.
    #[arg(short, long, visible_alias = "out", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Kind of an invented file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Csv,
    Tsv,
    Xlsx,
}

/// Encoding of an invented text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextEncoding {
    #[value(name = "utf-8")]
    Utf8,
    /// With a byte order mark, as Excel saves it.
    #[value(name = "utf-8-bom")]
    Utf8Mark,
    /// What Excel in China saves as CSV; GBK is a part of it.
    #[value(name = "gb18030", alias = "gbk")]
    Gb18030,
}

/// Generation of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Year {
    #[value(name = "2019")]
    Y2019,
    #[value(name = "2018")]
    Y2018,
    #[value(name = "2016")]
    Y2016,
}

/// How columns are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Naming {
    /// By Chinese names.
    Names,
    /// By codes.
    Codes,
}

pub(crate) fn sample(args: &SampleArgs) -> anyhow::Result<()> {
    let catalog = catalog_files::load(None)?;
    let item = catalog
        .by_slug(&args.item)
        .ok_or_else(|| unknown("UNKNOWN_ITEM", "catalogue item", &args.item))?;
    if !tiaoxi_sample::ITEMS.contains(&item.slug()) {
        return Err(unknown("NO_SAMPLES", "invented file of", item.slug()).into());
    }
    let plan = plan(args)?;
    let (out, writing): (Box<dyn Write>, String) = match &args.output {
        Some(path) => {
            let writing = format!("writing {}", path.display());
            (Box::new(File::create(path).with_context(|| writing.clone())?), writing)
        }
        None => (Box::new(io::stdout().lock()), output::WRITING.into()),
    };
    let mut out = io::BufWriter::new(out);
    let written = match plan.kind {
        FileKind::Xlsx => tiaoxi_sample::write_workbook(item, &plan, &mut out),
        _ => tiaoxi_sample::write_text(item, &plan, encoding(args), &mut out),
    };
    written.and_then(|_truth| out.flush()).context(writing)?;
    for (code, text) in tiaoxi_sample::constants(item, &plan) {
        output::note(&format!("to be stated at the import: {code}={text}"));
    }
    Ok(())
}

fn plan(args: &SampleArgs) -> anyhow::Result<Plan> {
    let office = Office::by_slug(&args.office)
        .ok_or_else(|| unknown("UNKNOWN_OFFICE", "office", &args.office))?;
    let kind = kind(args);
    if kind == FileKind::Xlsx {
        if args.encoding.is_some() {
            let message = "a workbook has no encoding: leave out --encoding, or ask for csv";
            return Err(Failure::new("ENCODING_OF_WORKBOOK", message).into());
        }
        let rows_max = tiaoxi_sample::WORKBOOK_ROWS_MAX;
        if args.rows > rows_max {
            let message = format!("an invented workbook has at most {rows_max} rows: ask for csv");
            return Err(Failure::new("TOO_MANY_ROWS", message).into());
        }
    }
    Ok(Plan {
        rows: args.rows,
        seed: args.seed,
        dirty_percent: args.dirty_percent,
        kind,
        layout: match args.layout {
            Year::Y2019 => Layout::Format2019,
            Year::Y2018 => Layout::Format2018,
            Year::Y2016 => Layout::Format2016,
        },
        headers: match args.headers {
            Naming::Names => Headers::Names,
            Naming::Codes => Headers::Codes,
        },
        titles: args.titles,
        shuffled: args.shuffled,
        extra_column: args.extra_column,
        newest: args.newest,
        ..Plan::new(office)
    })
}

/// The kind asked for, else that of the file's ending.
fn kind(args: &SampleArgs) -> FileKind {
    let ending = args.output.as_ref().and_then(|path| path.extension()).and_then(OsStr::to_str);
    match (args.kind, ending.map(str::to_ascii_lowercase).as_deref()) {
        (Some(Kind::Tsv), _) | (None, Some("tsv")) => FileKind::Tsv,
        (Some(Kind::Xlsx), _) | (None, Some("xlsx")) => FileKind::Xlsx,
        _ => FileKind::Csv,
    }
}

fn encoding(args: &SampleArgs) -> Encoding {
    match args.encoding {
        None | Some(TextEncoding::Utf8) => Encoding::Utf8,
        Some(TextEncoding::Utf8Mark) => Encoding::Utf8Mark,
        Some(TextEncoding::Gb18030) => Encoding::Gb18030,
    }
}

/// Reads `YYYY-MM-DD`.
fn day(text: &str) -> Result<Day, String> {
    let mut parts = text.splitn(3, '-');
    let mut number = || parts.next()?.parse::<i16>().ok();
    let date = (number(), number(), number());
    let day = match date {
        (Some(year), Some(month), Some(day)) => {
            let small = |it: i16| i8::try_from(it).ok();
            small(month).zip(small(day)).and_then(|(month, day)| Day::from_date(year, month, day))
        }
        _ => None,
    };
    let day = day.ok_or_else(|| "a day is written YYYY-MM-DD".to_owned())?;
    if tiaoxi_sample::NEWEST_DAYS.contains(&day) {
        Ok(day)
    } else {
        let (first, last) = tiaoxi_sample::NEWEST_DAYS.into_inner();
        Err(format!("the newest decision lies between {first} and {last}"))
    }
}

fn unknown(code: &'static str, what: &str, name: &str) -> Failure {
    Failure::not_found(code, format!("there is no {what} {name}"))
}
