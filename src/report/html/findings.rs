//! The findings, each with its place in the migration: the first of a code in full, others like it
//! folded behind it.

use super::filters::Filter;
use super::highlight::Code;
use super::migration::Maker;
use super::shown::list;
use crate::record::{Excerpt, Finding, Suppressed};
use crate::report::phrases;
use minijinja::{Value, context};

/// Findings of one code in a row that are shown unfolded, where there is a fold.
const UNFOLDED: usize = 2;

/// Tenants that a finding names at most; its sentence names some too.
const TENANTS: usize = 30;

impl Maker<'_> {
    /// The findings of a migration, worst first.
    pub(super) fn findings(&mut self) -> Value {
        let all = &self.migration.findings;
        let (shown, left) = all.split_at(self.budget.findings.take(all.len()));
        let mut items = shown.iter().enumerate().map(|(at, finding)| {
            let help = phrases::help(all, at);
            self.item(at + 1, finding, help)
        });
        let runs = shown.chunk_by(|a, b| a.code == b.code).map(|alike| {
            let mut first: Vec<Value> = items.by_ref().take(alike.len()).collect();
            let rest = phrases::beyond(&mut first, UNFOLDED);
            context! { code => &alike[0].code, rest, first }
        });
        let runs: Value = runs.collect();
        let left = (!left.is_empty()).then(|| phrases::findings_left_out(left));
        context! { runs, left }
    }

    /// A finding with its number, and what to do, which is said once for those that follow one
    /// another.
    fn item(&mut self, number: usize, finding: &Finding, help: Option<&str>) -> Value {
        let (migration, message) = (self.migration, &finding.message);
        let tenants = finding.tenants.iter().take(TENANTS);
        let tenants = tenants.map(|tenant| migration.described(tenant));
        context! {
            number,
            severity => finding.severity.word(),
            code => &finding.code,
            message => message.lines().next().unwrap_or_default(),
            // Behind the first, such as a scope to declare.
            lines => message.trim_end().split_once('\n').map(|(_, rest)| rest),
            help,
            place => phrases::finding_place(migration, finding),
            statement => finding.statement,
            source => source(finding),
            // Whether more is concerned than the source shows.
            cut => finding.excerpt.as_ref().is_some_and(|excerpt| excerpt.cut),
            tenants => list(tenants),
            tenants_left => finding.tenants.len().saturating_sub(TENANTS),
            rows => finding.rows.filter(|rows| *rows > 0).map(phrases::rows),
            filter => self.finding_filter(finding),
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
    pub(super) fn suppressed(&mut self) -> Value {
        let migration = self.migration;
        let kept = |suppressed: &Suppressed| {
            let findings = &suppressed.findings;
            let (shown, left) = findings.split_at(self.budget.findings.take(findings.len()));
            let findings = shown.iter().map(|finding| self.item(0, finding, None));
            context! {
                code => &suppressed.code,
                until => &suppressed.until,
                reason => &suppressed.reason,
                place => phrases::place(&migration.path, suppressed.line, suppressed.column),
                findings => list(findings),
                left => left.len(),
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
