//! How an item of the checklist is answered: it passes, it fails, or nothing shows it.

use super::{Case, Check, Code, Finding};
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

/// An item of the checklist and what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// the item
    pub check: Check,
    /// its status
    pub status: Status,
    /// what shows that, in one sentence without its full stop
    pub shown_by: Sentence,
    /// what would evaluate it, if it is not evaluated
    pub would_show: Option<Sentence>,
}

/// What answers an item.
pub(super) enum Answer {
    Pass(Sentence),
    Fail(Sentence),
    Open(Gap),
}

/// Why an item is not evaluated, and what would evaluate it.
pub(super) struct Gap {
    because: Sentence,
    would_show: Sentence,
}

impl Gap {
    pub(super) fn new(because: impl Into<Sentence>, would_show: impl Into<Sentence>) -> Self {
        Self {
            because: because.into(),
            would_show: would_show.into(),
        }
    }
}

impl Answer {
    pub(super) fn pass(shown: impl Into<Sentence>) -> Self {
        Self::Pass(shown.into())
    }

    pub(super) fn open(because: impl Into<Sentence>, would_show: impl Into<Sentence>) -> Self {
        Self::Open(Gap::new(because, would_show))
    }

    /// Not evaluated because of the first of some gaps; none if there is none.
    pub(super) fn open_for(gaps: impl IntoIterator<Item = Gap>) -> Option<Self> {
        let mut would_show = None;
        let because = first(gaps.into_iter().map(|gap| {
            would_show.get_or_insert(gap.would_show);
            gap.because
        }))?;
        Some(Self::open(because, would_show?))
    }

    /// Failed, if some sentences say why.
    pub(super) fn fail(shown: impl IntoIterator<Item = Sentence>) -> Option<Self> {
        first(shown).map(Self::Fail)
    }

    pub(super) fn of(self, check: Check) -> Item {
        let (status, shown_by, would_show) = match self {
            Self::Pass(shown) => (Status::Pass, shown, None),
            Self::Fail(shown) => (Status::Fail, shown, None),
            Self::Open(gap) => (Status::NotEvaluated, gap.because, Some(gap.would_show)),
        };
        Item {
            check,
            status,
            shown_by,
            would_show,
        }
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

/// The first of some sentences, with how many more there are; none if there is none.
pub(super) fn first(sentences: impl IntoIterator<Item = Sentence>) -> Option<Sentence> {
    let mut sentences = sentences.into_iter();
    let first = sentences.next()?;
    Some(match sentences.count() {
        0 => first,
        n => first + "; and " + n + " more",
    })
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
    let what = rehearsal
        .failure
        .as_ref()
        .and_then(|failure| failure.statement)
        .map_or_else(|| "the runner's own statement".into(), statement);
    let would_show = "correct " + what.clone() + ", then rehearse again";
    Some(Answer::open(
        what + how + ", so it did not run through",
        would_show,
    ))
}
