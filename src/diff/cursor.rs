//! One side of a whole comparison: the rows of a table in one state, in the order of what joins
//! them with those of the other.
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

/// What is read of one side.
pub(super) struct TableReader<'c> {
    statement: Statement<'c>,
    layout: RowLayout<'c>,
}

/// Where the parts of a row stand among the result columns.
#[derive(Clone, Copy)]
struct RowLayout<'c> {
    table: &'c Table,
    addressed: usize,
    /// the cells to join on; `None` joins on the address
    join: Option<&'c [usize]>,
}

impl<'c> TableReader<'c> {
    /// Prepares reading `table`; `unique` says that no two rows have the same cells to join on.
    pub(super) fn open(
        conn: &'c Connection,
        table: &'c Table,
        join: Option<&'c [usize]>,
        unique: bool,
    ) -> rusqlite::Result<Self> {
        let address = read::address_columns(table);
        let lead = if address.is_empty() {
            String::new()
        } else {
            format!("{}, ", read::list(address.iter().copied()))
        };
        let order: Vec<String> = match join {
            // 1 and 1.0 are equal to the engine, and two values to us.
            Some(columns) => columns
                .iter()
                .map(|at| ident::quote(&table.columns[*at].name))
                .map(|column| {
                    if unique {
                        format!("{column} COLLATE BINARY")
                    } else {
                        format!("{column} COLLATE BINARY, typeof({column})")
                    }
                })
                .collect(),
            None => address.iter().map(|c| ident::quote(c)).collect(),
        };
        let sort = if order.is_empty() {
            String::new()
        } else {
            format!(" ORDER BY {}", order.join(", "))
        };
        let sql = format!(
            "SELECT {lead}{} FROM {}{sort}",
            read::list(table.column_names()),
            read::from(table)
        );
        Ok(Self {
            statement: conn.prepare(&sql)?,
            layout: RowLayout {
                table,
                addressed: address.len(),
                join,
            },
        })
    }

    /// The rows from the first on.
    pub(super) fn rows(&mut self) -> rusqlite::Result<Cursor<'_>> {
        let mut rows = Cursor {
            rows: self.statement.raw_query(),
            layout: self.layout,
        };
        rows.advance()?;
        Ok(rows)
    }
}

/// The rows of one side, and which of them is at hand.
pub(super) struct Cursor<'s> {
    rows: Rows<'s>,
    layout: RowLayout<'s>,
}

impl Cursor<'_> {
    /// Goes to the next row.
    pub(super) fn advance(&mut self) -> rusqlite::Result<()> {
        self.rows.advance()
    }

    /// The row at hand; none behind the last.
    pub(super) fn row(&self) -> Option<CursorRow<'_>> {
        self.rows.get().map(|row| CursorRow {
            row,
            layout: self.layout,
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
    /// Where it stands, in a table whose rows have addresses.
    pub(super) fn address(self) -> rusqlite::Result<Option<RowAddress>> {
        let RowLayout {
            table, addressed, ..
        } = self.layout;
        if addressed == 0 {
            Ok(None)
        } else {
            read::address(self.row, table, addressed).map(Some)
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
            if !same(
                self.row.get_ref(self.layout.addressed + at)?,
                other.row.get_ref(other.layout.addressed + at)?,
            ) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many result columns it joins on, and where the one at a place stands.
    fn keys(self) -> usize {
        self.layout
            .join
            .map_or(self.layout.addressed, <[usize]>::len)
    }

    fn key(self, at: usize) -> rusqlite::Result<ValueRef<'r>> {
        self.row.get_ref(
            self.layout
                .join
                .map_or(at, |join| self.layout.addressed + join[at]),
        )
    }
}

/// Which of two rows comes first; equal where they join. A side at its end comes last.
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
    for at in 0..old.keys() {
        let order = value_order(old.key(at)?, new.key(at)?, encoding, unique);
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

/// SQLite's order of values; text in a UTF-16 database is ordered by its UTF-16 bytes.
fn value_order(a: ValueRef<'_>, b: ValueRef<'_>, encoding: Encoding, unique: bool) -> Ordering {
    let (ValueRef::Text(x), ValueRef::Text(y)) = (a, b) else {
        let class = |value: ValueRef<'_>| u8::from(matches!(value, ValueRef::Real(_)));
        let order = engine_order(a, b);
        return if unique {
            order
        } else {
            order.then(class(a).cmp(&class(b)))
        };
    };
    let bytes = |text: &[u8], spell: fn(u16) -> [u8; 2]| -> Vec<u8> {
        String::from_utf8_lossy(text)
            .encode_utf16()
            .flat_map(spell)
            .collect()
    };
    match encoding {
        Encoding::Utf8 => x.cmp(y),
        Encoding::Utf16Le => bytes(x, u16::to_le_bytes).cmp(&bytes(y, u16::to_le_bytes)),
        Encoding::Utf16Be => bytes(x, u16::to_be_bytes).cmp(&bytes(y, u16::to_be_bytes)),
    }
}
