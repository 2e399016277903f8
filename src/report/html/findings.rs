//! The findings, each with its place in the migration: the first of a code in full, others like it
//! folded behind it.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::highlight::Code;
use crate::report::evidence::{Excerpt, Finding, Migration, Severity, Suppressed};
use crate::report::phrases;
use serde::Serialize;

/// Findings of one code in a row that are shown unfolded.
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

/// The findings of a migration, worst first.
pub(super) fn findings<'a>(
    migration: &'a Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Findings<'a> {
    let all = &migration.findings;
    let (shown, left) = all.split_at(budget.findings.take(all.len()));
    let mut runs: Vec<FindingRun> = Vec::new();
    for (at, finding) in shown.iter().enumerate() {
        let item = Item {
            number: at + 1,
            help: phrases::help(all, at),
            ..item(migration, finding, filters)
        };
        match runs.last_mut() {
            Some(run) if run.code == item.code => run.rest.push(item),
            _ => runs.push(FindingRun {
                code: item.code,
                first: vec![item],
                rest: Vec::new(),
            }),
        }
    }
    runs.iter_mut().for_each(unfold);
    let left = (!left.is_empty()).then(|| phrases::findings_left_out(left));
    Findings { runs, left }
}

/// Takes the first ones out of the fold; the last one too, since a fold around it costs as much room.
fn unfold(run: &mut FindingRun) {
    let first = match run.rest.len() {
        few if few <= UNFOLDED => few,
        _ => UNFOLDED - 1,
    };
    run.first.extend(run.rest.drain(..first));
}

fn item<'a>(migration: &'a Migration, finding: &'a Finding, filters: &mut Filters) -> Item<'a> {
    let (first, rest) = finding
        .message
        .trim_end()
        .split_once('\n')
        .map_or((&*finding.message, None), |(first, rest)| {
            (first, Some(rest))
        });
    let tenants = finding.tenants.iter().take(TENANTS);
    Item {
        number: 0,
        severity: finding.severity,
        code: &finding.code,
        message: first.lines().next().unwrap_or_default(),
        lines: rest,
        help: None,
        place: phrases::finding_place(migration, finding),
        statement: finding.statement,
        source: source(finding),
        cut: finding.excerpt.as_ref().is_some_and(|excerpt| excerpt.cut),
        tenants: tenants.map(|tenant| migration.described(tenant)).collect(),
        tenants_left: finding.tenants.len().saturating_sub(TENANTS),
        rows: finding.rows.filter(|rows| *rows > 0).map(phrases::rows),
        filter: filter(migration, finding, filters),
    }
}

fn filter(migration: &Migration, finding: &Finding, filters: &mut Filters) -> Filter {
    let tenants = (!finding.tenants.is_empty()).then_some(&finding.tenants);
    Filter {
        tenant: tenants
            .and_then(|each| filters.tenants(migration, each.iter().map(String::as_str))),
        table: finding
            .table
            .as_deref()
            .map(|table| filters.tables([table])),
        code: Some(filters.codes([finding.code.as_str()])),
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

/// What comments in the migration suppress.
pub(super) fn suppressed<'a>(
    migration: &'a Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Vec<Kept<'a>> {
    let kept = |suppressed: &'a Suppressed| {
        let findings = &suppressed.findings;
        let (shown, left) = findings.split_at(budget.findings.take(findings.len()));
        let place = phrases::place(&migration.path, suppressed.line, suppressed.column);
        Kept {
            code: &suppressed.code,
            until: &suppressed.until,
            reason: &suppressed.reason,
            place,
            findings: shown
                .iter()
                .map(|finding| item(migration, finding, filters))
                .collect(),
            left: left.len(),
        }
    };
    migration.suppressed.iter().map(kept).collect()
}
