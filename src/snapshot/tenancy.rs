//! The tenant map against the catalog: entries that name a table or column which is nowhere to be
//! found.

use super::catalog::{Catalog, Table};
use crate::scope::{TableTenancy, TenantMap, TenantRule};
use crate::sql::token::{self, TokenKind};
use crate::sql::{Affinity, ident};

/// The rule for a table, by the map and the table's own columns. An entry may be for the state
/// before or after a migration alone: where the table lacks what it reads, the column of the map
/// says whose the rows are, if the table has that.
pub fn rule_for(map: &TenantMap, table: &Table) -> Option<TenantRule> {
    let rule = map.rule_for(&table.name, table.column_names())?;
    match table.column(&map.column) {
        Some(at) if places_of(&rule, table).is_none() => {
            Some(TenantRule::Column(table.columns[at].name.clone()))
        }
        _ => Some(rule),
    }
}

/// The affinity under which declared tenants compare with the tenants of a table: that of its
/// tenant column; for a lookup, that of the first table keyed by the map's column.
pub fn affinity(map: &TenantMap, table: Option<&Table>, catalog: &Catalog) -> Affinity {
    let of =
        |table: &Table, column: &str| table.column(column).map(|at| table.columns[at].affinity);
    let own = table.and_then(|t| match rule_for(map, t)? {
        TenantRule::Column(column) => of(t, &column),
        TenantRule::Lookup(_) | TenantRule::Shared => None,
    });
    own.or_else(|| catalog.tables.values().find_map(|t| of(t, &map.column)))
        .unwrap_or(Affinity::Blob)
}

/// The entries of the map that name no table of the catalogs (those before and after each migration
/// of a run), as sentences. Such an entry decides about no row: a table that it was meant for is
/// judged by its own columns, or is nobody's.
pub fn unknown_tables(map: &TenantMap, catalogs: &[&Catalog]) -> Vec<String> {
    let unknown = map
        .tables
        .values()
        .filter(|entry| catalogs.iter().all(|c| c.table(&entry.table).is_none()));
    let told = |table: &str| {
        format!(
            "[tenant.tables] names `{table}`, a table that exists neither before nor after the \
            migration"
        )
    };
    unknown.map(|entry| told(&entry.table)).collect()
}

/// The columns of the map and of its entries that no table of the catalogs, or never the entry's
/// table, has, as sentences.
pub fn unknown_columns(map: &TenantMap, catalogs: &[&Catalog]) -> Vec<String> {
    let has = |table: &Table, column: &str| table.column(column).is_some();
    let mut problems = Vec::new();
    let mut tables = catalogs.iter().flat_map(|c| c.tables.values());
    if map.none.is_none() && !tables.any(|table| has(table, &map.column)) {
        problems.push(format!(
            "[tenant] column names `{}`, which no table has, neither before nor after the \
            migration",
            map.column
        ));
    }
    for TableTenancy { table: name, rule } in map.tables.values() {
        let tables: Vec<&Table> = catalogs.iter().filter_map(|c| c.table(name)).collect();
        let mut columns = columns_of(rule);
        columns.retain(|column| !tables.iter().any(|table| has(table, column)));
        problems.extend(columns.iter().filter(|_| !tables.is_empty()).map(|column| {
            format!(
                "[tenant.tables] keys `{name}` by `{column}`, a column that the table has neither \
                before nor after the migration"
            )
        }));
    }
    problems
}

/// The columns of the row that a rule reads.
pub fn columns_of(rule: &TenantRule) -> Vec<String> {
    match rule {
        TenantRule::Column(column) => vec![column.clone()],
        TenantRule::Lookup(sql) => lookup_parameters(sql),
        TenantRule::Shared => Vec::new(),
    }
}

/// The places of the columns of `table` that a rule reads, where it has them all.
pub fn places_of(rule: &TenantRule, table: &Table) -> Option<Vec<usize>> {
    columns_of(rule)
        .iter()
        .map(|name| table.column(name))
        .collect()
}

/// The names of a lookup's parameters, `:session_id` → `session_id`, each once.
fn lookup_parameters(sql: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for token in token::significant(sql) {
        let text = token.span.of(sql);
        if token.kind == TokenKind::Variable && !names.iter().any(|n| ident::same(n, &text[1..])) {
            names.push(text[1..].to_owned());
        }
    }
    names
}
