//! Rows that change hands without being written: their tenant is looked up in a row that the migration changed.

use super::read::{self, ByAddress};
use super::{DiffError, States};
use crate::change::{ChangeSet, MovedRows, RowAddress};
use crate::rehearse::{Owners, Rehearsal};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::ident;
use crate::sql::token::{self, TokenKind};
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
        if addressed && changes.tables.keys().any(|changed| mentions(&sql, changed)) {
            let written = rehearsal.touched.rows.get(name).into_iter().flatten().filter_map(|row| row.origin.clone()).collect();
            let rows = scan(states, before, after, tenants, &written)?;
            found.extend((rows.rows > 0).then_some(rows));
        }
    }
    Ok(found)
}

/// Whether a query names a table.
fn mentions(sql: &str, table: &str) -> bool {
    let names = token::significant(sql).into_iter().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Quoted));
    names.map(|t| ident::dequote(t.span.of(sql))).any(|name| ident::same(&name, table))
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
