//! What one run found out, resolved: in the words of the domain, before it becomes evidence. Lays
//! nothing out.

use super::ScopeReport;
use crate::change::{Counts, RowChange};
use crate::diff::SchemaEvent;
use crate::migration::FileChange;
use crate::regime::Regime;
use crate::rehearse::{Indirect, Outcome, PreviewRun, SubqueryRun};
use crate::snapshot::Identity;
use crate::verdict::checklist::Item;
use crate::verdict::{Amendment, Code, Finding, Severity, Suppressed};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that one run found out.
#[derive(Debug)]
pub struct Report {
    /// harness's version
    pub harness: &'static str,
    /// the engine and how it was set
    pub engine: EngineInfo,
    /// what was rehearsed on
    pub snapshot: SnapshotInfo,
    /// the configuration that was in force
    pub config: ConfigInfo,
    /// what the run was asked for
    pub options: Options,
    /// how bad the findings of a code are, where the configuration says so; `None` where they are
    /// off
    pub severities: BTreeMap<Code, Option<Severity>>,
    /// what of the configuration fits nothing that this run met, as sentences with their places
    pub warnings: Vec<String>,
    /// what the branch changes, where only that was asked for
    pub branch: Option<BranchReport>,
    /// the migrations, in the order in which they ran; before these, those that are applied already
    /// and were not run
    pub migrations: Vec<MigrationReport>,
}

impl Report {
    /// Whether every migration is accepted.
    pub fn is_accepted(&self) -> bool {
        self.migrations.iter().all(|m| m.accepted)
    }
}

/// The configuration that was in force.
#[derive(Debug)]
pub struct ConfigInfo {
    /// the path as the user gave it
    pub path: String,
    /// hash of its text
    pub blake3: String,
}

/// What a run was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// rows shown per group
    pub samples: usize,
    /// whether it did what costs a second run or a whole scan
    pub deep: bool,
}

/// What a branch does to the folder of migrations.
#[derive(Debug)]
pub struct BranchReport {
    /// the revision that it is held against, as the user named it
    pub since: String,
    /// the commits where it left that
    pub bases: Vec<String>,
    /// the files that differ
    pub files: Vec<FileReport>,
    /// the paths of those that ran too, since they are pending
    pub others: Vec<String>,
    /// all of that in one line
    pub shown: String,
}

/// One file that a branch changes.
#[derive(Debug)]
pub struct FileReport {
    /// its path
    pub path: String,
    /// what happened to it
    pub change: FileChange,
    /// whether the snapshot names it as applied; none where nothing says
    pub applied: Option<bool>,
}

/// The engine and how it was set.
#[derive(Debug)]
pub struct EngineInfo {
    /// SQLite's version
    pub sqlite: &'static str,
    /// what the production runner does
    pub regime: Regime,
    /// what `now` was for the whole rehearsal, in milliseconds after 1970
    pub now_ms: i64,
}

/// What was rehearsed on.
#[derive(Debug)]
pub struct SnapshotInfo {
    /// the path as the user gave it
    pub source: String,
    /// its size
    pub bytes: u64,
    /// its hash, where a report is saved
    pub identity: Option<Identity>,
    /// how many tenants the labels name
    pub tenants: Option<usize>,
}

/// What one migration did and whether that was declared.
#[derive(Debug)]
pub struct MigrationReport {
    /// its name
    pub name: String,
    /// its path as the user gave it
    pub path: String,
    /// hash of its text
    pub blake3: String,
    /// whether it is accepted
    pub accepted: bool,
    /// how it ended
    pub outcome: Outcome,
    /// its first failure
    pub error: Option<FailureReport>,
    /// the declared scope
    pub scope: Option<ScopeReport>,
    /// what the declared scope would have to become to hold what was observed
    pub amendment: Amendment,
    /// its statements
    pub statements: Vec<StatementReport>,
    /// expected against actual, by table
    pub tables: Vec<TableReport>,
    /// the changes, by table and tenant
    pub changes: Vec<ChangeReport>,
    /// the schema difference
    pub schema: Vec<SchemaReport>,
    /// what is wrong
    pub findings: Vec<Finding>,
    /// what comments in the migration keep from being findings
    pub suppressed: Vec<Suppressed>,
    /// the incident's checklist
    pub checklist: Vec<Item>,
    /// its whole text, which the findings point into
    pub text: String,
}

/// One object of the schema that is not what it was.
#[derive(Debug)]
pub struct SchemaReport {
    /// its type
    pub object: String,
    /// its name
    pub name: String,
    /// what happened to it
    pub change: SchemaEvent,
    /// of a renamed one, its name before
    pub from: Option<String>,
    /// whether a statement named it, rather than changing it along with another
    pub named: bool,
}

/// Where and why a migration failed.
#[derive(Debug)]
pub struct FailureReport {
    /// the statement's number; `None` for one of the runner's own
    pub statement: Option<usize>,
    /// its line
    pub line: Option<usize>,
    /// the engine's message
    pub message: String,
}

/// One statement.
#[derive(Debug)]
pub struct StatementReport {
    /// its number, from 1
    pub index: usize,
    /// its line
    pub line: usize,
    /// what it does
    pub kind: String,
    /// the table that it names
    pub table: Option<String>,
    /// its text
    pub sql: String,
    /// what it did; `None` where it was not reached
    pub run: Option<StatementResult>,
}

/// What one statement did.
#[derive(Debug)]
pub struct StatementResult {
    /// its preview
    pub preview: Option<PreviewReport>,
    /// why it has none, where that matters
    pub no_preview: Option<String>,
    /// row writes of its own
    pub direct: Counts,
    /// row writes of triggers, foreign-key actions and REPLACE
    pub indirect: Counts,
    /// the same by table, with how the statement led there
    pub paths: Vec<Indirect>,
    /// the engine's message, where it failed
    pub error: Option<String>,
    /// what the migration comes to by that
    pub outcome: Outcome,
    /// how long it took, in milliseconds
    pub elapsed_ms: f64,
}

/// A preview and what it returned.
#[derive(Debug)]
pub struct PreviewReport {
    /// what it returned
    pub run: PreviewRun,
    /// its rows by tenant: spelling, description, number
    pub tenants: Vec<(String, String, u64)>,
    /// the subqueries of the WHERE clause
    pub subqueries: Vec<SubqueryReport>,
    /// for each result column, whether no format shows its values
    pub hidden: Vec<bool>,
}

/// A subquery of a WHERE clause, run alone.
#[derive(Debug)]
pub struct SubqueryReport {
    /// what it gave
    pub run: SubqueryRun,
    /// its rows by tenant, as of a preview; none where that cannot be told
    pub tenants: Option<Vec<(String, String, u64)>>,
}

/// Expected against actual for one table.
#[derive(Debug)]
pub struct TableReport {
    /// the table
    pub table: String,
    /// what is declared: `update 6`
    pub expected: String,
    /// distinct rows written
    pub touched: u64,
    /// distinct rows changed
    pub actual: Counts,
    /// how the two compare
    pub mark: Mark,
    /// the same by owner
    pub owners: Vec<OwnerReport>,
}

/// How expected and actual compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// rows that nobody declared
    Outside,
    /// declared, and not met
    Wrong,
    /// not judged: the migration did not run through
    Unjudged,
    /// as declared
    Ok,
}

/// Expected against actual for one owner's rows of a table.
#[derive(Debug)]
pub struct OwnerReport {
    /// `9 (Amber Electric)`
    pub owner: String,
    /// the tenant's spelling, for a tenant
    pub tenant: Option<String>,
    /// what is declared for it: `update 6`, `allowed`, `nothing`
    pub expected: String,
    /// how the two compare
    pub mark: Mark,
    /// distinct rows written
    pub touched: u64,
    /// distinct rows changed
    pub actual: Counts,
}

/// Whose the rows of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// a tenant's
    Tenant,
    /// nobody's
    Shared,
    /// not known
    Unassigned,
    /// not known: the lookup gave none or several
    Ambiguous,
}

/// The changes of one owner's rows of one table.
#[derive(Debug)]
pub struct ChangeReport {
    /// the table
    pub table: String,
    /// whose rows
    pub owner: OwnerKind,
    /// the tenant's spelling, for a tenant
    pub tenant: Option<String>,
    /// the owner, described
    pub described: String,
    /// whether rows of this owner may be written, and by these operations in these columns
    pub expected: bool,
    /// distinct rows written
    pub touched: u64,
    /// distinct rows changed
    pub changed: Counts,
    /// for each column, how many updates changed it
    pub columns: BTreeMap<String, u64>,
    /// the first few changed rows
    pub samples: Vec<RowChange>,
    /// the columns of which no format shows the values
    pub hidden: BTreeSet<String>,
}
