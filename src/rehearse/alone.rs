//! Running the subqueries of a WHERE clause alone: how many rows each selects, and whose they are.
//!
//! A subquery that refers to the row outside it cannot run alone, and that is said. A double-quoted name must be a column here:
//! one of the outer row would else turn into a string.

use super::Owners;
use crate::change::Owner;
use crate::rewrite::{OwnerQuery, Subquery};
use crate::scope::{Tenant, TenantMap};
use crate::snapshot::Catalog;
use crate::sql::{Value, message};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// What a subquery gave alone.
#[derive(Debug, Clone)]
pub struct SubqueryRun {
    /// the SELECT
    pub sql: String,
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
    /// rows by tenant, and those whose lookup gives none or several; `None` where that cannot be told
    pub tenants: Option<(BTreeMap<Tenant, u64>, u64)>,
}

/// Runs each subquery alone.
pub(super) fn alone(conn: &Connection, subqueries: &[Subquery], catalog: &Catalog, tenants: &TenantMap) -> Vec<SubqueryRun> {
    let run = |subquery: &Subquery| {
        let result = select(conn, subquery, catalog, tenants).map_err(|e| reason(&e));
        SubqueryRun { sql: subquery.sql.clone(), result }
    };
    subqueries.iter().map(run).collect()
}

fn reason(error: &rusqlite::Error) -> String {
    let message = message(error);
    if message.starts_with("no such column") {
        return format!("it refers to the row outside it ({message})");
    }
    message
}

fn select(conn: &Connection, subquery: &Subquery, catalog: &Catalog, tenants: &TenantMap) -> rusqlite::Result<Selected> {
    let strings = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false);
    let prepared = conn.prepare(&subquery.sql).map(drop);
    strings.and_then(|_| conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, true))?;
    prepared?;
    let count =
        |from: &str| conn.query_row(&format!("SELECT count(*) FROM ({from}\n)"), [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    let rows = count(&subquery.sql)?;
    let distinct = count(&format!("SELECT DISTINCT * FROM ({}\n)", subquery.sql))?;
    let tenants = subquery.owner.as_ref().and_then(|query| owners(conn, query, catalog, tenants));
    Ok(Selected { rows, distinct, tenants })
}

/// Whose the rows are; `None` where the SELECT built for it is none that the engine takes.
fn owners(conn: &Connection, query: &OwnerQuery, catalog: &Catalog, tenants: &TenantMap) -> Option<(BTreeMap<Tenant, u64>, u64)> {
    let table = catalog.table(&query.table)?;
    let mut owners = Owners::new(conn, table, tenants).ok()?;
    let mut statement = conn.prepare(&query.sql).ok()?;
    let mut rows = statement.raw_query();
    let mut cells = vec![Value::Null; table.columns.len()];
    let (mut found, mut ambiguous) = (BTreeMap::new(), 0);
    while let Some(row) = rows.next().ok()? {
        for (at, column) in query.columns.iter().enumerate() {
            cells[*column] = row.get_ref(at).ok()?.into();
        }
        match owners.of(&cells).ok()? {
            Owner::Tenant(tenant) => *found.entry(tenant).or_default() += 1,
            _ => ambiguous += 1,
        }
    }
    Some((found, ambiguous))
}
