//! The diff: what a rehearsal changed, row by row, tenant by tenant, and what it did to the schema.
//!
//! The capture nominates rows; here the states before and after are read and decide. Tables that
//! the capture cannot follow are compared whole. The last module with a connection. Does not know
//! what was expected.

mod broken;
mod claims;
mod columns;
mod compare;
mod computed;
mod cursor;
mod error;
mod fate;
mod grouping;
mod indexes;
mod join;
mod moved;
mod ownership;
mod references;
mod reused;
mod rows;
mod run;
mod schema;
mod table;
mod written_rows;

pub(crate) use broken::BrokenObject;
pub(crate) use claims::{Asking, ClaimAnswers, EachAnswer, FoundRows, RowsAnswer, Slip, answers};
pub(crate) use compare::Whole;
pub(crate) use error::DiffError;
pub(crate) use indexes::{EntryChanges, IndexCause, IndexConcern, by_rows, concerns};
pub(crate) use references::{Dangling, Follow, References, references};
pub(crate) use reused::{Referring, ReusedKeys};
pub(crate) use run::diff;
pub(crate) use schema::Regressed;
pub use schema::{SchemaChange, SchemaEvent};
pub(crate) use written_rows::WrittenRows;

use crate::change::ChangeSet;
use crate::progress::Progress;
use crate::rehearse::FrozenClock;
use crate::scope::TenantMap;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What a migration changed.
#[derive(Debug, Default)]
pub struct Diff {
    /// rows
    pub changes: ChangeSet,
    /// schema objects
    pub schema: Vec<SchemaChange>,
    /// sequences that went back
    pub regressed: Vec<Regressed>,
    /// keys that the engine gave again while rows refer to them
    pub reused: Vec<ReusedKeys>,
    /// views and triggers that no longer work
    pub broken: Vec<BrokenObject>,
    /// which rows of the tables asked for were written, by folded name
    pub rows: BTreeMap<String, WrittenRows>,
    /// what each table that was compared whole had before, by the table's name
    pub wholes: BTreeMap<String, Whole>,
    /// tables that could not be compared, each with the engine's reason
    pub unevaluated: Vec<(String, String)>,
}

/// The two states of one migration.
#[derive(Clone, Copy)]
pub(crate) struct States<'a> {
    /// the state before, which nothing writes to
    pub before: &'a Connection,
    /// the clone after
    pub after: &'a Connection,
    /// whether that is a connection of its own, rather than the migration's
    pub is_apart: bool,
    /// the time at which both were made
    pub clock: &'a FrozenClock,
    /// counts the rows that were compared
    pub progress: &'a Progress,
}

/// What a diff is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// whose the rows of each table are
    pub tenants: &'a TenantMap,
    /// how many changed rows of each group are kept
    pub samples: usize,
    /// the folded names of the tables of which it is kept which rows were written
    pub rows_of: &'a BTreeSet<String>,
}
