//! Looking for a second tenant in a table, among a limited number of rows.

use super::rows;
use crate::change::Owner;
use crate::rehearse::fault::{RehearseError, is_environment_of_module};
use crate::rehearse::owner::Owners;
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Value, ident, lacking, message};
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeSet;

/// Adds tenants of the rows of `table` to `seen` until there are two: by an index that leads with
/// the column, else among the first `most` rows. Returns whether the table was seen to its end or
/// two were found; a table that this engine cannot read has not been seen.
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
    let by_index = match rule {
        TenantRule::Column(column) => by_index(conn, table, column, seen),
        _ => Ok(false),
    };
    let found = match by_index {
        Ok(false) => by_owner(conn, table, tenants, most, seen),
        found => found.map_err(RehearseError::from),
    };
    match found {
        // A table that relies on what this engine lacks, or that its module cannot read.
        Err(RehearseError::Sqlite(e)) if lacking(&message(&e)).is_some() => Ok(false),
        Err(RehearseError::Sqlite(e))
            if table.kind == TableKind::Virtual && !is_environment_of_module(&e) =>
        {
            Ok(false)
        }
        found => found,
    }
}

/// How many rows a table has, and of how many tenants they are, if a column says that and can be
/// compared here. Looks at all of them.
///
/// # Errors
/// When the table cannot be read.
pub fn owners_in(
    conn: &Connection,
    table: &Table,
    tenants: &TenantMap,
) -> rusqlite::Result<(u64, Option<u64>)> {
    let count = |what: &str| {
        let sql = format!("SELECT {what} FROM {}", rows::from(table));
        let number = conn.query_row(&sql, [], |row| row.get::<_, i64>(0));
        number.map(i64::unsigned_abs)
    };
    let all = count("count(*)")?;
    let column = match tenancy::rule_for(tenants, table) {
        Some(TenantRule::Column(column)) => Some(ident::quote(&column)),
        _ => None,
    };
    // DISTINCT leaves NULL out, which is a tenant.
    let distinct = |column: String| {
        let of_null = format!("max({column} IS NULL)");
        count(&format!("count(DISTINCT {column}) + {of_null}")).ok()
    };
    let owners = column.filter(|_| all > 0).and_then(distinct);
    Ok((all, owners))
}

/// Adds a tenant and says whether there are two.
fn are_two(tenant: Tenant, seen: &mut BTreeSet<Tenant>) -> bool {
    seen.insert(tenant);
    seen.len() > 1
}

/// Adds the tenant of one row and of one other row, if an index finds them; says whether it does.
fn by_index(
    conn: &Connection,
    table: &Table,
    column: &str,
    seen: &mut BTreeSet<Tenant>,
) -> rusqlite::Result<bool> {
    let column = ident::quote(column);
    let select = format!("SELECT {column} FROM {}", rows::from(table));
    let other = |condition: &str| format!("{select} WHERE {column} {condition}");
    // NULL compares with nothing: the other row may have NULL, or any value beside a NULL.
    let by_search = ["> ?1", "< ?1", "IS NULL"].map(other);
    for sql in &by_search {
        if !rows::is_planned_as(conn, sql, "SEARCH")? {
            return Ok(false);
        }
    }
    let Some(value) = first(conn, &select, &Value::Null)? else {
        return Ok(true);
    };
    if !are_two(Tenant(value.clone()), seen) {
        for sql in by_search.iter().chain([&other("IS NOT NULL")]) {
            if let Some(other) = first(conn, sql, &value)?
                && are_two(Tenant(other), seen)
            {
                break;
            }
        }
    }
    Ok(true)
}

/// The first value of a query, whose parameters are all `value`.
fn first(conn: &Connection, sql: &str, value: &Value) -> rusqlite::Result<Option<Value>> {
    let mut statement = conn.prepare(&format!("{sql} LIMIT 1"))?;
    let parameters = std::iter::repeat_n(value, statement.parameter_count());
    let mut rows = statement.query(params_from_iter(parameters))?;
    let row = rows.next()?;
    row.map(|row| row.get_ref(0).map(Value::from)).transpose()
}

fn by_owner(
    conn: &Connection,
    table: &Table,
    tenants: &TenantMap,
    most: Option<u64>,
    seen: &mut BTreeSet<Tenant>,
) -> Result<bool, RehearseError> {
    let mut owners = Owners::new(conn, table, tenants)?;
    let limit = most.map_or_else(String::new, |most| format!(" LIMIT {most}"));
    let (list, from) = (rows::list(table.column_names()), rows::from(table));
    let mut statement = conn.prepare(&format!("SELECT {list} FROM {from}{limit}"))?;
    let (mut rows, mut read) = (statement.raw_query(), 0);
    while let Some(row) = rows.next()? {
        read += 1;
        let cells = rows::cells(row, 0, table.columns.len())?;
        if let Owner::Tenant(tenant) = owners.of(&cells)?
            && are_two(tenant, seen)
        {
            return Ok(true);
        }
    }
    Ok(most != Some(read))
}
