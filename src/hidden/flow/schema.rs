//! Where the schema takes hidden values: into generated columns, references, views, virtual tables,
//! and by triggers.

use super::{Flow, ROWID};
use crate::hidden::ground::{Ground, is_kept};
use crate::hidden::words::{names, stars};
use crate::rewrite;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;

impl Flow {
    pub(super) fn through_schema(&mut self, ground: Ground<'_>, catalog: &Catalog) {
        for table in catalog.tables.values() {
            self.through_table(ground, catalog, table);
        }
        for ((kind, name), object) in &catalog.objects {
            let sql = object.sql.as_deref().unwrap_or_default();
            let table = catalog.table(name);
            let is_virtual = table.is_some_and(|table| table.kind == TableKind::Virtual);
            match kind.as_str() {
                "view" => self.view(name, sql),
                "table" if is_virtual => self.module(name, sql),
                _ => {}
            }
        }
        for (_, trigger) in catalog.triggers() {
            let sql = trigger.sql.as_deref().unwrap_or_default();
            self.trigger(ground, &trigger.table, sql);
        }
    }

    fn through_table(&mut self, ground: Ground<'_>, catalog: &Catalog, table: &Table) {
        let name = &table.name;
        for column in table.column_names() {
            let is_kept = is_kept(ground.tenants, table, column);
            if ground.redaction.hides(name, column, is_kept) {
                self.add(name, column);
            }
        }
        if self.is_of(name) {
            self.within(ground, table);
        }
        let owner = catalog.owner_of_shadow(name);
        let owner = owner.filter(|_| table.kind == TableKind::Shadow);
        if owner.is_some_and(|owner| self.is_of(&owner.name)) {
            self.add_all(name);
        }
        // The key of a row that is its address has other names too.
        let key = table.integer_primary_key;
        if key.is_some_and(|key| self.holds(name, &table.columns[key].name)) {
            for alias in ROWID {
                self.add(name, alias);
            }
        }
        self.references(catalog, table);
    }

    /// Within a table that holds hidden values: the functions of a module give its rows without
    /// naming their columns; where the schema is edited as rows, no name lasts; what is computed in
    /// a row may be computed from a hidden cell of it.
    fn within(&mut self, ground: Ground<'_>, table: &Table) {
        if table.kind == TableKind::Virtual || ground.edits_schema() {
            return self.add_all(&table.name);
        }
        for column in table.columns.iter().filter(|column| column.generated) {
            self.add(&table.name, &column.name);
        }
    }

    /// A column that refers to a hidden one has its values.
    fn references(&mut self, catalog: &Catalog, table: &Table) {
        for key in &table.keys.foreign {
            let Some(parent) = catalog.table(&key.parent) else {
                continue;
            };
            for (own, other) in key.columns.iter().zip(key.referred(parent)) {
                if self.holds(&parent.name, other) {
                    self.add(&table.name, own);
                }
            }
        }
    }

    pub(super) fn view(&mut self, name: &str, sql: &str) {
        let words = names(sql);
        if self.gives(&words, &words, stars(sql)) {
            self.add_all(name);
        }
    }

    /// A virtual table may read any table that it names.
    pub(super) fn module(&mut self, name: &str, sql: &str) {
        let own = ident::folded(name);
        let mut others = names(sql).into_iter().filter(|word| *word != own);
        if others.any(|word| self.tables.contains_key(&word)) {
            self.add_all(name);
        }
    }

    pub(super) fn trigger(&mut self, ground: Ground<'_>, table: &str, sql: &str) {
        let around = names(sql);
        if self.concerns(&around) {
            self.through.insert(ident::folded(table));
        }
        for statement in rewrite::body(sql) {
            self.written(ground, statement, &around);
        }
    }
}
