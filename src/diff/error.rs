//! Why no diff could be made, for the whole and for one table.

use crate::rehearse::LookupError;
use crate::sql::message;

/// Why no diff could be made.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// the engine failed
    #[error("comparing table `{table}`: {}", message(source))]
    Sqlite {
        /// the table under comparison
        table: String,
        /// the engine's reason
        source: rusqlite::Error,
    },
    /// the capture and the states contradict each other
    #[error(
        "comparing table `{table}`: the capture followed a row to {place}, and no row is \
        there; this is a fault of harness"
    )]
    Contradiction {
        /// the table
        table: String,
        /// where the row should be
        place: String,
    },
    /// a tenant lookup cannot be used
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

impl DiffError {
    pub(super) fn sqlite(table: &str) -> impl Fn(rusqlite::Error) -> Self + '_ {
        move |source| TableError::Sqlite(source).of(table)
    }
}

/// Why one table could not be compared. Does not name it.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// no row is at this place, to which the capture followed one
    #[error("no row is at {0}")]
    Contradiction(String),
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

impl TableError {
    /// The error with the name of its table.
    pub(super) fn of(self, table: &str) -> DiffError {
        let table = table.to_owned();
        match self {
            Self::Sqlite(source) => DiffError::Sqlite { table, source },
            Self::Contradiction(place) => DiffError::Contradiction { table, place },
            Self::Lookup(error) => DiffError::Lookup(error),
        }
    }
}
