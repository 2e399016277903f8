//! One migration: what was declared and what happened, in short, and all its sections.

use super::budget::Budget;
use super::changes::{self, Changes};
use super::filters::Filters;
use super::findings::{self, Findings, Kept};
use super::grid::{self, Grid};
use super::identities::{self, Fact};
use super::shown::{Prose, Shown, message, prose};
use super::statements::{self, Entry};
use crate::report::evidence::{
    ChecklistItem, Migration, Outcome, SchemaChange, Severity, Status, Verdict,
};
use crate::report::kinds;
use crate::report::phrases::{self, Condition};
use serde::Serialize;

/// Changes of the schema of one migration that are listed at most.
const SCHEMA: usize = 500;

/// One migration.
#[derive(Debug, Serialize)]
pub(super) struct View {
    number: usize,
    name: Shown,
    accepted: bool,
    /// `8 errors, 1 warning`
    result: String,
    headline: Option<Vec<Prose>>,
    declared: Vec<Prose>,
    happened: Vec<Vec<Prose>>,
    grid: Option<Grid>,
    conditions: Vec<Demand>,
    checklist: Vec<Item>,
    findings: Findings,
    statements: Vec<Entry>,
    changes: Vec<Changes>,
    schema: Vec<Schema>,
    schema_left: usize,
    suppressed: Vec<Kept>,
    identities: Vec<Fact>,
    counts: Counts,
}

/// How much there is of what, for the headings and the contents.
#[derive(Debug, Serialize)]
struct Counts {
    findings: usize,
    statements: usize,
}

/// What must be kept.
#[derive(Debug, Serialize)]
struct Demand {
    /// `ok`, `wrong`, `unjudged`
    mark: &'static str,
    name: Shown,
    shown: Shown,
}

/// An item of the checklist.
#[derive(Debug, Serialize)]
struct Item {
    status: &'static str,
    title: Shown,
    shown_by: Vec<Prose>,
    would_show: Option<Vec<Prose>>,
}

/// An object of the schema that is not what it was.
#[derive(Debug, Serialize)]
struct Schema {
    change: &'static str,
    object: Shown,
    name: Shown,
    from: Option<Shown>,
    named: bool,
}

impl View {
    /// A migration and its number on the page.
    pub(super) fn new(
        number: usize,
        migration: &Migration,
        filters: &mut Filters,
        budget: &mut Budget,
    ) -> Self {
        let schema = &migration.schema;
        Self {
            number,
            name: Shown::line(&migration.name),
            accepted: migration.verdict == Verdict::Accepted,
            result: phrases::errors_and_warnings(migration),
            headline: kinds::findings_of(migration, Severity::Error)
                .next()
                .map(|finding| message(finding.message.lines().next().unwrap_or_default())),
            declared: prose(&phrases::declared(migration)),
            happened: phrases::happened(migration).iter().map(prose).collect(),
            grid: grid::grid(migration, filters, budget),
            conditions: phrases::conditions(migration).iter().map(demand).collect(),
            checklist: checklist(migration),
            findings: findings::findings(migration, filters, budget),
            statements: statements::statements(migration, filters, budget),
            changes: changes::changes(migration, filters, budget),
            schema: schema.iter().take(SCHEMA).map(schema_change).collect(),
            schema_left: schema.len().saturating_sub(SCHEMA),
            suppressed: findings::suppressed(migration, filters, budget),
            identities: identities::of_migration(migration),
            counts: Counts {
                findings: migration.findings.len(),
                statements: migration.statements.len(),
            },
        }
    }

    /// Expected against actual, where there is any.
    pub(super) fn grid(&self) -> Option<&Grid> {
        self.grid.as_ref()
    }
}

fn demand(condition: &Condition) -> Demand {
    Demand {
        mark: condition.mark.word(),
        name: Shown::line(condition.title()),
        shown: Shown::line(&condition.shown),
    }
}

fn checklist(migration: &Migration) -> Vec<Item> {
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => {
            vec![item(first, phrases::ALL_ITEMS)]
        }
        items => items.iter().map(|each| item(each, &each.title)).collect(),
    }
}

fn item(item: &ChecklistItem, title: &str) -> Item {
    Item {
        status: match item.status {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::NotEvaluated => "not evaluated",
        },
        title: Shown::line(title),
        shown_by: message(&item.shown_by),
        would_show: item.would_show.as_deref().map(message),
    }
}

fn schema_change(change: &SchemaChange) -> Schema {
    Schema {
        change: change.change.word(),
        object: Shown::line(&change.object),
        name: Shown::line(&change.name),
        from: change.from.as_ref().map(Shown::line),
        named: change.named,
    }
}
