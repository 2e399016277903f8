//! One statement: its text, its preview, what it wrote.

use super::cell::{Cell, Row, result_names};
use super::{Counts, Indirect, Outcome};
use crate::hidden::Hidden;
use crate::migration::{self, Migration};
use crate::rehearse::{PreviewRun, StatementRun, SubqueryRun};
use crate::scope::Tenant;
use crate::sql::Value;
use crate::verdict::Case;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One statement of a migration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A statement as the SELECT it is, and what that returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A column that an UPDATE sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

impl Statement {
    /// What a statement that was not reached says: its text.
    pub(super) fn unreached(
        migration: &Migration,
        hidden: &Hidden,
        statement: &migration::Statement,
    ) -> Self {
        Self {
            index: statement.index,
            line: statement.line,
            kind: hidden.kind(statement),
            table: statement.table.as_ref().map(|table| hidden.name(table)),
            sql: hidden.sql(statement.index, migration.sql(statement)),
            ..Self::default()
        }
    }

    /// Takes in what it did.
    pub(super) fn take(&mut self, case: Case<'_>, hidden: &Hidden, run: &StatementRun) {
        match &run.preview {
            Some(Ok(ran)) => self.preview = Some(Preview::of(case, hidden, run.index, ran)),
            Some(Err(none)) => self.no_preview = Some(hidden.no_preview(none)),
            None => {}
        }
        let microseconds = (run.elapsed.as_secs_f64() * 1e6).round();
        self.ran = true;
        self.direct = run.direct;
        self.indirect = run.indirect;
        self.paths.clone_from(&run.paths);
        self.error = run.error.as_ref().map(|error| hidden.message(error));
        self.outcome = Some(run.outcome);
        self.elapsed_ms = Some(microseconds / 1000.0);
    }
}

impl Preview {
    fn of(case: Case<'_>, hidden: &Hidden, statement: usize, run: &PreviewRun) -> Self {
        let names = result_names(&hidden.result_names(statement, &run.columns));
        let subquery = |run| Subquery::of(case, hidden, statement, run);
        let name = |at: usize| names[at].clone();
        let assigned = run.assigned.iter().map(|assigned| Assigned {
            column: assigned.column.clone(),
            before: name(assigned.before),
            after: name(assigned.after),
        });
        let sample = |values: &Vec<Value>| -> Row {
            let cells = values.iter().map(Cell::from);
            names.iter().cloned().zip(cells).collect()
        };
        Self {
            sql: hidden.sql(statement, &run.sql),
            rows: run.rows,
            tenants: by_tenant(case, &run.tenants),
            ambiguous: run.ambiguous,
            several: run.several,
            subqueries: run.subqueries.iter().map(subquery).collect(),
            key: run.shown.iter().copied().map(name).collect(),
            assigned: assigned.collect(),
            samples: run.samples.iter().map(sample).collect(),
        }
    }
}

impl Subquery {
    fn of(case: Case<'_>, hidden: &Hidden, statement: usize, run: &SubqueryRun) -> Self {
        let selected = run.result.as_ref().ok();
        let tenants = selected.and_then(|selected| selected.tenants.as_ref());
        Self {
            sql: hidden.sql(statement, &run.sql),
            rows: selected.map(|selected| selected.rows),
            distinct: selected.map(|selected| selected.distinct),
            tenants: tenants.map(|(tenants, _)| by_tenant(case, tenants)),
            ambiguous: tenants.map(|(_, ambiguous)| *ambiguous),
            not_alone: run.result.as_ref().err().map(|why| hidden.message(why)),
        }
    }
}

fn by_tenant(case: Case<'_>, rows: &BTreeMap<Tenant, u64>) -> IndexMap<String, u64> {
    rows.iter()
        .map(|(tenant, rows)| (case.names.spell(tenant), *rows))
        .collect()
}
