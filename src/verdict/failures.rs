//! Findings about how the migration ran: failures, open transactions, parameters, previews, tables
//! that could not be read.

use super::{Case, Code, Finding, Severity};
use crate::rehearse::{self, Mismatch, Outcome, StatementRun};
use crate::rewrite::NoPreview;
use crate::sql::{lacking, token};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = case
        .rehearsal
        .statements
        .iter()
        .flat_map(|run| of_statement(case, run))
        .collect();
    found.extend(runner_failure(case));
    if case.rehearsal.left_open {
        let last = case
            .migration
            .statements
            .last()
            .and_then(|s| case.place(s.index));
        found.push(
            Finding::new(
                Code::TransactionLeftOpen,
                "the file ends inside a transaction: the runner's disconnect rolls all of it back"
                    .to_owned(),
            )
            .at(last),
        );
    }
    for (table, reason) in &case.diff.unevaluated {
        found.push(
            Finding::new(
                Code::NotEvaluated,
                format!("table `{table}` could not be evaluated: {reason}"),
            )
            .on(table),
        );
    }
    found
}

/// A failure that no statement shows: the runner's own BEGIN, COMMIT or ROLLBACK.
fn runner_failure(case: Case<'_>) -> Option<Finding> {
    if case.rehearsal.outcome == Outcome::Applied
        || case
            .rehearsal
            .statements
            .iter()
            .any(|run| run.error.is_some())
    {
        return None;
    }
    let message = case
        .rehearsal
        .failure
        .as_ref()
        .map_or("without a message", |f| &f.message);
    Some(Finding::new(
        Code::MigrationFailed,
        format!("the runner fails at its own {message}"),
    ))
}

fn of_statement(case: Case<'_>, run: &StatementRun) -> Vec<Finding> {
    let place = case.place(run.index);
    let table = case.migration.statements[run.index - 1].table.as_deref();
    let on_table = |finding: Finding| table.map_or(finding.clone(), |t| finding.on(t)).at(place);
    let mut found = Vec::new();
    if let Some(error) = &run.error {
        let message = case.hidden.message(error);
        if let Some(name) = missing(case, run, error) {
            let name = case.hidden.name(name);
            let text = format!(
                "statement {} could not be run here, since this engine has no `{name}`: \
                {message}; what it and the statements behind it do is not known",
                run.index
            );
            found.push(on_table(Finding::new(Code::NotEvaluated, text)));
            return found;
        }
        let (code, what) = match run.outcome {
            Outcome::Refused => (
                Code::StatementRefused,
                "is refused, as it would reach outside the clone or behind its journal",
            ),
            Outcome::TimedOut => (Code::TimedOut, "was interrupted"),
            _ => (Code::MigrationFailed, "fails"),
        };
        let why = match &run.preview {
            Some(Err(none @ NoPreview::Unsupported(_))) => format!(" ({none})"),
            _ => String::new(),
        };
        found.push(on_table(Finding::new(
            code,
            format!("statement {} {what}: {message}{why}", run.index),
        )));
        return found;
    }
    if !run.unbound.is_empty() {
        let message = format!(
            "statement {} has the unbound parameter {}; it ran with NULL in its place",
            run.index,
            run.unbound.join(", ")
        );
        found.push(on_table(Finding::new(Code::UnboundParameter, message)));
    }
    if let Some(wanted) = run.without_effect {
        let message = format!(
            "statement {} did nothing: inside a transaction the setting of foreign keys stays \
            as it is",
            run.index
        );
        let mut finding = Finding::new(Code::PragmaWithoutEffect, message).at(place);
        // Keys that stay off take nothing along.
        if wanted {
            finding.severity = Severity::Note;
        }
        found.push(finding);
    }
    if let Some(what) = rehearse::not_rehearsed(
        case.migration
            .sql(&case.migration.statements[run.index - 1]),
    ) {
        let message = format!(
            "statement {} was answered as in production and not carried out: {what}",
            run.index
        );
        found.push(Finding::new(Code::PragmaNotRehearsed, message).at(place));
    }
    match &run.preview {
        Some(Err(none)) if none.is_a_gap() => {
            found.push(on_table(Finding::new(
                Code::NoPreview,
                format!("statement {} has no preview: {none}", run.index),
            )));
        }
        Some(Ok(preview)) => {
            found.extend(preview.mismatch.map(|m| on_table(mismatch(run.index, m))));
            if preview.several > 0 {
                let mut finding = on_table(Finding::new(
                    Code::AmbiguousUpdateFrom,
                    several(run.index, preview.several),
                ));
                finding.rows = Some(preview.several);
                found.push(finding);
            }
        }
        _ => {}
    }
    found
}

/// What the engine lacks that the schema relies on, rather than the statement's own text.
fn missing<'m>(case: Case<'_>, run: &StatementRun, message: &'m str) -> Option<&'m str> {
    let sql = case
        .migration
        .sql(case.migration.statements.get(run.index - 1)?);
    lacking(message).filter(|name| !token::mentions(sql, name))
}

fn several(statement: usize, rows: u64) -> String {
    let (rows, match_) = if rows == 1 {
        ("1 row".to_owned(), "matches")
    } else {
        (format!("{rows} rows"), "match")
    };
    format!(
        "statement {statement}: {rows} {match_} several rows of its FROM clause that give \
        other values; one of them is taken, and which is arbitrary"
    )
}

fn mismatch(statement: usize, mismatch: Mismatch) -> Finding {
    let Mismatch {
        unwritten,
        unforeseen,
        reason,
    } = mismatch;
    let part = |n: u64, what: &str, not: &str| {
        let (rows, were) = if n == 1 {
            ("row", "was")
        } else {
            ("rows", "were")
        };
        (n > 0).then(|| format!("{n} {what} {rows} {were} not {not}"))
    };
    let parts = [
        part(unwritten, "previewed", "written"),
        part(unforeseen, "written", "previewed"),
    ];
    let rows = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let because = reason.map(|r| format!(" ({r})")).unwrap_or_default();
    let mut finding = Finding::new(
        Code::PreviewMismatch,
        format!("statement {statement}: {rows}{because}"),
    );
    finding.rows = Some(unwritten + unforeseen);
    if reason.is_some() {
        finding.severity = Severity::Note;
    }
    finding
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
            found(None).message,
            "statement 3: 1 previewed row was not written, 2 written rows were not previewed"
        );
        assert_eq!(found(Some("a trigger")).severity, Severity::Note);
        assert_eq!(found(Some("a trigger")).rows, Some(3));
    }
}
