//! Which crate may know which: the arrows of ARCHITECTURE.md, held against every Cargo.toml.

use scenarios::disk;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Each crate with the crates of this workspace it may use, and why no others.
const ALLOWED: &[(&str, &[&str], &str)] = &[
    ("terms", &[], "the words everyone shares know nobody"),
    ("policy", &["terms"], "packs are text and tables; what they mean is for those who read them"),
    ("benefit", &["terms", "policy"], "a bill knows no person's file, no case and no storage"),
    ("case", &["terms", "policy"], "the engine knows no procedure by name, no bill and no storage"),
    ("ledger", &["terms", "policy"], "the books know no person and no case"),
    (
        "interface",
        &["terms", "policy", "benefit", "agency"],
        "messages become the agency's words and back; the tables are data, keys and storage are the shell's",
    ),
    ("agency", &["terms", "policy", "benefit", "case", "ledger"], "decisions are pure: no store, no shell"),
    (
        "store",
        &["terms", "policy", "case", "ledger", "agency"],
        "the store keeps what was decided and decides nothing",
    ),
    (
        "banli",
        &["terms", "policy", "benefit", "case", "ledger", "interface", "agency", "store", "scenarios"],
        "the shell stands above all",
    ),
    (
        "scenarios",
        &["terms", "policy", "benefit", "case", "ledger", "agency"],
        "rows of a pack run on the office's decisions; `banli check` runs them too",
    ),
    ("xtask", &[], "the door calls programs, it is part of none"),
];

/// What pure crates may not use, whatever for.
const IMPURE: &[&str] =
    &["tokio", "rusqlite", "axum", "getrandom", "tracing", "anyhow", "rayon", "crossbeam-channel"];
const PURE: &[&str] = &["terms", "policy", "benefit", "case", "ledger", "interface", "agency"];

#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

fn manifests() -> Vec<Manifest> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(disk::root().join("crates")).unwrap() {
        let path = entry.unwrap().path().join("Cargo.toml");
        if path.exists() {
            found.push(toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap());
        }
    }
    found.push(
        toml::from_str(&std::fs::read_to_string(disk::root().join("xtask/Cargo.toml")).unwrap()).unwrap(),
    );
    found
}

#[test]
fn no_arrow_that_is_not_drawn() {
    let manifests = manifests();
    let ours: BTreeSet<String> = manifests.iter().map(|manifest| manifest.package.name.clone()).collect();
    let mut wrong = Vec::new();
    for Manifest { package, dependencies } in &manifests {
        let Some((_, allowed, why)) = ALLOWED.iter().find(|(name, ..)| *name == package.name) else {
            wrong.push(format!(
                "crate `{}` has no arrows yet: draw them here and in ARCHITECTURE.md",
                package.name
            ));
            continue;
        };
        for used in dependencies.keys().filter(|used| ours.contains(*used)) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("`{}` must not know `{used}`: {why}", package.name));
            }
        }
        if PURE.contains(&package.name.as_str()) {
            for used in dependencies.keys().filter(|used| IMPURE.contains(&used.as_str())) {
                wrong.push(format!("`{}` is pure and must not use `{used}`", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
