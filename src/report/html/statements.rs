//! The statements: the SQL, what it matched and wrote, the findings at it.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::highlight::Code;
use super::preview;
use super::shares::Marks;
use crate::report::evidence::{Finding, Migration, Severity, Statement};
use crate::report::phrases;
use crate::sentence::Sentence;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of the list of statements.
#[derive(Debug, Serialize)]
pub(super) struct Entry<'a> {
    /// a statement
    statement: Option<Box<StatementView<'a>>>,
    /// else how many follow here that are left out
    left: usize,
}

#[derive(Debug, Serialize)]
struct StatementView<'a> {
    index: usize,
    line: usize,
    /// `update point_info`
    what: String,
    /// `matches 5 rows of 5 tenants`
    result: Vec<String>,
    /// `failed`, `refused`, `timed out`, `not reached`, or empty
    state: &'static str,
    error: Option<&'a str>,
    /// the findings at it: number, severity, code
    findings: Vec<FindingLink<'a>>,
    open: bool,
    sql: Code,
    preview: Option<preview::View<'a>>,
    /// `DELETE FROM chats → cascade → messages: delete 812`
    indirect: Vec<String>,
    filter: Filter,
}

/// A finding at a statement.
#[derive(Debug, Serialize)]
struct FindingLink<'a> {
    number: usize,
    severity: Severity,
    code: &'a str,
}

/// The numbers and findings of each statement that has some, by its index.
type FindingsByStatement<'a> = BTreeMap<usize, Vec<(usize, &'a Finding)>>;

/// What the statements of one migration are shown with.
struct Around<'a> {
    migration: &'a Migration,
    found: FindingsByStatement<'a>,
    marks: Marks<'a>,
}

/// The statements of a migration in order. Where there are too many, those with findings and changes
/// stay.
pub(super) fn statements<'a>(
    migration: &'a Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Vec<Entry<'a>> {
    let around = Around::new(migration);
    let kept = around.most_interesting(budget);
    let is_rejected = |statement: &&Statement| around.interest(statement) == 0;
    let to_open = kept.iter().copied().find(is_rejected).map(|s| s.index);
    let (mut entries, mut last) = (Vec::new(), 0);
    for statement in kept {
        entries.extend(gap(statement.index.saturating_sub(last + 1)));
        last = statement.index;
        let view = around.view(statement, to_open == Some(last), filters, budget);
        entries.push(Entry {
            statement: Some(Box::new(view)),
            left: 0,
        });
    }
    entries.extend(gap(migration.statements.len().saturating_sub(last)));
    entries
}

fn gap<'a>(left: usize) -> Option<Entry<'a>> {
    (left > 0).then_some(Entry {
        statement: None,
        left,
    })
}

impl<'a> Around<'a> {
    fn new(migration: &'a Migration) -> Self {
        let mut found = FindingsByStatement::new();
        for (at, finding) in migration.findings.iter().enumerate() {
            if let Some(statement) = finding.statement {
                found.entry(statement).or_default().push((at + 1, finding));
            }
        }
        Self {
            migration,
            found,
            marks: Marks::new(migration),
        }
    }

    fn findings(&self, statement: &Statement) -> &[(usize, &'a Finding)] {
        self.found
            .get(&statement.index)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// As many statements as the page has room for, in order.
    fn most_interesting(&self, budget: &mut Budget) -> Vec<&'a Statement> {
        let mut kept: Vec<&Statement> = self.migration.statements.iter().collect();
        kept.sort_by_key(|statement| self.interest(statement));
        kept.truncate(budget.statements.take(kept.len()));
        kept.sort_by_key(|statement| statement.index);
        kept
    }

    /// What a reviewer looks at first: 0 what fails or rejects, then other findings, then what writes.
    fn interest(&self, statement: &Statement) -> u8 {
        let findings = self.findings(statement);
        let is_error = |(_, finding): &(usize, &Finding)| finding.severity == Severity::Error;
        let writes = statement.direct.total() + statement.indirect.total() > 0;
        match findings {
            _ if statement.error.is_some() || findings.iter().any(is_error) => 0,
            [_, ..] => 1,
            [] if statement.preview.is_some() || writes => 2,
            [] => 3,
        }
    }

    fn view(
        &self,
        statement: &'a Statement,
        open: bool,
        filters: &mut Filters,
        budget: &mut Budget,
    ) -> StatementView<'a> {
        let (migration, preview) = (self.migration, statement.preview.as_ref());
        let result = phrases::result_in_short(statement);
        let indirect = statement.paths.iter().map(phrases::indirect);
        StatementView {
            index: statement.index,
            line: statement.line,
            what: phrases::target(statement),
            result: result.iter().map(Sentence::to_string).collect(),
            state: phrases::state(statement),
            error: statement.error.as_deref(),
            findings: self.findings(statement).iter().map(link).collect(),
            open,
            sql: Code::new(&statement.sql, Some(statement.line), budget),
            preview: preview
                .map(|p| preview::View::new(migration, statement, p, &self.marks, budget)),
            indirect: indirect.map(|sentence| sentence.to_string()).collect(),
            filter: self.filter(statement, filters),
        }
    }

    fn filter(&self, statement: &Statement, filters: &mut Filters) -> Filter {
        let indirect = statement.paths.iter().map(|indirect| &indirect.table);
        let tables = statement.table.iter().chain(indirect).map(String::as_str);
        let codes = self.findings(statement).iter();
        // Only where all its rows are those of these tenants is it found by them.
        let preview = statement.preview.as_ref().filter(|preview| {
            !preview.tenants.is_empty() && preview.ambiguous == 0 && statement.paths.is_empty()
        });
        let tenants = preview.map(|preview| preview.tenants.keys().map(String::as_str));
        Filter {
            tenant: tenants.and_then(|tenants| filters.tenants(self.migration, tenants)),
            table: Some(filters.tables(tables)),
            code: Some(filters.codes(codes.map(|(_, finding)| &*finding.code))),
        }
    }
}

fn link<'a>((number, finding): &(usize, &'a Finding)) -> FindingLink<'a> {
    FindingLink {
        number: *number,
        severity: finding.severity,
        code: &finding.code,
    }
}
