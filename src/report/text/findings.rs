//! The findings in the terminal report, each with the lines it points at, and what comments suppress.

use crate::record::{Finding, Migration, Severity};
use crate::report::page::{BAD, HEAD, Page, WARN};
use crate::report::{escape, excerpt, phrases};
use std::io;

/// Columns of lines that a finding points at, where there is no terminal.
const PIPED: usize = 120;

/// The findings, worst first.
pub(super) fn findings(migration: &Migration, page: &mut Page) -> io::Result<()> {
    if !migration.findings.is_empty() {
        page.heading("Findings")?;
    }
    for (at, finding) in migration.findings.iter().enumerate() {
        page.styled(&head(migration, finding), ["  ", "    "])?;
        page.text(&finding.message, ["    ", "    "])?;
        excerpt(finding, page)?;
        if let Some(help) = phrases::help(&migration.findings, at) {
            page.text(help, ["    → ", "      "])?;
        }
    }
    Ok(())
}

/// `error[out-of-scope] migrations/0036.sql:12:9`
fn head(migration: &Migration, finding: &Finding) -> String {
    let style = match finding.severity {
        Severity::Error => BAD,
        Severity::Warning => WARN,
        Severity::Note => HEAD,
    };
    let (word, code) = (finding.severity.word(), escape::line(&finding.code));
    let place = phrases::finding_place(migration, finding)
        .map(|place| format!(" {}", escape::line(&place)))
        .unwrap_or_default();
    format!("{style}{word}[{code}]{style:#}{place}")
}

fn excerpt(finding: &Finding, page: &mut Page) -> io::Result<()> {
    let Some((excerpt, line)) = finding.excerpt.as_ref().zip(finding.line) else {
        return Ok(());
    };
    let width = page.layout.width.unwrap_or(PIPED).saturating_sub(4).max(36);
    let lines = excerpt::render(excerpt, line, width);
    lines
        .lines()
        .try_for_each(|line| page.line(format_args!("    {line}")))
}

/// What comments in the migration suppress, in full.
pub(super) fn suppressed(migration: &Migration, page: &mut Page) -> io::Result<()> {
    if !migration.suppressed.is_empty() {
        page.heading("Suppressed")?;
    }
    for suppressed in &migration.suppressed {
        let place = phrases::place(&migration.path, suppressed.line, suppressed.column);
        let head = format!("{} until {} {place}", suppressed.code, suppressed.until);
        page.styled(&escape::line(&head), ["  ", "    "])?;
        page.text(&format!("because {}", suppressed.reason), ["    ", "    "])?;
        for finding in phrases::suppressed(suppressed) {
            page.text(&finding, ["    - ", "      "])?;
        }
    }
    Ok(())
}
