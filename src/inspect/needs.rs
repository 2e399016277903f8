//! What of the engine a schema uses, and what of that this engine lacks.
//!
//! A missing module shows when its table is opened; a missing function or collation, in a CHECK, an
//! index, a generated column or a trigger, when a statement that needs it is prepared: so each kind
//! of write to each table is prepared here, and none is run.

use crate::rehearse::read;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::{self, Index};
use crate::snapshot::{Catalog, storage};
use crate::sql::{ident, message, token};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What of the engine a schema uses.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needs {
    /// the objects of the schema that use a feature, by the feature's name
    pub features: BTreeMap<String, Vec<String>>,
    /// what does not work here
    pub lacks: Vec<Lack>,
}

/// Something of the schema that does not work in this engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Lack {
    /// the table or view
    pub table: String,
    /// whether it is a view, which holds no rows
    #[serde(rename = "view")]
    pub is_view: bool,
    /// what fails: opening it, or a kind of write
    pub what: &'static str,
    /// the engine's message
    pub message: String,
}

pub(super) fn read(conn: &Connection, catalog: &Catalog) -> rusqlite::Result<Needs> {
    // Preparing a write would otherwise also say whether a foreign key fits its parent.
    conn.pragma_update(None, "foreign_keys", false)?;
    let strict = strict_tables(conn)?;
    let mut needs = Needs::default();
    for table in catalog.tables.values() {
        if table.kind != TableKind::Shadow {
            for feature in features(conn, catalog, table, &strict)? {
                needs.note(feature, &table.name);
            }
            needs.lacks.extend(lacks(conn, table));
        }
    }
    for (name, _) in catalog.triggers() {
        needs.note("triggers".to_owned(), name);
    }
    Ok(needs)
}

impl Needs {
    fn note(&mut self, feature: String, name: &str) {
        self.features
            .entry(feature)
            .or_default()
            .push(name.to_owned());
    }
}

fn strict_tables(conn: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement = conn.prepare("PRAGMA main.table_list")?;
    let mut rows = statement.raw_query();
    let mut strict = BTreeSet::new();
    while let Some(row) = rows.next()? {
        if row.get(5)? {
            strict.insert(row.get(1)?);
        }
    }
    Ok(strict)
}

/// The features that one table or view uses, as plurals of what has them.
fn features(
    conn: &Connection,
    catalog: &Catalog,
    table: &Table,
    strict: &BTreeSet<String>,
) -> rusqlite::Result<Vec<String>> {
    let sql = catalog.definition(&table.name).unwrap_or_default();
    match table.kind {
        TableKind::View => return Ok(vec!["views".to_owned()]),
        TableKind::Virtual => return Ok(vec![format!("virtual tables of {}", module(sql))]),
        _ => {}
    }
    let mut tokens = token::significant(sql).into_iter();
    let indexes = keys::indexes(conn, &table.name)?;
    let used = [
        (strict.contains(&table.name), "STRICT tables"),
        (table.without_rowid, "WITHOUT ROWID tables"),
        (
            tokens.any(|token| token.is_word(sql, "AUTOINCREMENT")),
            "AUTOINCREMENT keys",
        ),
        (
            table.columns.iter().any(|column| column.generated),
            "generated columns",
        ),
        (indexes.iter().any(|index| index.partial), "partial indexes"),
        (has_expression(conn, &indexes)?, "indexes of expressions"),
    ];
    Ok(used
        .into_iter()
        .filter(|(is_used, _)| *is_used)
        .map(|(_, name)| name.to_owned())
        .collect())
}

/// Whether one of the indexes is of an expression, for which the PRAGMA gives -2
/// (<https://sqlite.org/pragma.html#pragma_index_xinfo>).
fn has_expression(conn: &Connection, indexes: &[Index]) -> rusqlite::Result<bool> {
    for index in indexes {
        let columns = keys::columns(conn, &index.name)?;
        if columns.iter().any(|(place, _)| *place == -2) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `fts5`, or `fts5 (porter ascii)` where the declaration names its tokenizer.
fn module(sql: &str) -> String {
    let name = storage::module(sql);
    match storage::option(sql, "tokenize") {
        Some(tokenizer) => format!("{name} ({tokenizer})"),
        None => name,
    }
}

/// What of one table or view does not work.
fn lacks(conn: &Connection, table: &Table) -> Vec<Lack> {
    let lack = |what, message| Lack {
        table: table.name.clone(),
        is_view: table.kind == TableKind::View,
        what,
        message,
    };
    if let Some(reason) = &table.unreadable {
        return vec![lack("reading", reason.clone())];
    }
    let mut lacks: Vec<Lack> = statements(table)
        .into_iter()
        .filter_map(|(what, sql)| Some(lack(what, message(&conn.prepare(&sql).err()?))))
        .collect();
    lacks.dedup_by(|later, first| later.message == first.message);
    lacks
}

/// A statement of each kind that a table or view takes.
fn statements(table: &Table) -> Vec<(&'static str, String)> {
    let from = read::from(table);
    let mut statements = vec![("reading", format!("SELECT * FROM {from}"))];
    if table.kind == TableKind::Ordinary {
        let sets: Vec<String> = table
            .columns
            .iter()
            .filter(|column| !column.generated)
            .map(|column| format!("{0} = {0}", ident::quote(&column.name)))
            .collect();
        statements.extend([
            ("INSERT into", format!("INSERT INTO {from} DEFAULT VALUES")),
            (
                "UPDATE of",
                format!("UPDATE {from} SET {}", sets.join(", ")),
            ),
            ("DELETE from", format!("DELETE FROM {from}")),
        ]);
    }
    statements
}
