//! Rows that change hands without being written: their tenant is looked up in a row that the migration changed.

use super::read::{self, ByAddress};
use super::{DiffError, States};
use crate::change::{ChangeSet, MovedRows, RowAddress};
use crate::rehearse::{Owners, Rehearsal};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::ident;
use std::collections::{BTreeSet, HashSet};

/// Finds them, for each table with a lookup that reads a changed table. Rows that were written count where they were written.
pub(super) fn moved(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    changes: &ChangeSet,
) -> Result<Vec<MovedRows>, DiffError> {
    let mut found = Vec::new();
    for (name, before) in &rehearsal.before.tables {
        let (Some(TenantRule::Lookup(sql)), Some(after)) = (tenancy::rule_for(tenants, before), rehearsal.after.tables.get(name)) else {
            continue;
        };
        let addressed = !read::address_columns(before).is_empty() && !rehearsal.altered.get(name).is_some_and(|a| a.rebuilt);
        let reads = reads_changed(states, &rehearsal.before, &sql, changes).map_err(DiffError::sqlite(&before.name))?;
        if addressed && reads {
            let written = rehearsal.touched.rows.get(name).into_iter().flatten().filter_map(|row| row.origin.clone()).collect();
            let rows = scan(states, before, after, tenants, &written)?;
            found.extend((rows.rows > 0).then_some(rows));
        }
    }
    Ok(found)
}

/// Whether a query reads one of the changed tables, by what the engine would open for it (`EXPLAIN`), views and indexes
/// included. A virtual table opens nothing of its own, so a query over one may read anything.
fn reads_changed(states: States<'_>, before: &Catalog, sql: &str, changes: &ChangeSet) -> rusqlite::Result<bool> {
    let mut statement = states.before.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let (opcode, root): (String, i64) = (row.get(1)?, row.get(3)?);
        let mut opened = before.objects.values().filter(|object| object.root_page == root && root > 0);
        let is_changed = |table: &str| changes.tables.keys().any(|changed| ident::same(changed, table));
        if opcode == "VOpen" || (opcode == "OpenRead" && opened.any(|object| is_changed(&object.table))) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn scan(
    states: States<'_>,
    before: &Table,
    after: &Table,
    tenants: &TenantMap,
    written: &HashSet<RowAddress>,
) -> Result<MovedRows, DiffError> {
    let error = DiffError::sqlite(&before.name);
    let mut owners_before = Owners::new(states.before, before, tenants)?;
    let mut owners_after = Owners::new(states.after, after, tenants)?;
    let mut old_rows = ByAddress::new(states.before, before).map_err(&error)?;
    let mut new_rows = ByAddress::new(states.after, after).map_err(&error)?;
    let mut moved = MovedRows { table: before.name.clone(), rows: 0, owners: BTreeSet::new() };
    for address in read::addresses(states.before, before).map_err(&error)? {
        if written.contains(&address) {
            continue;
        }
        let (Some(old), Some(new)) = (old_rows.read(&address).map_err(&error)?, new_rows.read(&address).map_err(&error)?) else { continue };
        let (was, is) = (owners_before.of(&old)?, owners_after.of(&new)?);
        if was != is {
            moved.rows += 1;
            moved.owners.extend([was, is]);
        }
    }
    Ok(moved)
}
