//! What is said of a finding: its place, its severity, what to do; and of a comment that suppresses.

use crate::record::{Finding, Migration, Suppressed};

/// `migrations/0036.sql:12:9`
pub(crate) fn place(path: &str, line: usize, column: usize) -> String {
    format!("{path}:{line}:{column}")
}

/// The place of a finding, where it has one.
pub(crate) fn finding_place(migration: &Migration, finding: &Finding) -> Option<String> {
    let (line, column) = finding.line.zip(finding.column)?;
    Some(place(&migration.path, line, column))
}

/// What to do about a finding; `None` where that is said of the one before it.
pub(crate) fn help(findings: &[Finding], at: usize) -> Option<&str> {
    let said = |finding: &Finding| (finding.code.clone(), finding.help.clone());
    let before = at.checked_sub(1).map(|before| said(&findings[before]));
    (before != Some(said(&findings[at]))).then_some(&*findings[at].help)
}

/// `error: 2 rows …`
pub(crate) fn graded(finding: &Finding) -> String {
    format!("{}: {}", finding.severity.word(), finding.message)
}

/// `until 2027-01-31, because …`
pub(crate) fn until(suppressed: &Suppressed) -> String {
    format!("until {}, because {}", suppressed.until, suppressed.reason)
}

/// The findings that a comment suppresses, or that there is none.
pub(crate) fn suppressed(suppressed: &Suppressed) -> Vec<String> {
    match &suppressed.findings[..] {
        [] => vec!["there is nothing that it suppresses".to_owned()],
        findings => findings.iter().map(graded).collect(),
    }
}
