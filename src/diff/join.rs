//! What says that a row before and a row after are one, where the capture does not: the primary key
//! where both tables have the same one and no part is NULL; the rowid in a virtual table that
//! stayed; else the values of all common columns.

use super::States;
use super::columns::TablePair;
use crate::rehearse::read;
use crate::snapshot::catalog::Table;
use crate::sql::ident;
use rusqlite::Connection;

/// What two rows have in common that are one; columns by their places in both tables.
pub(super) enum Join {
    /// the key, which no two rows of a table share
    Key(Vec<usize>, Vec<usize>),
    /// the rowid
    Rowid,
    /// the values of these columns, as often as they occur
    Values(Vec<usize>, Vec<usize>),
}

impl Join {
    /// The places of its columns before and after; none for the address.
    pub(super) fn places(&self) -> (Option<&[usize]>, Option<&[usize]>) {
        match self {
            Self::Key(before, after) | Self::Values(before, after) => (Some(before), Some(after)),
            Self::Rowid => (None, None),
        }
    }

    /// Whether no two rows of a table have the same values in its columns.
    pub(super) fn is_unique(&self) -> bool {
        matches!(self, Self::Key(..))
    }

    /// The join of rows that stayed at their addresses.
    pub(super) fn by_address(tables: TablePair<'_>) -> Self {
        if !tables.either().without_rowid {
            return Self::Rowid;
        }
        let key = |table: Option<&Table>| table.map_or_else(Vec::new, |t| t.primary_key.clone());
        Self::Key(key(tables.before), key(tables.after))
    }

    /// The join of rows that may have other addresses; `name` is the table's folded name after.
    pub(super) fn by_content(
        states: States<'_>,
        tables: TablePair<'_>,
        name: &str,
    ) -> rusqlite::Result<Self> {
        let Some((before, after)) = tables.both() else {
            let all = |t: Option<&Table>| t.map_or_else(Vec::new, |t| stored(t).collect());
            return Ok(Self::Values(all(tables.before), all(tables.after)));
        };
        if tables.have_same_key()
            && !has_null_key(states.before, before)?
            && !has_null_key(states.after, after)?
        {
            let key = |table: &Table| table.primary_key.clone();
            return Ok(Self::Key(key(before), key(after)));
        }
        let stayed = !tables.lineage.is_readdressed(name, before);
        if stayed && before.rowid_alias.is_some() && before.rowid_alias == after.rowid_alias {
            return Ok(Self::Rowid);
        }
        let is_stored = |at: &usize| !before.columns[*at].generated;
        let common =
            stored(after).filter_map(|at| Some((tables.column_before(at).filter(is_stored)?, at)));
        let (before, after) = common.unzip();
        Ok(Self::Values(before, after))
    }
}

/// The places of the columns that are not computed.
fn stored(table: &Table) -> impl Iterator<Item = usize> {
    (0..table.columns.len()).filter(|at| !table.columns[*at].generated)
}

fn has_null_key(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    if table.without_rowid || table.integer_primary_key.is_some() {
        return Ok(false);
    }
    let columns = table.key_columns().map(ident::quote);
    let tests: Vec<String> = columns.map(|column| format!("{column} IS NULL")).collect();
    conn.prepare(&format!(
        "SELECT 1 FROM {} WHERE {} LIMIT 1",
        read::from(table),
        tests.join(" OR ")
    ))?
    .exists([])
}
