//! One migration: what was declared and what happened, in short, and all its sections.

use super::budget::Budget;
use super::changes::Changes;
use super::filters::Filters;
use super::findings::{Findings, Kept};
use super::grid::Grid;
use super::identities::{self, Fact};
use super::preview::{Marks, marks};
use super::statements::{FindingsByStatement, StatementView, by_statement};
use crate::record::{ChecklistItem, Migration, SchemaChange, Status, Verdict};
use crate::report::kinds;
use crate::report::phrases::{self, Condition};
use crate::sentence::Sentence;
use serde::Serialize;

/// Changes of the schema of one migration that are listed at most.
const SCHEMA: usize = 500;

/// One migration.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    /// its number on the page
    pub(super) number: usize,
    name: &'a str,
    accepted: bool,
    /// `8 errors, 1 warning`
    result: String,
    headline: Option<&'a str>,
    declared: String,
    happened: Vec<String>,
    pub(super) grid: Option<Grid<'a>>,
    conditions: Vec<Condition<'a>>,
    /// each item with its status and its title
    checklist: Vec<(&'static str, &'a str, &'a ChecklistItem)>,
    findings: Findings<'a>,
    findings_count: usize,
    statements: Vec<StatementView<'a>>,
    statements_count: usize,
    /// how many behind the last are left out
    statements_left: usize,
    changes: Vec<Changes<'a>>,
    schema: &'a [SchemaChange],
    schema_left: usize,
    suppressed: Vec<Kept<'a>>,
    identities: Vec<Fact<'a>>,
}

/// Makes the sections of one migration, as far as the page has room.
pub(super) struct Maker<'a, 'p> {
    pub(super) migration: &'a Migration,
    pub(super) filters: &'p mut Filters,
    pub(super) budget: &'p mut Budget,
    pub(super) found: FindingsByStatement<'a>,
    pub(super) marks: Marks<'a>,
}

impl<'a, 'p> Maker<'a, 'p> {
    pub(super) fn new(
        migration: &'a Migration,
        filters: &'p mut Filters,
        budget: &'p mut Budget,
    ) -> Self {
        Self {
            migration,
            filters,
            budget,
            found: by_statement(migration),
            marks: marks(migration),
        }
    }

    /// The migration, by its number on the page.
    pub(super) fn view(mut self, number: usize) -> View<'a> {
        let migration = self.migration;
        let happened = phrases::happened(migration);
        let (schema, statements_count) = (&migration.schema, migration.statements.len());
        let (grid, findings, statements) = (self.grid(), self.findings(), self.statements());
        let last = statements.last().map_or(0, |statement| statement.index);
        let checklist = phrases::checklist(migration);
        View {
            number,
            name: &migration.name,
            accepted: migration.verdict == Verdict::Accepted,
            result: phrases::errors_and_warnings(migration),
            headline: kinds::first_error(migration).and_then(|message| message.lines().next()),
            declared: phrases::declared(migration).to_string(),
            happened: happened.iter().map(Sentence::to_string).collect(),
            grid,
            conditions: phrases::conditions(migration),
            checklist: checklist
                .map(|(title, item)| (status(item), title, item))
                .collect(),
            findings,
            findings_count: migration.findings.len(),
            statements,
            statements_count,
            statements_left: statements_count.saturating_sub(last),
            changes: self.changes(),
            schema: &schema[..schema.len().min(SCHEMA)],
            schema_left: schema.len().saturating_sub(SCHEMA),
            suppressed: self.suppressed(),
            identities: identities::of_migration(migration),
        }
    }
}

/// The class and the mark of an item of the checklist.
fn status(item: &ChecklistItem) -> &'static str {
    match item.status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::NotEvaluated => "not evaluated",
    }
}
