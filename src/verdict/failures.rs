//! Findings about how the migration ran: failures, open transactions, parameters, previews, tables
//! that could not be read.

use super::phrases::{list, rows, statement, was};
use super::{Case, Code, Finding, Severity};
use crate::rehearse::{self, Mismatch, Outcome, StatementRun};
use crate::rewrite::NoPreview;
use crate::sentence::{Sentence, engine, name, quoted};
use crate::sql::{lacking, token};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let runs = &case.rehearsal.statements;
    let mut found: Vec<Finding> = runs
        .iter()
        .flat_map(|run| of_statement(case, run))
        .collect();
    found.extend(runner_failure(case));
    if case.rehearsal.left_open {
        let message =
            "the file ends inside a transaction: the runner's disconnect rolls all of it back";
        let last = case.place(case.migration.statements.len());
        found.push(Finding::new(Code::TransactionLeftOpen, message).at(last));
    }
    let unevaluated = case.diff.unevaluated.iter().map(|(table, reason)| {
        let message = "table " + name(table) + " could not be evaluated: " + engine(reason);
        Finding::new(Code::NotEvaluated, message).on(table)
    });
    found.extend(unevaluated);
    found
}

/// A failure of the runner's own BEGIN, COMMIT or ROLLBACK, which no statement shows.
fn runner_failure(case: Case<'_>) -> Option<Finding> {
    let rehearsal = case.rehearsal;
    if rehearsal.outcome == Outcome::Applied
        || rehearsal.statements.iter().any(|r| r.error.is_some())
    {
        return None;
    }
    let failure = rehearsal.failure.as_ref();
    let message = failure.map_or("without a message", |failure| &failure.message);
    let message = "the runner fails at its own " + engine(message);
    Some(Finding::new(Code::MigrationFailed, message))
}

fn of_statement(case: Case<'_>, run: &StatementRun) -> Vec<Finding> {
    if let Some(error) = &run.error {
        return vec![failure(case, run, error)];
    }
    let place = case.place(run.index);
    let mut found = Vec::new();
    if !run.unbound.is_empty() {
        let message = statement(run.index)
            + " has the unbound parameter "
            + list(&run.unbound)
            + "; it ran with NULL in its place";
        let finding = Finding::new(Code::UnboundParameter, message);
        found.push(finding.of_statement(case, run.index));
    }
    if let Some(wanted) = run.without_effect {
        let message = statement(run.index)
            + " did nothing: inside a transaction the setting of foreign keys stays as it is";
        // Keys that stay off take nothing along.
        let finding = Finding::new(Code::PragmaWithoutEffect, message)
            .severity(wanted.then_some(Severity::Note));
        found.push(finding.at(place));
    }
    if let Some(what) = rehearse::not_rehearsed(case.sql(run.index)) {
        let message =
            statement(run.index) + " was answered as in production and not carried out: " + what;
        found.push(Finding::new(Code::PragmaNotRehearsed, message).at(place));
    }
    let of_preview = of_preview(run).into_iter();
    found.extend(of_preview.map(|finding| finding.of_statement(case, run.index)));
    found
}

/// What keeps a statement from being run to its end.
fn failure(case: Case<'_>, run: &StatementRun, error: &str) -> Finding {
    let message = engine(error);
    let lacking = lacking(error).filter(|name| !token::mentions(case.sql(run.index), name));
    let (code, message) = if let Some(lacking) = lacking {
        // The schema relies on it, rather than the statement's own text.
        let message = " could not be run here, since this engine has no "
            + quoted(lacking)
            + ": "
            + message
            + "; what it and the statements behind it do is not known";
        (Code::NotEvaluated, message)
    } else {
        let (code, what) = match run.outcome {
            Outcome::Refused => (
                Code::StatementRefused,
                " is refused, as it would reach outside the clone or behind its journal: ",
            ),
            Outcome::TimedOut => (Code::TimedOut, " was interrupted: "),
            _ => (Code::MigrationFailed, " fails: "),
        };
        let why = match &run.preview {
            Some(Err(none @ NoPreview::Unsupported(_))) => " (" + engine(none.to_string()) + ")",
            _ => Sentence::default(),
        };
        (code, what + message + why)
    };
    Finding::new(code, statement(run.index) + message).of_statement(case, run.index)
}

fn of_preview(run: &StatementRun) -> Vec<Finding> {
    match &run.preview {
        Some(Err(none)) if none.is_a_gap() => {
            let message = statement(run.index) + " has no preview: " + engine(none.to_string());
            vec![Finding::new(Code::NoPreview, message)]
        }
        Some(Ok(preview)) => {
            let mismatch = preview.mismatch.map(|it| mismatch(run.index, it));
            mismatch
                .into_iter()
                .chain(several(run.index, preview.several))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn several(at: usize, n: u64) -> Option<Finding> {
    let verb = if n == 1 { " matches" } else { " match" };
    let message = statement(at)
        + ": "
        + rows(n)
        + verb
        + " several rows of its FROM clause that give other values; one of them is taken, and \
          which is arbitrary";
    (n > 0).then(|| Finding::new(Code::AmbiguousUpdateFrom, message).rows(n))
}

fn mismatch(at: usize, mismatch: Mismatch) -> Finding {
    let Mismatch {
        unwritten,
        unforeseen,
        reason,
    } = mismatch;
    let part = |n: u64, what: &str, not: &str| {
        let rows = if n == 1 { "row" } else { "rows" };
        (n > 0).then(|| Sentence::from(format!("{n} {what} {rows} {} not {not}", was(n))))
    };
    let parts = [
        part(unwritten, "previewed", "written"),
        part(unforeseen, "written", "previewed"),
    ];
    let mut message = statement(at) + ": " + Sentence::join(parts.into_iter().flatten(), ", ");
    if let Some(reason) = reason {
        message = message + " (" + reason + ")";
    }
    Finding::new(Code::PreviewMismatch, message)
        .rows(unwritten + unforeseen)
        .severity(reason.map(|_| Severity::Note))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_without_a_reason_is_an_error_and_with_one_a_note() {
        let found = |reason| {
            mismatch(
                3,
                Mismatch {
                    unwritten: 1,
                    unforeseen: 2,
                    reason,
                },
            )
        };
        assert_eq!(found(None).severity, Severity::Error);
        assert_eq!(
            found(None).message.to_string(),
            "statement 3: 1 previewed row was not written, 2 written rows were not previewed"
        );
        assert_eq!(found(Some("a trigger")).severity, Severity::Note);
        assert_eq!(found(Some("a trigger")).rows, Some(3));
    }
}
