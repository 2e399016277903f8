//! Whose a row is in one state: by its column, by a lookup run in that state, or unknown.
//!
//! A lookup must give exactly one distinct tenant: a lookup by half a key gives several, which is
//! the incident again.

use crate::change::Owner;
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{Value, message, split};
use rusqlite::{Connection, ErrorCode, Statement};
use std::collections::{BTreeSet, HashMap};

/// Why a tenant lookup cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the tenant lookup of `{table}` {reason}")]
pub struct LookupError {
    table: String,
    reason: String,
    /// whether it lacks a table or column, which another state may have
    pub is_lack: bool,
}

/// The cells of a row, in the order of the table's columns.
type Cells = Vec<Value>;

/// Finds the owners of one table's rows in one state.
pub enum Owners<'c> {
    /// the same for all rows
    Fixed(Owner),
    /// the cell at this place
    Column(usize),
    /// a query over the cells
    Lookup(Lookup<'c>),
}

/// A lookup query on one state.
pub struct Lookup<'c> {
    statement: Statement<'c>,
    /// the cells that are its parameters
    parameters: Vec<usize>,
    /// what it gave, by its parameters
    known: HashMap<Cells, Owner>,
    /// whether it reads a virtual table, whose storage a migration may break
    reads_module: bool,
    table: String,
}

impl<'c> Owners<'c> {
    /// Prepares the rule of `table` on the state that `conn` sees.
    ///
    /// # Errors
    /// When the rule is a lookup of the wrong shape.
    pub fn new(
        conn: &'c Connection,
        table: &Table,
        tenants: &TenantMap,
    ) -> Result<Self, LookupError> {
        let rule = tenancy::rule_for(tenants, table);
        rule.map_or(Ok(Self::Fixed(Owner::Unassigned)), |rule| {
            Self::by(conn, table, &rule, |name| table.column(name))
        })
    }

    /// Whether the rule of `table` can be used on the state that `conn` sees.
    ///
    /// # Errors
    /// When it is a lookup that the engine refuses, or of the wrong shape.
    pub fn check(conn: &Connection, table: &Table, tenants: &TenantMap) -> Result<(), LookupError> {
        match tenancy::rule_for(tenants, table) {
            Some(TenantRule::Lookup(sql)) => {
                Lookup::new(conn, table, &sql, |name| table.column(name)).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The rule of `table`, if the state that `conn` sees has what it reads.
    pub fn rule(conn: &Connection, table: &Table, tenants: &TenantMap) -> Option<TenantRule> {
        let rule = tenancy::rule_for(tenants, table)?;
        let is_readable = match &rule {
            TenantRule::Lookup(sql) => conn.prepare(sql).is_ok(),
            TenantRule::Column(_) | TenantRule::Shared => true,
        };
        let has_all = tenancy::places_of(&rule, table).is_some();
        (is_readable && has_all).then_some(rule)
    }

    /// Prepares any `rule` for `table`; `place` finds the columns that it names.
    ///
    /// # Errors
    /// As [`Owners::new`].
    pub fn by(
        conn: &'c Connection,
        table: &Table,
        rule: &TenantRule,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, LookupError> {
        Ok(match rule {
            TenantRule::Shared => Self::Fixed(Owner::Shared),
            TenantRule::Column(column) => {
                place(column).map_or(Self::Fixed(Owner::Unassigned), Self::Column)
            }
            // What it reads may not exist in this state, between a DROP and a RENAME for one: then
            // nobody can say whose the rows are.
            TenantRule::Lookup(sql) if conn.prepare(sql).is_err() => Self::Fixed(Owner::Ambiguous),
            // Nor if the row no longer has what it is looked up by.
            TenantRule::Lookup(_)
                if tenancy::columns_of(rule)
                    .iter()
                    .any(|name| place(name).is_none()) =>
            {
                Self::Fixed(Owner::Ambiguous)
            }
            TenantRule::Lookup(sql) => Self::Lookup(Lookup::new(conn, table, sql, place)?),
        })
    }

    /// The owner of the row with these cells, in the order of the table's columns.
    ///
    /// # Errors
    /// When the lookup fails.
    pub fn of(&mut self, cells: &[Value]) -> Result<Owner, LookupError> {
        match self {
            Self::Fixed(owner) => Ok(owner.clone()),
            Self::Column(at) => Ok(Owner::Tenant(Tenant(cells[*at].clone()))),
            Self::Lookup(lookup) => lookup.of(cells),
        }
    }

    /// What a lookup has from the row with these cells; `None` if it is no lookup.
    pub fn looks_up_by<'r>(&self, cells: &'r [Value]) -> Option<Vec<&'r Value>> {
        match self {
            Self::Lookup(lookup) => Some(lookup.parameters.iter().map(|at| &cells[*at]).collect()),
            Self::Fixed(_) | Self::Column(_) => None,
        }
    }
}

/// The cells of a row of which only those at some places matter.
pub fn known_cells(table: &Table, known: impl IntoIterator<Item = (usize, Value)>) -> Vec<Value> {
    let mut cells = vec![Value::Null; table.columns.len()];
    for (at, value) in known {
        cells[at] = value;
    }
    cells
}

impl<'c> Lookup<'c> {
    fn new(
        conn: &'c Connection,
        table: &Table,
        sql: &str,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, LookupError> {
        let wrong = |reason: String| LookupError {
            table: table.name.clone(),
            reason,
            is_lack: false,
        };
        let statement = conn.prepare(sql).map_err(|e| {
            let message = message(&e);
            LookupError {
                is_lack: message.contains("no such table") || message.contains("no such column"),
                ..wrong(format!("fails: {message}"))
            }
        })?;
        let is_select = statement.readonly() && statement.column_count() == 1;
        if !is_select || split::statements(sql).count() != 1 {
            return Err(wrong("must be one SELECT of one column".to_owned()));
        }
        Ok(Self {
            parameters: parameters(&statement, place).map_err(|reason| LookupError {
                is_lack: true,
                ..wrong(reason)
            })?,
            statement,
            known: HashMap::new(),
            reads_module: reads_module(conn, sql).unwrap_or_default(),
            table: table.name.clone(),
        })
    }

    fn of(&mut self, cells: &[Value]) -> Result<Owner, LookupError> {
        let parameters = self.parameters.iter();
        let key: Cells = parameters.map(|at| cells[*at].clone()).collect();
        if let Some(owner) = self.known.get(&key) {
            return Ok(owner.clone());
        }
        let owner = match run(&mut self.statement, &key) {
            // What it reads is there and cannot be read in this state, so nobody can say.
            Err(e) if self.reads_module && is_of_module(&e) => Owner::Ambiguous,
            found => found.map_err(|e| LookupError {
                table: self.table.clone(),
                reason: format!("fails: {}", message(&e)),
                is_lack: false,
            })?,
        };
        self.known.insert(key, owner.clone());
        Ok(owner)
    }
}

/// Whether a query opens a virtual table (<https://sqlite.org/opcode.html#VOpen>).
fn reads_module(conn: &Connection, sql: &str) -> rusqlite::Result<bool> {
    let mut program = conn.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = program.raw_query();
    while let Some(row) = rows.next()? {
        if row.get_ref("opcode")?.as_str()? == "VOpen" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an error says that a module cannot read its storage, or has none.
fn is_of_module(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown))
}

/// The columns that are the parameters of a lookup, or what is wrong with it.
fn parameters(
    statement: &Statement<'_>,
    place: impl Fn(&str) -> Option<usize>,
) -> Result<Vec<usize>, String> {
    let column = |at: usize| {
        let name = statement.parameter_name(at).unwrap_or("?");
        let column = place(name.get(1..).unwrap_or_default());
        column.ok_or_else(|| format!("has the parameter `{name}`, and the table no such column"))
    };
    (1..=statement.parameter_count()).map(column).collect()
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
