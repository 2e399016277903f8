//! Views and triggers of the state before that no longer work: what uses each is compiled in both
//! states, and run in neither.

use super::{DiffError, States};
use crate::rehearse::{Rehearsal, is_environment};
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::SchemaObject;
use crate::sql::{ident, message};
use rusqlite::Connection;

/// A view or trigger that worked before and does not after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenObject {
    /// `view` or `trigger`
    pub object: String,
    /// its name
    pub name: String,
    /// the table that a trigger is on, as the schema spells it; of a view its own name
    pub table: String,
    /// the engine's reason
    pub reason: String,
}

/// Those that are broken, by type and name.
pub(super) fn broken(
    states: States<'_>,
    rehearsal: &Rehearsal,
) -> Result<Vec<BrokenObject>, DiffError> {
    let Rehearsal { before, after, .. } = rehearsal;
    let mut found = Vec::new();
    if before.objects == after.objects {
        return Ok(found);
    }
    for (key, old) in before
        .objects
        .iter()
        .filter(|((kind, _), _)| matches!(kind.as_str(), "view" | "trigger"))
    {
        let (object, name) = key;
        let Some(new) = after.objects.get(key) else {
            continue;
        };
        let fault = |conn: &Connection,
                     catalog: &Catalog,
                     entry: &SchemaObject|
         -> Result<Option<String>, DiffError> {
            for sql in using(catalog, object, name, entry) {
                match conn.prepare(&sql) {
                    Ok(_) => {}
                    Err(e) if is_environment(&e) => return Err(DiffError::sqlite(name)(e)),
                    Err(e) => return Ok(Some(message(&e))),
                }
            }
            Ok(None)
        };
        if let (None, Some(reason)) = (
            fault(states.before, before, old)?,
            fault(states.after, after, new)?,
        ) {
            found.push(BrokenObject {
                object: object.clone(),
                name: name.clone(),
                table: new.table.clone(),
                reason,
            });
        }
    }
    Ok(found)
}

/// The statements that make the engine compile the object: of a trigger whose text the grammar does
/// not read, each that may fire it.
fn using(catalog: &Catalog, object: &str, name: &str, entry: &SchemaObject) -> Vec<String> {
    if object == "view" {
        return vec![format!("SELECT 1 FROM {}", ident::qualified("main", name))];
    }
    let Some(table) = catalog.table(&entry.table) else {
        return Vec::new();
    };
    let target = ident::qualified("main", &table.name);
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|c| !c.generated)
        .map(|c| ident::quote(&c.name))
        .collect();
    let first = columns.first().map_or("rowid", String::as_str);
    let firing = |op: Op| match op {
        Op::Insert => format!("INSERT INTO {target}({first}) VALUES (NULL)"),
        Op::Update => format!(
            "UPDATE {target} SET {}",
            columns
                .iter()
                .map(|c| format!("{c} = {c}"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Op::Delete => format!("DELETE FROM {target}"),
    };
    match entry.sql.as_deref().and_then(rewrite::trigger) {
        Some(outline) => vec![firing(outline.event)],
        None => Op::ALL.into_iter().map(firing).collect(),
    }
}
