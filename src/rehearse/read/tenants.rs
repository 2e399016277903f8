//! Looking for a second tenant in a table: until it is found, and among so many rows at most.

use super::rows;
use crate::change::Owner;
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::{LookupError, Owners};
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident, lacking, message};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Why the tenants of a table are not known.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

/// Adds tenants of the rows of `table` to `seen` until there are two: by an index that leads with
/// the column, else among the first `most` rows. Whether that says all there is to say of the
/// table; one that this engine cannot read says nothing.
///
/// # Errors
/// When its lookup cannot be used, or the engine cannot go on.
pub fn tenants_of(
    conn: &Connection,
    table: &Table,
    rule: &TenantRule,
    tenants: &TenantMap,
    most: Option<u64>,
    seen: &mut BTreeSet<Tenant>,
) -> Result<bool, RehearseError> {
    let found = match rule {
        TenantRule::Column(column) => by_index(conn, table, column, seen).map_err(Unknown::from),
        _ => Ok(false),
    };
    match found.and_then(|is_whole| {
        if is_whole {
            Ok(true)
        } else {
            by_owner(conn, table, tenants, most, seen)
        }
    }) {
        // A table that relies on what this engine lacks.
        Err(Unknown::Sqlite(e)) if lacking(&message(&e)).is_some() => Ok(false),
        Err(Unknown::Sqlite(e)) => Err(e.into()),
        Err(Unknown::Lookup(e)) => Err(e.into()),
        Ok(is_whole) => Ok(is_whole),
    }
}

/// Whether there are two.
fn are_two(tenant: Tenant, seen: &mut BTreeSet<Tenant>) -> bool {
    seen.insert(tenant);
    seen.len() > 1
}

/// One row's value, and another one's, where an index finds them; whether it does.
fn by_index(
    conn: &Connection,
    table: &Table,
    column: &str,
    seen: &mut BTreeSet<Tenant>,
) -> rusqlite::Result<bool> {
    let (column, from) = (ident::quote(column), rows::from(table));
    let first = |sql: &str, value: &Value| -> rusqlite::Result<Option<Value>> {
        let mut statement = conn.prepare(&format!("SELECT {column} FROM {from} {sql} LIMIT 1"))?;
        let parameters = std::iter::repeat_n(value, statement.parameter_count());
        let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
        rows.next()?
            .map(|row| row.get_ref(0).map(Value::from))
            .transpose()
    };
    // NULL compares with nothing: it may stand beside the one value, or others beside it.
    let others =
        ["> ?1", "< ?1", "IS NULL", "IS NOT NULL"].map(|other| format!("WHERE {column} {other}"));
    for sql in &others {
        let mut plan = conn.prepare(&format!(
            "EXPLAIN QUERY PLAN SELECT {column} FROM {from} {sql}"
        ))?;
        let mut rows = plan.raw_query();
        let is_search = rows.next()?.is_some_and(|row| {
            row.get_ref("detail")
                .is_ok_and(|d| d.as_str().is_ok_and(|d| d.starts_with("SEARCH")))
        });
        if !is_search && sql != &others[3] {
            return Ok(false);
        }
    }
    let Some(value) = first("", &Value::Null)? else {
        return Ok(true);
    };
    let is_one = !are_two(Tenant(value.clone()), seen);
    for sql in others.iter().filter(|_| is_one) {
        if let Some(other) = first(sql, &value)?
            && are_two(Tenant(other), seen)
        {
            break;
        }
    }
    Ok(true)
}

fn by_owner(
    conn: &Connection,
    table: &Table,
    tenants: &TenantMap,
    most: Option<u64>,
    seen: &mut BTreeSet<Tenant>,
) -> Result<bool, Unknown> {
    let mut owners = Owners::new(conn, table, tenants)?;
    let limit = most.map_or_else(String::new, |most| format!(" LIMIT {most}"));
    let mut statement = conn.prepare(&format!(
        "SELECT {} FROM {}{limit}",
        rows::list(table.column_names()),
        rows::from(table)
    ))?;
    let mut rows = statement.raw_query();
    let mut read = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        if let Owner::Tenant(tenant) = owners.of(&rows::cells(row, 0, table.columns.len())?)?
            && are_two(tenant, seen)
        {
            return Ok(true);
        }
    }
    Ok(most != Some(read))
}
