//! A look at Rust sources as text: what they name outside their comments and tests.
//!
//! No parser: it relies on sources formatted by rustfmt, which the checks make sure of.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Paths below `std` that lead to files, sockets, processes or clocks.
const STD_IMPURE: [&str; 8] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::os",
    "std::process",
    "std::thread::sleep",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Other words that do.
const IMPURE: [&str; 6] =
    ["getrandom", "rand::", "SystemTime", "::now(", "tokio::runtime", "tokio::spawn"];

/// A source file without its tests and comments.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Every Rust file below `folder` but files of tests.
pub(crate) fn rust_files(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder can be read") {
            let path = entry.expect("a source folder can be listed").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if stem == "tests" || stem.ends_with("_tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file can be read");
                found.push(Source { path, text: without_tests_and_comments(&text) });
            }
        }
    }
    found
}

/// The forbidden words of a text, each once.
pub(crate) fn impure_words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = std_paths(text)
        .into_iter()
        .filter(|path| {
            STD_IMPURE.iter().any(|bad| path.strip_prefix(bad).is_some_and(ends_or_goes_on))
        })
        .collect();
    found.extend(IMPURE.iter().filter(|word| text.contains(**word)).map(|word| (*word).to_owned()));
    found.sort();
    found.dedup();
    found
}

/// Whether a path named before `rest` is whole: `std::fs` and `std::fs::File`, not `std::fsomething`.
fn ends_or_goes_on(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with("::")
}

/// Drops comment lines, and every item under `#[cfg(test)]`.
fn without_tests_and_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        // The item ends where its first line says so, or at the brace below its first column.
        let indent = line.len() - line.trim_start().len();
        let closing = format!("{}}}", " ".repeat(indent));
        let attribute = |line: &&str| line.trim_start().starts_with('#');
        let first = lines.by_ref().find(|line| !attribute(line)).unwrap_or_default();
        if !first.ends_with(';') && !first.ends_with('}') {
            let _last = lines.by_ref().find(|line| *line == closing);
        }
    }
    kept
}

/// Every path below `std` that a text names, groups taken apart.
fn std_paths(text: &str) -> Vec<String> {
    let dense: String = text.split_whitespace().collect::<Vec<_>>().concat();
    let mut paths = Vec::new();
    for (start, _) in dense.match_indices("std::") {
        let before = dense.get(..start).and_then(|before| before.chars().next_back());
        // `use` and what follows were joined: `usestd::fs`.
        let glued = dense.get(..start).is_some_and(|before| before.ends_with("use"));
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !glued {
            continue;
        }
        take_path(dense.get(start..).unwrap_or_default(), String::new(), &mut paths);
    }
    paths
}

/// Reads one path, or a group of them in braces, in front of `rest`; answers what follows.
fn take_path<'a>(rest: &'a str, mut path: String, paths: &mut Vec<String>) -> &'a str {
    let name_end =
        rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let (name, mut rest) = rest.split_at(name_end);
    path.push_str(name);
    if !path.ends_with("::") || !rest.starts_with('{') {
        paths.push(path.trim_end_matches(':').to_owned());
        return rest;
    }
    while let Some(inner) = rest.strip_prefix(['{', ',']) {
        if inner.starts_with('}') {
            rest = inner;
            break;
        }
        rest = take_path(inner, path.clone(), paths);
    }
    rest.strip_prefix('}').unwrap_or(rest)
}

#[test]
fn impure_words_are_found_in_any_form_of_import() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(impure_words(&without_tests_and_comments(text)), expected, "{text}");
    };
    check("use std::fmt;\n", &[]);
    check("use std::fs;\n", &["std::fs"]);
    check("fn f() { std::fs::read(p) }\n", &["std::fs::read"]);
    check("use std::{\n    fmt,\n    fs,\n};\n", &["std::fs"]);
    check(
        "use std::{fmt, net::{Ipv4Addr, TcpStream}, sync::Arc};\n",
        &["std::net::Ipv4Addr", "std::net::TcpStream"],
    );
    check("use std::time::Duration;\n", &[]);
    check("use std::time::{Duration, Instant};\n", &["std::time::Instant"]);
    check("let day = Zoned::now();\n", &["::now("]);
    check("// std::fs is not used\n", &[]);
    check("#[cfg(test)]\nmod tests {\n    use std::fs;\n}\nuse std::env;\n", &["std::env"]);
    check("#[cfg(test)]\n#[path = \"a.rs\"]\nmod tests;\nuse std::env;\n", &["std::env"]);
    check("    #[cfg(test)]\n    fn f() {\n        std::fs::read()\n    }\n}\n", &[]);
}
