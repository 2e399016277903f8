//! The findings in the Markdown report: the first of a kind in full, the others folded behind it;
//! and what comments suppress.

use super::MORE;
use super::detail::Part;
use super::escape::{code, fence};
use super::migration::{Body, section};
use crate::record::{Finding, Severity, Suppressed};
use crate::report::{excerpt, phrases};

/// Columns that an excerpt may take.
const WIDTH: usize = 120;

impl Body<'_> {
    /// The findings of a migration, worst first.
    pub(super) fn findings(self) -> String {
        let findings = &self.migration.findings;
        let kinds = findings.chunk_by(|a, b| (&a.code, a.severity) == (&b.code, b.severity));
        let kind = |alike| self.of_kind(alike);
        section(
            "Findings",
            &self.detail.list(kinds, kind, ["", " kinds\n\n"]),
        )
    }

    /// Findings of one kind: the first, and the others folded.
    fn of_kind(self, alike: &[Finding]) -> String {
        let shown = |at: usize| {
            let help = phrases::help(alike, at).map(|help| self.detail.prose(help));
            let help = help.map(|help| format!("→ {help}\n\n"));
            self.finding(&alike[at]) + &help.unwrap_or_default()
        };
        let shown = self.detail.list(0..alike.len(), shown, ["", "\n\n"]);
        match &shown[..] {
            [first, others @ ..] if !others.is_empty() => {
                let (left, others) = (phrases::more_alike(alike.len() - 1), others.concat());
                format!("{first}<details>\n<summary>{left}</summary>\n\n{others}</details>\n\n")
            }
            only => only.concat(),
        }
    }

    /// A finding with its place and the lines there.
    fn finding(self, finding: &Finding) -> String {
        let sign = match finding.severity {
            Severity::Error => "❌",
            Severity::Warning => "⚠️",
            Severity::Note => "ℹ️",
        };
        let (word, code) = (finding.severity.word(), self.detail.code(&finding.code));
        let place = finding.line.zip(finding.column);
        let place = place.map(|(line, column)| self.at(line, column));
        let place = place.unwrap_or_default();
        let message = self.detail.cut(&finding.message);
        let (sentence, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let sentence = self.detail.prose(sentence);
        let rest = match rest.trim_end() {
            "" => String::new(),
            rest => format!("{}\n", fence(rest)),
        };
        let lines = self.lines(finding);
        format!("{sign} **{word}** {code}{place}: {sentence}\n\n{rest}{lines}")
    }

    /// The lines that a finding points at.
    fn lines(self, finding: &Finding) -> String {
        let excerpt = finding.excerpt.as_ref().zip(finding.line);
        let Some((excerpt, line)) = excerpt.filter(|_| self.detail.shows(Part::Excerpts)) else {
            return String::new();
        };
        let styled = excerpt::render(excerpt, line, WIDTH);
        let lines = anstream::adapter::strip_str(&styled).to_string();
        // The first line is an empty one.
        let lines = lines.split_once('\n').map_or(&*lines, |(_, rest)| rest);
        format!("{}\n", fence(lines))
    }

    /// ` at migrations/0036.sql:12:9`
    fn at(self, line: usize, column: usize) -> String {
        let path = self.detail.cut(&self.migration.path);
        format!(" at {}", code(&phrases::place(&path, line, column)))
    }

    /// What comments in the migration suppress.
    pub(super) fn suppressed(self) -> String {
        let detail = self.detail;
        let each = |suppressed: &Suppressed| {
            let code = detail.code(&suppressed.code);
            let place = self.at(suppressed.line, suppressed.column);
            let [until, reason] =
                [&suppressed.until, &suppressed.reason].map(|text| detail.prose(text));
            let finding = |finding: String| format!("- {}\n", detail.prose(&finding));
            let findings = detail.list(phrases::suppressed(suppressed), finding, MORE);
            let findings = findings.concat();
            format!("{code}{place} until {until}, because {reason}\n{findings}\n")
        };
        let each = detail.list(&self.migration.suppressed, each, ["", "\n"]);
        section("Suppressed", &each)
    }
}
