//! The schema difference: objects created, dropped and altered, by comparing `sqlite_schema` before
//! and after; and the sequences of AUTOINCREMENT tables.

use super::States;
use crate::rehearse::{Rehearsal, read};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, Table, TableKind, is_bookkeeping};
use crate::sql::ident;
use crate::words::words;
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
        Self {
            object: object.to_owned(),
            name: name.to_owned(),
            event,
            from: None,
            unnamed: false,
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
        /// A virtual table's index was written, and none of its rows is another.
        Reindexed = "reindexed",
    }
}

/// The sequence of an AUTOINCREMENT table that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regressed {
    /// the table's name after
    pub table: String,
    /// the last key that it said it had given
    pub was: i64,
    /// the last key that it says it has given; `None` where it says nothing
    pub says: Option<i64>,
    /// the key behind which the next one is given: that, or the highest one that stands
    pub is: i64,
    /// whether a further row of `sqlite_sequence`, which the engine does not look at, says as much
    /// as before
    pub is_doubled: bool,
}

/// Every difference, in the order of type and name. The engine's own objects and a virtual table's
/// storage are left out.
pub(super) fn changes(rehearsal: &Rehearsal) -> Vec<SchemaChange> {
    let Rehearsal {
        before,
        after,
        lineage,
        unnamed,
        ..
    } = rehearsal;
    let keys: BTreeSet<&(String, String)> =
        before.objects.keys().chain(after.objects.keys()).collect();
    let visible = keys.into_iter().filter(|(_, name)| {
        !is_bookkeeping(name) && !is_shadow(before, name) && !is_shadow(after, name)
    });
    let change = |key: &(String, String)| {
        let event = event(before.objects.get(key), after.objects.get(key))?;
        let (folded, is_table) = (ident::folded(&key.1), key.0 == "table");
        let goes_on = || {
            after.tables.contains_key(&folded)
                || lineage.renamed_to(&folded, before, after).is_some()
        };
        if is_table && event == SchemaEvent::Dropped && goes_on() {
            return None;
        }
        let origin = if is_table && event == SchemaEvent::Created {
            lineage.before(&folded, before, after)
        } else {
            None
        };
        let event = if origin.is_some() {
            SchemaEvent::Renamed
        } else {
            event
        };
        let from = origin.map(|table| table.name.clone());
        Some(SchemaChange {
            from,
            unnamed: unnamed.contains(key),
            ..SchemaChange::new(&key.0, &key.1, event)
        })
    };
    visible.filter_map(change).collect()
}

/// The AUTOINCREMENT sequences of the state before that stand elsewhere or are gone, though their
/// table is not (<https://sqlite.org/autoinc.html>).
pub(super) fn sequences(
    states: States<'_>,
    rehearsal: &Rehearsal,
) -> rusqlite::Result<(Vec<SchemaChange>, Vec<Regressed>)> {
    let Rehearsal {
        before: old,
        after: new,
        lineage,
        ..
    } = rehearsal;
    let (before, after) = (
        read_sequences(states.before)?,
        read_sequences(states.after)?,
    );
    let (mut moved, mut regressed) = (Vec::new(), Vec::new());
    for (folded, table) in &old.tables {
        let Some(was) = before.get(table.name.as_bytes()).map(|said| said[0]) else {
            continue;
        };
        let Some(table) = new
            .tables
            .get(lineage.renamed_to(folded, old, new).unwrap_or(folded))
        else {
            continue;
        };
        let said = after
            .get(table.name.as_bytes())
            .map_or(&[][..], Vec::as_slice);
        let event = match said.first().map(|is| is.cmp(&was)) {
            Some(Ordering::Equal) => continue,
            Some(Ordering::Greater) => SchemaEvent::Advanced,
            None | Some(Ordering::Less) => {
                let says = said.first().copied();
                let is = says.unwrap_or(0).max(highest_key(states.after, table)?);
                let is_doubled = said.iter().any(|other| *other >= was);
                regressed.push(Regressed {
                    table: table.name.clone(),
                    was,
                    says,
                    is,
                    is_doubled,
                });
                SchemaEvent::Regressed
            }
        };
        moved.push(SchemaChange::new("sequence", &table.name, event));
    }
    Ok((moved, regressed))
}

/// What each table's rows of `sqlite_sequence` say, by its name. The engine looks for the name as
/// it is spelled, uses the first row that it finds, and takes what stands there for an integer,
/// whatever it is.
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

/// The highest key that stands in a table whose rows get numbers; 0 where it has none.
fn highest_key(conn: &Connection, table: &Table) -> rusqlite::Result<i64> {
    let Some(key) = table
        .integer_primary_key
        .and_then(|at| table.columns.get(at))
    else {
        return Ok(0);
    };
    let sql = format!(
        "SELECT coalesce(max({}), 0) FROM {}",
        ident::quote(&key.name),
        read::from(table)
    );
    conn.query_row(&sql, [], |row| row.get(0))
}

fn event(before: Option<&SchemaObject>, after: Option<&SchemaObject>) -> Option<SchemaEvent> {
    match (before, after) {
        (None, Some(_)) => Some(SchemaEvent::Created),
        (Some(_), None) => Some(SchemaEvent::Dropped),
        (Some(old), Some(new)) if old.sql != new.sql || old.table != new.table => {
            Some(SchemaEvent::Altered)
        }
        _ => None,
    }
}

fn is_shadow(catalog: &Catalog, name: &str) -> bool {
    catalog
        .table(name)
        .is_some_and(|t| t.kind == TableKind::Shadow)
}
