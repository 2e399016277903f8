//! The rehearsal: running a migration for real on the clone, statement by statement, and recording
//! everything it produced.
//!
//! The one place that runs SQL on the clone. For each statement: preview, execute, drain the
//! capture. A migration that fails is a result; an error of this module means that the rehearsal
//! itself could not be done. Judges nothing.

mod alone;
mod alter;
mod batch;
mod capture;
mod cell;
mod clone;
mod emptiness;
mod engine;
mod execute;
mod journal;
mod judge;
mod kept;
mod lineage;
mod owner;
mod passing;
mod paths;
mod plan;
mod pragma;
mod preview;
mod queries;
mod reach;
pub mod read;
mod rowids;
mod run;
mod step;
mod strings;
mod tally;
mod tenants;
mod touched;
mod trail;
mod vfs;
mod watch;

pub use alone::{Selected, SubqueryRun};
pub use batch::Judged;
pub use clone::{Clone, Moment};
pub use emptiness::is_empty;
pub use engine::Engine;
pub use kept::{Answers, Counted, Kept, answers};
pub use lineage::Lineage;
pub use owner::{LookupError, Owners};
pub use paths::{Indirect, told};
pub use pragma::not_rehearsed;
pub use queries::{Answer, QueryError, column, pairs, within};
pub use reach::{Redirect, redirects};
pub use rowids::Rowids;
pub use run::{Place, rehearse};
pub use step::PassingTouch;
pub use strings::TakenString;
pub use tenants::tenants_of;
pub use touched::{
    Addressed, JudgedRows, Removed, Statements, Touched, TouchedRow, TouchedRows, TouchedSets,
};
pub use vfs::FrozenClock;

use crate::change::Counts;
use crate::rewrite::{Assigned, NoPreview, PartialKey};
use crate::scope::Tenant;
use crate::snapshot::catalog::SchemaObject;
use crate::snapshot::{Catalog, SnapshotError};
use crate::sql::{Value, message, token};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// Everything that running one migration on the clone produced.
#[derive(Debug)]
pub struct Rehearsal {
    /// what each statement did, in order; those after a stop are missing
    pub statements: Vec<StatementRun>,
    /// how the migration ended
    pub outcome: Outcome,
    /// the first failure, the runner's own COMMIT included
    pub failure: Option<Failure>,
    /// whether it ended inside a transaction that it had opened, which closing the connection rolls
    /// back
    pub left_open: bool,
    /// the rows it wrote
    pub touched: Touched,
    /// the schema before
    pub before: Catalog,
    /// the schema after
    pub after: Catalog,
    /// tables whose entry in the schema was not the same throughout, by folded name, with the
    /// statements that changed it; 0 is one of the runner's own
    pub altered: BTreeMap<String, BTreeSet<usize>>,
    /// objects of the schema, by type and name, that a statement changed or dropped without naming
    /// them
    pub unnamed: BTreeSet<(String, String)>,
    /// objects of the state before, by type and name, that are gone or were made again with another
    /// text, each with the statement that took it along without naming it
    pub taken: BTreeMap<(String, String), usize>,
    /// which table of the state before each table of the state after continues
    pub lineage: Lineage,
}

impl Rehearsal {
    /// Whether it ran to its end, so that what it left is what it meant to leave.
    pub fn ran_through(&self) -> bool {
        self.outcome == Outcome::Applied && !self.left_open
    }

    /// The unique indexes of the state after that the state before has not.
    pub fn new_unique_indexes(&self) -> impl Iterator<Item = &SchemaObject> {
        let is_unique = |object: &SchemaObject| {
            object.sql.as_deref().is_some_and(|sql| {
                token::significant(sql)
                    .get(1)
                    .is_some_and(|t| t.is_word(sql, "UNIQUE"))
            })
        };
        let new = self.after.objects.iter().filter(|(key, object)| {
            key.0 == "index" && self.before.objects.get(*key) != Some(object)
        });
        new.map(|(_, object)| object)
            .filter(move |object| is_unique(object))
    }

    /// Takes the schema after from a fresh connection: where it was edited as rows, the migration's
    /// own did not see that.
    ///
    /// # Errors
    /// The engine's, where the schema cannot be read.
    pub fn reread(&mut self, after: &rusqlite::Connection) -> rusqlite::Result<()> {
        let seen = std::mem::replace(&mut self.after, Catalog::read(after)?);
        let altered: Vec<String> = alter::altered(&seen, &self.after).cloned().collect();
        for name in altered {
            self.altered.entry(name).or_default();
        }
        Ok(())
    }
}

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

/// Where and why a migration failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// the statement's number; `None` for one of the runner's own
    pub statement: Option<usize>,
    /// the engine's message
    pub message: String,
}

/// What one statement did.
#[derive(Debug)]
pub struct StatementRun {
    /// its number in the migration, from 1
    pub index: usize,
    /// for UPDATE and DELETE its rows just before it ran, for INSERT from a query what that
    /// selected; or why they are not known
    pub preview: Option<Result<PreviewRun, NoPreview>>,
    /// row writes of its own
    pub direct: Counts,
    /// row writes of triggers, foreign-key actions and REPLACE
    pub indirect: Counts,
    /// the same by table, with how the statement led there
    pub paths: Vec<Indirect>,
    /// the double-quoted names in it that the engine takes for strings
    pub strings: Vec<TakenString>,
    /// the names of its unbound parameters
    pub unbound: Vec<String>,
    /// the engine's message, where it failed
    pub error: Option<String>,
    /// what the migration comes to by that
    pub outcome: Outcome,
    /// of a PRAGMA after which foreign keys are not what it asks for, what it asks for
    pub without_effect: Option<bool>,
    /// what it wrote that lasts once it is committed
    pub wrote: Wrote,
    /// whether it took back everything that its transaction had written
    pub rolled_back: bool,
    /// whether a transaction was open after it
    pub in_transaction: bool,
    /// how long it took
    pub elapsed: Duration,
}

/// What a statement wrote to the database itself; temporary objects are not of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrote {
    /// rows, even with the values that they had
    pub rows: bool,
    /// objects of the schema, by type and name, that were not what they were after it
    pub schema: Vec<(SchemaWrite, String, String)>,
    /// a number in the header that a migration tool keeps there, as `PRAGMA user_version = 3` does
    pub header: bool,
}

impl Wrote {
    /// Whether it wrote nothing.
    pub fn is_nothing(&self) -> bool {
        !self.rows && self.schema.is_empty() && !self.header
    }
}

/// What happened to an object of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaWrite {
    /// it was not there before
    Made,
    /// it is not there any more
    Gone,
    /// it has another text
    Changed,
}

/// What a preview returned.
#[derive(Debug, Clone)]
pub struct PreviewRun {
    /// the SELECT
    pub sql: String,
    /// distinct rows
    pub rows: u64,
    /// whether it returned none because none was there: the target has no row, or of an INSERT no
    /// table that its query reads
    pub target_is_empty: bool,
    /// the tables of the database that it reads and that have no row; those that it reads through a
    /// module are left out
    pub empty: BTreeSet<String>,
    /// distinct rows by tenant; empty for a table that has none
    pub tenants: BTreeMap<Tenant, u64>,
    /// distinct rows whose lookup gives no tenant, or several
    pub ambiguous: u64,
    /// the names of the result columns
    pub columns: Vec<String>,
    /// the result columns that a person knows a row by: its key and tenant
    pub shown: Vec<usize>,
    /// the columns that an UPDATE sets, by their places among the result columns
    pub assigned: Vec<Assigned>,
    /// distinct rows that a join with the FROM clause matches several times, with different values
    pub several: u64,
    /// the subqueries of the WHERE clause, each run alone
    pub subqueries: Vec<SubqueryRun>,
    /// whether it is that of an UPDATE which gives every row the values that it has
    pub changes_nothing: bool,
    /// its comparisons of a part of a key
    pub partial: Vec<PartialRun>,
    /// the first few result rows
    pub samples: Vec<Vec<Value>>,
    /// how its rows differ from those that the statement wrote directly
    pub mismatch: Option<Mismatch>,
}

/// A comparison of a part of a key, and what the statement would match with the whole one.
#[derive(Debug, Clone)]
pub struct PartialRun {
    /// the comparison
    pub partial: PartialKey,
    /// rows and tenants with the whole key; `None` where that statement cannot be written or did
    /// not run
    pub whole: Option<(u64, BTreeMap<Tenant, u64>)>,
}

/// A preview whose rows are not those that its statement wrote.
#[derive(Debug, Clone, Copy)]
pub struct Mismatch {
    /// rows that the preview returned and the statement did not write
    pub unwritten: u64,
    /// rows that the statement wrote and the preview did not return
    pub unforeseen: u64,
    /// the known reason, where there is one
    pub reason: Option<&'static str>,
}

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
    /// a file that the migration may attach cannot be
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
    fn clone(from: &Path, to: &Path, reason: &std::io::Error) -> Self {
        let reason = std::io::Error::new(reason.kind(), reason.to_string());
        Self::Clone {
            from: from.display().to_string(),
            to: to.display().to_string(),
            reason,
        }
    }
}

/// Whether an error says something about the machine or the file rather than about the statement.
pub fn is_environment(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    // A virtual table whose storage the migration damaged is the migration's doing.
    if error
        .sqlite_error()
        .is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_CORRUPT_VTAB)
    {
        return false;
    }
    let code = error.sqlite_error_code();
    let codes = [
        Code::DiskFull,
        Code::SystemIoFailure,
        Code::OutOfMemory,
        Code::DatabaseCorrupt,
        Code::NotADatabase,
        Code::CannotOpen,
        Code::PermissionDenied,
        Code::InternalMalfunction,
        Code::FileLockingProtocolFailed,
        Code::NoLargeFileSupport,
    ];
    code.is_some_and(|code| codes.contains(&code))
}
