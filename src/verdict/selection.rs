//! Findings about which migrations run: one that is applied already, one behind a failure, and what
//! is said to be applied and fits no file.

use super::finding::Place;
use super::phrases::few;
use super::{Case, Code, Finding, Severity, Verdict, checklist};
use crate::migration::{FileChange, Migration};
use crate::sentence::{self, Cell, Origin, name};
use crate::sql::Value;

/// What is said to be applied and fits no file. Where nothing fits, what is applied is not known:
/// all of the folder was rehearsed, as if nothing were.
pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let Some(strangers) = &case.facts.strangers else {
        return Vec::new();
    };
    let shown = |(rank, text): (usize, &String)| {
        let value = Value::text(text);
        let shown = value.shown();
        let cell = Cell {
            value,
            of: Origin::Query(strangers.query.clone()),
            around: [""; 2],
            rank,
        };
        sentence::cell(cell, shown)
    };
    let names = few(strangers.names.iter().enumerate().map(shown), ", ");
    let (first, severity) = if strangers.is_all {
        let first = "`[migrations] applied` gives no name of a file here, so that every migration was \
            taken for pending: ";
        (first, Severity::Error)
    } else {
        let first = "`[migrations] applied` gives names that no file here has: ";
        (first, Severity::Note)
    };
    let example = strangers.file.iter().filter(|_| strangers.is_all);
    let example = example.map(|file| ", where the first file is " + name(file));
    let message = example.fold(first + names, |message, example| message + example);
    vec![Finding::new(Code::AppliedWithoutFile, message).severity(severity)]
}

impl Verdict {
    /// Of a migration that was not run: the finding says why, `would_show` what would answer the
    /// checklist.
    fn unrun(finding: Finding, why: &str, would_show: &str) -> Self {
        Self {
            findings: vec![finding],
            suppressed: Vec::new(),
            checklist: checklist::not_run(why, would_show),
        }
    }
}

/// The verdict on a migration that was not run because one before it failed.
pub(crate) fn not_run() -> Verdict {
    let why = "a migration before it did not run through";
    let message = format!("{why}, so this one was not run");
    let finding = Finding::new(Code::MigrationNotRun, message);
    let would_show = "correct that one, then rehearse all of them again";
    Verdict::unrun(finding, why, would_show)
}

/// The verdict on a migration that is applied in the snapshot, and that a branch adds, renames or
/// edits; none if only its comments and white space differ.
pub(crate) fn already_applied(migration: &Migration, change: &FileChange) -> Option<Verdict> {
    let (how, statement) = match change {
        FileChange::Edited(Some(before)) => ("edits it", migration.first_edited(before)?),
        FileChange::Edited(None) => ("edits it", 1),
        _ => ("adds a file of that name", 1),
    };
    let message = name(&migration.name)
        + " is applied in the snapshot already, and the branch "
        + how
        + ": what it does now was not rehearsed";
    let finding =
        Finding::new(Code::AlreadyApplied, message).at(Place::of_statement(migration, statement));
    let why = "it is applied in the snapshot already";
    Some(Verdict::unrun(
        finding,
        why,
        "a snapshot from before it was applied",
    ))
}
