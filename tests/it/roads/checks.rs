//! What is held of every case beside the rows: previews, failures, and that the clone is what the plain road leaves.

use harness::report::{MigrationReport, StatementReport};
use harness::scope::Op;
use harness::verdict::{Code, Finding, Severity};

fn is_about_preview(finding: &Finding) -> bool {
    matches!(finding.code, Code::NoPreview | Code::PreviewMismatch)
}

/// Every UPDATE and DELETE that ran has a preview, of as many rows as it wrote, or a finding says why not.
pub(super) fn previews(report: &MigrationReport) -> Result<(), String> {
    if let Some(fault) = report.findings.iter().find(|f| is_about_preview(f) && f.severity == Severity::Error) {
        return Err(format!("a preview is wrong: line {:?}: {}", fault.line, fault.message));
    }
    if let Some(gap) = report.findings.iter().find(|f| f.code == Code::NotEvaluated) {
        return Err(format!("not evaluated: {}", gap.message));
    }
    report.statements.iter().try_for_each(|statement| preview(report, statement))
}

fn preview(report: &MigrationReport, statement: &StatementReport) -> Result<(), String> {
    let op = match statement.kind.as_str() {
        "update" => Op::Update,
        "delete" => Op::Delete,
        _ => return Ok(()),
    };
    let Some(run) = statement.run.as_ref().filter(|run| run.error.is_none()) else { return Ok(()) };
    let explained = report.findings.iter().any(|f| is_about_preview(f) && f.line == Some(statement.line));
    match &run.preview {
        _ if explained => Ok(()),
        None => Err(format!("no preview and no finding: {}", statement.sql)),
        Some(preview) if preview.run.rows == run.direct.of(op) => Ok(()),
        Some(preview) => Err(format!("{} rows previewed, {:?} written directly: {}", preview.run.rows, run.direct, statement.sql)),
    }
}

/// The statements that failed on the plain road failed in the rehearsal, and no others.
pub(super) fn failures(report: &MigrationReport, errors: &[Option<String>], statements: usize) -> Result<(), String> {
    if report.statements.len() != statements {
        return Err(format!("{} statements are reported, not {statements}", report.statements.len()));
    }
    let reached: Vec<_> = report.statements.iter().filter_map(|s| s.run.as_ref()).map(|run| run.error.is_some()).collect();
    let plain: Vec<bool> = errors.iter().map(Option::is_some).collect();
    if reached == plain { Ok(()) } else { Err(format!("statements that failed: {reached:?}, on the plain road {plain:?}: {errors:?}")) }
}
