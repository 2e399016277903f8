//! Why a rehearsal could not be done. What a migration does wrong is no fault: it is part of the
//! result.

use crate::rehearse::owner::LookupError;
use crate::snapshot::SnapshotError;
use crate::sql::message;
use std::path::Path;

/// Why a rehearsal could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// the clone cannot be made
    #[error("cannot copy {from} to {to}: {reason}")]
    Clone {
        /// what was copied
        from: String,
        /// where to
        to: String,
        /// the system's reason
        reason: std::io::Error,
    },
    /// a file that the migration may attach cannot be copied
    #[error("[reach] attach names {file}, which cannot be copied: {reason}")]
    Reach {
        /// the file
        file: String,
        /// why
        reason: String,
    },
    /// the snapshot is at fault
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// the engine cannot go on: no room, no memory, a damaged file
    #[error(
        "statement {statement} at line {line} of {migration}: the engine cannot go on: {}",
        message(reason)
    )]
    Engine {
        /// the migration's path
        migration: String,
        /// the statement's number
        statement: usize,
        /// its line
        line: usize,
        /// the engine's reason
        reason: rusqlite::Error,
    },
    /// the engine failed outside the migration's own statements
    #[error("the engine failed: {}", message(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// the reader of the state before lost it
    #[error("the state before the migration was lost while it was read")]
    StateLost,
    /// a tenant lookup cannot be used
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// a row write could not be captured
    #[error("statement {statement} of {migration}: the capture failed: {reason}")]
    Capture {
        /// the migration's path
        migration: String,
        /// the statement's number
        statement: usize,
        /// what went wrong
        reason: String,
    },
    /// the engine and the splitter see different statements
    #[error(
        "statement {statement} at line {line} of {migration}: the engine ends it earlier than \
        SQLite's own rules do; this is a fault of harness"
    )]
    Split {
        /// the migration's path
        migration: String,
        /// the statement's number
        statement: usize,
        /// its line
        line: usize,
    },
}

impl RehearseError {
    pub(super) fn clone(from: &Path, to: &Path, reason: std::io::Error) -> Self {
        Self::Clone {
            from: from.display().to_string(),
            to: to.display().to_string(),
            reason,
        }
    }
}

/// The same where a virtual table was read: some modules say of their own storage, which a migration
/// may damage, that the file is corrupt.
pub fn is_environment_of_module(error: &rusqlite::Error) -> bool {
    is_environment(error) && error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseCorrupt)
}

/// Whether an error is about the machine or the file rather than about the statement.
pub fn is_environment(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    // If the storage of a virtual table is damaged, the migration did that.
    let extended = error.sqlite_extended_error_code();
    if extended == Some(rusqlite::ffi::SQLITE_CORRUPT_VTAB) {
        return false;
    }
    matches!(
        error.sqlite_error_code(),
        Some(
            Code::DiskFull
                | Code::SystemIoFailure
                | Code::OutOfMemory
                | Code::DatabaseCorrupt
                | Code::NotADatabase
                | Code::CannotOpen
                | Code::PermissionDenied
                | Code::InternalMalfunction
                | Code::FileLockingProtocolFailed
                | Code::NoLargeFileSupport
        )
    )
}
