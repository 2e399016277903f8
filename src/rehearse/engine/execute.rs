//! Executing one statement as the engine sees it, and the outcome by the error of the engine.

use crate::rehearse::vfs::{ToldMode, is_disk_full};
use crate::sql::message;
use crate::words::words;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection, ErrorCode, Statement};

/// A statement that ran.
#[derive(Default)]
pub(crate) struct Executed {
    /// the names of its unbound parameters
    pub(crate) unbound: Vec<String>,
    /// whether the engine sees a second statement in the text
    pub(crate) ended_early: bool,
}

/// Runs one statement to its end; its rows are not kept.
pub(crate) fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<Executed> {
    let mode = ToldMode::of(conn);
    let mut batch = Batch::new(conn, sql);
    let prepared = batch.next();
    let is_run = |prepared: &Option<Statement<'_>>| {
        let statement = prepared.as_ref();
        statement.is_none_or(|statement| statement.is_explain() == 0)
    };
    if !prepared.as_ref().is_ok_and(is_run) {
        mode.restore(conn);
    }
    let mut done = Executed::default();
    let Some(mut statement) = prepared? else {
        return Ok(done);
    };
    done.ended_early = !matches!(batch.next(), Ok(None));
    if !done.ended_early {
        done.unbound = unbound(&statement);
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
    }
    Ok(done)
}

/// The names of the parameters of a statement.
fn unbound(statement: &Statement<'_>) -> Vec<String> {
    let name = |at| match statement.parameter_name(at) {
        Some(name) => name.to_owned(),
        None => format!("?{at}"),
    };
    (1..=statement.parameter_count()).map(name).collect()
}

words! {
    /// How a migration ended. All but `applied` reject.
    #[derive(Default)]
    pub enum Outcome {
        /// Every statement ran.
        #[default]
        Applied = "applied",
        /// A statement, or the runner's COMMIT, failed.
        Failed = "failed",
        /// A statement would have reached outside the clone.
        Refused = "refused",
        /// A statement took longer than the configured limit.
        TimedOut = "timed-out",
        /// A migration before it did not run through, or it is applied in the snapshot already.
        NotRun = "not-run",
    }
}

/// The outcome of a statement that fails with this error.
pub(crate) fn outcome_of(error: &rusqlite::Error) -> Outcome {
    if message(error).starts_with("not authorized") {
        return Outcome::Refused;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::AuthorizationForStatementDenied) => Outcome::Refused,
        Some(ErrorCode::OperationInterrupted) => Outcome::TimedOut,
        _ => Outcome::Failed,
    }
}

/// Whether "database or disk is full" means a limit of the database and not of the disk: no key is
/// left for a table, or no page below the `max_page_count` that the migration set.
pub(crate) fn is_own_limit(conn: &Connection, error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) && !is_disk_full(conn)
}
