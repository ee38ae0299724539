//! The shape of the workspace, as `docs/architecture.md` prints it: which crate stands on which
//! floor, which of them may name sled, libp2p and HTTP, and that the crates without input and output
//! have none.
//!
//! Reads manifests and sources only; nothing is compiled or run.

#[path = "architecture/sources.rs"]
mod sources;

use std::{collections::BTreeMap, path::Path};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Floor of every crate of the workspace. A crate uses crates of lower floors only.
const FLOORS: [(&str, u8); 17] = [
    ("tiaoxi-credit", 0),
    ("tiaoxi-ledger", 0),
    ("tiaoxi-catalog", 1),
    ("tiaoxi-federation", 1),
    ("tiaoxi-sheet", 1),
    ("tiaoxi-sync", 1),
    ("tiaoxi-recognition", 2),
    ("tiaoxi-sample", 2),
    ("tiaoxi-vault", 2),
    ("tiaoxi-store", 3),
    ("tiaoxi-net", 3),
    ("tiaoxi-intake", 3),
    ("tiaoxi-views", 3),
    ("tiaoxi-logs", 4),
    ("tiaoxi-api", 4),
    ("tiaoxi", 5),
    ("tiaoxi-tests", 6),
];

/// Crates without runtime, clock, file, socket or randomness: floors 0 and 1, and what stands on
/// them alone.
const PURE: [&str; 8] = [
    "tiaoxi-credit",
    "tiaoxi-ledger",
    "tiaoxi-catalog",
    "tiaoxi-federation",
    "tiaoxi-sheet",
    "tiaoxi-sync",
    "tiaoxi-recognition",
    "tiaoxi-sample",
];

/// Crates.io packages, and the only crate that may name each.
const OWNERS: [(&str, &str); 9] = [
    ("sled", "tiaoxi-store"),
    ("libp2p", "tiaoxi-net"),
    ("libp2p-stream", "tiaoxi-net"),
    ("axum", "tiaoxi-api"),
    ("hyper", "tiaoxi-api"),
    ("hyper-util", "tiaoxi-api"),
    ("ureq", "tiaoxi-api"),
    ("utoipa", "tiaoxi-api"),
    ("utoipa-axum", "tiaoxi-api"),
];

/// Crates that must not lead to another, by whatever way; the floors alone would allow it.
const STRANGERS: [(&str, &[&str]); 2] =
    [("tiaoxi-api", &["tiaoxi-store", "tiaoxi-net"]), ("tiaoxi-logs", &["tiaoxi-net"])];

/// Packages whose business is input, output, time or chance; the pure crates use none of them.
const IMPURE: [&str; 8] =
    ["getrandom", "rand", "rand_core", "tempfile", "tokio-util", "tracing", "mio", "socket2"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo describes the workspace")
}

fn floor_of(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

/// Names of the workspace crates that a package uses, in its own tests too.
fn uses(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .map(|used| used.name.as_str())
        .filter(|name| floor_of(name).is_some())
}

/// The rows of the table below `## Floors`: crate and floor.
fn documented_floors(page: &str) -> Vec<(String, u8)> {
    let section = page.split("\n## Floors\n").nth(1).expect("the page has a section Floors");
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let floor = cells.next()?.trim().parse().ok()?;
            Some((cells.next()?.trim().trim_matches('`').to_owned(), floor))
        })
        .collect()
}

#[test]
fn the_page_and_the_test_and_the_workspace_name_the_same_floors() {
    let page = std::fs::read_to_string(root().join("docs/architecture.md"))
        .expect("docs/architecture.md can be read");
    let tested: Vec<_> = FLOORS.iter().map(|(name, floor)| ((*name).to_owned(), *floor)).collect();
    assert_eq!(documented_floors(&page), tested, "docs/architecture.md against this test");

    let low = FLOORS.iter().filter(|(_, floor)| *floor <= 1).map(|(name, _)| name);
    assert!(low.clone().all(|name| PURE.contains(name)), "floors 0 and 1 are pure: {PURE:?}");

    let mut members: Vec<_> =
        workspace().packages.iter().map(|package| package.name.to_string()).collect();
    members.sort();
    let mut floors: Vec<_> = FLOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    floors.sort();
    assert_eq!(members, floors, "the workspace against this test");
}

#[test]
fn every_crate_uses_lower_floors_only() {
    let mut broken = Vec::new();
    for package in &workspace().packages {
        for used in uses(package) {
            if floor_of(used) >= floor_of(&package.name) {
                broken.push(format!("{} uses {used}", package.name));
            }
        }
    }
    assert!(broken.is_empty(), "a floor is broken: {broken:#?}");
}

#[test]
fn sled_libp2p_and_http_are_each_named_by_one_crate() {
    let mut broken = Vec::new();
    for package in workspace().packages.iter().filter(|package| package.name != "tiaoxi-tests") {
        for used in &package.dependencies {
            for (name, owner) in OWNERS {
                if used.name == name && package.name != owner {
                    broken.push(format!("{} names {name}, which is {owner}'s", package.name));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_api_leads_to_neither_store_nor_network() {
    let workspace = workspace();
    let edges: BTreeMap<&str, Vec<&str>> = workspace
        .packages
        .iter()
        .map(|package| (package.name.as_str(), uses(package).collect()))
        .collect();
    for (from, strangers) in STRANGERS {
        let mut reached = vec![from];
        let mut next = 0;
        while let Some(name) = reached.get(next) {
            let further = edges.get(name).into_iter().flatten();
            let new: Vec<_> = further.filter(|name| !reached.contains(name)).copied().collect();
            reached.extend(new);
            next += 1;
        }
        for stranger in strangers {
            assert!(!reached.contains(stranger), "{from} leads to {stranger}: {reached:?}");
        }
    }
}

#[test]
fn pure_crates_use_no_package_of_time_chance_or_input_and_output() {
    let mut broken = Vec::new();
    let workspace = workspace();
    let is_pure = |package: &&Package| PURE.contains(&package.name.as_str());
    for package in workspace.packages.iter().filter(is_pure) {
        for used in package.dependencies.iter().filter(|used| used.kind == DependencyKind::Normal) {
            if IMPURE.contains(&used.name.as_str()) {
                broken.push(format!("{} uses {}", package.name, used.name));
            }
            // Channels and semaphores need no runtime.
            let channels_only = !used.uses_default_features && used.features == ["sync"];
            if used.name == "tokio" && !channels_only {
                broken.push(format!("{} uses tokio {:?}", package.name, used.features));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn pure_crates_name_no_clock_file_socket_or_randomness() {
    let mut broken = Vec::new();
    let mut files = 0;
    for name in PURE {
        let folder = name.trim_start_matches("tiaoxi-");
        for file in sources::rust_files(&root().join("crates").join(folder).join("src")) {
            files += 1;
            for word in sources::impure_words(&file.text) {
                broken.push(format!("{}: {word}", file.path.display()));
            }
        }
    }
    assert!(files > 30, "only {files} source files were found");
    assert!(broken.is_empty(), "{broken:#?}");
}
