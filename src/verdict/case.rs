//! What a verdict is made from, and the questions that several families ask of it. Judges nothing.

use super::{Code, Facts, Level, Place};
use crate::diff::Diff;
use crate::migration::{Migration, Statement};
use crate::names::TenantNames;
use crate::rehearse::{Conserved, PreviewRun, Rehearsal, StatementRun};
use crate::scope::{ExpectedTable, ResolvedScope, TenantMap};
use crate::snapshot::{Catalog, tenancy};
use crate::sql::{Affinity, Span, ident};
use std::collections::BTreeMap;
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
    pub scope: Option<&'a ResolvedScope>,
    /// what both states say about what it must keep; `None` if nothing is declared, or the
    /// migration did not run through
    pub kept: Option<&'a Conserved>,
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
    /// The affinity under which declared tenants compare with those of a table.
    pub fn affinity(&self, table: &str) -> Affinity {
        let (before, after) = (&self.rehearsal.before, &self.rehearsal.after);
        let catalog = if after.table(table).is_some() {
            after
        } else {
            before
        };
        tenancy::affinity(self.tenants, catalog.table(table), catalog)
    }

    /// The schemas before and after.
    pub(super) fn catalogs(self) -> [&'a Catalog; 2] {
        [&self.rehearsal.before, &self.rehearsal.after]
    }

    /// A statement by its number.
    pub(super) fn statement(self, number: usize) -> Option<&'a Statement> {
        self.migration.statement(number)
    }

    /// The text of a statement by its number.
    pub(super) fn sql(self, number: usize) -> &'a str {
        self.statement(number)
            .map_or("", |statement| self.migration.sql(statement))
    }

    /// The statements that were run, with what each did.
    pub(super) fn runs(self) -> impl Iterator<Item = (&'a StatementRun, &'a Statement)> {
        self.rehearsal.ran(self.migration)
    }

    /// The statements that ran without an error, with what each did.
    pub(super) fn ran(self) -> impl Iterator<Item = (&'a StatementRun, &'a Statement)> {
        self.runs().filter(|(run, _)| run.error.is_none())
    }

    /// The statements that ran without an error, the last one first.
    pub(super) fn latest(self) -> impl Iterator<Item = &'a Statement> {
        let executed: Vec<_> = self.ran().map(|(_, statement)| statement).collect();
        executed.into_iter().rev()
    }

    /// The statements that give a table a name, the last one first.
    pub(super) fn renames_to(self, name: &str) -> impl Iterator<Item = &'a Statement> {
        let gives = |new: &str| ident::same(new, name);
        self.latest()
            .filter(move |statement| statement.renamed_to().is_some_and(gives))
    }

    /// What a statement did, by its number; `None` if it was not reached.
    pub(super) fn run(self, number: usize) -> Option<&'a StatementRun> {
        self.rehearsal.statement(number)
    }

    /// The preview of a statement, by its number.
    pub(super) fn preview(self, number: usize) -> Option<&'a PreviewRun> {
        self.run(number)?.preview.as_ref()?.as_ref().ok()
    }

    /// What is declared for a table.
    pub(super) fn expected(self, table: &str) -> Option<&'a ExpectedTable> {
        let declared = self.scope?.tables.get(&ident::folded(table))?;
        Some(&declared.expected)
    }

    /// The place of a statement by its number: its first line. The runner's own statements have
    /// none.
    pub(super) fn place(self, statement: usize) -> Option<Place> {
        Place::of_statement(self.migration, statement)
    }

    /// The place of the first of some statements.
    pub(super) fn first_place<'s>(
        self,
        statements: impl IntoIterator<Item = &'s usize>,
    ) -> Option<Place> {
        self.place(*statements.into_iter().min()?)
    }

    /// Some bytes of the migration as a place.
    pub(super) fn place_of(self, statement: Option<usize>, span: Span) -> Place {
        Place::of(self.migration, statement, span)
    }
}
