//! The verdict: a diff held against the expected scope gives findings; one of severity error
//! rejects. Pure.
//!
//! What could not be evaluated is a finding, never a pass. Does not format reports.

mod amendment;
mod atomicity;
pub mod checklist;
mod conserved;
mod declared;
mod dropped_along;
pub mod facts;
mod failures;
mod integrity;
mod or_fail;
mod rebuild;
mod schema;
mod scope;
mod second_run;
mod side_effects;
mod snapshot;
mod statement;
mod suppress;

pub use crate::codes::{Code, Severity};
pub use amendment::{Amendment, Entry, TableAmendment, amendment};
pub use atomicity::{SplitPoint, SplitPoints, partings};
pub use conserved::{holds, is_conserved};
pub use facts::Facts;
pub use suppress::Suppressed;

use crate::change::Owner;
use crate::diff::Diff;
use crate::hidden::Hidden;
use crate::migration::{FileChange, Migration};
use crate::names::TenantNames;
use crate::rehearse::{Conserved, Rehearsal};
use crate::scope::{ResolvedScope, TenantMap};
use crate::snapshot::tenancy;
use crate::sql::{Affinity, Position, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

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
    /// where in the migration
    pub place: Option<Place>,
    /// the table concerned
    pub table: Option<String>,
    /// the tenants concerned, as reports spell them
    pub tenants: Vec<String>,
    /// the distinct rows concerned
    pub rows: Option<u64>,
}

/// A place in the text of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// the number of the statement, where it is in one
    pub statement: Option<usize>,
    /// its bytes
    pub span: Span,
    /// where it starts
    pub from: Position,
    /// where it ends: the character behind its last
    pub to: Position,
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
    /// what comments in the migration keep from being findings
    pub suppressed: Vec<Suppressed>,
    /// the incident's checklist
    pub checklist: Vec<checklist::Item>,
}

impl Verdict {
    /// Whether no finding is an error.
    pub fn is_accepted(&self) -> bool {
        !self.findings.iter().any(|f| f.severity == Severity::Error)
    }

    /// Of a migration that was not run, for which one finding says why; what would show what the
    /// checklist asks.
    fn unrun(finding: Finding, why: &str, would_show: &str) -> Self {
        Self {
            findings: vec![finding],
            outside: BTreeSet::new(),
            undeclared: BTreeSet::new(),
            suppressed: Vec::new(),
            checklist: checklist::not_run(why, would_show),
        }
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
    /// what is known besides
    pub facts: &'a Facts,
    /// what its author declared; `None` where nothing is
    pub scope: Option<&'a ResolvedScope>,
    /// what both states say to what it must keep; `None` where nothing is declared, or the
    /// migration did not run through
    pub kept: Option<&'a Conserved>,
    /// how tables say whose their rows are
    pub tenants: &'a TenantMap,
    /// how tenants are spelled
    pub names: &'a TenantNames,
    /// what reports do not show
    pub hidden: &'a Hidden,
    /// how bad the findings of a code are, where the configuration says so; `None` where they are
    /// off
    pub severities: &'a BTreeMap<Code, Option<Severity>>,
    /// the time of the rehearsal
    pub now: SystemTime,
}

/// Judges one migration.
pub fn judge(case: Case<'_>) -> Verdict {
    let mut findings = failures::findings(case);
    let families = [
        statement::findings,
        side_effects::findings,
        rebuild::findings,
        schema::findings,
        atomicity::findings,
        or_fail::findings,
        second_run::findings,
        integrity::findings,
        snapshot::findings,
    ];
    findings.extend(families.into_iter().flat_map(|family| family(case)));
    let (outside, undeclared) = scope::findings(case, &mut findings);
    findings.extend(conserved::findings(case));
    let checklist = checklist::checklist(case, &findings);
    let (mut findings, suppressed) = suppress::adjusted(case, findings);
    findings.sort_by_key(|f| {
        (
            f.severity,
            f.code,
            f.place.map(|place| place.span.start),
            f.table.clone(),
        )
    });
    Verdict {
        findings,
        outside,
        undeclared,
        suppressed,
        checklist,
    }
}

/// The verdict on a migration that was not run, since one before it failed.
pub fn not_run() -> Verdict {
    let why = "a migration before it did not run through";
    let finding = Finding::new(
        Code::MigrationNotRun,
        format!("{why}, so this one was not run"),
    );
    Verdict::unrun(
        finding,
        why,
        "correct that one, then rehearse all of them again",
    )
}

/// The verdict on a migration that is applied in the snapshot, and that a branch adds, renames or
/// edits; none where only comments and white space of it differ.
pub fn already_applied(migration: &Migration, change: &FileChange) -> Option<Verdict> {
    let (how, statement) = match change {
        FileChange::Edited(Some(before)) => ("edits it", migration.first_edited(before)?),
        FileChange::Edited(None) => ("edits it", 1),
        _ => ("adds a file of that name", 1),
    };
    let message = format!(
        "`{}` is applied in the snapshot already, and the branch {how}: what it does now was \
        not rehearsed",
        migration.name
    );
    let finding =
        Finding::new(Code::AlreadyApplied, message).at(Place::of_statement(migration, statement));
    Some(Verdict::unrun(
        finding,
        "it is applied in the snapshot already",
        "a snapshot from before it was applied",
    ))
}

impl Finding {
    fn new(code: Code, message: String) -> Self {
        let entry = code.entry();
        Self {
            code,
            severity: entry.severity,
            message,
            help: entry.help.to_owned(),
            place: None,
            table: None,
            tenants: Vec::new(),
            rows: None,
        }
    }

    fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
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
        let catalog = if after.table(table).is_some() {
            after
        } else {
            before
        };
        tenancy::affinity(self.tenants, catalog.table(table), catalog)
    }

    /// The place of a statement by its number: its first line. The runner's own statements have
    /// none.
    fn place(&self, statement: usize) -> Option<Place> {
        Place::of_statement(self.migration, statement)
    }

    /// The place of the first of some statements.
    fn first_place<'s>(&self, statements: impl IntoIterator<Item = &'s usize>) -> Option<Place> {
        statements
            .into_iter()
            .min()
            .and_then(|first| self.place(*first))
    }

    /// Some bytes of the migration as a place.
    fn place_of(&self, statement: Option<usize>, span: Span) -> Place {
        Place::of(self.migration, statement, span)
    }
}

impl Place {
    /// The first line of a statement, by its number.
    fn of_statement(migration: &Migration, statement: usize) -> Option<Self> {
        let span = migration.statements.get(statement.checked_sub(1)?)?.span;
        let first = span
            .of(&migration.text)
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end();
        Some(Self::of(
            migration,
            Some(statement),
            Span {
                start: span.start,
                end: span.start + first.len(),
            },
        ))
    }

    fn of(migration: &Migration, statement: Option<usize>, span: Span) -> Self {
        let known = statement
            .and_then(|number| migration.statements.get(number.checked_sub(1)?))
            .map(|s| (s.span.start, s.line));
        let at = |offset| Position::near(&migration.text, offset, known.unwrap_or((0, 1)));
        Self {
            statement,
            span,
            from: at(span.start),
            to: at(span.end),
        }
    }
}
