//! What a statement came to, told from the error of the engine.

use crate::rehearse::vfs;
use crate::sql::message;
use rusqlite::{Connection, ErrorCode};

/// How a migration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// every statement ran
    Applied,
    /// a statement, or the runner's COMMIT, failed
    Failed,
    /// a statement would have reached outside the clone
    Refused,
    /// a statement took longer than the bounds allow, and was interrupted
    TimedOut,
    /// a migration before it did not run through
    NotRun,
}

/// What a migration comes to by this error.
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

/// Whether "database or disk is full" means a limit of the database's own and not the disk's: no
/// key is left for a table, or no page below the `max_page_count` that the migration set.
pub(crate) fn is_own_limit(conn: &Connection, error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) && !vfs::is_disk_full(conn)
}
