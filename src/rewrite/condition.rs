//! A WHERE clause as the alternatives it is: its terms joined by AND, in branches joined by OR.
//! Every term is a slice of the author's own text.

use super::clauses;
use super::query::QueryOutline;
use crate::sql::token::TokenKind;
use crate::sql::{Words, ident};

/// A reference to a column, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnRef<'a> {
    /// what is before the dot
    pub(super) qualifier: Option<String>,
    /// the column
    pub(super) name: String,
    /// the whole reference
    pub(super) text: &'a str,
    /// what is before the name, with its dot
    pub(super) prefix: &'a str,
}

/// What a term compares, where that is known.
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
    let whole = |branch: Vec<_>| {
        let first = vec![Vec::new()];
        branch
            .into_iter()
            .fold(first, |known, term| both(&known, term, depth))
    };
    split(condition).into_iter().flat_map(whole).collect()
}

/// The alternatives that are each one of those known and one of a term's.
fn both<'a>(known: &[Vec<&'a str>], term: &'a str, depth: usize) -> Vec<Vec<&'a str>> {
    let group = clauses::grouped(term).filter(|_| depth > 0);
    let inner = group.map(|inner| branches_within(inner, depth - 1));
    let inner = inner.filter(|inner| known.len() * inner.len() <= BRANCHES);
    let inner = inner.unwrap_or_else(|| vec![vec![term]]);
    let with = |terms: &Vec<&'a str>| {
        inner
            .iter()
            .map(|more| [&terms[..], more].concat())
            .collect::<Vec<_>>()
    };
    known.iter().flat_map(with).collect()
}

/// The condition at its outermost OR and AND. The AND of BETWEEN joins nothing, nor does what is in
/// a CASE.
fn split(condition: &str) -> Vec<Vec<&str>> {
    let words = Words::of(condition);
    let (mut found, mut terms, mut from) = (Vec::new(), Vec::new(), 0);
    let (mut cases, mut is_between) = (0_usize, false);
    for at in 0..words.len() {
        cases += usize::from(words.is(at, "CASE"));
        cases -= usize::from(cases > 0 && words.is(at, "END"));
        if cases > 0 {
            continue;
        }
        is_between |= words.is(at, "BETWEEN");
        let is_or = words.is(at, "OR");
        if is_or || (words.is(at, "AND") && !std::mem::take(&mut is_between)) {
            terms.push(words.slice(from, at));
            (from, is_between) = (at + 1, false);
        }
        if is_or {
            found.push(std::mem::take(&mut terms));
        }
    }
    terms.push(words.slice(from, words.len()));
    found.push(terms);
    found
}

/// What a term compares; `None` where it is anything else.
pub(super) fn compared(term: &str) -> Option<Compared<'_>> {
    let words = Words::of(term);
    let rest = |start: usize| words.slice(start, words.len());
    if words.is(0, "EXISTS") {
        let query = clauses::subquery(rest(1));
        return query.map(|query| Compared::Exists { query });
    }
    let by = (1..words.len()).find(|at| words.is(*at, "IN") || words.is_text(*at, "="))?;
    let left = words.slice(0, by);
    if words.is(by, "IN") {
        return among(left, rest(by + 1));
    }
    let is_double = words.text(by + 1) == "=";
    equal(left, rest(by + 1 + usize::from(is_double)))
}

/// `left IN right`
fn among<'a>(left: &'a str, right: &'a str) -> Option<Compared<'a>> {
    let mut columns = columns(left)?;
    let by = "IN";
    if let Some(query) = clauses::subquery(right) {
        return Some(Compared::Query { columns, by, query });
    }
    let list = clauses::list(right).filter(|list| list != &[""] && columns.len() == 1)?;
    Some(Compared::List {
        column: columns.pop()?,
        values: list.len(),
    })
}

/// `left = right`
fn equal<'a>(left: &'a str, right: &'a str) -> Option<Compared<'a>> {
    let with_query = |own: &'a str, other: &'a str| {
        let (query, by) = (clauses::subquery(other)?, "=");
        let columns = columns(own)?;
        Some(Compared::Query { columns, by, query })
    };
    with_query(left, right)
        .or_else(|| with_query(right, left))
        .or_else(|| Some(Compared::Columns(column(left)?, column(right)?)))
}

/// A column, or the columns of a row value.
fn columns(text: &str) -> Option<Vec<ColumnRef<'_>>> {
    clauses::list(text)
        .unwrap_or_else(|| vec![text])
        .into_iter()
        .map(column)
        .collect()
}

/// `name`, `table.name`, `schema.table.name`; a word that is a number or `NOT a` is none.
pub(super) fn column(text: &str) -> Option<ColumnRef<'_>> {
    let words = Words::of(text);
    let name = [0, 2, 4].into_iter().find(|at| at + 1 == words.len())?;
    let is_part = |at: usize| match at % 2 {
        0 => words.is_name(at) && words.kind(at) != Some(TokenKind::Text) && !words.is_number(at),
        _ => words.text(at) == ".",
    };
    (0..=name).all(is_part).then(|| ColumnRef {
        qualifier: words.qualifier(name),
        name: words.name(name),
        text,
        prefix: &text[..text.len() - words.text(name).len()],
    })
}

/// The WHERE clause of a query.
pub(super) fn filter_of(query: &str) -> Option<&str> {
    let words = Words::of(query);
    let filter = words.find(0, "WHERE")?;
    let end = words.find_any(filter, &["GROUP", "ORDER", "LIMIT", "WINDOW"]);
    Some(words.slice(filter + 1, end.unwrap_or(words.len())))
}

/// A column of the statement's target.
#[derive(Clone, Copy)]
pub(super) struct TargetColumn<'a> {
    /// what the statement calls the target
    pub(super) called: &'a str,
    /// the column
    pub(super) name: &'a str,
}

impl TargetColumn<'_> {
    /// Whether a term says which values it has: by `=`, IS, IN or BETWEEN, or in a query by the
    /// target's own name. `a IS NOT NULL`, `a = a`, `a <> 1` and `a > 1` do not.
    pub(super) fn is_named(self, term: &str) -> bool {
        let is = |c: &ColumnRef<'_>| {
            let qualifier = c.qualifier.as_ref();
            ident::same(&c.name, self.name) && qualifier.is_none_or(|q| self.is_targets(q))
        };
        match compared(term) {
            Some(Compared::Query { columns, query, .. }) => {
                columns.iter().any(is) || self.is_named_within(query)
            }
            Some(Compared::List { column, .. }) => is(&column),
            Some(Compared::Exists { query }) => self.is_named_within(query),
            Some(Compared::Columns(left, right)) => is(&left) != is(&right),
            None => self.is_equated(term),
        }
    }

    /// Whether a query names it by the target's own name: in its WHERE clause as a term does, or
    /// elsewhere.
    pub(super) fn is_named_within(self, query: &str) -> bool {
        if !self.is_mentioned(&format!("({query})")) {
            return false;
        }
        let alternatives = filter_of(query).map(branches).unwrap_or_default();
        let [terms] = &alternatives[..] else {
            return true;
        };
        let speaking = terms.iter().filter(|term| self.is_mentioned_within(term));
        let mut speaking = speaking.peekable();
        speaking.peek().is_none() || speaking.any(|term| self.is_named(term))
    }

    /// Whether a term equates it with something that does not speak of it: by `=`, IS, IN or
    /// BETWEEN.
    fn is_equated(self, term: &str) -> bool {
        let words = Words::of(term);
        let is_among = |at: usize| words.is_any(at, &["BETWEEN", "IN"]) && !words.is(at - 1, "NOT");
        let equates = |at: &usize| {
            let (before, at) = (words.text(at - 1), *at);
            is_among(at)
                || (words.is(at, "IS") && !words.is(at + 1, "NOT"))
                || (words.is_text(at, "=") && !["<", ">", "!", "="].contains(&before))
        };
        let by = (1..words.len()).find(equates);
        let Some(by) = by.filter(|_| !words.is(0, "NOT")) else {
            return false;
        };
        let left = self.is_mentioned(words.slice(0, by));
        let right = self.is_mentioned(words.slice(by + 1, words.len()));
        left != right && (left || !is_among(by))
    }

    /// Whether a term of a query speaks of it: by the target's own name.
    pub(super) fn is_mentioned_within(self, term: &str) -> bool {
        self.is_mentioned(&format!("(SELECT {term})"))
    }

    /// Whether a term speaks of it outside of its queries, or inside one by the target's own name.
    pub(super) fn is_mentioned(self, term: &str) -> bool {
        if !may_hold(term, self.name) {
            return false;
        }
        let (words, queries) = (Words::of(term), clauses::subqueries(term));
        let speaks = |at: usize| {
            let qualifier = words.qualifier(at);
            let is_targets = qualifier.as_ref().is_some_and(|q| self.is_targets(q));
            let mut around = queries
                .iter()
                .filter(|query| clauses::is_within(words.text(at), query));
            if is_targets {
                !around.any(|query| self.is_taken_in(query))
            } else {
                qualifier.is_none() && around.next().is_none()
            }
        };
        (0..words.len())
            .filter(|at| ident::same(&words.name(*at), self.name))
            .any(speaks)
    }

    fn is_targets(self, qualifier: &str) -> bool {
        ident::same(qualifier, self.called)
    }

    /// Whether the FROM clause of a query has another term of the target's name.
    fn is_taken_in(self, query: &str) -> bool {
        let outline = QueryOutline::of(query);
        outline
            .iter()
            .flat_map(|outline| &outline.terms)
            .any(|term| self.is_targets(&term.called))
    }
}

/// Whether a text may hold a name: asked first, since most do not. A name with a quote in it is
/// spelled in several ways.
fn may_hold(text: &str, name: &str) -> bool {
    name.is_empty()
        || name.contains(['"', '`', '\''])
        || text
            .as_bytes()
            .windows(name.len())
            .any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
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
            matches!(compared("\"t\".id in (SELECT 1)"), Some(Compared::Query { columns, query: "SELECT 1", by: "IN" }) if columns[0].name == "id")
        );
        assert!(
            matches!(compared("(a, t.b) IN (SELECT 1, 2)"), Some(Compared::Query { columns, .. }) if columns.len() == 2)
        );
        assert!(
            matches!(compared("(SELECT 1) == id"), Some(Compared::Query { columns, by: "=", .. }) if columns[0].name == "id")
        );
        assert!(
            matches!(compared("id IN (1, 2)"), Some(Compared::List { column, values: 2 }) if column.name == "id")
        );
        assert!(
            matches!(compared("t.id = o.id"), Some(Compared::Columns(left, right)) if left.text == "t.id" && right.text == "o.id")
        );
        assert!(matches!(
            compared("EXISTS (SELECT 1)"),
            Some(Compared::Exists { query: "SELECT 1" })
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
            assert!(compared(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_column_of_the_target_is_told_from_one_of_a_query() {
        let column = TargetColumn {
            called: "t",
            name: "org",
        };
        let is = |term: &str| column.is_mentioned(term);
        assert!(
            is("org = 1") && is("t.org > 1") && is("id IN (SELECT id FROM o WHERE o.org = t.org)")
        );
        let names = |term: &str| column.is_named(term);
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
