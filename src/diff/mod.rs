//! The diff: what a rehearsal changed, row by row, tenant by tenant, and what it did to the schema.
//!
//! The capture nominates rows; here the states before and after are read and decide. Tables that
//! the capture cannot follow are compared whole. The last module with a connection. Does not know
//! what was expected.

mod broken;
mod claims;
mod columns;
mod compare;
mod cursor;
mod error;
mod fate;
mod grouping;
mod join;
mod moved;
mod ownership;
mod references;
mod rows;
mod schema;
mod table;
mod written_rows;

pub(crate) use broken::BrokenObject;
pub(crate) use claims::{Asking, ClaimAnswers, EachAnswer, FoundRows, RowsAnswer, answers};
pub(crate) use compare::Whole;
pub(crate) use error::DiffError;
pub(crate) use references::{Dangling, Follow, References, references};
pub(crate) use schema::Regressed;
pub use schema::{SchemaChange, SchemaEvent};
pub(crate) use written_rows::WrittenRows;

use crate::change::ChangeSet;
use crate::progress::Progress;
use crate::rehearse::{FrozenClock, Rehearsal};
use crate::scope::TenantMap;
use crate::sql::ident;
use rusqlite::{Connection, Transaction};
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

/// Compares the states for everything that `rehearsal` touched.
///
/// # Errors
/// When a state cannot be read, or contradicts the capture.
pub(crate) fn diff(
    states: States<'_>,
    rehearsal: &Rehearsal,
    asked: Asked<'_>,
) -> Result<Diff, DiffError> {
    // One read transaction on each state: without it, each of millions of reads would lock the
    // file anew.
    let begun = [states.before, states.after]
        .into_iter()
        .filter(|conn| conn.is_autocommit())
        .map(Connection::unchecked_transaction)
        .collect::<rusqlite::Result<Vec<_>>>()
        .map_err(DiffError::sqlite("sqlite_schema"))?;
    let out = compare(states, rehearsal, asked)?;
    begun
        .into_iter()
        .try_for_each(Transaction::commit)
        .map_err(DiffError::sqlite("sqlite_schema"))?;
    Ok(out)
}

fn compare(states: States<'_>, rehearsal: &Rehearsal, asked: Asked<'_>) -> Result<Diff, DiffError> {
    let (sequences, regressed) =
        schema::sequences(states, rehearsal).map_err(DiffError::sqlite("sqlite_sequence"))?;
    let mut out = Diff {
        schema: schema::changes(rehearsal),
        regressed,
        broken: broken::broken(states, rehearsal)?,
        ..Diff::default()
    };
    out.schema.extend(sequences);
    let touched = &rehearsal.touched;
    let names: BTreeSet<&String> = touched
        .rows
        .keys()
        .chain(touched.doubtful.keys())
        .chain(rehearsal.altered.keys())
        .collect();
    for name in names {
        table::difference(states, rehearsal, name, asked, &mut out)?;
    }
    for touch in &touched.untracked {
        let table = ident::folded(&touch.table);
        if asked.rows_of.contains(&table) {
            let rows = out.rows.entry(table).or_default();
            let reason = "not all rows that were written could be followed";
            rows.lost.get_or_insert(reason);
        }
    }
    moved::moved(states, rehearsal, asked.tenants, &mut out)?;
    Ok(out)
}
