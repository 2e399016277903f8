//! What the template of a migration takes.

use super::MigrationRequest;
use super::tracking::Tracking;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::ident;
use minijinja::{Value, context};
use std::cmp::Reverse;

/// Tables of which the keys are listed.
const LISTED: usize = 20;

/// What the migration of this name is for, how it is run, the keys of the snapshot, the table for
/// the examples, and its entry in the table of applied migrations.
pub(super) fn view(
    request: &MigrationRequest<'_>,
    schema: &Catalog,
    name: &str,
    tracking: Option<&Tracking>,
) -> Value {
    let regime = request.config.regime;
    let keys: Vec<String> = schema.ordinary().filter_map(key_line).collect();
    let tenant = &request.config.tenants.column;
    context! {
        name,
        words => request.words,
        transaction => regime.transaction.word(),
        on_error => regime.on_error.word(),
        keys => keys[..keys.len().min(LISTED)].to_vec(),
        more_keys => keys.len().saturating_sub(LISTED),
        table => example(tenant, schema, tracking).map(|table| described(table, tenant)),
        tracked => tracking.map(|tracking| context! {
            table => &tracking.table,
            statement => tracking.statement(name),
        }),
    }
}

/// `point_info: (system_id, id), (system_id, origin_id, origin_sub_id)`, of a table with keys of
/// several columns.
fn key_line(table: &Table) -> Option<String> {
    let several: Vec<String> = table
        .keys
        .whole()
        .filter(|columns| columns.len() > 1)
        .map(|columns| format!("({})", list(columns)))
        .collect();
    let line = format!("{}: {}", ident::quote(&table.name), several.join(", "));
    (!several.is_empty()).then_some(line)
}

fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(ident::quote).collect();
    quoted.join(", ")
}

/// The table for the examples: keyed by tenant and more, the one that most foreign keys refer to.
fn example<'s>(
    tenant: &str,
    schema: &'s Catalog,
    tracking: Option<&Tracking>,
) -> Option<&'s Table> {
    let parents: Vec<&str> = schema
        .ordinary()
        .flat_map(|table| &table.keys.foreign)
        .map(|key| key.parent.as_str())
        .collect();
    let rank = |table: &&'s Table| {
        let is_composite = table.primary_key.len() > 1;
        let refers = |parent: &&&str| ident::same(parent, &table.name);
        (
            is_composite && table.key_columns().any(|name| ident::same(name, tenant)),
            table.column(tenant).is_some(),
            is_composite,
            parents.iter().filter(refers).count(),
            Reverse(&table.name),
        )
    };
    let is_other =
        |table: &&Table| tracking.is_none_or(|tracking| !ident::same(&tracking.table, &table.name));
    schema.ordinary().filter(is_other).max_by_key(rank)
}

/// A table with its key, as a list and as what IN compares, and its tenant column.
fn described(table: &Table, tenant: &str) -> Value {
    let columns = match table.primary_key[..] {
        [] => "rowid".to_owned(),
        _ => list(table.key_columns()),
    };
    let tenant = table.column(tenant).map(|at| &table.columns[at].name);
    let whose = tenant.or_else(|| table.columns.first().map(|column| &column.name));
    let same = |name: &String| format!("new.{0} IS old.{0} AND …", ident::quote(name));
    context! {
        name => &table.name,
        key => if table.primary_key.len() > 1 { format!("({columns})") } else { columns.clone() },
        columns,
        condition => whose.map(same),
        tenant => tenant.map(|name| ident::quote(name)),
    }
}
