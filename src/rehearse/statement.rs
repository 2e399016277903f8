//! One statement of a migration: preview, execute, drain, settle.

use crate::migration::{ObjectType, Statement, StatementKind};
use crate::progress::Work;
use crate::rehearse::capture::Captured;
use crate::rehearse::engine::{execute, is_own_limit, outcome_of, pragma};
use crate::rehearse::fault::RehearseError;
use crate::rehearse::history::untracked;
use crate::rehearse::history::{Entry, SchemaWrite, Settled, cascades};
use crate::rehearse::preview::{PreviewRun, View, Watched, is_empty, plan, taken_for_strings};
use crate::rehearse::read::is_environment_on;
use crate::rehearse::result::{StatementRun, Wrote};
use crate::rehearse::run::Run;
use crate::rewrite::{NoPreview, leaves_key, outer_columns};
use crate::scope::Op;
use crate::snapshot::catalog::{SchemaObject, TableKind};
use crate::sql::{ident, message};
use std::time::{Duration, Instant};

/// What a preview returned, or why there is none; `None` for a statement of a kind that has none.
type Previewed = Option<Result<Watched, NoPreview>>;

/// The names of the unbound parameters of a statement that ran, or why it failed; and how long that
/// took.
type StatementResult = (rusqlite::Result<Vec<String>>, Duration);

impl Run<'_> {
    /// Runs one statement, in stages of which each needs what the one before left:
    ///
    /// 1. *preview*: what the statement may make unreadable is read, and what the engine takes for
    ///    strings or for columns of rows outside in it, on the state just before it;
    /// 2. *execute*: the SELECT that the statement is runs, then the statement; or both at once, on
    ///    two connections that see the same. What the statement set on its connection is asked for
    ///    at once, since any SELECT may end it;
    /// 3. *drain*: the captured writes are taken before anything else can write. They are explained
    ///    by the schema before the statement, so the result is made here;
    /// 4. *settle*: the journal takes the writes in, then the transaction, the counted writes and
    ///    the schema follow, in this order: each tells the next what the tables are.
    pub(super) fn statement(
        &mut self,
        statement: &Statement,
    ) -> Result<StatementRun, RehearseError> {
        let total = self.migration.statements.len();
        self.engine
            .progress
            .statement(Some((statement.index, total)));
        let was_autocommit = self.engine.conn.is_autocommit();

        self.note_rows_to_be_moved(statement)?;
        let sql = self.migration.sql(statement);
        let strings = taken_for_strings(&self.engine.conn, &self.schema.now, statement, sql)?;

        let outer = outer_columns(sql, &self.schema.now);
        let on_empty = self.on_empty(statement)?;

        let (previewed, ran) = self.execute(statement)?;
        self.follow_settings(statement)?;

        let captured = self.drain(statement.index)?;
        let mut done = self.result(statement, &captured, previewed, ran)?;
        (done.strings, done.outer) = (strings, outer);
        done.on_empty = on_empty;
        done.leaves_key = self.leaves_key(statement);

        self.settle(statement, captured, was_autocommit, &mut done)?;
        Ok(done)
    }

    /// Whether it is an INSERT that leaves the key of a row to the engine.
    fn leaves_key(&self, statement: &Statement) -> bool {
        let target = statement.table.as_deref();
        let target = target.filter(|_| statement.kind == StatementKind::Insert);
        let table = target.and_then(|name| self.schema.now.table(name));
        table.is_some_and(|table| leaves_key(self.migration.sql(statement), table))
    }

    /// Notes whose rows were written, before a statement that gives them other addresses or drops
    /// them.
    fn note_rows_to_be_moved(&mut self, statement: &Statement) -> Result<(), RehearseError> {
        let tables: Vec<String> = match statement.kind {
            StatementKind::Drop(ObjectType::Table) => {
                statement.table.iter().map(|t| ident::folded(t)).collect()
            }
            StatementKind::Vacuum => self.schema.moved_by_vacuum(),
            _ => return Ok(()),
        };
        let lineage = self.journal.lineage();
        // Where rows have the addresses of the state before, those tell whose they are.
        for name in tables.iter().filter(|name| !lineage.is_original(name)) {
            let touches = self.now(&lineage).written(name, &self.journal)?;
            self.journal.note(touches);
        }
        Ok(())
    }

    /// The table that a statement alters or indexes, if that has no row.
    fn on_empty(&self, statement: &Statement) -> rusqlite::Result<Option<String>> {
        let table = match statement.kind {
            StatementKind::AlterTable => statement.table.as_ref(),
            StatementKind::Create(ObjectType::Index) => statement
                .object
                .as_ref()
                .and_then(|index| index.on.as_ref()),
            _ => None,
        };
        let table = table.and_then(|name| self.schema.now.table(name));
        let Some(table) = table.filter(|table| table.kind == TableKind::Ordinary) else {
            return Ok(None);
        };
        let is_empty = is_empty(&self.engine.conn, &table.name)?;
        Ok((is_empty == Some(true)).then(|| table.name.clone()))
    }

    /// Plans the SELECT that the statement is, and runs it and the statement.
    fn execute(
        &self,
        statement: &Statement,
    ) -> Result<(Previewed, StatementResult), RehearseError> {
        let (engine, sql) = (&*self.engine, self.migration.sql(statement));
        let view = View {
            catalog: &self.schema.now,
            tenants: self.tenants,
            samples: self.samples,
        };
        let fault = |e| match e {
            RehearseError::Sqlite(e) => self.engine_fault(statement, e),
            other => other,
        };
        let run = || self.run(statement);
        let (previewed, ran) = match plan(engine, view, statement, sql).map_err(fault)? {
            None => (None, run()),
            Some(Err(none)) => (Some(Err(none)), run()),
            Some(Ok(planned)) => {
                let both = planned.run_with(engine, self.settings.may_be_beside, run);
                let (watched, ran) = both.map_err(fault)?;
                (Some(watched), ran)
            }
        };
        Ok((previewed, ran?))
    }

    fn run(&self, statement: &Statement) -> Result<StatementResult, RehearseError> {
        let engine = &*self.engine;
        pragma::defer_keys(&engine.conn, self.settings.defers_keys)?;
        engine.expect_vacuum(statement.kind == StatementKind::Vacuum);
        let meter = engine.progress.begin(Work::Write, "", None);
        let followed = engine.bounds.followed_writes;
        let room = followed.saturating_sub(self.journal.single);
        engine.capture.begin(room, meter.count());
        let (sql, started) = (self.migration.sql(statement), Instant::now());
        let executed = engine.reader().timed(|conn| execute(conn, sql));
        let elapsed = started.elapsed();
        match executed {
            Ok(done) if done.ended_early => Err(RehearseError::Split {
                migration: self.migration.path.clone(),
                statement: statement.index,
                line: statement.line,
            }),
            Err(e) if is_environment_on(&engine.conn, &e) && !is_own_limit(&engine.conn, &e) => {
                Err(self.engine_fault(statement, e))
            }
            executed => Ok((executed.map(|done| done.unbound), elapsed)),
        }
    }

    /// Takes in what the statement set on its connection, before anything else runs there.
    fn follow_settings(&mut self, statement: &Statement) -> rusqlite::Result<()> {
        // Another connection is not set the same.
        self.settings.may_be_beside &= !matches!(
            statement.kind,
            StatementKind::Pragma
                | StatementKind::Attach
                | StatementKind::Detach
                | StatementKind::Unknown
        );
        let conn = &self.engine.conn;
        if statement.kind == StatementKind::Pragma {
            pragma::end_deferral(conn, self.migration.sql(statement))?;
        }
        self.settings.defers_keys = pragma::defers_keys(conn)?;
        Ok(())
    }

    /// What the statement did, apart from what it wrote to the schema.
    fn result(
        &self,
        statement: &Statement,
        captured: &Captured,
        previewed: Previewed,
        (executed, elapsed): StatementResult,
    ) -> Result<StatementRun, RehearseError> {
        let engine = &*self.engine;
        let mut done = StatementRun {
            index: statement.index,
            rolled_back: captured.rolled_back,
            in_transaction: !engine.conn.is_autocommit(),
            elapsed,
            ..StatementRun::default()
        };
        match executed {
            Ok(unbound) => {
                done.unbound = unbound;
                (done.direct, done.indirect, done.paths) =
                    cascades::writes(captured, statement, &self.schema.now);
            }
            Err(e) => {
                done.outcome = outcome_of(&e);
                done.error = Some(engine.reader().reason("it", &e, message(&e)));
            }
        }
        if statement.kind == StatementKind::Pragma {
            let sql = self.migration.sql(statement);
            (done.without_effect, done.wrote.header) = pragma::effect(&engine.conn, sql)?;
        }
        done.wrote.rows = captured.is_written();
        done.preview = compare(previewed, statement, captured, done.error.is_some());
        Ok(done)
    }

    /// Takes in what the statement wrote, what it did to the transaction and what it did to the
    /// schema.
    fn settle(
        &mut self,
        statement: &Statement,
        mut captured: Captured,
        was_autocommit: bool,
        done: &mut StatementRun,
    ) -> Result<(), RehearseError> {
        let failed = done.error.is_some();
        let settled = self.settled(Some(statement), was_autocommit, failed);
        let reaches_back = self.journal.settle(&mut captured, &settled);
        let span = &mut self.span;
        span.is_lost |= reaches_back || (span.is_open && captured.rolled_back);
        span.is_open &= !settled.is_autocommit;
        if !captured.rolled_back {
            self.note_overflow(&captured, &settled)?;
            self.note_storage(statement, &captured);
        }
        done.wrote.schema = self.settle_schema(statement, &captured, failed)?;
        if !failed {
            done.already = self.already(statement, &done.wrote);
            self.check_known(&captured, statement.index)?;
            self.note_unseen_rows(statement, done);
        }
        Ok(())
    }

    /// What was there already, of the name of what a statement makes where nothing has that name. A
    /// table and a view cannot have the same.
    fn already(&self, statement: &Statement, wrote: &Wrote) -> Option<(String, SchemaObject)> {
        let StatementKind::Create(of) = statement.kind else {
            return None;
        };
        let asked = statement.object.as_ref();
        let asked =
            asked.filter(|it| it.is_conditional && !it.is_temporary && wrote.schema.is_empty())?;
        let is_table = |kind: &str| matches!(kind, "table" | "view");
        let is_it = |(kind, name): &(String, String)| {
            (kind == of.word() || (is_table(kind) && is_table(of.word())))
                && ident::same(name, &asked.name)
        };
        let mut objects = self.schema.now.objects.iter();
        let (key, object) = objects.find(|(key, _)| is_it(key))?;
        Some((key.0.clone(), object.clone()))
    }

    /// Reads the schema again if the statement may have changed it, and returns what it wrote there.
    fn settle_schema(
        &mut self,
        statement: &Statement,
        captured: &Captured,
        failed: bool,
    ) -> Result<Vec<(SchemaWrite, String, String)>, RehearseError> {
        let kind = &statement.kind;
        let is_restored =
            captured.rolled_back || failed || matches!(kind, StatementKind::RollbackTo(_));
        let may_change = is_restored
            || !kind.keeps_schema()
            || self.engine.bounds.writable_schema
            || !captured.unknown.is_empty();
        if !may_change {
            return Ok(Vec::new());
        }
        self.refresh(statement.index, (!is_restored).then_some(statement))
    }

    /// Notes the tables of writes that were only counted, to be compared whole, and whose rows they
    /// were unless they were taken back.
    fn note_overflow(
        &mut self,
        captured: &Captured,
        settled: &Settled<'_>,
    ) -> Result<(), RehearseError> {
        let (overflow, statement) = (&captured.overflow, settled.index);
        let dropped = settled.drops.as_deref();
        for table in overflow.tables().filter(|table| dropped != Some(table)) {
            if settled.failed_after != Some(0) {
                let lineage = self.journal.lineage();
                let owners = overflow.owners_of(table);
                let touches = self.now(&lineage).counted(table, owners, statement)?;
                self.journal.note(touches);
            }
            let table = table.to_string();
            self.journal.note([Entry::Doubtful { table, statement }]);
        }
        Ok(())
    }

    /// Notes the virtual tables whose storage the statement wrote by other means than their module:
    /// it names a table of that, a trigger does, or nobody can say what it names.
    fn note_storage(&mut self, statement: &Statement, captured: &Captured) {
        let now = &self.schema.now;
        let target = statement.table.as_deref().and_then(|name| now.table(name));
        let target = target.filter(|table| table.kind == TableKind::Shadow);
        let owner = target.and_then(|table| now.owner_of_shadow(&table.name));
        let owner = owner.map(|owner| ident::folded(&owner.name));
        let is_unknown = statement.kind == StatementKind::Unknown;
        let is_beneath =
            |table: &str, by_trigger| by_trigger || is_unknown || owner.as_deref() == Some(table);
        let written = captured.storage.iter();
        let written = written.filter(|(table, by_trigger)| is_beneath(table, **by_trigger));
        let statement = statement.index;
        self.journal
            .note(written.map(|(table, _)| Entry::StorageWritten {
                table: table.to_string(),
                statement,
            }));
    }

    /// Checks that the statement made every table with rows that the catalog did not know before it:
    /// such tables are compared whole.
    fn check_known(&self, captured: &Captured, statement: usize) -> Result<(), RehearseError> {
        let is_unknown = |name: &&String| self.schema.now.table(name).is_none();
        if let Some(name) = captured.unknown.iter().find(is_unknown) {
            let reason =
                format!("a row of table `{name}` was written, which the catalog does not know");
            return Err(self.capture_fault(statement, reason));
        }
        Ok(())
    }

    /// Notes what the statement did to rows that the capture did not see: VACUUM gave them other
    /// rowids, or they are rows of a virtual table.
    fn note_unseen_rows(&mut self, statement: &Statement, done: &StatementRun) {
        if statement.kind == StatementKind::Vacuum {
            let moved = self.schema.moved_by_vacuum().into_iter();
            self.journal.note(moved.map(Entry::Renumbered));
        }
        if let Some(Ok(preview)) = &done.preview
            && statement.kind.finds_rows()
        {
            let touches = untracked::of_virtual(&self.schema.now, statement, preview);
            self.journal.note(touches);
        }
    }

    fn engine_fault(&self, statement: &Statement, reason: rusqlite::Error) -> RehearseError {
        RehearseError::Engine {
            migration: self.migration.path.clone(),
            statement: statement.index,
            line: statement.line,
            reason,
        }
    }
}

/// What a preview returned, with how its rows differ from those that an UPDATE or DELETE wrote.
fn compare(
    previewed: Previewed,
    statement: &Statement,
    captured: &Captured,
    failed: bool,
) -> Option<Result<PreviewRun, NoPreview>> {
    let op = statement.kind.op();
    let op = op.filter(|op| !failed && *op != Op::Insert);
    let table = statement.table.as_deref().unwrap_or_default();
    Some(previewed?.map(|watched| match op {
        None => watched.run,
        Some(op) => watched.against(captured, &ident::folded(table), op),
    }))
}
