//! Running the subqueries of a WHERE clause alone: how many rows each selects, and whose they are.
//!
//! A subquery that refers to the row outside it cannot run alone, and says so. A double-quoted name
//! must be a column here, or a column of the outer row would turn into a string.

use super::rows::View;
use crate::change::Owner;
use crate::rehearse::engine::without_quoted_strings;
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::Owners;
use crate::rewrite::{OwnerQuery, Preview, Subquery};
use crate::scope::Tenant;
use crate::sql::{Span, Value, message};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// What a subquery gave alone.
#[derive(Debug, Clone)]
pub struct SubqueryRun {
    /// the SELECT
    pub sql: String,
    /// its bytes in the statement, if it selects the statement's rows in a branch of the WHERE
    /// clause that names no tenant
    pub selects: Option<Span>,
    /// what it gave, or why it did not run alone
    pub result: Result<Selected, String>,
}

/// The rows that a subquery selects.
#[derive(Debug, Clone)]
pub struct Selected {
    /// rows
    pub rows: u64,
    /// distinct rows among them
    pub distinct: u64,
    /// rows by tenant, and those whose lookup gives none or several; `None` if nothing says whose
    /// they are
    pub tenants: Option<(BTreeMap<Tenant, u64>, u64)>,
}

/// Runs a subquery with double-quoted names as columns; with strings too, only if none of the names
/// can be a column of the row outside.
pub(super) fn alone(
    conn: &Connection,
    subquery: &Subquery,
    preview: &Preview,
    view: View<'_>,
) -> Result<Selected, String> {
    if subquery.behind_with {
        return Err("it stands in a query that has common table expressions of its own".to_owned());
    }
    let select = || select(conn, subquery, view);
    let strict = without_quoted_strings(conn, DbConfig::SQLITE_DBCONFIG_DQS_DML, select);
    let error = match strict.map_err(|e| message(&e))? {
        Ok(selected) => return Ok(selected),
        Err(error) => message(&error),
    };
    if !subquery.nested
        && !preview.joins
        && let Some(rest) = error.strip_prefix("no such column: \"")
        && let Some(name) = rest.split('"').next()
        && let Some(outside) = view.catalog.table(&preview.table)
        && outside.column(name).is_none()
    {
        return select().map_err(|e| reason(&message(&e)));
    }
    Err(reason(&error))
}

fn reason(message: &str) -> String {
    if message.starts_with("no such column") {
        return format!("it refers to the row outside it ({message})");
    }
    if message == "interrupted" {
        return "it takes too long".to_owned();
    }
    message.to_owned()
}

fn select(conn: &Connection, subquery: &Subquery, view: View<'_>) -> rusqlite::Result<Selected> {
    let count = |from: &str| {
        let sql = format!("SELECT count(*) FROM ({from}\n)");
        let count = conn.query_row(&sql, [], |row| row.get(0));
        count.map(i64::unsigned_abs)
    };
    let owner = subquery.owner.as_ref();
    Ok(Selected {
        rows: count(&subquery.sql)?,
        distinct: count(&format!("SELECT DISTINCT * FROM ({}\n)", subquery.sql))?,
        tenants: owner.and_then(|query| tenants(conn, query, view).ok()),
    })
}

/// Whose the rows are; an error if the engine does not take the SELECT that was built for it.
fn tenants(
    conn: &Connection,
    query: &OwnerQuery,
    view: View<'_>,
) -> Result<(BTreeMap<Tenant, u64>, u64), RehearseError> {
    let missing = rusqlite::Error::QueryReturnedNoRows;
    let table = view.catalog.table(&query.table).ok_or(missing)?;
    let mut owners = Owners::new(conn, table, view.tenants)?;
    let mut statement = conn.prepare(&query.sql)?;
    let first = statement.column_count().saturating_sub(query.columns.len());
    let mut rows = statement.raw_query();
    let mut cells = vec![Value::Null; table.columns.len()];
    let (mut found, mut ambiguous) = (BTreeMap::new(), 0);
    while let Some(row) = rows.next()? {
        for (column, at) in query.columns.iter().zip(first..) {
            cells[*column] = row.get_ref(at)?.into();
        }
        match owners.of(&cells)? {
            Owner::Tenant(tenant) => *found.entry(tenant).or_default() += 1,
            _ => ambiguous += 1,
        }
    }
    Ok((found, ambiguous))
}
