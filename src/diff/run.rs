//! Comparing the two states of a migration, table by table.

use super::{Asked, Diff, DiffError, States, broken, moved, reused, schema, table};
use crate::rehearse::Rehearsal;
use crate::sql::ident;
use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;

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
    lose_untracked(rehearsal, asked, &mut out);
    moved::moved(states, rehearsal, asked.tenants, &mut out)?;
    reused::reused(states, rehearsal, asked.tenants, &mut out)?;
    Ok(out)
}

/// Says of the tables asked for that not all of their rows are known, where some could not be followed.
fn lose_untracked(rehearsal: &Rehearsal, asked: Asked<'_>, out: &mut Diff) {
    for touch in &rehearsal.touched.untracked {
        let table = ident::folded(&touch.table);
        if asked.rows_of.contains(&table) {
            let rows = out.rows.entry(table).or_default();
            let reason = "not all rows that were written could be followed";
            rows.lost.get_or_insert(reason);
        }
    }
}
