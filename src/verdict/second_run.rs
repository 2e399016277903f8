//! Findings about a second run: it fails, or changes rows or the schema again. Known only if the
//! run went deep.

use super::facts::{Remains, SecondRun};
use super::phrases::{object, rows_done, statement};
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
    let (message, place, severity) = match &second.failure {
        Some(failure) => {
            let message = "a second run fails " + reason(failure) + "; it leaves " + leaves;
            // The statement that fails, or the first that wrote what changed again.
            (message, failure.statement.or(second.first), None)
        }
        None if second.remains.is_nothing() => {
            // A second run at the same moment does not show what another moment does.
            let at = second.clocked?;
            let message = "a second run leaves nothing here, where the clock stands still; "
                + statement(at)
                + " writes rows again, and the time with them";
            (message, Some(at), Some(Severity::Note))
        }
        None => ("a second run leaves " + leaves, second.first, None),
    };
    let finding = Finding::new(Code::NotIdempotent, message);
    Some(finding.at(case.place(place)).severity(severity))
}

/// `at statement 3: the engine's message`
fn reason(failure: &Failure) -> Sentence {
    let place = match failure.statement {
        Some(at) => "at " + statement(at) + ": ",
        None => "at the runner's own ".into(),
    };
    place + engine(&failure.message)
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
    let rows = remains.tables.iter().flat_map(|(table, counts)| {
        counts
            .by_op()
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(move |(op, n)| rows_done(n, table, op))
    });
    let schema = remains
        .schema
        .iter()
        .map(|change| object(&change.object, &change.name) + " " + change.change.word());
    let indexes = remains
        .indexes
        .iter()
        .map(|index| "index " + name(index) + " out of step");
    let all = rows.chain(schema).chain(indexes).chain(header);
    Sentence::join(all.chain(unevaluated), ", ")
}
