//! Running a migration: the runner's transaction around it, and for each statement preview,
//! execute, drain, settle.

mod passed;
mod schema;

use crate::change::Counts;
use crate::migration::{Migration, ObjectType, Statement, StatementKind};
use crate::progress::Work;
use crate::regime::{OnError, Regime, TransactionMode};
use crate::rehearse::capture::{Captured, Told};
use crate::rehearse::engine::{
    Engine, Executed, Outcome, execute, is_own_limit, outcome_of, pragma,
};
use crate::rehearse::fault::{RehearseError, is_environment};
use crate::rehearse::history::{
    Entry, Journal, Lineage, SchemaWrite, Settled, Touched, cascades, untracked,
};
use crate::rehearse::preview::{PreviewRun, View, WatchError, Watched, plan, taken_for_strings};
use crate::rehearse::result::{Failure, Rehearsal, StatementRun, Wrote};
use crate::rewrite::NoPreview;
use crate::scope::{Op, TenantMap};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{SchemaObject, Table};
use crate::snapshot::tenancy;
use crate::sql::{ident, message};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Where a migration stands in the transaction that spans all migrations, under
/// [`TransactionMode::All`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// others follow
    Inner,
    /// the runner commits behind it
    Last,
}

/// Runs `migration` on `engine` as `regime` says; keeps up to `samples` rows of each preview.
///
/// # Errors
/// When the rehearsal itself cannot be done; a statement that fails is part of the result.
pub fn rehearse(
    engine: &mut Engine,
    migration: &Migration,
    regime: Regime,
    place: Place,
    tenants: &TenantMap,
    samples: usize,
) -> Result<Rehearsal, RehearseError> {
    let before = Catalog::read(&engine.conn)?;
    engine.capture.learn(&before, |table| {
        told(
            table,
            &Lineage::default(),
            &before,
            &BTreeMap::new(),
            tenants,
        )
    });
    let within = !engine.conn.is_autocommit();
    let pages: i64 = engine
        .conn
        .query_row("PRAGMA page_count", [], |row| row.get(0))?;
    // Within a transaction over all migrations the connection is what those before made it.
    let may_be_beside = !within && pages.cast_unsigned() >= engine.bounds.beside_from;
    let mut run = Run {
        engine,
        migration,
        tenants,
        samples,
        catalog: before.clone(),
        journal: Journal::default(),
        altered: BTreeMap::new(),
        unnamed: BTreeSet::new(),
        dropped_along: BTreeMap::new(),
        before,
        within,
        span_lost: false,
        defers_keys: false,
        schema_writes: Vec::new(),
        may_be_beside,
    };
    let mut ended = Ended {
        statements: Vec::new(),
        outcome: Outcome::Applied,
        failure: None,
    };
    if regime.transaction == TransactionMode::PerMigration {
        run.runner("BEGIN", &mut ended)?;
    }
    let stopped = run.statements(regime.on_error, &mut ended)?;
    let left_open =
        regime.transaction == TransactionMode::None && !stopped && !run.engine.conn.is_autocommit();
    run.engine.progress.statement(None);
    let taken_back = run.end(regime.transaction, place, stopped, &mut ended)?;
    run.refresh(0, None)?;
    let Run {
        engine,
        journal,
        altered,
        unnamed,
        mut dropped_along,
        before,
        catalog: after,
        ..
    } = run;
    dropped_along.retain(|key, _| {
        let is_other = |was: &SchemaObject| {
            after
                .objects
                .get(key)
                .is_none_or(|is| (&was.sql, &was.table) != (&is.sql, &is.table))
        };
        before.objects.get(key).is_some_and(is_other)
    });
    let lineage = journal.lineage();
    let mut touched = journal.follow(|table| engine.capture.table_name(table));
    for touch in &mut touched.untracked {
        if let Some(origin) = &touch.origin {
            touch.table = lineage.judged_as(origin, &before, &after);
        }
    }
    let Ended {
        statements,
        outcome,
        failure,
    } = ended;
    let done = Rehearsal {
        statements,
        outcome,
        failure,
        left_open,
        touched,
        before,
        after,
        altered,
        unnamed,
        dropped_along,
        lineage,
    };
    Ok(if taken_back {
        without_effect(done)
    } else {
        done
    })
}

/// How the rows of a table tell whose they are, and whether it is still the one of the state
/// before.
fn told(
    table: &Table,
    lineage: &Lineage,
    before: &Catalog,
    altered: &BTreeMap<String, BTreeSet<usize>>,
    tenants: &TenantMap,
) -> Told {
    let name = ident::folded(&table.name);
    let by = lineage
        .rule(table, before, tenants)
        .map(|(_, places)| places);
    let is_told = by.is_some() || tenancy::rule_for(tenants, table).is_none();
    let is_same = lineage.is_original(&name)
        && before.tables.contains_key(&name)
        && !altered.contains_key(&name);
    Told {
        by: by.unwrap_or_default(),
        is_original: is_told && is_same,
    }
}

/// A rehearsal of which nothing stands.
fn without_effect(done: Rehearsal) -> Rehearsal {
    let (touched, altered, lineage, after) = (
        Touched::default(),
        BTreeMap::new(),
        Lineage::default(),
        done.before.clone(),
    );
    Rehearsal {
        touched,
        altered,
        lineage,
        after,
        unnamed: BTreeSet::new(),
        dropped_along: BTreeMap::new(),
        ..done
    }
}

/// What a migration has come to so far.
struct Ended {
    statements: Vec<StatementRun>,
    outcome: Outcome,
    failure: Option<Failure>,
}

impl Ended {
    /// Keeps the first failure.
    fn fail(&mut self, statement: Option<usize>, message: &str, outcome: Outcome) {
        if self.failure.is_none() {
            self.failure = Some(Failure {
                statement,
                message: message.to_owned(),
            });
            self.outcome = outcome;
        }
    }
}

/// A migration under way.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that have nothing to do with each other"
)]
struct Run<'a> {
    engine: &'a mut Engine,
    migration: &'a Migration,
    tenants: &'a TenantMap,
    samples: usize,
    before: Catalog,
    catalog: Catalog,
    journal: Journal,
    altered: BTreeMap<String, BTreeSet<usize>>,
    unnamed: BTreeSet<(String, String)>,
    dropped_along: BTreeMap<(String, String), usize>,
    /// whether the transaction that spans the migrations is still the one in which this one began
    within: bool,
    /// whether a statement of the migration rolled that transaction back, or part of what came
    /// before the migration
    span_lost: bool,
    /// whether `PRAGMA defer_foreign_keys` was on after the last statement
    defers_keys: bool,
    /// what the statement at hand wrote to the schema
    schema_writes: Vec<(SchemaWrite, String, String)>,
    /// whether another connection reads as the migration's does, and the database is large enough
    /// for that to be worth while
    may_be_beside: bool,
}

/// What a preview returned, or why there is none.
type Previewed = Result<Watched, NoPreview>;

/// What executing a statement gave, and how long it took.
type Done = (rusqlite::Result<Executed>, Duration);

impl Run<'_> {
    /// Previews and executes one statement.
    fn statement(
        &mut self,
        statement: &Statement,
    ) -> Result<(StatementRun, Outcome), RehearseError> {
        let sql = self.migration.sql(statement);
        self.engine
            .progress
            .statement(Some((statement.index, self.migration.statements.len())));
        self.pass(statement)?;
        let was_autocommit = self.engine.conn.is_autocommit();
        self.engine.capture.make_room(
            self.engine
                .bounds
                .followed_writes
                .saturating_sub(self.journal.single()),
        );
        let strings = taken_for_strings(&self.engine.conn, &self.catalog, statement, sql)?;
        let (preview, executed) = self.preview_and_execute(statement, sql)?;
        let (executed, elapsed) = executed?;
        // What a connection is set to, another is not.
        self.may_be_beside &= !matches!(
            statement.kind,
            StatementKind::Pragma
                | StatementKind::Attach
                | StatementKind::Detach
                | StatementKind::Unknown
        );
        let is_pragma = statement.kind == StatementKind::Pragma;
        if is_pragma {
            pragma::end_deferral(&self.engine.conn, sql)?;
        }
        self.defers_keys = pragma::defers_keys(&self.engine.conn)?;
        let captured = self.drain(statement.index)?;
        let (unbound, error) = match executed {
            Ok(Executed {
                unbound,
                ended_early: false,
            }) => (unbound, None),
            Ok(_) => return Err(self.split_fault(statement)),
            Err(e) if is_environment(&e) && !is_own_limit(&self.engine.conn, &e) => {
                return Err(self.engine_fault(statement, e));
            }
            Err(e) => (Vec::new(), Some(e)),
        };
        let outcome = error.as_ref().map_or(Outcome::Applied, outcome_of);
        let mut done = StatementRun {
            index: statement.index,
            preview: self.compare(preview, statement, &captured, error.is_some()),
            direct: cascades::counts(&captured, |op, depth| {
                cascades::is_direct(op, depth, &statement.kind)
            }),
            indirect: cascades::counts(&captured, |op, depth| {
                !cascades::is_direct(op, depth, &statement.kind)
            }),
            paths: cascades::indirect(&captured, statement, &self.catalog, |table| {
                self.engine.capture.table_name(table)
            }),
            strings,
            unbound,
            error: error.map(|e| {
                if outcome == Outcome::TimedOut {
                    self.engine.reader().took_too_long("it")
                } else {
                    message(&e)
                }
            }),
            outcome,
            without_effect: if is_pragma {
                pragma::without_effect(&self.engine.conn, sql)?
            } else {
                None
            },
            wrote: Wrote {
                rows: captured.is_written(),
                schema: Vec::new(),
                header: is_pragma && pragma::writes_header(sql),
            },
            rolled_back: captured.rolled_back,
            in_transaction: !self.engine.conn.is_autocommit(),
            elapsed,
        };
        if done.error.is_some() {
            (done.direct, done.indirect, done.paths) =
                (Counts::default(), Counts::default(), Vec::new());
        }
        self.settle(statement, captured, was_autocommit, &done)?;
        done.wrote.schema = std::mem::take(&mut self.schema_writes);
        if let (Some(Ok(preview)), None, true) = (
            &done.preview,
            &done.error,
            statement.kind != StatementKind::Insert,
        ) {
            self.journal.note(
                untracked::of_virtual(&self.catalog, statement, preview)
                    .into_iter()
                    .map(Entry::Untracked),
            );
        }
        Ok((done, outcome))
    }

    /// Takes in what a statement wrote, what it did to the transaction, and what it did to the
    /// schema.
    fn settle(
        &mut self,
        statement: &Statement,
        mut captured: Captured,
        was_autocommit: bool,
        done: &StatementRun,
    ) -> Result<(), RehearseError> {
        let failed = done.error.is_some();
        let (rolled_back, unknown) = (captured.rolled_back, std::mem::take(&mut captured.unknown));
        let tally = std::mem::take(&mut captured.tally);
        let settled = Settled {
            index: statement.index,
            kind: Some(&statement.kind),
            drops: statement
                .table
                .as_ref()
                .filter(|_| statement.kind == StatementKind::Drop(ObjectType::Table))
                .and_then(|name| self.engine.capture.place_of(name)),
            failed_after: failed.then(|| self.engine.conn.changes()),
            was_autocommit,
            is_autocommit: self.engine.conn.is_autocommit(),
        };
        let reaches_back = self.journal.settle(captured, &settled, |table| {
            self.engine.capture.table_name(table)
        });
        self.span_lost |= (self.within && rolled_back) || reaches_back;
        self.within &= !settled.is_autocommit;
        if !rolled_back {
            self.counted(&tally, &settled)?;
        }
        let restored =
            rolled_back || failed || matches!(statement.kind, StatementKind::RollbackTo(_));
        if !statement.kind.keeps_schema()
            || self.engine.bounds.writable_schema
            || restored
            || !unknown.is_empty()
        {
            self.refresh(statement.index, (!restored).then_some(&statement.kind))?;
        }
        if failed {
            return Ok(());
        }
        self.all_known(&unknown, statement)?;
        if statement.kind == StatementKind::Vacuum {
            let moved: Vec<String> = self.movable().collect();
            self.journal.note(moved.into_iter().map(Entry::Renumbered));
        }
        Ok(())
    }

    /// Runs the statements; whether the runner stopped at one that failed.
    fn statements(&mut self, on_error: OnError, ended: &mut Ended) -> Result<bool, RehearseError> {
        for statement in &self.migration.statements {
            let (mut done, mut outcome) = self.statement(statement)?;
            if self.span_lost && done.error.is_none() {
                done.error = Some(
                    "it takes back the runner's transaction, and with it the \
                    migrations before this one"
                        .to_owned(),
                );
                outcome = Outcome::Failed;
            }
            if let Some(message) = &done.error {
                ended.fail(Some(statement.index), message, outcome);
            }
            let stop = self.span_lost
                || outcome == Outcome::TimedOut
                || (done.error.is_some() && on_error == OnError::Stop);
            ended.statements.push(done);
            if stop {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Does what the runner does after the last statement, and what closing its connection does;
    /// whether that took back the transaction in which the migration began, and with it the
    /// migrations before it.
    fn end(
        &mut self,
        mode: TransactionMode,
        place: Place,
        stopped: bool,
        ended: &mut Ended,
    ) -> Result<bool, RehearseError> {
        let commits = match mode {
            TransactionMode::None => false,
            TransactionMode::PerMigration => !stopped,
            TransactionMode::All => !stopped && (place == Place::Last || ended.failure.is_some()),
        };
        if commits {
            self.runner("COMMIT", ended)?;
        }
        let goes_on =
            mode == TransactionMode::All && place == Place::Inner && ended.failure.is_none();
        if goes_on || self.engine.conn.is_autocommit() {
            return Ok(self.span_lost);
        }
        let within = self.within || self.span_lost;
        self.runner("ROLLBACK", ended)?;
        Ok(within)
    }

    /// Runs a statement of the runner's own; its failure is one of the migration.
    fn runner(&mut self, sql: &str, ended: &mut Ended) -> Result<(), RehearseError> {
        let was_autocommit = self.engine.conn.is_autocommit();
        let executed = execute(&self.engine.conn, sql);
        let captured = self.drain(0)?;
        let failed_after = executed.is_err().then(|| self.engine.conn.changes());
        let settled = Settled {
            index: 0,
            kind: None,
            drops: None,
            failed_after,
            was_autocommit,
            is_autocommit: self.engine.conn.is_autocommit(),
        };
        self.journal.settle(captured, &settled, |table| {
            self.engine.capture.table_name(table)
        });
        match executed {
            Err(e) if is_environment(&e) => Err(e.into()),
            Err(e) => {
                ended.fail(None, &format!("{sql}: {}", message(&e)), Outcome::Failed);
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    /// Runs the preview of a statement, where it has one, and the statement.
    fn preview_and_execute(
        &self,
        statement: &Statement,
        sql: &str,
    ) -> Result<(Option<Previewed>, rusqlite::Result<Done>), RehearseError> {
        let engine = &*self.engine;
        let fault = |e: WatchError| match e {
            WatchError::Lookup(e) => e.into(),
            WatchError::Sqlite(e) => self.engine_fault(statement, e),
        };
        let execute = || {
            pragma::defer_keys(&engine.conn, self.defers_keys)?;
            engine.expect_vacuum(statement.kind == StatementKind::Vacuum);
            let meter = engine.progress.begin(Work::Write, "", None);
            engine.capture.count_in(meter.count());
            let started = Instant::now();
            let executed = engine.reader().timed(|conn| execute(conn, sql));
            Ok((executed, started.elapsed()))
        };
        let view = View {
            catalog: &self.catalog,
            tenants: self.tenants,
            samples: self.samples,
        };
        match plan(engine, view, statement, sql).map_err(fault)? {
            None => Ok((None, execute())),
            Some(Err(none)) => Ok((Some(Err(none)), execute())),
            Some(Ok(planned)) => {
                let (watched, executed) = planned
                    .run_with(engine, self.may_be_beside, execute)
                    .map_err(fault)?;
                Ok((Some(watched), executed))
            }
        }
    }

    fn compare(
        &self,
        preview: Option<Previewed>,
        statement: &Statement,
        captured: &Captured,
        failed: bool,
    ) -> Option<Result<PreviewRun, NoPreview>> {
        let op = statement
            .kind
            .op()
            .filter(|op| !failed && *op != Op::Insert);
        let table = statement
            .table
            .as_ref()
            .and_then(|name| self.engine.capture.place_of(name));
        Some(preview?.map(|watched| match op {
            Some(op) => watched.against(captured, table, op),
            None => watched.run,
        }))
    }

    fn drain(&mut self, statement: usize) -> Result<Captured, RehearseError> {
        let migration = self.migration.path.clone();
        self.engine
            .capture
            .drain()
            .map_err(|reason| RehearseError::Capture {
                migration,
                statement,
                reason,
            })
    }

    fn engine_fault(&self, statement: &Statement, reason: rusqlite::Error) -> RehearseError {
        RehearseError::Engine {
            migration: self.migration.path.clone(),
            statement: statement.index,
            line: statement.line,
            reason,
        }
    }

    fn split_fault(&self, statement: &Statement) -> RehearseError {
        RehearseError::Split {
            migration: self.migration.path.clone(),
            statement: statement.index,
            line: statement.line,
        }
    }
}
