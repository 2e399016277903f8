//! The table of applied migrations: the one whose values are the names of the folder's files.
//!
//! Tools store a name in different ways; each way is tried, and the one that fits the most files is
//! taken. Names stay here: what is told is how many there are.

use super::super::{Schema, spell};
use crate::rehearse;
use crate::snapshot::catalog::Table;
use crate::sql::{Affinity, Value, ident};
use rusqlite::Connection;
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

/// The applied migrations, as the snapshot tells them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Applied {
    /// the table, where its values are names of files here
    pub(super) table: String,
    /// the query for their names
    pub(super) query: String,
    /// what it gave, as a sentence
    pub(super) seen: String,
}

/// The query that names the most of `files`, which are names without `.sql`; none where none names
/// any.
pub(super) fn find(
    conn: &Connection,
    schema: &Schema,
    files: &BTreeSet<String>,
) -> Option<Applied> {
    let is_named = |table: &Table| {
        NAMES
            .iter()
            .any(|name| ident::folded(&table.name).contains(name))
    };
    let tables = schema
        .tables()
        .map(|(table, _)| table)
        .filter(|table| is_named(table) && table.columns.len() <= COLUMNS);
    let queries =
        tables.flat_map(|table| queries(table).into_iter().map(move |query| (table, query)));
    let tried = queries.filter_map(|(table, query)| {
        let names: BTreeSet<String> = rehearse::column(conn, &query)
            .ok()?
            .iter()
            .map(Value::spelling)
            .collect();
        let known = names.intersection(files).count();
        (known > 0).then_some((known, names.len(), table, query))
    });
    // Of two that name as many, the one that names nothing else.
    let (known, names, table, query) =
        tried.max_by_key(|(known, names, ..)| (*known, std::cmp::Reverse(*names)))?;
    let pending = spell::counted((files.len() - known) as u64, "file is", "files are");
    let gone = match names - known {
        0 => String::new(),
        gone => format!(
            "; {} no longer here",
            spell::counted(gone as u64, "name is", "names are")
        ),
    };
    let seen = format!(
        "names {known} of the {} here, {pending} not applied yet{gone}",
        spell::counted(files.len() as u64, "file", "files")
    );
    Some(Applied {
        table: table.name.clone(),
        query,
        seen,
    })
}

/// The query that may name them, where no value says so: the first text of a table that is named
/// after migrations.
pub(super) fn guess(schema: &Schema) -> Option<String> {
    let mut tables = schema
        .tables()
        .map(|(table, _)| table)
        .filter(|table| ident::folded(&table.name).contains("migrat"));
    tables.find_map(|table| {
        let column = table
            .columns
            .iter()
            .find(|column| column.affinity == Affinity::Text)?;
        Some(format!(
            "SELECT {} FROM {}",
            ident::quote(&column.name),
            ident::quote(&table.name)
        ))
    })
}

/// The ways in which a table may hold names: as they are, with `.sql` behind, or in parts as sqlx
/// (`version`, `description`) and refinery (`version`, `name`) keep them.
fn queries(table: &Table) -> Vec<String> {
    let quoted = |name: &str| {
        table
            .column(name)
            .map(|at| ident::quote(&table.columns[at].name))
    };
    let from = ident::quote(&table.name);
    let succeeded = quoted("success")
        .map(|column| format!(" WHERE {column}"))
        .unwrap_or_default();
    let texts = table
        .columns
        .iter()
        .filter(|column| column.affinity != Affinity::Blob && !column.name.is_empty());
    let mut found = Vec::new();
    for column in texts.map(|column| ident::quote(&column.name)) {
        found.push(format!("SELECT {column} FROM {from}{succeeded}"));
        let ending = if succeeded.is_empty() {
            " WHERE"
        } else {
            " AND"
        };
        found.push(format!(
            "SELECT substr({column}, 1, length({column}) - 4) FROM \
            {from}{succeeded}{ending} {column} LIKE '%.sql'"
        ));
    }
    if let Some(version) = quoted("version") {
        if let Some(description) = quoted("description") {
            found.push(format!(
                "SELECT {version} || '_' || replace({description}, ' ', '_') FROM {from}{succeeded}"
            ));
        }
        if let Some(name) = quoted("name") {
            found.push(format!(
                "SELECT 'V' || {version} || '__' || {name} FROM {from}"
            ));
        }
    }
    found
}
