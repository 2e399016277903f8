//! The table of applied migrations: the one whose values are the names of the folder's files.
//!
//! Tools store a name in different ways; each way is tried, and the one that fits the most files is
//! taken. Names stay here: only their number leaves.

use super::super::spell;
use crate::rehearse;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::{Affinity, Value, ident};
use rusqlite::Connection;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What the name of such a table holds.
const NAMES: [&str; 7] = [
    "migrat",
    "applied",
    "schema",
    "version",
    "history",
    "patch",
    "changelog",
];

/// More columns than such a table has.
const COLUMNS: usize = 16;

/// The applied migrations, by the snapshot.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Applied {
    /// the table, where its values are names of files here
    pub(super) table: String,
    /// the query for their names
    pub(super) query: String,
    /// what it gave, as a clause
    pub(super) seen: String,
}

/// The query that names the most of `files`, which are names without `.sql`; none where none names
/// any.
pub(super) fn find(
    conn: &Connection,
    schema: &Catalog,
    files: &BTreeSet<String>,
) -> Option<Applied> {
    let known = |names: &BTreeSet<String>| names.intersection(files).count();
    let (table, names, query) = schema
        .ordinary()
        .filter(|table| table.columns.len() <= COLUMNS && is_named(table, &NAMES))
        .flat_map(|table| queries(table).into_iter().map(move |query| (table, query)))
        .filter_map(|(table, query)| {
            let values = rehearse::column(conn, &query).ok()?;
            let names = values.iter().map(Value::spelling).collect();
            (known(&names) > 0).then_some((table, names, query))
        })
        // Of two that name as many, the one that names nothing else.
        .max_by_key(|(_, names, _)| (known(names), Reverse(names.len())))?;
    Some(Applied {
        table: table.name.clone(),
        query,
        seen: seen(known(&names), names.len(), files.len()),
    })
}

fn is_named(table: &Table, words: &[&str]) -> bool {
    let name = ident::folded(&table.name);
    words.iter().any(|word| name.contains(word))
}

/// What a query gave that names `known` of the files, as a clause.
fn seen(known: usize, names: usize, files: usize) -> String {
    let pending = spell::counted((files - known) as u64, "file is", "files are");
    let here = spell::counted(files as u64, "file", "files");
    let seen = format!("names {known} of the {here} here, {pending} not applied yet");
    match names - known {
        0 => seen,
        gone => {
            let gone = spell::counted(gone as u64, "name is", "names are");
            format!("{seen}; {gone} no longer here")
        }
    }
}

/// The query that may name them, where no value says so: the first text of a table that is named
/// after migrations; else an example of one.
pub(super) fn guess(schema: &Catalog) -> String {
    let query = schema
        .ordinary()
        .filter(|table| is_named(table, &["migrat"]))
        .find_map(|table| {
            let column = table
                .columns
                .iter()
                .find(|column| column.affinity == Affinity::Text)?;
            let (column, table) = (ident::quote(&column.name), ident::quote(&table.name));
            Some(format!("SELECT {column} FROM {table}"))
        });
    query.unwrap_or_else(|| "SELECT name FROM migrations".to_owned())
}

/// The ways in which a table may hold names: as they are, with `.sql` behind, or in parts as sqlx
/// (`version`, `description`) and refinery (`version`, `name`) keep them.
fn queries(table: &Table) -> Vec<String> {
    let quoted = |name: &str| {
        let at = table.column(name)?;
        Some(ident::quote(&table.columns[at].name))
    };
    let from = ident::quote(&table.name);
    let (succeeded, and) = match quoted("success") {
        Some(column) => (format!(" WHERE {column}"), " AND"),
        None => (String::new(), " WHERE"),
    };
    let mut found = Vec::new();
    for column in &table.columns {
        if column.affinity != Affinity::Blob && !column.name.is_empty() {
            let column = ident::quote(&column.name);
            found.push(format!("SELECT {column} FROM {from}{succeeded}"));
            found.push(format!(
                "SELECT substr({column}, 1, length({column}) - 4) FROM \
                {from}{succeeded}{and} {column} LIKE '%.sql'"
            ));
        }
    }
    if let Some(version) = quoted("version") {
        found.extend(quoted("description").map(|words| {
            format!("SELECT {version} || '_' || replace({words}, ' ', '_') FROM {from}{succeeded}")
        }));
        found.extend(
            quoted("name")
                .map(|name| format!("SELECT 'V' || {version} || '__' || {name} FROM {from}")),
        );
    }
    found
}
