//! A WHERE clause as the alternatives it is: its terms joined by AND, in branches joined by OR.
//! Told from the tokens, so that every term is a slice of the author's own text.

use super::clauses;
use crate::sql::token::TokenKind;
use crate::sql::{Words, ident};

/// A reference to a column, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnRef<'a> {
    /// what stands before the dot
    pub(super) qualifier: Option<String>,
    /// the column
    pub(super) name: String,
    /// the whole reference
    pub(super) text: &'a str,
}

impl<'a> ColumnRef<'a> {
    /// What stands before the name, with its dot.
    pub(super) fn prefix(&self) -> &'a str {
        let top = Words::of(self.text);
        &self.text[..self.text.len() - top.text(top.len().saturating_sub(1)).len()]
    }
}

/// What a term compares, where that can be told.
#[derive(Debug)]
pub(super) enum Compared<'a> {
    /// columns with the rows of a query: `a IN (SELECT …)`, `(a, b) IN (SELECT …)`, `a = (SELECT
    /// …)`
    Query {
        columns: Vec<ColumnRef<'a>>,
        by: &'a str,
        query: &'a str,
    },
    /// a column with a list: `a IN (1, 2)`
    List {
        column: ColumnRef<'a>,
        values: usize,
    },
    /// a column with another: `a = b`
    Columns(ColumnRef<'a>, ColumnRef<'a>),
    /// a query that must have a row
    Exists { query: &'a str },
    /// anything else
    Other,
}

/// More alternatives than this are not told apart.
const BRANCHES: usize = 32;

/// Parentheses in parentheses below which a condition is taken as one term.
const DEPTH: usize = 16;

/// The branches of a condition, each as its terms.
pub(super) fn branches(condition: &str) -> Vec<Vec<&str>> {
    branches_within(condition, DEPTH)
}

fn branches_within(condition: &str, depth: usize) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    for branch in split(condition) {
        let mut whole: Vec<Vec<&str>> = vec![Vec::new()];
        for term in branch {
            let group = clauses::grouped(term).filter(|_| depth > 0);
            let inner = group.map_or_else(
                || vec![vec![term]],
                |inner| branches_within(inner, depth - 1),
            );
            if whole.len() * inner.len() > BRANCHES {
                for terms in &mut whole {
                    terms.push(term);
                }
                continue;
            }
            whole = whole
                .iter()
                .flat_map(|terms| {
                    inner
                        .iter()
                        .map(move |more| [&terms[..], &more[..]].concat())
                })
                .collect();
        }
        all.extend(whole);
    }
    all
}

/// The condition at its outermost OR and AND. That of BETWEEN joins nothing, nor does what stands
/// in a CASE.
fn split(condition: &str) -> Vec<Vec<&str>> {
    let top = Words::of(condition);
    let (mut found, mut from, mut cases, mut is_between) = (vec![Vec::new()], 0, 0_usize, false);
    for at in 0..top.len() {
        if top.is(at, "CASE") {
            cases += 1;
        } else if top.is(at, "END") {
            cases = cases.saturating_sub(1);
        }
        if cases > 0 {
            continue;
        }
        let (is_and, is_or) = (top.is(at, "AND"), top.is(at, "OR"));
        is_between |= top.is(at, "BETWEEN");
        if (is_and && !std::mem::take(&mut is_between)) || is_or {
            found
                .last_mut()
                .into_iter()
                .for_each(|terms| terms.push(top.slice(from, at)));
            from = at + 1;
            is_between = false;
        }
        if is_or {
            found.push(Vec::new());
        }
    }
    found
        .last_mut()
        .into_iter()
        .for_each(|terms| terms.push(top.slice(from, top.len())));
    found
}

/// What a term compares.
pub(super) fn compared(term: &str) -> Compared<'_> {
    let top = Words::of(term);
    if top.is(0, "EXISTS") {
        return clauses::subquery(top.slice(1, top.len()))
            .map_or(Compared::Other, |query| Compared::Exists { query });
    }
    let equals = |at: usize| {
        if top.text(at) != "=" {
            0
        } else if top.text(at + 1) == "=" {
            2
        } else {
            1
        }
    };
    let Some(by) =
        (1..top.len()).find(|at| top.is(*at, "IN") || (top.depth(*at) == 0 && equals(*at) > 0))
    else {
        return Compared::Other;
    };
    let is_in = top.is(by, "IN");
    let (left, right) = (
        top.slice(0, by),
        top.slice(by + if is_in { 1 } else { equals(by) }, top.len()),
    );
    let by = if is_in { "IN" } else { "=" };
    match (columns(left), clauses::subquery(right), is_in) {
        (Some(columns), Some(query), _) => Compared::Query { columns, by, query },
        (Some(mut columns), None, true) if columns.len() == 1 => match clauses::list(right) {
            Some(list) if list != [""] => Compared::List {
                column: columns.remove(0),
                values: list.len(),
            },
            _ => Compared::Other,
        },
        (None, None, false) if clauses::subquery(left).is_some() => {
            match (columns(right), clauses::subquery(left)) {
                (Some(columns), Some(query)) => Compared::Query { columns, by, query },
                _ => Compared::Other,
            }
        }
        (Some(_), None, false) => match (column(left), column(right)) {
            (Some(left), Some(right)) => Compared::Columns(left, right),
            _ => Compared::Other,
        },
        _ => Compared::Other,
    }
}

/// A column, or the columns of a row value.
fn columns(text: &str) -> Option<Vec<ColumnRef<'_>>> {
    match clauses::list(text) {
        Some(list) => list.into_iter().map(column).collect(),
        None => Some(vec![column(text)?]),
    }
}

/// `name`, `table.name`, `schema.table.name`; a word that is a number or `NOT a` is none.
pub(super) fn column(text: &str) -> Option<ColumnRef<'_>> {
    let top = Words::of(text);
    let is_name = |at: usize| {
        let starts = top
            .text(at)
            .bytes()
            .next()
            .is_some_and(|b| !b.is_ascii_digit());
        starts && matches!(top.kind(at), Some(TokenKind::Word | TokenKind::Quoted))
    };
    let name: usize = match top.len() {
        1 if is_name(0) => 0,
        3 if is_name(0) && top.text(1) == "." && is_name(2) => 2,
        5 if top.text(1) == "." && is_name(2) && top.text(3) == "." && is_name(4) => 4,
        _ => return None,
    };
    let qualifier = name.checked_sub(2).map(|at| ident::dequote(top.text(at)));
    Some(ColumnRef {
        qualifier,
        name: ident::dequote(top.text(name)),
        text,
    })
}

/// Whether a term says which values a column of the statement's target has: by `=`, IS, IN or
/// BETWEEN, or in a query by the target's own name. `a IS NOT NULL`, `a = a`, `a <> 1` and `a > 1`
/// do not.
pub(super) fn names_column(term: &str, called: &str, column: &str) -> bool {
    let is = |c: &ColumnRef<'_>| {
        ident::same(&c.name, column) && c.qualifier.as_ref().is_none_or(|q| ident::same(q, called))
    };
    match compared(term) {
        Compared::Query { columns, query, .. } => {
            columns.iter().any(is) || names_within(query, called, column)
        }
        Compared::List { column, .. } => is(&column),
        Compared::Exists { query } => names_within(query, called, column),
        Compared::Columns(left, right) => is(&left) != is(&right),
        Compared::Other => equates(term, called, column),
    }
}

/// Whether a query names a column of the statement's target by the target's own name: in its WHERE
/// clause as a term does, or elsewhere.
pub(super) fn names_within(query: &str, called: &str, column: &str) -> bool {
    if !mentions_column(&format!("({query})"), called, column) {
        return false;
    }
    let alternatives = filter_of(query).map(branches).unwrap_or_default();
    let [terms] = &alternatives[..] else {
        return true;
    };
    let speaking: Vec<&&str> = terms
        .iter()
        .filter(|term| mentions_column(&format!("(SELECT {term})"), called, column))
        .collect();
    speaking.is_empty()
        || speaking
            .into_iter()
            .any(|term| names_column(term, called, column))
}

/// The WHERE clause of a query.
pub(super) fn filter_of(query: &str) -> Option<&str> {
    let top = Words::of(query);
    let filter = top.find(0, "WHERE")?;
    let end = ["GROUP", "ORDER", "LIMIT", "WINDOW"]
        .iter()
        .filter_map(|word| top.find(filter, word))
        .min()
        .unwrap_or(top.len());
    Some(top.slice(filter + 1, end))
}

/// Whether a term equates a column of the target with something that does not speak of it.
fn equates(term: &str, called: &str, column: &str) -> bool {
    let top = Words::of(term);
    let is_equal =
        |at: usize| top.is_text(at, "=") && !["<", ">", "!", "="].contains(&top.text(at - 1));
    let is_is = |at: usize| top.is(at, "IS") && !top.is(at + 1, "NOT");
    let is_among =
        |at: usize| ["BETWEEN", "IN"].iter().any(|word| top.is(at, word)) && !top.is(at - 1, "NOT");
    let Some(by) = (1..top.len())
        .find(|at| is_equal(*at) || is_is(*at) || is_among(*at))
        .filter(|_| !top.is(0, "NOT"))
    else {
        return false;
    };
    let sides = [top.slice(0, by), top.slice(by + 1, top.len())]
        .map(|side| mentions_column(side, called, column));
    sides == [true, false] || (sides == [false, true] && !is_among(by))
}

/// Whether a text may hold a name: asked first, since most do not. A name with a quote in it is
/// spelled in several ways.
fn may_hold(text: &str, name: &str) -> bool {
    let is_it = |part: &[u8]| part.eq_ignore_ascii_case(name.as_bytes());
    name.is_empty()
        || name.contains(['"', '`', '\''])
        || text.as_bytes().windows(name.len()).any(is_it)
}

/// Whether a term speaks of a column of the statement's target, outside of its queries, or inside
/// one by the target's own name.
pub(super) fn mentions_column(term: &str, called: &str, column: &str) -> bool {
    if !may_hold(term, column) {
        return false;
    }
    let top = Words::of(term);
    let queries = clauses::subqueries(term);
    (0..top.len())
        .filter(|at| ident::same(&ident::dequote(top.text(*at)), column))
        .any(|at| {
            let qualifier = at
                .checked_sub(2)
                .filter(|_| top.text(at - 1) == ".")
                .map(|q| ident::dequote(top.text(q)));
            let is_targets = qualifier.as_ref().is_some_and(|q| ident::same(q, called));
            let inner: Vec<&&str> = queries
                .iter()
                .filter(|query| clauses::is_within(top.text(at), query))
                .collect();
            if inner.is_empty() {
                qualifier.is_none() || is_targets
            } else {
                is_targets && !inner.iter().any(|q| super::subquery::has_term(q, called))
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_falls_into_its_branches() {
        let cases: [(&str, &[&[&str]]); 6] = [
            (
                "a = 1 AND b BETWEEN 2 AND 3 AND c",
                &[&["a = 1", "b BETWEEN 2 AND 3", "c"]],
            ),
            ("a OR b AND c", &[&["a"], &["b", "c"]]),
            ("a AND (b OR (c AND d))", &[&["a", "b"], &["a", "c", "d"]]),
            (
                "CASE WHEN a AND b THEN 1 OR 2 END AND x",
                &[&["CASE WHEN a AND b THEN 1 OR 2 END", "x"]],
            ),
            (
                "id IN (SELECT x AND y FROM t) AND NOT (b AND c)",
                &[&["id IN (SELECT x AND y FROM t)", "NOT (b AND c)"]],
            ),
            ("((a))", &[&["a"]]),
        ];
        for (condition, expected) in cases {
            assert_eq!(branches(condition), expected, "{condition}");
        }
        let many = vec!["(a OR b)"; 20].join(" AND ");
        assert!(branches(&many).len() <= BRANCHES);
        let deep = format!("{}a = 1{}", "(".repeat(20_000), ")".repeat(20_000));
        assert_eq!(branches(&deep).len(), 1);
    }

    #[test]
    fn what_a_term_compares_is_told() {
        assert!(
            matches!(compared("\"t\".id in (SELECT 1)"), Compared::Query { columns, query: "SELECT 1", by: "IN" } if columns[0].name == "id")
        );
        assert!(
            matches!(compared("(a, t.b) IN (SELECT 1, 2)"), Compared::Query { columns, .. } if columns.len() == 2)
        );
        assert!(
            matches!(compared("(SELECT 1) == id"), Compared::Query { columns, by: "=", .. } if columns[0].name == "id")
        );
        assert!(
            matches!(compared("id IN (1, 2)"), Compared::List { column, values: 2 } if column.name == "id")
        );
        assert!(
            matches!(compared("t.id = o.id"), Compared::Columns(left, right) if left.text == "t.id" && right.text == "o.id")
        );
        assert!(matches!(
            compared("EXISTS (SELECT 1)"),
            Compared::Exists { query: "SELECT 1" }
        ));
        for other in [
            "id NOT IN (SELECT 1)",
            "id = 1",
            "id + 1 IN (SELECT 1)",
            "NOT EXISTS (SELECT 1)",
            "id IN ()",
            "a < b",
            "id IN t",
        ] {
            assert!(matches!(compared(other), Compared::Other), "{other}");
        }
    }

    #[test]
    fn a_column_of_the_target_is_told_from_one_of_a_query() {
        let is = |term: &str| mentions_column(term, "t", "org");
        assert!(
            is("org = 1") && is("t.org > 1") && is("id IN (SELECT id FROM o WHERE o.org = t.org)")
        );
        let names = |term: &str| names_column(term, "t", "org");
        for term in [
            "org = 1",
            "9 == t.org",
            "org IS NULL",
            "org BETWEEN 1 AND 2",
            "org IN amber",
            "org IN (1)",
            "(org, id) = (1, 2)",
            "t.org = o.org",
            "id IN (SELECT id FROM o WHERE o.org = t.org)",
            "id IN (SELECT o.id FROM o JOIN p ON p.org = t.org)",
        ] {
            assert!(names(term), "{term}");
        }
        for term in [
            "org IS NOT NULL",
            "org = org",
            "t.org = org",
            "org <> 1",
            "org > 0",
            "org + 1 = org + 1",
            "NOT org = 1",
            "org NOT BETWEEN 1 AND 2",
            "id IN (SELECT id FROM o WHERE t.org IS NOT NULL)",
            "id = 3",
        ] {
            assert!(!names(term), "{term}");
        }
        assert!(
            !is("o.org = 1")
                && !is("id IN (SELECT org FROM o)")
                && !is("id IN (SELECT t.org FROM o AS t)")
        );
    }
}
