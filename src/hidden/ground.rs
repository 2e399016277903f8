//! What the statements of a migration stand on: the schemas before and after it, and the names and
//! columns that tables have in between, as far as its text tells. Knows of no hidden value.

use crate::migration::{Migration, ObjectType, Statement, StatementKind};
use crate::redaction::Redaction;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::{Catalog, tenancy};
use crate::sql::{Words, ident};
use std::collections::{BTreeMap, BTreeSet};

/// What the statements of a migration stand on.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) redaction: &'a Redaction,
    pub(super) tenants: &'a TenantMap,
    pub(super) migration: &'a Migration,
    /// the schemas before and after
    pub(super) catalogs: [&'a Catalog; 2],
}

impl Ground<'_> {
    /// What has this name before and after.
    pub(super) fn tables(&self, name: &str) -> impl DoubleEndedIterator<Item = &Table> {
        self.catalogs
            .into_iter()
            .filter_map(move |catalog| catalog.table(name))
    }

    /// Whether only its own name hides a column: it is of the key, or says whose a row is.
    pub(super) fn is_kept(&self, table: &str, column: &str) -> bool {
        self.tables(table)
            .any(|table| is_kept(self.tenants, table, column))
    }

    /// The columns that are kept so, by folded names.
    pub(super) fn kept(&self) -> BTreeSet<(String, String)> {
        let schemas = self.catalogs.into_iter();
        let tables = schemas.flat_map(|catalog| catalog.tables.values());
        let kept = tables.flat_map(|table| {
            let columns = table.column_names();
            let kept = columns.filter(|column| is_kept(self.tenants, table, column));
            kept.map(|column| (ident::folded(&table.name), ident::folded(column)))
        });
        kept.collect()
    }

    /// Whether a column says whose the rows of its table are.
    pub(super) fn is_tenant(&self, table: &str, column: &str) -> bool {
        self.tables(table)
            .any(|table| is_tenant(self.tenants, table, column))
    }

    /// Whether the migration may edit the schema as rows.
    pub(super) fn edits_schema(&self) -> bool {
        self.texts()
            .any(|(_, sql)| Words::of(sql).has("writable_schema"))
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = (&Statement, &str)> {
        self.migration
            .statements
            .iter()
            .map(|statement| (statement, self.migration.sql(statement)))
    }

    /// The texts of the triggers before and after.
    pub(super) fn triggers(&self) -> impl Iterator<Item = &str> {
        let all = self.catalogs.into_iter().flat_map(Catalog::triggers);
        all.filter_map(|(_, trigger)| trigger.sql.as_deref())
    }

    /// The columns that a table has, in their order; `None` where it has others at some time.
    pub(super) fn columns(&self, table: &str) -> Option<Vec<String>> {
        let makings = self.makings(table)?;
        let [before, after] = self.catalogs.map(|catalog| catalog.table(table));
        let after = after.or_else(|| self.catalogs[1].table(self.renamed(table)?));
        match (makings, before.map(stored), after.map(stored)) {
            (0, before, after) if before.is_none() || after.is_none() => before.or(after),
            (0, before, after) => before.filter(|before| Some(before) == after.as_ref()),
            // One that is taken back was another for a while.
            (1, Some(before), Some(after)) => {
                let [was, is] = self.catalogs.map(|catalog| catalog.definition(table));
                (before == after && was != is).then_some(after)
            }
            (1, None, Some(after)) => Some(after),
            _ => None,
        }
    }

    /// What `columns` says of each table that a statement names as its target, by folded names.
    pub(super) fn by_target(
        &self,
        columns: impl Fn(&str) -> Option<Vec<String>>,
    ) -> BTreeMap<String, Vec<String>> {
        let statements = self.migration.statements.iter();
        statements
            .filter_map(|statement| statement.table.as_deref())
            .filter_map(|table| Some((ident::folded(table), columns(table)?)))
            .collect()
    }

    /// How often the migration makes a table of this name; `None` where it alters one.
    fn makings(&self, table: &str) -> Option<usize> {
        let mut makings = 0;
        for statement in &self.migration.statements {
            let is_own = statement.targets(table);
            let becomes = statement.renamed_to();
            match statement.kind {
                StatementKind::AlterTable if is_own && becomes.is_none() => return None,
                StatementKind::Create(ObjectType::Table) if is_own => makings += 1,
                _ => {}
            }
            makings += usize::from(becomes.is_some_and(|to| ident::same(to, table)));
        }
        Some(makings)
    }

    /// The columns that a table has at some time, or has under the name that it gets.
    pub(super) fn some_columns(&self, table: &str) -> Option<Vec<String>> {
        let last = |name| self.tables(name).next_back();
        let table = last(table).or_else(|| last(self.renamed(table)?))?;
        Some(table.column_names().map(ident::folded).collect())
    }

    /// The name that a table gets.
    pub(super) fn renamed(&self, table: &str) -> Option<&str> {
        let mut renames = self.migration.renames();
        let (_, rename) =
            renames.find(|(own, rename)| rename.column.is_none() && ident::same(own, table))?;
        Some(&rename.to)
    }
}

/// The columns of a table that are not computed.
fn stored(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .filter(|column| !column.generated)
        .map(|column| ident::folded(&column.name))
        .collect()
}

/// Whether a column is of the key of its table, or says whose its rows are.
pub(super) fn is_kept(tenants: &TenantMap, table: &Table, column: &str) -> bool {
    table.key_columns().any(|key| ident::same(key, column)) || is_tenant(tenants, table, column)
}

/// Whether a column says whose the rows of its table are.
fn is_tenant(tenants: &TenantMap, table: &Table, column: &str) -> bool {
    matches!(tenancy::rule_for(tenants, table), Some(TenantRule::Column(own)) if ident::same(&own, column))
}
