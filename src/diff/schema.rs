//! The schema difference: objects created, dropped and altered, by comparing `sqlite_schema` before and after; and the
//! sequences of AUTOINCREMENT tables.

use super::States;
use crate::rehearse::Rehearsal;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, TableKind, is_bookkeeping};
use crate::sql::{Value, ident};
use rusqlite::Connection;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// One object of the schema that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    /// `table`, `index`, `view`, `trigger` or `sequence`
    pub object: String,
    /// its name
    pub name: String,
    /// what happened to it
    pub event: SchemaEvent,
    /// of a renamed one, its name before
    pub from: Option<String>,
    /// whether a statement changed it without naming it
    pub unnamed: bool,
}

impl SchemaChange {
    pub(super) fn new(object: &str, name: &str, event: SchemaEvent) -> Self {
        Self { object: object.to_owned(), name: name.to_owned(), event, from: None, unnamed: false }
    }
}

/// What happened to an object of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaEvent {
    /// it is new
    Created,
    /// it is gone
    Dropped,
    /// its text is another
    Altered,
    /// it is a table under another name
    Renamed,
    /// the next key that a sequence gives is higher
    Advanced,
    /// the next key that a sequence gives is lower: keys may be given again
    Regressed,
    /// a virtual table's index was written, and none of its rows is another
    Reindexed,
}

/// The sequence of an AUTOINCREMENT table that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regressed {
    /// the table's name after
    pub table: String,
    /// the last key that it had given
    pub was: Value,
    /// the last key that it says it has given; `None` where it says nothing
    pub is: Option<Value>,
}

impl SchemaEvent {
    /// The word that stands for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Dropped => "dropped",
            Self::Altered => "altered",
            Self::Renamed => "renamed",
            Self::Advanced => "advanced",
            Self::Regressed => "regressed",
            Self::Reindexed => "reindexed",
        }
    }
}

/// Every difference, in the order of type and name. The engine's own objects and a virtual table's storage are left out.
pub(super) fn changes(rehearsal: &Rehearsal) -> Vec<SchemaChange> {
    let Rehearsal { before, after, lineage, unnamed, .. } = rehearsal;
    let keys: BTreeSet<&(String, String)> = before.objects.keys().chain(after.objects.keys()).collect();
    let visible = keys.into_iter().filter(|(_, name)| !is_bookkeeping(name) && !is_shadow(before, name) && !is_shadow(after, name));
    let change = |key: &(String, String)| {
        let event = event(before.objects.get(key), after.objects.get(key))?;
        let (folded, is_table) = (ident::folded(&key.1), key.0 == "table");
        let goes_on = || after.tables.contains_key(&folded) || lineage.renamed_to(&folded, before, after).is_some();
        if is_table && event == SchemaEvent::Dropped && goes_on() {
            return None;
        }
        let origin = if is_table && event == SchemaEvent::Created { lineage.before(&folded, before, after) } else { None };
        let event = if origin.is_some() { SchemaEvent::Renamed } else { event };
        let from = origin.map(|table| table.name.clone());
        Some(SchemaChange { from, unnamed: unnamed.contains(key), ..SchemaChange::new(&key.0, &key.1, event) })
    };
    visible.filter_map(change).collect()
}

/// The AUTOINCREMENT sequences of the state before that stand elsewhere or are gone, though their table is not
/// (<https://sqlite.org/autoinc.html>).
pub(super) fn sequences(states: States<'_>, rehearsal: &Rehearsal) -> rusqlite::Result<(Vec<SchemaChange>, Vec<Regressed>)> {
    let Rehearsal { before: old, after: new, lineage, .. } = rehearsal;
    let (before, after) = (read_sequences(states.before)?, read_sequences(states.after)?);
    let mut regressed = Vec::new();
    let moved = before.iter().filter_map(|(name, was)| {
        let folded = ident::folded(name);
        let name = &new.tables.get(lineage.renamed_to(&folded, old, new).unwrap_or(&folded))?.name;
        let event = match after.get(name).map(|is| is.cmp(was)) {
            None | Some(Ordering::Less) => {
                regressed.push(Regressed { table: name.clone(), was: was.clone(), is: after.get(name).cloned() });
                SchemaEvent::Regressed
            }
            Some(Ordering::Equal) => return None,
            Some(Ordering::Greater) => SchemaEvent::Advanced,
        };
        Some(SchemaChange::new("sequence", name, event))
    });
    let moved = moved.collect();
    Ok((moved, regressed))
}

fn read_sequences(conn: &Connection) -> rusqlite::Result<BTreeMap<String, Value>> {
    if !conn.table_exists(Some("main"), "sqlite_sequence")? {
        return Ok(BTreeMap::new());
    }
    let mut statement = conn.prepare("SELECT name, seq FROM main.sqlite_sequence WHERE name IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((Value::from(row.get_ref(0)?).spelling(), Value::from(row.get_ref(1)?))))?;
    rows.collect()
}

fn event(before: Option<&SchemaObject>, after: Option<&SchemaObject>) -> Option<SchemaEvent> {
    match (before, after) {
        (None, Some(_)) => Some(SchemaEvent::Created),
        (Some(_), None) => Some(SchemaEvent::Dropped),
        (Some(old), Some(new)) if old.sql != new.sql || old.table != new.table => Some(SchemaEvent::Altered),
        _ => None,
    }
}

fn is_shadow(catalog: &Catalog, name: &str) -> bool {
    catalog.table(name).is_some_and(|t| t.kind == TableKind::Shadow)
}
