//! The preview of a statement: the rows it matched by tenant, its subqueries alone, and the SELECT to
//! run by hand with its first rows.

use super::filters::natural;
use super::highlight::Code;
use super::migration::Maker;
use super::samples::Samples;
use crate::record::{Mark, Migration, Preview, Statement, Subquery};
use crate::report::phrases;
use crate::sql::ident;
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Tenants of one list at most.
const TENANTS: usize = 24;

/// A preview.
#[derive(Debug, Serialize)]
pub(super) struct PreviewView<'a> {
    tenants: Shares<'a>,
    ambiguous: u64,
    several: u64,
    subqueries: Vec<Alone<'a>>,
    select: Code,
    samples: Option<Samples<'a>>,
}

/// A subquery, run alone.
#[derive(Debug, Serialize)]
struct Alone<'a> {
    sql: Code,
    /// `selects 1 row`, or why it did not run
    result: String,
    tenants: Shares<'a>,
}

/// The rows by tenant.
#[derive(Debug, Default, Serialize)]
struct Shares<'a> {
    each: Vec<Share<'a>>,
    left: usize,
}

/// The rows of one tenant.
#[derive(Debug, Serialize)]
struct Share<'a> {
    tenant: &'a str,
    rows: u64,
    /// how its rows of this table compare with what is declared; empty where that is not judged
    mark: &'static str,
}

/// How each tenant's rows of each table, by its folded name, compare with what is declared.
pub(super) type Marks<'a> = BTreeMap<(String, &'a str), Mark>;

/// The marks of a migration.
pub(super) fn marks(migration: &Migration) -> Marks<'_> {
    let mut marks = Marks::new();
    for table in &migration.tables {
        for owner in &table.owners {
            if let Some(tenant) = &owner.tenant {
                marks.insert((ident::folded(&table.table), tenant), owner.mark);
            }
        }
    }
    marks
}

impl<'a> Maker<'a, '_> {
    /// That of a statement.
    pub(super) fn preview(
        &mut self,
        statement: &Statement,
        preview: &'a Preview,
    ) -> PreviewView<'a> {
        let table = ident::folded(statement.table.as_deref().unwrap_or_default());
        let alone = |subquery: &'a Subquery| {
            let tenants = subquery.tenants.as_ref();
            let tenants = tenants.map(|tenants| self.shares(&table, tenants));
            // Without the empty lines around it.
            let sql = subquery.sql.trim_start_matches(['\r', '\n']).trim_end();
            Alone {
                sql: Code::new(sql, None, self.budget),
                result: phrases::selection(subquery).to_string(),
                tenants: tenants.unwrap_or_default(),
            }
        };
        PreviewView {
            subqueries: preview.subqueries.iter().map(alone).collect(),
            tenants: self.shares(&table, &preview.tenants),
            ambiguous: preview.ambiguous,
            several: preview.several,
            select: Code::new(&preview.sql, None, self.budget),
            samples: self.samples(preview),
        }
    }

    /// The rows of a table by tenant: those outside the scope first, then as people count.
    fn shares(&self, table: &str, tenants: &'a IndexMap<String, u64>) -> Shares<'a> {
        let mark = |tenant: &'a String| self.marks.get(&(table.to_owned(), tenant.as_str()));
        let rows = |(tenant, rows): (&'a String, &u64)| (mark(tenant).copied(), tenant, *rows);
        let mut sorted: Vec<_> = tenants.iter().map(rows).collect();
        sorted.sort_by_key(|(mark, tenant, _)| (mark.unwrap_or(Mark::Ok), natural(tenant)));
        let left = sorted.len().saturating_sub(TENANTS);
        let each = sorted.into_iter().take(TENANTS);
        let each = each.map(|(mark, tenant, rows)| Share {
            tenant: self.migration.described(tenant),
            rows,
            mark: mark.map_or("", Mark::word),
        });
        Shares {
            each: each.collect(),
            left,
        }
    }
}
