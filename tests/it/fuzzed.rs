//! What fuzzing found, and its seeds, held against the same invariants without the fuzzer
//! (`tests/fuzz/run` is with it).

mod config;
mod preview;

use crate::support::root;
use std::fs;
use std::path::{Path, PathBuf};

/// The files below `folder` whose names end in `suffix`, in order; none where there is no such
/// folder, as in a published crate.
fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, suffix));
        } else if path.to_string_lossy().ends_with(suffix) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn replay(
    target: &str,
    seeds: Vec<PathBuf>,
    at_least: usize,
    holds: fn(&[u8]) -> Result<(), String>,
) {
    assert!(seeds.len() >= at_least, "seeds are found: {}", seeds.len());
    let fuzz = root().join("tests/fuzz");
    let own = ["seeds", "findings"]
        .iter()
        .flat_map(|kind| files(&fuzz.join(kind).join(target), ""));
    let violation = |path: PathBuf| {
        let bytes = fs::read(&path).expect("an input");
        let outcome =
            std::panic::catch_unwind(|| holds(&bytes)).unwrap_or_else(|_| Err("panics".to_owned()));
        outcome
            .err()
            .map(|what| format!("{}: {what}", path.display()))
    };
    let wrong: Vec<String> = seeds.into_iter().chain(own).filter_map(violation).collect();
    assert!(
        wrong.is_empty(),
        "{} inputs\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn any_text_splits_and_previews() {
    let seeds = files(&root().join("tests/cases"), "m.sql")
        .into_iter()
        .chain(files(&root().join("tests/incident"), ".sql"));
    replay("preview", seeds.collect(), 60, preview::holds);
}

#[test]
fn any_text_is_a_configuration_or_refused_with_its_places() {
    replay(
        "config",
        files(&root().join("tests/cases"), "harness.toml"),
        60,
        config::holds,
    );
}
