//! The findings, each with its place in the migration: the first of a code in full, others like it
//! folded behind it.

use super::filters::Filter;
use super::highlight::Code;
use super::migration::Maker;
use crate::record::{Excerpt, Finding, Severity, Suppressed};
use crate::report::phrases;
use serde::Serialize;

/// Findings of one code in a row that are shown unfolded, where there is a fold.
const UNFOLDED: usize = 2;

/// Tenants that a finding names at most; its sentence names some too.
const TENANTS: usize = 30;

/// The findings of a migration.
#[derive(Debug, Serialize)]
pub(super) struct Findings<'a> {
    runs: Vec<FindingRun<'a>>,
    /// what is left out
    left: Option<String>,
}

/// Findings of one code that follow one another.
#[derive(Debug, Serialize)]
struct FindingRun<'a> {
    code: &'a str,
    first: Vec<Item<'a>>,
    rest: Vec<Item<'a>>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(super) struct Item<'a> {
    /// its number from 1; 0 where it is suppressed
    number: usize,
    severity: Severity,
    code: &'a str,
    message: &'a str,
    /// the lines of the message behind its first, such as a scope to declare
    lines: Option<&'a str>,
    /// what to do; said once for findings that follow one another
    help: Option<&'a str>,
    /// `migrations/0036.sql:12:9`
    place: Option<String>,
    /// the statement's number
    statement: Option<usize>,
    source: Option<Code>,
    /// whether more is concerned than the source shows
    cut: bool,
    tenants: Vec<&'a str>,
    tenants_left: usize,
    rows: Option<String>,
    filter: Filter,
}

/// A comment that suppresses findings.
#[derive(Debug, Serialize)]
pub(super) struct Kept<'a> {
    code: &'a str,
    until: &'a str,
    reason: &'a str,
    place: String,
    findings: Vec<Item<'a>>,
    left: usize,
}

impl<'a> Maker<'a, '_> {
    /// The findings of a migration, worst first.
    pub(super) fn findings(&mut self) -> Findings<'a> {
        let all = &self.migration.findings;
        let (shown, left) = all.split_at(self.budget.findings.take(all.len()));
        let mut items = shown.iter().enumerate().map(|(at, finding)| Item {
            number: at + 1,
            help: phrases::help(all, at),
            ..self.item(finding)
        });
        let runs = shown.chunk_by(|a, b| a.code == b.code).map(|alike| {
            let mut first: Vec<Item> = items.by_ref().take(alike.len()).collect();
            FindingRun {
                code: &alike[0].code,
                rest: phrases::beyond(&mut first, UNFOLDED),
                first,
            }
        });
        Findings {
            runs: runs.collect(),
            left: (!left.is_empty()).then(|| phrases::findings_left_out(left)),
        }
    }

    fn item(&mut self, finding: &'a Finding) -> Item<'a> {
        let migration = self.migration;
        let message = &finding.message;
        let lines = message.trim_end().split_once('\n').map(|(_, rest)| rest);
        let tenants = finding.tenants.iter().map(String::as_str);
        let described = tenants.map(|tenant| migration.described(tenant));
        Item {
            number: 0,
            severity: finding.severity,
            code: &finding.code,
            message: message.lines().next().unwrap_or_default(),
            lines,
            help: None,
            place: phrases::finding_place(migration, finding),
            statement: finding.statement,
            source: source(finding),
            cut: finding.excerpt.as_ref().is_some_and(|excerpt| excerpt.cut),
            tenants: described.take(TENANTS).collect(),
            tenants_left: finding.tenants.len().saturating_sub(TENANTS),
            rows: finding.rows.filter(|rows| *rows > 0).map(phrases::rows),
            filter: self.finding_filter(finding),
        }
    }

    fn finding_filter(&mut self, finding: &Finding) -> Filter {
        let tenants = finding.tenants.iter().map(String::as_str);
        let tenants = Some(tenants).filter(|tenants| tenants.len() > 0);
        Filter {
            tenant: tenants.and_then(|tenants| self.filters.tenants(self.migration, tenants)),
            code: Some(self.filters.codes([&*finding.code])),
            ..self
                .filters
                .one(self.migration, None, finding.table.as_deref())
        }
    }

    /// What comments in the migration suppress.
    pub(super) fn suppressed(&mut self) -> Vec<Kept<'a>> {
        let migration = self.migration;
        let kept = |suppressed: &'a Suppressed| {
            let findings = &suppressed.findings;
            let (shown, left) = findings.split_at(self.budget.findings.take(findings.len()));
            Kept {
                code: &suppressed.code,
                until: &suppressed.until,
                reason: &suppressed.reason,
                place: phrases::place(&migration.path, suppressed.line, suppressed.column),
                findings: shown.iter().map(|finding| self.item(finding)).collect(),
                left: left.len(),
            }
        };
        migration.suppressed.iter().map(kept).collect()
    }
}

/// The lines that a finding points at, from the first character of the first or from an ellipsis.
fn source(finding: &Finding) -> Option<Code> {
    let Excerpt {
        before,
        marked,
        after,
        ..
    } = finding.excerpt.as_ref()?;
    let (line, column) = finding.line.zip(finding.column)?;
    let is_cut = before.chars().count() + 1 < column;
    let before = format!("{}{before}", if is_cut { "…" } else { "" });
    let mark = before.len()..before.len() + marked.len();
    let text = format!("{before}{marked}{}", after.trim_end());
    Some(Code::marked(&text, mark, Some(line)))
}
