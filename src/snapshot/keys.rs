//! The keys of a table: primary, unique and foreign, with their columns, read through the PRAGMAs
//! of <https://sqlite.org/pragma.html>. Counts no rows.

use super::catalog::Table;
use crate::sql::ident;
use rusqlite::{Connection, Statement};
use serde::Serialize;

/// The keys of one table.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// the columns of the primary key, in the key's order
    pub primary: Vec<String>,
    /// the other unique keys
    pub unique: Vec<Unique>,
    /// the foreign keys
    pub foreign: Vec<Foreign>,
}

/// A UNIQUE constraint or unique index.
#[derive(Debug, Clone, Serialize)]
pub struct Unique {
    /// the name of its index
    #[serde(skip)]
    pub index: String,
    /// its columns; none for an expression
    pub columns: Vec<Option<String>>,
    /// whether it holds for some rows only
    pub partial: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Serialize)]
pub struct Foreign {
    /// its columns
    pub columns: Vec<String>,
    /// the table that it refers to
    pub parent: String,
    /// the columns there; empty for the primary key
    pub parent_columns: Vec<String>,
    /// what happens to the row when the parent is deleted, as the PRAGMA spells it
    pub on_delete: String,
    /// what happens to it when the parent's key changes
    pub on_update: String,
}

impl Keys {
    /// Whether a key of several columns identifies every row of the table.
    pub fn is_composite(&self) -> bool {
        self.primary.len() > 1
            || self
                .unique
                .iter()
                .any(|key| key.columns.len() > 1 && !key.partial)
    }

    /// The keys over whole columns that identify every row, the primary one first.
    pub fn whole(&self) -> impl Iterator<Item = Vec<&str>> {
        let unique = self
            .unique
            .iter()
            .filter(|key| !key.partial)
            .filter_map(|key| key.columns.iter().map(Option::as_deref).collect());
        let primary: Vec<&str> = self.primary.iter().map(String::as_str).collect();
        Some(primary)
            .filter(|columns| !columns.is_empty())
            .into_iter()
            .chain(unique)
    }

    /// The columns of the keys of several columns.
    pub fn composite_columns(&self) -> impl Iterator<Item = &str> {
        let primary = self.primary.iter().filter(|_| self.primary.len() > 1);
        let unique = self
            .unique
            .iter()
            .filter(|key| key.columns.len() > 1)
            .flat_map(|key| key.columns.iter().flatten());
        primary.chain(unique).map(String::as_str)
    }
}

impl Foreign {
    /// The columns of the parent that it refers to.
    pub fn referred<'k>(&'k self, parent: &'k Table) -> &'k [String] {
        if self.parent_columns.is_empty() {
            &parent.keys.primary
        } else {
            &self.parent_columns
        }
    }
}

impl Unique {
    /// The places of its columns in its table, where it is over whole columns of all rows.
    pub(super) fn places(&self, table: &Table) -> Option<Vec<usize>> {
        let place = |name: &Option<String>| {
            table
                .column_names()
                .position(|column| Some(column) == name.as_deref())
        };
        self.columns
            .iter()
            .map(place)
            .collect::<Option<Vec<_>>>()
            .filter(|_| !self.partial)
    }
}

/// The unique keys among the indexes of a table, the primary key's left out.
pub(super) fn unique(conn: &Connection, indexes: &[Index]) -> rusqlite::Result<Vec<Unique>> {
    let unique = indexes
        .iter()
        .filter(|index| index.unique && !index.is_primary());
    let read = |index: &Index| {
        let columns = columns(conn, &index.name)?.into_iter();
        Ok(Unique {
            index: index.name.clone(),
            columns: columns.map(|(_, name)| name).collect(),
            partial: index.partial,
        })
    };
    unique.map(read).collect()
}

/// An index of a table.
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) unique: bool,
    /// `c` for CREATE INDEX, `u` for UNIQUE, `pk` for PRIMARY KEY
    pub(crate) origin: String,
    pub(crate) partial: bool,
}

impl Index {
    /// Whether it is that of the primary key.
    pub(crate) fn is_primary(&self) -> bool {
        self.origin == "pk"
    }
}

/// The indexes of a table, the last one made first.
pub(crate) fn indexes(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Index>> {
    let mut statement = about(conn, "index_list", table)?;
    let rows = statement.query_map([], |row| {
        Ok(Index {
            name: row.get(1)?,
            unique: row.get(2)?,
            origin: row.get(3)?,
            partial: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// The columns of an index: place in the table, name; -1 is the rowid, -2 an expression, which have
/// no name.
pub(crate) fn columns(
    conn: &Connection,
    index: &str,
) -> rusqlite::Result<Vec<(i64, Option<String>)>> {
    let mut statement = about(conn, "index_info", index)?;
    let rows = statement.query_map([], |row| Ok((row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// The foreign keys of a table, in the order in which it declares them.
pub(crate) fn foreign(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Foreign>> {
    let mut statement = about(conn, "foreign_key_list", table)?;
    let mut rows = statement.raw_query();
    let mut keys: Vec<Foreign> = Vec::new();
    while let Some(row) = rows.next()? {
        // A row for each column, those of one key in their order.
        if row.get::<_, i64>(1)? == 0 {
            keys.push(Foreign {
                columns: Vec::new(),
                parent: row.get(2)?,
                parent_columns: Vec::new(),
                on_delete: row.get(6)?,
                on_update: row.get(5)?,
            });
        }
        if let Some(key) = keys.last_mut() {
            key.columns.push(row.get(3)?);
            key.parent_columns.extend(row.get::<_, Option<String>>(4)?);
        }
    }
    // The PRAGMA names the last one declared first.
    keys.reverse();
    Ok(keys)
}

/// A PRAGMA about one table or index, as a statement: its table-valued form would read a table that
/// has the PRAGMA's name.
pub(crate) fn about<'c>(
    conn: &'c Connection,
    pragma: &str,
    name: &str,
) -> rusqlite::Result<Statement<'c>> {
    conn.prepare(&format!("PRAGMA main.{pragma}({})", ident::quote(name)))
}
