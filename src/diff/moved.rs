//! Rows that change hands without being written: their tenant is looked up in a row, or by a
//! schema, that the migration changed.

use super::columns::TablePair;
use super::error::TableError;
use super::grouping::Grouping;
use super::table::TableComparison;
use super::{Asked, Diff, DiffError, States, compare};
use crate::change::MovedRows;
use crate::rehearse::{Owners, Rehearsal, read};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{ident, message};
use std::collections::BTreeSet;

/// Finds them in the tables with a lookup that reads something changed. Tables of which every row
/// was compared already have theirs counted.
pub(super) fn moved(
    states: States<'_>,
    rehearsal: &Rehearsal,
    tenants: &TenantMap,
    diff: &mut Diff,
) -> Result<(), DiffError> {
    let schema_changed = !rehearsal.altered.is_empty() || !diff.schema.is_empty();
    for (name, before) in &rehearsal.before.tables {
        let Some(TenantRule::Lookup(sql)) = tenancy::rule_for(tenants, before) else {
            continue;
        };
        let Some(after) = continued(rehearsal, name, before, diff) else {
            continue;
        };
        if !schema_changed {
            // What it lacks in the state before, it lacks in the one after.
            let is_used = Owners::rule(states.before, before, tenants).is_some();
            let reads_changed = || reads_changed(states, &rehearsal.before, &sql, diff);
            if !is_used || !reads_changed().map_err(DiffError::sqlite(&before.name))? {
                continue;
            }
        }
        let tables = TablePair {
            before: Some(before),
            after: Some(after),
            lineage: &rehearsal.lineage,
        };
        let at = TableComparison {
            states,
            rehearsal,
            tables,
            name,
        };
        match moved_in(at, tenants) {
            Err(TableError::Sqlite(error)) if at.is_broken(&error) => {
                let broken = (after.name.clone(), message(&error));
                diff.unevaluated.push(broken);
            }
            moved => {
                let found = moved.map_err(|error| error.of(&after.name))?;
                // Of the rows that were written, some may be counted already.
                let all = &mut diff.changes.moved;
                all.retain(|counted| counted.table != after.name);
                all.extend(found);
            }
        }
    }
    Ok(())
}

/// The table after, where not all rows were compared and all can be.
fn continued<'r>(
    rehearsal: &'r Rehearsal,
    name: &str,
    before: &Table,
    diff: &Diff,
) -> Option<&'r Table> {
    let is_counted = rehearsal.renamed_to(name).is_some()
        || rehearsal.altered.contains_key(name)
        || diff.wholes.contains_key(&before.name);
    let after = rehearsal.after.tables.get(name)?;
    let mut unevaluated = diff.unevaluated.iter();
    let is_readable = before.unreadable.is_none()
        && after.unreadable.is_none()
        && !unevaluated.any(|(table, _)| *table == after.name);
    (!is_counted && is_readable).then_some(after)
}

fn moved_in(at: TableComparison<'_>, tenants: &TenantMap) -> Result<Option<MovedRows>, TableError> {
    let asked = Asked {
        tenants,
        samples: 0,
        rows_of: &BTreeSet::new(),
    };
    let mut grouping = Grouping::new(at, asked)?;
    compare::whole(at, &mut grouping)?;
    Ok(grouping.finish().1)
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
    let changed = &diff.changes.tables;
    let is_changed = |table: &str| changed.keys().any(|changed| ident::same(changed, table));
    let opens_changed = |root: i64| {
        let mut objects = before.objects.values();
        root > 0 && objects.any(|object| object.root_page == root && is_changed(&object.table))
    };
    let opened = read::opened(states.before, sql)?;
    let mut roots = opened.into_iter().map(|opened| Some(opened?.0));
    Ok(roots.any(|root| root.is_none_or(opens_changed)))
}
