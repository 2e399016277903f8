//! What a migration must conserve, asked of one state: how many rows a table has, and what the query
//! of an invariant gives.
//!
//! A count reads the table itself, whatever was captured. Does not compare the two states.

use super::queries::{Answer, answer, within};
use crate::rehearse::engine::untraced;
use crate::scope::Invariant;
use crate::snapshot::Catalog;
use crate::sql::ident;
use rusqlite::Connection;
use std::time::Duration;

/// What one state answered, in the order of the declarations.
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
    /// the number
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
            .map(|invariant| within(conn, limit, |conn| answer(conn, &invariant.sql)))
            .map(|answer| answer.map_err(|e| e.to_string()))
            .collect(),
    })
}

fn count(conn: &mut Connection, catalog: &Catalog, table: &str, limit: Duration) -> Counted {
    if catalog.table(table).is_none() {
        return Counted::Missing;
    }
    let sql = format!("SELECT count(*) FROM {}", ident::qualified("main", table));
    let count = |conn: &Connection| Ok(conn.query_row(&sql, [], |row| row.get(0))?);
    match within(conn, limit, count) {
        Ok(rows) => Counted::Rows(i64::unsigned_abs(rows)),
        Err(error) => Counted::Failed(error.to_string()),
    }
}
