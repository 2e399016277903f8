//! How an item of the checklist is answered: it passes, it fails, or nothing shows it.

use super::{Case, Code, Finding};
use crate::rehearse::Outcome;
use crate::sentence::Sentence;
use crate::verdict::phrases::statement;
use crate::words::words;

words! {
    /// How an item of the checklist stands.
    pub enum Status {
        /// Something shows it.
        Pass = "pass",
        /// Something shows the contrary.
        Fail = "fail",
        /// Nothing shows it.
        NotEvaluated = "not-evaluated",
    }
}

/// What answers an item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// how it stands
    pub status: Status,
    /// what shows that, in one sentence without its full stop
    pub shown_by: Sentence,
    /// what would evaluate it, if it is not evaluated
    pub would_show: Option<Sentence>,
}

impl Answer {
    pub(super) fn of(status: Status, shown_by: Sentence) -> Self {
        Self {
            status,
            shown_by,
            would_show: None,
        }
    }

    pub(super) fn pass(shown_by: impl Into<Sentence>) -> Self {
        Self::of(Status::Pass, shown_by.into())
    }

    /// Not evaluated, and what would evaluate it.
    pub(super) fn open(because: impl Into<Sentence>, would_show: impl Into<Sentence>) -> Self {
        Self {
            would_show: Some(would_show.into()),
            ..Self::of(Status::NotEvaluated, because.into())
        }
    }

    /// Failed, if some sentences say why.
    pub(super) fn fail(shown: impl IntoIterator<Item = Sentence>) -> Option<Self> {
        Self::first(shown.into_iter().map(|why| Self::of(Status::Fail, why)))
    }

    /// The first of some answers, with how many more there are; none if there is none.
    pub(super) fn first(answers: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut answers = answers.into_iter();
        let mut first = answers.next()?;
        let more = answers.count();
        if more > 0 {
            first.shown_by = first.shown_by + "; and " + more + " more";
        }
        Some(first)
    }
}

/// The findings of some codes, code by code.
pub(super) fn of_codes<const N: usize>(
    found: &[Finding],
    codes: [Code; N],
) -> impl Iterator<Item = &Finding> {
    let of_code = |code| found.iter().filter(move |finding| finding.code == code);
    codes.into_iter().flat_map(of_code)
}

pub(super) fn message(finding: &Finding) -> Sentence {
    finding.message.clone()
}

/// Why a migration says nothing about what its statements do together; none if it ran through.
pub(super) fn stopped(case: Case<'_>) -> Option<Answer> {
    let rehearsal = case.rehearsal;
    if rehearsal.left_open {
        return Some(Answer::open(
            "it ends inside a transaction, of which nothing remains",
            "end the file with COMMIT, then rehearse again",
        ));
    }
    let how = match rehearsal.outcome {
        Outcome::Applied => return None,
        Outcome::Failed => " fails",
        Outcome::Refused => " is refused",
        Outcome::TimedOut => " was interrupted",
        Outcome::NotRun => " was not run",
    };
    let failure = rehearsal.failure.as_ref();
    let what = failure
        .and_then(|failure| failure.statement)
        .map_or_else(|| "the runner's own statement".into(), statement);
    let would_show = "correct " + what.clone() + ", then rehearse again";
    let because = what + how + ", so it did not run through";
    Some(Answer::open(because, would_show))
}
