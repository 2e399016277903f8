//! One migration: what was declared and what happened, in short, and all its sections.

use super::budget::Budget;
use super::changes::{self, Changes};
use super::filters::Filters;
use super::findings::{self, Findings, Kept};
use super::grid::{self, Grid};
use super::identities::{self, Fact};
use super::statements::{self, Entry};
use crate::report::evidence::{
    ChecklistItem, Migration, Outcome, SchemaChange, Severity, Status, Verdict,
};
use crate::report::kinds;
use crate::report::phrases::{self, Condition};
use crate::sentence::Sentence;
use serde::Serialize;

/// Changes of the schema of one migration that are listed at most.
const SCHEMA: usize = 500;

/// One migration.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    number: usize,
    name: &'a str,
    accepted: bool,
    /// `8 errors, 1 warning`
    result: String,
    headline: Option<&'a str>,
    declared: String,
    happened: Vec<String>,
    pub(super) grid: Option<Grid<'a>>,
    conditions: Vec<Condition<'a>>,
    checklist: Vec<ChecklistLine<'a>>,
    findings: Findings<'a>,
    statements: Vec<Entry<'a>>,
    changes: Vec<Changes<'a>>,
    schema: &'a [SchemaChange],
    schema_left: usize,
    suppressed: Vec<Kept<'a>>,
    identities: Vec<Fact<'a>>,
    counts: SectionCounts,
}

/// How much there is of what, for the headings and the contents.
#[derive(Debug, Serialize)]
struct SectionCounts {
    findings: usize,
    statements: usize,
}

/// An item of the checklist.
#[derive(Debug, Serialize)]
struct ChecklistLine<'a> {
    status: &'static str,
    title: &'a str,
    shown_by: &'a str,
    would_show: Option<&'a str>,
}

impl<'a> View<'a> {
    /// A migration and its number on the page.
    pub(super) fn new(
        number: usize,
        migration: &'a Migration,
        filters: &mut Filters,
        budget: &mut Budget,
    ) -> Self {
        let schema = &migration.schema;
        Self {
            number,
            name: &migration.name,
            accepted: migration.verdict == Verdict::Accepted,
            result: phrases::errors_and_warnings(migration),
            headline: kinds::findings_of(migration, Severity::Error)
                .next()
                .and_then(|finding| finding.message.lines().next()),
            declared: phrases::declared(migration).to_string(),
            happened: phrases::happened(migration)
                .iter()
                .map(Sentence::to_string)
                .collect(),
            grid: grid::grid(migration, filters, budget),
            conditions: phrases::conditions(migration),
            checklist: checklist(migration),
            findings: findings::findings(migration, filters, budget),
            statements: statements::statements(migration, filters, budget),
            changes: changes::changes(migration, filters, budget),
            schema: &schema[..schema.len().min(SCHEMA)],
            schema_left: schema.len().saturating_sub(SCHEMA),
            suppressed: findings::suppressed(migration, filters, budget),
            identities: identities::of_migration(migration),
            counts: SectionCounts {
                findings: migration.findings.len(),
                statements: migration.statements.len(),
            },
        }
    }
}

fn checklist(migration: &Migration) -> Vec<ChecklistLine<'_>> {
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => {
            vec![item(first, phrases::ALL_ITEMS)]
        }
        items => items.iter().map(|each| item(each, &each.title)).collect(),
    }
}

fn item<'a>(item: &'a ChecklistItem, title: &'a str) -> ChecklistLine<'a> {
    ChecklistLine {
        status: match item.status {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::NotEvaluated => "not evaluated",
        },
        title,
        shown_by: &item.shown_by,
        would_show: item.would_show.as_deref(),
    }
}
