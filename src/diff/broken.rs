//! Views and triggers of the state before that no longer work: what uses each is compiled in both
//! states, and run in neither.

use super::{DiffError, States};
use crate::rehearse::{Rehearsal, is_environment};
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, Table};
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
    for (key, old) in &before.objects {
        let (object, name) = key;
        let Some(new) = after.objects.get(key) else {
            continue;
        };
        let fault = |conn: &Connection, catalog: &Catalog, entry: &SchemaObject| {
            let using = match object.as_str() {
                "view" => vec![format!("SELECT 1 FROM {}", ident::qualified("main", name))],
                "trigger" => firing(catalog, entry),
                _ => Vec::new(),
            };
            first_fault(conn, &using).map_err(DiffError::sqlite(name))
        };
        if fault(states.before, before, old)?.is_none()
            && let Some(reason) = fault(states.after, after, new)?
        {
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

/// The engine's reason why it cannot compile one of these statements.
fn first_fault(conn: &Connection, statements: &[String]) -> rusqlite::Result<Option<String>> {
    for sql in statements {
        match conn.prepare(sql) {
            Ok(_) => {}
            Err(error) if is_environment(&error) => return Err(error),
            Err(error) => return Ok(Some(message(&error))),
        }
    }
    Ok(None)
}

/// The statements that make the engine compile a trigger: where the grammar does not read its text,
/// each that may fire it.
fn firing(catalog: &Catalog, trigger: &SchemaObject) -> Vec<String> {
    let Some(table) = catalog.table(&trigger.table) else {
        return Vec::new();
    };
    match trigger.sql.as_deref().and_then(rewrite::trigger) {
        Some(outline) => vec![writing(table, outline.event)],
        None => Op::ALL.map(|op| writing(table, op)).into(),
    }
}

/// A statement that would write a table.
fn writing(table: &Table, op: Op) -> String {
    let target = ident::qualified("main", &table.name);
    let stored = table.columns.iter().filter(|c| !c.generated);
    let mut columns = stored.map(|c| ident::quote(&c.name));
    match op {
        Op::Insert => {
            let first = columns.next().unwrap_or_else(|| "rowid".to_owned());
            format!("INSERT INTO {target}({first}) VALUES (NULL)")
        }
        Op::Update => {
            let same: Vec<String> = columns.map(|c| format!("{c} = {c}")).collect();
            format!("UPDATE {target} SET {}", same.join(", "))
        }
        Op::Delete => format!("DELETE FROM {target}"),
    }
}
