//! The checklist that the incident's report asks of every migration: eight items, each answered by
//! what this rehearsal showed. Pure.
//!
//! An item passes only if something shows it; what does not concern a migration passes with the
//! sentence that says why. What could not be looked at is not evaluated, with what would show it.
//! The items say what is known and decide nothing: findings do. An item is a view over the findings
//! as they are made, before configuration and comments lower any, and over a few facts that no
//! finding states: what was not looked at, and what passed.

mod answer;
mod keys;
mod running;
mod snapshot;
mod statements;
mod unnamed;

pub(crate) use answer::Answer;
pub use answer::Status;

use super::{Case, Code, Finding};
use crate::words::words;

words! {
    /// An item of the checklist.
    pub enum Check {
        /// Each subquery of a WHERE clause ran alone, and its rows were counted.
        SubqueriesAlone = "subqueries-alone",
        /// Each WHERE clause ran as a SELECT before its UPDATE or DELETE.
        WhereAsSelect = "where-as-select",
        /// The snapshot has the tenants and rows that damage would show on, and is not too old.
        ProductionLikeCopy = "production-like-copy",
        /// No clause names a part of a composite key and leaves open whose rows it means.
        CompositeKeys = "composite-keys",
        /// What the migration writes is committed as one.
        ExplicitTransaction = "explicit-transaction",
        /// The rows updated and deleted were counted against numbers given beforehand.
        RowCounts = "row-counts",
        /// The state that it was rehearsed on is one to go back to.
        Backup = "backup",
        /// A second run changes nothing.
        Idempotent = "idempotent",
    }
}

impl Check {
    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::SubqueriesAlone => "subqueries tested in isolation",
            Self::WhereAsSelect => "WHERE clauses tested as SELECT",
            Self::ProductionLikeCopy => "tested on a production-like copy",
            Self::CompositeKeys => "composite keys handled",
            Self::ExplicitTransaction => "explicit transaction",
            Self::RowCounts => "row counts validated before destructive operations",
            Self::Backup => "backup taken",
            Self::Idempotent => "idempotent",
        }
    }
}

/// The checklist of a migration that ran, from everything that was found.
pub(super) fn checklist(case: Case<'_>, found: &[Finding]) -> Vec<(Check, Answer)> {
    let answer = |check: Check| match check {
        Check::SubqueriesAlone => statements::subqueries_alone(case, found),
        Check::WhereAsSelect => statements::where_as_select(case, found),
        Check::ProductionLikeCopy => snapshot::production_like(case, found),
        Check::CompositeKeys => keys::composite_keys(case, found),
        Check::ExplicitTransaction => running::explicit_transaction(case, found),
        Check::RowCounts => running::row_counts(case, found),
        Check::Backup => snapshot::backup(case, found),
        Check::Idempotent => running::idempotent(case, found),
    };
    Check::ALL.map(|check| (check, answer(check))).into()
}

/// The checklist of a migration that was not run: why, and what would show it.
pub(super) fn not_run(why: &str, would_show: &str) -> Vec<(Check, Answer)> {
    Check::ALL
        .map(|check| (check, Answer::open(why, would_show)))
        .into()
}
