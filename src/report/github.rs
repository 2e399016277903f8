//! GitHub annotations: a workflow command for each finding, which the runner of GitHub Actions
//! reads from a job's output and shows at its line in the diff.
//!
//! The form is `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`. Line ends and
//! `%` are escaped in it, and in what stands before the second `::` also `:` and `,`. Columns are
//! given only within one line, since the runner drops others. GitHub shows ten errors, ten warnings
//! and ten notices of a step: the worst stand first, and where there are more, one of the notices
//! says so.

use super::escape;
use super::evidence::{Evidence, Finding, Migration, Severity};
use super::place::normal;
use super::words::counted;
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
    let of = |severity| {
        evidence.migrations.iter().flat_map(move |m| {
            m.findings
                .iter()
                .map(move |f| (m, f))
                .filter(move |(_, f)| f.severity == severity)
        })
    };
    for (migration, finding) in of(Severity::Error).chain(of(Severity::Warning)) {
        writeln!(out, "{}", command(migration, finding, folder))?;
    }
    for warning in &evidence.warnings {
        writeln!(out, "::warning title=harness::{}", message(warning))?;
    }
    let counts = [
        (of(Severity::Error).count(), "error"),
        (
            of(Severity::Warning).count() + evidence.warnings.len(),
            "warning",
        ),
        (of(Severity::Note).count(), "note"),
    ];
    if counts.iter().any(|(n, _)| *n > SHOWN) {
        let all: Vec<String> = counts
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| counted(n, what))
            .collect();
        let all = format!(
            "there are {}; GitHub shows {SHOWN} of a kind, and the report has all of them",
            all.join(", ")
        );
        writeln!(out, "::notice title=harness::{}", message(&all))?;
    }
    of(Severity::Note).try_for_each(|(migration, finding)| {
        writeln!(out, "{}", command(migration, finding, folder))
    })
}

/// Writes what made a rehearsal impossible.
///
/// # Errors
/// What `out` gives.
pub fn complaint(sentence: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "::error title=harness could not rehearse::{}",
        message(sentence)
    )
}

fn command(migration: &Migration, finding: &Finding, folder: &Path) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let path = folder.join(&migration.path);
    let mut parts = vec![format!(
        "file={}",
        property(&normal(&path.to_string_lossy()))
    )];
    if let Some((line, end)) = finding.line.zip(finding.end_line) {
        parts.extend([format!("line={line}"), format!("endLine={end}")]);
        if let Some((column, behind)) = finding
            .column
            .zip(finding.end_column)
            .filter(|_| line == end)
        {
            parts.extend([format!("col={column}"), format!("endColumn={behind}")]);
        }
    }
    parts.push(format!(
        "title={}",
        property(&format!("harness: {}", finding.code))
    ));
    format!(
        "::{word} {}::{}",
        parts.join(","),
        message(&format!("{}\n→ {}", finding.message, finding.help))
    )
}

/// What stands behind the second `::`.
fn message(text: &str) -> String {
    let text = text.trim_end();
    let cut = text
        .char_indices()
        .nth(LONGEST)
        .map_or_else(|| text.to_owned(), |(at, _)| format!("{}…", &text[..at]));
    escape::block(&cut)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which the runner reads up to the next `,` or `::`.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
