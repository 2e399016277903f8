//! The statements: the SQL, what it matched and wrote, its preview as a SELECT to run by hand, its
//! subqueries alone.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::highlight::Code;
use super::samples::Samples;
use super::shares::{Marks, Shares};
use crate::report::evidence::{Finding, Migration, Preview, Severity, Statement, Subquery};
use crate::report::phrases;
use crate::sentence::Sentence;
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of the list of statements.
#[derive(Debug, Serialize)]
pub(super) struct Entry<'a> {
    /// a statement
    statement: Option<Box<View<'a>>>,
    /// else how many follow here that are left out
    left: usize,
}

#[derive(Debug, Serialize)]
struct View<'a> {
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
    findings: Vec<Link<'a>>,
    open: bool,
    sql: Code,
    tenants: Shares<'a>,
    ambiguous: u64,
    several: u64,
    subqueries: Vec<Alone<'a>>,
    preview: Option<Code>,
    samples: Option<Samples<'a>>,
    /// `DELETE FROM chats → cascade → messages: delete 812`
    indirect: Vec<String>,
    filter: Filter,
}

/// A finding at a statement.
#[derive(Debug, Serialize)]
struct Link<'a> {
    number: usize,
    severity: Severity,
    code: &'a str,
}

/// A subquery, run alone.
#[derive(Debug, Serialize)]
struct Alone<'a> {
    /// its number, where there are several
    number: Option<usize>,
    sql: Code,
    /// `selects 1 row`, or why it did not run
    result: String,
    tenants: Shares<'a>,
}

/// The numbers and findings of each statement that has some, by its index.
type Found<'a> = BTreeMap<usize, Vec<(usize, &'a Finding)>>;

/// What the statements of one migration are shown with.
struct Around<'a> {
    migration: &'a Migration,
    found: Found<'a>,
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
    let mut kept: Vec<(u8, &'a Statement)> = migration
        .statements
        .iter()
        .map(|statement| (around.interest(statement), statement))
        .collect();
    kept.sort_by_key(|(interest, _)| *interest);
    kept.truncate(budget.statements(kept.len()));
    kept.sort_by_key(|(_, statement)| statement.index);
    let to_open = kept.iter().position(|(interest, _)| *interest == 0);
    let (mut entries, mut last) = (Vec::new(), 0);
    for (at, (_, statement)) in kept.into_iter().enumerate() {
        entries.extend(gap(statement.index.saturating_sub(last + 1)));
        last = statement.index;
        let view = View {
            open: to_open == Some(at),
            ..around.view(statement, filters, budget)
        };
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
        let mut found = Found::new();
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

    /// What a reviewer looks at first: 0 what fails or rejects, then other findings, then what writes.
    fn interest(&self, statement: &Statement) -> u8 {
        let findings = self.findings(statement);
        let is_error = |(_, finding): &(usize, &Finding)| finding.severity == Severity::Error;
        let writes = statement.direct.total() + statement.indirect.total() > 0;
        if statement.error.is_some() || findings.iter().any(is_error) {
            0
        } else if !findings.is_empty() {
            1
        } else if statement.preview.is_some() || writes {
            2
        } else {
            3
        }
    }

    fn view(
        &self,
        statement: &'a Statement,
        filters: &mut Filters,
        budget: &mut Budget,
    ) -> View<'a> {
        let preview = statement.preview.as_ref();
        let shares = |tenants: &'a _| self.marks.shares(self.migration, statement, tenants);
        let result = phrases::result_in_short(statement);
        View {
            index: statement.index,
            line: statement.line,
            what: phrases::target(statement),
            result: result.iter().map(Sentence::to_string).collect(),
            state: phrases::state(statement),
            error: statement.error.as_deref(),
            findings: self.findings(statement).iter().map(link).collect(),
            open: false,
            sql: Code::new(&statement.sql, Some(statement.line), budget),
            tenants: preview.map_or_else(Shares::default, |preview| shares(&preview.tenants)),
            ambiguous: preview.map_or(0, |preview| preview.ambiguous),
            several: preview.map_or(0, |preview| preview.several),
            subqueries: preview
                .map_or_else(Vec::new, |preview| subqueries(preview, shares, budget)),
            preview: preview.map(|preview| Code::new(&preview.sql, None, budget)),
            samples: preview.and_then(|preview| Samples::new(preview, budget)),
            indirect: statement
                .paths
                .iter()
                .map(|indirect| phrases::indirect(indirect).to_string())
                .collect(),
            filter: self.filter(statement, filters),
        }
    }

    fn filter(&self, statement: &Statement, filters: &mut Filters) -> Filter {
        let indirect = statement.paths.iter().map(|indirect| &indirect.table);
        let tables = statement.table.iter().chain(indirect);
        let codes = self
            .findings(statement)
            .iter()
            .map(|(_, f)| f.code.as_str());
        // Only where all its rows are those of these tenants is it found by them.
        let preview = statement.preview.as_ref().filter(|preview| {
            !preview.tenants.is_empty() && preview.ambiguous == 0 && statement.paths.is_empty()
        });
        let tenants = preview.map(|preview| preview.tenants.keys().map(String::as_str));
        Filter {
            tenant: tenants.and_then(|tenants| filters.tenants(self.migration, tenants)),
            table: Some(filters.tables(tables.map(String::as_str))),
            code: Some(filters.codes(codes)),
        }
    }
}

fn link<'a>((number, finding): &(usize, &'a Finding)) -> Link<'a> {
    Link {
        number: *number,
        severity: finding.severity,
        code: &finding.code,
    }
}

fn subqueries<'a>(
    preview: &'a Preview,
    shares: impl Fn(&'a IndexMap<String, u64>) -> Shares<'a>,
    budget: &mut Budget,
) -> Vec<Alone<'a>> {
    let has_several = preview.subqueries.len() > 1;
    let alone = |(at, subquery): (usize, &'a Subquery)| {
        let sql = subquery.sql.trim_start_matches(['\r', '\n']).trim_end();
        Alone {
            number: has_several.then_some(at + 1),
            sql: Code::new(sql, None, budget),
            result: phrases::selection(subquery).to_string(),
            tenants: subquery
                .tenants
                .as_ref()
                .map_or_else(Shares::default, &shares),
        }
    };
    preview.subqueries.iter().enumerate().map(alone).collect()
}
