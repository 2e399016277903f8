//! Whether NULL keeps a comparison from being true on the state just before its statement, and what
//! the statement would match without it.

use crate::rehearse::engine::without_quoted_strings;
use crate::rewrite::{NullComparison, NullSource};
use crate::scope::Tenant;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// The rows that a statement matches, and how many of each tenant.
pub(super) type MatchedRows = (u64, BTreeMap<Tenant, u64>);

/// A comparison that NULL keeps from being true.
#[derive(Debug, Clone)]
pub struct NullRun {
    /// the comparison
    pub comparison: NullComparison,
    /// what the statement would match without NULL in it; `None` if that is not known
    pub instead: Option<MatchedRows>,
}

/// Those comparisons of a statement, which matches so many rows, that NULL keeps from being true;
/// `count` says what a statement matches.
pub(super) fn met(
    conn: &Connection,
    comparisons: &[NullComparison],
    rows: u64,
    count: impl Fn(&str) -> Option<MatchedRows>,
) -> Vec<NullRun> {
    let run = |comparison: &NullComparison| {
        let is_met = match &comparison.with {
            NullSource::Literal(_) | NullSource::List => Some(true),
            NullSource::Query { asks, is_enough } => {
                gives_null(conn, asks).filter(|gives| *is_enough || !gives)
            }
        };
        let instead = (is_met != Some(false))
            .then(|| count(&comparison.instead))
            .flatten();
        // A query that does not run alone is met by NULL where that makes a difference.
        let differs = instead.as_ref().is_some_and(|(meant, _)| *meant != rows);
        is_met.unwrap_or(differs).then(|| NullRun {
            comparison: comparison.clone(),
            instead,
        })
    };
    comparisons.iter().filter_map(run).collect()
}

/// Whether a query gives NULL; `None` where it does not run alone.
fn gives_null(conn: &Connection, asks: &str) -> Option<bool> {
    let ask = || conn.prepare(asks)?.exists([]);
    let asked = without_quoted_strings(conn, DbConfig::SQLITE_DBCONFIG_DQS_DML, ask);
    asked.ok()?.ok()
}
