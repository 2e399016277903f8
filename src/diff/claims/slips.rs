//! What in the author's query of keys may be a slip, as in a statement: half a key, a column of the
//! row outside, NULL. Otherwise the WHERE clause that reaches too far, pasted, would declare itself.

use crate::rehearse::read;
use crate::rewrite::{self, NullSource, OuterColumn, PartialKey, UpdateOrDelete};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use rusqlite::Connection;

/// What may be a slip in a query of keys.
#[derive(Debug)]
pub enum Slip {
    /// a comparison of a part of a key
    HalfKey {
        /// the comparison
        partial: PartialKey,
        /// how many rows the query selects with the whole key, where that is known
        whole: Option<u64>,
    },
    /// a column of the row outside as the result of a query within
    Outer(OuterColumn),
    /// a comparison that NULL keeps from being true, as it is written
    Null(NullSource, String),
}

/// What may be slips in a query, on the state before.
pub(super) fn slips(
    sql: &str,
    (before, catalog): (&Connection, &Catalog),
    tenants: &TenantMap,
) -> Vec<Slip> {
    let statements = rewrite::as_statements(sql);
    let halves = statements
        .iter()
        .flat_map(|statement| half_keys(statement, (before, catalog), tenants));
    let outer = rewrite::outer_columns(sql, catalog).into_iter();
    let nulls = rewrite::null_comparisons(sql).into_iter();
    let nulls = nulls.filter(|comparison| is_met(before, &comparison.with));
    let nulls = nulls.map(|comparison| {
        let written = comparison.span.of(sql).to_owned();
        Slip::Null(comparison.with, written)
    });
    halves.chain(outer.map(Slip::Outer)).chain(nulls).collect()
}

/// Comparisons of a part of a key, with what they find.
fn half_keys(
    statement: &str,
    (before, catalog): (&Connection, &Catalog),
    tenants: &TenantMap,
) -> Vec<Slip> {
    let Ok(chosen) = UpdateOrDelete::parse(statement) else {
        return Vec::new();
    };
    let count = |sql: &str| {
        let found = UpdateOrDelete::parse(sql).ok()?;
        let preview = found.preview(catalog, tenants).ok()?;
        let rows = preview.sql.trim_end_matches([';', '\n', ' ']);
        let count = format!("SELECT count(*) FROM ({rows}\n)");
        let counted = before.query_row(&count, [], |row| row.get(0)).ok();
        counted.map(i64::unsigned_abs)
    };
    let slip = |partial: PartialKey| Slip::HalfKey {
        whole: partial.statement.as_deref().and_then(count),
        partial,
    };
    let partial = chosen.comparisons(catalog, tenants).partial;
    partial.into_iter().map(slip).collect()
}

/// Whether NULL is compared with.
fn is_met(before: &Connection, with: &NullSource) -> bool {
    match with {
        NullSource::Literal(_) | NullSource::List => true,
        NullSource::Query { asks, .. } => {
            let asked = read::unquoted(before, asks).and_then(|mut asks| asks.exists([]));
            asked.unwrap_or(false)
        }
    }
}
