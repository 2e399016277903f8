//! Views, triggers and virtual tables of the state before that no longer work. What uses a view or
//! trigger is compiled in both states, and run in neither; of a virtual table the first row is read,
//! since its module compiles what it reads only then.

use super::{DiffError, States};
use crate::rehearse::{Rehearsal, is_environment, is_environment_of_module, read};
use crate::rewrite;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, Table, TableKind};
use crate::snapshot::storage::{Content, DerivedIndex};
use crate::sql::{ident, message};
use rusqlite::Connection;

/// A view, trigger or virtual table that worked before and does not after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenObject {
    /// `view`, `trigger` or `table`
    pub object: String,
    /// its name
    pub name: String,
    /// the table that a trigger is on, as the schema spells it; of others its own name
    pub table: String,
    /// the table or view whose content a virtual table indexes
    pub content: Option<String>,
    /// the engine's reason
    pub reason: String,
}

impl BrokenObject {
    /// Whether it is the virtual table of this name.
    pub(super) fn is_table(&self, name: &str) -> bool {
        self.object == "table" && self.name == name
    }
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
                content: None,
                reason,
            });
        }
    }
    found.extend(modules(states, rehearsal)?);
    Ok(found)
}

/// The virtual tables that their modules can no longer read.
fn modules(states: States<'_>, rehearsal: &Rehearsal) -> Result<Vec<BrokenObject>, DiffError> {
    let mut found = Vec::new();
    for (folded, old) in &rehearsal.before.tables {
        let name = rehearsal.renamed_to(folded).unwrap_or(folded);
        let Some(new) = rehearsal.after.tables.get(name) else {
            continue;
        };
        let fault = |conn: &Connection, table: &Table| {
            first_row(conn, table).map_err(DiffError::sqlite(&table.name))
        };
        if old.kind == TableKind::Virtual
            && new.kind == TableKind::Virtual
            && fault(states.before, old)?.is_none()
            && let Some(reason) = fault(states.after, new)?
        {
            let content = match &new.index {
                Some(DerivedIndex {
                    content: Content::Elsewhere(content),
                    ..
                }) => Some(content.clone()),
                _ => None,
            };
            found.push(BrokenObject {
                object: "table".to_owned(),
                name: new.name.clone(),
                table: new.name.clone(),
                content,
                reason,
            });
        }
    }
    Ok(found)
}

/// The engine's reason why it cannot read the first row of a virtual table.
fn first_row(conn: &Connection, table: &Table) -> rusqlite::Result<Option<String>> {
    let sql = format!("SELECT * FROM {} LIMIT 1", read::from(table));
    let read = conn.prepare(&sql).and_then(|mut first| first.exists([]));
    match read {
        Ok(_) => Ok(None),
        Err(error) if is_environment_of_module(&error) => Err(error),
        Err(error) => Ok(Some(message(&error))),
    }
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
