//! The rows that the capture nominated, read in both states.
//!
//! A row that ended and one that began under the same primary key are one updated row (REPLACE does
//! this). Where the schema of the table changed under its rows, every row is nominated.

use super::columns::TablePair;
use super::compare;
use super::error::TableError;
use super::grouping::{Grouping, Image};
use super::table::TableComparison;
use crate::change::RowAddress;
use crate::progress::Meter;
use crate::rehearse::read::{ByAddress, Cells};
use crate::rehearse::{Rowids, TouchedRow, TouchedRows, TouchedSets};
use crate::snapshot::catalog::Table;
use crate::sql::Value;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Groups the nominated rows of a table; where its schema changed, also those that no write
/// nominated.
pub(super) fn nominated(
    at: TableComparison<'_>,
    grouping: &mut Grouping<'_>,
) -> Result<(), TableError> {
    match at.touched() {
        None => {}
        Some(TouchedRows::Sets(sets)) if !at.is_altered() => {
            let (judged, others) = add_judged(sets, at.tables, grouping)?;
            let meter = at.begin(Some(judged + others.len()));
            meter.add(judged);
            read_again(|| sets.rows(others.clone()), at, grouping, &meter)?;
        }
        Some(rows) => read_again(|| rows.each(), at, grouping, &at.begin(Some(rows.len())))?,
    }
    if at.is_altered() {
        compare::unwritten(at, grouping)?;
    }
    Ok(())
}

/// Groups the rows that the capture judged; how many they are, and those that are to be read again.
/// The first of each class are among these, so that the samples come from the states.
fn add_judged(
    sets: &TouchedSets,
    tables: TablePair<'_>,
    grouping: &mut Grouping<'_>,
) -> Result<(u64, Rowids), TableError> {
    let has_other_key = tables
        .before
        .is_some_and(|t| !t.primary_key.is_empty() && t.integer_primary_key.is_none());
    let (classes, mut others) = sets.by_images(has_other_key);
    let mut judged = 0;
    for class in classes {
        others.extend(class.rows.iter().take(grouping.samples));
        let rows = class.rows.len().saturating_sub(grouping.samples as u64);
        grouping.add_judged(&class, rows)?;
        judged += rows;
    }
    Ok((judged, others))
}

/// Groups rows by their images in the two states; `rows` starts over each time.
fn read_again<I: Iterator<Item = TouchedRow>>(
    rows: impl Fn() -> I,
    at: TableComparison<'_>,
    grouping: &mut Grouping<'_>,
    meter: &Meter,
) -> Result<(), TableError> {
    let mut readers = RowReaders::open(at)?;
    let mut replaced = Replaced::find(&rows, &mut readers)?;
    let is_asked = grouping.written.is_some();
    for row in rows() {
        meter.add(1);
        let Some(row) = replaced.join(row) else {
            continue;
        };
        let [before, after] = readers.images(&row)?;
        let place = |is: bool, at: Option<RowAddress>| at.filter(|_| is_asked && is);
        grouping.add(Image {
            at: [
                place(before.is_some(), row.origin),
                place(after.is_some(), row.current),
            ],
            before: before.as_deref(),
            after: after.as_deref(),
            statements: &row.statements,
            touched: true,
        })?;
    }
    Ok(())
}

/// Reads the rows of a table in both states.
struct RowReaders<'c> {
    before: Option<ByAddress<'c>>,
    after: Option<ByAddress<'c>>,
}

impl<'c> RowReaders<'c> {
    fn open(at: TableComparison<'c>) -> rusqlite::Result<Self> {
        let open =
            |conn, table: Option<&'c Table>| table.map(|t| ByAddress::new(conn, t)).transpose();
        Ok(Self {
            before: open(at.states.before, at.tables.before)?,
            after: open(at.states.after, at.tables.after)?,
        })
    }

    /// A row as it was and as it is.
    fn images(&mut self, row: &TouchedRow) -> Result<[Option<Cells>; 2], TableError> {
        Ok([
            fetch(&mut self.before, row.origin.as_ref())?,
            fetch(&mut self.after, row.current.as_ref())?,
        ])
    }
}

/// Reads the row that must be at an address.
fn fetch(
    reader: &mut Option<ByAddress<'_>>,
    address: Option<&RowAddress>,
) -> Result<Option<Cells>, TableError> {
    let Some((reader, address)) = reader.as_mut().zip(address) else {
        return Ok(None);
    };
    let cells = reader.read(address)?;
    cells.map(Some).ok_or_else(|| {
        TableError::Contradiction(match address {
            RowAddress::Rowid(rowid) => format!("rowid {rowid}"),
            RowAddress::Key(key) => format!("a key of {} columns", key.len()),
        })
    })
}

/// Rows that ended, each with one that began under the same primary key.
#[derive(Default)]
struct Replaced {
    by_origin: HashMap<RowAddress, TouchedRow>,
    /// the addresses of those that began
    replacements: HashSet<RowAddress>,
}

impl Replaced {
    fn find<I: Iterator<Item = TouchedRow>>(
        rows: &impl Fn() -> I,
        readers: &mut RowReaders<'_>,
    ) -> rusqlite::Result<Self> {
        let mut replaced = Self::default();
        let (Some(before), Some(after)) = (&mut readers.before, &mut readers.after) else {
            return Ok(replaced);
        };
        let ended = || rows().filter(|row| row.current.is_none());
        if before.table.primary_key.is_empty() || ended().next().is_none() {
            return Ok(replaced);
        }
        let mut began = HashMap::new();
        for row in rows() {
            if row.origin.is_none()
                && let Some(current) = &row.current
                && let Some(key) = key_of(current, after)?
            {
                began.insert(key, row);
            }
        }
        if began.is_empty() {
            return Ok(replaced);
        }
        for row in ended() {
            if let Some(origin) = row.origin
                && let Some(key) = key_of(&origin, before)?
                && let Some(replacement) = began.remove(&key)
            {
                replaced.replacements.extend(replacement.current.clone());
                replaced.by_origin.insert(origin, replacement);
            }
        }
        Ok(replaced)
    }

    /// The row; one that ended goes on as the one that began in its place, which is none of its own.
    fn join(&mut self, mut row: TouchedRow) -> Option<TouchedRow> {
        match (&row.origin, &row.current) {
            (None, Some(current)) if self.replacements.contains(current) => return None,
            (Some(origin), None) => {
                if let Some(replacement) = self.by_origin.remove(origin) {
                    row.statements = Rc::new(&*row.statements | &*replacement.statements);
                    row.current = replacement.current;
                }
            }
            _ => {}
        }
        Some(row)
    }
}

/// The primary key of the row at an address, where no part of it is NULL.
fn key_of(address: &RowAddress, reader: &mut ByAddress<'_>) -> rusqlite::Result<Option<Cells>> {
    let table = reader.table;
    if let RowAddress::Rowid(rowid) = address
        && table.integer_primary_key.is_some()
    {
        return Ok(Some(vec![Value::Integer(*rowid)]));
    }
    Ok(reader.read(address)?.and_then(|cells| {
        let key = table.primary_key.iter().map(|at| cells[*at].clone());
        key.map(|value| (!value.is_null()).then_some(value))
            .collect()
    }))
}
