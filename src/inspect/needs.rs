//! What of the engine a schema uses, and what of that this engine lacks.
//!
//! A missing module shows when its table is opened; a missing function or collation, in a CHECK, an
//! index, a generated column or a trigger, when a statement that needs it is prepared: so each kind
//! of write to each table is prepared here, and none is run.

use crate::rehearse::read;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys;
use crate::snapshot::{Catalog, storage};
use crate::sql::{ident, message, token};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What of the engine a schema uses.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// the objects of the schema that use a feature, by the feature's name
    pub features: BTreeMap<String, Vec<String>>,
    /// what does not work here
    pub lacks: Vec<Lack>,
}

/// Something of the schema that does not work in this engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// the table or view
    pub table: String,
    /// whether it is a view, which holds no rows
    pub is_view: bool,
    /// what fails: opening it, or a kind of write
    pub what: &'static str,
    /// the engine's message
    pub message: String,
}

pub(super) fn read(conn: &Connection, catalog: &Catalog) -> rusqlite::Result<Needs> {
    // Whether a foreign key fits its parent is another question, which preparing a write would
    // answer.
    conn.pragma_update(None, "foreign_keys", false)?;
    let strict = strict_tables(conn)?;
    let mut needs = Needs::default();
    for table in catalog
        .tables
        .values()
        .filter(|table| table.kind != TableKind::Shadow)
    {
        for feature in features(conn, catalog, table, &strict)? {
            needs
                .features
                .entry(feature)
                .or_default()
                .push(table.name.clone());
        }
        needs.lacks.extend(lacks(conn, table));
    }
    for (name, _) in catalog.triggers() {
        needs
            .features
            .entry("triggers".to_owned())
            .or_default()
            .push(name.to_owned());
    }
    Ok(needs)
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
    let mut found = Vec::new();
    let mut note = |is_used: bool, name: &str| {
        if is_used {
            found.push(name.to_owned());
        }
    };
    note(table.kind == TableKind::View, "views");
    note(
        table.kind == TableKind::Virtual,
        &format!("virtual tables of {}", module(sql)),
    );
    if table.kind == TableKind::Ordinary {
        note(strict.contains(&table.name), "STRICT tables");
        note(table.without_rowid, "WITHOUT ROWID tables");
        note(
            token::significant(sql)
                .iter()
                .any(|t| t.is_word(sql, "AUTOINCREMENT")),
            "AUTOINCREMENT keys",
        );
        note(
            table.columns.iter().any(|column| column.generated),
            "generated columns",
        );
        let indexes = keys::indexes(conn, &table.name)?;
        note(indexes.iter().any(|index| index.partial), "partial indexes");
        let mut over_expressions = false;
        for index in &indexes {
            over_expressions |= keys::columns(conn, &index.name)?
                .iter()
                .any(|(place, _)| *place == -2);
        }
        note(over_expressions, "indexes of expressions");
    }
    Ok(found)
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
    let is_view = table.kind == TableKind::View;
    let lack = |what, message| Lack {
        table: table.name.clone(),
        is_view,
        what,
        message,
    };
    if let Some(reason) = &table.unreadable {
        return vec![lack("reading", reason.clone())];
    }
    let from = read::from(table);
    let mut statements = vec![("reading", format!("SELECT * FROM {from}"))];
    if table.kind == TableKind::Ordinary {
        let sets: Vec<String> = table
            .columns
            .iter()
            .filter(|c| !c.generated)
            .map(|c| ident::quote(&c.name))
            .map(|c| format!("{c} = {c}"))
            .collect();
        statements.push(("INSERT into", format!("INSERT INTO {from} DEFAULT VALUES")));
        statements.push((
            "UPDATE of",
            format!("UPDATE {from} SET {}", sets.join(", ")),
        ));
        statements.push(("DELETE from", format!("DELETE FROM {from}")));
    }
    let failing = statements
        .into_iter()
        .filter_map(|(what, sql)| Some(lack(what, message(&conn.prepare(&sql).err()?))));
    let mut lacks: Vec<Lack> = failing.collect();
    lacks.dedup_by(|later, first| later.message == first.message);
    lacks
}
