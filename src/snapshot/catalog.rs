//! The catalog: tables with their columns, keys, triggers and foreign keys, as one connection sees
//! them at one moment.
//!
//! Read through the documented PRAGMAs (<https://sqlite.org/pragma.html>), never by parsing
//! `CREATE` text. Read again whenever the schema changes. Tables of the main database only, and the
//! names of the temporary ones.

use super::keys::{self, Index, Keys};
use super::storage::{self, DerivedIndex, IndexModule};
use crate::sql::{Affinity, ident};
use rusqlite::{Connection, Row};
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
    /// its keys with the names of their columns; only an ordinary table has some
    pub keys: Keys,
    /// what a virtual table is an index over, where it is one
    pub index: Option<DerivedIndex>,
    /// the engine's reason why it cannot open the table, an unknown module for one
    pub unreadable: Option<String>,
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
        let mut catalog = Self {
            tables: BTreeMap::new(),
            objects: read_objects(conn, "main")?,
            temporary: read_temporary(conn)?,
            encoding: read_encoding(conn)?,
            version: schema_version(conn)?,
        };
        let triggered: BTreeSet<String> = catalog
            .triggers()
            .map(|(_, trigger)| ident::folded(&trigger.table))
            .collect();
        for listed in read_list(conn)? {
            if !is_bookkeeping(&listed.name) {
                let mut table = read_table(conn, listed)?;
                let name = ident::folded(&table.name);
                table.has_trigger = triggered.contains(&name);
                if table.kind == TableKind::Virtual {
                    let sql = catalog.definition(&table.name);
                    table.index = sql.and_then(DerivedIndex::of);
                    table.show_rowid();
                }
                catalog.tables.insert(name, table);
            }
        }
        catalog.unmask();
        Ok(catalog)
    }

    /// Tables that the engine takes for a module's storage by their name alone, and that do not look
    /// as the module makes them, are tables like any other. Tables of other kinds have no keys.
    fn unmask(&mut self) {
        let is_storage = |table: &Table| {
            let owner = self.owner_of_shadow(&table.name);
            let definition = owner.and_then(|owner| self.definition(&owner.name));
            definition.is_some_and(|sql| storage::is_made_by(sql, table))
        };
        let masked: Vec<String> = self
            .tables
            .iter()
            .filter(|(_, table)| table.kind == TableKind::Shadow && !is_storage(table))
            .map(|(name, _)| name.clone())
            .collect();
        for (name, table) in &mut self.tables {
            if masked.contains(name) {
                table.kind = TableKind::Ordinary;
            } else if table.kind != TableKind::Ordinary {
                table.keys = Keys::default();
            }
        }
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

    /// The tables whose rows are in a b-tree of their own, by name.
    pub fn ordinary(&self) -> impl Iterator<Item = &Table> {
        self.tables
            .values()
            .filter(|table| table.kind == TableKind::Ordinary)
    }

    /// The `CREATE` text of a table.
    pub fn definition(&self, table: &str) -> Option<&str> {
        let object = self.objects.get(&("table".to_owned(), table.to_owned()))?;
        object.sql.as_deref()
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
        self.objects
            .iter()
            .filter(|((kind, _), _)| kind == "trigger")
            .map(|((_, name), trigger)| (name, trigger))
            .chain(&self.temporary.triggers)
            .map(|(name, trigger)| (name.as_str(), trigger))
    }

    /// The virtual table that a shadow table belongs to.
    pub fn owner_of_shadow(&self, shadow: &str) -> Option<&Table> {
        let shadow = ident::folded(shadow);
        let is_owner = |table: &&Table| {
            let rest = shadow.strip_prefix(&ident::folded(&table.name));
            table.kind == TableKind::Virtual && rest.is_some_and(|rest| rest.starts_with('_'))
        };
        self.tables
            .values()
            .filter(is_owner)
            .max_by_key(|table| table.name.len())
    }
}

impl Table {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| ident::same(&c.name, name))
    }

    /// Reads the keys, by their columns' places and names.
    fn read_keys(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let indexes = keys::indexes(conn, &self.name)?;
        let mut unique = keys::unique(conn, &indexes)?;
        self.unique = unique.iter().filter_map(|key| key.places(self)).collect();
        unique.sort_by(|a, b| a.index.cmp(&b.index));
        self.keys = Keys {
            primary: self.key_columns().map(str::to_owned).collect(),
            unique,
            foreign: keys::foreign(conn, &self.name)?,
        };
        self.find_rowid(indexes.iter().any(Index::is_primary));
        Ok(())
    }

    /// Finds out what reaches the rowid. A primary key with an index is not the rowid (`INTEGER
    /// PRIMARY KEY DESC`).
    fn find_rowid(&mut self, has_key_index: bool) {
        if let [only] = self.primary_key[..]
            && !self.without_rowid
            && !has_key_index
            && (self.columns[only].declared_type).eq_ignore_ascii_case("INTEGER")
        {
            self.integer_primary_key = Some(only);
        }
        if !self.without_rowid && self.kind != TableKind::View {
            let is_free = |alias: &&str| self.column(alias).is_none();
            let alias = self
                .integer_primary_key
                .map(|at| self.columns[at].name.as_str())
                .or_else(|| ident::ROWIDS.into_iter().find(is_free));
            self.rowid_alias = alias.map(str::to_owned);
        }
    }

    /// Makes a column of the rowid of a full-text index, which is its key in all but name: whose a row
    /// is may be looked up by it alone.
    fn show_rowid(&mut self) {
        let is_full_text = |index: &DerivedIndex| index.module != IndexModule::Rtree;
        let is_one = self.index.as_ref().is_some_and(is_full_text);
        if !is_one || self.unreadable.is_some() || self.column("rowid").is_some() {
            return;
        }
        let at = self.columns.len();
        self.columns.push(Column {
            name: "rowid".to_owned(),
            declared_type: "INTEGER".to_owned(),
            affinity: Affinity::Integer,
            default: None,
            // No INSERT without a list of columns has a value for it.
            generated: true,
        });
        self.primary_key = vec![at];
        self.integer_primary_key = Some(at);
        self.rowid_alias = Some("rowid".to_owned());
    }

    /// Whether a foreign key of the table has an action, which writes its rows when others are
    /// written.
    pub fn has_key_action(&self) -> bool {
        let acts = |action: &String| !matches!(action.as_str(), "NO ACTION" | "RESTRICT");
        self.keys
            .foreign
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

/// A row of `PRAGMA table_list`.
struct Listed {
    name: String,
    kind: TableKind,
    without_rowid: bool,
    strict: bool,
}

fn schema_version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA main.schema_version", [], |row| row.get(0))
}

fn read_encoding(conn: &Connection) -> rusqlite::Result<Encoding> {
    conn.query_row("PRAGMA encoding", [], |row| {
        Ok(match row.get_ref(0)?.as_str()? {
            "UTF-16le" => Encoding::Utf16Le,
            "UTF-16be" => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        })
    })
}

fn read_temporary(conn: &Connection) -> rusqlite::Result<Temporary> {
    let mut temporary = Temporary::default();
    // Reading its schema would open the temporary database, and so forbid the migration to change
    // where it is stored.
    if !has_temporary_database(conn)? {
        return Ok(temporary);
    }
    for ((kind, name), object) in read_objects(conn, "temp")? {
        match kind.as_str() {
            "trigger" => {
                temporary.triggers.insert(name, object);
            }
            "table" | "view" => {
                temporary.tables.insert(ident::folded(&name));
            }
            _ => {}
        }
    }
    Ok(temporary)
}

fn has_temporary_database(conn: &Connection) -> rusqlite::Result<bool> {
    let mut list = conn.prepare("PRAGMA database_list")?;
    let mut rows = list.raw_query();
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str()? == "temp" {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read_objects(
    conn: &Connection,
    schema: &str,
) -> rusqlite::Result<BTreeMap<(String, String), SchemaObject>> {
    let mut statement = conn.prepare(&format!(
        "SELECT type, name, tbl_name, ifnull(rootpage, 0), sql FROM {schema}.sqlite_schema"
    ))?;
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

/// One table, as if it had no trigger.
fn read_table(conn: &Connection, listed: Listed) -> rusqlite::Result<Table> {
    let Listed { name, kind, .. } = listed;
    let (columns, primary_key, unreadable) = match read_columns(conn, &name, listed.strict) {
        Ok((columns, key)) => (columns, key, None),
        Err(e) if kind != TableKind::Ordinary => (Vec::new(), Vec::new(), Some(e.to_string())),
        Err(e) => return Err(e),
    };
    let mut table = Table {
        name,
        kind,
        without_rowid: listed.without_rowid,
        columns,
        primary_key,
        unique: Vec::new(),
        integer_primary_key: None,
        rowid_alias: None,
        has_trigger: false,
        keys: Keys::default(),
        index: None,
        unreadable,
    };
    table.read_keys(conn)?;
    Ok(table)
}

/// The columns of a table, and the places of the primary key's.
fn read_columns(
    conn: &Connection,
    table: &str,
    strict: bool,
) -> rusqlite::Result<(Vec<Column>, Vec<usize>)> {
    let mut statement = keys::about(conn, "table_xinfo", table)?;
    let mut rows = statement.raw_query();
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (place, hidden): (i64, i64) = (row.get(5)?, row.get(6)?);
        if hidden == 1 {
            continue;
        }
        if place > 0 {
            key.push((place, columns.len()));
        }
        columns.push(read_column(row, strict)?);
    }
    key.sort_unstable();
    Ok((columns, key.into_iter().map(|(_, at)| at).collect()))
}

/// A column, by its row of `PRAGMA table_xinfo`.
fn read_column(row: &Row<'_>, strict: bool) -> rusqlite::Result<Column> {
    let declared_type: String = row.get(2)?;
    // In a STRICT table ANY stores what it is given; elsewhere it is a type like any other
    // (https://sqlite.org/stricttables.html).
    let affinity = if strict && declared_type.eq_ignore_ascii_case("ANY") {
        Affinity::Blob
    } else {
        Affinity::of(&declared_type)
    };
    Ok(Column {
        name: row.get(1)?,
        declared_type,
        affinity,
        default: row.get(4)?,
        generated: row.get::<_, i64>(6)? >= 2,
    })
}
