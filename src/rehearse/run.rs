//! The runner's transaction: what the production runner does before the first statement of a
//! migration, between two and after the last. What one statement does is `statement.rs`.

use crate::migration::{Migration, ObjectType, Statement, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::rehearse::capture::Captured;
use crate::rehearse::engine::{Engine, Outcome, execute};
use crate::rehearse::fault::{RehearseError, is_environment};
use crate::rehearse::history::untracked::Now;
use crate::rehearse::history::{Journal, Lineage, Schema, SchemaWrite, Settled, Touched};
use crate::rehearse::result::{Failure, Rehearsal, StatementRun};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::{ident, message};
use std::collections::{BTreeMap, BTreeSet};

/// The place of a migration in the transaction that spans all migrations, under
/// [`TransactionMode::All`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// others follow
    Inner,
    /// the runner commits after it
    Last,
}

/// A migration under way.
pub(super) struct Run<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) migration: &'a Migration,
    pub(super) tenants: &'a TenantMap,
    /// rows kept of each preview
    pub(super) samples: usize,
    pub(super) schema: Schema,
    pub(super) journal: Journal,
    pub(super) span: Span,
    pub(super) settings: Settings,
    done: Vec<StatementRun>,
    outcome: Outcome,
    /// the first failure
    failure: Option<Failure>,
}

/// The transaction that spans all migrations.
pub(super) struct Span {
    /// whether it is still the one in which the migration began
    pub(super) is_open: bool,
    /// whether a statement rolled it back, or a part of it from before the migration
    pub(super) is_lost: bool,
}

/// What statements set on the connection of the migration.
pub(super) struct Settings {
    /// whether `PRAGMA defer_foreign_keys` was on after the last statement
    pub(super) defers_keys: bool,
    /// whether another connection reads the same, and the database is large enough for that to be
    /// worth while
    pub(super) may_be_beside: bool,
}

/// See [`Settings::may_be_beside`]. Within a transaction over all migrations the connection is what
/// earlier ones made it.
fn may_be_beside(engine: &Engine) -> rusqlite::Result<bool> {
    let conn = &engine.conn;
    let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    Ok(conn.is_autocommit() && pages.cast_unsigned() >= engine.bounds.beside_from)
}

impl<'a> Run<'a> {
    pub(super) fn new(
        engine: &'a mut Engine,
        migration: &'a Migration,
        tenants: &'a TenantMap,
        samples: usize,
    ) -> Result<Self, RehearseError> {
        let before = Catalog::read(&engine.conn)?;
        let is_open = !engine.conn.is_autocommit();
        let may_be_beside = may_be_beside(engine)?;
        let run = Self {
            engine,
            migration,
            tenants,
            samples,
            schema: Schema {
                now: before.clone(),
                before,
                ..Schema::default()
            },
            journal: Journal::default(),
            span: Span {
                is_open,
                is_lost: false,
            },
            settings: Settings {
                defers_keys: false,
                may_be_beside,
            },
            done: Vec::new(),
            outcome: Outcome::Applied,
            failure: None,
        };
        run.teach_capture();
        Ok(run)
    }

    /// Runs the statements. Returns whether the runner stopped at one that failed.
    pub(super) fn statements(&mut self, on_error: OnError) -> Result<bool, RehearseError> {
        for statement in &self.migration.statements {
            let mut done = self.statement(statement)?;
            let mut outcome = done.outcome;
            if self.span.is_lost && done.error.is_none() {
                let error = "it takes back the runner's transaction, and with it the \
                    migrations before this one";
                (done.error, outcome) = (Some(error.to_owned()), Outcome::Failed);
            }
            if let Some(message) = &done.error {
                self.fail(Some(statement.index), message.clone(), outcome);
            }
            let stop = self.span.is_lost
                || outcome == Outcome::TimedOut
                || (done.error.is_some() && on_error == OnError::Stop);
            self.done.push(done);
            if stop {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps the first failure.
    fn fail(&mut self, statement: Option<usize>, message: String, outcome: Outcome) {
        if self.failure.is_none() {
            self.failure = Some(Failure { statement, message });
            self.outcome = outcome;
        }
    }

    /// Does what the runner does after the last statement, and what closing its connection does.
    /// Returns whether that took back the transaction in which the migration began, and with it the
    /// migrations before it.
    pub(super) fn end(
        &mut self,
        mode: TransactionMode,
        place: Place,
        stopped: bool,
    ) -> Result<bool, RehearseError> {
        let is_last = place == Place::Last || self.failure.is_some();
        let commits = match mode {
            TransactionMode::None => false,
            TransactionMode::PerMigration => !stopped,
            TransactionMode::All => !stopped && is_last,
        };
        if commits {
            self.runner("COMMIT")?;
        }
        let goes_on =
            mode == TransactionMode::All && place == Place::Inner && self.failure.is_none();
        if goes_on || self.engine.conn.is_autocommit() {
            return Ok(self.span.is_lost);
        }
        let takes_back = self.span.is_open || self.span.is_lost;
        self.runner("ROLLBACK")?;
        Ok(takes_back)
    }

    /// Runs a statement of the runner; its failure is a failure of the migration.
    pub(super) fn runner(&mut self, sql: &str) -> Result<(), RehearseError> {
        let was_autocommit = self.engine.conn.is_autocommit();
        let executed = execute(&self.engine.conn, sql);
        let mut captured = self.drain(0)?;
        let failed = executed.is_err();
        let settled = self.settled(None, was_autocommit, failed);
        self.journal.settle(&mut captured, &settled);
        if let Err(e) = executed {
            if is_environment(&e) {
                return Err(e.into());
            }
            let message = format!("{sql}: {}", message(&e));
            self.fail(None, message, Outcome::Failed);
        }
        Ok(())
    }

    /// What the journal needs of a statement that ran; `None` stands for one of the runner.
    pub(super) fn settled<'s>(
        &self,
        statement: Option<&'s Statement>,
        was_autocommit: bool,
        failed: bool,
    ) -> Settled<'s> {
        let conn = &self.engine.conn;
        let is_drop = |s: &&Statement| s.kind == StatementKind::Drop(ObjectType::Table);
        let dropped = statement.filter(is_drop).and_then(|s| s.table.as_deref());
        Settled {
            index: statement.map_or(0, |s| s.index),
            kind: statement.map(|s| &s.kind),
            drops: dropped.map(ident::folded),
            failed_after: failed.then(|| conn.changes()),
            was_autocommit,
            is_autocommit: conn.is_autocommit(),
        }
    }

    /// Takes what was captured since the last time.
    pub(super) fn drain(&mut self, statement: usize) -> Result<Captured, RehearseError> {
        let drained = self.engine.capture.drain();
        drained.map_err(|reason| self.capture_fault(statement, reason))
    }

    pub(super) fn capture_fault(&self, statement: usize, reason: String) -> RehearseError {
        RehearseError::Capture {
            migration: self.migration.path.clone(),
            statement,
            reason,
        }
    }

    /// Reads the catalog again if it changed, and notes what that means for rows and for the
    /// capture. Returns what `by` wrote to the schema; after a rollback nobody wrote it.
    pub(super) fn refresh(
        &mut self,
        statement: usize,
        by: Option<&Statement>,
    ) -> Result<Vec<(SchemaWrite, String, String)>, RehearseError> {
        let conn = &self.engine.conn;
        // An edit of the schema as rows changes no version.
        if !self.engine.bounds.writable_schema && !self.schema.now.is_stale(conn)? {
            return Ok(Vec::new());
        }
        let by: Option<(&StatementKind, &str)> = by.map(|s| (&s.kind, self.migration.sql(s)));
        let (entries, writes) = self.schema.take(Catalog::read(conn)?, statement, by);
        self.journal.note(entries);
        self.teach_capture();
        Ok(writes)
    }

    /// The tables now, and what they continue.
    pub(super) fn now<'n>(&'n self, lineage: &'n Lineage) -> Now<'n> {
        Now {
            conn: &self.engine.conn,
            schema: &self.schema,
            lineage,
            tenants: self.tenants,
        }
    }

    /// Tells the capture which tables there are and how to find their rows and owners.
    fn teach_capture(&self) {
        let lineage = self.journal.lineage();
        let learn = |table: &Table| self.now(&lineage).owner_columns(table);
        self.engine.capture.learn(&self.schema.now, learn);
    }

    /// What it all came to.
    pub(super) fn finish(mut self, left_open: bool) -> Rehearsal {
        self.schema.forget_restored();
        let lineage = self.journal.lineage();
        let mut touched = self.journal.follow();
        let Schema {
            before,
            now: after,
            altered,
            unnamed,
            dropped_along,
        } = self.schema;
        for touch in &mut touched.untracked {
            if let Some(origin) = &touch.origin {
                touch.table = lineage.current_name(origin, &before, &after);
            }
        }
        Rehearsal {
            statements: self.done,
            outcome: self.outcome,
            failure: self.failure,
            left_open,
            is_taken_back: false,
            touched,
            before,
            after,
            altered,
            unnamed,
            dropped_along,
            lineage,
        }
    }
}

/// A rehearsal whose writes were all taken back.
pub(super) fn without_effect(done: Rehearsal) -> Rehearsal {
    Rehearsal {
        is_taken_back: true,
        touched: Touched::default(),
        altered: BTreeMap::new(),
        lineage: Lineage::default(),
        after: done.before.clone(),
        unnamed: BTreeSet::new(),
        dropped_along: BTreeMap::new(),
        ..done
    }
}
