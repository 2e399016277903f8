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
use verdict::{brief, first_line, headline};

/// The indent of what goes on behind the name of a line about the run.
const GOES_ON: &str = "          ";

pub(super) fn render(evidence: &Evidence, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page { out, layout };
    let (all, samples) = (&evidence.migrations[..], evidence.options.samples);
    let is_brief = layout.detail == Detail::Verdict;
    match all {
        [_, ..] if is_brief => return all.iter().try_for_each(|each| brief(each, page)),
        [only] => headline(only, page)?,
        _ => first_line(evidence, page)?,
    }
    if is_brief {
        return Ok(());
    }
    setting(evidence, page)?;
    if let [only] = all {
        return body(only, samples, page);
    }
    all.iter().try_for_each(|migration| {
        page.line("")?;
        headline(migration, page)?;
        body(migration, samples, page)
    })
}

/// What was rehearsed on, and how.
fn setting(evidence: &Evidence, page: &mut Page) -> io::Result<()> {
    let dimmed = [
        ("snapshot", phrases::snapshot(&evidence.snapshot)),
        ("engine", phrases::engine(&evidence.engine, ", ")),
        ("findings", phrases::severities(evidence)),
    ];
    for (name, text) in dimmed.iter().filter(|(_, text)| !text.is_empty()) {
        let text = escape::line(text);
        page.styled(&format!("{DIM}{name:<10}{text}{DIM:#}"), ["", GOES_ON])?;
    }
    let branch = evidence.branch.iter();
    let branch = branch.map(|branch| ("branch    ", &branch.shown));
    let warnings = evidence.warnings.iter();
    let mut all = branch.chain(warnings.map(|warning| ("warning   ", warning)));
    all.try_for_each(|(name, text)| page.styled(&escape::line(text), [name, GOES_ON]))
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
