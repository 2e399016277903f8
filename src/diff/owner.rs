//! Whose a row is in one state: by its column, by a lookup run in that state, or unknown.
//!
//! A lookup must give exactly one distinct tenant: one by half a key gives several, and is the incident again.

use super::DiffError;
use super::read::Cells;
use crate::change::Owner;
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Value;
use rusqlite::{Connection, Statement};
use std::collections::{BTreeSet, HashMap};

/// Finds the owners of one table's rows in one state.
pub(super) enum Owners<'c> {
    /// the same for all rows
    Fixed(Owner),
    /// the cell at this place
    Column(usize),
    /// a query over these cells, with what it gave before
    Lookup { statement: Statement<'c>, parameters: Vec<usize>, known: HashMap<Cells, Owner>, table: String },
}

impl<'c> Owners<'c> {
    pub(super) fn new(conn: &'c Connection, table: &Table, tenants: &TenantMap) -> Result<Self, DiffError> {
        Ok(match tenancy::rule_for(tenants, table) {
            None => Self::Fixed(Owner::Unassigned),
            Some(TenantRule::Shared) => Self::Fixed(Owner::Shared),
            Some(TenantRule::Column(column)) => table.column(&column).map_or(Self::Fixed(Owner::Unassigned), Self::Column),
            Some(TenantRule::Lookup(sql)) => lookup(conn, table, &sql)?,
        })
    }

    pub(super) fn of(&mut self, cells: &[Value]) -> Result<Owner, DiffError> {
        match self {
            Self::Fixed(owner) => Ok(owner.clone()),
            Self::Column(at) => Ok(Owner::Tenant(Tenant(cells[*at].clone()))),
            Self::Lookup { statement, parameters, known, table } => {
                let key: Cells = parameters.iter().map(|at| cells[*at].clone()).collect();
                if let Some(owner) = known.get(&key) {
                    return Ok(owner.clone());
                }
                let owner = run(statement, &key).map_err(|e| DiffError::Lookup { table: table.clone(), reason: format!("fails: {e}") })?;
                known.insert(key, owner.clone());
                Ok(owner)
            }
        }
    }
}

fn lookup<'c>(conn: &'c Connection, table: &Table, sql: &str) -> Result<Owners<'c>, DiffError> {
    let wrong = |reason: String| DiffError::Lookup { table: table.name.clone(), reason };
    let statement = conn.prepare(sql).map_err(|e| wrong(format!("fails: {e}")))?;
    if !statement.readonly() || statement.column_count() != 1 {
        return Err(wrong("must be one SELECT of one column".to_owned()));
    }
    let mut parameters = Vec::new();
    for at in 1..=statement.parameter_count() {
        let name = statement.parameter_name(at).unwrap_or("?").to_owned();
        let column = table.column(name.get(1..).unwrap_or_default());
        parameters.push(column.ok_or_else(|| wrong(format!("has the parameter `{name}`, and the table no such column")))?);
    }
    Ok(Owners::Lookup { statement, parameters, known: HashMap::new(), table: table.name.clone() })
}

fn run(statement: &mut Statement<'_>, parameters: &[Value]) -> rusqlite::Result<Owner> {
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        found.insert(Tenant(row.get_ref(0)?.into()));
        if found.len() > 1 {
            break;
        }
    }
    Ok(match (found.len(), found.pop_first()) {
        (1, Some(tenant)) => Owner::Tenant(tenant),
        _ => Owner::Ambiguous,
    })
}
