//! Rejected rows into files beside the one that was imported.

use std::{
    fs::{self, OpenOptions},
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

/// Files of rejected rows beside one file; whoever has more overwrites the last.
const NUMBERS_MAX: u32 = 1000;

/// Where the rejected rows of a file go: `x.rejected.xlsx` beside it, or `x.rejected-2.xlsx` and so
/// on where that is taken: it may be half mended. Those of a mended file are numbered on.
pub(super) fn free_path(file: &Path, kind: &str) -> PathBuf {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("import");
    let stem = stem.split_once(".rejected").map_or(stem, |(stem, _)| stem);
    let named = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        file.with_file_name(format!("{stem}.rejected{number}.{kind}"))
    };
    (1..NUMBERS_MAX).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(NUMBERS_MAX))
}

/// Removes a file that was just written where the one numbered before it says the same: a preview
/// and its import need one.
pub(super) fn without_copies(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let [path] = paths.as_slice() else { return paths };
    let before = earlier(path).filter(|before| fs::read(before).ok() == fs::read(path).ok());
    match before {
        Some(before) if fs::remove_file(path).is_ok() => vec![before],
        _ => paths,
    }
}

/// `x.rejected.xlsx` of `x.rejected-2.xlsx`, and so on.
fn earlier(path: &Path) -> Option<PathBuf> {
    let (name, kind) = (path.file_stem()?.to_str()?, path.extension()?.to_str()?);
    let (stem, number) = name.rsplit_once(".rejected-")?;
    let number: u32 = number.parse().ok()?;
    let before = if number == 2 { String::new() } else { format!("-{}", number.checked_sub(1)?) };
    Some(path.with_file_name(format!("{stem}.rejected{before}.{kind}")))
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

    #[test]
    fn rejected_rows_never_go_over_a_file_that_is_there_and_one_copy_is_enough() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("8月.xlsx");
        let (first, second) =
            (dir.path().join("8月.rejected.xlsx"), dir.path().join("8月.rejected-2.xlsx"));
        assert_eq!(free_path(&file, "xlsx"), first);
        fs::write(&first, "rows").unwrap();
        assert_eq!(free_path(&file, "xlsx"), second);
        assert_eq!(free_path(&first, "xlsx"), second, "of a mended file");
        fs::write(&second, "rows").unwrap();
        let kept = without_copies(vec![second.clone()]);
        assert_eq!(kept.as_slice(), std::slice::from_ref(&first));
        assert!(!second.exists());
        fs::write(&second, "other rows").unwrap();
        let kept = without_copies(vec![second.clone()]);
        assert_eq!(kept.as_slice(), std::slice::from_ref(&second));
        assert!(first.exists() && second.exists());
    }
}
