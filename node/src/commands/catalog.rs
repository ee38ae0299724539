//! `tiaoxi catalog` and `tiaoxi template`: the kinds of record, without a running node.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use tiaoxi_catalog::{Catalog, Item};

use super::output;
use crate::{catalog_files, config::Config, error_code::Failure};

/// The kinds of record that can be taken in, or the fields of one.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  tiaoxi catalog\n  tiaoxi catalog xzcf")]
pub(crate) struct CatalogArgs {
    /// Directory of a node, whose catalogue is shown; the built-in one when unset.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    dir: Option<PathBuf>,
    /// The item.
    #[arg(value_name = "ITEM")]
    item: Option<String>,
}

/// Write a blank workbook for records of an item: drop-downs, an example row, notes to each field.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:\n  tiaoxi template xzcf --out 行政处罚.xlsx")]
pub(crate) struct TemplateArgs {
    /// Directory of a node, whose catalogue is used; the built-in one when unset.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    dir: Option<PathBuf>,
    /// The item.
    #[arg(value_name = "ITEM")]
    item: String,
    /// Where it goes; `ITEM.xlsx` when unset.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn catalog(args: &CatalogArgs) -> anyhow::Result<()> {
    let catalog = load(args.dir.as_ref())?;
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    let Some(slug) = &args.item else {
        table.set_header(["item", "number", "名称", "name", "fields"]);
        for item in catalog.iter() {
            table.add_row([
                item.slug().to_owned(),
                item.number().to_string(),
                item.name_zh().to_owned(),
                item.name_en().to_owned(),
                item.fields().len().to_string(),
            ]);
        }
        output::line(&table.to_string());
        return Ok(());
    };
    let item = find(&catalog, slug)?;
    output::line(&format!("{} {} {}", item.slug(), item.name_zh(), item.name_en()));
    output::line(item.source());
    table.set_header(["code", "名称", "必填", "示例"]);
    for field in item.fields() {
        let required = if field.required { "是" } else { "" };
        table.add_row([field.code.as_str(), &field.name_zh, required, &field.example]);
    }
    output::line(&table.to_string());
    Ok(())
}

pub(crate) fn template(args: &TemplateArgs) -> anyhow::Result<()> {
    let catalog = load(args.dir.as_ref())?;
    let item = find(&catalog, &args.item)?;
    let bytes = tiaoxi_intake::template::template(item)?;
    let path = args.out.clone().unwrap_or_else(|| format!("{}.xlsx", item.slug()).into());
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    output::line(&path.display().to_string());
    Ok(())
}

fn load(dir: Option<&PathBuf>) -> anyhow::Result<Catalog> {
    let config = dir.map(|dir| Config::load(dir)).transpose()?.unwrap_or_default();
    catalog_files::load(config.catalog.as_deref())
}

fn find<'c>(catalog: &'c Catalog, slug: &str) -> anyhow::Result<&'c Item> {
    catalog.by_slug(slug).ok_or_else(|| {
        let known: Vec<_> = catalog.iter().map(Item::slug).collect();
        let what = format!("the catalogue has no item {slug}; it has {}", known.join(", "));
        Failure::not_found("UNKNOWN_ITEM", what).into()
    })
}
