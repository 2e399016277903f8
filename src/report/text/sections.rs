//! What the terminal report says of one migration besides its tables and statements: what must be kept,
//! the schema, the checklist, the findings, and what comments suppress.

use crate::record::{Finding, Mark, Migration, Severity, Status};
use crate::report::page::{BAD, DIM, GOOD, HEAD, Page, WARN};
use crate::report::{escape, excerpt, phrases};

/// Columns of lines that a finding points at, where there is no terminal.
const PIPED: usize = 120;

/// What must be kept, line by line.
pub(super) fn kept(migration: &Migration, page: &mut Page) {
    let conditions = phrases::conditions(migration);
    if !conditions.is_empty() {
        page.heading("To be kept");
    }
    for condition in conditions {
        let (style, mark) = match condition.mark {
            Mark::Ok => (GOOD, "ok"),
            Mark::Wrong | Mark::Outside => (BAD, "WRONG"),
            Mark::Unjudged => (DIM, phrases::NOT_JUDGED),
        };
        let line = format!("{}: {}", condition.title(), condition.shown);
        page.sentence(&line, [&format!("  {style}{mark}{style:#}  "), "      "]);
    }
}

/// The objects of the schema that are not what they were.
pub(super) fn schema(migration: &Migration, page: &mut Page) {
    if !migration.schema.is_empty() {
        page.heading("Schema");
    }
    for change in &migration.schema {
        let line = phrases::schema_change(change, &change.object, str::to_owned);
        page.styled(&escape::line(&line), ["  ", "    "]);
    }
}

/// The items, each with what answers it.
pub(super) fn checklist(migration: &Migration, page: &mut Page) {
    page.heading("Checklist");
    let rest = page.hanging(17);
    for (title, item) in phrases::checklist(migration) {
        let style = match item.status {
            Status::Pass => GOOD,
            Status::Fail => BAD,
            Status::NotEvaluated => WARN,
        };
        let status = phrases::status(item.status);
        let first = format!("  {style}{status:<14}{style:#} ");
        let text = format!("{title}: {}", phrases::answer(item));
        page.text(&text, [&first, &rest]);
    }
}

/// The findings, worst first.
pub(super) fn findings(migration: &Migration, page: &mut Page) {
    if !migration.findings.is_empty() {
        page.heading("Findings");
    }
    for (at, finding) in migration.findings.iter().enumerate() {
        page.styled(&head(migration, finding), ["  ", "    "]);
        page.text(&finding.message, ["    ", "    "]);
        if let Some((excerpt, line)) = finding.excerpt.as_ref().zip(finding.line) {
            let width = page.layout.width.unwrap_or(PIPED).saturating_sub(4).max(36);
            for line in excerpt::render(excerpt, line, width).lines() {
                page.line(format_args!("    {line}"));
            }
        }
        if let Some(help) = phrases::help(&migration.findings, at) {
            page.text(help, ["    → ", "      "]);
        }
    }
}

/// `error[out-of-scope] migrations/0036.sql:12:9`
fn head(migration: &Migration, finding: &Finding) -> String {
    let style = match finding.severity {
        Severity::Error => BAD,
        Severity::Warning => WARN,
        Severity::Note => HEAD,
    };
    let (word, code) = (finding.severity.word(), escape::line(&finding.code));
    let place = phrases::finding_place(migration, finding);
    let place = place.map(|place| format!(" {}", escape::line(&place)));
    format!(
        "{style}{word}[{code}]{style:#}{}",
        place.unwrap_or_default()
    )
}

/// What comments in the migration suppress, in full.
pub(super) fn suppressed(migration: &Migration, page: &mut Page) {
    if !migration.suppressed.is_empty() {
        page.heading("Suppressed");
    }
    for suppressed in &migration.suppressed {
        let place = phrases::place(&migration.path, suppressed.line, suppressed.column);
        let head = format!("{} until {} {place}", suppressed.code, suppressed.until);
        page.styled(&escape::line(&head), ["  ", "    "]);
        page.text(&format!("because {}", suppressed.reason), ["    ", "    "]);
        for finding in phrases::suppressed(suppressed) {
            page.text(&finding, ["    - ", "      "]);
        }
    }
}
