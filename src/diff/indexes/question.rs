//! What is asked of the rehearsal and the diff about one index of the state after.

use super::concern::{IndexCause, IndexConcern};
use super::content::ContentChange;
use super::rows::EntryChanges;
use crate::diff::{Diff, States};
use crate::migration::{Migration, StatementKind};
use crate::rehearse::{Rehearsal, TouchedRows};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::storage::{Content, DerivedIndex, IndexModule};
use crate::sql::{ident, token};
use std::collections::BTreeSet;

/// What is asked about an index of the state after.
pub(super) struct IndexQuestion<'a, 's> {
    pub(super) states: States<'s>,
    pub(super) rehearsal: &'a Rehearsal,
    pub(super) migration: &'s Migration,
    pub(super) diff: &'s Diff,
    /// its folded name
    pub(super) name: &'a str,
    pub(super) table: &'a Table,
    pub(super) index: &'a DerivedIndex,
}

impl<'a> IndexQuestion<'a, '_> {
    pub(super) fn concern(&self, deep: bool) -> Option<IndexConcern<'a>> {
        let before = self.before();
        let (content, change) = match &self.index.content {
            Content::Own | Content::Nowhere => (None, ContentChange::None),
            Content::Elsewhere(content) => (Some(content.as_str()), self.change_of(content)),
        };
        let cause = if self.is_storage_written() {
            IndexCause::Storage
        } else if before.is_some_and(|before| self.is_redeclared(before)) {
            IndexCause::Made
        } else if content.is_none() {
            return None;
        } else if before.is_none() {
            IndexCause::Made
        } else {
            match change {
                ContentChange::Readdressed => IndexCause::Readdressed,
                ContentChange::View => IndexCause::View,
                ContentChange::Unknown => IndexCause::Unknown,
                ContentChange::Rows => IndexCause::Rows(EntryChanges::default()),
                _ if self.is_written() => self.written(content),
                ContentChange::Other if deep => IndexCause::Unknown,
                ContentChange::None | ContentChange::Other => return None,
            }
        };
        Some(IndexConcern {
            table: self.table,
            before,
            content,
            cause,
            is_direct: self.is_direct(),
            may_trust_rows: self.is_written() && !self.is_direct() && self.keeps_triggers(),
            statements: self.statements(content),
        })
    }

    /// The cause where only the index was written: rows of its content say something where they are
    /// found by their rowid.
    fn written(&self, content: Option<&str>) -> IndexCause {
        let content = content.and_then(|name| self.rehearsal.after.table(name));
        match content {
            Some(table) if self.is_found_by_rowid(table) => {
                IndexCause::Rows(EntryChanges::default())
            }
            Some(table) if table.kind == TableKind::View => IndexCause::View,
            _ => IndexCause::Unknown,
        }
    }

    /// The index in the state before.
    fn before(&self) -> Option<&'a Table> {
        let Rehearsal { lineage, .. } = self.rehearsal;
        let before = self.rehearsal.origin(self.name)?;
        let is_it = before.index.is_some()
            && before.unreadable.is_none()
            && !lineage.is_replaced(self.name, before);
        is_it.then_some(before)
    }

    /// Whether it is the same index with other arguments, which an edit of the schema as rows gives it.
    fn is_redeclared(&self, before: &Table) -> bool {
        let Rehearsal {
            before: old,
            after: new,
            ..
        } = self.rehearsal;
        let arguments = |catalog: &Catalog, table: &Table| {
            let sql = catalog.definition(&table.name)?;
            let mut words = token::folded(sql).skip_while(|word| word != "using");
            words.next()?;
            Some(words.collect::<Vec<_>>())
        };
        arguments(old, before) != arguments(new, self.table)
    }

    fn is_storage_written(&self) -> bool {
        let written = &self.rehearsal.touched.storage_written;
        written.contains_key(self.name)
    }

    fn is_written(&self) -> bool {
        self.rehearsal.touched.doubtful.contains_key(self.name)
    }

    /// Whether a statement names the index as what it writes to, or cannot be read.
    fn is_direct(&self) -> bool {
        let names_it = |name: &str| ident::same(name, &self.table.name);
        let was = self.before().map(|before| &before.name);
        self.rehearsal.ran(self.migration).any(|(_, statement)| {
            let target = statement.table.as_ref();
            statement.kind == StatementKind::Unknown
                || (statement.kind.writes_rows()
                    && target.is_some_and(|target| {
                        names_it(target) || was.is_some_and(|was| ident::same(was, target))
                    }))
        })
    }

    /// Whether its entries are written by the triggers of the state before, one and the same all the
    /// time. Other modules show no single entry.
    fn keeps_triggers(&self) -> bool {
        let runs = self.rehearsal.statements.iter();
        let mut writes = runs.flat_map(|run| &run.wrote.schema);
        self.index.module == IndexModule::Fts5
            && self.states.is_apart
            && !writes.any(|(_, kind, _)| kind == "trigger")
    }

    /// The statements that wrote the index, its content, or made either another.
    fn statements(&self, content: Option<&str>) -> BTreeSet<usize> {
        let Rehearsal {
            touched,
            altered,
            after,
            ..
        } = self.rehearsal;
        let mut names = vec![self.name.to_owned()];
        match content.and_then(|name| after.table(name)) {
            Some(content) => names.extend(self.read_by(content).unwrap_or_default()),
            None => names.extend(content.map(ident::folded)),
        }
        let mut statements = BTreeSet::new();
        for name in &names {
            let rows = touched.rows.get(name).map(TouchedRows::statements);
            statements.extend(rows.into_iter().flatten());
            statements.extend(touched.doubtful.get(name).into_iter().flatten());
            statements.extend(altered.get(name).into_iter().flatten());
        }
        statements.remove(&0);
        if statements.is_empty() {
            let mut ran = self.rehearsal.ran(self.migration);
            let vacuum = ran.find(|(_, statement)| statement.kind == StatementKind::Vacuum);
            statements.extend(vacuum.map(|(run, _)| run.index));
        }
        statements
    }
}
