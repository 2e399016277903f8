//! What a migration must keep, asked of one state: how many rows a table has, and what an
//! invariant's query gives.
//!
//! A count reads the table itself and owes nothing to the capture. Does not compare the two states.

use super::queries;
use super::queries::{Answer, within};
use crate::rehearse::engine::untraced;
use crate::scope::Invariant;
use crate::snapshot::Catalog;
use crate::sql::ident;
use rusqlite::Connection;
use std::time::Duration;

/// What one state answered, in the order in which it is declared.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// for each conserved table
    pub counts: Vec<Counted>,
    /// for each invariant, or why its query gives nothing here
    pub invariants: Vec<Result<Answer, String>>,
}

/// What both states answered.
#[derive(Debug, Clone)]
pub struct Conserved {
    /// the state before
    pub before: Answers,
    /// the state after
    pub after: Answers,
}

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// so many
    Rows(u64),
    /// the state has no table of that name
    Missing,
    /// the engine cannot count them
    Failed(String),
}

/// Asks the state that `conn` sees, whose schema is `catalog`; no query may take longer than
/// `limit`.
pub fn answers(
    conn: &mut Connection,
    catalog: &Catalog,
    conserve: &[String],
    invariants: &[Invariant],
    limit: Duration,
) -> Answers {
    untraced(|| Answers {
        counts: conserve
            .iter()
            .map(|table| count(conn, catalog, table, limit))
            .collect(),
        invariants: invariants
            .iter()
            .map(|invariant| invariant_answer(conn, invariant, limit))
            .collect(),
    })
}

fn invariant_answer(
    conn: &mut Connection,
    invariant: &Invariant,
    limit: Duration,
) -> Result<Answer, String> {
    within(conn, limit, |conn| queries::answer(conn, &invariant.sql)).map_err(|e| e.to_string())
}

fn count(conn: &mut Connection, catalog: &Catalog, table: &str, limit: Duration) -> Counted {
    if catalog.table(table).is_none() {
        return Counted::Missing;
    }
    let sql = format!("SELECT count(*) FROM {}", ident::qualified("main", table));
    match within(conn, limit, |conn| {
        Ok(conn.query_row(&sql, [], |row| row.get::<_, i64>(0))?)
    }) {
        Ok(rows) => Counted::Rows(rows.unsigned_abs()),
        Err(error) => Counted::Failed(error.to_string()),
    }
}
