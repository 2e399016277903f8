//! The first line of the terminal report, of a run and of one migration.

use super::page::{BAD, GOOD, HEAD, Page};
use crate::report::evidence::{Evidence, Migration, Severity, Verdict};
use crate::report::{escape, kinds, phrases};
use std::io;

/// The verdict on a run that is not of one migration.
pub(super) fn first_line(evidence: &Evidence, page: &mut Page) -> io::Result<()> {
    let what = match &evidence.migrations[..] {
        [] => phrases::NO_MIGRATION.to_owned(),
        all => phrases::accepted(all),
    };
    page.line(format_args!("{} — {what}", verdict(evidence.verdict)))
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Accepted => format!("{GOOD}ACCEPTED{GOOD:#}"),
        Verdict::Rejected => format!("{BAD}REJECTED{BAD:#}"),
    }
}

/// The verdict on one migration and the first error, on one line.
pub(super) fn brief(migration: &Migration, page: &mut Page) -> io::Result<()> {
    let error = first_error(migration)
        .map(|message| format!(": {}", escape::line(message)))
        .unwrap_or_default();
    page.line(format_args!("{}{error}", concluded(migration)))
}

/// The verdict on one migration and the first error.
pub(super) fn headline(migration: &Migration, page: &mut Page) -> io::Result<()> {
    page.styled(&concluded(migration), ["", "  "])?;
    first_error(migration).map_or(Ok(()), |message| page.text(message, ["  ", "  "]))
}

fn first_error(migration: &Migration) -> Option<&str> {
    let mut errors = kinds::findings_of(migration, Severity::Error);
    errors.next().map(|finding| finding.message.as_str())
}

/// `REJECTED 0036_update_amber_point_metadata — 8 errors`
fn concluded(migration: &Migration) -> String {
    let (verdict, name) = (verdict(migration.verdict), escape::line(&migration.name));
    let result = phrases::result(migration);
    format!("{verdict} {HEAD}{name}{HEAD:#} — {result}")
}
