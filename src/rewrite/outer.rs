//! Unqualified names that a subquery gives as its result though nothing that it reads has a column
//! of that name: SQLite takes the column of a row outside
//! (<https://sqlite.org/lang_select.html#correlated_subqueries>), and the subquery then gives that
//! row's own value, whatever it reads.
//!
//! A column outside is meant where it is qualified, where it is a part of an expression, or where
//! the query reads no table. What cannot be told, a name that a function or an unknown table may
//! have, is no finding.

use super::UpdateOrDelete;
use super::clauses::{elements, is_within, subqueries};
use super::condition::{ColumnRef, column};
use super::query::{FromTerm, QueryOutline};
use super::source::cut;
use super::with::{CommonTable, common_tables};
use super::written::{COMPOUND, body};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Span, Words, ident};

/// A column of a row outside that a subquery gives as its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OuterColumn {
    /// its name
    pub column: String,
    /// the table outside that has it, or what the statement calls that
    pub table: String,
    /// what the subquery reads
    pub read: Vec<String>,
    /// the name, as bytes of the statement
    pub span: Span,
}

/// The columns of rows outside that subqueries of a statement, a lone SELECT or the statements of a
/// trigger's body give as their results.
pub fn outer_columns(sql: &str, catalog: &Catalog) -> Vec<OuterColumn> {
    let words = Words::of(sql);
    let mut search = ColumnSearch {
        sql,
        catalog,
        found: Vec::new(),
    };
    if words.is(0, "CREATE") && (1..4).any(|at| words.is(at, "TRIGGER")) {
        for statement in body(sql) {
            search.statement(statement);
        }
    } else if words.has("SELECT") {
        search.statement(sql);
    }
    search.found
}

/// Queries in queries below which none is looked at.
const DEPTH: usize = 16;

/// A statement under examination.
struct ColumnSearch<'a> {
    sql: &'a str,
    catalog: &'a Catalog,
    found: Vec<OuterColumn>,
}

/// The queries around a place, the innermost last: what each reads.
#[derive(Clone, Default)]
struct Around<'a> {
    reads: Vec<Vec<FromTerm>>,
    /// the common table expressions that may be named
    common: Vec<CommonTable<'a>>,
}

impl<'a> Around<'a> {
    fn within(&self, terms: Vec<FromTerm>) -> Self {
        let mut inner = self.clone();
        inner.reads.push(terms);
        inner
    }

    fn behind(&self, with: &'a str) -> Self {
        let mut inner = self.clone();
        inner.common.extend(common_tables(with));
        inner
    }
}

impl<'a> ColumnSearch<'a> {
    fn statement(&mut self, sql: &'a str) {
        if let Ok(update) = UpdateOrDelete::parse(sql) {
            let mut terms = vec![update.target_term()];
            terms.extend(update.joined());
            return self.within(sql, &Around::default().behind(update.with).within(terms));
        }
        if let Some((with, select)) = cut(sql) {
            self.query(select, &Around::default().behind(with), true);
            return self.upsert(sql, select);
        }
        let words = Words::of(sql);
        let query = words.find_any(0, &["WITH", "SELECT"]);
        let query = query.map(|at| words.slice(at, words.len()));
        self.query(query.unwrap_or_default(), &Around::default(), true);
    }

    /// What is behind the query of an INSERT: it updates the row that is there.
    fn upsert(&mut self, sql: &'a str, select: &str) {
        let rest = &sql[Span::within(sql, select).end..];
        let words = Words::of(sql);
        if let Some(into) = words.find(0, "INTO") {
            let (table, _) = words.qualified(into + 1);
            let terms = ["excluded", &table].map(|called| FromTerm::of_table(called, &table));
            self.within(rest, &Around::default().within(terms.into()));
        }
    }

    /// The queries that are directly in a text.
    fn within(&mut self, text: &'a str, around: &Around<'a>) {
        if around.reads.len() > DEPTH {
            return;
        }
        let all = subqueries(text);
        let is_inner = |query: &&str| {
            let is_around = |other: &&&str| other.len() > query.len() && is_within(query, other);
            all.iter().any(|other| is_around(&other))
        };
        let words = Words::of(text);
        for query in all.iter().filter(|query| !is_inner(query)) {
            let start = Span::within(text, query).start;
            let ends = |at: &usize| words.span(*at).is_some_and(|span| span.end <= start);
            let open = (0..words.len()).rev().find(ends).unwrap_or_default();
            let is_asked_for_rows = open > 0 && words.is_word(open - 1, "EXISTS");
            self.query(query, around, is_asked_for_rows);
        }
    }

    /// A query, and those in it; `is_outermost` where its results are read by no expression.
    fn query(&mut self, query: &'a str, around: &Around<'a>, is_outermost: bool) {
        let words = Words::of(query);
        let start = words.find(0, "SELECT").unwrap_or(words.len());
        let with = words.slice(0, start);
        let around = around.behind(with);
        self.within(with, &around);
        let mut from = start;
        while from < words.len() {
            let end = words.find_any(from + 1, &COMPOUND).unwrap_or(words.len());
            let arm = words.slice(from, end);
            let terms = QueryOutline::of(arm).map_or_else(Vec::new, |outline| outline.terms);
            if !is_outermost {
                self.results(arm, &terms, &around);
            }
            self.within(arm, &around.within(terms));
            from = end + 1 + usize::from(words.is(end + 1, "ALL"));
        }
    }

    /// The results of one SELECT that reads `terms`.
    fn results(&mut self, select: &'a str, terms: &[FromTerm], around: &Around<'a>) {
        let words = Words::of(select);
        let Some(from) = words.find_from(1).filter(|_| !terms.is_empty()) else {
            return;
        };
        let first = 1 + usize::from(words.is_any(1, &["DISTINCT", "ALL"]));
        for element in elements(words.slice(first, from)) {
            let alias = Words::of(element).find(1, "AS");
            let element = alias.map_or(element, |at| Words::of(element).slice(0, at));
            if let Some(result) = only_name(element)
                && let Some(table) = self.outside(&result.name, terms, around)
            {
                let read = terms.iter().map(FromTerm::spoken);
                self.found.push(OuterColumn {
                    column: result.name,
                    table,
                    read: read.collect(),
                    span: Span::within(self.sql, result.text),
                });
            }
        }
    }

    /// The table of a query around that a name is a column of, where it is surely none of `terms`.
    fn outside(&self, name: &str, terms: &[FromTerm], around: &Around<'a>) -> Option<String> {
        let has = |term: &FromTerm| self.has(term, name, &around.common);
        if !terms.iter().all(|term| has(term) == Some(false)) {
            return None;
        }
        let mut outer = around.reads.iter().rev().flatten();
        let owner = outer.find(|term| has(term) != Some(false))?;
        (has(owner) == Some(true)).then(|| owner.spoken())
    }

    /// Whether a term of a FROM clause has a column of this name; `None` where that is not known.
    fn has(&self, term: &FromTerm, name: &str, common: &[CommonTable<'_>]) -> Option<bool> {
        let is = |known: &String| ident::same(known, name);
        if let Some(names) = &term.names {
            return Some(names.iter().any(is));
        }
        let mut named = common.iter().rev();
        if let Some(table) = named.find(|table| ident::same(&table.name, &term.table)) {
            let query = QueryOutline::of(table.body).filter(|_| !table.has_columns)?;
            return Some(query.names?.iter().any(is));
        }
        let table = term.in_catalog(self.catalog, |_| false)?;
        let is_certain = table.kind == TableKind::Ordinary || table.kind == TableKind::View;
        let has = table.column(name).is_some() || is_rowid(table, name);
        (has || is_certain).then_some(has)
    }
}

/// Whether a name reaches the rowid of a table.
fn is_rowid(table: &Table, name: &str) -> bool {
    let mut names = ["rowid", "_rowid_", "oid"].into_iter();
    !table.without_rowid && names.any(|rowid| ident::same(rowid, name))
}

/// The unqualified name that an expression is: by itself, in parentheses, under a collation, or as
/// all that a function gets.
fn only_name(expression: &str) -> Option<ColumnRef<'_>> {
    let words = Words::of(expression);
    if let Some(at) = words.find_any(1, &["COLLATE"]) {
        return only_name(words.slice(0, at));
    }
    let open = usize::from(words.is_name(0) && words.text(1) == "(");
    if words.text(open) == "(" && words.close(open).is_some_and(|at| at + 1 == words.len()) {
        let inner = words.slice(open + 1, words.len() - 1);
        let kind = Words::of(inner).find(1, "AS").filter(|_| open > 0);
        return only_name(kind.map_or(inner, |at| Words::of(inner).slice(0, at)));
    }
    column(expression).filter(|name| name.qualifier.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<String> {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE u(brief_id, person, qty); CREATE TABLE brief(id INTEGER \
            PRIMARY KEY, closed); CREATE VIEW v AS SELECT id AS n FROM brief; CREATE VIRTUAL TABLE \
            f USING fts5(body); CREATE TABLE log(brief_id UNIQUE);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        // What is found is what the engine takes from outside, so it must be able to run it.
        conn.prepare(sql).expect("the engine takes it");
        let all = outer_columns(sql, &catalog).into_iter();
        all.map(|found| {
            let OuterColumn {
                table, read, span, ..
            } = found;
            format!("{table}.{} {}", span.of(sql), read.join(","))
        })
        .collect()
    }

    #[test]
    fn a_result_that_is_a_column_outside_is_found() {
        let cases: [(&str, &[&str]); 12] = [
            (
                "DELETE FROM u WHERE brief_id IN (SELECT brief_id FROM brief)",
                &["u.brief_id brief"],
            ),
            (
                "DELETE FROM u AS x WHERE brief_id IN (SELECT DISTINCT \"Brief_id\" AS i FROM v)",
                &["u.\"Brief_id\" v"],
            ),
            (
                "UPDATE u SET qty = (SELECT lower(person) FROM brief b WHERE b.id = u.brief_id)",
                &["u.person brief"],
            ),
            (
                "DELETE FROM u WHERE (brief_id, qty) IN (SELECT id, qty FROM brief)",
                &["u.qty brief"],
            ),
            (
                "DELETE FROM u WHERE qty IN (SELECT id FROM brief UNION ALL SELECT (qty) FROM v)",
                &["u.qty v"],
            ),
            (
                "DELETE FROM u WHERE qty IN (SELECT n FROM v WHERE n IN (SELECT n FROM brief))",
                &["v.n brief"],
            ),
            (
                "WITH q AS (SELECT id FROM brief) DELETE FROM u WHERE qty IN (SELECT qty FROM q)",
                &["u.qty q"],
            ),
            (
                "DELETE FROM u WHERE qty IN (SELECT qty FROM (SELECT id FROM brief) AS q)",
                &["u.qty q"],
            ),
            (
                "INSERT INTO log SELECT id FROM brief WHERE closed IN (SELECT closed FROM u)",
                &["brief.closed u"],
            ),
            (
                "INSERT INTO log SELECT 1 WHERE 1 ON CONFLICT DO UPDATE SET brief_id = (SELECT brief_id FROM brief)",
                &["log.brief_id brief"],
            ),
            (
                "SELECT * FROM u WHERE brief_id IN (SELECT brief_id FROM brief)",
                &["u.brief_id brief"],
            ),
            (
                "CREATE TRIGGER g AFTER DELETE ON brief BEGIN DELETE FROM u WHERE brief_id IN (SELECT brief_id FROM brief); END",
                &["u.brief_id brief"],
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(found(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_is_meant_is_not_found() {
        for sql in [
            "DELETE FROM u WHERE brief_id IN (SELECT id FROM brief)",
            "DELETE FROM u WHERE brief_id IN (SELECT u.brief_id FROM brief)",
            "DELETE FROM u WHERE EXISTS (SELECT brief_id FROM brief WHERE id = brief_id)",
            "UPDATE u SET qty = (SELECT qty + 1 FROM brief WHERE id = brief_id)",
            "UPDATE u SET qty = (SELECT qty)",
            "UPDATE u SET qty = (SELECT max(a) FROM (SELECT qty AS a UNION ALL SELECT brief_id))",
            "DELETE FROM u WHERE brief_id IN (SELECT rowid FROM brief)",
            "DELETE FROM u WHERE qty IN (SELECT rank FROM f)",
            "DELETE FROM u WHERE qty IN (SELECT key FROM json_each('[1]'))",
            "DELETE FROM u WHERE qty IN (SELECT brief_id FROM (SELECT * FROM u))",
            "DELETE FROM u WHERE qty IN (SELECT 'person' FROM brief)",
            "WITH q(qty) AS (SELECT id FROM brief) DELETE FROM u WHERE qty IN (SELECT qty FROM q)",
        ] {
            assert!(found(sql).is_empty(), "{sql}: {:?}", found(sql));
        }
    }
}
