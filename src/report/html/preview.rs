//! The preview of a statement: the rows it matched by tenant, its subqueries alone, and the SELECT to
//! run by hand with its first rows.

use super::filters::natural;
use super::highlight::Code;
use super::migration::Maker;
use super::shown::{cell, list, pair, pair_row};
use crate::record::{Mark, Migration, Preview, Row, Statement, Subquery};
use crate::report::phrases;
use crate::sql::ident;
use indexmap::IndexMap;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// Tenants of one list at most.
const TENANTS: usize = 24;

/// Rows of one preview at most.
const ROWS: usize = 100;

/// Columns of one preview's rows at most.
const COLUMNS: usize = 40;

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

impl Maker<'_> {
    /// That of a statement.
    pub(super) fn preview(&mut self, statement: &Statement, preview: &Preview) -> Value {
        let table = ident::folded(statement.table.as_deref().unwrap_or_default());
        let subqueries = preview.subqueries.iter();
        context! {
            subqueries => list(subqueries.map(|subquery| self.subquery(&table, subquery))),
            tenants => self.shares(&table, &preview.tenants),
            ambiguous => preview.ambiguous,
            several => preview.several,
            select => Code::new(&preview.sql, None, self.budget),
            samples => self.samples(preview),
        }
    }

    /// What a subquery selects by itself.
    fn subquery(&mut self, table: &str, subquery: &Subquery) -> Value {
        let none = IndexMap::new();
        // Without the empty lines around it.
        let sql = subquery.sql.trim_start_matches(['\r', '\n']).trim_end();
        context! {
            sql => Code::new(sql, None, self.budget),
            result => phrases::selection(subquery).to_string(),
            tenants => self.shares(table, subquery.tenants.as_ref().unwrap_or(&none)),
        }
    }

    /// The rows of a table by tenant: those outside the scope first, then as people count. Each with
    /// how it compares with what is declared, where that is judged.
    fn shares(&self, table: &str, tenants: &IndexMap<String, u64>) -> Value {
        let mark = |tenant: &str| self.marks.get(&(table.to_owned(), tenant)).copied();
        let mut sorted: Vec<_> = tenants
            .iter()
            .map(|(t, rows)| (mark(t), t, *rows))
            .collect();
        sorted.sort_by_key(|(mark, tenant, _)| (mark.unwrap_or(Mark::Ok), natural(tenant)));
        let left = sorted.len().saturating_sub(TENANTS);
        let each = sorted.into_iter().take(TENANTS);
        let each = each.map(|(mark, tenant, rows)| {
            let tenant = self.migration.described(tenant);
            context! { tenant, rows, mark => mark.map_or("", Mark::word) }
        });
        context! { each => list(each), left }
    }

    /// The first rows: what a row is known by, and each assigned column before and after; of a
    /// statement that assigns none, all columns. A cell that keeps its value has none before.
    fn samples(&mut self, preview: &Preview) -> Option<Value> {
        let key = &preview.key;
        let mut columns = columns(preview, preview.samples.first()?);
        let columns_left = columns.len().saturating_sub(COLUMNS);
        columns.truncate(COLUMNS);
        let most = preview.samples.len().min(ROWS);
        let most = self.budget.cells.take_rows(most, key.len() + columns.len());
        let row = |row: &Row| {
            let cells = columns.iter().map(|[_, before, after]| {
                let (before, after) = (row.get(*before), row.get(*after));
                pair(before.filter(|_| after.is_some() && before != after), after)
            });
            pair_row(key.iter().map(|name| cell(row, name)), cells)
        };
        Some(context! {
            key => list(key),
            rows => list(preview.samples[..most].iter().map(row)),
            columns => list(columns.iter().map(|[name, ..]| *name)),
            columns_left,
            left => preview.rows.saturating_sub(most as u64),
        })
    }
}

/// The name of each column, and of the result columns that have its cells before and after.
fn columns<'a>(preview: &'a Preview, first: &'a Row) -> Vec<[&'a str; 3]> {
    if preview.assigned.is_empty() {
        return first
            .keys()
            .filter(|name| !preview.key.contains(name))
            .map(|name| [name.as_str(); 3])
            .collect();
    }
    preview
        .assigned
        .iter()
        .map(|a| [&*a.column, &*a.before, &*a.after])
        .collect()
}
