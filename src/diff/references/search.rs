//! What is searched for rows that lead nowhere: one table that refers, and what the migration did to
//! it and to the tables that it refers to.

use crate::change::TableChanges;
use crate::diff::columns::TablePair;
use crate::diff::{Diff, States};
use crate::rehearse::{Rehearsal, TouchedRows, read};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;
use std::collections::BTreeSet;

/// A table that refers.
pub(super) struct Search<'a> {
    pub(super) states: States<'a>,
    pub(super) rehearsal: &'a Rehearsal,
    pub(super) diff: &'a Diff,
    /// the table in the state after
    pub(super) child: &'a Table,
    /// the same in the state before
    pub(super) before: Option<&'a Table>,
}

impl<'a> Search<'a> {
    pub(super) fn tables(&self) -> TablePair<'a> {
        TablePair {
            before: self.before,
            after: Some(self.child),
            lineage: &self.rehearsal.lineage,
        }
    }

    /// The changed rows of a table, by its name in any case.
    pub(super) fn changes(&self, table: &str) -> Option<&'a TableChanges> {
        let mut tables = self.diff.changes.tables.iter();
        let (_, changes) = tables.find(|(name, _)| ident::same(name, table))?;
        Some(changes)
    }

    /// Whether the migration wrote to the table, or to one that it refers to, or changed the
    /// schema. What is no ordinary table is not followed.
    pub(super) fn is_concerned(&self) -> bool {
        let Rehearsal {
            touched,
            altered,
            before,
            after,
            ..
        } = self.rehearsal;
        let may_be_written = |name: &str| {
            let name = ident::folded(name);
            let is_ordinary = |table: &Table| table.kind == TableKind::Ordinary;
            touched.rows.contains_key(&name)
                || touched.doubtful.contains_key(&name)
                || !after.tables.get(&name).is_none_or(is_ordinary)
        };
        let mut parents = self.child.keys.foreign.iter().map(|key| &key.parent);
        !altered.is_empty()
            || before.objects != after.objects
            || may_be_written(&self.child.name)
            || parents.any(|parent| may_be_written(parent))
    }

    /// Whether the rows of a table are those of the one before, but for those that are known to be
    /// written.
    pub(super) fn is_followed(&self, table: &Table, before: Option<&Table>) -> bool {
        let Rehearsal {
            touched, lineage, ..
        } = self.rehearsal;
        let name = ident::folded(&table.name);
        let has_addresses = |table: &Table| {
            !read::address_columns(table).is_empty() && table.kind == TableKind::Ordinary
        };
        before.is_some_and(|old| !lineage.is_readdressed(&name, old) && has_addresses(old))
            && has_addresses(table)
            && !touched.doubtful.contains_key(&name)
    }

    /// The rows of a table that were written.
    pub(super) fn touched(&self, table: &Table) -> Option<&'a TouchedRows> {
        let name = ident::folded(&table.name);
        self.rehearsal.touched.rows.get(&name)
    }

    pub(super) fn is_altered(&self, table: &str) -> bool {
        self.rehearsal.altered.contains_key(&ident::folded(table))
    }

    pub(super) fn is_compared(&self, table: &str) -> bool {
        let mut unevaluated = self.diff.unevaluated.iter();
        !unevaluated.any(|(name, _)| ident::same(name, table))
    }

    /// The statements that wrote to the table, or to `parent`, or altered either, or its indexes.
    pub(super) fn statements(&self, parent: &str) -> BTreeSet<usize> {
        let Rehearsal {
            touched, altered, ..
        } = self.rehearsal;
        let names = [ident::folded(&self.child.name), ident::folded(parent)];
        let mut statements = self.indexing(&names);
        for name in &names {
            let rows = touched.rows.get(name).map(TouchedRows::statements);
            statements.extend(rows.into_iter().flatten());
            statements.extend(altered.get(name).into_iter().flatten());
        }
        statements.remove(&0);
        statements
    }

    /// The statements that made or dropped an index of these tables.
    fn indexing(&self, tables: &[String]) -> BTreeSet<usize> {
        let is_theirs = |name: &String| {
            let key = ("index".to_owned(), name.clone());
            let catalogs = [&self.rehearsal.before, &self.rehearsal.after].into_iter();
            let mut indexes = catalogs.filter_map(|catalog| catalog.objects.get(&key));
            indexes.any(|index| tables.contains(&ident::folded(&index.table)))
        };
        let wrote = |(_, kind, name): &(_, String, String)| kind == "index" && is_theirs(name);
        let runs = self.rehearsal.statements.iter();
        runs.filter(|run| run.wrote.schema.iter().any(wrote))
            .map(|run| run.index)
            .collect()
    }
}
