//! The catalog: tables with their columns, keys, triggers and foreign keys, as one connection sees
//! them at one moment.
//!
//! Read through the documented PRAGMAs (<https://sqlite.org/pragma.html>), never by parsing
//! `CREATE` text. Read again whenever the schema changes. Tables of the main database only, and the
//! names of the temporary ones.

use super::keys::{self, Index};
use super::storage;
use crate::sql::{Affinity, ident};
use rusqlite::{Connection, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// The schema of the main database.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// tables and views, by folded name
    pub tables: BTreeMap<String, Table>,
    /// every row of `sqlite_schema`, by type and name
    pub objects: BTreeMap<(String, String), SchemaObject>,
    /// what the connection has of its own
    pub temporary: Temporary,
    /// whether text is stored, and so ordered, as UTF-16
    pub encoding: Encoding,
    version: i64,
}

/// The temporary objects of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Temporary {
    /// folded names of tables and views
    pub tables: BTreeSet<String>,
    /// triggers, by name; a temporary one may be on a table of the main database
    triggers: BTreeMap<String, SchemaObject>,
}

impl Temporary {
    /// Whether the connection has nothing of its own.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.triggers.is_empty()
    }
}

/// How the database stores text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8
    #[default]
    Utf8,
    /// UTF-16, low byte first
    Utf16Le,
    /// UTF-16, high byte first
    Utf16Be,
}

/// One row of `sqlite_schema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaObject {
    /// the table that it belongs to
    pub table: String,
    /// its root page, 0 where it has none
    pub root_page: i64,
    /// its text, `None` for automatic indexes
    pub sql: Option<String>,
}

/// What kind of table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// rows in a b-tree of its own
    Ordinary,
    /// rows from a module
    Virtual,
    /// storage of a virtual table, by name and shape
    Shadow,
    /// a query
    View,
}

/// One table.
#[derive(Debug, Clone)]
pub struct Table {
    /// its name as the schema spells it
    pub name: String,
    /// what kind it is
    pub kind: TableKind,
    /// whether it is WITHOUT ROWID
    pub without_rowid: bool,
    /// its columns, without the hidden ones of virtual tables
    pub columns: Vec<Column>,
    /// the places in `columns` of the primary key's, in the key's order
    pub primary_key: Vec<usize>,
    /// the places of the columns of each unique index over whole columns of all rows, the primary
    /// key's own left out
    pub unique: Vec<Vec<usize>>,
    /// the primary key's column where it is the rowid itself
    pub integer_primary_key: Option<usize>,
    /// the name under which SQL reaches the rowid, where it has one that no column shadows
    pub rowid_alias: Option<String>,
    /// whether writes to it fire a trigger, which can change, veto or forestall them
    pub has_trigger: bool,
    /// its foreign keys
    pub foreign_keys: Vec<ForeignKey>,
    /// the engine's reason why it cannot open the table, an unknown module for one
    pub unreadable: Option<String>,
}

/// One foreign key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// the table that it refers to
    pub parent: String,
    /// what happens to the row when the parent's key changes, as `PRAGMA foreign_key_list` spells
    /// it
    pub on_update: String,
    /// what happens to the row when the parent is deleted
    pub on_delete: String,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// its name as the schema spells it
    pub name: String,
    /// its declared type, possibly empty
    pub declared_type: String,
    /// what it prefers to store
    pub affinity: Affinity,
    /// its default as an SQL expression
    pub default: Option<String>,
    /// whether its value is computed from other columns
    pub generated: bool,
}

impl Catalog {
    /// Reads the schema as `conn` sees it now.
    ///
    /// # Errors
    /// The engine's, where the schema cannot be read.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let objects = read_objects(conn)?;
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for listed in read_list(conn)?
            .into_iter()
            .filter(|listed| !is_bookkeeping(&listed.name))
        {
            tables.insert(
                ident::folded(&listed.name),
                read_table(conn, listed, &objects)?,
            );
        }
        unmask(&mut tables, &objects);
        let temporary = read_temporary(conn)?;
        for (name, table) in &mut tables {
            table.has_trigger |= temporary
                .triggers
                .values()
                .any(|trigger| ident::same(&trigger.table, name));
        }
        let encoding = match conn
            .query_row("PRAGMA encoding", [], |row| row.get::<_, String>(0))?
            .as_str()
        {
            "UTF-16le" => Encoding::Utf16Le,
            "UTF-16be" => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        };
        Ok(Self {
            tables,
            objects,
            temporary,
            encoding,
            version: schema_version(conn)?,
        })
    }

    /// Whether the schema that `conn` sees has changed since this catalog was read.
    ///
    /// # Errors
    /// The engine's.
    pub fn is_stale(&self, conn: &Connection) -> rusqlite::Result<bool> {
        Ok(schema_version(conn)? != self.version || read_temporary(conn)? != self.temporary)
    }

    /// The table of that name in the main database.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(&ident::folded(name))
    }

    /// The text that a table was made by.
    pub fn definition(&self, table: &str) -> Option<&str> {
        self.objects
            .get(&("table".to_owned(), table.to_owned()))?
            .sql
            .as_deref()
    }

    /// The tables of the main database that a temporary table or view of the same name hides.
    pub fn hidden(&self) -> impl Iterator<Item = &Table> {
        self.temporary
            .tables
            .iter()
            .filter_map(|name| self.tables.get(name))
    }

    /// Every trigger, temporary ones included, by its name.
    pub fn triggers(&self) -> impl Iterator<Item = (&str, &SchemaObject)> {
        let own = self
            .objects
            .iter()
            .filter(|((kind, _), _)| kind == "trigger")
            .map(|((_, name), trigger)| (name.as_str(), trigger));
        own.chain(
            self.temporary
                .triggers
                .iter()
                .map(|(name, trigger)| (name.as_str(), trigger)),
        )
    }

    /// The virtual table that a shadow table belongs to.
    pub fn owner_of_shadow(&self, shadow: &str) -> Option<&Table> {
        owner_of(&self.tables, &ident::folded(shadow))
    }
}

impl Table {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| ident::same(&c.name, name))
    }

    /// Whether a foreign key of the table has an action, which writes its rows when others are
    /// written.
    pub fn has_key_action(&self) -> bool {
        let acts = |action: &String| !matches!(action.as_str(), "NO ACTION" | "RESTRICT");
        self.foreign_keys
            .iter()
            .any(|key| acts(&key.on_update) || acts(&key.on_delete))
    }

    /// The names of the primary key's columns, in the key's order.
    pub fn key_columns(&self) -> impl Iterator<Item = &str> {
        self.primary_key
            .iter()
            .map(|at| self.columns[*at].name.as_str())
    }

    /// The names of the columns.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }
}

/// Whether a table is the engine's own: sequences, statistics, the schema.
pub fn is_bookkeeping(name: &str) -> bool {
    name.get(..7)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sqlite_"))
}

struct Listed {
    name: String,
    kind: TableKind,
    without_rowid: bool,
    strict: bool,
}

fn schema_version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA main.schema_version", [], |row| row.get(0))
}

fn read_temporary(conn: &Connection) -> rusqlite::Result<Temporary> {
    let mut temporary = Temporary::default();
    // Reading it would open the temporary database, and so forbid the migration to change where it
    // is stored.
    let mut list = conn.prepare("PRAGMA database_list")?;
    let names: Vec<String> = list
        .query_map([], |row| row.get(1))?
        .collect::<rusqlite::Result<_>>()?;
    if !names.iter().any(|name| name == "temp") {
        return Ok(temporary);
    }
    let mut statement = conn.prepare(
        "SELECT type, name, tbl_name, sql FROM temp.sqlite_schema WHERE type IN \
            ('table', 'view', 'trigger')",
    )?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if row.get_ref(0)?.as_str()? == "trigger" {
            temporary.triggers.insert(
                row.get(1)?,
                SchemaObject {
                    table: row.get(2)?,
                    root_page: 0,
                    sql: row.get(3)?,
                },
            );
        } else {
            temporary
                .tables
                .insert(ident::folded(&row.get::<_, String>(1)?));
        }
    }
    Ok(temporary)
}

fn read_objects(conn: &Connection) -> rusqlite::Result<BTreeMap<(String, String), SchemaObject>> {
    let mut statement = conn
        .prepare("SELECT type, name, tbl_name, ifnull(rootpage, 0), sql FROM main.sqlite_schema")?;
    let rows = statement.query_map([], |row| {
        let object = SchemaObject {
            table: row.get(2)?,
            root_page: row.get(3)?,
            sql: row.get(4)?,
        };
        Ok(((row.get(0)?, row.get(1)?), object))
    })?;
    rows.collect()
}

fn read_list(conn: &Connection) -> rusqlite::Result<Vec<Listed>> {
    let mut statement = conn.prepare("PRAGMA main.table_list")?;
    let rows = statement.query_map([], |row| {
        let kind = match row.get::<_, String>(2)?.as_str() {
            "virtual" => TableKind::Virtual,
            "shadow" => TableKind::Shadow,
            "view" => TableKind::View,
            _ => TableKind::Ordinary,
        };
        Ok(Listed {
            name: row.get(1)?,
            kind,
            without_rowid: row.get(4)?,
            strict: row.get(5)?,
        })
    })?;
    rows.collect()
}

fn read_table(
    conn: &Connection,
    listed: Listed,
    objects: &BTreeMap<(String, String), SchemaObject>,
) -> rusqlite::Result<Table> {
    let Listed {
        name,
        kind,
        without_rowid,
        strict,
    } = listed;
    let (columns, primary_key, unreadable) = match read_columns(conn, &name, strict) {
        Ok((columns, key)) => (columns, key, None),
        Err(e) if kind != TableKind::Ordinary => (Vec::new(), Vec::new(), Some(e.to_string())),
        Err(e) => return Err(e),
    };
    let (unique, has_key_index) = read_unique(conn, &name, &columns)?;
    let integer_primary_key = match primary_key[..] {
        [one]
            if !without_rowid
                && columns[one].declared_type.eq_ignore_ascii_case("INTEGER")
                && !has_key_index =>
        {
            Some(one)
        }
        _ => None,
    };
    let rowid_alias = rowid_alias(kind, without_rowid, integer_primary_key, &columns);
    let has_trigger = objects
        .iter()
        .any(|(key, object)| key.0 == "trigger" && ident::same(&object.table, &name));
    let foreign_keys = read_foreign_keys(conn, &name)?;
    Ok(Table {
        name,
        kind,
        without_rowid,
        columns,
        primary_key,
        unique,
        integer_primary_key,
        rowid_alias,
        has_trigger,
        foreign_keys,
        unreadable,
    })
}

fn read_columns(
    conn: &Connection,
    table: &str,
    strict: bool,
) -> rusqlite::Result<(Vec<Column>, Vec<usize>)> {
    let mut statement = about(conn, "table_xinfo", table)?;
    let mut rows = statement.raw_query();
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let hidden: i64 = row.get(6)?;
        if hidden == 1 {
            continue;
        }
        let place: i64 = row.get(5)?;
        if place > 0 {
            key.push((place, columns.len()));
        }
        let declared_type: String = row.get(2)?;
        // In a STRICT table ANY stores what it is given; elsewhere it is a type like any other
        // (https://sqlite.org/stricttables.html).
        let is_any = strict && declared_type.eq_ignore_ascii_case("ANY");
        let affinity = if is_any {
            Affinity::Blob
        } else {
            Affinity::of(&declared_type)
        };
        columns.push(Column {
            name: row.get(1)?,
            declared_type,
            affinity,
            default: row.get(4)?,
            generated: hidden >= 2,
        });
    }
    key.sort_unstable();
    Ok((columns, key.into_iter().map(|(_, at)| at).collect()))
}

/// A PRAGMA about one table, as a statement: its table-valued form would read a table that has the
/// PRAGMA's name.
fn about<'c>(conn: &'c Connection, pragma: &str, table: &str) -> rusqlite::Result<Statement<'c>> {
    conn.prepare(&format!("PRAGMA main.{pragma}({})", ident::quote(table)))
}

/// The columns of the unique indexes other than the primary key's, and whether that one has an
/// index: which shows that an INTEGER PRIMARY KEY is not the rowid (`INTEGER PRIMARY KEY DESC`).
/// Left out are indexes over a part of the rows or over expressions.
fn read_unique(
    conn: &Connection,
    table: &str,
    columns: &[Column],
) -> rusqlite::Result<(Vec<Vec<usize>>, bool)> {
    let indexes = keys::indexes(conn, table)?;
    let place = |(_, name): (i64, Option<String>)| {
        columns.iter().position(|c| Some(&c.name) == name.as_ref())
    };
    let mut unique = Vec::new();
    for index in indexes
        .iter()
        .filter(|index| index.unique && !index.partial && !index.is_primary())
    {
        unique.extend(
            keys::columns(conn, &index.name)?
                .into_iter()
                .map(place)
                .collect::<Option<Vec<usize>>>(),
        );
    }
    Ok((unique, indexes.iter().any(Index::is_primary)))
}

/// The foreign keys, the last one declared first; those side by side that differ in their columns
/// alone stand once.
fn read_foreign_keys(conn: &Connection, table: &str) -> rusqlite::Result<Vec<ForeignKey>> {
    let all = keys::foreign(conn, table)?.into_iter().rev();
    let mut keys: Vec<ForeignKey> = all
        .map(|key| ForeignKey {
            parent: key.parent,
            on_update: key.on_update,
            on_delete: key.on_delete,
        })
        .collect();
    keys.dedup();
    Ok(keys)
}

/// Tables that the engine takes for a module's storage by their name alone, and that do not look as
/// the module makes them, are tables like any other.
fn unmask(
    tables: &mut BTreeMap<String, Table>,
    objects: &BTreeMap<(String, String), SchemaObject>,
) {
    let masked: Vec<String> = tables
        .iter()
        .filter(|(_, t)| t.kind == TableKind::Shadow)
        .map(|(name, _)| name.clone())
        .collect();
    for name in masked {
        let owner = owner_of(tables, &name).and_then(|owner| {
            objects
                .get(&("table".to_owned(), owner.name.clone()))?
                .sql
                .clone()
        });
        if let Some(table) = tables.get_mut(&name)
            && !owner.is_some_and(|sql| storage::is_made_by(&sql, table))
        {
            table.kind = TableKind::Ordinary;
        }
    }
}

fn owner_of<'a>(tables: &'a BTreeMap<String, Table>, shadow: &str) -> Option<&'a Table> {
    let is_owner = |t: &&Table| {
        t.kind == TableKind::Virtual
            && shadow
                .strip_prefix(&ident::folded(&t.name))
                .is_some_and(|rest| rest.starts_with('_'))
    };
    tables
        .values()
        .filter(is_owner)
        .max_by_key(|t| t.name.len())
}

fn rowid_alias(
    kind: TableKind,
    without_rowid: bool,
    integer_primary_key: Option<usize>,
    columns: &[Column],
) -> Option<String> {
    if without_rowid || kind == TableKind::View {
        return None;
    }
    if let Some(at) = integer_primary_key {
        return Some(columns[at].name.clone());
    }
    let shadowed = |alias: &str| columns.iter().any(|c| ident::same(&c.name, alias));
    ["rowid", "_rowid_", "oid"]
        .into_iter()
        .find(|alias| !shadowed(alias))
        .map(str::to_owned)
}
