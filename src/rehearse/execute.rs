//! Executing one statement as the engine sees it, and what its error means.

use super::Outcome;
use super::vfs::{self, ToldMode};
use crate::sql::message;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection, ErrorCode};

/// Whether "database or disk is full" means a limit of the database's own and not the disk's: no
/// key is left for a table, or no page below the `max_page_count` that the migration set.
pub(super) fn is_own_limit(conn: &Connection, error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) && !vfs::is_disk_full(conn)
}

/// A statement that ran.
pub(super) struct Executed {
    pub(super) unbound: Vec<String>,
    /// whether the engine sees a second statement in the text
    pub(super) ended_early: bool,
}

/// Runs one statement to its end; its rows are not kept.
pub(super) fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<Executed> {
    let mode = ToldMode::of(conn);
    let mut batch = Batch::new(conn, sql);
    let prepared = batch.next();
    if prepared.as_ref().map_or(true, |statement| {
        statement.as_ref().is_some_and(|s| s.is_explain() != 0)
    }) {
        mode.restore(conn);
    }
    let Some(mut statement) = prepared? else {
        return Ok(Executed {
            unbound: Vec::new(),
            ended_early: false,
        });
    };
    if !matches!(batch.next(), Ok(None)) {
        return Ok(Executed {
            unbound: Vec::new(),
            ended_early: true,
        });
    }
    let unbound = (1..=statement.parameter_count())
        .map(|at| {
            statement
                .parameter_name(at)
                .map_or_else(|| format!("?{at}"), str::to_owned)
        })
        .collect();
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(Executed {
        unbound,
        ended_early: false,
    })
}

/// What a migration comes to by this error.
pub(super) fn outcome_of(error: &rusqlite::Error) -> Outcome {
    if message(error).starts_with("not authorized") {
        return Outcome::Refused;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::AuthorizationForStatementDenied) => Outcome::Refused,
        Some(ErrorCode::OperationInterrupted) => Outcome::TimedOut,
        _ => Outcome::Failed,
    }
}
