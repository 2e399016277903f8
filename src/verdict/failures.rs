//! Findings about how the migration ran: failures, open transactions, parameters, previews, tables
//! that could not be read.

mod mismatch;

use super::case::Look;
use super::phrases::{list, rows};
use super::{Case, Code, Finding, Severity};
use crate::rehearse::{self, Outcome};
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
                let mismatch = preview
                    .mismatch
                    .as_ref()
                    .map(|it| mismatch::finding(self, it));
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
