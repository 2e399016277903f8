//! Comparing a whole table, where its rows cannot be followed: dropped, created, rebuilt, virtual,
//! or left in doubt by a failure.
//!
//! One ordered pass over each side, joined by the primary key where both tables have the same one
//! and no part is NULL; by the rowid in a virtual table that stayed; else by the values of all
//! common columns, as a multiset. Copying rows into a table that replaces another is not touching
//! them.

use super::columns::TablePair;
use super::cursor::{self, Cursor, CursorRow, TableReader};
use super::grouping::{Grouping, Image};
use super::{DiffError, States};
use crate::progress::Work;
use crate::rehearse::read::{self, Cells};
use crate::rehearse::{Addressed, Rehearsal, Statements, TouchedRows};
use crate::snapshot::catalog::Table;
use crate::sql::ident;
use rusqlite::Connection;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// What a table that was compared whole had before.
#[derive(Debug, Default)]
pub struct Whole {
    /// how many rows
    pub rows: u64,
    /// how many rows of one that another took the place of are gone, by what deleted them
    pub gone: BTreeMap<Deletions, u64>,
    /// whether what was deleted from the other one can be told from its addresses there
    pub tells_removed: bool,
}

/// The statements that deleted a row.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deletions {
    /// all that wrote it, where it was deleted from the table of the state before
    pub from_old: BTreeSet<usize>,
    /// those that themselves deleted a row of its key from the one that took its place
    pub from_new: BTreeSet<usize>,
}

/// Folds the difference of the whole table `name`.
pub(super) fn whole(
    states: States<'_>,
    tables: TablePair<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    grouping: &mut Grouping<'_>,
) -> Result<Whole, DiffError> {
    let error = DiffError::sqlite(&tables.either().name);
    let statements = Statements::new(statements_of(rehearsal, tables, name));
    let written = addressed(rehearsal.touched.rows.get(name), TouchedRows::standing);
    let origins = addressed(written_before(rehearsal, tables), TouchedRows::original);
    let join = join(states, tables, rehearsal, name).map_err(&error)?;
    let same_columns = have_same_columns(tables) && grouping.tells_by_cells();
    let replaced = tables.before.is_some_and(|before| {
        tables.after.is_some() && rehearsal.lineage.is_replaced(name, before)
    });
    let ended = addressed(
        written_before(rehearsal, tables)
            .iter()
            .filter(|_| replaced),
        TouchedRows::ended,
    );
    let removed = rehearsal
        .touched
        .removed
        .get(name)
        .filter(|_| replaced && keeps_addresses(tables));
    let tells_removed = keeps_addresses(tables) && !rehearsal.touched.doubtful.contains_key(name);
    let mut whole = Whole {
        tells_removed,
        ..Whole::default()
    };
    merge(states, tables, rehearsal, &join, |row_before, row_after| {
        whole.rows += u64::from(row_before.is_some());
        if let (Some(gone), None, true) = (row_before, row_after, replaced) {
            let from_old = find(&ended, row_before)
                .map_err(&error)?
                .map(|statements| statements.as_ref().clone())
                .unwrap_or_default();
            let address = if removed.is_some() {
                gone.address().map_err(&error)?
            } else {
                None
            };
            let from_new = removed
                .zip(address)
                .map(|(removed, address)| removed.statements_of(&address))
                .unwrap_or_default();
            *whole
                .gone
                .entry(Deletions { from_old, from_new })
                .or_default() += 1;
        }
        let by = match find(&written, row_after).map_err(&error)? {
            None => find(&origins, row_before).map_err(&error)?,
            found => found,
        };
        if let (None, Some(old), Some(new), true) = (&by, row_before, row_after, same_columns)
            && old.is_like(new).map_err(&error)?
        {
            return Ok(());
        }
        let (before, after) = (
            cells(row_before).map_err(&error)?,
            cells(row_after).map_err(&error)?,
        );
        let statements_here = by.as_ref().unwrap_or(&statements);
        grouping.add(&Image {
            before: before.as_deref(),
            after: after.as_deref(),
            statements: statements_here,
            touched: by.is_some(),
        })
    })?;
    Ok(whole)
}

/// Folds the rows of a table whose schema changed under them and that no write nominated: those
/// that stayed where they were, and those that are only on one side.
pub(super) fn unwritten(
    states: States<'_>,
    tables: TablePair<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    grouping: &mut Grouping<'_>,
) -> Result<(), DiffError> {
    let error = DiffError::sqlite(&tables.either().name);
    let statements = Statements::new(altering(rehearsal, tables, name));
    let standing = addressed(rehearsal.touched.rows.get(name), TouchedRows::standing);
    let origins = addressed(rehearsal.touched.rows.get(name), TouchedRows::original);
    merge(
        states,
        tables,
        rehearsal,
        &by_address(tables),
        |row_before, row_after| {
            let row_before = if find(&origins, row_before).map_err(&error)?.is_some() {
                None
            } else {
                row_before
            };
            let row_after = if find(&standing, row_after).map_err(&error)?.is_some() {
                None
            } else {
                row_after
            };
            let (before, after) = (
                cells(row_before).map_err(&error)?,
                cells(row_after).map_err(&error)?,
            );
            grouping.add(&Image {
                before: before.as_deref(),
                after: after.as_deref(),
                statements: &statements,
                touched: false,
            })
        },
    )
}

/// Touched rows to be asked for by their address, where there are any.
fn addressed<'t>(
    rows: impl IntoIterator<Item = &'t TouchedRows>,
    by: impl Fn(&'t TouchedRows) -> Addressed<'t>,
) -> Vec<Addressed<'t>> {
    rows.into_iter()
        .map(by)
        .filter(|rows| !rows.is_empty())
        .collect()
}

fn cells(row: Option<CursorRow<'_>>) -> rusqlite::Result<Option<Cells>> {
    row.map(CursorRow::cells).transpose()
}

/// The statements that wrote a row, where it is among these.
fn find(
    rows: &[Addressed<'_>],
    row: Option<CursorRow<'_>>,
) -> rusqlite::Result<Option<Statements>> {
    let Some(row) = row.filter(|_| !rows.is_empty()) else {
        return Ok(None);
    };
    let address = row.address()?;
    Ok(rows
        .iter()
        .find_map(|rows| rows.statements_of(address.as_ref()?)))
}

/// Whether both tables have the same columns at the same places.
fn have_same_columns(tables: TablePair<'_>) -> bool {
    let (Some(before), Some(after)) = (tables.before, tables.after) else {
        return false;
    };
    before.columns.len() == after.columns.len()
        && (0..after.columns.len()).all(|at| tables.column_before(at) == Some(at))
}

/// Goes through both tables in the order of what joins their rows, and hands over each row or pair.
fn merge(
    states: States<'_>,
    tables: TablePair<'_>,
    rehearsal: &Rehearsal,
    join: &Join,
    mut take: impl FnMut(Option<CursorRow<'_>>, Option<CursorRow<'_>>) -> Result<(), DiffError>,
) -> Result<(), DiffError> {
    let error = DiffError::sqlite(&tables.either().name);
    let (join_before, join_after, unique) = match join {
        Join::Columns {
            before,
            after,
            unique,
        } => (Some(before.as_slice()), Some(after.as_slice()), *unique),
        Join::Rowid => (None, None, false),
    };
    let meter = states
        .progress
        .begin(Work::Compare, &tables.either().name, None);
    let mut before = tables
        .before
        .map(|t| TableReader::open(states.before, t, join_before, unique))
        .transpose()
        .map_err(&error)?;
    let mut after = tables
        .after
        .map(|t| TableReader::open(states.after, t, join_after, unique))
        .transpose()
        .map_err(&error)?;
    let mut old_rows = before
        .as_mut()
        .map(TableReader::rows)
        .transpose()
        .map_err(&error)?;
    let mut new_rows = after
        .as_mut()
        .map(TableReader::rows)
        .transpose()
        .map_err(&error)?;
    loop {
        let (old, new) = (
            old_rows.as_ref().and_then(Cursor::row),
            new_rows.as_ref().and_then(Cursor::row),
        );
        if old.is_none() && new.is_none() {
            return Ok(());
        }
        let order = cursor::order(old, new, rehearsal.after.encoding, unique).map_err(&error)?;
        meter.add(1);
        let (take_old, take_new) = (order != Ordering::Greater, order != Ordering::Less);
        take(old.filter(|_| take_old), new.filter(|_| take_new))?;
        if let Some(rows) = old_rows.as_mut().filter(|_| take_old) {
            rows.advance().map_err(&error)?;
        }
        if let Some(rows) = new_rows.as_mut().filter(|_| take_new) {
            rows.advance().map_err(&error)?;
        }
    }
}

/// The statements that altered or wrote the table, or may have.
fn statements_of(rehearsal: &Rehearsal, tables: TablePair<'_>, name: &str) -> BTreeSet<usize> {
    let writing = rehearsal
        .touched
        .rows
        .get(name)
        .map(TouchedRows::statements)
        .unwrap_or_default();
    let altering = altering(rehearsal, tables, name);
    let doubtful = rehearsal
        .touched
        .doubtful
        .get(name)
        .into_iter()
        .flatten()
        .copied();
    writing
        .into_iter()
        .chain(doubtful)
        .chain(altering)
        .filter(|s| *s > 0)
        .collect()
}

/// The statements that altered a table under its name now or the one it had.
pub(super) fn altering(
    rehearsal: &Rehearsal,
    tables: TablePair<'_>,
    name: &str,
) -> BTreeSet<usize> {
    let names = [
        Some(name.to_owned()),
        tables.before.map(|t| ident::folded(&t.name)),
    ];
    let each = names
        .iter()
        .flatten()
        .filter_map(|name| rehearsal.altered.get(name));
    each.flatten().copied().filter(|s| *s > 0).collect()
}

/// Whether both tables have the same primary key.
pub(super) fn same_key(tables: TablePair<'_>, before: &Table, after: &Table) -> bool {
    let origins: Option<Vec<usize>> = after
        .primary_key
        .iter()
        .map(|at| tables.column_before(*at))
        .collect();
    !before.primary_key.is_empty() && origins.as_ref() == Some(&before.primary_key)
}

/// Whether a row that was copied from one side to the other has the same address on both.
fn keeps_addresses(tables: TablePair<'_>) -> bool {
    let (Some(before), Some(after)) = (tables.before, tables.after) else {
        return false;
    };
    let by_number = before.integer_primary_key.is_some() && after.integer_primary_key.is_some();
    same_key(tables, before, after) && (by_number || (before.without_rowid && after.without_rowid))
}

fn has_null_key(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    if table.without_rowid || table.integer_primary_key.is_some() {
        return Ok(false);
    }
    let tests: Vec<String> = table
        .primary_key
        .iter()
        .map(|at| format!("{} IS NULL", ident::quote(&table.columns[*at].name)))
        .collect();
    conn.prepare(&format!(
        "SELECT 1 FROM {} WHERE {} LIMIT 1",
        read::from(table),
        tests.join(" OR ")
    ))?
    .exists([])
}

/// The rows of the state before that were written, wherever they went.
fn written_before<'r>(rehearsal: &'r Rehearsal, tables: TablePair<'_>) -> &'r [TouchedRows] {
    let rows = tables
        .before
        .and_then(|table| rehearsal.touched.origins.get(&ident::folded(&table.name)));
    rows.map(Vec::as_slice).unwrap_or_default()
}

/// What tells that two rows of the two tables are one.
pub(super) enum Join {
    /// the same values in these columns, by their places on either side
    Columns {
        before: Vec<usize>,
        after: Vec<usize>,
        unique: bool,
    },
    /// the same rowid
    Rowid,
}

/// The join of rows that stayed where they were.
fn by_address(tables: TablePair<'_>) -> Join {
    let key =
        |table: Option<&Table>| table.map_or_else(Vec::new, |table| table.primary_key.clone());
    if tables.either().without_rowid {
        Join::Columns {
            before: key(tables.before),
            after: key(tables.after),
            unique: true,
        }
    } else {
        Join::Rowid
    }
}

/// What joins the rows of two tables that did not stay where they were, or may not have.
pub(super) fn join(
    states: States<'_>,
    tables: TablePair<'_>,
    rehearsal: &Rehearsal,
    name: &str,
) -> rusqlite::Result<Join> {
    if let (Some(before), Some(after)) = (tables.before, tables.after) {
        if same_key(tables, before, after)
            && !has_null_key(states.before, before)?
            && !has_null_key(states.after, after)?
        {
            return Ok(Join::Columns {
                before: before.primary_key.clone(),
                after: after.primary_key.clone(),
                unique: true,
            });
        }
        let stayed = !rehearsal.lineage.is_readdressed(name, before);
        if stayed && before.rowid_alias.is_some() && before.rowid_alias == after.rowid_alias {
            return Ok(Join::Rowid);
        }
    }
    let stored = |t: &Table, at: usize| !t.columns[at].generated;
    let all = |t: Option<&Table>| {
        t.map_or(Vec::new(), |t| {
            (0..t.columns.len()).filter(|at| stored(t, *at)).collect()
        })
    };
    let (Some(before), Some(after)) = (tables.before, tables.after) else {
        return Ok(Join::Columns {
            before: all(tables.before),
            after: all(tables.after),
            unique: false,
        });
    };
    let common = all(Some(after))
        .into_iter()
        .filter_map(|at| Some((tables.column_before(at).filter(|b| stored(before, *b))?, at)));
    let (before, after) = common.unzip();
    Ok(Join::Columns {
        before,
        after,
        unique: false,
    })
}
