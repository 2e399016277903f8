//! The regime: what the production runner does around a migration. It has no defaults and stands in
//! every report.
//!
//! Does not run anything; see [`crate::rehearse`].

/// Everything about the runner that decides what a migration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regime {
    /// whether the runner's connection enforces foreign keys
    pub foreign_keys: bool,
    /// what transaction the runner opens
    pub transaction: TransactionMode,
    /// what the runner does after a statement that fails
    pub on_error: OnError,
}

/// The transaction that the runner opens around a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionMode {
    /// only the file's own
    None,
    /// one around each migration
    PerMigration,
    /// one around all migrations
    All,
}

/// What the runner does after a statement that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// it stops and closes its connection
    Stop,
    /// it goes on with the next statement
    Continue,
}

impl TransactionMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::None, Self::PerMigration, Self::All];

    /// The word that stands for it in `harness.toml` and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PerMigration => "per-migration",
            Self::All => "all",
        }
    }
}

impl OnError {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Stop, Self::Continue];

    /// The word that stands for it in `harness.toml` and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Continue => "continue",
        }
    }
}
