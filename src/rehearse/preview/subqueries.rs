//! Running the subqueries of a WHERE clause alone: how many rows each selects, and whose they are.
//!
//! A subquery that refers to the row outside it cannot run alone, and that is said. A double-quoted
//! name must be a column here: one of the outer row would else turn into a string.

use crate::change::Owner;
use crate::rehearse::owner::Owners;
use crate::rewrite::{OwnerQuery, Preview, Subquery};
use crate::scope::{Tenant, TenantMap};
use crate::snapshot::Catalog;
use crate::sql::{Span, Value, message};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// What a subquery gave alone.
#[derive(Debug, Clone)]
pub struct SubqueryRun {
    /// the SELECT
    pub sql: String,
    /// its bytes in the statement, where it selects the statement's rows in a branch of the WHERE
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
    /// rows by tenant, and those whose lookup gives none or several; `None` where that cannot be
    /// told
    pub tenants: Option<(BTreeMap<Tenant, u64>, u64)>,
}

/// Runs each subquery of a preview alone.
pub(crate) fn alone(
    conn: &Connection,
    preview: &Preview,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Vec<SubqueryRun> {
    let run = |subquery: &Subquery| {
        let result = if subquery.behind_with {
            Err("it stands in a query that has common table expressions of its own".to_owned())
        } else {
            strictly(conn, subquery, preview, catalog, tenants)
        };
        SubqueryRun {
            sql: subquery.sql.clone(),
            selects: None,
            result,
        }
    };
    preview.subqueries.iter().map(run).collect()
}

/// Runs a subquery with double-quoted names taken for columns, and only where none could be of the
/// row outside for strings too.
fn strictly(
    conn: &Connection,
    subquery: &Subquery,
    preview: &Preview,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Result<Selected, String> {
    let strings = |on: bool| {
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, on)
            .map(drop)
    };
    let strict = strings(false).and_then(|()| select(conn, subquery, catalog, tenants));
    strings(true).map_err(|e| message(&e))?;
    let error = match strict {
        Ok(selected) => return Ok(selected),
        Err(error) => message(&error),
    };
    let quoted = error
        .strip_prefix("no such column: \"")
        .and_then(|rest| rest.split('"').next());
    let outside = catalog.table(&preview.table);
    let is_string = |name: &str| {
        !subquery.nested
            && !preview.joins
            && outside.is_some_and(|table| table.column(name).is_none())
    };
    if quoted.is_some_and(is_string) {
        return select(conn, subquery, catalog, tenants).map_err(|e| reason(&message(&e)));
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

fn select(
    conn: &Connection,
    subquery: &Subquery,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> rusqlite::Result<Selected> {
    let count = |from: &str| {
        conn.query_row(&format!("SELECT count(*) FROM ({from}\n)"), [], |row| {
            row.get::<_, i64>(0)
        })
        .map(i64::unsigned_abs)
    };
    let rows = count(&subquery.sql)?;
    let distinct = count(&format!("SELECT DISTINCT * FROM ({}\n)", subquery.sql))?;
    let tenants = subquery
        .owner
        .as_ref()
        .and_then(|query| owners(conn, query, catalog, tenants));
    Ok(Selected {
        rows,
        distinct,
        tenants,
    })
}

/// Whose the rows are; `None` where the SELECT built for it is none that the engine takes.
fn owners(
    conn: &Connection,
    query: &OwnerQuery,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Option<(BTreeMap<Tenant, u64>, u64)> {
    let table = catalog.table(&query.table)?;
    let mut owners = Owners::new(conn, table, tenants).ok()?;
    let mut statement = conn.prepare(&query.sql).ok()?;
    let mut rows = statement.raw_query();
    let mut cells = vec![Value::Null; table.columns.len()];
    let first = rows
        .as_ref()?
        .column_count()
        .checked_sub(query.columns.len())?;
    let (mut found, mut ambiguous) = (BTreeMap::new(), 0);
    while let Some(row) = rows.next().ok()? {
        for (at, column) in query.columns.iter().enumerate() {
            cells[*column] = row.get_ref(first + at).ok()?.into();
        }
        match owners.of(&cells).ok()? {
            Owner::Tenant(tenant) => *found.entry(tenant).or_default() += 1,
            _ => ambiguous += 1,
        }
    }
    Some((found, ambiguous))
}
