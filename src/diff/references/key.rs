//! Foreign keys as the engine resolves them, and the condition under which a row of the child leads nowhere.

use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::{ident, message};
use rusqlite::Connection;

/// One foreign key, resolved in one state.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// the columns that refer
    pub(super) columns: Vec<String>,
    /// the table that they refer to
    pub(super) parent: String,
    /// its columns, in the same order; `None` where there is no such table
    pub(super) parent_columns: Option<Vec<String>>,
}

impl Key {
    /// Whether it is of the columns that `other` is of.
    pub(super) fn has_columns_of(&self, other: &Self) -> bool {
        self.columns.len() == other.columns.len() && self.columns.iter().zip(&other.columns).all(|(a, b)| ident::same(a, b))
    }

    /// A row of the child, `c`, that refers and finds nothing. NULL in any column refers to nothing. The value takes the affinity of
    /// the parent's column and is compared by its collation, as `sqlite3FkLocateIndex` has it: the `+` takes away the child's own.
    pub(super) fn leads_nowhere(&self) -> String {
        let refers: Vec<String> = self.columns.iter().map(|column| format!("c.{} IS NOT NULL", ident::quote(column))).collect();
        let refers = refers.join(" AND ");
        match &self.parent_columns {
            None => refers,
            Some(theirs) => {
                let pairs = self.columns.iter().zip(theirs);
                let equal: Vec<String> =
                    pairs.map(|(own, their)| format!("p.{} = +c.{}", ident::quote(their), ident::quote(own))).collect();
                let parent = ident::qualified("main", &self.parent);
                format!("{refers} AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {})", equal.join(" AND "))
            }
        }
    }

    /// The child's columns that refer, as a list of results.
    pub(super) fn list(&self) -> String {
        self.columns.iter().map(|column| format!("c.{}", ident::quote(column))).collect::<Vec<_>>().join(", ")
    }
}

/// Why the foreign keys of a table cannot be used: the parent has no such unique key. None where all can.
pub(super) fn mismatch(conn: &Connection, child: &Table) -> Option<String> {
    let check = conn.prepare(&format!("PRAGMA main.foreign_key_check({})", ident::quote(&child.name)));
    check.err().map(|error| message(&error)).filter(|message| message.starts_with("foreign key mismatch"))
}

/// The foreign keys of a table, by their numbers.
pub(super) fn read(conn: &Connection, child: &Table, catalog: &Catalog) -> rusqlite::Result<Vec<Key>> {
    let mut statement = conn.prepare(&format!("PRAGMA main.foreign_key_list({})", ident::quote(&child.name)))?;
    let rows = statement.query_map([], |row| Ok((row.get("id")?, row.get("table")?, row.get("from")?, row.get("to")?)))?;
    let mut keys: Vec<(i64, Key)> = Vec::new();
    for row in rows {
        let (id, parent, from, to): (i64, String, String, Option<String>) = row?;
        if !keys.iter().any(|(known, _)| *known == id) {
            let parent_columns = catalog.table(&parent).map(|_| Vec::new());
            keys.push((id, Key { columns: Vec::new(), parent, parent_columns }));
        }
        let Some((_, key)) = keys.iter_mut().find(|(known, _)| *known == id) else { continue };
        let place = key.columns.len();
        key.columns.push(from);
        let table = catalog.table(&key.parent);
        let implied = || table.and_then(|t| Some(t.columns[*t.primary_key.get(place)?].name.clone()));
        if let (Some(theirs), Some(column)) = (&mut key.parent_columns, to.or_else(implied)) {
            theirs.push(column);
        }
    }
    keys.sort_by_key(|(id, _)| *id);
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

/// The columns of the first foreign key of a table that refers to `parent`.
pub(super) fn columns(conn: &Connection, child: &Table, parent: &str) -> Option<Vec<String>> {
    let keys = read(conn, child, &Catalog::default()).ok()?;
    keys.into_iter().find(|key| ident::same(&key.parent, parent)).map(|key| key.columns)
}
