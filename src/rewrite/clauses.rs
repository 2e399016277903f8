//! Cutting a statement into its clauses, as slices of the author's own text.
//!
//! The parser has accepted the statement, so its clause keywords stand outside parentheses in
//! grammar order. Two words look like keywords and are not: FROM in `IS [NOT] DISTINCT FROM`, and
//! everything inside parentheses. What is cut is held against what the parser found; where the two
//! disagree there is no preview.

use super::NoPreview;
use super::parsed::{From, Parsed, Verb};
use crate::sql::Words;

/// The clauses of one UPDATE or DELETE.
#[derive(Debug)]
pub(super) struct Clauses<'a> {
    /// `WITH …`, or empty
    pub(super) with: &'a str,
    /// the qualified table name with alias and index hint
    pub(super) target: &'a str,
    /// for each assignment, what stands right of its `=`
    pub(super) values: Vec<&'a str>,
    /// what stands behind FROM
    pub(super) from: Option<&'a str>,
    /// what stands behind WHERE
    pub(super) filter: Option<&'a str>,
    /// whether there is an ORDER BY or LIMIT
    pub(super) limited: bool,
}

/// Cuts `sql`, which the grammar has read as `parsed`.
pub(super) fn cut<'a>(sql: &'a str, parsed: &Parsed) -> Result<Clauses<'a>, NoPreview> {
    let clauses = try_cut(sql, parsed)
        .ok_or_else(|| NoPreview::Unparsed("its clauses cannot be told apart".to_owned()))?;
    let agrees = clauses.values.len() == parsed.sets.len()
        && clauses.filter.is_some() == parsed.has_where
        && clauses.from.is_some() == (parsed.from != From::Absent);
    if agrees {
        Ok(clauses)
    } else {
        Err(NoPreview::Unparsed(
            "its clauses cannot be told apart".to_owned(),
        ))
    }
}

fn try_cut<'a>(sql: &'a str, parsed: &Parsed) -> Option<Clauses<'a>> {
    let top = Words::of(sql);
    let is_update = parsed.verb == Verb::Update;
    let verb = top.find(0, if is_update { "UPDATE" } else { "DELETE" })?;
    let with = top.slice(0, verb);
    let set = if is_update {
        Some(top.find(verb, "SET")?)
    } else {
        None
    };
    let from = if is_update { top.find_from(set?) } else { None };
    let filter = top.find(from.or(set).unwrap_or(verb), "WHERE");
    let after = filter.or(from).or(set).unwrap_or(verb);
    let end = ["RETURNING", "ORDER", "LIMIT"]
        .iter()
        .filter_map(|w| top.find(after, w))
        .min()
        .unwrap_or(top.len());
    let head_end = set.or(filter).unwrap_or(end);
    let target = top.slice(target_start(&top, verb, parsed)?, head_end);
    let values = match set {
        Some(set) => values(&top, set + 1, from.or(filter).unwrap_or(end))?,
        None => Vec::new(),
    };
    Some(Clauses {
        with,
        target,
        values,
        from: from.map(|at| top.slice(at + 1, filter.unwrap_or(end))),
        filter: filter.map(|at| top.slice(at + 1, end)),
        limited: ["ORDER", "LIMIT"]
            .iter()
            .any(|w| top.find(after, w).is_some()),
    })
}

/// Where the table's name starts: behind `UPDATE [OR word]` or `DELETE FROM`.
fn target_start(top: &Words<'_>, verb: usize, parsed: &Parsed) -> Option<usize> {
    if parsed.verb == Verb::Delete {
        return top.find(verb, "FROM").map(|at| at + 1);
    }
    Some(if top.is(verb + 1, "OR") {
        verb + 3
    } else {
        verb + 1
    })
}

/// The right-hand sides of the assignments between two places.
fn values<'a>(words: &Words<'a>, start: usize, end: usize) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    let mut from = start;
    while from < end {
        let to = (from..end)
            .find(|at| words.is_text(*at, ","))
            .unwrap_or(end);
        let equals = (from..to).find(|at| words.is_text(*at, "="))?;
        // `==` is another spelling of `=`.
        let is_double = equals + 1 < to && words.is_text(equals + 1, "=");
        values.push(words.slice(equals + 1 + usize::from(is_double), to));
        from = to + 1;
    }
    Some(values)
}

/// The subqueries in a text at any depth, without their parentheses.
pub(super) fn subqueries(text: &str) -> Vec<&str> {
    let words = Words::of(text);
    let opens = (0..words.len()).filter(|at| words.text(*at) == "(");
    let inner = opens.filter_map(|open| {
        let (from, to) = (words.span(open)?, words.span(words.close(open)?)?);
        Some(&text[from.end..to.start])
    });
    inner.filter(|text| is_query(text)).collect()
}

/// The elements of a parenthesised list, `(a, f(b, c))` → `a`, `f(b, c)`; `None` where the text is
/// a subquery or no list.
pub(super) fn list(text: &str) -> Option<Vec<&str>> {
    let inner = parenthesised(text)?;
    if is_query(inner) {
        None
    } else {
        Some(elements(inner))
    }
}

/// The elements of a list without parentheses.
pub(super) fn elements(inner: &str) -> Vec<&str> {
    let words = Words::of(inner);
    let commas = (0..words.len()).filter(|at| words.is_text(*at, ","));
    let (mut all, mut start) = (Vec::new(), 0);
    for end in commas.chain([words.len()]) {
        all.push(words.slice(start, end));
        start = end + 1;
    }
    all
}

/// The subquery inside one pair of parentheses, `(SELECT 1)` → `SELECT 1`.
pub(super) fn subquery(text: &str) -> Option<&str> {
    parenthesised(text).filter(|inner| is_query(inner))
}

/// What stands inside one pair of parentheses that holds a condition: no query and no list of
/// several.
pub(super) fn grouped(text: &str) -> Option<&str> {
    parenthesised(text)
        .filter(|inner| !is_query(inner) && list(text).is_none_or(|list| list.len() == 1))
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
    let close = words.close(0).filter(|_| words.text(0) == "(")?;
    let (from, to) = (words.span(0)?, words.span(close)?);
    (close + 1 == words.len()).then(|| &text[from.end..to.start])
}
