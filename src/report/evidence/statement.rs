//! One statement in the evidence: its text, its preview, what it wrote.

use super::cell::{Row, result_names, result_row};
use super::words::{Op, Outcome};
use crate::{change, rehearse, report};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One statement of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Statement {
    /// Its number, from 1.
    pub index: usize,
    /// Its line in the file, from 1.
    pub line: usize,
    /// What it does: `select`, `insert` (REPLACE too), `update`, `delete`, `savepoint`, `release`,
    /// `rollback-to`, or its first words: `begin`, `create-table`, `pragma`.
    pub kind: String,
    /// The table that it names as its target; null where it names none.
    pub table: Option<String>,
    /// Its text.
    pub sql: String,
    /// Whether it was reached.
    pub ran: bool,
    /// Of an UPDATE or DELETE its rows, of an INSERT from a query what that selects, just before it
    /// ran; null where there is none.
    pub preview: Option<Preview>,
    /// Why it has no preview, where that matters.
    pub no_preview: Option<String>,
    /// Row writes of its own, on any table.
    pub direct: Counts,
    /// Row writes of triggers, foreign-key actions and REPLACE.
    pub indirect: Counts,
    /// The indirect writes by table, with the ways that lead there.
    pub paths: Vec<Indirect>,
    /// The engine's message, where it failed.
    pub error: Option<String>,
    /// What the migration comes to by that; null where it was not reached.
    pub outcome: Option<Outcome>,
    /// How long it took, in milliseconds: a time, other in each run; null where it was not reached.
    pub elapsed_ms: Option<f64>,
}

impl Statement {
    pub(super) fn new(s: &report::StatementReport) -> Self {
        let run = s.run.as_ref();
        Self {
            index: s.index,
            line: s.line,
            kind: s.kind.clone(),
            table: s.table.clone(),
            sql: s.sql.clone(),
            ran: run.is_some(),
            preview: run.and_then(|r| r.preview.as_ref()).map(Preview::new),
            no_preview: run.and_then(|r| r.no_preview.clone()),
            direct: Counts::new(run.map(|r| r.direct).unwrap_or_default()),
            indirect: Counts::new(run.map(|r| r.indirect).unwrap_or_default()),
            paths: run
                .iter()
                .flat_map(|r| &r.paths)
                .map(Indirect::new)
                .collect(),
            error: run.and_then(|r| r.error.clone()),
            outcome: run.map(|r| Outcome::new(r.outcome)),
            elapsed_ms: run.map(|r| (r.elapsed_ms * 1000.0).round() / 1000.0),
        }
    }
}

/// A statement as the SELECT it is, and what that returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Preview {
    /// The SELECT.
    pub sql: String,
    /// Distinct rows of the target.
    pub rows: u64,
    /// Distinct rows by tenant; empty for a table that has none.
    pub tenants: IndexMap<String, u64>,
    /// Distinct rows whose lookup gives no tenant, or several.
    pub ambiguous: u64,
    /// Distinct rows that a join with the FROM clause matches several times, with different values.
    pub several: u64,
    /// The subqueries of the WHERE clause.
    pub subqueries: Vec<Subquery>,
    /// The result columns that a person knows a row by: its key and tenant.
    pub key: Vec<String>,
    /// The columns that an UPDATE sets.
    pub assigned: Vec<Assigned>,
    /// The first few result rows, by result column; one that another column's name is given to is
    /// `name:1`, as SQLite does it.
    pub samples: Vec<Row>,
}

impl Preview {
    fn new(p: &report::PreviewReport) -> Self {
        let names = result_names(&p.run.columns);
        let column = |at: &usize| names[*at].clone();
        Self {
            sql: p.run.sql.clone(),
            rows: p.run.rows,
            tenants: by_tenant(&p.tenants),
            ambiguous: p.run.ambiguous,
            several: p.run.several,
            subqueries: p.subqueries.iter().map(Subquery::new).collect(),
            key: p.run.shown.iter().map(column).collect(),
            assigned: p
                .run
                .assigned
                .iter()
                .map(|a| Assigned {
                    column: a.column.clone(),
                    before: column(&a.before),
                    after: column(&a.after),
                })
                .collect(),
            samples: p
                .run
                .samples
                .iter()
                .map(|values| result_row(&names, values, &p.hidden))
                .collect(),
        }
    }
}

/// A column that an UPDATE sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Assigned {
    /// Its name.
    pub column: String,
    /// The result column with its value before.
    pub before: String,
    /// The result column with its value after, before the column's affinity is applied.
    pub after: String,
}

/// A subquery of a WHERE clause, run alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Subquery {
    /// The SELECT.
    pub sql: String,
    /// The rows that it selects; null where it did not run alone.
    pub rows: Option<u64>,
    /// Distinct rows among them; null where it did not run alone.
    pub distinct: Option<u64>,
    /// Its rows by tenant; null where that cannot be told.
    pub tenants: Option<IndexMap<String, u64>>,
    /// Rows whose lookup gives no tenant, or several; null where that cannot be told.
    pub ambiguous: Option<u64>,
    /// Why it did not run alone; null where it did.
    pub not_alone: Option<String>,
}

impl Subquery {
    fn new(s: &report::SubqueryReport) -> Self {
        let selected = s.run.result.as_ref().ok();
        Self {
            sql: s.run.sql.clone(),
            rows: selected.map(|s| s.rows),
            distinct: selected.map(|s| s.distinct),
            tenants: s.tenants.as_deref().map(by_tenant),
            ambiguous: selected
                .and_then(|s| s.tenants.as_ref())
                .map(|(_, ambiguous)| *ambiguous),
            not_alone: s.run.result.as_ref().err().cloned(),
        }
    }
}

fn by_tenant(tenants: &[(String, String, u64)]) -> IndexMap<String, u64> {
    tenants
        .iter()
        .map(|(tenant, _, rows)| (tenant.clone(), *rows))
        .collect()
}

/// Rows, or row writes, by operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// Rows inserted.
    pub insert: u64,
    /// Rows updated.
    pub update: u64,
    /// Rows deleted.
    pub delete: u64,
}

impl Counts {
    pub(super) fn new(c: change::Counts) -> Self {
        Self {
            insert: c.insert,
            update: c.update,
            delete: c.delete,
        }
    }

    /// Each operation with its number.
    pub fn by_op(self) -> [(Op, u64); 3] {
        [
            (Op::Insert, self.insert),
            (Op::Update, self.update),
            (Op::Delete, self.delete),
        ]
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.insert
            .saturating_add(self.update)
            .saturating_add(self.delete)
    }
}

/// Rows of one table that one statement wrote indirectly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Indirect {
    /// The table.
    pub table: String,
    /// What happened to the rows.
    pub op: Op,
    /// Row writes.
    pub rows: u64,
    /// The ways in which the schema leads there, each step by step from the statement to the table;
    /// empty where it explains none.
    pub paths: BTreeSet<Vec<String>>,
}

impl Indirect {
    fn new(i: &rehearse::Indirect) -> Self {
        Self {
            table: i.table.clone(),
            op: Op::new(i.op),
            rows: i.rows,
            paths: i.paths.clone(),
        }
    }
}
