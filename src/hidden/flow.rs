//! Where hidden values are: in the columns that are to be hidden, and wherever the schema or a
//! migration takes them from there.
//!
//! Told from the text of statements, triggers and views, by the names in it; in what order they run
//! is left aside. Where a text does not tell column by column where its values come from, all that
//! it writes is taken to hold hidden ones. Values that were copied before are not followed: the
//! snapshot does not tell where they came from.

use super::ground::{Ground, is_kept};
use super::words::{names, says, stars};
use crate::migration::{Migration, ObjectType, Rename, Statement, StatementKind};
use crate::redaction::Redaction;
use crate::rewrite::{self, Source, Written};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};

/// Columns by folded names of tables and columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    tables: BTreeMap<String, Columns>,
    /// tables whose triggers read or write hidden values
    through: BTreeSet<String>,
    /// whether a migration attached a database: what its tables have, and which table a name means,
    /// is not known
    attached: bool,
}

/// The columns of one table that hold hidden values.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Columns {
    All,
    These(BTreeSet<String>),
}

/// Whether a query gives values of the schema that are to be hidden.
pub fn gives(redaction: &Redaction, tenants: &TenantMap, catalog: &Catalog, query: &str) -> bool {
    let migration = Migration::parse("", "", String::new());
    let ground = Ground {
        redaction,
        tenants,
        migration: &migration,
        catalogs: [catalog, catalog],
    };
    let mut flow = Flow::default();
    flow.follow(ground);
    flow.written(
        ground,
        &format!("CREATE TABLE {GIVEN} AS {query}"),
        &BTreeSet::new(),
    );
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
        match self.tables.get(&ident::folded(table)) {
            Some(Columns::All) => true,
            Some(Columns::These(columns)) => columns.contains(&ident::folded(column)),
            None => false,
        }
    }

    /// Whether a text names a table that holds hidden values, or one whose triggers meet such.
    pub(super) fn concerns(&self, words: &BTreeSet<String>) -> bool {
        words
            .iter()
            .any(|word| self.tables.contains_key(word) || self.through.contains(word))
    }

    /// The columns that say whose a row is and that a statement sets to hidden values, by table.
    /// Where it is not told column by column what a statement writes, none is taken to be.
    pub(super) fn tenants(&self, ground: Ground<'_>) -> BTreeSet<(String, String)> {
        self.certain(ground).tenants_set(ground)
    }

    /// Only the columns that are told one by one, without those that say whose a row is: what is
    /// found by a hidden value counts as one.
    fn certain(&self, ground: Ground<'_>) -> Self {
        let own = |(table, columns): (&String, &Columns)| match columns {
            Columns::All => None,
            Columns::These(columns) => {
                let others = columns
                    .iter()
                    .filter(|column| !ground.is_tenant(table, column))
                    .cloned()
                    .collect();
                Some((table.clone(), Columns::These(others)))
            }
        };
        Self {
            tables: self.tables.iter().filter_map(own).collect(),
            ..Self::default()
        }
    }

    fn tenants_set(&self, ground: Ground<'_>) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        let triggers = ground
            .catalogs
            .iter()
            .flat_map(|catalog| catalog.triggers())
            .filter_map(|(_, trigger)| trigger.sql.as_deref());
        let made = ground
            .texts()
            .filter(|(statement, _)| makes_trigger(statement))
            .map(|(_, sql)| sql);
        for sql in triggers.chain(made) {
            let around = names(sql);
            found.extend(
                rewrite::body(sql)
                    .into_iter()
                    .filter_map(|statement| self.sets_tenant(ground, statement, &around)),
            );
        }
        for (_, sql) in ground
            .texts()
            .filter(|(statement, _)| !makes_trigger(statement))
        {
            found.extend(self.sets_tenant(ground, sql, &BTreeSet::new()));
        }
        found
    }

    fn sets_tenant(
        &self,
        ground: Ground<'_>,
        sql: &str,
        around: &BTreeSet<String>,
    ) -> Option<(String, String)> {
        let mut around = around.clone();
        around.extend(names(sql));
        let Written {
            table,
            columns,
            source: Source::Each(parts),
        } = rewrite::written(sql)?
        else {
            return None;
        };
        let columns = columns.or_else(|| ground.columns(&table))?;
        let gets = |part: &str| {
            let inner = part
                .trim()
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'));
            // A query of its own may find by what is hidden, and gives what its list says.
            let given = inner
                .and_then(|query| rewrite::written(&format!("CREATE TABLE {GIVEN} AS {query}")));
            match given {
                Some(Written {
                    source: Source::Each(list),
                    ..
                }) => list
                    .iter()
                    .any(|part| self.gives(&names(part), &around, stars(part))),
                _ => self.gives(&names(part), &around, stars(part)),
            }
        };
        let column = columns
            .iter()
            .zip(&parts)
            .find(|(column, part)| ground.is_tenant(&table, column) && gets(part))
            .map(|(column, _)| column.clone());
        (columns.len() == parts.len()).then_some((table, column?))
    }

    /// Whether there may be tables of another database.
    pub(super) fn is_attached(&self) -> bool {
        self.attached
    }

    /// Whether a table holds hidden values.
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.tables.contains_key(&ident::folded(table))
    }

    /// Follows them through the schema and the migration, until they come no further.
    pub(super) fn follow(&mut self, ground: Ground<'_>) {
        self.attached |= ground.texts().any(|(_, sql)| says(sql, "ATTACH"));
        loop {
            let known = self.clone();
            ground
                .catalogs
                .iter()
                .for_each(|catalog| self.through_schema(ground, catalog));
            for (statement, sql) in ground.texts() {
                self.made(ground, statement, sql);
                if !makes_trigger(statement) {
                    self.written(ground, sql, &BTreeSet::new());
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
        let name = object.map_or("", |object| &object.name);
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
                if says(sql, "VIRTUAL") {
                    self.module(name, sql);
                }
            }
            StatementKind::AlterTable => {
                self.named(ground, statement.table.as_deref().unwrap_or_default(), sql);
            }
            _ => {}
        }
    }

    /// What a statement makes under a name that a pattern has may be in no schema that is read: it
    /// is dropped again, or taken back.
    fn named(&mut self, ground: Ground<'_>, table: &str, sql: &str) {
        let names = names(sql);
        let called: Vec<&str> = [Some(table), ground.renamed(table)]
            .into_iter()
            .flatten()
            .collect();
        let is_known = called.iter().any(|name| {
            ground
                .catalogs
                .iter()
                .any(|catalog| catalog.table(name).is_some())
        });
        for pattern in ground
            .redaction
            .patterns
            .iter()
            .filter(|pattern| called.iter().any(|name| pattern.is_of(name)))
        {
            match &pattern.column {
                Some(column) if names.contains(&ident::folded(column)) => self.add(table, column),
                Some(_) => {}
                None if is_known => {
                    let is_kept =
                        |name: &&String| called.iter().any(|table| ground.is_kept(table, name));
                    names
                        .iter()
                        .filter(|name| !is_kept(name))
                        .for_each(|name| self.add(table, name));
                }
                None => self.add_all(table),
            }
        }
    }

    fn through_schema(&mut self, ground: Ground<'_>, catalog: &Catalog) {
        for table in catalog.tables.values() {
            let is_hidden = |column: &&str| {
                let kept = is_kept(ground.tenants, table, column);
                ground
                    .redaction
                    .patterns
                    .iter()
                    .any(|pattern| pattern.hides(&table.name, column, kept))
            };
            table
                .column_names()
                .filter(is_hidden)
                .for_each(|column| self.add(&table.name, column));
            // The functions of a module give its rows without naming their columns, and where the
            // schema is edited as rows, no name lasts.
            if self.is_of(&table.name)
                && (table.kind == TableKind::Virtual || ground.edits_schema())
            {
                self.add_all(&table.name);
            }
            // What is computed in a row may be computed from a hidden cell of it.
            if self.is_of(&table.name) {
                table
                    .columns
                    .iter()
                    .filter(|column| column.generated)
                    .for_each(|column| self.add(&table.name, &column.name));
            }
            if table.kind == TableKind::Shadow
                && catalog
                    .owner_of_shadow(&table.name)
                    .is_some_and(|owner| self.is_of(&owner.name))
            {
                self.add_all(&table.name);
            }
            // The key of a row that is its address has other names too.
            if let Some(key) = table.integer_primary_key
                && self.holds(&table.name, &table.columns[key].name)
            {
                for name in ROWID {
                    self.add(&table.name, name);
                }
            }
            self.references(catalog, table);
        }
        for ((kind, name), object) in &catalog.objects {
            let Some(sql) = object.sql.as_deref() else {
                continue;
            };
            match kind.as_str() {
                "view" => self.view(name, sql),
                "table"
                    if catalog
                        .table(name)
                        .is_some_and(|table| table.kind == TableKind::Virtual) =>
                {
                    self.module(name, sql);
                }
                _ => {}
            }
        }
        for (_, trigger) in catalog.triggers() {
            self.trigger(
                ground,
                &trigger.table,
                trigger.sql.as_deref().unwrap_or_default(),
            );
        }
    }

    /// A column that refers to a hidden one has its values.
    fn references(&mut self, catalog: &Catalog, table: &Table) {
        let definition = catalog
            .definition(&table.name)
            .and_then(rewrite::definition);
        for key in definition
            .into_iter()
            .flat_map(|definition| definition.foreign_keys)
        {
            let Some(parent) = catalog.table(&key.parent) else {
                continue;
            };
            let primary = || {
                parent
                    .primary_key
                    .iter()
                    .map(|at| parent.columns[*at].name.clone())
                    .collect()
            };
            let referred: Vec<String> = if key.parent_columns.is_empty() {
                primary()
            } else {
                key.parent_columns
            };
            for (own, other) in key.columns.iter().zip(&referred) {
                if self.holds(&parent.name, other) {
                    self.add(&table.name, own);
                }
            }
        }
    }

    fn view(&mut self, name: &str, sql: &str) {
        let words = names(sql);
        if self.gives(&words, &words, stars(sql)) {
            self.add_all(name);
        }
    }

    /// A virtual table may read any table that it names.
    fn module(&mut self, name: &str, sql: &str) {
        if names(sql)
            .iter()
            .any(|word| *word != ident::folded(name) && self.tables.contains_key(word))
        {
            self.add_all(name);
        }
    }

    fn trigger(&mut self, ground: Ground<'_>, table: &str, sql: &str) {
        let around = names(sql);
        if self.concerns(&around) {
            self.through.insert(ident::folded(table));
        }
        for statement in rewrite::body(sql) {
            self.written(ground, statement, &around);
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
        match self.tables.get(&ident::folded(from)).cloned() {
            Some(Columns::All) => self.add_all(to),
            Some(Columns::These(columns)) => columns.iter().for_each(|column| self.add(to, column)),
            None => {}
        }
    }

    /// What a statement writes, with the names `around` it where it is of a trigger.
    fn written(&mut self, ground: Ground<'_>, sql: &str, around: &BTreeSet<String>) {
        let mut around = around.clone();
        around.extend(names(sql));
        if !self.attached && !self.may_give(&around) {
            return;
        }
        let Some(Written {
            table,
            columns,
            source,
        }) = rewrite::written(sql)
        else {
            return;
        };
        if self.attached {
            return self.add_all(&table);
        }
        let targets = columns.or_else(|| ground.columns(&table));
        let gets: Vec<bool> = match source {
            Source::Each(parts) => parts
                .iter()
                .map(|part| self.gives(&names(part), &around, stars(part)))
                .collect(),
            Source::Table(from) => match ground.columns(&from) {
                Some(columns) => columns
                    .iter()
                    .map(|column| self.holds(&from, column))
                    .collect(),
                None => vec![self.is_of(&from); targets.as_ref().map_or(1, Vec::len)],
            },
            Source::Unknown => {
                vec![self.gives(&around, &around, stars(sql)); targets.as_ref().map_or(1, Vec::len)]
            }
        };
        if !gets.contains(&true) {
            return;
        }
        match targets {
            Some(targets) if targets.len() == gets.len() => {
                targets
                    .iter()
                    .zip(gets)
                    .filter(|(_, gets)| *gets)
                    .for_each(|(column, _)| self.add(&table, column));
            }
            _ => self.add_all(&table),
        }
    }

    /// Whether a statement with these words can give hidden values.
    fn may_give(&self, words: &BTreeSet<String>) -> bool {
        words.iter().any(|name| self.tables.contains_key(name)) || self.gives_last_key(words)
    }

    /// Whether a text asks for the key of the last row, of whatever table, and the keys of one are
    /// hidden.
    fn gives_last_key(&self, words: &BTreeSet<String>) -> bool {
        let is_hidden = |columns: &Columns| match columns {
            Columns::All => true,
            Columns::These(columns) => columns.contains(ROWID[0]),
        };
        words.contains("last_insert_rowid") && self.tables.values().any(is_hidden)
    }

    /// Whether a text with these words, in a statement with those, gives hidden values; `stars`
    /// where it names all columns at once.
    fn gives(&self, words: &BTreeSet<String>, around: &BTreeSet<String>, stars: bool) -> bool {
        let met = self
            .tables
            .iter()
            .filter(|(table, _)| around.contains(*table));
        self.gives_last_key(words)
            || met.into_iter().any(|(_, columns)| match columns {
                Columns::All => !words.is_empty() || stars,
                Columns::These(columns) => {
                    stars || columns.iter().any(|column| words.contains(column))
                }
            })
    }

    fn add(&mut self, table: &str, column: &str) {
        let columns = self
            .tables
            .entry(ident::folded(table))
            .or_insert_with(|| Columns::These(BTreeSet::new()));
        if let Columns::These(columns) = columns {
            columns.insert(ident::folded(column));
        }
    }

    fn add_all(&mut self, table: &str) {
        self.tables.insert(ident::folded(table), Columns::All);
    }
}
