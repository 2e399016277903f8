//! The rows that the capture nominated, read in both states.
//!
//! A row that ended and one that began under the same primary key are one updated row (REPLACE does
//! this). Where the schema of the table changed under its rows, every row is nominated.

use super::columns::TablePair;
use super::grouping::{Grouping, Image};
use super::{DiffError, States, compare};
use crate::change::RowAddress;
use crate::progress::{Meter, Work};
use crate::rehearse::read::{ByAddress, Cells};
use crate::rehearse::{Rehearsal, Rowids, TouchedRow, TouchedRows, TouchedSets};
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Folds the nominated rows of table `name`; where its schema changed, also those that no write
/// nominated.
pub(super) fn nominated(
    states: States<'_>,
    tables: TablePair<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    grouping: &mut Grouping<'_>,
) -> Result<(), DiffError> {
    let is_renamed = tables.before.is_some_and(|t| !ident::same(&t.name, name));
    let is_altered = is_renamed || rehearsal.altered.contains_key(name);
    let begin = |rows: u64| {
        states
            .progress
            .begin(Work::Compare, &tables.either().name, Some(rows))
    };
    match rehearsal.touched.rows.get(name) {
        None => {}
        Some(TouchedRows::Sets(sets)) if !is_altered => {
            let (judged, others) = judged(sets, tables, grouping)?;
            let meter = begin(judged + others.len());
            meter.add(judged);
            read_again(
                || sets.rows(others.clone()),
                states,
                tables,
                grouping,
                &meter,
            )?;
        }
        Some(rows) => read_again(|| rows.each(), states, tables, grouping, &begin(rows.len()))?,
    }
    if is_altered {
        compare::unwritten(states, tables, rehearsal, name, grouping)
    } else {
        Ok(())
    }
}

/// Folds the rows that the capture judged, and tells how many they are, and those that are to be
/// read again. The first of each class are among these, so that the samples come from the states.
fn judged(
    sets: &TouchedSets,
    tables: TablePair<'_>,
    grouping: &mut Grouping<'_>,
) -> Result<(u64, Rowids), DiffError> {
    let has_other_key = tables
        .before
        .is_some_and(|t| !t.primary_key.is_empty() && t.integer_primary_key.is_none());
    let (classes, mut others) = sets.by_images(has_other_key);
    let mut judged = 0;
    for class in classes {
        let samples = class.rows.iter().take(grouping.samples());
        others.extend(samples);
        let rows = class.rows.len().saturating_sub(grouping.samples() as u64);
        grouping.add_judged(&class, rows)?;
        judged += rows;
    }
    Ok((judged, others))
}

/// Folds rows by their images in the two states; `rows` starts over each time.
fn read_again<I: Iterator<Item = TouchedRow>>(
    rows: impl Fn() -> I,
    states: States<'_>,
    tables: TablePair<'_>,
    grouping: &mut Grouping<'_>,
    meter: &Meter,
) -> Result<(), DiffError> {
    let table = &tables.either().name;
    let error = DiffError::sqlite(table);
    let mut before = tables
        .before
        .map(|t| ByAddress::new(states.before, t))
        .transpose()
        .map_err(&error)?;
    let mut after = tables
        .after
        .map(|t| ByAddress::new(states.after, t))
        .transpose()
        .map_err(&error)?;
    let mut replaced = replaced(&rows, tables, before.as_mut(), after.as_mut()).map_err(&error)?;
    for mut row in rows() {
        meter.add(1);
        match (&row.origin, &row.current) {
            (Some(origin), None) => {
                if let Some(replacement) = replaced.by_origin.remove(origin) {
                    row.statements = Rc::new(
                        row.statements
                            .union(&replacement.statements)
                            .copied()
                            .collect(),
                    );
                    row.current = replacement.current;
                }
            }
            (None, Some(current)) if replaced.replacements.contains(current) => continue,
            _ => {}
        }
        let old = fetch(before.as_mut(), row.origin.as_ref(), table)?;
        let new = fetch(after.as_mut(), row.current.as_ref(), table)?;
        grouping.add(&Image {
            before: old.as_deref(),
            after: new.as_deref(),
            statements: &row.statements,
            touched: true,
        })?;
    }
    Ok(())
}

/// Reads the row that must be at an address.
fn fetch(
    reader: Option<&mut ByAddress<'_>>,
    address: Option<&RowAddress>,
    table: &str,
) -> Result<Option<Cells>, DiffError> {
    let (Some(reader), Some(address)) = (reader, address) else {
        return Ok(None);
    };
    let cells = reader.read(address).map_err(DiffError::sqlite(table))?;
    cells.map(Some).ok_or_else(|| DiffError::Contradiction {
        table: table.to_owned(),
        place: place(address),
    })
}

fn place(address: &RowAddress) -> String {
    match address {
        RowAddress::Rowid(rowid) => format!("rowid {rowid}"),
        RowAddress::Key(key) => format!("a key of {} columns", key.len()),
    }
}

/// Rows that ended, each with one that began under the same primary key.
#[derive(Default)]
struct Replaced {
    by_origin: HashMap<RowAddress, TouchedRow>,
    /// where the ones that began stand
    replacements: HashSet<RowAddress>,
}

/// Joins rows that ended with those that began under the same primary key.
fn replaced<I: Iterator<Item = TouchedRow>>(
    rows: &impl Fn() -> I,
    tables: TablePair<'_>,
    before: Option<&mut ByAddress<'_>>,
    after: Option<&mut ByAddress<'_>>,
) -> rusqlite::Result<Replaced> {
    let mut replaced = Replaced::default();
    let (Some(old), Some(new), Some(before), Some(after)) =
        (tables.before, tables.after, before, after)
    else {
        return Ok(replaced);
    };
    let has_ended = |row: TouchedRow| row.current.is_none();
    let has_begun = |row: TouchedRow| row.origin.is_none();
    if old.primary_key.is_empty() || !rows().any(has_ended) || !rows().any(has_begun) {
        return Ok(replaced);
    }
    let mut began: HashMap<Cells, TouchedRow> = HashMap::new();
    for row in rows().filter(|row| row.origin.is_none()) {
        if let Some(key) = row
            .current
            .as_ref()
            .map_or(Ok(None), |current| key_of(current, after, new))?
        {
            began.insert(key, row);
        }
    }
    for origin in rows()
        .filter(|row| row.current.is_none())
        .filter_map(|row| row.origin)
    {
        let replacement = key_of(&origin, before, old)?.and_then(|key| began.remove(&key));
        if let Some(replacement) = replacement {
            replaced.replacements.extend(replacement.current.clone());
            replaced.by_origin.insert(origin, replacement);
        }
    }
    Ok(replaced)
}

/// The primary key of the row at an address.
fn key_of(
    address: &RowAddress,
    reader: &mut ByAddress<'_>,
    table: &Table,
) -> rusqlite::Result<Option<Cells>> {
    match address {
        RowAddress::Rowid(rowid) if table.integer_primary_key.is_some() => {
            Ok(Some(vec![Value::Integer(*rowid)]))
        }
        _ => Ok(reader.read(address)?.and_then(|cells| key(table, &cells))),
    }
}

/// The primary key's values, where none of them is NULL.
fn key(table: &Table, cells: &[Value]) -> Option<Cells> {
    let values: Cells = table
        .primary_key
        .iter()
        .map(|at| cells[*at].clone())
        .collect();
    (!values.iter().any(Value::is_null)).then_some(values)
}
