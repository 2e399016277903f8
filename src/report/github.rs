//! GitHub annotations: a workflow command for each finding, which the runner of GitHub Actions
//! reads from a job's output and shows at its line in the diff.
//!
//! The form is `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`. Line ends and
//! `%` are escaped in it, and before the second `::` also `:` and `,`. Columns are given only within
//! one line, since the runner drops others. GitHub shows ten errors, ten warnings and ten notices of
//! a step: the worst are first, and where there are more, one of the notices says so.

use super::place::normal;
use super::{escape, kinds, phrases};
use crate::record::{Evidence, Finding, Migration, Severity};
use std::io::{self, Write};
use std::path::Path;

/// Annotations of one kind that GitHub shows of a step.
const SHOWN: usize = 10;

/// Characters of a message, or of a property, at most.
const LONGEST: usize = 4000;

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    annotations(evidence, Path::new(""), out)
}

/// Writes a command for each finding. `folder` leads from the repository to where the paths of the
/// migrations begin.
///
/// # Errors
/// What `out` gives.
pub fn annotations(evidence: &Evidence, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let commands = |severity| -> Vec<String> {
        let of_migration = |migration| {
            let findings = kinds::findings_of(migration, severity);
            findings.map(move |finding| command(migration, finding, folder))
        };
        evidence.migrations.iter().flat_map(of_migration).collect()
    };
    let [errors, mut warnings, notes] = Severity::ALL.map(commands);
    let plain = |word, text: &str| format!("::{word} title=harness::{}", message(text));
    warnings.extend(evidence.warnings.iter().map(|text| plain("warning", text)));
    let found = [errors.len(), warnings.len(), notes.len()];
    let hint = phrases::more_than_shown(found, SHOWN).map(|text| plain("notice", &text));
    errors
        .iter()
        .chain(&warnings)
        .chain(&hint)
        .chain(&notes)
        .try_for_each(|line| writeln!(out, "{line}"))
}

/// Writes what made a rehearsal impossible.
///
/// # Errors
/// What `out` gives.
pub fn complaint(sentence: &str, out: &mut dyn Write) -> io::Result<()> {
    let (title, message) = (phrases::COULD_NOT_REHEARSE, message(sentence));
    writeln!(out, "::error title={title}::{message}")
}

fn command(migration: &Migration, finding: &Finding, folder: &Path) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let path = folder.join(&migration.path);
    let path = property(&normal(&path.to_string_lossy()));
    let place = place(finding);
    let title = property(&format!("harness: {}", finding.code));
    let message = message(&format!("{}\n→ {}", finding.message, finding.help));
    format!("::{word} file={path}{place},title={title}::{message}")
}

/// `,line=3,endLine=3,col=1,endColumn=9`
fn place(finding: &Finding) -> String {
    let Some((line, end)) = finding.line.zip(finding.end_line) else {
        return String::new();
    };
    let columns = finding.column.zip(finding.end_column);
    let columns = columns
        .filter(|_| line == end)
        .map(|(column, behind)| format!(",col={column},endColumn={behind}"));
    format!(",line={line},endLine={end}{}", columns.unwrap_or_default())
}

/// The text behind the second `::`.
fn message(text: &str) -> String {
    escape::block(&escape::cut(text.trim_end(), LONGEST))
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which the runner reads up to the next `,` or `::`.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
