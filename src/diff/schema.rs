//! The schema difference: objects created, dropped and altered, by comparing `sqlite_schema` before
//! and after; and the sequences of AUTOINCREMENT tables.

use super::States;
use crate::rehearse::{Rehearsal, SchemaWrite, changed_objects, read};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind, is_bookkeeping};
use crate::sql::ident;
use crate::sql::token::exact_words;
use crate::words::words;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// One object of the schema that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaChange {
    /// `table`, `index`, `view`, `trigger`, or `sequence` for the next key of an AUTOINCREMENT
    /// table.
    pub object: String,
    /// Its name.
    pub name: String,
    /// What happened to it.
    pub change: SchemaEvent,
    /// Of a renamed table its name before, else null.
    pub from: Option<String>,
    /// Whether a statement named it, rather than changing it along with another.
    pub named: bool,
}

impl SchemaChange {
    pub(super) fn new(object: &str, name: &str, change: SchemaEvent) -> Self {
        Self {
            object: object.to_owned(),
            name: name.to_owned(),
            change,
            from: None,
            named: true,
        }
    }
}

words! {
    /// What happened to an object of the schema.
    #[schemars(rename = "Event")]
    pub enum SchemaEvent {
        /// It is new.
        Created = "created",
        /// It is gone.
        Dropped = "dropped",
        /// Its text is another.
        Altered = "altered",
        /// It is a table under another name.
        Renamed = "renamed",
        /// The next key that a sequence gives is higher.
        Advanced = "advanced",
        /// The next key that a sequence gives is lower: keys may be given again.
        Regressed = "regressed",
        /// A sequence has a further row, of which the engine uses the first.
        Doubled = "doubled",
        /// A virtual table's index was written, and none of its rows is another.
        Reindexed = "reindexed",
    }
}

/// The sequence of an AUTOINCREMENT table that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regressed {
    /// the table's name after
    pub table: String,
    /// the last key that it gave, by its number before
    pub was: i64,
    /// the last key that it gave, by its number after; `None` where it has none
    pub says: Option<i64>,
    /// the key after which the next one is given: `says`, or the highest one in the table
    pub is: i64,
    /// how many rows of `sqlite_sequence` it has; the engine uses the first
    pub rows: usize,
}

/// Every difference, in the order of type and name. The engine's own objects and a virtual table's
/// storage are left out.
pub(super) fn changes(rehearsal: &Rehearsal) -> Vec<SchemaChange> {
    let Rehearsal { before, after, .. } = rehearsal;
    changed_objects(before, after)
        .filter(|(_, (_, name))| {
            !is_bookkeeping(name) && !is_shadow(before, name) && !is_shadow(after, name)
        })
        .filter_map(|(write, object)| change(rehearsal, write, object))
        .collect()
}

/// What happened to one object. A table that was renamed goes by its new name.
fn change(
    rehearsal: &Rehearsal,
    write: SchemaWrite,
    key: &(String, String),
) -> Option<SchemaChange> {
    let (object, name) = key;
    if object != "table" && write == SchemaWrite::Changed && is_worded_alike(rehearsal, key) {
        return None;
    }
    let event = match write {
        SchemaWrite::Made => SchemaEvent::Created,
        SchemaWrite::Gone => SchemaEvent::Dropped,
        SchemaWrite::Changed => SchemaEvent::Altered,
    };
    let mut change = SchemaChange::new(object, name, event);
    change.named = !rehearsal.unnamed.contains(key);
    if object == "table" {
        let folded = ident::folded(name);
        let goes_on = || {
            rehearsal.after.tables.contains_key(&folded) || rehearsal.renamed_to(&folded).is_some()
        };
        if write == SchemaWrite::Gone && goes_on() {
            return None;
        }
        if write == SchemaWrite::Made
            && let Some(origin) = rehearsal.origin(&folded)
        {
            change.change = SchemaEvent::Renamed;
            change.from = Some(origin.name.clone());
        }
    }
    Some(change)
}

/// Whether an object of the same table has the same text before and after, but for quotes, case and
/// space.
fn is_worded_alike(rehearsal: &Rehearsal, key: &(String, String)) -> bool {
    let read = |catalog: &Catalog| {
        let object = catalog.objects.get(key)?;
        Some((object.table.clone(), exact_words(object.sql.as_deref()?)))
    };
    read(&rehearsal.before) == read(&rehearsal.after)
}

/// The AUTOINCREMENT sequences of the state before that are at another number or gone, though their
/// table is not (<https://sqlite.org/autoinc.html>).
pub(super) fn sequences(
    states: States<'_>,
    rehearsal: &Rehearsal,
) -> rusqlite::Result<(Vec<SchemaChange>, Vec<Regressed>)> {
    let before = read_sequences(states.before)?;
    let after = read_sequences(states.after)?;
    let (mut moved, mut regressed) = (Vec::new(), Vec::new());
    for (folded, table) in &rehearsal.before.tables {
        let name = rehearsal.renamed_to(folded).unwrap_or(folded);
        let (Some(had), Some(table)) = (
            before.get(table.name.as_bytes()),
            rehearsal.after.tables.get(name),
        ) else {
            continue;
        };
        let was = had[0];
        let numbers = after.get(table.name.as_bytes());
        let numbers = numbers.map_or(&[][..], Vec::as_slice);
        if numbers.len() > had.len() {
            let doubled = SchemaEvent::Doubled;
            moved.push(SchemaChange::new("sequence", &table.name, doubled));
        }
        let event = match numbers.first().cmp(&Some(&was)) {
            Ordering::Equal => continue,
            Ordering::Greater => SchemaEvent::Advanced,
            Ordering::Less => {
                regressed.push(regression(states.after, table, was, numbers)?);
                SchemaEvent::Regressed
            }
        };
        moved.push(SchemaChange::new("sequence", &table.name, event));
    }
    Ok((moved, regressed))
}

/// How far a sequence went back from the number `was`; `numbers` are those of its table now.
fn regression(
    conn: &Connection,
    table: &Table,
    was: i64,
    numbers: &[i64],
) -> rusqlite::Result<Regressed> {
    let says = numbers.first().copied();
    // The highest key of a table whose rows get numbers.
    let highest = match table.integer_primary_key {
        None => 0,
        Some(at) => {
            let key = ident::quote(&table.columns[at].name);
            let sql = format!("SELECT coalesce(max({key}), 0) FROM {}", read::from(table));
            conn.query_row(&sql, [], |row| row.get(0))?
        }
    };
    Ok(Regressed {
        table: table.name.clone(),
        was,
        says,
        is: says.unwrap_or(0).max(highest),
        rows: numbers.len(),
    })
}

/// The numbers in each table's rows of `sqlite_sequence`, by its name. The engine looks for the name
/// as it is spelled, uses the first row that it finds, and takes the value for an integer, whatever
/// it is.
fn read_sequences(conn: &Connection) -> rusqlite::Result<BTreeMap<Vec<u8>, Vec<i64>>> {
    let mut found: BTreeMap<Vec<u8>, Vec<i64>> = BTreeMap::new();
    if !conn.table_exists(Some("main"), "sqlite_sequence")? {
        return Ok(found);
    }
    let sql = "SELECT name, coalesce(CAST(seq AS INTEGER), 0) FROM main.sqlite_sequence \
               WHERE typeof(name) = 'text' ORDER BY rowid";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found
            .entry(row.get_ref(0)?.as_bytes()?.to_vec())
            .or_default()
            .push(row.get(1)?);
    }
    Ok(found)
}

fn is_shadow(catalog: &Catalog, name: &str) -> bool {
    catalog
        .table(name)
        .is_some_and(|t| t.kind == TableKind::Shadow)
}
