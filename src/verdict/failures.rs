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
    let found = match &run.error {
        Some(error) => vec![failure(case, run, error)],
        None => unbound(run)
            .into_iter()
            .chain(without_effect(run))
            .chain(not_rehearsed(case, run))
            .chain(of_preview(run))
            .collect(),
    };
    found
        .into_iter()
        .map(|finding| finding.of_statement(case, run.index))
        .collect()
}

fn unbound(run: &StatementRun) -> Option<Finding> {
    let message = statement(run.index)
        + " has the unbound parameter "
        + list(&run.unbound)
        + "; it ran with NULL in its place";
    (!run.unbound.is_empty()).then(|| Finding::new(Code::UnboundParameter, message))
}

fn without_effect(run: &StatementRun) -> Option<Finding> {
    let wanted = run.without_effect?;
    let rest = " did nothing: inside a transaction the setting of foreign keys stays as it is";
    let finding = Finding::new(Code::PragmaWithoutEffect, statement(run.index) + rest);
    // Keys that stay off take nothing along.
    Some(finding.severity(wanted.then_some(Severity::Note)))
}

fn not_rehearsed(case: Case<'_>, run: &StatementRun) -> Option<Finding> {
    let what = rehearse::not_rehearsed(case.sql(run.index))?;
    let lead = " was answered as in production and not carried out: ";
    let message = statement(run.index) + lead + what;
    Some(Finding::new(Code::PragmaNotRehearsed, message))
}

/// What keeps a statement from being run to its end.
fn failure(case: Case<'_>, run: &StatementRun, error: &str) -> Finding {
    let message = engine(error);
    let lacking = lacking(error).filter(|name| !token::mentions(case.sql(run.index), name));
    if let Some(lacking) = lacking {
        // The schema relies on it, rather than the statement's own text.
        let lead = " could not be run here, since this engine has no ";
        let rest = "; what it and the statements behind it do is not known";
        let message = lead + quoted(lacking) + ": " + message + rest;
        return Finding::new(Code::NotEvaluated, statement(run.index) + message);
    }
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
    Finding::new(code, statement(run.index) + what + message + why)
}

fn of_preview(run: &StatementRun) -> Vec<Finding> {
    match &run.preview {
        Some(Err(none)) if none.is_a_gap() => {
            let message = statement(run.index) + " has no preview: " + engine(none.to_string());
            vec![Finding::new(Code::NoPreview, message)]
        }
        Some(Ok(preview)) => preview
            .mismatch
            .map(|it| mismatch(run.index, it))
            .into_iter()
            .chain(several(run.index, preview.several))
            .collect(),
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
