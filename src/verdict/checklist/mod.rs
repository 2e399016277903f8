//! The checklist that the incident's report asks of every migration: eight items, each answered by
//! what this rehearsal showed. Pure.
//!
//! An item passes only where something shows it; what does not concern a migration passes with the
//! sentence that says why. What could not be looked at is not evaluated, with what would show it.
//! The items say what is known and decide nothing: findings do. They are made from the findings as
//! they are found, before configuration and comments lower any.

mod keys;
mod others;
mod running;
mod snapshot;
mod statements;

use super::{Case, Code, Finding};
use crate::rehearse::Outcome;

/// An item of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// each subquery of a WHERE clause ran alone, and its rows were counted
    SubqueriesAlone,
    /// each WHERE clause ran as a SELECT before its UPDATE or DELETE
    WhereAsSelect,
    /// the snapshot has the tenants and rows that damage would show on, and is not too old
    ProductionLikeCopy,
    /// no clause names a part of a composite key and leaves the rest open
    CompositeKeys,
    /// what the migration writes is committed as one
    ExplicitTransaction,
    /// the rows updated and deleted were counted against numbers given beforehand
    RowCounts,
    /// the state that it was rehearsed on is one to go back to
    Backup,
    /// a second run changes nothing
    Idempotent,
}

impl Check {
    /// All eight, in the order of the incident's report.
    pub const ALL: [Self; 8] = [
        Self::SubqueriesAlone,
        Self::WhereAsSelect,
        Self::ProductionLikeCopy,
        Self::CompositeKeys,
        Self::ExplicitTransaction,
        Self::RowCounts,
        Self::Backup,
        Self::Idempotent,
    ];

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

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// something shows it
    Pass,
    /// something shows the contrary
    Fail,
    /// nothing shows it
    NotEvaluated,
}

/// An item of the checklist and what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// the item
    pub check: Check,
    /// how it stands
    pub status: Status,
    /// what shows that, in one sentence without its full stop
    pub shown_by: String,
    /// what would evaluate it, where it is not
    pub would_show: Option<String>,
}

/// What answers an item.
enum Answer {
    Pass(String),
    Fail(String),
    /// not evaluated
    Open {
        because: String,
        would_show: String,
    },
}

impl Answer {
    fn open(because: impl Into<String>, would_show: impl Into<String>) -> Self {
        Self::Open {
            because: because.into(),
            would_show: would_show.into(),
        }
    }

    /// Not evaluated for the first of some reasons, each with what would answer it; none where
    /// there is none.
    fn open_for(reasons: Vec<(String, String)>) -> Option<Self> {
        let would_show = reasons.first()?.1.clone();
        Some(Self::Open {
            because: told(reasons.into_iter().map(|(because, _)| because))?,
            would_show,
        })
    }

    fn of(self, check: Check) -> Item {
        let (status, shown_by, would_show) = match self {
            Self::Pass(shown) => (Status::Pass, shown, None),
            Self::Fail(shown) => (Status::Fail, shown, None),
            Self::Open {
                because,
                would_show,
            } => (Status::NotEvaluated, because, Some(would_show)),
        };
        Item {
            check,
            status,
            shown_by,
            would_show,
        }
    }
}

/// The checklist of a migration that ran, given everything that was found.
pub(super) fn checklist(case: Case<'_>, found: &[Finding]) -> Vec<Item> {
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
    Check::ALL
        .into_iter()
        .map(|check| answer(check).of(check))
        .collect()
}

/// The checklist of a migration that was not run: why, and what would show it.
pub(super) fn not_run(why: &str, would_show: &str) -> Vec<Item> {
    Check::ALL
        .into_iter()
        .map(|check| Answer::open(why, would_show).of(check))
        .collect()
}

/// The findings of a code.
fn of_code(found: &[Finding], code: Code) -> impl Iterator<Item = &Finding> {
    found.iter().filter(move |finding| finding.code == code)
}

/// The first of some sentences, with how many more there are; none where there is none.
fn told(sentences: impl IntoIterator<Item = String>) -> Option<String> {
    let mut sentences = sentences.into_iter();
    let first = sentences.next()?;
    Some(match sentences.count() {
        0 => first,
        n => format!("{first}; and {n} more"),
    })
}

/// Why a migration says nothing about what its statements do together; none where it ran through.
fn stopped(case: Case<'_>) -> Option<Answer> {
    let rehearsal = case.rehearsal;
    if rehearsal.left_open {
        return Some(Answer::open(
            "it ends inside a transaction, of which nothing remains",
            "end the file with COMMIT, then rehearse again",
        ));
    }
    let how = match rehearsal.outcome {
        Outcome::Applied => return None,
        Outcome::Failed => "fails",
        Outcome::Refused => "is refused",
        Outcome::TimedOut => "was interrupted",
        Outcome::NotRun => "was not run",
    };
    let statement = rehearsal
        .failure
        .as_ref()
        .and_then(|failure| failure.statement);
    let what = statement.map_or_else(
        || "the runner's own statement".to_owned(),
        |at| format!("statement {at}"),
    );
    Some(Answer::open(
        format!("{what} {how}, so it did not run through"),
        format!("correct {what}, then rehearse again"),
    ))
}
