//! The preview of a statement: the rows it matched by tenant, its subqueries alone, and the SELECT to
//! run by hand with its first rows.

use super::budget::Budget;
use super::highlight::Code;
use super::samples::Samples;
use super::shares::{Marks, Shares};
use crate::report::evidence::{Migration, Preview, Statement, Subquery};
use crate::report::phrases;
use serde::Serialize;

/// A preview.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
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
    /// its number, where there are several
    number: Option<usize>,
    sql: Code,
    /// `selects 1 row`, or why it did not run
    result: String,
    tenants: Shares<'a>,
}

impl<'a> View<'a> {
    /// That of a statement.
    pub(super) fn new(
        migration: &'a Migration,
        statement: &Statement,
        preview: &'a Preview,
        marks: &Marks<'a>,
        budget: &mut Budget,
    ) -> Self {
        let shares = |tenants| marks.shares(migration, statement, tenants);
        let has_several = preview.subqueries.len() > 1;
        let mut alone = |(at, subquery): (usize, &'a Subquery)| Alone {
            number: has_several.then_some(at + 1),
            sql: Code::new(without_ends(&subquery.sql), None, budget),
            result: phrases::selection(subquery).to_string(),
            tenants: subquery.tenants.as_ref().map(shares).unwrap_or_default(),
        };
        let subqueries = preview.subqueries.iter().enumerate();
        Self {
            tenants: shares(&preview.tenants),
            ambiguous: preview.ambiguous,
            several: preview.several,
            subqueries: subqueries.map(&mut alone).collect(),
            select: Code::new(&preview.sql, None, budget),
            samples: Samples::new(preview, budget),
        }
    }
}

/// SQL without the empty lines around it.
fn without_ends(sql: &str) -> &str {
    sql.trim_start_matches(['\r', '\n']).trim_end()
}
