//! Copies by position whose columns do not line up by name: `INSERT INTO t SELECT * FROM u`, where
//! `t` has the columns of `u` in another order.
//!
//! A column is shifted where it gets a value of another name although the query has one of its own.
//! Where a query has none, it is one that was renamed. Whoever names the columns on both sides means
//! what is written, unless it only exchanges names; a table that is copied into itself may well do
//! that.

use super::clauses::elements;
use super::grammar::first_statement;
use super::query::QueryOutline;
use super::source::{cut, outline};
use crate::snapshot::Catalog;
use crate::sql::{Span, Words, ident};

/// A copy by position whose columns do not line up by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftedCopy {
    /// the columns that get values of others
    pub shifts: Vec<Shift>,
    /// the list of the query, as bytes of the statement
    pub span: Span,
    /// the columns of the table in the order of the query, where it has nothing else
    pub order: Option<Vec<String>>,
}

/// A column that gets values of another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// its name
    pub column: String,
    /// the name of what it gets
    pub given: String,
    /// the place of that among the query's results
    pub at: usize,
    /// the place among them of what has its own name
    pub own: usize,
}

/// The columns of an `INSERT … SELECT` that do not line up with the results of its query, of which
/// the engine says the names; `None` where they do.
pub fn shifted(sql: &str, catalog: &Catalog, results: &[String]) -> Option<ShiftedCopy> {
    let (target, named) = first_statement(sql, outline).ok()??;
    let table = target.in_main(catalog).ok()?;
    let (_, select) = cut(sql)?;
    let list = list(select)?;
    let takes_all = elements(list).iter().any(|one| one.ends_with('*'));
    let outline = QueryOutline::of(select)?;
    let is_itself = outline
        .terms
        .iter()
        .any(|term| ident::same(&term.table, &table.name));
    if is_itself && !takes_all {
        return None;
    }
    // The engine's name of an expression is its text, which nobody gave it.
    let results = &outline.names.unwrap_or_else(|| results.to_vec());
    let is_by_position = named.is_none() || takes_all;
    let all = table.columns.iter().filter(|column| !column.generated);
    let columns = named.unwrap_or_else(|| all.map(|column| column.name.clone()).collect());
    let shifts = shifts(&columns, results, is_by_position);
    let own = |name: &String| Some(columns[place(&columns, name)?].clone());
    (!shifts.is_empty()).then(|| ShiftedCopy {
        shifts,
        span: Span::within(sql, list),
        order: results.iter().map(own).collect(),
    })
}

/// The place of a name among others.
fn place(names: &[String], name: &str) -> Option<usize> {
    names.iter().position(|known| ident::same(known, name))
}

/// The columns that get a result of another name, although there is one of their own. Unless the
/// copy is by position, the other must be the name of a column too.
fn shifts(columns: &[String], results: &[String], is_by_position: bool) -> Vec<Shift> {
    let shift = |(at, (column, given)): (usize, (&String, &String))| {
        let is_shift = is_by_position || place(columns, given).is_some();
        let own = place(results, column).filter(|own| *own != at && is_shift)?;
        (!given.is_empty() && !ident::same(column, given)).then(|| Shift {
            column: column.clone(),
            given: given.clone(),
            at,
            own,
        })
    };
    let pairs = columns.iter().zip(results).enumerate();
    pairs.filter_map(shift).collect()
}

/// The list of a query, of the first where it is several.
fn list(select: &str) -> Option<&str> {
    let words = Words::of(select);
    let verb = words.find(0, "SELECT")?;
    let end = words.find_from(verb).unwrap_or(words.len());
    let first = verb + 1 + usize::from(words.is_any(verb + 1, &["DISTINCT", "ALL"]));
    Some(words.slice(first, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> String {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE u(id, note, depot, shelf); CREATE TABLE t(id, note, shelf, \
            depot, full AS (id)); CREATE TABLE renamed(id, remark, depot, shelf);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        conn.prepare(sql).expect("the engine takes it");
        let (with, select) = cut(sql).expect("a query");
        let prepared = conn.prepare(&super::super::subquery::behind(with, select));
        let prepared = prepared.expect("a SELECT");
        let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
        let all = shifted(sql, &catalog, &names);
        let all = all.into_iter().flat_map(|copy| copy.shifts);
        let all = all.map(|shift| format!("{}<{}", shift.column, shift.given));
        all.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_that_do_not_line_up_are_found() {
        let both = "shelf<depot depot<shelf";
        for (sql, expected) in [
            ("INSERT INTO t SELECT * FROM u", both),
            ("INSERT INTO t SELECT id, note, depot, shelf FROM u", both),
            (
                "INSERT INTO t(id, note, shelf, depot) SELECT * FROM u WHERE id > 1",
                both,
            ),
            (
                "INSERT INTO t(id, note, shelf, depot) SELECT id, note, depot, shelf FROM u",
                both,
            ),
            (
                "WITH q AS (SELECT * FROM u) INSERT INTO t SELECT * FROM q",
                both,
            ),
            ("INSERT INTO t SELECT depot, id, 1, 'x' FROM u", "id<depot"),
        ] {
            assert_eq!(found(sql), expected, "{sql}");
        }
    }

    #[test]
    fn columns_that_line_up_or_are_meant_are_not() {
        for sql in [
            "INSERT INTO t(id, note, depot, shelf) SELECT * FROM u",
            "INSERT INTO t SELECT id, note, shelf, depot FROM u",
            "INSERT INTO t SELECT id, note, depot AS shelf, shelf AS depot FROM u",
            "INSERT INTO renamed SELECT * FROM u",
            "INSERT INTO t(id, note) SELECT shelf, id || note FROM u",
            "INSERT INTO t(id, shelf) SELECT depot + 1, id FROM u",
            "INSERT INTO t SELECT id + 1, note, id, depot FROM u",
            "INSERT INTO u(id, note, depot, shelf) SELECT id, note, shelf, depot FROM u",
        ] {
            assert_eq!(found(sql), "", "{sql}");
        }
    }
}
