//! The deep checks, which cost a second run or a whole scan: each run on a fork of the clone, so
//! that neither the clone nor the migrations that follow see it.

use super::fork::Fork;
use super::stage::{Rehearsed, Stage, spans};
use super::{CheckError, Request};
use crate::diff::{Diff, SchemaEvent, States};
use crate::migration::{Migration, Statement, StatementKind};
use crate::progress::{Pass, Work};
use crate::regime::TransactionMode;
use crate::rehearse::{Clone, Moment, Outcome, Place, Rehearsal, is_environment};
use crate::sql::{Span, lacking, message, token};
use crate::verdict::facts::{Deep, IndexFault, Integrity, Remains, SecondRun, Stopped};
use crate::verdict::{self, SplitPoint, SplitPoints};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What stands in the place of the statement at which a failure is tried: no database has such a
/// table.
const FAILING: &str = "SELECT * FROM \"harness tries a failure here\";";

/// Words by which a statement asks for the time of its run.
const CLOCKS: [&str; 5] = [
    "now",
    "unixepoch",
    "current_timestamp",
    "current_date",
    "current_time",
];

/// Failures that are tried.
const FAILURES: usize = 8;

/// The numbers in the header that a migration may set
/// (<https://sqlite.org/fileformat2.html#the_database_header>).
const HEADER: [&str; 3] = ["user_version", "application_id", "auto_vacuum"];

/// Messages of the engine's check that are asked for.
const MESSAGES: u32 = 1000;

/// A migration that ran, to be run again.
pub(super) struct Deeper<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) clone: &'a Clone,
    pub(super) migration: &'a Migration,
    pub(super) rehearsal: &'a Rehearsal,
    /// the state before the migration
    pub(super) before: Moment,
    /// the state after it
    pub(super) after: Moment,
}

/// What another run did, and the numbers in the header that are others since.
type Rerun = (Rehearsed, Vec<(&'static str, i64)>);

impl Deeper<'_> {
    /// Runs the migration again, and as far as the failures that would part what it writes.
    ///
    /// # Errors
    /// When a run cannot be done.
    pub(super) fn look(&self, integrity: Result<Integrity, String>) -> Result<Deep, CheckError> {
        let progress = self.request.snapshot.progress();
        let second = if let Some(reason) = self.reason_against() {
            Err(reason.to_owned())
        } else {
            progress.pass(Pass::Second);
            self.second()?
        };
        progress.pass(Pass::Failing);
        let stopped = self.stopped()?;
        progress.pass(Pass::First);
        Ok(Deep {
            second,
            stopped,
            integrity,
        })
    }

    /// Why a second run would show nothing.
    fn reason_against(&self) -> Option<&'static str> {
        let writes_file = |s: &Statement| {
            s.kind == StatementKind::Vacuum && token::mentions(self.migration.sql(s), "into")
        };
        match self.request.config.regime.transaction {
            _ if self.rehearsal.outcome != Outcome::Applied => {
                Some("the first run did not run through")
            }
            _ if self.rehearsal.left_open => {
                Some("the first run left its transaction open, so that nothing of it remains")
            }
            TransactionMode::All => Some(
                "one transaction spans all migrations, so that no run is over when the next begins",
            ),
            _ if self.migration.statements.iter().any(writes_file) => {
                Some("VACUUM INTO would find the file that the first run wrote")
            }
            _ => None,
        }
    }

    fn second(&self) -> Result<Result<SecondRun, String>, CheckError> {
        let (ran, header) = self.rerun(self.after, self.migration)?;
        let first = first_change(&ran);
        let rehearsal = ran.rehearsal;
        if rehearsal.outcome == Outcome::TimedOut {
            return Ok(Err("the second run took too long".to_owned()));
        }
        Ok(Ok(SecondRun {
            first,
            clocked: clocked(&rehearsal, self.migration),
            failure: rehearsal.failure,
            remains: remains(ran.diff, ran.indexes, header),
        }))
    }

    /// What failures leave, tried one after the other until one leaves something; `None` if none
    /// would part what the migration writes.
    fn stopped(&self) -> Result<Option<Result<Stopped, String>>, CheckError> {
        let config = self.request.config;
        let on_error = config.regime.on_error;
        let SplitPoints { heaviest, is_all } =
            verdict::split_points(self.migration, self.rehearsal, on_error, FAILURES);
        if spans(config) && !heaviest.is_empty() {
            return Ok(Some(Err("one transaction spans all migrations".to_owned())));
        }
        let mut first = None;
        for (at, split) in heaviest.into_iter().enumerate() {
            let (ran, header) = self.rerun(self.before, &failing(self.migration, &split))?;
            if ran.rehearsal.outcome == Outcome::TimedOut {
                let reason = "the run that was to fail took too long";
                return Ok(Some(Err(reason.to_owned())));
            }
            let stopped = Stopped {
                split,
                remains: remains(ran.diff, ran.indexes, header),
                tried: at + 1,
                is_all,
            };
            if !stopped.remains.is_nothing() {
                return Ok(Some(Ok(stopped)));
            }
            first.get_or_insert(stopped).tried = at + 1;
        }
        Ok(first.map(Ok))
    }

    /// Runs a migration on a fork of the clone as the runner does, from a moment on.
    fn rerun(&self, moment: Moment, migration: &Migration) -> Result<Rerun, CheckError> {
        let request = self.request;
        let fork = Fork::at(request, self.clone, moment)?;
        let stage = Stage {
            request,
            clone: &fork.clone,
            clock: &fork.clock,
            place: Place::Last,
            samples: 0,
            rows_of: BTreeSet::new(),
        };
        let look = |states: States<'_>, _: &_, _: &_| Ok(header(states.before, states.after)?);
        let (mut ran, header) = stage.run(stage.hold(None)?, migration, look)?;
        // The clock goes with the fork.
        drop(ran.before.take());
        Ok((ran, header))
    }
}

/// The first statement that changed a row, else the schema, else an index.
fn first_change(ran: &Rehearsed) -> Option<usize> {
    let rows = ran
        .diff
        .changes
        .tables
        .values()
        .flat_map(|changes| changes.groups.values())
        .filter(|group| group.changed.total() > 0)
        .filter_map(|group| group.statements.first().copied());
    let mut runs = ran.rehearsal.statements.iter();
    let schema = || {
        let made = runs.find(|run| !run.wrote.schema.is_empty());
        made.map(|run| run.index)
    };
    let indexes = ran
        .indexes
        .iter()
        .filter(|index| !index.was && !index.is_held);
    let mut indexes = indexes.flat_map(|index| &index.statements);
    rows.min()
        .or_else(schema)
        .or_else(|| indexes.next().copied())
}

/// The first statement that wrote rows and asks for the time.
fn clocked(rehearsal: &Rehearsal, migration: &Migration) -> Option<usize> {
    let names_time = |statement: &Statement| {
        let sql = migration.sql(statement);
        CLOCKS.iter().any(|name| token::mentions(sql, name))
    };
    rehearsal
        .ran(migration)
        .find(|(run, statement)| run.wrote.rows && names_time(statement))
        .map(|(run, _)| run.index)
}

/// The migration with a failure in the place of a statement.
fn failing(migration: &Migration, split: &SplitPoint) -> Migration {
    let mut failing = migration.clone();
    let start = failing.text.len() + 1;
    failing.text.push('\n');
    failing.text.push_str(FAILING);
    if let Some(statement) = failing.statements.get_mut(split.at - 1) {
        statement.span = Span {
            start,
            end: failing.text.len(),
        };
        (statement.kind, statement.table) = (StatementKind::Select, None);
    }
    failing
}

/// What a run left. That the module of an index wrote it is nothing, as long as it is in step.
fn remains(diff: Diff, indexes: Vec<IndexFault>, header: Vec<(&'static str, i64)>) -> Remains {
    let mut schema = diff.schema;
    schema.retain(|change| change.change != SchemaEvent::Reindexed);
    let indexes = indexes
        .into_iter()
        .filter(|index| !index.was && !index.is_held);
    let tables = diff.changes.tables.into_iter();
    let changed = tables.map(|(table, changes)| (table, changes.changed()));
    let unevaluated = diff.unevaluated.into_iter();
    Remains {
        tables: changed.filter(|(_, counts)| counts.total() > 0).collect(),
        schema,
        indexes: indexes.map(|index| index.table).collect(),
        header,
        unevaluated: unevaluated.map(|(table, _)| table).collect(),
    }
}

/// The numbers in the header that are others after than before, as they are after.
fn header(before: &Connection, after: &Connection) -> rusqlite::Result<Vec<(&'static str, i64)>> {
    let number = |conn: &Connection, name: &str| {
        conn.query_row(&format!("PRAGMA main.{name}"), [], |row| {
            row.get::<_, i64>(0)
        })
    };
    let mut others = Vec::new();
    for name in HEADER {
        let is = number(after, name)?;
        if is != number(before, name)? {
            others.push((name, is));
        }
    }
    Ok(others)
}

/// What the engine's own check says of the state after, and of the state before where that is not
/// in order.
///
/// # Errors
/// When the engine cannot go on.
pub(super) fn integrity(states: States<'_>) -> Result<Result<Integrity, String>, CheckError> {
    let _checking = states.progress.begin(Work::Integrity, "", None);
    match checked(states) {
        Ok(checked) => Ok(Ok(checked)),
        Err(e) if lacking(&message(&e)).is_some() => Ok(Err(message(&e))),
        Err(e) => Err(e.into()),
    }
}

/// Of the messages about the state after, those about the state before are taken off, each once.
fn checked(states: States<'_>) -> rusqlite::Result<Integrity> {
    let mut new = quick_check(states.after)?;
    if new.is_empty() {
        return Ok(Integrity::default());
    }
    let known = quick_check(states.before)?;
    for message in &known {
        if let Some(at) = new.iter().position(|m| m == message) {
            new.remove(at);
        }
    }
    Ok(Integrity { new, known })
}

/// What the check says; where the module of a virtual table cannot read its storage, that ends it.
fn quick_check(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let check = || -> rusqlite::Result<Vec<String>> {
        let mut statement = conn.prepare(&format!("PRAGMA main.quick_check({MESSAGES})"))?;
        let messages = statement.query_map([], |row| row.get(0))?;
        messages.collect()
    };
    match check() {
        Ok(messages) if messages == ["ok"] => Ok(Vec::new()),
        Err(e) if !is_environment(&e) && lacking(&message(&e)).is_none() => Ok(vec![message(&e)]),
        said => said,
    }
}
