//! The rows of each tenant that a query gave, with how they compare to what is declared.

use super::filters::natural;
use crate::report::evidence::{Mark, Migration, Statement};
use crate::sql::ident;
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Tenants of one list at most.
const TENANTS: usize = 24;

/// The rows of one tenant.
#[derive(Debug, Serialize)]
struct Share<'a> {
    tenant: &'a str,
    rows: u64,
    /// how its rows of this table compare with what is declared; empty where that is not judged
    mark: &'static str,
}

/// The rows by tenant.
#[derive(Debug, Default, Serialize)]
pub(super) struct Shares<'a> {
    each: Vec<Share<'a>>,
    left: usize,
}

/// How each tenant's rows of each table, by its folded name, compare with what is declared.
pub(super) struct Marks<'a>(BTreeMap<(String, &'a str), Mark>);

impl<'a> Marks<'a> {
    /// Those of a migration.
    pub(super) fn new(migration: &'a Migration) -> Self {
        let tables = migration.tables.iter();
        let owners = tables.flat_map(|table| table.owners.iter().map(move |owner| (table, owner)));
        let marks = owners.filter_map(|(table, owner)| {
            let tenant = owner.tenant.as_deref()?;
            Some(((ident::folded(&table.table), tenant), owner.mark))
        });
        Self(marks.collect())
    }

    /// The rows by tenant that a statement or one of its subqueries found: those outside the scope
    /// first, then as people count.
    pub(super) fn shares(
        &self,
        migration: &'a Migration,
        statement: &Statement,
        tenants: &'a IndexMap<String, u64>,
    ) -> Shares<'a> {
        let table = ident::folded(statement.table.as_deref().unwrap_or_default());
        let mark = |tenant| self.0.get(&(table.clone(), tenant)).copied();
        let mut sorted: Vec<_> = tenants
            .iter()
            .map(|(tenant, rows)| (mark(tenant), tenant, *rows))
            .collect();
        sorted.sort_by_key(|(mark, tenant, _)| (mark.unwrap_or(Mark::Ok), natural(tenant)));
        let left = sorted.len().saturating_sub(TENANTS);
        sorted.truncate(TENANTS);
        let each = sorted.into_iter().map(|(mark, tenant, rows)| Share {
            tenant: migration.described(tenant),
            rows,
            mark: mark.map_or("", Mark::word),
        });
        Shares {
            each: each.collect(),
            left,
        }
    }
}
