//! The item about a backup: whether the snapshot is a state to go back to.

use super::answer::{Answer, message, of_codes};
use super::{Case, Code, Finding};
use crate::codes::Severity;
use crate::sentence::{Sentence, bare};
use crate::snapshot::age::{TakenBy, span, spelling};
use std::time::SystemTime;

/// How a snapshot says when it was taken.
pub(super) const DATED: &str = "name the snapshot with its time, as prod-20251116-100416.db, or \
    write a manifest with `harness snapshot inspect --write-manifest --taken-at TIME`";

/// Whether the snapshot says that it was taken later than now.
pub(super) fn is_ahead(case: Case<'_>) -> bool {
    matches!(case.facts.snapshot.taken, Ok(Some((taken, _))) if taken > case.now)
}

pub(super) fn backup(case: Case<'_>, found: &[Finding]) -> Answer {
    let mut stale = of_codes(found, [Code::StaleSnapshot]);
    if let Some(stale) = stale.find(|finding| finding.severity != Severity::Note) {
        return Answer::Fail(message(stale));
    }
    let snapshot = &case.facts.snapshot;
    let identity = bare(&snapshot.source) + format!(" ({} bytes)", snapshot.bytes);
    match &snapshot.taken {
        Ok(Some(taken)) => of_age(case, identity + dated(case, *taken)),
        Ok(None) => Answer::open("nothing says when " + identity + " was taken", DATED),
        Err(reason) => Answer::open(reason.as_str(), DATED),
    }
}

/// Of a snapshot that says when it was taken.
fn of_age(case: Case<'_>, was: Sentence) -> Answer {
    match case.facts.age {
        _ if is_ahead(case) => {
            Answer::open(was + ", which is ahead of this machine's clock", DATED)
        }
        Some(age) => Answer::pass(was + format!(", not more than {} ago", span(age.most))),
        None => Answer::open(
            was + "; nothing says how old a backup may be",
            "`max_age` under [snapshot] in harness.toml",
        ),
    }
}

/// ` was taken at 2025-11-16 10:04, as its name says`
fn dated(case: Case<'_>, (taken, by): (SystemTime, TakenBy)) -> Sentence {
    let spelled = |at: SystemTime| spelling(at).unwrap_or_else(|| "no time".to_owned());
    let (taken, by) = (spelled(taken), by.word());
    let contradicted = case.facts.snapshot.contradicted.filter(|_| !is_ahead(case));
    match contradicted.map(spelled) {
        Some(written) => {
            format!(" was written to last at {written}, before the {taken} that its {by} says")
        }
        None => format!(" was taken at {taken}, as its {by} says"),
    }
    .into()
}
