//! One migration in the evidence: how it ended, what it changed, what is wrong.

use super::cell::{Row, row};
use super::excerpt::Excerpt;
use super::scope::Scope;
use super::statement::Statement;
use super::table::TableResult;
use super::words::{self, Check, Event, Op, Outcome, Owner, Severity, Status, Verdict};
use crate::hidden::Numbers;
use crate::{change, report, verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What one migration did, and whether that was declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Migration {
    /// The file's name without `.sql`.
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

impl Migration {
    pub(super) fn new(m: &report::MigrationReport) -> Self {
        Self {
            name: m.name.clone(),
            path: m.path.clone(),
            blake3: m.blake3.clone(),
            verdict: Verdict::new(m.accepted),
            outcome: Outcome::new(m.outcome),
            error: m.error.as_ref().map(Failure::new),
            scope: m.scope.as_ref().map(Scope::new),
            tenants: tenants(m),
            statements: m.statements.iter().map(Statement::new).collect(),
            tables: m.tables.iter().map(TableResult::new).collect(),
            changes: m.changes.iter().map(Change::new).collect(),
            schema: m.schema.iter().map(SchemaChange::new).collect(),
            findings: m
                .findings
                .iter()
                .map(|finding| Finding::new(finding, &m.text))
                .collect(),
            suppressed: m
                .suppressed
                .iter()
                .map(|suppressed| Suppressed::new(suppressed, &m.text))
                .collect(),
            checklist: m.checklist.iter().map(ChecklistItem::new).collect(),
        }
    }
}

impl Migration {
    /// A tenant as a person knows it: `9 (Amber Electric)`.
    pub fn described<'a>(&'a self, tenant: &'a str) -> &'a str {
        self.tenants.get(tenant).map_or(tenant, String::as_str)
    }
}

/// Every tenant that the report of a migration names.
fn tenants(m: &report::MigrationReport) -> BTreeMap<String, String> {
    let previews = m
        .statements
        .iter()
        .filter_map(|s| s.run.as_ref()?.preview.as_ref());
    let selected = |preview: &report::PreviewReport| {
        preview
            .subqueries
            .iter()
            .filter_map(|s| s.tenants.clone())
            .flatten()
            .collect::<Vec<_>>()
    };
    let previewed =
        previews.flat_map(|preview| preview.tenants.iter().cloned().chain(selected(preview)));
    let changed = m
        .changes
        .iter()
        .filter_map(|change| Some((change.tenant.clone()?, change.described.clone())));
    previewed
        .map(|(spelling, described, _)| (spelling, described))
        .chain(changed)
        .collect()
}

/// Where and why a migration failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Failure {
    /// The statement's number, from 1; null for one of the runner's own.
    pub statement: Option<usize>,
    /// Its line, from 1; null for one of the runner's own.
    pub line: Option<usize>,
    /// The engine's message.
    pub message: String,
}

impl Failure {
    fn new(failure: &report::FailureReport) -> Self {
        Self {
            statement: failure.statement,
            line: failure.line,
            message: failure.message.clone(),
        }
    }
}

/// The rows of one table and one owner that were touched: written, be it with the values that they
/// had.
///
/// A row that moves from one tenant to another stands in the groups of both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The tenant, as text; null where the rows are no tenant's. NULL, and values that would share
    /// a spelling, are SQL literals.
    pub tenant: Option<String>,
    /// Whose the rows are, as a person knows it: `9 (Amber Electric)`, `shared`, `unassigned`,
    /// `ambiguous`.
    pub described: String,
    /// Whose the rows are.
    pub owner: Owner,
    /// Whether rows of this owner may be written, by these operations in these columns.
    pub expected: bool,
    /// Distinct rows written.
    pub touched: u64,
    /// Distinct rows that are there after, not before.
    pub insert: u64,
    /// Distinct rows whose values are others.
    pub update: u64,
    /// Distinct rows that are there before, not after.
    pub delete: u64,
    /// For each column, how many of the updated rows differ in it.
    pub columns: BTreeMap<String, u64>,
    /// The first few changed rows.
    pub samples: Vec<Sample>,
}

impl Change {
    fn new(c: &report::ChangeReport) -> Self {
        Self {
            table: c.table.clone(),
            tenant: c.tenant.clone(),
            described: c.described.clone(),
            owner: Owner::new(c.owner),
            expected: c.expected,
            touched: c.touched,
            insert: c.changed.insert,
            update: c.changed.update,
            delete: c.changed.delete,
            columns: c.columns.clone(),
            samples: c
                .samples
                .iter()
                .map(|change| Sample::new(change, &c.hidden))
                .collect(),
        }
    }
}

/// One changed row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sample {
    /// What happened to it.
    pub op: Op,
    /// What a person finds it by: its primary key, else its rowid, else empty.
    pub key: Row,
    /// Its cells before; of an update, those that differ.
    pub before: Row,
    /// Its cells after; of an update, those that differ.
    pub after: Row,
}

impl Sample {
    fn new(change: &change::RowChange, hidden: &BTreeSet<String>) -> Self {
        let mut numbers = Numbers::default();
        let [key, before, after] = [&change.key, &change.before, &change.after]
            .map(|cells| row(cells, hidden, &mut numbers));
        Self {
            op: Op::new(change.op),
            key,
            before,
            after,
        }
    }
}

/// One object of the schema that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SchemaChange {
    /// `table`, `index`, `view`, `trigger`, or `sequence` for the next key of an AUTOINCREMENT
    /// table.
    pub object: String,
    /// Its name.
    pub name: String,
    /// What happened to it.
    pub change: Event,
    /// Of a renamed table its name before, else null.
    pub from: Option<String>,
    /// Whether a statement named it, rather than changing it along with another.
    pub named: bool,
}

impl SchemaChange {
    fn new(s: &report::SchemaReport) -> Self {
        Self {
            object: s.object.clone(),
            name: s.name.clone(),
            change: Event::new(s.change),
            from: s.from.clone(),
            named: s.named,
        }
    }
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Finding {
    /// What kind of thing.
    #[schemars(schema_with = "words::codes")]
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The number of the statement that it is of, from 1; null where it is of none.
    pub statement: Option<usize>,
    /// The line in the migration, from 1; null where it is of no one place.
    pub line: Option<usize>,
    /// The column that it starts in, in characters from 1; null likewise.
    pub column: Option<usize>,
    /// The line that it ends in.
    pub end_line: Option<usize>,
    /// The column behind its last character.
    pub end_column: Option<usize>,
    /// The migration's text around that place; null likewise.
    pub excerpt: Option<Excerpt>,
    /// The table concerned, where it is of one.
    pub table: Option<String>,
    /// The tenants concerned, spelled as in `changes`.
    pub tenants: Vec<String>,
    /// The distinct rows concerned, where they are counted.
    pub rows: Option<u64>,
}

impl Finding {
    fn new(f: &verdict::Finding, text: &str) -> Self {
        Self {
            code: f.code.id().to_owned(),
            severity: Severity::new(f.severity),
            message: f.message.to_string(),
            help: f.help.to_string(),
            statement: f.place.and_then(|place| place.statement),
            line: f.place.map(|place| place.from.line),
            column: f.place.map(|place| place.from.column),
            end_line: f.place.map(|place| place.to.line),
            end_column: f.place.map(|place| place.to.column),
            excerpt: f.place.map(|place| Excerpt::new(text, &place)),
            table: f.table.clone(),
            tenants: f.tenants.clone(),
            rows: f.rows,
        }
    }
}

/// A comment `-- harness: allow CODE until DATE because REASON`, and what it keeps out of the
/// verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Suppressed {
    /// The code that it allows.
    #[schemars(schema_with = "words::codes")]
    pub code: String,
    /// The last day on which it holds, as `2027-01-31`, in UTC.
    pub until: String,
    /// Why the findings may stand.
    pub reason: String,
    /// The line of the comment, from 1.
    pub line: usize,
    /// The column that it starts in, in characters from 1.
    pub column: usize,
    /// The findings that it keeps out; empty where there are none.
    pub findings: Vec<Finding>,
}

impl Suppressed {
    fn new(s: &verdict::Suppressed, text: &str) -> Self {
        Self {
            code: s.code.id().to_owned(),
            until: s.until.clone(),
            reason: s.reason.clone(),
            line: s.place.from.line,
            column: s.place.from.column,
            findings: s
                .findings
                .iter()
                .map(|finding| Finding::new(finding, text))
                .collect(),
        }
    }
}

/// An item of the checklist, and what answers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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

impl ChecklistItem {
    fn new(item: &verdict::checklist::Item) -> Self {
        Self {
            id: Check::new(item.check),
            title: item.check.title().to_owned(),
            status: Status::new(item.status),
            shown_by: item.shown_by.to_string(),
            would_show: item.would_show.as_ref().map(ToString::to_string),
        }
    }
}
