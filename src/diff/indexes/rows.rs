//! What the rows say: for each row of the content that changed, whether its entry in the index was
//! written, and whether the entry of another row was.

use super::concern::IndexConcern;
use super::{contentless, sizes, temporary, terms};
use crate::change::RowAddress;
use crate::diff::States;
use crate::rehearse::read::{ByAddress, Cells};
use crate::rehearse::{Rehearsal, Rowids, TouchedRow, TouchedRows};
use crate::snapshot::catalog::Table;
use crate::snapshot::storage;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Statement};

/// How the entries of an index were written beside the rows of its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryChanges {
    /// rows that changed and had an entry, which was not written
    pub left: u64,
    /// entries that were written though the row is what it was
    pub alone: u64,
    /// whether each entry that was written is that of its row, and each row that changed has one
    pub fits: bool,
}

/// The most rows that are looked at one by one.
const ROWS: u64 = 2_000;

/// The rowid of a row of the content, and the cells that the index has of it.
pub(super) type IndexedCells = (i64, Vec<Value>);

/// A row of the content that was written, as the index reads it.
pub(super) struct ContentRow {
    pub(super) before: Option<IndexedCells>,
    pub(super) after: Option<IndexedCells>,
}

impl ContentRow {
    pub(super) fn rowids(&self) -> impl Iterator<Item = i64> + '_ {
        let sides = [&self.before, &self.after];
        sides.into_iter().flatten().map(|(rowid, _)| *rowid)
    }
}

/// What the rows say about an index whose content has rows that are found by their rowid; nothing
/// where there are too many of them.
///
/// # Errors
/// The engine's.
pub(crate) fn by_rows(
    states: States<'_>,
    rehearsal: &Rehearsal,
    concern: &IndexConcern<'_>,
) -> rusqlite::Result<EntryChanges> {
    let content = concern.content.map(ident::folded).unwrap_or_default();
    let touched = &rehearsal.touched.rows;
    let (Some(before), Some(after)) = (
        rehearsal.origin(&content),
        rehearsal.after.tables.get(&content),
    ) else {
        return Ok(EntryChanges::default());
    };
    let entries = storage::entries_of(&ident::folded(&concern.table.name));
    let entries = touched.get(&entries).map(contentless::rowids);
    let entries = entries.unwrap_or_default();
    let touched = touched.get(&content);
    if touched.is_some_and(|rows| rows.len() > ROWS) || entries.len() > 2 * ROWS {
        return Ok(EntryChanges::default());
    }
    let rows = match touched {
        Some(touched) => content_rows(states, [before, after], concern.table, touched)?,
        None => Vec::new(),
    };
    let written = Written { rows, entries };
    let mut said = written.said(states, concern)?;
    if concern.may_trust_rows && said.alone == 0 && !written.is_any_missing() {
        let declaration = rehearsal.after.definition(&concern.table.name);
        said.fits = written.fit(states, concern, declaration)?;
    }
    Ok(said)
}

/// The rows of the content and the entries of the index that were written.
struct Written {
    rows: Vec<ContentRow>,
    entries: Rowids,
}

impl Written {
    /// How they were written beside each other.
    fn said(
        &self,
        states: States<'_>,
        concern: &IndexConcern<'_>,
    ) -> rusqlite::Result<EntryChanges> {
        let mut known = Rowids::default();
        for rowid in self.rows.iter().flat_map(ContentRow::rowids) {
            known.insert(rowid);
        }
        let mut said = EntryChanges {
            alone: self.entries.without(&known).len(),
            ..EntryChanges::default()
        };
        let mut entries = PriorEntries::open(states.before, concern.before);
        for row in self.rows.iter().filter(|row| self.is_missing(row)) {
            if let Some((rowid, _)) = &row.before {
                said.left += u64::from(entries.has(*rowid)?);
            }
        }
        Ok(said)
    }

    /// Whether the index has of these rows what they say, and changed by no more.
    fn fit(
        &self,
        states: States<'_>,
        concern: &IndexConcern<'_>,
        declaration: Option<&str>,
    ) -> rusqlite::Result<bool> {
        let (Some(before), after) = (concern.before, concern.table) else {
            return Ok(false);
        };
        let rows = self.concerned();
        let rowids = rows.iter().flat_map(|row| row.rowids()).collect();
        let indexes = [(states.before, before), (states.after, after)];
        Ok(terms::fit(states.after, after, declaration, &rows)? && sizes::fit(indexes, &rowids)?)
    }

    /// Whether a row changed and an entry of it was not written.
    fn is_missing(&self, row: &ContentRow) -> bool {
        let is_written = |rowid: i64| self.entries.contains(rowid);
        row.before != row.after && !row.rowids().all(is_written)
    }

    fn is_any_missing(&self) -> bool {
        self.rows.iter().any(|row| self.is_missing(row))
    }

    /// The rows that changed or whose entries were written.
    fn concerned(&self) -> Vec<&ContentRow> {
        let is_written = |rowid: i64| self.entries.contains(rowid);
        let is_one = |row: &&ContentRow| row.before != row.after || row.rowids().any(is_written);
        self.rows.iter().filter(is_one).collect()
    }
}

/// Reads rows of the content of an index, as the index reads them, in one state.
struct ContentReader<'c> {
    rows: ByAddress<'c>,
    /// the places of the columns that the index has; none where the content has no such column
    places: Vec<Option<usize>>,
}

impl<'c> ContentReader<'c> {
    fn open(conn: &'c Connection, table: &'c Table, index: &Table) -> rusqlite::Result<Self> {
        Ok(Self {
            rows: ByAddress::new(conn, table)?,
            places: temporary::columns(index)
                .map(|name| table.column(name))
                .collect(),
        })
    }

    fn read(&mut self, at: Option<&RowAddress>) -> rusqlite::Result<Option<IndexedCells>> {
        let Some(address @ RowAddress::Rowid(rowid)) = at else {
            return Ok(None);
        };
        let row = self.rows.read(address)?;
        let cell = |row: &Cells, at: &Option<usize>| at.map_or(Value::Null, |at| row[at].clone());
        Ok(row.map(|row| {
            let cells = self.places.iter().map(|at| cell(&row, at));
            (*rowid, cells.collect())
        }))
    }
}

/// The rows of the content that were written, as the index reads them.
fn content_rows(
    states: States<'_>,
    [before, after]: [&Table; 2],
    index: &Table,
    written: &TouchedRows,
) -> rusqlite::Result<Vec<ContentRow>> {
    let mut old = ContentReader::open(states.before, before, index)?;
    let mut new = ContentReader::open(states.after, after, index)?;
    let row = |row: TouchedRow| {
        Ok(ContentRow {
            before: old.read(row.origin.as_ref())?,
            after: new.read(row.current.as_ref())?,
        })
    };
    written.each().map(row).collect()
}

/// The entries of an index in the state before, where it keeps a table of them.
struct PriorEntries<'c>(Option<Statement<'c>>);

impl<'c> PriorEntries<'c> {
    fn open(conn: &'c Connection, index: Option<&Table>) -> Self {
        let read = |index: &Table| {
            let entries = ident::qualified("main", &storage::entries_of(&index.name));
            let sql = format!("SELECT 1 FROM {entries} WHERE rowid = ?1");
            conn.prepare(&sql).ok()
        };
        Self(index.and_then(read))
    }

    fn has(&mut self, rowid: i64) -> rusqlite::Result<bool> {
        let read = self.0.as_mut();
        read.map_or(Ok(false), |read| read.exists([rowid]))
    }
}
