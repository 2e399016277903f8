//! The closed sets of words in a JSON report, each with what it means.

use crate::verdict::checklist;
use crate::{codes, diff, regime, rehearse, report, scope, snapshot, verdict};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// Whether every change was declared and could be evaluated.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// No finding is an error.
    Accepted,
    /// At least one finding is an error.
    Rejected,
}

impl Verdict {
    pub(super) fn new(accepted: bool) -> Self {
        if accepted { Self::Accepted } else { Self::Rejected }
    }
}

/// How a migration ended. All but `applied` reject.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// Every statement ran.
    Applied,
    /// A statement, or the runner's COMMIT, failed.
    Failed,
    /// A statement would have reached outside the clone.
    Refused,
    /// A statement took longer than the configured limit.
    TimedOut,
    /// A migration before it did not run through.
    NotRun,
}

impl Outcome {
    pub(super) fn new(outcome: rehearse::Outcome) -> Self {
        match outcome {
            rehearse::Outcome::Applied => Self::Applied,
            rehearse::Outcome::Failed => Self::Failed,
            rehearse::Outcome::Refused => Self::Refused,
            rehearse::Outcome::TimedOut => Self::TimedOut,
            rehearse::Outcome::NotRun => Self::NotRun,
        }
    }
}

/// The transaction that the runner opens around migrations.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Transaction {
    /// Only the file's own.
    None,
    /// One around each migration.
    PerMigration,
    /// One around all migrations.
    All,
}

impl Transaction {
    pub(super) fn new(mode: regime::TransactionMode) -> Self {
        match mode {
            regime::TransactionMode::None => Self::None,
            regime::TransactionMode::PerMigration => Self::PerMigration,
            regime::TransactionMode::All => Self::All,
        }
    }
}

/// What the runner does after a statement that fails.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OnError {
    /// It stops and closes its connection.
    Stop,
    /// It goes on with the next statement.
    Continue,
}

impl OnError {
    pub(super) fn new(on_error: regime::OnError) -> Self {
        match on_error {
            regime::OnError::Stop => Self::Stop,
            regime::OnError::Continue => Self::Continue,
        }
    }
}

/// Where the hash of a snapshot was taken from.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BlakeFrom {
    /// Its bytes.
    File,
    /// The manifest beside it, which is of the files as they are.
    Manifest,
}

impl BlakeFrom {
    pub(super) fn new(from: snapshot::IdentityFrom) -> Self {
        match from {
            snapshot::IdentityFrom::File => Self::File,
            snapshot::IdentityFrom::Manifest => Self::Manifest,
        }
    }
}

/// What happened to a row.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Op {
    /// It is there after, not before.
    Insert,
    /// It is there before and after.
    Update,
    /// It is there before, not after.
    Delete,
}

impl Op {
    pub(super) fn new(op: scope::Op) -> Self {
        match op {
            scope::Op::Insert => Self::Insert,
            scope::Op::Update => Self::Update,
            scope::Op::Delete => Self::Delete,
        }
    }
}

/// Whose the rows of a group are.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Owner {
    /// A tenant's.
    Tenant,
    /// Nobody's: the table is declared as shared.
    Shared,
    /// Not known: nothing says whose the rows of this table are.
    Unassigned,
    /// Not known: the lookup gave no tenant, or several.
    Ambiguous,
}

impl Owner {
    pub(super) fn new(owner: report::OwnerKind) -> Self {
        match owner {
            report::OwnerKind::Tenant => Self::Tenant,
            report::OwnerKind::Shared => Self::Shared,
            report::OwnerKind::Unassigned => Self::Unassigned,
            report::OwnerKind::Ambiguous => Self::Ambiguous,
        }
    }
}

/// What happened to an object of the schema.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Event {
    /// It is new.
    Created,
    /// It is gone.
    Dropped,
    /// Its text is another.
    Altered,
    /// It is a table under another name.
    Renamed,
    /// The next key that a sequence gives is higher.
    Advanced,
    /// The next key that a sequence gives is lower: keys may be given again.
    Regressed,
    /// A virtual table's index was written, and none of its rows is another.
    Reindexed,
}

impl Event {
    pub(super) fn new(event: diff::SchemaEvent) -> Self {
        match event {
            diff::SchemaEvent::Created => Self::Created,
            diff::SchemaEvent::Dropped => Self::Dropped,
            diff::SchemaEvent::Altered => Self::Altered,
            diff::SchemaEvent::Renamed => Self::Renamed,
            diff::SchemaEvent::Advanced => Self::Advanced,
            diff::SchemaEvent::Regressed => Self::Regressed,
            diff::SchemaEvent::Reindexed => Self::Reindexed,
        }
    }
}

/// How bad a finding is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    /// It rejects.
    Error,
    /// It should be looked at.
    Warning,
    /// It should be known.
    Note,
}

impl Severity {
    pub(super) fn new(severity: verdict::Severity) -> Self {
        match severity {
            verdict::Severity::Error => Self::Error,
            verdict::Severity::Warning => Self::Warning,
            verdict::Severity::Note => Self::Note,
        }
    }
}

/// How bad the findings of a code are, by configuration.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    /// They reject.
    Error,
    /// They should be looked at.
    Warning,
    /// They should be known.
    Note,
    /// They are left out.
    Off,
}

impl Level {
    pub(super) fn new(severity: Option<verdict::Severity>) -> Self {
        match severity {
            Some(verdict::Severity::Error) => Self::Error,
            Some(verdict::Severity::Warning) => Self::Warning,
            Some(verdict::Severity::Note) => Self::Note,
            None => Self::Off,
        }
    }
}

/// An item of the checklist.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    /// Each subquery of a WHERE clause ran alone, and its rows were counted.
    SubqueriesAlone,
    /// Each WHERE clause ran as a SELECT before its UPDATE or DELETE.
    WhereAsSelect,
    /// The snapshot has the tenants and rows that damage would show on, and is not too old.
    ProductionLikeCopy,
    /// No clause names a part of a composite key and leaves open whose rows it means.
    CompositeKeys,
    /// What the migration writes is committed as one.
    ExplicitTransaction,
    /// The rows updated and deleted were counted against numbers given beforehand.
    RowCounts,
    /// The state that it was rehearsed on is one to go back to.
    Backup,
    /// A second run changes nothing.
    Idempotent,
}

impl Check {
    pub(super) fn new(check: checklist::Check) -> Self {
        match check {
            checklist::Check::SubqueriesAlone => Self::SubqueriesAlone,
            checklist::Check::WhereAsSelect => Self::WhereAsSelect,
            checklist::Check::ProductionLikeCopy => Self::ProductionLikeCopy,
            checklist::Check::CompositeKeys => Self::CompositeKeys,
            checklist::Check::ExplicitTransaction => Self::ExplicitTransaction,
            checklist::Check::RowCounts => Self::RowCounts,
            checklist::Check::Backup => Self::Backup,
            checklist::Check::Idempotent => Self::Idempotent,
        }
    }
}

/// How an item of the checklist stands.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// Something shows it.
    Pass,
    /// Something shows the contrary.
    Fail,
    /// Nothing shows it.
    NotEvaluated,
}

impl Status {
    pub(super) fn new(status: checklist::Status) -> Self {
        match status {
            checklist::Status::Pass => Self::Pass,
            checklist::Status::Fail => Self::Fail,
            checklist::Status::NotEvaluated => Self::NotEvaluated,
        }
    }
}

/// Every code of a finding, from the table of codes.
pub(super) fn codes(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = codes::TABLE.iter().map(|entry| entry.id).collect();
    json_schema!({ "type": "string", "enum": ids })
}
