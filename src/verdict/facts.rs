//! What a verdict needs to know besides the rehearsal and its diff: the snapshot's age and tenants,
//! references that lead nowhere, and, if the run went deep, a second run, a run that stops in
//! the middle, and the engine's check of the whole database.

use super::SplitPoint;
use crate::change::Counts;
use crate::diff::{IndexCause, References, SchemaChange};
use crate::regime::Regime;
use crate::rehearse::Failure;
use crate::scope::Tenant;
use crate::snapshot::age::TakenBy;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// What is known besides the rehearsal and its diff.
#[derive(Debug)]
pub struct Facts {
    /// what the production runner does
    pub regime: Regime,
    /// how old the snapshot may be, if the configuration says that; then its manifest can be read
    pub max_age: Option<Duration>,
    /// the names that are said to be applied and fit no file; of the first migration of a run
    pub strangers: Option<Strangers>,
    /// folded names of the tables and views that the states before earlier migrations of the run had
    pub earlier: BTreeSet<String>,
    /// what rows show in new columns, if no scope is declared and no row changed
    pub defaults: Vec<ShownDefault>,
    /// the snapshot, as a state to go back to
    pub snapshot: Restorable,
    /// how many tenants the state before shows
    pub tenants: Tenants,
    /// the tables that had no row before, among those that were altered or got a unique index
    pub empty: BTreeSet<String>,
    /// rows that refer to rows that are not there
    pub references: References,
    /// indexes that are out of step with what they are derived from
    pub indexes: Vec<IndexFault>,
    /// what was found by the checks that cost a second run or a whole scan; `None` if they were
    /// not asked for
    pub deep: Option<Deep>,
}

/// Names that the configured query gives for applied migrations, and that no file has.
#[derive(Debug)]
pub struct Strangers {
    /// the query
    pub query: String,
    /// the names; at least one
    pub names: Vec<String>,
    /// whether it gives no other
    pub is_all: bool,
    /// the name of a file, as an example
    pub file: Option<String>,
}

/// An index that is out of step with what it is derived from.
#[derive(Debug)]
pub struct IndexFault {
    /// the index
    pub table: String,
    /// the table or view that it indexes; `None` if it keeps its rows itself
    pub content: Option<String>,
    /// whether it was before
    pub was: bool,
    /// whether it was and what the migration changed is in step, or only its storage was written
    pub is_held: bool,
    /// what shows it
    pub cause: IndexCause,
    /// the statements that wrote the index or its content
    pub statements: BTreeSet<usize>,
    /// what the engine says; nothing if it finds no fault
    pub reason: String,
}

/// The default of a new column, which rows show that were there before.
#[derive(Debug)]
pub struct ShownDefault {
    /// the table
    pub table: String,
    /// the column
    pub column: String,
    /// the default as SQL
    pub value: String,
    /// the rows
    pub rows: u64,
    /// how many tenants they are of, if a column says that
    pub tenants: Option<u64>,
}

/// The snapshot as a state to go back to.
#[derive(Debug)]
pub struct Restorable {
    /// its path as the user gave it
    pub source: String,
    /// its size
    pub bytes: u64,
    /// when it was taken, and what says so; or why its manifest does not
    pub taken: Result<Option<(SystemTime, TakenBy)>, String>,
    /// whether nothing is in it, and may be in a `-wal` that is not beside it
    pub lacks_wal: bool,
    /// when its file was written to last
    pub modified: Option<SystemTime>,
    /// the same, if that was before it was taken
    pub contradicted: Option<SystemTime>,
}

/// The tenants that a state shows, looked for until a second is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenants {
    /// the migration writes no row that belongs to a tenant
    NotConcerned,
    /// two at least
    Several,
    /// none, or one
    Few(Option<Tenant>),
    /// none, or one, among the first rows of large tables; the rest was not looked at
    FewSoFar(Option<Tenant>),
}

/// What the deep checks found; the reason of one that could not be done.
#[derive(Debug)]
pub struct Deep {
    /// a second run on the state after the first
    pub second: Result<SecondRun, String>,
    /// runs that fail where a failure would split what the migration writes; `None` if it is
    /// atomic
    pub stopped: Option<Result<Stopped, String>>,
    /// the engine's check of the whole database
    pub integrity: Result<Integrity, String>,
}

/// What failures left that were tried, one after the other until one left something.
#[derive(Debug)]
pub struct Stopped {
    /// the one that left something; if none did, the one that would leave most
    pub split: SplitPoint,
    /// what it left
    pub remains: Remains,
    /// how many were tried
    pub tried: usize,
    /// whether what any failure may leave was tried
    pub is_all: bool,
}

/// What a second run did.
#[derive(Debug)]
pub struct SecondRun {
    /// where and why it failed
    pub failure: Option<Failure>,
    /// the first of its statements that wrote rows which changed again
    pub first: Option<usize>,
    /// the first of its statements that wrote rows and names the time, which does not pass here
    pub clocked: Option<usize>,
    /// what it left that the first run had not
    pub remains: Remains,
}

/// What a run left.
#[derive(Debug, Default)]
pub struct Remains {
    /// changed rows, by table
    pub tables: BTreeMap<String, Counts>,
    /// the schema difference
    pub schema: Vec<SchemaChange>,
    /// indexes that are out of step
    pub indexes: Vec<String>,
    /// numbers in the header that are others, with what they are
    pub header: Vec<(&'static str, i64)>,
    /// tables that could not be compared
    pub unevaluated: Vec<String>,
}

impl Remains {
    /// Whether it is known to have left nothing.
    pub fn is_nothing(&self) -> bool {
        !self.differs() && self.unevaluated.is_empty()
    }

    /// Whether something that could be compared differs.
    pub fn differs(&self) -> bool {
        !(self.tables.is_empty()
            && self.schema.is_empty()
            && self.indexes.is_empty()
            && self.header.is_empty())
    }
}

/// What `PRAGMA quick_check` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// of the state after, what it did not say of the state before
    pub new: Vec<String>,
    /// of the state before; it is asked only if the state after is not in order
    pub known: Vec<String>,
}
