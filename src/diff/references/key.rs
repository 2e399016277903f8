//! Foreign keys as the engine resolves them, and the condition under which a row of the child leads
//! nowhere.

use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::{self, Foreign};
use crate::sql::{Affinity, ident};
use rusqlite::Connection;

/// One foreign key, resolved in one state.
#[derive(Debug, Clone)]
pub(super) struct ReferenceKey {
    /// the columns that refer
    pub(super) columns: Vec<String>,
    /// the table that they refer to
    pub(super) parent: String,
    /// its columns, in the same order, as far as it has them; `None` where there is no such table
    pub(super) theirs: Option<Vec<Their>>,
    /// whether the table is there and has no unique key of these columns, so that the engine cannot
    /// use the foreign key
    pub(super) mismatch: bool,
}

/// A column that is referred to.
#[derive(Debug, Clone)]
pub(super) struct Their {
    pub(super) name: String,
    pub(super) affinity: Affinity,
    pub(super) generated: bool,
    /// by what the unique key compares it; `None` for a rowid, which needs nothing, and where there
    /// is no unique key
    pub(super) collation: Option<String>,
}

impl Their {
    /// The column of `p`, compared as the unique key does.
    pub(super) fn operand(&self) -> String {
        let collation = self
            .collation
            .as_ref()
            .map_or_else(String::new, |c| format!(" COLLATE {}", ident::quote(c)));
        format!("p.{}{collation}", ident::quote(&self.name))
    }

    /// Whether values that refer to it are compared with it in the same way as with another.
    pub(super) fn compares_like(&self, other: &Self) -> bool {
        let collation = |their: &Self| their.collation.as_deref().map(ident::folded);
        self.affinity == other.affinity && collation(self) == collation(other)
    }
}

impl ReferenceKey {
    /// Whether there is something to look for its values in, or nothing at all: every column that
    /// it refers to is there.
    pub(super) fn can_be_asked(&self) -> bool {
        self.theirs
            .as_ref()
            .is_none_or(|theirs| theirs.len() == self.columns.len())
    }

    /// A row of the child, `c`, that refers and finds nothing. NULL in any column refers to
    /// nothing. The value takes the affinity of the parent's column and is compared by its
    /// collation, as `sqlite3FkLocateIndex` has it: the `+` takes away the child's own.
    pub(super) fn leads_nowhere(&self) -> String {
        let refers: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("c.{} IS NOT NULL", ident::quote(column)))
            .collect();
        let refers = refers.join(" AND ");
        match &self.theirs {
            None => refers,
            Some(theirs) => {
                let pairs = self.columns.iter().zip(theirs);
                let equal: Vec<String> = pairs
                    .map(|(own, their)| format!("{} = +c.{}", their.operand(), ident::quote(own)))
                    .collect();
                let parent = ident::qualified("main", &self.parent);
                format!(
                    "{refers} AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {})",
                    equal.join(" AND ")
                )
            }
        }
    }

    /// The child's columns that refer, as a list of results.
    pub(super) fn list(&self) -> String {
        self.columns
            .iter()
            .map(|column| format!("c.{}", ident::quote(column)))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The foreign keys of a table, by their numbers: the last one declared first.
pub(super) fn read(
    conn: &Connection,
    child: &Table,
    catalog: &Catalog,
) -> rusqlite::Result<Vec<ReferenceKey>> {
    keys::foreign(conn, &child.name)?
        .into_iter()
        .rev()
        .map(|key| resolve(conn, key, catalog))
        .collect()
}

fn resolve(conn: &Connection, key: Foreign, catalog: &Catalog) -> rusqlite::Result<ReferenceKey> {
    let Foreign {
        parent,
        columns,
        parent_columns: to,
        ..
    } = key;
    let Some(table) = catalog.table(&parent) else {
        return Ok(ReferenceKey {
            columns,
            parent,
            theirs: None,
            mismatch: false,
        });
    };
    let places: Vec<usize> = if to.is_empty() {
        table
            .primary_key
            .iter()
            .copied()
            .take(columns.len())
            .collect()
    } else {
        to.iter().filter_map(|name| table.column(name)).collect()
    };
    let collations = if places.len() == columns.len() {
        unique_key(conn, table, &places, to.is_empty())?
    } else {
        None
    };
    let their = |(at, place): (usize, &usize)| {
        let column = &table.columns[*place];
        let collation = collations.as_ref().and_then(|each| each[at].clone());
        Their {
            name: column.name.clone(),
            affinity: column.affinity,
            generated: column.generated,
            collation,
        }
    };
    let theirs = places.iter().enumerate().map(their).collect();
    Ok(ReferenceKey {
        columns,
        parent,
        theirs: Some(theirs),
        mismatch: collations.is_none(),
    })
}

/// What the unique key of a table that is of these columns compares each of them by, where there is
/// such a key: the rules of `sqlite3FkLocateIndex`. It is the rowid, or a unique index over whole
/// columns of all rows, each under the column's own collation; where the foreign key names no
/// columns, the primary key, under any.
fn unique_key(
    conn: &Connection,
    table: &Table,
    places: &[usize],
    is_implied: bool,
) -> rusqlite::Result<Option<Vec<Option<String>>>> {
    if matches!(table.kind, TableKind::View | TableKind::Virtual) {
        return Ok(None);
    }
    if table
        .integer_primary_key
        .is_some_and(|rowid| places == [rowid])
    {
        return Ok(Some(vec![None]));
    }
    for index in keys::indexes(conn, &table.name)? {
        if !index.unique || index.partial || (is_implied && !index.is_primary()) {
            continue;
        }
        let parts = parts(conn, &index.name)?;
        if parts.len() != places.len() {
            continue;
        }
        let mut collations = vec![None; places.len()];
        let mut is_key = true;
        for (column, collation) in parts {
            let name = column.unwrap_or_default();
            let own = places
                .iter()
                .position(|place| ident::same(&table.columns[*place].name, &name));
            is_key &= own.is_some()
                && (is_implied || ident::same(&default_collation(conn, table, &name)?, &collation));
            if let Some(at) = own {
                collations[at] = Some(collation);
            }
        }
        if is_key {
            return Ok(Some(collations));
        }
    }
    Ok(None)
}

/// The columns of an index, `None` for an expression and the rowid, and their collations.
fn parts(conn: &Connection, index: &str) -> rusqlite::Result<Vec<(Option<String>, String)>> {
    let mut statement =
        conn.prepare(&format!("PRAGMA main.index_xinfo({})", ident::quote(index)))?;
    let rows = statement.query_map([], |row| Ok((row.get(2)?, row.get(4)?, row.get(5)?)))?;
    let rows: Vec<(Option<String>, String, bool)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, is_key)| *is_key)
        .map(|(column, collation, _)| (column, collation))
        .collect())
}

fn default_collation(conn: &Connection, table: &Table, column: &str) -> rusqlite::Result<String> {
    let (_, collation, ..) = conn.column_metadata(Some("main"), table.name.as_str(), column)?;
    Ok(collation.map_or_else(
        || "BINARY".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    ))
}
