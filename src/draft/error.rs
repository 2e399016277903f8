//! Why there is no draft.

use crate::config::ConfigError;
use crate::inspect::InspectError;
use crate::migration::MigrationError;
use crate::snapshot::SnapshotError;

/// Why there is no draft. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DraftError {
    /// the snapshot cannot be read
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// the snapshot changed while it was read
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// the folder of migrations cannot be read
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// what was asked for cannot be written
    #[error("{0}")]
    Refused(String),
    /// the draft would not be read again as what it says, which is a fault of harness
    #[error("the draft of {what} is not what it should be; this is a fault of harness: {reason}")]
    Unsound {
        /// the file
        what: &'static str,
        /// what is wrong with it
        reason: String,
    },
}

impl From<rusqlite::Error> for DraftError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Inspect(error.into())
    }
}

impl From<ConfigError> for DraftError {
    fn from(error: ConfigError) -> Self {
        Self::Unsound {
            what: "harness.toml",
            reason: error.to_string(),
        }
    }
}
