//! The source of an `INSERT … SELECT`: the rows that it would insert, before conflicts, defaults
//! and triggers have their say.

use super::parsed::insert_outline;
use super::subquery::behind;
use super::{NoPreview, Preview, target_of};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Words;

/// The SELECT of an `INSERT … SELECT`, given as its text; `None` for an INSERT of values.
///
/// # Errors
/// The reason why there is none.
pub fn source(
    sql: &str,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Result<Option<Preview>, NoPreview> {
    let Some(outline) = insert_outline(sql)? else {
        return Ok(None);
    };
    // Rows that go elsewhere are not rows of the database, and a table that is missing is the
    // engine's to report.
    let Ok(table) = target_of(outline.schema.as_deref(), &outline.table, catalog) else {
        return Ok(None);
    };
    let (with, select) =
        cut(sql).ok_or_else(|| NoPreview::Source("its SELECT cannot be told apart".to_owned()))?;
    let owner = owner(table, outline.columns.as_deref(), tenants);
    Ok(Some(Preview {
        sql: format!("{};", behind(with, select)),
        table: table.name.clone(),
        address: Vec::new(),
        by_rowid: false,
        shown: Vec::new(),
        owner,
        assigned: Vec::new(),
        may_differ: None,
        joins: false,
        subqueries: Vec::new(),
    }))
}

/// The statement's WITH, and its SELECT up to ON CONFLICT or RETURNING.
fn cut(sql: &str) -> Option<(&str, &str)> {
    let top = Words::of(sql);
    let verb = (0..top.len()).find(|at| top.is(*at, "INSERT") || top.is(*at, "REPLACE"))?;
    let into = top.find(verb, "INTO")?;
    let start = (into + 2..top.len()).find(|at| {
        ["SELECT", "WITH", "VALUES"]
            .iter()
            .any(|word| top.is(*at, word))
    })?;
    let is_upsert = |at: usize| {
        top.is(at, "ON")
            && top.is(at + 1, "CONFLICT")
            && (top.is(at + 2, "DO") || top.slice(at + 2, at + 3) == "(")
    };
    let upsert = (start..top.len()).find(|at| is_upsert(*at));
    let end = upsert
        .into_iter()
        .chain(top.find(start, "RETURNING"))
        .min()
        .unwrap_or(top.len());
    Some((top.slice(0, verb), top.slice(start, end)))
}

/// Pairs of a column of the table that tells the owner and the place of its value among the
/// SELECT's results. `None` where the statement leaves one of them to a default or the engine.
fn owner(
    table: &Table,
    columns: Option<&[String]>,
    tenants: &TenantMap,
) -> Option<Vec<(usize, usize)>> {
    let Some(rule) = tenancy::rule_for(tenants, table) else {
        return Some(Vec::new());
    };
    let targets: Vec<usize> = match columns {
        Some(names) => names
            .iter()
            .map(|name| table.column(name).unwrap_or(usize::MAX))
            .collect(),
        None => (0..table.columns.len())
            .filter(|at| !table.columns[*at].generated)
            .collect(),
    };
    let place = |column: &String| {
        // NULL in an INTEGER PRIMARY KEY becomes a number that the engine chooses.
        let at = table
            .column(column)
            .filter(|at| table.integer_primary_key != Some(*at))?;
        Some((at, targets.iter().position(|target| *target == at)?))
    };
    tenancy::columns_of(&rule).iter().map(place).collect()
}
