//! Rejected rows into files beside the one that was imported.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use tiaoxi_api::{
    client::{Client, RejectedOptions},
    types::ImportSummary,
};

use super::digest_of;

/// Writes every part; the first under `path`, the others beside it. Rejected rows may hold
/// anything: the files are for their owner only.
pub(crate) fn fetch_rejected(
    client: &Client,
    summary: &ImportSummary,
    path: &Path,
) -> anyhow::Result<Vec<PathBuf>> {
    let digest = digest_of(summary)?;
    let mut paths = Vec::new();
    for part in 1..=summary.rejected_parts {
        let path = part_path(path, part);
        let writing = || format!("writing {}", path.display());
        let options =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).to_owned();
        let mut out = options.open(&path).with_context(writing)?;
        let wanted = RejectedOptions { kind: None, part: Some(part) };
        client.rejected_rows(&digest, wanted, &mut out)?;
        out.sync_all().with_context(writing)?;
        paths.push(path);
    }
    Ok(paths)
}

/// `x.rejected.xlsx`, `x.rejected.2.xlsx`, …
fn part_path(path: &Path, part: u32) -> PathBuf {
    if part == 1 {
        return path.to_owned();
    }
    let mut name = path.file_stem().map(std::ffi::OsString::from).unwrap_or_default();
    name.push(format!(".{part}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_beside_each_other() {
        for (part, expected) in [(1, "a/x.rejected.xlsx"), (2, "a/x.rejected.2.xlsx")] {
            assert_eq!(part_path(Path::new("a/x.rejected.xlsx"), part), Path::new(expected));
        }
    }
}
