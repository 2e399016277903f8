//! What a verdict is made from, and the questions that several families ask of it. Judges nothing.

use super::phrases::statement;
use super::{Code, Facts, Finding, Level, Place};
use crate::diff::{ClaimAnswers, Diff};
use crate::migration::{Migration, Statement};
use crate::names::TenantNames;
use crate::rehearse::{Conserved, PreviewRun, Rehearsal, StatementRun};
use crate::scope::{ExpectedTable, ResolvedScope, Stored, TenantMap};
use crate::sentence::Sentence;
use crate::snapshot::catalog::Table;
use crate::snapshot::{Catalog, tenancy};
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

/// Everything that a verdict is made from.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// the migration
    pub migration: &'a Migration,
    /// what running it produced
    pub rehearsal: &'a Rehearsal,
    /// what it changed
    pub diff: &'a Diff,
    /// what is known besides
    pub facts: &'a Facts,
    /// what its author declared, if anything
    pub scope: Option<&'a ResolvedScope<'a>>,
    /// what both states say about what it must keep; `None` if nothing is declared, or the
    /// migration did not run through
    pub kept: Option<&'a Conserved>,
    /// what both states say to the claims about which rows change; `None` likewise
    pub claims: Option<&'a [ClaimAnswers]>,
    /// whose the rows of each table are
    pub tenants: &'a TenantMap,
    /// how tenants are spelled
    pub names: &'a TenantNames,
    /// the severities that the configuration gives to codes
    pub severities: &'a BTreeMap<Code, Level>,
    /// the time of the rehearsal
    pub now: SystemTime,
}

impl<'a> Case<'a> {
    /// The affinities under which declared tenants compare with those of a table.
    pub fn stored(&self, table: &str) -> Stored {
        let [before, after] = self.catalogs();
        let of = |catalog: &'a Catalog, other: &'a Catalog| {
            let catalog = match catalog.table(table) {
                Some(_) => catalog,
                None => other,
            };
            tenancy::affinity(self.tenants, catalog.table(table), catalog)
        };
        [of(before, after), of(after, before)]
    }

    /// The schemas before and after.
    pub(super) fn catalogs(self) -> [&'a Catalog; 2] {
        [&self.rehearsal.before, &self.rehearsal.after]
    }

    /// The statements that altered a table.
    pub(super) fn altering(self, table: &str) -> Option<&'a BTreeSet<usize>> {
        self.rehearsal.altered.get(&ident::folded(table))
    }

    /// The table of a name, before and after.
    pub(super) fn tables(self, name: &str) -> impl Iterator<Item = &'a Table> {
        self.catalogs()
            .into_iter()
            .filter_map(move |catalog| catalog.table(name))
    }

    /// The statements that were run.
    pub(super) fn runs(self) -> impl DoubleEndedIterator<Item = Look<'a>> {
        self.rehearsal
            .ran(self.migration)
            .map(move |(run, statement)| Look {
                case: self,
                run,
                statement,
            })
    }

    /// The statements that ran without an error.
    pub(super) fn ran(self) -> impl DoubleEndedIterator<Item = Look<'a>> {
        self.runs().filter(|look| look.run.error.is_none())
    }

    /// The statements that ran without an error, the last one first.
    pub(super) fn latest(self) -> impl Iterator<Item = &'a Statement> {
        self.ran().rev().map(|look| look.statement)
    }

    /// The statements that give a table a name, the last one first.
    pub(super) fn renames_to(self, name: &str) -> impl Iterator<Item = &'a Statement> {
        let gives = |new: &str| ident::same(new, name);
        self.latest()
            .filter(move |statement| statement.renamed_to().is_some_and(gives))
    }

    /// A statement by its number; `None` if it was not reached, or is one of the runner.
    pub(super) fn look(self, number: usize) -> Option<Look<'a>> {
        Some(Look {
            case: self,
            run: self.rehearsal.statement(number)?,
            statement: self.migration.statement(number)?,
        })
    }

    /// The tables for which something is declared.
    pub fn declared(self) -> impl Iterator<Item = &'a ExpectedTable> {
        let scope = self.scope.into_iter();
        scope.flat_map(|scope| scope.expected.tables.values())
    }

    /// What is declared for a table.
    pub fn expected(self, table: &str) -> Option<&'a ExpectedTable> {
        self.scope?.expected.tables.get(&ident::folded(table))
    }

    /// The place of a statement by its number: its first line. The runner's own statements have
    /// none.
    pub(super) fn place(self, statement: impl Into<Option<usize>>) -> Option<Place> {
        Place::of_statement(self.migration, statement.into()?)
    }

    /// The place of the first of some statements.
    pub(super) fn first_place<'s>(
        self,
        statements: impl IntoIterator<Item = &'s usize>,
    ) -> Option<Place> {
        self.place(statements.into_iter().min().copied())
    }
}

/// A statement that was run, under examination.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) case: Case<'a>,
    pub(super) run: &'a StatementRun,
    pub(super) statement: &'a Statement,
}

impl<'a> Look<'a> {
    /// `statement 3`
    pub(super) fn named(self) -> Sentence {
        statement(self.statement.index)
    }

    pub(super) fn sql(self) -> &'a str {
        self.case.migration.sql(self.statement)
    }

    pub(super) fn preview(self) -> Option<&'a PreviewRun> {
        self.run.preview.as_ref()?.as_ref().ok()
    }

    /// The rows that it wrote, itself or by what it fired.
    pub(super) fn rows(self) -> u64 {
        self.run.direct.total() + self.run.indirect.total()
    }

    /// A finding at the statement, on its target.
    pub(super) fn finding(self, code: Code, message: impl Into<Sentence>) -> Finding {
        Finding::new(code, message).of_statement(self)
    }
}
