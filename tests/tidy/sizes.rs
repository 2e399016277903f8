//! How large functions, files and `mod.rs` may be. The lists hold what is larger today, and may only
//! shrink: what is no longer too large is taken out of them.

use super::production;
use super::tokens::{functions, tokens};
use std::collections::BTreeSet;

/// Tokens of a function.
const FUNCTION: usize = 400;

/// Tokens of a file before its tests.
const FILE: usize = 3_500;

/// Lines of a `mod.rs` before its tests: its documentation, modules, re-exports and entry function.
const MOD: usize = 120;

const FUNCTIONS: &[&str] = &[];

const FILES: &[&str] = &[];

const MODS: &[&str] = &[
    "src/config/mod.rs",
    "src/diff/references/mod.rs",
    "src/hidden/mod.rs",
    "src/rehearse/vfs/mod.rs",
    "src/report/mod.rs",
    "src/snapshot/mod.rs",
];

/// Holds what is too large against the list of what is known to be.
fn hold(what: &str, found: &BTreeSet<String>, known: &[&str]) {
    let known: BTreeSet<String> = known.iter().map(|&name| name.to_owned()).collect();
    let new: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(found).collect();
    assert!(new.is_empty(), "{what} became too large: {new:#?}");
    assert!(
        gone.is_empty(),
        "{what} are no longer too large: take them out of the list: {gone:#?}"
    );
}

#[test]
fn functions_stay_small() {
    let mut found = BTreeSet::new();
    for (path, code) in &production() {
        let functions = functions(&tokens(code));
        let large = functions
            .iter()
            .filter(|function| function.tokens.len() > FUNCTION);
        found.extend(large.map(|function| format!("{path} {}", function.name)));
    }
    hold("functions", &found, FUNCTIONS);
}

#[test]
fn files_stay_small() {
    let production = production();
    let large = production
        .iter()
        .filter(|(_, code)| tokens(code).len() > FILE);
    hold(
        "files",
        &large.map(|(path, _)| path.clone()).collect(),
        FILES,
    );
}

#[test]
fn the_front_page_of_a_module_stays_short() {
    let production = production();
    let pages = production
        .iter()
        .filter(|(path, _)| path.ends_with("/mod.rs"));
    let large = pages.filter(|(_, code)| code.lines().count() > MOD);
    hold(
        "front pages",
        &large.map(|(path, _)| path.clone()).collect(),
        MODS,
    );
}
