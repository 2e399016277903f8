//! Findings about a second run: it fails, or changes rows or the schema again. Known only if the
//! run went deep.

use super::facts::{Remains, SecondRun};
use super::phrases::{rows_done, statement};
use super::{Case, Code, Finding, Severity};
use crate::change::Counts;
use crate::diff::SchemaChange;
use crate::rehearse::Failure;
use crate::scope::Op;
use crate::sentence::{Sentence, engine, name};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let second = case
        .facts
        .deep
        .as_ref()
        .and_then(|deep| deep.second.as_ref().ok());
    second
        .and_then(|second| finding(case, second))
        .into_iter()
        .collect()
}

fn finding(case: Case<'_>, second: &SecondRun) -> Option<Finding> {
    let leaves = remains(&second.remains);
    let message = match &second.failure {
        Some(failure) => "a second run fails " + reason(failure) + "; it leaves " + leaves,
        None if second.remains.is_nothing() => return Some(by_the_clock(case, second.clocked?)),
        None => "a second run leaves " + leaves,
    };
    // The statement that fails, or the first that wrote what changed again.
    let place = second
        .failure
        .as_ref()
        .and_then(|failure| failure.statement)
        .or(second.first)
        .and_then(|at| case.place(at));
    Some(Finding::new(Code::NotIdempotent, message).at(place))
}

/// `at statement 3: the engine's message`
fn reason(failure: &Failure) -> Sentence {
    let place = match failure.statement {
        Some(at) => "at " + statement(at) + ": ",
        None => "at the runner's own ".into(),
    };
    place + engine(&failure.message)
}

/// A second run at the same moment does not show what another moment does.
fn by_the_clock(case: Case<'_>, at: usize) -> Finding {
    let message = "a second run leaves nothing here, where the clock stands still; "
        + statement(at)
        + " writes rows again, and the time with them";
    Finding::new(Code::NotIdempotent, message)
        .severity(Severity::Note)
        .at(case.place(at))
}

/// ``6 rows of `t` updated, table `u` created``, or `nothing`
pub(super) fn remains(remains: &Remains) -> Sentence {
    if remains.is_nothing() {
        return "nothing".into();
    }
    let header = remains
        .header
        .iter()
        .map(|(name, number)| format!("{name} {number} in the header").into());
    let unevaluated = remains
        .unevaluated
        .iter()
        .map(|table| "table " + name(table) + " in a state that could not be compared");
    let rows = remains
        .tables
        .iter()
        .flat_map(|(table, counts)| of_table(table, *counts));
    let schema = remains.schema.iter().map(of_schema);
    Sentence::join(rows.chain(schema).chain(header).chain(unevaluated), ", ")
}

fn of_table(table: &str, counts: Counts) -> impl Iterator<Item = Sentence> {
    Op::ALL
        .into_iter()
        .filter(move |op| counts.of(*op) > 0)
        .map(move |op| rows_done(counts.of(op), table, op))
}

fn of_schema(change: &SchemaChange) -> Sentence {
    Sentence::from(format!("{} ", change.object)) + name(&change.name) + " " + change.event.word()
}
