//! Rows that change hands without being written: their tenant is looked up in a row, or by a
//! schema, that the migration changed.

use super::columns::TablePair;
use super::grouping::Grouping;
use super::{Diff, DiffError, States, compare};
use crate::change::MovedRows;
use crate::rehearse::Rehearsal;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::tenancy;
use crate::sql::ident;

/// Finds them in the tables with a lookup that reads something changed. Rows that were written
/// count where they were written; tables of which every row was compared already have theirs
/// counted.
pub(super) fn moved(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    diff: &Diff,
) -> Result<Vec<MovedRows>, DiffError> {
    let mut found = Vec::new();
    let schema_changed = !rehearsal.altered.is_empty() || !diff.schema.is_empty();
    for (name, before) in &rehearsal.before.tables {
        let Some(TenantRule::Lookup(sql)) = tenancy::rule_for(tenants, before) else {
            continue;
        };
        let renamed = rehearsal
            .lineage
            .renamed_to(name, &rehearsal.before, &rehearsal.after);
        let Some(after) = rehearsal.after.tables.get(renamed.unwrap_or(name)) else {
            continue;
        };
        let error = DiffError::sqlite(&before.name);
        let counted = renamed.is_some()
            || rehearsal.altered.contains_key(name)
            || diff
                .changes
                .moved
                .iter()
                .any(|moved| moved.table == before.name);
        if counted || before.unreadable.is_some() || after.unreadable.is_some() {
            continue;
        }
        if schema_changed || reads_changed(states, &rehearsal.before, &sql, diff).map_err(error)? {
            let tables = TablePair {
                before: Some(before),
                after: Some(after),
                lineage: &rehearsal.lineage,
            };
            let mut grouping = Grouping::new(states, tables, tenants, 0)?;
            compare::whole(states, tables, rehearsal, name, &mut grouping)?;
            found.extend(grouping.finish().1);
        }
    }
    Ok(found)
}

/// Whether a query reads one of the changed tables, by what the engine would open for it
/// (`EXPLAIN`), views and indexes included. A virtual table opens nothing of its own, so a query
/// over one may read anything.
fn reads_changed(
    states: States<'_>,
    before: &Catalog,
    sql: &str,
    diff: &Diff,
) -> rusqlite::Result<bool> {
    let mut statement = states.before.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let (opcode, root): (String, i64) = (row.get(1)?, row.get(3)?);
        let mut opened = before
            .objects
            .values()
            .filter(|object| object.root_page == root && root > 0);
        let is_changed = |table: &str| {
            diff.changes
                .tables
                .keys()
                .any(|changed| ident::same(changed, table))
        };
        if opcode == "VOpen"
            || (opcode == "OpenRead" && opened.any(|object| is_changed(&object.table)))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
