//! The verdict: a diff held against the expected scope gives findings; one of severity error rejects. Pure.
//!
//! What could not be evaluated is a finding, never a pass. Does not format reports.

pub mod codes;
mod execution;
mod observed;
mod scope;

pub use codes::{Code, Severity};
pub use observed::as_toml as observed_scope;

use crate::change::Owner;
use crate::diff::Diff;
use crate::migration::Migration;
use crate::names::TenantNames;
use crate::rehearse::Rehearsal;
use crate::scope::{ResolvedScope, TenantMap};
use crate::snapshot::tenancy;
use crate::sql::Affinity;
use std::collections::BTreeSet;

/// One thing wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// what kind of thing
    pub code: Code,
    /// how bad
    pub severity: Severity,
    /// one sentence
    pub message: String,
    /// what to do about it
    pub help: String,
    /// the line in the migration
    pub line: Option<usize>,
    /// the table concerned
    pub table: Option<String>,
    /// the tenants concerned, as reports spell them
    pub tenants: Vec<String>,
    /// the distinct rows concerned
    pub rows: Option<u64>,
}

/// Accepted or rejected, and why.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// what is wrong, worst first
    pub findings: Vec<Finding>,
    /// the tables and owners whose rows may not be written
    pub outside: BTreeSet<(String, Owner)>,
    /// the tables and owners whose changes are of an operation or column that is not declared
    pub undeclared: BTreeSet<(String, Owner)>,
}

impl Verdict {
    /// Whether no finding is an error.
    pub fn is_accepted(&self) -> bool {
        !self.findings.iter().any(|f| f.severity == Severity::Error)
    }
}

/// Everything that a verdict is made from.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// the migration
    pub migration: &'a Migration,
    /// what running it produced
    pub rehearsal: &'a Rehearsal,
    /// what it changed
    pub diff: &'a Diff,
    /// what its author declared; `None` where nothing is
    pub scope: Option<&'a ResolvedScope>,
    /// how tables say whose their rows are
    pub tenants: &'a TenantMap,
    /// how tenants are spelled
    pub names: &'a TenantNames,
}

/// Judges one migration.
pub fn judge(case: Case<'_>) -> Verdict {
    let mut findings = execution::findings(case);
    let (outside, undeclared) = scope::findings(case, &mut findings);
    findings.sort_by_key(|f| (f.severity, f.code, f.table.clone(), f.line));
    Verdict { findings, outside, undeclared }
}

/// The verdict on a migration that was not run, since one before it failed.
pub fn not_run() -> Verdict {
    let finding = Finding::new(Code::MigrationNotRun, "a migration before it did not run through, so this one was not run".to_owned());
    Verdict { findings: vec![finding], outside: BTreeSet::new(), undeclared: BTreeSet::new() }
}

impl Finding {
    fn new(code: Code, message: String) -> Self {
        let entry = code.entry();
        Self {
            code,
            severity: entry.severity,
            message,
            help: entry.help.to_owned(),
            line: None,
            table: None,
            tenants: Vec::new(),
            rows: None,
        }
    }

    fn at(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }

    fn on(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }
}

impl Case<'_> {
    /// The affinity under which declared tenants compare with those of a table.
    pub fn affinity(&self, table: &str) -> Affinity {
        let (before, after) = (&self.rehearsal.before, &self.rehearsal.after);
        let catalog = if after.table(table).is_some() { after } else { before };
        tenancy::affinity(self.tenants, catalog.table(table), catalog)
    }

    /// The line of a statement by its number; the runner's own statements have none.
    fn line(&self, statement: usize) -> Option<usize> {
        self.migration.statements.get(statement.checked_sub(1)?).map(|s| s.line)
    }

    /// The line of the first of some statements.
    fn first_line<'s>(&self, statements: impl IntoIterator<Item = &'s usize>) -> Option<usize> {
        statements.into_iter().min().and_then(|first| self.line(*first))
    }
}
