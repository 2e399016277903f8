//! The terminal report: verdict first, then expected against actual, then the statements, then the
//! findings.
//!
//! Colour repeats what words say; the caller strips it where it is not wanted. Everything untrusted
//! is escaped.

mod sections;
mod statements;
mod table;
mod unseen;

use super::page::{BAD, DIM, GOOD, HEAD, Page};
use super::{Detail, escape, kinds, phrases};
use crate::record::{Evidence, Migration, Verdict};

/// The indent of what goes on behind the name of a line about the run.
const GOES_ON: &str = "          ";

pub(super) fn render(evidence: &Evidence, page: &mut Page) {
    let all = &evidence.migrations[..];
    let is_brief = page.layout.detail == Detail::Verdict;
    match all {
        [_, ..] if is_brief => return all.iter().for_each(|each| brief(each, page)),
        [only] => headline(only, page),
        _ => {
            let verdict = verdict(evidence.verdict);
            page.line(format_args!("{verdict} — {}", phrases::accepted(all)));
        }
    }
    if is_brief {
        return;
    }
    setting(evidence, page);
    if let [only] = all {
        return body(only, page);
    }
    for migration in all {
        page.line("");
        headline(migration, page);
        body(migration, page);
    }
}

/// The verdict on one migration and the first error, on one line.
fn brief(migration: &Migration, page: &mut Page) {
    let error = kinds::first_error(migration).map(|message| format!(": {}", escape::line(message)));
    page.line(concluded(migration) + &error.unwrap_or_default());
}

/// The verdict on one migration and the first error.
fn headline(migration: &Migration, page: &mut Page) {
    page.styled(&concluded(migration), ["", "  "]);
    if let Some(message) = kinds::first_error(migration) {
        page.text(message, ["  ", "  "]);
    }
}

/// `REJECTED 0036_update_amber_point_metadata — 8 errors`
fn concluded(migration: &Migration) -> String {
    let (verdict, name) = (verdict(migration.verdict), escape::line(&migration.name));
    let result = phrases::result(migration);
    format!("{verdict} {HEAD}{name}{HEAD:#} — {result}")
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Accepted => format!("{GOOD}ACCEPTED{GOOD:#}"),
        Verdict::Rejected => format!("{BAD}REJECTED{BAD:#}"),
    }
}

/// What was rehearsed on, and how.
fn setting(evidence: &Evidence, page: &mut Page) {
    let dimmed = [
        ("snapshot", phrases::snapshot(&evidence.snapshot)),
        ("engine", phrases::engine(&evidence.engine, ", ")),
        ("findings", phrases::severities(evidence)),
    ];
    for (name, text) in dimmed.iter().filter(|(_, text)| !text.is_empty()) {
        let text = escape::line(text);
        page.styled(&format!("{DIM}{name:<10}{text}{DIM:#}"), ["", GOES_ON]);
    }
    if let Some(none) = phrases::no_tenants(evidence) {
        let none = escape::line(&none);
        page.styled(&format!("{DIM}tenants: {none}{DIM:#}"), ["", GOES_ON]);
    }
    if let Some(branch) = &evidence.branch {
        page.styled(&escape::line(&branch.shown), ["branch    ", GOES_ON]);
    }
    for warning in &evidence.warnings {
        page.styled(&escape::line(warning), ["warning   ", GOES_ON]);
    }
}

/// Everything below the verdict.
fn body(migration: &Migration, page: &mut Page) {
    if let Some(scope) = &migration.scope {
        let place = escape::line(&scope.place());
        page.line(format_args!("{DIM}scope     {place}{DIM:#}"));
    }
    table::render(migration, page);
    sections::kept(migration, page);
    sections::schema(migration, page);
    unseen::rows(migration, page);
    statements::statements(migration, page);
    sections::checklist(migration, page);
    sections::findings(migration, page);
    sections::suppressed(migration, page);
}
