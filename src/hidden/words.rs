//! The words of SQL text that matter to what is hidden.

use crate::rewrite::COMPOUND;
use crate::sql::token::TokenKind;
use crate::sql::{Words, ident};
use std::collections::BTreeSet;

/// Everything that may be a name, folded; strings too, which the engine takes for names where one
/// must stand.
pub(super) fn names(sql: &str) -> BTreeSet<String> {
    let words = Words::of(sql);
    (0..words.len())
        .filter(|at| words.is_name(*at))
        .map(|at| ident::folded(&words.name(at)))
        .filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

/// What is a name wherever it stands: unquoted words, and those in brackets or backticks.
pub(super) fn certain(sql: &str) -> BTreeSet<String> {
    let words = Words::of(sql);
    let is_certain = |at: &usize| match words.kind(*at) {
        Some(TokenKind::Word) => {
            !words.is_number(*at) && !words.is_word_of(*at, &["TRUE", "FALSE"])
        }
        Some(TokenKind::Quoted) => !words.text(*at).starts_with('"'),
        _ => false,
    };
    (0..words.len())
        .filter(is_certain)
        .map(|at| ident::folded(&words.name(at)))
        .collect()
}

/// Whether a text has a `*` that stands for columns, rather than for a product or for rows.
pub(super) fn stars(sql: &str) -> bool {
    const LEADS: [&str; 4] = ["SELECT", "DISTINCT", "ALL", "RETURNING"];
    let words = Words::of(sql);
    let stands = |at: usize| {
        at == 0 || [",", "."].contains(&words.text(at - 1)) || words.is_word_of(at - 1, &LEADS)
    };
    (0..words.len()).any(|at| words.text(at) == "*" && stands(at))
}

/// Whether a query counts rows and gives nothing else: `SELECT count(…) FROM …`.
pub(super) fn counts(sql: &str) -> bool {
    let words = Words::of(sql);
    let is_count = words.is(0, "SELECT") && words.is(1, "count") && words.text(2) == "(";
    let is_compound = || COMPOUND.iter().any(|word| words.has(word));
    let is_all = |close: usize| words.is(close + 1, "FROM");
    is_count && words.close(2).is_some_and(is_all) && !is_compound()
}
