//! The findings in the Markdown report: the first of a kind in full, the others folded behind it;
//! and what comments suppress.

use super::MORE;
use super::detail::{Detail, Part};
use super::escape::fence;
use super::migration::section;
use crate::report::evidence::{Finding, Migration, Severity, Suppressed};
use crate::report::{excerpt, phrases};

/// Columns that an excerpt may take.
const WIDTH: usize = 120;

/// The findings of a migration, worst first.
pub(super) fn findings(migration: &Migration, detail: &Detail) -> String {
    let kinds = migration
        .findings
        .chunk_by(|a, b| (&a.code, a.severity) == (&b.code, b.severity));
    let kind = |alike: &[Finding]| of_kind(migration, alike, detail);
    section("Findings", &detail.list(kinds, kind, ["", " kinds\n\n"]))
}

/// Findings of one kind: the first, and the others folded.
fn of_kind(migration: &Migration, alike: &[Finding], detail: &Detail) -> String {
    let shown = |at: usize| {
        let help = phrases::help(alike, at)
            .map(|help| format!("→ {}\n\n", detail.prose(help)))
            .unwrap_or_default();
        described(migration, &alike[at], detail) + &help
    };
    let shown = detail.list(0..alike.len(), shown, ["", "\n\n"]);
    match &shown[..] {
        [first, others @ ..] if !others.is_empty() => {
            let (left, others) = (phrases::more_alike(alike.len() - 1), others.concat());
            format!("{first}<details>\n<summary>{left}</summary>\n\n{others}</details>\n\n")
        }
        only => only.concat(),
    }
}

/// A finding with its place and the lines there.
fn described(migration: &Migration, finding: &Finding, detail: &Detail) -> String {
    let (sign, word) = (severity(finding.severity), finding.severity.word());
    let code = detail.code(&finding.code);
    let place = finding
        .line
        .zip(finding.column)
        .map(|(line, column)| at(migration, line, column, detail))
        .unwrap_or_default();
    let message = detail.cut(&finding.message);
    let (sentence, rest) = message.split_once('\n').unwrap_or((&message, ""));
    let sentence = detail.prose(sentence);
    let rest = match rest.trim_end() {
        "" => String::new(),
        rest => format!("{}\n", fence(rest)),
    };
    let lines = lines(finding, detail);
    format!("{sign} **{word}** {code}{place}: {sentence}\n\n{rest}{lines}")
}

/// The lines that a finding points at.
fn lines(finding: &Finding, detail: &Detail) -> String {
    let excerpt = finding.excerpt.as_ref().zip(finding.line);
    let Some((excerpt, line)) = excerpt.filter(|_| detail.shows(Part::Excerpts)) else {
        return String::new();
    };
    let styled = excerpt::render(excerpt, line, WIDTH);
    let lines = anstream::adapter::strip_str(&styled).to_string();
    // The first line is an empty one.
    let lines = lines.split_once('\n').map_or(&*lines, |(_, rest)| rest);
    format!("{}\n", fence(lines))
}

/// ` at migrations/0036.sql:12:9`
fn at(migration: &Migration, line: usize, column: usize, detail: &Detail) -> String {
    let place = phrases::place(&detail.cut(&migration.path), line, column);
    format!(" at {}", super::escape::code(&place))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

/// What comments in the migration suppress.
pub(super) fn suppressed(migration: &Migration, detail: &Detail) -> String {
    let each = |suppressed: &Suppressed| {
        let code = detail.code(&suppressed.code);
        let place = at(migration, suppressed.line, suppressed.column, detail);
        let (until, reason) = (
            detail.prose(&suppressed.until),
            detail.prose(&suppressed.reason),
        );
        let finding = |finding: String| format!("- {}\n", detail.prose(&finding));
        let findings = detail
            .list(phrases::suppressed(suppressed), finding, MORE)
            .concat();
        format!("{code}{place} until {until}, because {reason}\n{findings}\n")
    };
    section(
        "Suppressed",
        &detail.list(&migration.suppressed, each, ["", "\n"]),
    )
}
