//! Why a check has no record.

use crate::diff::DiffError;
use crate::rehearse::{QueryError, RehearseError};
use crate::snapshot::{Snapshot, SnapshotError};
use rusqlite::ErrorCode;

/// Why there is no report. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// the snapshot cannot be used
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// the rehearsal could not be done
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    /// the states could not be compared
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// a query of the configuration cannot be used
    #[error("{place}: {source}: {sql}")]
    Query {
        /// the file, and where in it the query is
        place: String,
        /// the query
        sql: String,
        /// what is wrong with it
        source: QueryError,
    },
    /// the configuration does not fit the snapshot; one line for each problem
    #[error("{}", .0.join("\n"))]
    Config(Vec<String>),
    /// one of the others, without what is redacted
    #[error("{0}")]
    Redacted(String),
    /// every migration of the folder is applied already
    #[error("no migration found: all {0} migrations of the folder are applied already")]
    NothingPending(usize),
}

impl From<rusqlite::Error> for CheckError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Rehearse(error.into())
    }
}

impl CheckError {
    /// The same error, unless the snapshot changed or is damaged, which then is the cause.
    pub(super) fn blaming(self, snapshot: &Snapshot) -> Self {
        if let Err(changed) = snapshot.verify_unchanged() {
            return Self::Snapshot(changed);
        }
        let engine = match &self {
            Self::Rehearse(
                RehearseError::Engine { reason, .. } | RehearseError::Sqlite(reason),
            ) => reason.sqlite_error_code(),
            Self::Diff(DiffError::Sqlite { source, .. }) => source.sqlite_error_code(),
            _ => None,
        };
        let damage = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase];
        if !engine.is_some_and(|code| damage.contains(&code)) {
            return self;
        }
        let reason = format!("is corrupt, as a rehearsal on it showed: {self}");
        Self::Snapshot(SnapshotError::Unusable {
            path: snapshot.source.clone(),
            reason,
        })
    }
}
