//! What the statements of a migration stand on: the schemas before and after it, and the names and
//! columns that tables have in between, as far as its text tells. Knows of no hidden value.

use super::words::says;
use crate::migration::{Migration, ObjectType, StatementKind};
use crate::redaction::Redaction;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::{Catalog, tenancy};
use crate::sql::ident;

/// What the statements of a migration stand on.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) redaction: &'a Redaction,
    pub(super) tenants: &'a TenantMap,
    pub(super) migration: &'a Migration,
    /// the names that its tables and columns get
    pub(super) renames: &'a [Rename],
    /// the schemas before and after
    pub(super) catalogs: [&'a Catalog; 2],
}

impl Ground<'_> {
    /// Whether only its own name hides a column: it is of the key, or says whose a row is.
    pub(super) fn is_kept(&self, table: &str, column: &str) -> bool {
        self.catalogs
            .iter()
            .filter_map(|catalog| catalog.table(table))
            .any(|table| is_kept(self.tenants, table, column))
    }

    /// Whether a column says whose the rows of its table are.
    pub(super) fn is_tenant(&self, table: &str, column: &str) -> bool {
        self.catalogs
            .iter()
            .filter_map(|catalog| catalog.table(table))
            .any(|table| is_tenant(self.tenants, table, column))
    }

    /// Whether the migration may edit the schema as rows.
    pub(super) fn edits_schema(&self) -> bool {
        self.texts().any(|(_, sql)| says(sql, "writable_schema"))
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = (&StatementKind, &str)> {
        self.migration
            .statements
            .iter()
            .map(|statement| (&statement.kind, self.migration.sql(statement)))
    }

    /// The columns that a table has, in their order; `None` where it has others at some time.
    pub(super) fn columns(&self, table: &str) -> Option<Vec<String>> {
        let is_it = |name: &str| ident::same(name, table);
        let is_altered = |(kind, sql): &(&StatementKind, &str)| {
            **kind == StatementKind::AlterTable
                && is_it(&created(sql, "TABLE"))
                && !renames_table(sql)
        };
        if self.texts().any(|text| is_altered(&text)) {
            return None;
        }
        let creates = self
            .texts()
            .filter(|(kind, sql)| {
                **kind == StatementKind::Create(ObjectType::Table) && is_it(&created(sql, "TABLE"))
            })
            .count();
        let becomes = self
            .renames
            .iter()
            .filter(|rename| rename.column.is_none() && is_it(&rename.to))
            .count();
        let [before, after] = self.catalogs.map(|catalog| catalog.table(table));
        let after = after.or_else(|| self.catalogs[1].table(self.renamed(table)?));
        let definition = |catalog: &Catalog| catalog.definition(table).map(str::to_owned);
        let columns = |table: &Table| -> Vec<String> {
            table
                .columns
                .iter()
                .filter(|column| !column.generated)
                .map(|column| ident::folded(&column.name))
                .collect()
        };
        match (creates + becomes, before.map(columns), after.map(columns)) {
            (0, before, after) if before.is_none() || after.is_none() => before.or(after),
            (0, before, after) => before.filter(|before| Some(before) == after.as_ref()),
            // One that is taken back was another for a while.
            (1, Some(before), Some(after)) => (before == after
                && definition(self.catalogs[0]) != definition(self.catalogs[1]))
            .then_some(after),
            (1, None, Some(after)) => Some(after),
            _ => None,
        }
    }

    /// The columns that a table has at some time, or has under the name that it gets.
    pub(super) fn some_columns(&self, table: &str) -> Option<Vec<String>> {
        let of = |name: &str| {
            self.catalogs
                .iter()
                .rev()
                .find_map(|catalog| catalog.table(name))
        };
        let table = of(table).or_else(|| of(self.renamed(table)?))?;
        Some(table.column_names().map(ident::folded).collect())
    }

    /// The name that a table gets.
    pub(super) fn renamed(&self, table: &str) -> Option<&str> {
        self.renames
            .iter()
            .find(|rename| rename.column.is_none() && ident::same(&rename.table, table))
            .map(|rename| rename.to.as_str())
    }
}

/// Whether a column is of the key of its table, or says whose its rows are.
pub(super) fn is_kept(tenants: &TenantMap, table: &Table, column: &str) -> bool {
    table
        .primary_key
        .iter()
        .any(|at| ident::same(&table.columns[*at].name, column))
        || is_tenant(tenants, table, column)
}

/// Whether a column says whose the rows of its table are.
fn is_tenant(tenants: &TenantMap, table: &Table, column: &str) -> bool {
    matches!(tenancy::rule_for(tenants, table), Some(TenantRule::Column(own)) if ident::same(&own, column))
}

/// What `ALTER TABLE … RENAME` gives another name.
pub(super) struct Rename {
    /// the table
    pub(super) table: String,
    /// the column, where it is one
    pub(super) column: Option<String>,
    /// the name
    pub(super) to: String,
}

/// What a migration gives other names.
pub(super) fn renames(migration: &Migration) -> Vec<Rename> {
    let alters = migration
        .statements
        .iter()
        .filter(|statement| statement.kind == StatementKind::AlterTable);
    alters
        .filter_map(|statement| rename(migration.sql(statement)))
        .collect()
}

fn renames_table(sql: &str) -> bool {
    rename(sql).is_some_and(|rename| rename.column.is_none())
}

fn rename(sql: &str) -> Option<Rename> {
    let tokens = super::words::significant(sql);
    let at = tokens
        .iter()
        .position(|word| word.eq_ignore_ascii_case("RENAME"))?;
    let name = |at: usize| tokens.get(at).map(|word| ident::dequote(word));
    let table = name(at.checked_sub(1)?)?;
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| t.eq_ignore_ascii_case(word));
    if is(at + 1, "TO") {
        return Some(Rename {
            table,
            column: None,
            to: name(at + 2)?,
        });
    }
    let at = if is(at + 1, "COLUMN") && !is(at + 2, "TO") {
        at + 2
    } else {
        at + 1
    };
    is(at + 1, "TO").then(|| {
        Some(Rename {
            table,
            column: name(at),
            to: name(at + 2)?,
        })
    })?
}

/// The name behind a word, without its schema; empty where there is none.
pub(super) fn created(sql: &str, word: &str) -> String {
    let tokens = super::words::significant(sql);
    let Some(at) = tokens
        .iter()
        .position(|token| token.eq_ignore_ascii_case(word))
    else {
        return String::new();
    };
    let at = if tokens
        .get(at + 1)
        .is_some_and(|token| token.eq_ignore_ascii_case("IF"))
    {
        at + 4
    } else {
        at + 1
    };
    let at = if tokens.get(at + 1) == Some(&".") {
        at + 2
    } else {
        at
    };
    tokens
        .get(at)
        .map(|token| ident::dequote(token))
        .unwrap_or_default()
}
