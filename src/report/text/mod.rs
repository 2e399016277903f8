//! The terminal report: verdict first, then expected against actual, then the statements, then the
//! findings.
//!
//! Colour repeats what words say; the caller strips it where it is not wanted. Everything untrusted
//! is escaped.

mod checks;
mod findings;
mod page;
mod statements;
mod table;
mod verdict;

pub use page::wrapped;
pub(crate) use page::{BAD, DIM, GOOD, HEAD};

use super::evidence::{Evidence, Migration};
use super::{Detail, Layout, escape, phrases};
use page::Page;
use std::io::{self, Write};
use verdict::{brief, headline, verdict};

/// The indent of what goes on behind the name of a line about the run.
const GOES_ON: &str = "          ";

pub(super) fn render(evidence: &Evidence, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page { out, layout };
    let (verdict, samples) = (verdict(evidence.verdict), evidence.options.samples);
    match (&evidence.migrations[..], layout.detail) {
        ([], detail) => {
            page.line(format_args!("{verdict} — {}", phrases::NO_MIGRATION))?;
            match detail {
                Detail::Verdict => Ok(()),
                Detail::Usual | Detail::All => setting(evidence, page),
            }
        }
        (all, Detail::Verdict) => all.iter().try_for_each(|migration| brief(migration, page)),
        ([only], _) => {
            headline(only, page)?;
            setting(evidence, page)?;
            body(only, samples, page)
        }
        (all, _) => {
            page.line(format_args!("{verdict} — {}", phrases::accepted(all)))?;
            setting(evidence, page)?;
            all.iter().try_for_each(|migration| {
                page.line("")?;
                headline(migration, page)?;
                body(migration, samples, page)
            })
        }
    }
}

/// What was rehearsed on, and how.
fn setting(evidence: &Evidence, page: &mut Page) -> io::Result<()> {
    let mut dimmed = vec![
        format!("snapshot  {}", phrases::snapshot(&evidence.snapshot)),
        format!("engine    {}", phrases::engine(&evidence.engine, ", ")),
    ];
    if !evidence.severities.is_empty() {
        dimmed.push(format!("findings  {}", phrases::severities(evidence)));
    }
    for line in dimmed {
        let line = escape::line(&line);
        page.styled(&format!("{DIM}{line}{DIM:#}"), ["", GOES_ON])?;
    }
    let branch = evidence
        .branch
        .iter()
        .map(|branch| ("branch    ", &branch.shown));
    let warnings = evidence
        .warnings
        .iter()
        .map(|warning| ("warning   ", warning));
    branch
        .chain(warnings)
        .try_for_each(|(name, text)| page.styled(&escape::line(text), [name, GOES_ON]))
}

/// Everything below the verdict.
fn body(migration: &Migration, samples: usize, page: &mut Page) -> io::Result<()> {
    checks::scope(migration, page)?;
    table::render(migration, page)?;
    checks::kept(migration, page)?;
    checks::schema(migration, page)?;
    statements::statements(migration, samples, page)?;
    checks::checklist(migration, page)?;
    findings::findings(migration, page)?;
    findings::suppressed(migration, page)
}
