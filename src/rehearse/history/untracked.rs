//! Whose rows were written, read just before a statement that may give the rows of a table other
//! addresses, or another table.
//!
//! A row that is written with the values it had shows nowhere but in the capture; once its address
//! means another row, only what was noted here tells that it was reached.

use super::entry::UntrackedTouch;
use super::journal::Standing;
use super::lineage::Lineage;
use crate::change::Owner;
use crate::migration::Statement;
use crate::rehearse::capture::OwnerCells;
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::Owners;
use crate::rehearse::preview::PreviewRun;
use crate::rehearse::read::{self, ByAddress};
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Value, ident, lacking, message};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The moment at which rows are judged.
#[derive(Clone, Copy)]
pub(crate) struct Now<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) before: &'a Catalog,
    pub(crate) lineage: &'a Lineage,
    pub(crate) tenants: &'a TenantMap,
}

impl Now<'_> {
    /// The folded name of the table of the state before that a table continues or took the place
    /// of.
    fn origin(self, name: &str) -> Option<String> {
        self.lineage
            .stands_for(name, self.before)
            .map(str::to_owned)
    }

    /// Whether a table continues one of the state before.
    fn is_old(self, name: &str) -> bool {
        self.lineage
            .origin(name)
            .is_some_and(|origin| self.before.tables.contains_key(origin))
    }

    /// Whose the rows of a table are. A temporary table or view may hide what a lookup reads; then
    /// nobody can say.
    fn owners<'c>(self, conn: &'c Connection, table: &Table) -> Result<Owners<'c>, RehearseError> {
        let Some((rule, places)) = self.lineage.rule(table, self.before, self.tenants) else {
            return Ok(Owners::Fixed(Owner::Unassigned));
        };
        if matches!(rule, TenantRule::Lookup(_)) && self.catalog.hidden().next().is_some() {
            return Ok(Owners::Fixed(Owner::Ambiguous));
        }
        let names = tenancy::columns_of(&rule);
        let place = |name: &str| {
            names
                .iter()
                .position(|n| ident::same(n, name))
                .map(|at| places[at])
        };
        Ok(Owners::by(conn, table, &rule, place)?)
    }
}

/// The owners of rows standing in table `name`, as `conn` sees them now. Rows that an INSERT alone
/// wrote to a table which the migration itself made are copies, and not counted.
pub(crate) fn touches(
    conn: &Connection,
    now: Now<'_>,
    name: &str,
    rows: Vec<Standing>,
) -> Result<Vec<UntrackedTouch>, RehearseError> {
    let Some(table) = now
        .catalog
        .table(name)
        .filter(|t| t.kind == TableKind::Ordinary && !read::address_columns(t).is_empty())
    else {
        return Ok(Vec::new());
    };
    let (origin, is_old) = (now.origin(name), now.is_old(name));
    let rows: Vec<Standing> = rows
        .into_iter()
        .filter(|row| is_old || row.updated)
        .collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut owners = now.owners(conn, table)?;
    let mut reader = match ByAddress::new(conn, table) {
        // Whose the rows are stands in them, and they cannot be read.
        Err(e) if lacking(&message(&e)).is_some() => return Ok(vec![unread(table, origin, &rows)]),
        other => other?,
    };
    let mut found: BTreeMap<Owner, (u64, BTreeSet<usize>)> = BTreeMap::new();
    for row in rows {
        let Some(cells) = reader.read(&row.address)? else {
            continue;
        };
        let (count, statements) = found.entry(owners.of(&cells)?).or_default();
        *count += 1;
        statements.extend(row.statements);
    }
    let touch = |(owner, (rows, statements))| UntrackedTouch {
        table: table.name.clone(),
        origin: origin.clone(),
        owner,
        rows,
        statements,
    };
    Ok(found.into_iter().map(touch).collect())
}

/// Whose the rows are of which only the cells that tell their owner are known.
pub(crate) fn counted(
    conn: &Connection,
    now: Now<'_>,
    name: &str,
    (by_cells, unknown): (BTreeMap<&OwnerCells, u64>, u64),
    statement: usize,
) -> Result<Vec<UntrackedTouch>, RehearseError> {
    let Some(table) = now.catalog.table(name) else {
        return Ok(Vec::new());
    };
    let mut owners = now.owners(conn, table)?;
    let telling = now
        .lineage
        .rule(table, now.before, now.tenants)
        .map(|(_, places)| places)
        .unwrap_or_default();
    let mut found: BTreeMap<Owner, u64> = BTreeMap::new();
    let mut cells = vec![Value::Null; table.columns.len()];
    for (told, rows) in by_cells {
        for (at, value) in telling.iter().zip(told) {
            cells[*at] = value.clone();
        }
        *found.entry(owners.of(&cells)?).or_default() += rows;
    }
    if unknown > 0 {
        *found.entry(Owner::Ambiguous).or_default() += unknown;
    }
    let statements = BTreeSet::from([statement]);
    let origin = now.origin(name);
    let touch = |(owner, rows)| UntrackedTouch {
        table: table.name.clone(),
        origin: origin.clone(),
        owner,
        rows,
        statements: statements.clone(),
    };
    Ok(found.into_iter().map(touch).collect())
}

/// Rows of which nobody can say whose they are.
fn unread(table: &Table, origin: Option<String>, rows: &[Standing]) -> UntrackedTouch {
    let statements = rows
        .iter()
        .flat_map(|row| row.statements.iter().copied())
        .collect();
    UntrackedTouch {
        table: table.name.clone(),
        origin,
        owner: Owner::Ambiguous,
        rows: rows.len() as u64,
        statements,
    }
}

/// The rows of a virtual table that an UPDATE or DELETE reached, as its preview says: the module
/// writes them unseen.
pub(crate) fn of_virtual(
    catalog: &Catalog,
    statement: &Statement,
    preview: &PreviewRun,
) -> Vec<UntrackedTouch> {
    let target = statement
        .table
        .as_deref()
        .and_then(|name| catalog.table(name));
    let Some(table) = target.filter(|t| t.kind == TableKind::Virtual) else {
        return Vec::new();
    };
    let touch = |(tenant, rows): (&Tenant, &u64)| UntrackedTouch {
        table: table.name.clone(),
        origin: None,
        owner: Owner::Tenant(tenant.clone()),
        rows: *rows,
        statements: BTreeSet::from([statement.index]),
    };
    preview.tenants.iter().map(touch).collect()
}
