//! How often the trials met what they look for: a trial that finds nothing to hold passes.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// What all the cases together must have met, and how often at least.
const LEAST: [(&str, usize); 13] = [
    ("cases", 600),
    ("cases with a report", 500),
    ("reports with times", 40),
    ("outcome applied", 1),
    ("outcome failed", 1),
    ("outcome refused", 1),
    ("outcome timed-out", 1),
    ("outcome not-run", 1),
    ("a blob", 1),
    ("a tenant that is NULL", 1),
    ("cases that hide everything", 400),
    ("texts that hide everything", 3_000),
    ("cases with something to hide", 80),
];

static MET: LazyLock<Mutex<BTreeMap<String, usize>>> = LazyLock::new(Mutex::default);

pub(crate) fn count(what: &str) {
    let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    *met.entry(what.to_owned()).or_default() += 1;
}

pub(crate) fn assert_is_enough() {
    let met = MET.lock().unwrap_or_else(PoisonError::into_inner);
    let lacks = |(what, least): &&(&str, usize)| met.get(*what).is_none_or(|met| met < least);
    let lacking: Vec<_> = LEAST.iter().filter(lacks).collect();
    assert!(lacking.is_empty(), "met less than {lacking:?}: {met:?}");
}
