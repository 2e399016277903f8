//! Foreign keys as the engine resolves them, and the condition under which a row of the child leads
//! nowhere.

use crate::rehearse::read;
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
    /// the collation by which the unique key compares it; `None` for a rowid, which needs none, and
    /// where there is no unique key
    pub(super) collation: Option<String>,
}

impl Their {
    /// The column of `p`, compared as the unique key does.
    pub(super) fn operand(&self) -> String {
        let column = ident::quote(&self.name);
        match &self.collation {
            Some(collation) => format!("p.{column} COLLATE {}", ident::quote(collation)),
            None => format!("p.{column}"),
        }
    }

    /// Whether values that refer to it are compared with it in the same way as with another.
    pub(super) fn compares_like(&self, other: &Self) -> bool {
        let collation = |their: &Self| their.collation.as_deref().map(ident::folded);
        self.affinity == other.affinity && collation(self) == collation(other)
    }
}

impl ReferenceKey {
    /// Whether rows can be searched by it: every column that it refers to is there, or no table is.
    pub(super) fn can_be_asked(&self) -> bool {
        let is_whole = |theirs: &Vec<Their>| theirs.len() == self.columns.len();
        self.theirs.as_ref().is_none_or(is_whole)
    }

    /// The columns that refer, by name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.columns.iter().map(String::as_str)
    }

    /// The query for `results` of the rows of the child, `c`, that meet `condition` and lead
    /// nowhere.
    pub(super) fn select(&self, results: &str, child: &Table, condition: &str) -> String {
        format!(
            "SELECT {results} FROM {} AS c WHERE {condition} AND {}",
            read::from(child),
            self.leads_nowhere()
        )
    }

    /// A row of the child, `c`, that refers and finds nothing. NULL in any column refers to
    /// nothing. The value takes the affinity of the parent's column and is compared by its
    /// collation, as `sqlite3FkLocateIndex` has it: the `+` takes away the child's own.
    fn leads_nowhere(&self) -> String {
        let refers = joined(self.names(), " AND ", |_, own| format!("{own} IS NOT NULL"));
        let Some(theirs) = &self.theirs else {
            return refers;
        };
        let equal = joined(self.names().take(theirs.len()), " AND ", |at, own| {
            format!("{} = +{own}", theirs[at].operand())
        });
        let parent = ident::qualified("main", &self.parent);
        format!("{refers} AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {equal})")
    }
}

/// `c.a, c.b`: columns of the child, `c`, as results.
pub(super) fn list<'n>(columns: impl Iterator<Item = &'n str>) -> String {
    joined(columns, ", ", |_, column| column)
}

/// `c.a = ?1 AND c.b = ?2`: columns of the child, `c`, with given values.
pub(super) fn equal<'n>(columns: impl Iterator<Item = &'n str>) -> String {
    joined(columns, " AND ", |at, column| {
        format!("{column} = ?{}", at + 1)
    })
}

/// Columns of the child, `c`, with the very values that are given, whatever their collation.
pub(super) fn same<'n>(columns: impl Iterator<Item = &'n str>) -> String {
    joined(columns, " AND ", |at, column| {
        let value = at + 1;
        format!("{column} = ?{value} AND (+{column}) COLLATE BINARY = ?{value}")
    })
}

/// Columns of the child, `c`, each by its place in the list and its qualified name.
pub(super) fn joined<'n>(
    columns: impl Iterator<Item = &'n str>,
    separator: &str,
    spell: impl Fn(usize, String) -> String,
) -> String {
    let each = columns.enumerate();
    each.map(|(at, column)| spell(at, format!("c.{}", ident::quote(column))))
        .collect::<Vec<_>>()
        .join(separator)
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
    let Some(table) = catalog.table(&key.parent) else {
        return Ok(ReferenceKey {
            columns: key.columns,
            parent: key.parent,
            theirs: None,
            mismatch: false,
        });
    };
    let is_implied = key.parent_columns.is_empty();
    let places = places(table, &key);
    let collations = if places.len() == key.columns.len() {
        unique_key(conn, table, &places, is_implied)?
    } else {
        None
    };
    let their = |(at, place): (usize, &usize)| {
        let column = &table.columns[*place];
        Their {
            name: column.name.clone(),
            affinity: column.affinity,
            generated: column.generated,
            collation: collations.as_ref().and_then(|each| each[at].clone()),
        }
    };
    Ok(ReferenceKey {
        columns: key.columns,
        parent: key.parent,
        theirs: Some(places.iter().enumerate().map(their).collect()),
        mismatch: collations.is_none(),
    })
}

/// The places of the columns of the parent that a key refers to, as far as it has them.
fn places(parent: &Table, key: &Foreign) -> Vec<usize> {
    if key.parent_columns.is_empty() {
        let primary = parent.primary_key.iter().copied();
        primary.take(key.columns.len()).collect()
    } else {
        let names = key.parent_columns.iter();
        names.filter_map(|name| parent.column(name)).collect()
    }
}

/// The collations of a unique key, column by column.
type Collations = Vec<Option<String>>;

/// The unique key of a table over the columns at these places, by the rules of
/// `sqlite3FkLocateIndex`. It is the rowid, or a unique index over whole columns of all rows, each
/// under the column's own collation; where the foreign key names no columns, the primary key, under
/// any.
fn unique_key(
    conn: &Connection,
    table: &Table,
    places: &[usize],
    is_implied: bool,
) -> rusqlite::Result<Option<Collations>> {
    if matches!(table.kind, TableKind::View | TableKind::Virtual) {
        return Ok(None);
    }
    if table.integer_primary_key.is_some() && places == table.integer_primary_key.as_slice() {
        return Ok(Some(vec![None]));
    }
    for index in keys::indexes(conn, &table.name)? {
        if !index.unique || index.partial || (is_implied && !index.is_primary()) {
            continue;
        }
        let found = collations(conn, table, &index.name, places, is_implied)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The collations of an index, where it is over the columns at these places, each under its own
/// collation unless `any` is allowed.
fn collations(
    conn: &Connection,
    table: &Table,
    index: &str,
    places: &[usize],
    any: bool,
) -> rusqlite::Result<Option<Collations>> {
    let parts = parts(conn, index)?;
    if parts.len() != places.len() {
        return Ok(None);
    }
    let mut collations = vec![None; places.len()];
    for (column, collation) in parts {
        let name = column.unwrap_or_default();
        let is_it = |place: &usize| ident::same(&table.columns[*place].name, &name);
        let Some(at) = places.iter().position(is_it) else {
            return Ok(None);
        };
        if !any && !ident::same(&default_collation(conn, table, &name)?, &collation) {
            return Ok(None);
        }
        collations[at] = Some(collation);
    }
    Ok(Some(collations))
}

/// The columns of an index, `None` for an expression and the rowid, and their collations.
fn parts(conn: &Connection, index: &str) -> rusqlite::Result<Vec<(Option<String>, String)>> {
    let mut statement =
        conn.prepare(&format!("PRAGMA main.index_xinfo({})", ident::quote(index)))?;
    let mut rows = statement.raw_query();
    let mut parts = Vec::new();
    while let Some(row) = rows.next()? {
        let is_key: bool = row.get(5)?;
        if is_key {
            parts.push((row.get(2)?, row.get(4)?));
        }
    }
    Ok(parts)
}

fn default_collation(conn: &Connection, table: &Table, column: &str) -> rusqlite::Result<String> {
    let (_, collation, ..) = conn.column_metadata(Some("main"), table.name.as_str(), column)?;
    Ok(collation.map_or_else(
        || "BINARY".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    ))
}
