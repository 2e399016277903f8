//! Findings about a second run: it fails, or changes rows or the schema again. Known only where the
//! run went deep.

use super::facts::{Remains, SecondRun};
use super::{Case, Code, Finding, Severity};
use crate::scope::Op;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let Some(Ok(second)) = case.facts.deep.as_ref().map(|deep| &deep.second) else {
        return Vec::new();
    };
    let left = if second.remains.is_nothing() {
        "nothing".to_owned()
    } else {
        told(&second.remains)
    };
    let message = match &second.failure {
        Some(failure) => {
            let place = failure.statement.map_or_else(
                || "at the runner's own".to_owned(),
                |at| format!("at statement {at}:"),
            );
            format!(
                "a second run fails {place} {}; it leaves {left}",
                failure.message
            )
        }
        None if second.remains.is_nothing() => {
            return second
                .clocked
                .map(|at| by_the_clock(case, at))
                .into_iter()
                .collect();
        }
        None => format!("a second run leaves {left}"),
    };
    vec![Finding::new(Code::NotIdempotent, message).at(place(case, second))]
}

/// A second run at the same moment shows nothing of what another moment does.
fn by_the_clock(case: Case<'_>, at: usize) -> Finding {
    let message = format!(
        "a second run leaves nothing here, where the clock stands still; statement {at} writes \
        rows again, and the time with them"
    );
    Finding {
        severity: Severity::Note,
        ..Finding::new(Code::NotIdempotent, message)
    }
    .at(case.place(at))
}

/// The statement that fails, or the first that wrote what changed again.
fn place(case: Case<'_>, second: &SecondRun) -> Option<super::Place> {
    let failing = second
        .failure
        .as_ref()
        .and_then(|failure| failure.statement);
    failing.or(second.first).and_then(|at| case.place(at))
}

/// `6 rows of `t` updated, table `u` created`
pub(super) fn told(remains: &Remains) -> String {
    let rows = remains.tables.iter().flat_map(|(table, counts)| {
        let ops = Op::ALL.into_iter().filter(|op| counts.of(*op) > 0);
        ops.map(move |op| {
            format!(
                "{} of `{table}` {}",
                super::scope::rows(counts.of(op)),
                super::scope::participle(op)
            )
        })
    });
    let schema = remains.schema.iter().map(|change| {
        format!(
            "{} `{}` {}",
            change.object,
            change.name,
            change.event.word()
        )
    });
    let header = remains
        .header
        .iter()
        .map(|(name, number)| format!("{name} {number} in the header"));
    let unevaluated = remains
        .unevaluated
        .iter()
        .map(|table| format!("table `{table}` in a state that could not be compared"));
    rows.chain(schema)
        .chain(header)
        .chain(unevaluated)
        .collect::<Vec<_>>()
        .join(", ")
}
