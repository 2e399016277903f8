//! Rows by tenant: how many of each table belong to whom.
//!
//! The cells that say whose a row is are read row by row and compared by value, as a rehearsal does
//! it: GROUP BY would join `a` and `A` under a column's NOCASE, and 1 and 1.0, and sorts where
//! no index serves it. Reading one column of 2 million rows takes a fifth of a second.

use super::state::TableFacts;
use crate::change::Owner;
use crate::progress::{Meter, Progress, Work};
use crate::rehearse::{Owners, read};
use crate::scope::{Tenant, TenantMap};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Value, message};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// The rows of one table.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowCounts {
    /// all of them
    pub total: u64,
    /// those of each tenant
    pub by_tenant: BTreeMap<Tenant, u64>,
    /// those whose lookup gives no tenant, or several
    pub ambiguous: u64,
}

impl RowCounts {
    fn add(&mut self, owner: Owner, n: u64) {
        self.total += n;
        match owner {
            Owner::Tenant(tenant) => *self.by_tenant.entry(tenant).or_default() += n,
            Owner::Ambiguous => self.ambiguous += n,
            Owner::Shared | Owner::Unassigned => {}
        }
    }

    /// The rows whose tenant is NULL.
    pub(crate) fn of_null(&self) -> u64 {
        self.by_tenant
            .iter()
            .find(|(tenant, _)| tenant.0.is_null())
            .map_or(0, |(_, n)| *n)
    }

    /// The number of tenants but NULL, which is a tenant of its own and no other one.
    pub(crate) fn known_tenants(&self) -> usize {
        self.by_tenant
            .keys()
            .filter(|tenant| !tenant.0.is_null())
            .count()
    }
}

/// Counts the rows of a table; the reason where they cannot be counted, and none of a view or of a
/// virtual table's storage.
pub(crate) fn count(
    conn: &Connection,
    table: &Table,
    map: &TenantMap,
    progress: &Progress,
) -> Option<Result<RowCounts, String>> {
    match (table.kind, &table.unreadable) {
        (TableKind::View | TableKind::Shadow, _) => None,
        (_, Some(reason)) => Some(Err(reason.clone())),
        _ => {
            let meter = progress.begin(Work::Count, &table.name, None);
            Some(by_owner(conn, table, map, &meter))
        }
    }
}

fn by_owner(
    conn: &Connection,
    table: &Table,
    map: &TenantMap,
    meter: &Meter,
) -> Result<RowCounts, String> {
    let mut owners = Owners::new(conn, table, map).map_err(|e| e.to_string())?;
    let rule = tenancy::rule_for(map, table).filter(|_| !matches!(owners, Owners::Fixed(_)));
    let places = rule.and_then(|rule| tenancy::places_of(&rule, table));
    let places = places.unwrap_or_default();
    let mut rows = RowCounts::default();
    let mut cells = vec![Value::Null; table.columns.len()];
    let groups = groups(conn, table, &places, meter).map_err(|e| message(&e))?;
    for (group, n) in groups {
        for (place, value) in places.iter().zip(group) {
            cells[*place] = value;
        }
        rows.add(owners.of(&cells).map_err(|e| e.to_string())?, n);
    }
    Ok(rows)
}

/// Values of some columns, and the number of rows that have them.
type ValueCount = (Vec<Value>, u64);

/// The distinct values of the columns at `places`, in order: so lookups by them read page after
/// page.
fn groups(
    conn: &Connection,
    table: &Table,
    places: &[usize],
    meter: &Meter,
) -> rusqlite::Result<Vec<ValueCount>> {
    let from = read::from(table);
    if places.is_empty() {
        let sql = format!("SELECT count(*) FROM {from}");
        let n: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
        let all = (Vec::new(), n.unsigned_abs());
        return Ok((n > 0).then_some(all).into_iter().collect());
    }
    let columns = read::list(places.iter().map(|at| table.columns[*at].name.as_str()));
    let mut statement = conn.prepare(&format!("SELECT {columns} FROM {from}"))?;
    counted(statement.raw_query(), places.len(), meter)
}

fn counted(
    mut rows: rusqlite::Rows<'_>,
    columns: usize,
    meter: &Meter,
) -> rusqlite::Result<Vec<ValueCount>> {
    let mut found: HashMap<Vec<Value>, u64> = HashMap::new();
    let mut cells = Vec::with_capacity(columns);
    while let Some(row) = rows.next()? {
        meter.add(1);
        cells.clear();
        for at in 0..columns {
            cells.push(Value::from(row.get_ref(at)?));
        }
        if let Some(n) = found.get_mut(&cells) {
            *n += 1;
        } else {
            found.insert(cells.clone(), 1);
        }
    }
    let mut found: Vec<ValueCount> = found.into_iter().collect();
    found.sort_unstable();
    Ok(found)
}

/// The rows of each tenant in all tables, the largest number first.
pub(super) fn tenants(tables: &[TableFacts]) -> Vec<(Tenant, u64)> {
    let mut sums: BTreeMap<Tenant, u64> = BTreeMap::new();
    let rows = tables.iter().filter_map(TableFacts::counted);
    for (tenant, n) in rows.flat_map(|rows| &rows.by_tenant) {
        *sums.entry(tenant.clone()).or_default() += n;
    }
    let mut sums = Vec::from_iter(sums);
    sums.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    sums
}
