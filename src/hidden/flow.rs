//! Where hidden values are: in the columns that are to be hidden, and wherever the schema or a
//! migration takes them from there.
//!
//! Told from the text of statements, triggers and views, by the names in it; in what order they run
//! is left aside. Where a text does not tell column by column where its values come from, all that
//! it writes is taken to hold hidden ones. Values that were copied before are not followed: the
//! snapshot does not tell where they came from.

mod owners;
mod schema;

use super::ground::Ground;
use super::words::{names, stars};
use crate::migration::{Migration, ObjectType, Rename, Statement, StatementKind};
use crate::redaction::Redaction;
use crate::rewrite::{self, Source};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::sql::{Words, ident};
use std::collections::{BTreeMap, BTreeSet};

/// Columns by folded names of tables and columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    tables: BTreeMap<String, HiddenColumns>,
    /// tables whose triggers read or write hidden values
    through: BTreeSet<String>,
    /// whether a migration attached a database: what its tables have, and which table a name means,
    /// is not known
    pub(super) attached: bool,
}

/// The columns of one table that hold hidden values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct HiddenColumns {
    /// whether all of them
    all: bool,
    /// those that are known by name
    named: BTreeSet<String>,
}

impl HiddenColumns {
    fn has(&self, column: &str) -> bool {
        self.all || self.named.contains(&ident::folded(column))
    }
}

/// Whether a query gives values of the schema that are to be hidden.
pub(crate) fn gives(
    redaction: &Redaction,
    tenants: &TenantMap,
    catalog: &Catalog,
    query: &str,
) -> bool {
    let migration = Migration::parse("", "", String::new());
    let ground = Ground {
        redaction,
        tenants,
        migration: &migration,
        catalogs: [catalog, catalog],
    };
    let mut flow = Flow::default();
    flow.follow(ground);
    let sql = format!("CREATE TABLE {GIVEN} AS {query}");
    flow.written(ground, &sql, &names(&sql));
    flow.is_of(GIVEN)
}

fn makes_trigger(statement: &Statement) -> bool {
    statement.kind == StatementKind::Create(ObjectType::Trigger)
}

/// A table that takes what a query gives: no name of a table can begin so.
const GIVEN: &str = "sqlite_given";

/// The names of a row's address.
const ROWID: [&str; 3] = ["rowid", "oid", "_rowid_"];

impl Flow {
    /// Whether a column holds hidden values.
    pub(super) fn holds(&self, table: &str, column: &str) -> bool {
        let columns = self.tables.get(&ident::folded(table));
        columns.is_some_and(|columns| columns.has(column))
    }

    /// Whether a text names a table that holds hidden values, or one whose triggers meet such.
    pub(super) fn concerns(&self, words: &BTreeSet<String>) -> bool {
        words
            .iter()
            .any(|word| self.tables.contains_key(word) || self.through.contains(word))
    }

    /// Whether a table holds hidden values.
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.tables.contains_key(&ident::folded(table))
    }

    /// Follows them through the schema and the migration, until they come no further.
    pub(super) fn follow(&mut self, ground: Ground<'_>) {
        self.attached |= ground.texts().any(|(_, sql)| Words::of(sql).has("ATTACH"));
        loop {
            let known = self.clone();
            for catalog in ground.catalogs {
                self.through_schema(ground, catalog);
            }
            for (statement, sql) in ground.texts() {
                self.made(ground, statement, sql);
                if !makes_trigger(statement) {
                    self.written(ground, sql, &names(sql));
                }
            }
            for (table, rename) in ground.migration.renames() {
                self.renamed(table, rename);
            }
            if *self == known {
                return;
            }
        }
    }

    fn made(&mut self, ground: Ground<'_>, statement: &Statement, sql: &str) {
        let object = statement.object.as_ref();
        let own = object.map(|object| object.name.as_str());
        let name = own.or(statement.table.as_deref()).unwrap_or_default();
        match statement.kind {
            StatementKind::Create(ObjectType::View) => {
                self.named(ground, name, sql);
                self.view(name, sql);
            }
            StatementKind::Create(ObjectType::Trigger) => {
                let table = object.and_then(|object| object.on.as_deref());
                self.trigger(ground, table.unwrap_or_default(), sql);
            }
            StatementKind::Create(ObjectType::Table) => {
                self.named(ground, name, sql);
                if Words::of(sql).has("VIRTUAL") {
                    self.module(name, sql);
                }
            }
            StatementKind::AlterTable => self.named(ground, name, sql),
            _ => {}
        }
    }

    /// What a statement makes under a name that a pattern has may be in no schema that is read: it
    /// is dropped again, or taken back.
    fn named(&mut self, ground: Ground<'_>, table: &str, sql: &str) {
        let names = names(sql);
        let called: Vec<&str> = std::iter::once(table)
            .chain(ground.renamed(table))
            .collect();
        let is_known = called
            .iter()
            .any(|name| ground.tables(name).next().is_some());
        let is_kept = |name: &&String| called.iter().any(|table| ground.is_kept(table, name));
        let patterns = ground.redaction.patterns.iter();
        for pattern in patterns.filter(|p| called.iter().any(|name| p.is_of(name))) {
            match &pattern.column {
                Some(column) if names.contains(&ident::folded(column)) => self.add(table, column),
                Some(_) => {}
                None if is_known => {
                    names
                        .iter()
                        .filter(|name| !is_kept(name))
                        .for_each(|name| self.add(table, name));
                }
                None => self.add_all(table),
            }
        }
    }

    /// A name says what is hidden before it is given, too.
    fn renamed(&mut self, table: &str, Rename { column, to }: &Rename) {
        match column {
            None => {
                self.same(table, to);
                self.same(to, table);
            }
            Some(column) if self.holds(table, column) => self.add(table, to),
            Some(column) if self.holds(table, to) => self.add(table, column),
            Some(_) => {}
        }
    }

    fn same(&mut self, from: &str, to: &str) {
        if let Some(columns) = self.tables.get(&ident::folded(from)).cloned() {
            let own = self.tables.entry(ident::folded(to)).or_default();
            own.all |= columns.all;
            own.named.extend(columns.named);
        }
    }

    /// What a statement writes, with the names `around` it: its own, or those of the trigger that it
    /// is of.
    fn written(&mut self, ground: Ground<'_>, sql: &str, around: &BTreeSet<String>) {
        let mut met = around.iter().filter(|name| self.tables.contains_key(*name));
        if !self.attached && met.next().is_none() && !self.gives_last_key(around) {
            return;
        }
        let Some(written) = rewrite::written(sql) else {
            return;
        };
        let table = written.table;
        if self.attached {
            return self.add_all(&table);
        }
        let targets = written.columns.or_else(|| ground.columns(&table));
        let count = targets.as_ref().map_or(1, Vec::len);
        let gets = match &written.source {
            Source::Each(parts) => {
                let gives = |part: &String| self.gives(&names(part), around, stars(part));
                parts.iter().map(gives).collect()
            }
            Source::Table(from) => self.copied(ground, from, count),
            Source::Unknown => vec![self.gives(around, around, stars(sql)); count],
        };
        self.take(&table, targets, &gets);
    }

    /// Adds the columns of a table that get hidden values; all, if these are not known.
    fn take(&mut self, table: &str, targets: Option<Vec<String>>, gets: &[bool]) {
        if !gets.contains(&true) {
            return;
        }
        let Some(targets) = targets.filter(|targets| targets.len() == gets.len()) else {
            return self.add_all(table);
        };
        for (column, _) in targets.iter().zip(gets).filter(|(_, gets)| **gets) {
            self.add(table, column);
        }
    }

    /// Which columns of a table hold hidden values, in their order; as many as are written, where
    /// its own are not known.
    fn copied(&self, ground: Ground<'_>, table: &str, count: usize) -> Vec<bool> {
        match ground.columns(table) {
            Some(columns) => columns.iter().map(|own| self.holds(table, own)).collect(),
            None => vec![self.is_of(table); count],
        }
    }

    /// Whether a text asks for the key of the last row, of whatever table, and the keys of one are
    /// hidden.
    fn gives_last_key(&self, words: &BTreeSet<String>) -> bool {
        words.contains("last_insert_rowid") && self.tables.values().any(|own| own.has(ROWID[0]))
    }

    /// Whether a text with these words, in a statement with those, gives hidden values; `stars`
    /// where it names all columns at once.
    fn gives(&self, words: &BTreeSet<String>, around: &BTreeSet<String>, stars: bool) -> bool {
        let gives = |columns: &HiddenColumns| {
            stars || (columns.all && !words.is_empty()) || !columns.named.is_disjoint(words)
        };
        let mut tables = self.tables.iter();
        self.gives_last_key(words)
            || tables.any(|(table, columns)| around.contains(table) && gives(columns))
    }

    fn add(&mut self, table: &str, column: &str) {
        self.tables
            .entry(ident::folded(table))
            .or_default()
            .named
            .insert(ident::folded(column));
    }

    fn add_all(&mut self, table: &str) {
        self.tables.entry(ident::folded(table)).or_default().all = true;
    }
}
