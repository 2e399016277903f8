//! One migration in a JSON report: how it ended, what it changed, what is wrong.

use super::cell::{Row, row};
use super::scope::Scope;
use super::statement::Statement;
use super::words::{self, Check, Event, Op, Outcome, Owner, Severity, Status, Verdict};
use crate::{change, report, verdict};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What one migration did, and whether that was declared.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Migration<'a> {
    /// The file's name without `.sql`.
    name: &'a str,
    /// The path as the user gave it.
    path: &'a str,
    /// BLAKE3 of its text as 64 hexadecimal digits.
    blake3: &'a str,
    /// Whether every change was declared and could be evaluated.
    verdict: Verdict,
    /// How it ended.
    outcome: Outcome,
    /// Its first failure; null where it ran through.
    error: Option<Failure<'a>>,
    /// Its declared scope, where there is one.
    scope: Option<Scope<'a>>,
    /// Its statements, in order.
    statements: Vec<Statement<'a>>,
    /// The rows that it touched, by table and tenant.
    changes: Vec<Change<'a>>,
    /// What is not as it was in the schema.
    schema: Vec<SchemaChange<'a>>,
    /// What is wrong, worst first.
    findings: Vec<Finding<'a>>,
    /// What comments in the migration keep from being findings.
    suppressed: Vec<Suppressed<'a>>,
    /// The eight items of the incident's checklist. They decide nothing.
    checklist: Vec<ChecklistItem<'a>>,
}

impl<'a> Migration<'a> {
    pub(super) fn new(m: &'a report::MigrationReport) -> Self {
        Self {
            name: &m.name,
            path: &m.path,
            blake3: &m.blake3,
            verdict: Verdict::new(m.accepted),
            outcome: Outcome::new(m.outcome),
            error: m.error.as_ref().map(Failure::new),
            scope: m.scope.as_ref().map(Scope::new),
            statements: m.statements.iter().map(Statement::new).collect(),
            changes: m.changes.iter().map(Change::new).collect(),
            schema: m.schema.iter().map(SchemaChange::new).collect(),
            findings: m.findings.iter().map(Finding::new).collect(),
            suppressed: m.suppressed.iter().map(Suppressed::new).collect(),
            checklist: m.checklist.iter().map(ChecklistItem::new).collect(),
        }
    }
}

/// Where and why a migration failed.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Failure<'a> {
    /// The statement's number, from 1; null for one of the runner's own.
    statement: Option<usize>,
    /// Its line, from 1; null for one of the runner's own.
    line: Option<usize>,
    /// The engine's message.
    message: &'a str,
}

impl<'a> Failure<'a> {
    fn new(failure: &'a report::FailureReport) -> Self {
        Self { statement: failure.statement, line: failure.line, message: &failure.message }
    }
}

/// The rows of one table and one owner that were touched: written, be it with the values that they had.
///
/// A row that moves from one tenant to another stands in the groups of both.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Change<'a> {
    /// The table.
    table: &'a str,
    /// The tenant, as text; null where the rows are no tenant's. NULL, and values that would share a spelling, are SQL literals.
    tenant: Option<&'a str>,
    /// Whose the rows are.
    owner: Owner,
    /// Whether rows of this owner may be written, by these operations in these columns.
    expected: bool,
    /// Distinct rows written.
    touched: u64,
    /// Distinct rows that are there after, not before.
    insert: u64,
    /// Distinct rows whose values are others.
    update: u64,
    /// Distinct rows that are there before, not after.
    delete: u64,
    /// For each column, how many of the updated rows differ in it.
    columns: &'a BTreeMap<String, u64>,
    /// The first few changed rows.
    samples: Vec<Sample<'a>>,
}

impl<'a> Change<'a> {
    fn new(c: &'a report::ChangeReport) -> Self {
        Self {
            table: &c.table,
            tenant: c.tenant.as_deref(),
            owner: Owner::new(c.owner),
            expected: c.expected,
            touched: c.touched,
            insert: c.changed.insert,
            update: c.changed.update,
            delete: c.changed.delete,
            columns: &c.columns,
            samples: c.samples.iter().map(Sample::new).collect(),
        }
    }
}

/// One changed row.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Sample<'a> {
    /// What happened to it.
    op: Op,
    /// What a person finds it by: its primary key, else its rowid, else empty.
    key: Row<'a>,
    /// Its cells before; of an update, those that differ.
    before: Row<'a>,
    /// Its cells after; of an update, those that differ.
    after: Row<'a>,
}

impl<'a> Sample<'a> {
    fn new(change: &'a change::RowChange) -> Self {
        Self { op: Op::new(change.op), key: row(&change.key), before: row(&change.before), after: row(&change.after) }
    }
}

/// One object of the schema that is not what it was.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SchemaChange<'a> {
    /// `table`, `index`, `view`, `trigger`, or `sequence` for the next key of an AUTOINCREMENT table.
    object: &'a str,
    /// Its name.
    name: &'a str,
    /// What happened to it.
    change: Event,
    /// Of a renamed table its name before, else null.
    from: Option<&'a str>,
    /// Whether a statement named it, rather than changing it along with another.
    named: bool,
}

impl<'a> SchemaChange<'a> {
    fn new(s: &'a report::SchemaReport) -> Self {
        Self { object: &s.object, name: &s.name, change: Event::new(s.change), from: s.from.as_deref(), named: s.named }
    }
}

/// One thing wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Finding<'a> {
    /// What kind of thing.
    #[schemars(schema_with = "words::codes")]
    code: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What is wrong, in one sentence.
    message: &'a str,
    /// What to do about it.
    help: &'a str,
    /// The line in the migration, from 1; null where it is of no one place.
    line: Option<usize>,
    /// The column that it starts in, in characters from 1; null likewise.
    column: Option<usize>,
    /// The line that it ends in.
    end_line: Option<usize>,
    /// The column behind its last character.
    end_column: Option<usize>,
    /// The table concerned, where it is of one.
    table: Option<&'a str>,
    /// The tenants concerned, spelled as in `changes`.
    tenants: &'a [String],
    /// The distinct rows concerned, where they are counted.
    rows: Option<u64>,
}

impl<'a> Finding<'a> {
    fn new(f: &'a verdict::Finding) -> Self {
        Self {
            code: f.code.id(),
            severity: Severity::new(f.severity),
            message: &f.message,
            help: &f.help,
            line: f.place.map(|place| place.from.line),
            column: f.place.map(|place| place.from.column),
            end_line: f.place.map(|place| place.to.line),
            end_column: f.place.map(|place| place.to.column),
            table: f.table.as_deref(),
            tenants: &f.tenants,
            rows: f.rows,
        }
    }
}

/// A comment `-- harness: allow CODE until DATE because REASON`, and what it keeps out of the verdict.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Suppressed<'a> {
    /// The code that it allows.
    #[schemars(schema_with = "words::codes")]
    code: &'static str,
    /// The last day on which it holds, as `2027-01-31`, in UTC.
    until: &'a str,
    /// Why the findings may stand.
    reason: &'a str,
    /// The line of the comment, from 1.
    line: usize,
    /// The findings that it keeps out; empty where there are none.
    findings: Vec<Finding<'a>>,
}

impl<'a> Suppressed<'a> {
    fn new(s: &'a verdict::Suppressed) -> Self {
        Self {
            code: s.code.id(),
            until: &s.until,
            reason: &s.reason,
            line: s.place.from.line,
            findings: s.findings.iter().map(Finding::new).collect(),
        }
    }
}

/// An item of the checklist, and what answers it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChecklistItem<'a> {
    /// Which item.
    id: Check,
    /// The same for people.
    title: &'static str,
    /// How it stands.
    status: Status,
    /// What shows that, in one sentence without its full stop.
    shown_by: &'a str,
    /// What would evaluate it; null where it is evaluated.
    would_show: Option<&'a str>,
}

impl<'a> ChecklistItem<'a> {
    fn new(item: &'a verdict::checklist::Item) -> Self {
        Self {
            id: Check::new(item.check),
            title: item.check.title(),
            status: Status::new(item.status),
            shown_by: &item.shown_by,
            would_show: item.would_show.as_deref(),
        }
    }
}
