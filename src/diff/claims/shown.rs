//! The first few of some rows, as a person finds them: their keys, and what became of them.

use super::FoundRows;
use crate::change::{NamedCell, RowAddress, RowChange};
use crate::diff::columns::{self, ColumnPair, TablePair};
use crate::diff::computed::Computed;
use crate::diff::grouping::{self, Image};
use crate::diff::written_rows::Addresses;
use crate::rehearse::read::{ByAddress, Cells};
use crate::rehearse::{FrozenClock, Statements};
use crate::scope::Op;
use crate::snapshot::catalog::Table;
use crate::sql::Value;
use rusqlite::Connection;

/// Rows that are shown.
pub(super) const MOST: usize = 3;

/// Reads rows of a table to show them.
pub(super) struct Shown<'a> {
    pub(super) tables: TablePair<'a>,
    pub(super) op: Op,
    pub(super) before: &'a Connection,
    pub(super) after: &'a Connection,
    pub(super) clock: &'a FrozenClock,
}

impl Shown<'_> {
    /// Some rows, of which the first are at these places.
    pub(super) fn found(
        &self,
        rows: u64,
        places: impl IntoIterator<Item = Addresses>,
    ) -> rusqlite::Result<FoundRows> {
        let mut samples = Vec::new();
        if rows > 0 {
            for place in places.into_iter().take(MOST) {
                samples.extend(self.row(&place)?);
            }
        }
        Ok(FoundRows { rows, samples })
    }

    /// A row, unless neither state has it: a key that no row has is no key, and may be any value.
    fn row(&self, [before, after]: &Addresses) -> rusqlite::Result<Option<RowChange>> {
        let old = cells(self.before, self.tables.before, before.as_ref())?;
        let new = cells(self.after, self.tables.after, after.as_ref())?;
        let computed = Computed::unchanged(self.tables);
        if old.is_none() && new.is_none() {
            return Ok(None);
        }
        let columns = columns::pairs(self.tables, &computed, &[], self.clock);
        let image = Image {
            before: old.as_deref(),
            after: new.as_deref(),
            statements: &Statements::default(),
            touched: true,
            at: [None, None],
        };
        let shown = match (&old, &new) {
            (Some(old), Some(new)) => columns.iter().filter(|c| c.differs(old, new)).collect(),
            _ if self.op == Op::Update => Vec::new(),
            _ => columns.iter().filter(|column| !column.follows).collect(),
        };
        let shown: Vec<&ColumnPair> = shown;
        let mut row = grouping::sample(self.tables, self.op, &shown, &image);
        if row.key.is_empty() {
            row.key = self.address(before.as_ref().or(after.as_ref()));
        }
        Ok(Some(row))
    }
}

impl Shown<'_> {
    /// The address of a row that has no key, or is not there.
    fn address(&self, address: Option<&RowAddress>) -> Vec<NamedCell> {
        let alias = self.tables.either().rowid_alias.clone();
        match (address, alias) {
            (Some(RowAddress::Rowid(rowid)), Some(alias)) => vec![(alias, Value::Integer(*rowid))],
            _ => Vec::new(),
        }
    }
}

/// The cells of the row at an address, where there is one.
fn cells(
    conn: &Connection,
    table: Option<&Table>,
    address: Option<&RowAddress>,
) -> rusqlite::Result<Option<Cells>> {
    match table.zip(address) {
        Some((table, address)) => ByAddress::new(conn, table)?.read(address),
        None => Ok(None),
    }
}
