//! The diff: what a rehearsal changed, row by row, tenant by tenant, and what it did to the schema.
//!
//! The capture nominates rows; here the states before and after are read and decide. Tables that
//! the capture cannot follow are compared whole. The last module with a connection. Does not know
//! what was expected.

mod broken;
mod columns;
mod compare;
mod cursor;
mod grouping;
mod moved;
mod references;
mod rows;
mod schema;

pub use broken::BrokenObject;
pub use compare::{Deletions, Whole};
pub use references::{Dangling, Follow, References, references};
pub use schema::{Regressed, SchemaChange, SchemaEvent};

use crate::change::ChangeSet;
use crate::progress::Progress;
use crate::rehearse::{FrozenClock, LookupError, Rehearsal};
use crate::scope::TenantMap;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::storage::{self, Content};
use crate::sql::{is_lack, message};
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
    /// by name, what the tables which were compared whole had before
    pub wholes: BTreeMap<String, Whole>,
    /// tables that could not be compared, each with the engine's reason
    pub unevaluated: Vec<(String, String)>,
}

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
    fn sqlite(table: &str) -> impl Fn(rusqlite::Error) -> Self + '_ {
        move |source| Self::Sqlite {
            table: table.to_owned(),
            source,
        }
    }
}

/// The two states of one migration.
#[derive(Clone, Copy)]
pub struct States<'a> {
    /// the state before, which nothing writes to
    pub before: &'a Connection,
    /// the clone after
    pub after: &'a Connection,
    /// the time at which both were made
    pub clock: &'a FrozenClock,
    /// is told how far the comparison is
    pub progress: &'a Progress,
}

/// Compares the states for everything that `rehearsal` touched; keeps up to `samples` changed rows
/// of each group.
///
/// # Errors
/// When a state cannot be read, or contradicts the capture.
pub fn diff(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    samples: usize,
) -> Result<Diff, DiffError> {
    // One read transaction on each side: without it, each of millions of reads would lock the file
    // anew.
    let begun = [states.before, states.after]
        .into_iter()
        .filter(|conn| conn.is_autocommit());
    let begun = begun
        .map(Connection::unchecked_transaction)
        .collect::<rusqlite::Result<Vec<_>>>()
        .map_err(DiffError::sqlite("sqlite_schema"))?;
    let out = compare(states, rehearsal, tenants, samples)?;
    begun
        .into_iter()
        .try_for_each(Transaction::commit)
        .map_err(DiffError::sqlite("sqlite_schema"))?;
    Ok(out)
}

fn compare(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    samples: usize,
) -> Result<Diff, DiffError> {
    let mut out = Diff {
        schema: schema::changes(rehearsal),
        ..Diff::default()
    };
    let (sequences, regressed) =
        schema::sequences(states, rehearsal).map_err(DiffError::sqlite("sqlite_sequence"))?;
    out.schema.extend(sequences);
    (out.regressed, out.broken) = (regressed, broken::broken(states, rehearsal)?);
    let touched = &rehearsal.touched;
    let names: BTreeSet<&String> = touched
        .rows
        .keys()
        .chain(touched.doubtful.keys())
        .chain(rehearsal.altered.keys())
        .collect();
    for name in names {
        table(states, rehearsal, tenants, samples, name, &mut out)?;
    }
    let moved = moved::moved(states, rehearsal, tenants, &out)?;
    out.changes.moved.extend(moved);
    Ok(out)
}

/// Compares one table and adds what it finds to `out`.
fn table(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    samples: usize,
    name: &str,
    out: &mut Diff,
) -> Result<(), DiffError> {
    let Some(tables) = comparable(rehearsal, name, out) else {
        return Ok(());
    };
    match rows_of(states, tables, rehearsal, tenants, samples, name, out) {
        // A generated column or a key may rely on a function or collation that this engine lacks.
        Err(DiffError::Sqlite { source, .. }) if is_lack(&source) => {
            out.unevaluated
                .push((tables.either().name.clone(), message(&source)));
            Ok(())
        }
        other => other,
    }
}

/// Compares the rows of one table and adds what it finds to `out`.
fn rows_of(
    states: States<'_>,
    tables: columns::TablePair<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    samples: usize,
    name: &str,
    out: &mut Diff,
) -> Result<(), DiffError> {
    let either = tables.either();
    let mut grouping = grouping::Grouping::new(states, tables, tenants, samples)?;
    let touched = &rehearsal.touched;
    let is_plain = tables.each().all(|t| t.kind == TableKind::Ordinary);
    let stayed = tables
        .before
        .is_some_and(|before| !rehearsal.lineage.is_readdressed(name, before))
        && tables.after.is_some();
    let followed = stayed && !touched.doubtful.contains_key(name);
    let addressed = either.rowid_alias.is_some() || either.without_rowid;
    if followed && addressed && is_plain {
        rows::nominated(states, tables, rehearsal, name, &mut grouping)?;
    } else {
        let whole = compare::whole(states, tables, rehearsal, name, &mut grouping)?;
        out.wholes.insert(either.name.clone(), whole);
    }
    let (changes, moved) = grouping.finish();
    out.changes.moved.extend(moved);
    if either.kind == TableKind::Virtual && changes.groups.is_empty() {
        out.schema.push(reindexed(either));
    }
    if !addressed && touched.rows.get(name).is_some_and(|rows| !rows.is_empty()) {
        out.unevaluated.push((
            either.name.clone(),
            "its columns hide its rowid, so its rows cannot be followed".to_owned(),
        ));
    }
    if !changes.groups.is_empty() {
        out.changes.tables.insert(either.name.clone(), changes);
    }
    Ok(())
}

/// The two tables of a table by its folded name after, else before; nothing for the old name of one
/// that has another now.
fn tables<'a>(rehearsal: &'a Rehearsal, name: &str) -> columns::TablePair<'a> {
    let Rehearsal {
        before,
        after,
        lineage,
        ..
    } = rehearsal;
    let is_gone = lineage.renamed_to(name, before, after).is_some();
    let origin = if is_gone {
        None
    } else {
        lineage.before(name, before, after)
    };
    let is_row_table = |t: &&Table| t.kind != TableKind::View;
    columns::TablePair {
        before: origin.filter(is_row_table),
        after: after.tables.get(name).filter(is_row_table),
        lineage,
    }
}

/// The two tables of a table whose rows can be compared; what cannot be evaluated goes into `out`. A
/// view has no rows of its own, and the storage of a virtual table none that are not the virtual
/// table's.
fn comparable<'a>(
    rehearsal: &'a Rehearsal,
    name: &str,
    out: &mut Diff,
) -> Option<columns::TablePair<'a>> {
    let tables = tables(rehearsal, name);
    if tables.each().all(|t| t.kind == TableKind::Shadow) {
        return None;
    }
    let either = tables.either();
    let mut unevaluated = |reason: &str| {
        out.unevaluated
            .push((either.name.clone(), reason.to_owned()));
    };
    if let Some(reason) = tables.each().find_map(|t| t.unreadable.as_ref()) {
        unevaluated(reason);
        return None;
    }
    let is_virtual = tables.each().any(|t| t.kind == TableKind::Virtual);
    match is_virtual.then(|| content_of(rehearsal, either)) {
        Some(Content::Nowhere) => {
            unevaluated("it keeps no content of its own that could be read back");
            None
        }
        Some(Content::Elsewhere) => {
            out.schema.push(reindexed(either));
            None
        }
        Some(Content::Own) | None => Some(tables),
    }
}

/// What a virtual table holds, by its declaration before or after.
fn content_of(rehearsal: &Rehearsal, table: &Table) -> Content {
    let key = ("table".to_owned(), table.name.clone());
    let objects = [&rehearsal.after, &rehearsal.before]
        .into_iter()
        .find_map(|catalog| catalog.objects.get(&key));
    storage::content(
        objects
            .and_then(|object| object.sql.as_deref())
            .unwrap_or_default(),
    )
}

/// An index was written that has no rows of its own, or none that differ.
fn reindexed(table: &Table) -> SchemaChange {
    SchemaChange::new("table", &table.name, SchemaEvent::Reindexed)
}
