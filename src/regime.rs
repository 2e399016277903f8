//! The regime: what the production runner does around a migration. It has no defaults and is in every
//! report.
//!
//! Does not run anything; see [`crate::rehearse`].

use crate::words::words;

/// The settings of the runner that decide what a migration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regime {
    /// whether the runner's connection enforces foreign keys
    pub foreign_keys: bool,
    /// what transaction the runner opens
    pub transaction: TransactionMode,
    /// what the runner does after a statement that fails
    pub on_error: OnError,
}

words! {
    /// The transaction that the runner opens around migrations.
    #[schemars(rename = "Transaction")]
    pub enum TransactionMode {
        /// Only the file's own.
        None = "none",
        /// One around each migration.
        PerMigration = "per-migration",
        /// One around all migrations.
        All = "all",
    }
}

words! {
    /// What the runner does after a statement that fails.
    pub enum OnError {
        /// It stops and closes its connection.
        Stop = "stop",
        /// It goes on with the next statement.
        Continue = "continue",
    }
}
