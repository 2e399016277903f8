//! The statements: the SQL, what it matched and wrote, the findings at it.

use super::filters::Filter;
use super::highlight::Code;
use super::migration::Maker;
use super::shown::list;
use crate::record::{Migration, Severity, Statement};
use crate::report::phrases;
use crate::sentence::Sentence;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// A finding at a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct FindingLink<'a> {
    number: usize,
    severity: Severity,
    code: &'a str,
}

/// The findings of each statement that has some, by its index.
pub(super) type FindingsByStatement<'a> = BTreeMap<usize, Vec<FindingLink<'a>>>;

/// Those of a migration.
pub(super) fn by_statement(migration: &Migration) -> FindingsByStatement<'_> {
    let mut found = FindingsByStatement::new();
    for (at, finding) in migration.findings.iter().enumerate() {
        if let Some(statement) = finding.statement {
            found.entry(statement).or_default().push(FindingLink {
                number: at + 1,
                severity: finding.severity,
                code: &finding.code,
            });
        }
    }
    found
}

impl<'a> Maker<'a> {
    /// As many statements as the page has room for, in order: those with findings and changes
    /// first. With them, how many behind the last are left out.
    pub(super) fn statements(&mut self) -> (Value, usize) {
        let all = &self.migration.statements;
        let mut kept: Vec<&Statement> = all.iter().collect();
        kept.sort_by_key(|statement| self.interest(statement));
        kept.truncate(self.budget.statements.take(kept.len()));
        kept.sort_by_key(|statement| statement.index);
        let mut last = 0;
        let is_rejected = |statement: &&&Statement| self.interest(statement) == 0;
        let to_open = kept
            .iter()
            .find(is_rejected)
            .map(|statement| statement.index);
        let view = |statement: &Statement| {
            let skipped = statement.index.saturating_sub(last + 1);
            last = statement.index;
            self.statement(statement, skipped, to_open == Some(last))
        };
        let views: Value = kept.into_iter().map(view).collect();
        (views, all.len().saturating_sub(last))
    }

    fn findings_at(&self, statement: &Statement) -> &[FindingLink<'a>] {
        self.found
            .get(&statement.index)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// What a reviewer looks at first: 0 what fails or rejects, then other findings, then what writes.
    fn interest(&self, statement: &Statement) -> u8 {
        let findings = self.findings_at(statement);
        let is_error = |finding: &FindingLink| finding.severity == Severity::Error;
        let writes = statement.direct.total() + statement.indirect.total() > 0;
        match findings {
            _ if statement.error.is_some() || findings.iter().any(is_error) => 0,
            [_, ..] => 1,
            [] if statement.preview.is_some() || writes => 2,
            [] => 3,
        }
    }

    /// A statement, how many before it are left out, and whether it is open.
    fn statement(&mut self, statement: &Statement, skipped: usize, open: bool) -> Value {
        let link = |link: &FindingLink| {
            context! { number => link.number, severity => link.severity.word(), code => link.code }
        };
        let result = phrases::result_in_short(statement);
        let indirect = statement.paths.iter().map(phrases::indirect);
        let preview = statement.preview.as_ref();
        context! {
            skipped,
            index => statement.index,
            line => statement.line,
            // `update point_info`
            what => phrases::target(statement),
            // `matches 5 rows of 5 tenants`
            result => list(result.iter().map(Sentence::to_string)),
            // `failed`, `refused`, `timed out`, `not reached`, or empty.
            state => phrases::state(statement),
            error => statement.error.as_deref(),
            findings => list(self.findings_at(statement).iter().map(link)),
            open,
            sql => Code::new(&statement.sql, Some(statement.line), self.budget),
            preview => preview.map(|preview| self.preview(statement, preview)),
            // `DELETE FROM chats → cascade → messages: delete 812`
            indirect => list(indirect.map(|sentence| sentence.to_string())),
            filter => self.filter(statement),
        }
    }

    fn filter(&mut self, statement: &Statement) -> Filter {
        let indirect = statement.paths.iter().map(|indirect| &indirect.table);
        let tables = statement.table.iter().chain(indirect).map(String::as_str);
        let codes: Vec<&str> = self.findings_at(statement).iter().map(|f| f.code).collect();
        // Only where all its rows are those of these tenants is it found by them.
        let preview = statement.preview.as_ref().filter(|preview| {
            !preview.tenants.is_empty() && preview.ambiguous == 0 && statement.paths.is_empty()
        });
        let tenants = preview.map(|preview| preview.tenants.keys().map(String::as_str));
        Filter {
            tenant: tenants.and_then(|tenants| self.filters.tenants(self.migration, tenants)),
            table: Some(self.filters.tables(tables)),
            code: Some(self.filters.codes(codes)),
        }
    }
}
