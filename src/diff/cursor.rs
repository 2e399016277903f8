//! The rows of a table in one state, in the order of what joins them with those of the other state.
//!
//! A row is looked at in the engine's memory and copied only where it differs.

use crate::change::RowAddress;
use crate::rehearse::read::{self, Cells};
use crate::snapshot::catalog::{Encoding, Table};
use crate::sql::ident;
use crate::sql::value::{engine_order, same};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows, Statement};
use std::cmp::Ordering;

/// Reads all rows of a table, or none where there is no table.
pub(super) struct TableReader<'c> {
    source: Option<(Statement<'c>, RowLayout<'c>)>,
}

/// Which result columns hold the parts of a row: its address, then its cells.
#[derive(Clone, Copy)]
struct RowLayout<'c> {
    table: &'c Table,
    /// how many columns the address has
    addressed: usize,
    /// the cells to join on; `None` joins on the address
    join: Option<&'c [usize]>,
}

impl<'c> TableReader<'c> {
    /// Prepares the read; `unique` says that no two rows have the same cells to join on.
    pub(super) fn open(
        conn: &'c Connection,
        table: Option<&'c Table>,
        join: Option<&'c [usize]>,
        unique: bool,
    ) -> rusqlite::Result<Self> {
        let Some(table) = table else {
            return Ok(Self { source: None });
        };
        let address = read::address_columns(table);
        let layout = RowLayout {
            table,
            addressed: address.len(),
            join,
        };
        let names = address.iter().copied().chain(table.column_names());
        let sql = format!(
            "SELECT {} FROM {}{}",
            read::list(names),
            read::from(table),
            sorting(table, &address, join, unique)
        );
        Ok(Self {
            source: Some((conn.prepare(&sql)?, layout)),
        })
    }

    /// The rows, at the first one.
    pub(super) fn rows(&mut self) -> rusqlite::Result<Cursor<'_>> {
        let rows =
            (self.source.as_mut()).map(|(statement, layout)| (statement.raw_query(), *layout));
        let mut cursor = Cursor { rows };
        cursor.advance()?;
        Ok(cursor)
    }
}

/// The ORDER BY of what rows are joined on. 1 and 1.0 are equal to the engine, and two values to us.
fn sorting(table: &Table, address: &[&str], join: Option<&[usize]>, unique: bool) -> String {
    let term = |at: &usize| {
        let column = ident::quote(&table.columns[*at].name);
        if unique {
            format!("{column} COLLATE BINARY")
        } else {
            format!("{column} COLLATE BINARY, typeof({column})")
        }
    };
    let terms: Vec<String> = match join {
        Some(columns) => columns.iter().map(term).collect(),
        None => address.iter().map(|name| ident::quote(name)).collect(),
    };
    if terms.is_empty() {
        String::new()
    } else {
        format!(" ORDER BY {}", terms.join(", "))
    }
}

/// The rows of a table, of which one is current.
pub(super) struct Cursor<'s> {
    rows: Option<(Rows<'s>, RowLayout<'s>)>,
}

impl Cursor<'_> {
    /// Goes to the next row.
    pub(super) fn advance(&mut self) -> rusqlite::Result<()> {
        (self.rows.as_mut()).map_or(Ok(()), |(rows, _)| rows.advance())
    }

    /// The current row; none after the last.
    pub(super) fn row(&self) -> Option<CursorRow<'_>> {
        let (rows, layout) = self.rows.as_ref()?;
        Some(CursorRow {
            row: rows.get()?,
            layout: *layout,
        })
    }
}

/// A row in the engine's memory.
#[derive(Clone, Copy)]
pub(super) struct CursorRow<'r> {
    row: &'r Row<'r>,
    layout: RowLayout<'r>,
}

impl<'r> CursorRow<'r> {
    /// Its address, in a table whose rows have one.
    pub(super) fn address(self) -> rusqlite::Result<Option<RowAddress>> {
        match self.layout.addressed {
            0 => Ok(None),
            addressed => read::address(self.row, self.layout.table, addressed).map(Some),
        }
    }

    /// A copy of its cells.
    pub(super) fn cells(self) -> rusqlite::Result<Cells> {
        read::cells(
            self.row,
            self.layout.addressed,
            self.layout.table.columns.len(),
        )
    }

    /// Whether all its cells are those of another row, in tables of the same columns.
    pub(super) fn is_like(self, other: CursorRow<'_>) -> rusqlite::Result<bool> {
        for at in 0..self.layout.table.columns.len() {
            if !same(self.cell(at)?, other.cell(at)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn cell(self, at: usize) -> rusqlite::Result<ValueRef<'r>> {
        self.row.get_ref(self.layout.addressed + at)
    }

    fn key(self, at: usize) -> rusqlite::Result<ValueRef<'r>> {
        (self.layout.join).map_or_else(|| self.row.get_ref(at), |join| self.cell(join[at]))
    }
}

/// Which of two rows comes first; equal where they join. No row comes last.
pub(super) fn order(
    old: Option<CursorRow<'_>>,
    new: Option<CursorRow<'_>>,
    encoding: Encoding,
    unique: bool,
) -> rusqlite::Result<Ordering> {
    let (Some(old), Some(new)) = (old, new) else {
        return Ok(if old.is_some() {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    };
    let layout = old.layout;
    for at in 0..layout.join.map_or(layout.addressed, <[usize]>::len) {
        let (old, new) = (old.key(at)?, new.key(at)?);
        let order = match (old, new) {
            (ValueRef::Text(old), ValueRef::Text(new)) => text_order(old, new, encoding),
            _ if unique => engine_order(old, new),
            _ => {
                let is_real = |value| matches!(value, ValueRef::Real(_));
                engine_order(old, new).then(is_real(old).cmp(&is_real(new)))
            }
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

/// SQLite's order of text; in a UTF-16 database, that of its UTF-16 bytes.
fn text_order(old: &[u8], new: &[u8], encoding: Encoding) -> Ordering {
    let bytes = |text: &[u8], spell: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = String::from_utf8_lossy(text);
        text.encode_utf16().flat_map(spell).collect()
    };
    match encoding {
        Encoding::Utf8 => old.cmp(new),
        Encoding::Utf16Le => bytes(old, u16::to_le_bytes).cmp(&bytes(new, u16::to_le_bytes)),
        Encoding::Utf16Be => bytes(old, u16::to_be_bytes).cmp(&bytes(new, u16::to_be_bytes)),
    }
}
