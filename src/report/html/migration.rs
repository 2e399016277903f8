//! One migration: what was declared and what happened, in short, and all its sections.

use super::budget::Budget;
use super::filters::Filters;
use super::identities;
use super::preview::{Marks, marks};
use super::shown::list;
use super::statements::{FindingsByStatement, by_statement};
use crate::record::{ChecklistItem, Migration, Status, Verdict};
use crate::report::{kinds, phrases};
use crate::sentence::Sentence;
use minijinja::context;
use minijinja::value::{Serde, Value};

/// Changes of the schema of one migration that are listed at most.
const SCHEMA: usize = 500;

/// Makes the sections of one migration, as far as the page has room.
pub(super) struct Maker<'a> {
    pub(super) migration: &'a Migration,
    pub(super) filters: &'a mut Filters,
    pub(super) budget: &'a mut Budget,
    pub(super) found: FindingsByStatement<'a>,
    pub(super) marks: Marks<'a>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        migration: &'a Migration,
        filters: &'a mut Filters,
        budget: &'a mut Budget,
    ) -> Self {
        Self {
            migration,
            filters,
            budget,
            found: by_statement(migration),
            marks: marks(migration),
        }
    }

    /// The migration by its number on the page.
    pub(super) fn view(mut self, number: usize) -> Value {
        let migration = self.migration;
        let headline = kinds::first_error(migration).and_then(|message| message.lines().next());
        let happened = phrases::happened(migration);
        let checklist = phrases::checklist(migration);
        let schema = &migration.schema;
        let grid = self.grid();
        let findings = self.findings();
        let (statements, statements_left) = self.statements();
        context! {
            number,
            name => &migration.name,
            accepted => migration.verdict == Verdict::Accepted,
            result => phrases::errors_and_warnings(migration),
            headline,
            declared => phrases::declared(migration).to_string(),
            happened => list(happened.iter().map(Sentence::to_string)),
            grid,
            conditions => Serde(phrases::conditions(migration)),
            checklist => list(checklist.map(item)),
            findings,
            findings_count => migration.findings.len(),
            statements,
            statements_count => migration.statements.len(),
            statements_left,
            changes => self.changes(),
            schema => Serde(&schema[..schema.len().min(SCHEMA)]),
            schema_left => schema.len().saturating_sub(SCHEMA),
            suppressed => self.suppressed(),
            identities => identities::of_migration(migration),
        }
    }
}

/// An item of the checklist; its status is a class and a mark.
fn item((title, item): (&str, &ChecklistItem)) -> Value {
    let status = match item.status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::NotEvaluated => "not evaluated",
    };
    let would_show = item.would_show.as_deref();
    context! { status, title, shown_by => &item.shown_by, would_show }
}
