//! Findings about a second run: it fails, or changes rows or the schema again. Known only if the
//! run went deep.

use super::facts::{Remains, SecondRun};
use super::phrases::{rows_done, statement};
use super::{Case, Code, Finding, Severity};
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
    let failing = second
        .failure
        .as_ref()
        .and_then(|failure| failure.statement);
    let place = failing.or(second.first).and_then(|at| case.place(at));
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
    let rows = remains.tables.iter().flat_map(|(table, counts)| {
        let ops = Op::ALL.into_iter().map(|op| (op, counts.of(op)));
        let written = ops.filter(|(_, rows)| *rows > 0);
        written.map(move |(op, rows)| rows_done(rows, table, op))
    });
    let schema = remains.schema.iter().map(|change| {
        Sentence::from(change.object.as_str())
            + " "
            + name(&change.name)
            + " "
            + change.event.word()
    });
    let header = remains.header.iter();
    let header = header.map(|(name, number)| format!("{name} {number} in the header").into());
    let unevaluated = remains.unevaluated.iter();
    let unevaluated =
        unevaluated.map(|table| "table " + name(table) + " in a state that could not be compared");
    Sentence::join(rows.chain(schema).chain(header).chain(unevaluated), ", ")
}
