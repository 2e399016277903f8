//! Views and triggers of the state before that no longer work: what uses each is compiled in both states, and run in neither.

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
pub struct Broken {
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
pub(super) fn broken(states: States<'_>, rehearsal: &Rehearsal) -> Result<Vec<Broken>, DiffError> {
    let Rehearsal { before, after, .. } = rehearsal;
    let mut found = Vec::new();
    if before.objects == after.objects {
        return Ok(found);
    }
    for (key, old) in before.objects.iter().filter(|((kind, _), _)| matches!(kind.as_str(), "view" | "trigger")) {
        let (object, name) = key;
        let Some(new) = after.objects.get(key) else { continue };
        let compiled = |conn: &Connection, catalog: &Catalog, entry: &SchemaObject| -> Result<Option<String>, DiffError> {
            let Some(sql) = using(catalog, object, name, entry) else { return Ok(None) };
            match conn.prepare(&sql) {
                Ok(_) => Ok(None),
                Err(e) if is_environment(&e) => Err(DiffError::sqlite(name)(e)),
                Err(e) => Ok(Some(message(&e))),
            }
        };
        if let (None, Some(reason)) = (compiled(states.before, before, old)?, compiled(states.after, after, new)?) {
            found.push(Broken { object: object.clone(), name: name.clone(), table: new.table.clone(), reason });
        }
    }
    Ok(found)
}

/// A statement that makes the engine compile the object; `None` where the text of a trigger does not say what fires it.
fn using(catalog: &Catalog, object: &str, name: &str, entry: &SchemaObject) -> Option<String> {
    if object == "view" {
        return Some(format!("SELECT 1 FROM {}", ident::qualified("main", name)));
    }
    let table = catalog.table(&entry.table)?;
    let target = ident::qualified("main", &table.name);
    let columns: Vec<String> = table.columns.iter().filter(|c| !c.generated).map(|c| ident::quote(&c.name)).collect();
    Some(match rewrite::trigger(entry.sql.as_deref()?)?.event {
        Op::Insert => format!("INSERT INTO {target}({}) VALUES (NULL)", columns.first()?),
        Op::Update => format!("UPDATE {target} SET {}", columns.iter().map(|c| format!("{c} = {c}")).collect::<Vec<_>>().join(", ")),
        Op::Delete => format!("DELETE FROM {target}"),
    })
}
