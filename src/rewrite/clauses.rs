//! Lists, groups and subqueries of SQL text, as slices of it. Knows the words of SQL and its
//! parentheses, and not the grammar.

use crate::sql::Words;
use std::ops::Range;

/// The ranges of places between the commas outside parentheses; one where there is none.
pub(super) fn between_commas(words: &Words<'_>, mut start: usize, end: usize) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    for comma in (start..end).filter(|at| words.is_text(*at, ",")) {
        all.push(start..comma);
        start = comma + 1;
    }
    all.push(start..end);
    all
}

/// The elements of a list without parentheses: `a, f(b, c)` → `a`, `f(b, c)`.
pub(super) fn elements(inner: &str) -> Vec<&str> {
    let words = Words::of(inner);
    between_commas(&words, 0, words.len())
        .into_iter()
        .map(|range| words.slice(range.start, range.end))
        .collect()
}

/// The elements of a list in parentheses; `None` where the text is a subquery or no list.
pub(super) fn list(text: &str) -> Option<Vec<&str>> {
    parenthesised(text)
        .filter(|inner| !is_query(inner))
        .map(elements)
}

/// The subquery inside one pair of parentheses, `(SELECT 1)` → `SELECT 1`.
pub(super) fn subquery(text: &str) -> Option<&str> {
    parenthesised(text).filter(|inner| is_query(inner))
}

/// What is inside one pair of parentheses that holds a condition: no query and no list of several.
pub(super) fn grouped(text: &str) -> Option<&str> {
    parenthesised(text).filter(|inner| !is_query(inner) && elements(inner).len() == 1)
}

/// The subqueries in a text at any depth, without their parentheses.
pub(super) fn subqueries(text: &str) -> Vec<&str> {
    let words = Words::of(text);
    let opens = (0..words.len()).filter(|at| words.text(*at) == "(");
    opens
        .filter_map(|open| inside(text, &words, open))
        .filter(|inner| is_query(inner))
        .collect()
}

/// Whether a slice of a text lies inside another.
pub(super) fn is_within(inner: &str, outer: &str) -> bool {
    let (outer, inner) = (
        outer.as_bytes().as_ptr_range(),
        inner.as_bytes().as_ptr_range(),
    );
    outer.start <= inner.start && inner.end <= outer.end
}

fn is_query(text: &str) -> bool {
    Words::of(text).is_any(0, &["SELECT", "WITH", "VALUES"])
}

/// What is between a first `(` and the `)` that closes it, where that is the end of the text.
fn parenthesised(text: &str) -> Option<&str> {
    let words = Words::of(text);
    let is_whole = words.text(0) == "(" && words.close(0)? + 1 == words.len();
    inside(text, &words, 0).filter(|_| is_whole)
}

/// What is between the parenthesis at `open` and the one that closes it.
fn inside<'a>(text: &'a str, words: &Words<'_>, open: usize) -> Option<&'a str> {
    let (from, to) = (words.span(open)?, words.span(words.close(open)?)?);
    Some(&text[from.end..to.start])
}
