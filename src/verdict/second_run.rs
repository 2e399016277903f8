//! Findings about a second run: it fails, or changes rows or the schema again. Known only if the
//! run went deep.

use super::facts::{Remains, SecondRun};
use super::phrases::{rows_done, statement};
use super::{Case, Code, Finding, Severity};
use crate::rehearse::Failure;
use crate::sentence::{Sentence, engine, name};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let deep = case.facts.deep.as_ref();
    let second = deep.and_then(|deep| deep.second.as_ref().ok());
    let finding = second.and_then(|second| finding(case, second));
    finding.into_iter().collect()
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
    let place = case.place(failing.or(second.first));
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
    let tables = remains.tables.iter();
    let rows = tables.flat_map(|(table, counts)| {
        let counts = counts.by_op().into_iter().filter(|(_, n)| *n > 0);
        counts.map(move |(op, n)| rows_done(n, table, op))
    });
    let schema = remains.schema.iter().map(|change| {
        let object = Sentence::from(format!("{} ", change.object));
        object + name(&change.name) + " " + change.change.word()
    });
    Sentence::join(rows.chain(schema).chain(header).chain(unevaluated), ", ")
}
