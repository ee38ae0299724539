//! The commands of mutual recognition: `listing`, `recognise`, `repair`, `objection`, `supervision`,
//! `exchange`.

pub(crate) mod exchange;
pub(crate) mod listing;
pub(crate) mod objection;
pub(crate) mod recognise;
pub(crate) mod repair;
pub(crate) mod supervision;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Context;
use tiaoxi_api::types::{Date, Decisions, PassedOver, Place, Said};
use tiaoxi_vault::durable;
use tiaoxi_views::query::{QueryError, SubjectQuery};

use super::{language::Language, output};
use crate::error_code::Failure;

/// Reads `LOG#NUMBER`.
fn parse_place(text: &str) -> Result<Place, String> {
    let wrong = "expected LOG#NUMBER, as in delta/jiaxing/exchange/delta/1#0";
    let (origin, number) = text.rsplit_once('#').ok_or(wrong)?;
    let number = number.trim().parse().map_err(|_no_number| wrong)?;
    Ok(Place { origin: origin.trim().to_owned(), number })
}

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is YYYY-MM-DD".to_owned())
}

/// Cleans a code; a person's number never leaves this process.
fn code_of(text: &str) -> anyhow::Result<String> {
    let query = SubjectQuery::parse(text).map_err(|error| match error {
        QueryError::NaturalPerson => Failure::new(
            "NATURAL_PERSON_REFUSED",
            "natural persons are no key supervision objects here / 不提供自然人信息",
        ),
        QueryError::NoCode => Failure::new("NO_SUBJECT_CODE", "this is no code of a subject"),
    })?;
    Ok(query.code().to_owned())
}

/// Asks a person who looks on, having shown what would be said.
fn agreed(lines: &[String]) -> anyhow::Result<bool> {
    output::notes(lines);
    output::ask(Language::of_environment().pick(
        "此操作写入日志，不能取消。输入 y 继续，其他键取消：",
        "This is said for good. Go on? [y/N] ",
    ))
}

fn tell(said: &Said, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(said);
    }
    output::lines(&describe(said));
    Ok(())
}

fn describe(said: &Said) -> Vec<String> {
    let language = Language::of_environment();
    let verb = if said.preview {
        language.pick("将声明", "would say")
    } else {
        language.pick("已声明", "said")
    };
    let mut lines = vec![format!("{verb}  {}", said.words)];
    if !said.preview {
        lines.push(format!("  {}#{} ({})", said.log, said.number, said.kind));
    }
    if let Some(about) = &said.about {
        let word = language.pick("关于", "about");
        lines.push(format!("  {word} {}#{}", about.origin, about.number));
    }
    lines
}

fn describe_decisions(done: &Decisions) -> Vec<String> {
    let said = done.records.iter().chain(&done.listings).flat_map(describe);
    let mut lines: Vec<_> = said.chain(passed_over(&done.passed_over)).collect();
    if lines.is_empty() {
        let nothing = ("没有待执行的决定", "there is nothing to carry out");
        lines.push(Language::of_environment().pick(nothing.0, nothing.1).to_owned());
    }
    if done.more {
        lines.push(more());
    }
    lines
}

fn passed_over(passed: &[PassedOver]) -> impl Iterator<Item = String> + '_ {
    let language = Language::of_environment();
    passed.iter().map(move |it| {
        let word = language.pick("未处理", "passed over");
        let why = language.pick(&it.zh, &it.en);
        format!("{word}  {}#{}  {}: {why}", it.place.origin, it.place.number, it.code)
    })
}

fn more() -> String {
    Language::of_environment()
        .pick("还有更多记录，请再执行一次", "there are more records; run it again")
        .to_owned()
}

/// Writes a paper to a file, or to standard output.
fn write_paper(bytes: &[u8], out: Option<&Path>) -> anyhow::Result<()> {
    if let Some(path) = out {
        let writing = || format!("writing {}", path.display());
        return durable::write_file(path, bytes).with_context(writing);
    }
    output::line(String::from_utf8_lossy(bytes).trim_end());
    Ok(())
}

/// Where a paper goes, and how it is written.
#[derive(clap::Args, Clone, Debug)]
struct PaperArgs {
    /// As a page to be printed
    #[arg(long)]
    html: bool,
    /// The file to write; standard output when unset
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl PaperArgs {
    fn format(&self) -> tiaoxi_api::service::PaperFormat {
        if self.html {
            tiaoxi_api::service::PaperFormat::Html
        } else {
            tiaoxi_api::service::PaperFormat::Text
        }
    }

    fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        write_paper(bytes, self.out.as_deref())
    }
}
