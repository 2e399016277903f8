//! A lone SELECT as the UPDATE or DELETE over its WHERE clause, so that a query of the author is
//! examined like a statement: the rows of the first table of its FROM clause are the ones that it
//! chooses. The opposite of a preview.

use super::written::COMPOUND;
use crate::sql::{Words, ident};

/// Words that end the condition of a query.
const BEHIND: [&str; 5] = ["GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT"];

/// Words before JOIN that are of it.
const OF_JOIN: [&str; 7] = [
    "NATURAL", "LEFT", "RIGHT", "FULL", "OUTER", "INNER", "CROSS",
];

/// For each part of a compound SELECT the statement that would find the same rows; none for a part
/// without a WHERE clause or ON, or that is not cut so.
pub fn as_statements(sql: &str) -> Vec<String> {
    let words = Words::of(sql);
    let begins = words.find(0, "SELECT").unwrap_or(0);
    let (with, mut start) = (words.slice(0, begins), begins);
    let mut found = Vec::new();
    while start < words.len() {
        let end = words.find_any(start, &COMPOUND).unwrap_or(words.len());
        found.extend(part(&words, (start, end), with));
        start = end + 1 + usize::from(words.is(end + 1, "ALL"));
    }
    found
}

fn part(words: &Words<'_>, (start, end): (usize, usize), with: &str) -> Option<String> {
    let from = words.find(start, "FROM").filter(|at| *at < end)?;
    let behind = words.find_any(from, &BEHIND).map_or(end, |at| at.min(end));
    let filter = words.find(from, "WHERE").filter(|at| *at < behind);
    let (mut terms, mut conditions) = terms(words, (from + 1, filter.unwrap_or(behind)));
    conditions.extend(filter.map(|at| words.slice(at + 1, behind)));
    let target = target(terms.first()?)?;
    let filter = match &conditions[..] {
        [] => return None,
        [only] => (*only).to_owned(),
        several => {
            let each = several.iter().map(|condition| format!("({condition}\n)"));
            each.collect::<Vec<_>>().join(" AND ")
        }
    };
    if terms.len() == 1 {
        return Some(format!("{with} DELETE FROM {target} WHERE {filter}"));
    }
    let rest = terms.split_off(1).join(", ");
    Some(format!(
        "{with} UPDATE {target} SET rowid = rowid FROM {rest} WHERE {filter}"
    ))
}

/// The terms of a FROM clause, and the conditions of its joins.
fn terms<'a>(words: &Words<'a>, (start, end): (usize, usize)) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut terms, mut conditions) = (Vec::new(), Vec::new());
    let mut at = start;
    while at < end {
        let is_next = |at: &usize| {
            words.is_text(*at, ",") || words.is_any(*at, &OF_JOIN) || words.is(*at, "JOIN")
        };
        let next = (at..end).find(is_next).unwrap_or(end);
        let on = words.find_any(at, &["ON", "USING"]).filter(|on| *on < next);
        terms.push(words.slice(at, on.unwrap_or(next)));
        conditions.extend(
            on.filter(|on| words.is(*on, "ON"))
                .map(|on| words.slice(on + 1, next)),
        );
        at = (next..end).find(|at| !is_next(at)).unwrap_or(end);
    }
    (terms, conditions)
}

/// A term of a FROM clause as a target, whose alias needs AS there; none for a subquery.
fn target(term: &str) -> Option<String> {
    let words = Words::of(term);
    let (name, behind) = words.qualified(0);
    let alias = match words.len() - behind.min(words.len()) {
        0 => return Some(term.to_owned()),
        1 => words.name(behind),
        2 if words.is(behind, "AS") => words.name(behind + 1),
        _ => return None,
    };
    words
        .is_name(0)
        .then(|| format!("{} AS {}", ident::quote(&name), ident::quote(&alias)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_the_statement_that_finds_its_rows() {
        let one = |sql: &str| as_statements(sql).join(" | ").trim().to_owned();
        assert_eq!(
            one("SELECT a FROM t WHERE b = 1 ORDER BY a"),
            "DELETE FROM t WHERE b = 1"
        );
        assert_eq!(
            one("SELECT x.a FROM t x WHERE x.b IN (SELECT b FROM u WHERE c) LIMIT 1"),
            "DELETE FROM t AS x WHERE x.b IN (SELECT b FROM u WHERE c)"
        );
        assert_eq!(
            one(
                "SELECT i.a FROM t AS i LEFT JOIN u ON u.b = i.b AND u.c WHERE i.d UNION ALL SELECT 1"
            ),
            "UPDATE t AS i SET rowid = rowid FROM u WHERE (u.b = i.b AND u.c\n) AND (i.d\n)"
        );
        assert_eq!(
            one("WITH w AS (SELECT 1 FROM u) SELECT a FROM main.t, w WHERE t.a = w.a"),
            "WITH w AS (SELECT 1 FROM u) UPDATE main.t SET rowid = rowid FROM w WHERE t.a = w.a"
        );
        assert_eq!(
            one("SELECT a FROM t JOIN u ON t.a = u.a"),
            "UPDATE t SET rowid = rowid FROM u WHERE t.a = u.a"
        );
        for nothing in [
            "SELECT a FROM t",
            "SELECT 1",
            "",
            "VALUES (1)",
            "SELECT a FROM (SELECT 1) x WHERE a",
        ] {
            assert_eq!(one(nothing), "", "{nothing}");
        }
    }
}
