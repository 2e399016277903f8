//! What in the author's query of keys may be a slip, as in a statement: half a key, a column of the
//! row outside, NULL. Otherwise the WHERE clause that reaches too far, pasted, would declare itself.

use crate::rehearse::read;
use crate::rewrite::{self, NullComparison, NullSource, OuterColumn, PartialKey, UpdateOrDelete};
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
        /// how many rows the query finds so, and how many with the whole key, where that is known
        finds: Option<(u64, u64)>,
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
    let mut found = Vec::new();
    for statement in rewrite::as_statements(sql) {
        let Ok(chosen) = UpdateOrDelete::parse(&statement) else {
            continue;
        };
        let count = |sql: &str| {
            let preview = UpdateOrDelete::parse(sql)
                .ok()?
                .preview(catalog, tenants)
                .ok()?;
            let rows = preview.sql.trim_end_matches([';', '\n', ' ']);
            let count = format!("SELECT count(*) FROM ({rows}\n)");
            let counted = before.query_row(&count, [], |row| row.get(0)).ok();
            counted.map(i64::unsigned_abs)
        };
        for partial in chosen.comparisons(catalog, tenants).partial {
            let whole = partial.statement.as_deref().and_then(count);
            let finds = count(&statement).zip(whole);
            found.push(Slip::HalfKey { partial, finds });
        }
    }
    let outer = rewrite::outer_columns(sql, catalog).into_iter();
    found.extend(outer.map(Slip::Outer));
    let is_met = |comparison: &NullComparison| match &comparison.with {
        NullSource::Literal(_) | NullSource::List => true,
        NullSource::Query { asks, .. } => {
            let asked = read::unquoted(before, asks).and_then(|mut asks| asks.exists([]));
            asked.unwrap_or(false)
        }
    };
    let nulls = rewrite::null_comparisons(sql).into_iter().filter(is_met);
    found.extend(nulls.map(|comparison| {
        let written = comparison.span.of(sql).to_owned();
        Slip::Null(comparison.with, written)
    }));
    found
}
