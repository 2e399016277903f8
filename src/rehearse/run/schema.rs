//! Keeping up with the schema: reading it again behind each statement that changed it, and noting
//! what that did.

use super::{Run, told};
use crate::migration::{Statement, StatementKind};
use crate::rehearse::fault::RehearseError;
use crate::rehearse::history::schema_change;
use crate::snapshot::Catalog;
use std::collections::BTreeSet;

impl Run<'_> {
    /// Reads the catalog again where it changed, and notes which tables are other ones now.
    /// `defined` is the kind of the statement that changed it; `None` where a rollback brought an
    /// earlier one back.
    pub(super) fn refresh(
        &mut self,
        statement: usize,
        defined: Option<&StatementKind>,
    ) -> Result<(), RehearseError> {
        // An edit of the schema as rows changes no version.
        if !self.engine.bounds.writable_schema && !self.catalog.is_stale(&self.engine.conn)? {
            return Ok(());
        }
        let now = Catalog::read(&self.engine.conn)?;
        if let Some(kind) = defined {
            self.journal.note(schema_change::steps(
                &self.catalog,
                &now,
                *kind == StatementKind::AlterTable,
            ));
            let sql = self
                .migration
                .statement(statement)
                .map_or("", |s| self.migration.sql(s));
            self.unnamed
                .extend(schema_change::unnamed(&self.catalog, &now, sql).cloned());
            self.schema_writes = schema_change::written(&self.catalog, &now);
            schema_change::note_dropped_along(
                &self.catalog,
                &now,
                (statement, kind),
                &mut self.dropped_along,
            );
        }
        for name in schema_change::altered(&self.catalog, &now) {
            self.altered
                .entry(name.clone())
                .or_default()
                .insert(statement);
        }
        let lineage = self.journal.lineage();
        self.engine.capture.learn(&now, |table| {
            told(table, &lineage, &self.before, &self.altered, self.tenants)
        });
        self.catalog = now;
        Ok(())
    }

    /// Rows were written to tables that the catalog did not know before the statement: it must have
    /// created them, so that they are compared whole.
    pub(super) fn all_known(
        &self,
        unknown: &BTreeSet<String>,
        statement: &Statement,
    ) -> Result<(), RehearseError> {
        match unknown
            .iter()
            .find(|name| self.catalog.table(name).is_none())
        {
            None => Ok(()),
            Some(name) => Err(RehearseError::Capture {
                migration: self.migration.path.clone(),
                statement: statement.index,
                reason: format!(
                    "a row of table `{name}` was written, which the catalog does not know"
                ),
            }),
        }
    }
}
