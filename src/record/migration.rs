//! One migration: how it ended, what it changed, what is wrong.

use super::change::Change;
use super::finding::{Finding, Suppressed};
use super::scope::Scope;
use super::statement::Statement;
use super::table::{self, TableResult};
use super::{Check, Outcome, SchemaChange, Status, Verdict, redact};
use crate::change::Owner;
use crate::files::blake3_of;
use crate::hidden::Hidden;
use crate::migration;
use crate::rehearse::PreviewRun;
use crate::sentence::Sentence;
use crate::verdict::{self, Case, checklist};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one migration did, and whether that was declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Migration {
    /// The file's name without `.sql`, or that of the folder that the migration has for itself.
    pub name: String,
    /// The path as the user gave it.
    pub path: String,
    /// BLAKE3 of its text as 64 hexadecimal digits.
    pub blake3: String,
    /// Whether every change was declared and could be evaluated.
    pub verdict: Verdict,
    /// How it ended.
    pub outcome: Outcome,
    /// Its first failure; null where it ran through.
    pub error: Option<Failure>,
    /// Its declared scope, where there is one.
    pub scope: Option<Scope>,
    /// Every tenant that the report of it names, by its spelling: how a person knows it, as in `9
    /// (Amber Electric)`.
    pub tenants: BTreeMap<String, String>,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Expected against actual, what is wrong first: every table that changed or is declared.
    pub tables: Vec<TableResult>,
    /// The rows that it touched, by table and tenant.
    pub changes: Vec<Change>,
    /// What is not as it was in the schema.
    pub schema: Vec<SchemaChange>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// What comments in the migration keep from being findings.
    pub suppressed: Vec<Suppressed>,
    /// The eight items of the incident's checklist. They decide nothing.
    pub checklist: Vec<ChecklistItem>,
}

/// Where and why a migration failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The statement's number, from 1; null for one of the runner's own.
    pub statement: Option<usize>,
    /// Its line, from 1; null for one of the runner's own.
    pub line: Option<usize>,
    /// The engine's message.
    pub message: String,
}

/// An item of the checklist, and what answers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChecklistItem {
    /// Which item.
    pub id: Check,
    /// The same for people.
    pub title: String,
    /// How it stands.
    pub status: Status,
    /// What shows that, in one sentence without its full stop.
    pub shown_by: String,
    /// What would evaluate it; null where it is evaluated.
    pub would_show: Option<String>,
}

impl Migration {
    /// The record of a migration that ran, with so many samples of each group of rows.
    pub fn of(case: Case<'_>, hidden: &Hidden, verdict: verdict::Verdict, samples: usize) -> Self {
        let owners = case.diff.changes.tables.iter();
        let owners = owners.flat_map(|table| table.1.owners().map(move |owner| (table, owner)));
        let change = |(table, owner)| Change::of(case, samples, table, owner);
        let mut record = Self {
            outcome: case.rehearsal.outcome,
            error: failure(case, hidden),
            scope: Scope::of(case, hidden),
            tenants: tenants(case),
            tables: table::results(case, &verdict),
            changes: owners.map(change).collect(),
            schema: case.diff.schema.clone(),
            ..Self::not_run(case.migration, hidden, verdict)
        };
        for statement in &mut record.statements {
            if let Some(run) = case.rehearsal.statement(statement.index) {
                statement.take(case, hidden, run);
            }
        }
        redact::cells(case, hidden, &mut record);
        record
    }

    /// The record of a migration that was not run, with the verdict that says why.
    pub fn not_run(
        migration: &migration::Migration,
        hidden: &Hidden,
        verdict: verdict::Verdict,
    ) -> Self {
        // Places of findings are shown in the text without what is hidden.
        let source = hidden.source(migration);
        let statement = |statement| Statement::unreached(migration, hidden, statement);
        let finding = |finding| Finding::of(finding, hidden, &source);
        let suppressed = |suppressed| Suppressed::of(suppressed, hidden, &source);
        let item = |item| ChecklistItem::of(item, hidden);
        Self {
            name: migration.name.clone(),
            path: migration.path.clone(),
            blake3: blake3_of(migration.text.as_bytes()),
            verdict: Verdict::new(verdict.is_accepted()),
            outcome: Outcome::NotRun,
            error: None,
            scope: None,
            tenants: BTreeMap::new(),
            statements: migration.statements.iter().map(statement).collect(),
            tables: Vec::new(),
            changes: Vec::new(),
            schema: Vec::new(),
            findings: verdict.findings.into_iter().map(finding).collect(),
            suppressed: verdict.suppressed.into_iter().map(suppressed).collect(),
            checklist: verdict.checklist.into_iter().map(item).collect(),
        }
    }

    /// A tenant as a person knows it: `9 (Amber Electric)`.
    pub fn described<'a>(&'a self, tenant: &'a str) -> &'a str {
        self.tenants.get(tenant).map_or(tenant, String::as_str)
    }
}

fn failure(case: Case<'_>, hidden: &Hidden) -> Option<Failure> {
    let failure = case.rehearsal.failure.as_ref()?;
    let number = failure.statement;
    let statement = number.and_then(|number| case.migration.statement(number));
    Some(Failure {
        statement: number,
        line: statement.map(|statement| statement.line),
        message: hidden.message(&failure.message),
    })
}

/// Every tenant that the previews and the changed rows of a migration name.
fn tenants(case: Case<'_>) -> BTreeMap<String, String> {
    let previewed = case.rehearsal.previews().flat_map(PreviewRun::named);
    let tables = case.diff.changes.tables.values();
    let changed = tables.flat_map(|table| table.owners().filter_map(Owner::tenant));
    previewed
        .chain(changed)
        .map(|tenant| (case.names.spell(tenant), case.names.describe(tenant)))
        .collect()
}

impl ChecklistItem {
    fn of((check, answer): (Check, checklist::Answer), hidden: &Hidden) -> Self {
        let sentence = |sentence: Sentence| hidden.sentence(&sentence, None);
        Self {
            id: check,
            title: check.title().to_owned(),
            status: answer.status,
            shown_by: sentence(answer.shown_by),
            would_show: answer.would_show.map(sentence),
        }
    }
}
