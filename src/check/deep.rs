//! The deep checks, which cost a second run or a whole scan: each run on a fork of the clone, so
//! that neither the clone nor the migrations that follow see it.

use super::stage::{Ran, Stage, spans};
use super::{CheckError, Request};
use crate::diff::{Diff, States};
use crate::migration::{Migration, Statement, StatementKind};
use crate::progress::{Pass, Work};
use crate::regime::TransactionMode;
use crate::rehearse::{self, Clone, FrozenClock, Moment, Outcome, Place, Rehearsal};
use crate::sql::{Span, message, token};
use crate::verdict::facts::{Deep, Integrity, Remains, SecondRun, Stopped};
use crate::verdict::{self, SplitPoint, SplitPoints};
use rusqlite::Connection;

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

/// Where the runs start.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) clone: &'a Clone,
    /// the state before the migration
    pub(super) before: Moment,
    /// the state after it
    pub(super) after: Moment,
}

/// A private continuation of the clone.
struct Fork {
    clone: Clone,
    /// goes behind every connection
    clock: FrozenClock,
    _folder: tempfile::TempDir,
}

/// What another run did, and the numbers in the header that are others since.
type Rerun = (Ran, Vec<(&'static str, i64)>);

/// Runs the migration again, and as far as the failures that would part what it writes.
///
/// # Errors
/// When a run cannot be done.
pub(super) fn runs(
    from: From<'_>,
    migration: &Migration,
    rehearsal: &Rehearsal,
    integrity: Result<Integrity, String>,
) -> Result<Deep, CheckError> {
    let progress = from.request.snapshot.progress();
    let second = if let Some(reason) = reason_against(from, migration, rehearsal) {
        Err(reason.to_owned())
    } else {
        progress.pass(Pass::Second);
        second(from, migration)?
    };
    let split_points = verdict::split_points(
        migration,
        rehearsal,
        from.request.config.regime.on_error,
        FAILURES,
    );
    progress.pass(Pass::Failing);
    let stopped = stopped(from, migration, split_points)?;
    progress.pass(Pass::First);
    Ok(Deep {
        second,
        stopped,
        integrity,
    })
}

/// Why a second run would show nothing.
fn reason_against(
    from: From<'_>,
    migration: &Migration,
    rehearsal: &Rehearsal,
) -> Option<&'static str> {
    let writes_file = |s: &Statement| {
        s.kind == StatementKind::Vacuum && token::mentions(migration.sql(s), "into")
    };
    match from.request.config.regime.transaction {
        _ if rehearsal.outcome != Outcome::Applied => Some("the first run did not run through"),
        _ if rehearsal.left_open => {
            Some("the first run left its transaction open, so that nothing of it remains")
        }
        TransactionMode::All => Some(
            "one transaction spans all migrations, so that no run is over when the next begins",
        ),
        _ if migration.statements.iter().any(writes_file) => {
            Some("VACUUM INTO would find the file that the first run wrote")
        }
        _ => None,
    }
}

fn second(from: From<'_>, migration: &Migration) -> Result<Result<SecondRun, String>, CheckError> {
    let (
        Ran {
            rehearsal, diff, ..
        },
        header,
    ) = Fork::at(from, from.after)?.run(from.request, migration)?;
    if rehearsal.outcome == Outcome::TimedOut {
        return Ok(Err("the second run took too long".to_owned()));
    }
    Ok(Ok(SecondRun {
        first: first_change(&rehearsal, &diff),
        clocked: clocked(&rehearsal, migration),
        failure: rehearsal.failure,
        remains: remains(diff, header),
    }))
}

/// The first statement that changed a row, or else the schema.
fn first_change(rehearsal: &Rehearsal, diff: &Diff) -> Option<usize> {
    let tables = diff.changes.tables.values();
    let groups = tables.flat_map(|changes| changes.groups.values());
    let changed = groups.filter(|group| group.changed.total() > 0);
    let rows = changed.filter_map(|group| group.statements.first().copied());
    let mut runs = rehearsal.statements.iter();
    rows.min().or_else(|| {
        let schema = runs.find(|run| !run.wrote.schema.is_empty());
        schema.map(|run| run.index)
    })
}

/// The first statement that wrote rows and asks for the time.
fn clocked(rehearsal: &Rehearsal, migration: &Migration) -> Option<usize> {
    let names_time = |statement: &Statement| {
        let sql = migration.sql(statement);
        CLOCKS.iter().any(|name| token::mentions(sql, name))
    };
    let mut runs = rehearsal.ran(migration);
    let clocked = runs.find(|(run, statement)| run.wrote.rows && names_time(statement));
    clocked.map(|(run, _)| run.index)
}

/// What failures leave, tried one after the other until one leaves something.
fn stopped(
    from: From<'_>,
    migration: &Migration,
    split_points: SplitPoints,
) -> Result<Option<Result<Stopped, String>>, CheckError> {
    let SplitPoints { heaviest, is_all } = split_points;
    if spans(from.request.config) && !heaviest.is_empty() {
        return Ok(Some(Err("one transaction spans all migrations".to_owned())));
    }
    let mut first = None;
    for (at, split) in heaviest.into_iter().enumerate() {
        let fork = Fork::at(from, from.before)?;
        let (ran, header) = fork.run(from.request, &failing(migration, &split))?;
        if ran.rehearsal.outcome == Outcome::TimedOut {
            let reason = "the run that was to fail took too long";
            return Ok(Some(Err(reason.to_owned())));
        }
        let stopped = Stopped {
            split,
            remains: remains(ran.diff, header),
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

fn remains(diff: Diff, header: Vec<(&'static str, i64)>) -> Remains {
    let tables = diff.changes.tables.into_iter();
    let changed = tables.map(|(table, changes)| (table, changes.changed()));
    let unevaluated = diff.unevaluated.into_iter();
    Remains {
        tables: changed.filter(|(_, counts)| counts.total() > 0).collect(),
        schema: diff.schema,
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

impl Fork {
    fn at(from: From<'_>, moment: Moment) -> Result<Self, CheckError> {
        let request = from.request;
        let folder = tempfile::tempdir_in(request.workspace).map_err(|e| from.clone.unforked(e))?;
        let redirects = rehearse::redirects(&request.config.bounds, folder.path())?;
        let clock = FrozenClock::at(request.now_ms, folder.path(), redirects)?;
        let clone = from.clone.fork(moment, folder.path(), &clock)?;
        Ok(Self {
            clone,
            clock,
            _folder: folder,
        })
    }

    /// Runs a migration as the runner does.
    fn run(self, request: &Request<'_>, migration: &Migration) -> Result<Rerun, CheckError> {
        let stage = Stage {
            request,
            clone: &self.clone,
            clock: &self.clock,
            place: Place::Last,
            samples: 0,
        };
        let held = stage.hold(stage.open()?)?;
        let look = |states: States<'_>, _: &_, _: &_| Ok(header(states.before, states.after)?);
        let (mut ran, header) = stage.run(held, migration, look)?;
        // The clock goes with the fork.
        drop(ran.before.take());
        Ok((ran, header))
    }
}

/// What the engine's own check says of the state after, and of the state before where that is not
/// in order.
///
/// # Errors
/// When the engine cannot go on.
pub(super) fn integrity(states: States<'_>) -> Result<Result<Integrity, String>, CheckError> {
    let _checking = states.progress.begin(Work::Integrity, "", None);
    let checked = quick_check(states.after).and_then(|after| {
        let is_sound = after.is_empty();
        let known = if is_sound {
            Ok(Vec::new())
        } else {
            quick_check(states.before)
        };
        Ok((after, known?))
    });
    match checked {
        Ok((mut new, known)) => {
            for message in &known {
                if let Some(at) = new.iter().position(|m| m == message) {
                    new.remove(at);
                }
            }
            Ok(Ok(Integrity { new, known }))
        }
        Err(e) if crate::sql::lacking(&message(&e)).is_some() => Ok(Err(message(&e))),
        Err(e) => Err(e.into()),
    }
}

fn quick_check(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(&format!("PRAGMA main.quick_check({MESSAGES})"))?;
    let messages: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(if messages == ["ok"] {
        Vec::new()
    } else {
        messages
    })
}
