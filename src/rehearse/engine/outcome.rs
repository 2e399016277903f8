//! The outcome of a statement, by the error of the engine.

use crate::rehearse::vfs;
use crate::sql::message;
use crate::words::words;
use rusqlite::{Connection, ErrorCode};

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
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) && !vfs::is_disk_full(conn)
}
