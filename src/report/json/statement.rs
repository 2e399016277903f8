//! One statement in a JSON report: its text, its preview, what it wrote.

use super::cell::{Row, result_row};
use super::words::Op;
use crate::{change, rehearse, report};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// One statement of a migration.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Statement<'a> {
    /// Its number, from 1.
    index: usize,
    /// Its line in the file, from 1.
    line: usize,
    /// What it does: `select`, `insert` (REPLACE too), `update`, `delete`, `savepoint`, `release`, `rollback-to`, or its first words:
    /// `begin`, `create-table`, `pragma`.
    kind: &'a str,
    /// The table that it names as its target; null where it names none.
    table: Option<&'a str>,
    /// Its text.
    sql: &'a str,
    /// Whether it was reached.
    ran: bool,
    /// Of an UPDATE or DELETE its rows, of an INSERT from a query what that selects, just before it ran; null where there is none.
    preview: Option<Preview<'a>>,
    /// Why it has no preview, where that matters.
    no_preview: Option<&'a str>,
    /// Row writes of its own, on any table.
    direct: Counts,
    /// Row writes of triggers, foreign-key actions and REPLACE.
    indirect: Counts,
    /// The indirect writes by table, with the ways that lead there.
    paths: Vec<Indirect<'a>>,
    /// The engine's message, where it failed.
    error: Option<&'a str>,
    /// How long it took, in milliseconds; null where it was not reached.
    elapsed_ms: Option<f64>,
}

impl<'a> Statement<'a> {
    pub(super) fn new(s: &'a report::StatementReport) -> Self {
        let run = s.run.as_ref();
        Self {
            index: s.index,
            line: s.line,
            kind: &s.kind,
            table: s.table.as_deref(),
            sql: &s.sql,
            ran: run.is_some(),
            preview: run.and_then(|r| r.preview.as_ref()).map(Preview::new),
            no_preview: run.and_then(|r| r.no_preview.as_deref()),
            direct: Counts::new(run.map(|r| r.direct).unwrap_or_default()),
            indirect: Counts::new(run.map(|r| r.indirect).unwrap_or_default()),
            paths: run.iter().flat_map(|r| &r.paths).map(Indirect::new).collect(),
            error: run.and_then(|r| r.error.as_deref()),
            elapsed_ms: run.map(|r| (r.elapsed_ms * 1000.0).round() / 1000.0),
        }
    }
}

/// A statement as the SELECT it is, and what that returned.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Preview<'a> {
    /// The SELECT.
    sql: &'a str,
    /// Distinct rows of the target.
    rows: u64,
    /// Distinct rows by tenant; empty for a table that has none.
    tenants: IndexMap<&'a str, u64>,
    /// Distinct rows whose lookup gives no tenant, or several.
    ambiguous: u64,
    /// Distinct rows that a join with the FROM clause matches several times, with different values.
    several: u64,
    /// The subqueries of the WHERE clause.
    subqueries: Vec<Subquery<'a>>,
    /// The first few result rows.
    samples: Vec<Row<'a>>,
}

impl<'a> Preview<'a> {
    fn new(p: &'a report::PreviewReport) -> Self {
        Self {
            sql: &p.run.sql,
            rows: p.run.rows,
            tenants: by_tenant(&p.tenants),
            ambiguous: p.run.ambiguous,
            several: p.run.several,
            subqueries: p.subqueries.iter().map(Subquery::new).collect(),
            samples: p.run.samples.iter().map(|values| result_row(&p.run.columns, values)).collect(),
        }
    }
}

/// A subquery of a WHERE clause, run alone.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Subquery<'a> {
    /// The SELECT.
    sql: &'a str,
    /// The rows that it selects; null where it did not run alone.
    rows: Option<u64>,
    /// Distinct rows among them; null where it did not run alone.
    distinct: Option<u64>,
    /// Its rows by tenant; null where that cannot be told.
    tenants: Option<IndexMap<&'a str, u64>>,
    /// Rows whose lookup gives no tenant, or several; null where that cannot be told.
    ambiguous: Option<u64>,
    /// Why it did not run alone; null where it did.
    not_alone: Option<&'a str>,
}

impl<'a> Subquery<'a> {
    fn new(s: &'a report::SubqueryReport) -> Self {
        let selected = s.run.result.as_ref().ok();
        Self {
            sql: &s.run.sql,
            rows: selected.map(|s| s.rows),
            distinct: selected.map(|s| s.distinct),
            tenants: s.tenants.as_deref().map(by_tenant),
            ambiguous: selected.and_then(|s| s.tenants.as_ref()).map(|(_, ambiguous)| *ambiguous),
            not_alone: s.run.result.as_ref().err().map(String::as_str),
        }
    }
}

fn by_tenant(tenants: &[(String, String, u64)]) -> IndexMap<&str, u64> {
    tenants.iter().map(|(tenant, _, rows)| (tenant.as_str(), *rows)).collect()
}

/// Row writes by operation.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Counts {
    /// Rows inserted.
    insert: u64,
    /// Rows updated.
    update: u64,
    /// Rows deleted.
    delete: u64,
}

impl Counts {
    fn new(c: change::Counts) -> Self {
        Self { insert: c.insert, update: c.update, delete: c.delete }
    }
}

/// Rows of one table that one statement wrote indirectly.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Indirect<'a> {
    /// The table.
    table: &'a str,
    /// What happened to the rows.
    op: Op,
    /// Row writes.
    rows: u64,
    /// The ways in which the schema leads there, each step by step from the statement to the table; empty where it explains none.
    paths: &'a BTreeSet<Vec<String>>,
}

impl<'a> Indirect<'a> {
    fn new(i: &'a rehearse::Indirect) -> Self {
        Self { table: &i.table, op: Op::new(i.op), rows: i.rows, paths: &i.paths }
    }
}
