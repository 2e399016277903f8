//! What a rehearsal produced: the statements, how the migration ended, the rows it wrote and the
//! schemas before and after.

use crate::change::Counts;
use crate::migration::{Migration, Savepoints, Statement, StatementKind};
use crate::rehearse::engine::Outcome;
use crate::rehearse::history::{Indirect, Lineage, SchemaWrite, Touched, altered, storage_altered};
use crate::rehearse::preview::{PreviewRun, TakenString};
use crate::rewrite::{NoPreview, OuterColumn};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, Table};
use crate::sql::Words;
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Everything that running one migration on the clone produced.
#[derive(Debug)]
pub struct Rehearsal {
    /// what each statement did, in order; those after a stop are missing
    pub statements: Vec<StatementRun>,
    /// how the migration ended
    pub outcome: Outcome,
    /// the first failure, the runner's own COMMIT included
    pub failure: Option<Failure>,
    /// whether it ended in a transaction that it had opened, which closing the connection rolls back
    pub left_open: bool,
    /// whether nothing of it remains, since the transaction around it was rolled back, with the
    /// migrations before it where that holds them too
    pub is_taken_back: bool,
    /// the rows it wrote
    pub touched: Touched,
    /// the schema before
    pub before: Catalog,
    /// the schema after
    pub after: Catalog,
    /// tables whose definition was not the same throughout, by folded name, with the statements that
    /// changed it; 0 is one of the runner
    pub altered: BTreeMap<String, BTreeSet<usize>>,
    /// objects of the schema, by type and name, that a statement changed or dropped without naming
    /// them
    pub unnamed: BTreeSet<(String, String)>,
    /// objects of the state before, by type and name, that a statement dropped without naming them
    /// and that were not made again as they were, each with that statement
    pub dropped_along: BTreeMap<(String, String), usize>,
    /// which table of the state before each table of the state after continues
    pub lineage: Lineage,
}

impl Rehearsal {
    /// Whether it ran to its end, so that what it left is what it meant to leave.
    pub fn ran_through(&self) -> bool {
        self.outcome == Outcome::Applied && !self.left_open
    }

    /// The table before that a table after is compared with, by the folded name after.
    pub fn origin(&self, table: &str) -> Option<&Table> {
        self.lineage.before(table, &self.before, &self.after)
    }

    /// The table before as it goes on after, while one that the migration made has its name.
    pub fn put_aside(&self, table: &str) -> Option<&Table> {
        self.lineage.put_aside(&ident::folded(table), &self.after)
    }

    /// The folded name under which a table before goes on, where that is another.
    pub fn renamed_to(&self, table: &str) -> Option<&str> {
        self.lineage.renamed_to(table, &self.before, &self.after)
    }

    /// What each statement that ran did, with the statement.
    pub fn ran<'a>(
        &'a self,
        migration: &'a Migration,
    ) -> impl DoubleEndedIterator<Item = (&'a StatementRun, &'a Statement)> {
        self.statements.iter().zip(&migration.statements)
    }

    /// What the statement with a number did; `None` where it did not run.
    pub fn statement(&self, number: usize) -> Option<&StatementRun> {
        self.statements.get(number.checked_sub(1)?)
    }

    /// The previews that ran.
    pub fn previews(&self) -> impl Iterator<Item = &PreviewRun> {
        let previews = self.statements.iter().map(|run| run.preview.as_ref());
        previews.filter_map(|preview| preview?.as_ref().ok())
    }

    /// The unique indexes of the state after that are not in the state before.
    pub fn new_unique_indexes(&self) -> impl Iterator<Item = &SchemaObject> {
        let is_new =
            |(key, object): &(&_, &SchemaObject)| self.before.objects.get(*key) != Some(*object);
        let indexes = self
            .after
            .objects
            .iter()
            .filter(|(key, _)| key.0 == "index");
        indexes
            .filter(is_new)
            .map(|(_, object)| object)
            .filter(|object| {
                let sql = object.sql.as_deref();
                sql.is_some_and(|sql| Words::of(sql).is(1, "UNIQUE"))
            })
    }

    /// The statements for which `counts` is true, by the COMMIT that keeps what they did, without
    /// those that were taken back. Mirrors the transactions and savepoints of the engine statement by
    /// statement; the journal does so row by row, while they run.
    pub fn commits<'a>(
        &'a self,
        migration: &'a Migration,
        counts: impl Fn(&Statement, &StatementRun) -> bool,
    ) -> Vec<Vec<&'a StatementRun>> {
        let (mut done, mut open) = (Vec::new(), Vec::new());
        let mut savepoints = Savepoints::default();
        for (run, statement) in self.ran(migration) {
            if run.rolled_back {
                open.clear();
                savepoints.clear();
            }
            savepoints.take(&statement.kind, open.len());
            if let StatementKind::RollbackTo(name) = &statement.kind {
                open.truncate(savepoints.back_to(name).unwrap_or(open.len()));
            }
            if counts(statement, run) {
                open.push(run);
            }
            if !run.in_transaction {
                savepoints.clear();
                done.push(std::mem::take(&mut open));
            }
        }
        // The runner's COMMIT.
        done.push(open);
        done.retain(|commit| !commit.is_empty());
        done
    }

    /// Takes the schema after from a fresh connection: the connection of the migration does not see
    /// an edit of the schema as rows.
    ///
    /// # Errors
    /// The engine's, if the schema cannot be read.
    pub fn reread(&mut self, after: &rusqlite::Connection) -> rusqlite::Result<()> {
        let seen = std::mem::replace(&mut self.after, Catalog::read(after)?);
        let names: Vec<String> = altered(&seen, &self.after).cloned().collect();
        for name in names {
            self.altered.entry(name).or_default();
        }
        for table in storage_altered(&seen, &self.after, true) {
            let touched = &mut self.touched;
            touched.doubtful.entry(table.clone()).or_default();
            touched.storage_written.entry(table).or_default();
        }
        Ok(())
    }
}

/// Where and why a migration failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// the number of the statement; `None` for one of the runner
    pub statement: Option<usize>,
    /// the engine's message
    pub message: String,
}

/// What one statement did.
#[derive(Debug, Default)]
pub struct StatementRun {
    /// its number in the migration, from 1
    pub index: usize,
    /// the rows of an UPDATE or DELETE just before it ran, or what the query of an INSERT selected;
    /// or why they are not known
    pub preview: Option<Result<PreviewRun, NoPreview>>,
    /// row writes of its own
    pub direct: Counts,
    /// row writes of triggers, foreign-key actions and REPLACE
    pub indirect: Counts,
    /// the same by table, with how the statement led there
    pub paths: Vec<Indirect>,
    /// the double-quoted names in it that the engine takes for strings
    pub strings: Vec<TakenString>,
    /// the columns of rows outside that its subqueries give as their results
    pub outer: Vec<OuterColumn>,
    /// whether it is an INSERT that leaves the key of a row to the engine
    pub leaves_key: bool,
    /// the names of its unbound parameters
    pub unbound: Vec<String>,
    /// the engine's message, if it failed
    pub error: Option<String>,
    /// the outcome of the migration by that
    pub outcome: Outcome,
    /// what a PRAGMA asks foreign keys to be, if they are not that after it
    pub without_effect: Option<bool>,
    /// what it wrote that lasts once it is committed
    pub wrote: Wrote,
    /// the table that it alters or indexes, if that had no row just before
    pub on_empty: Option<String>,
    /// the object with its type that was there, so that CREATE … IF NOT EXISTS made nothing
    pub already: Option<(String, SchemaObject)>,
    /// whether it took back everything that its transaction had written
    pub rolled_back: bool,
    /// whether a transaction was open after it
    pub in_transaction: bool,
    /// how long it took
    pub elapsed: Duration,
}

/// What a statement wrote to the database itself, without temporary objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrote {
    /// rows, even with the values that they had
    pub rows: bool,
    /// objects of the schema that it made, dropped or changed, by type and name
    pub schema: Vec<(SchemaWrite, String, String)>,
    /// a number in the header that a migration tool keeps there, as `PRAGMA user_version = 3` does
    pub header: bool,
}

impl Wrote {
    /// Whether it wrote nothing.
    pub fn is_nothing(&self) -> bool {
        !self.rows && self.schema.is_empty() && !self.header
    }
}
