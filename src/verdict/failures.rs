//! Findings about how the migration ran: failures, open transactions, parameters, previews, tables
//! that could not be read.

use super::case::Look;
use super::phrases::{list, rows, was};
use super::{Case, Code, Finding, Severity};
use crate::rehearse::{self, Mismatch, Outcome};
use crate::rewrite::NoPreview;
use crate::sentence::{Sentence, engine, name, quoted};
use crate::sql::{lacking, token};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let rehearsal = case.rehearsal;
    let mut found: Vec<Finding> = case.runs().flat_map(Look::of_run).collect();
    found.extend(runner_failure(case));
    if rehearsal.left_open {
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
    if rehearsal.outcome == Outcome::Applied || case.runs().any(|look| look.run.error.is_some()) {
        return None;
    }
    let failure = rehearsal.failure.as_ref();
    let message = failure.map_or("without a message", |failure| &failure.message);
    let message = "the runner fails at its own " + engine(message);
    Some(Finding::new(Code::MigrationFailed, message))
}

impl Look<'_> {
    /// Findings about how the statement ran.
    fn of_run(self) -> Vec<Finding> {
        match &self.run.error {
            Some(error) => vec![self.failure(error)],
            None => [self.unbound(), self.without_effect(), self.not_rehearsed()]
                .into_iter()
                .flatten()
                .chain(self.of_preview())
                .collect(),
        }
    }

    fn unbound(self) -> Option<Finding> {
        let unbound = &self.run.unbound;
        let message = self.named()
            + " has the unbound parameter "
            + list(unbound)
            + "; it ran with NULL in its place";
        (!unbound.is_empty()).then(|| self.finding(Code::UnboundParameter, message))
    }

    fn without_effect(self) -> Option<Finding> {
        let wanted = self.run.without_effect?;
        let rest = " did nothing: inside a transaction the setting of foreign keys stays as it is";
        let finding = self.finding(Code::PragmaWithoutEffect, self.named() + rest);
        // Keys that stay off take nothing along.
        Some(finding.severity(wanted.then_some(Severity::Note)))
    }

    fn not_rehearsed(self) -> Option<Finding> {
        let what = rehearse::not_rehearsed(self.sql())?;
        let lead = " was answered as in production and not carried out: ";
        Some(self.finding(Code::PragmaNotRehearsed, self.named() + lead + what))
    }

    /// What keeps a statement from being run to its end.
    fn failure(self, error: &str) -> Finding {
        let message = engine(error);
        let lacking = lacking(error).filter(|name| !token::mentions(self.sql(), name));
        if let Some(lacking) = lacking {
            // The schema relies on it, rather than the statement's own text.
            let lead = " could not be run here, since this engine has no ";
            let rest = "; what it and the statements behind it do is not known";
            let message = lead + quoted(lacking) + ": " + message + rest;
            return self.finding(Code::NotEvaluated, self.named() + message);
        }
        let (code, what) = match self.run.outcome {
            Outcome::Refused => (
                Code::StatementRefused,
                " is refused, as it would reach outside the clone or behind its journal: ",
            ),
            Outcome::TimedOut => (Code::TimedOut, " was interrupted: "),
            _ => (Code::MigrationFailed, " fails: "),
        };
        let why = match &self.run.preview {
            Some(Err(none @ NoPreview::Unsupported(_))) => " (" + engine(none.to_string()) + ")",
            _ => Sentence::default(),
        };
        let finding = self.finding(code, self.named() + what + message + why);
        match self.remedy(error).filter(|_| code == Code::MigrationFailed) {
            Some(help) => finding.help(help),
            None => finding,
        }
    }

    /// What helps where correcting the statement would not.
    fn remedy(self, error: &str) -> Option<Sentence> {
        if let Some(lacking) = lacking(error) {
            let name = quoted(lacking);
            let rest = " is misspelt, or the application or an extension brings it, and the SQLite \
                in harness has none: what the statement does cannot be rehearsed here; write it \
                with SQLite's own functions, or let the application do that part";
            return Some(name + rest);
        }
        let is_hollow = self.case.facts.snapshot.lacks_wal && error.starts_with("no such table");
        is_hollow.then(|| {
            "nothing is in the snapshot's file, whose header says that it is written to through a \
            WAL: copy the `-wal` file that was beside it as well, or close the database, or \
            take the copy with `.backup` or VACUUM INTO"
                .into()
        })
    }

    fn of_preview(self) -> Vec<Finding> {
        match &self.run.preview {
            Some(Err(none)) if none.is_a_gap() => {
                let message = self.named() + " has no preview: " + engine(none.to_string());
                vec![self.finding(Code::NoPreview, message)]
            }
            Some(Ok(preview)) => {
                let mismatch = |it| mismatch(self.named(), it).of_statement(self);
                let mismatch = preview.mismatch.map(mismatch);
                let several = self.several(preview.several);
                mismatch.into_iter().chain(several).collect()
            }
            _ => Vec::new(),
        }
    }

    fn several(self, n: u64) -> Option<Finding> {
        let verb = if n == 1 { " matches" } else { " match" };
        let message = self.named()
            + ": "
            + rows(n)
            + verb
            + " several rows of its FROM clause that give other values; one of them is taken, and \
              which is arbitrary";
        (n > 0).then(|| self.finding(Code::AmbiguousUpdateFrom, message).rows(n))
    }
}

fn mismatch(statement: Sentence, mismatch: Mismatch) -> Finding {
    let Mismatch {
        unwritten,
        unforeseen,
        reason,
        ..
    } = mismatch;
    if let Some(reason) = reason.filter(|_| mismatch.is_incomparable) {
        let what = match unwritten {
            1 => "the row that its preview returned",
            _ => "the rows that its preview returned",
        };
        let message = statement + ": " + what + " cannot be held against those that it wrote: ";
        let help = "nothing, if the changes shown are the ones you meant: they come from comparing \
            the states before and after";
        return Finding::new(Code::PreviewMismatch, message + reason)
            .rows(unwritten)
            .severity(Severity::Note)
            .help(help);
    }
    let part = |n: u64, what: &str, not: &str| {
        let rows = if n == 1 { "row" } else { "rows" };
        (n > 0).then(|| Sentence::from(format!("{n} {what} {rows} {} not {not}", was(n))))
    };
    let parts = [
        part(unwritten, "previewed", "written"),
        part(unforeseen, "written", "previewed"),
    ];
    let mut message = statement + ": " + Sentence::join(parts.into_iter().flatten(), ", ");
    if let Some(reason) = reason {
        message = message + " (" + reason + ")";
    }
    Finding::new(Code::PreviewMismatch, message)
        .rows(unwritten + unforeseen)
        .severity(reason.map(|_| Severity::Note))
}

#[cfg(test)]
mod tests {
    use super::super::phrases::statement;
    use super::*;

    #[test]
    fn a_difference_without_a_reason_is_an_error_and_with_one_a_note() {
        let found = |reason| {
            mismatch(
                statement(3),
                Mismatch {
                    unwritten: 1,
                    unforeseen: 2,
                    is_incomparable: false,
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
