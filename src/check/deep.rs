//! The deep checks, which cost a second run or a whole scan: each run on a fork of the clone, so
//! that neither the clone nor the migrations that follow see it.

use super::{CheckError, Request};
use crate::change::Counts;
use crate::diff::{self, Diff, States};
use crate::migration::{Migration, Statement, StatementKind};
use crate::progress::{Pass, Work};
use crate::regime::TransactionMode;
use crate::rehearse::{
    self, Clone, Engine, FrozenClock, Moment, Outcome, Place, Rehearsal, RehearseError,
};
use crate::sql::{Span, message, token};
use crate::verdict::facts::{Deep, Integrity, Remains, SecondRun, Stopped};
use crate::verdict::{self, SplitPoint, SplitPoints};
use rusqlite::Connection;
use std::collections::BTreeMap;

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

/// What another run did.
struct Again {
    rehearsal: Rehearsal,
    diff: Diff,
    /// the numbers in the header that are others now
    header: Vec<(&'static str, i64)>,
}

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
    let split_points = verdict::partings(
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
    let Again {
        rehearsal,
        diff,
        header,
    } = Fork::at(from, from.after)?.run(from.request, migration)?;
    if rehearsal.outcome == Outcome::TimedOut {
        return Ok(Err("the second run took too long".to_owned()));
    }
    let rows = diff
        .changes
        .tables
        .values()
        .flat_map(|changes| changes.groups.values())
        .filter(|group| group.changed.total() > 0);
    let schema = rehearsal
        .statements
        .iter()
        .find(|run| !run.wrote.schema.is_empty())
        .map(|run| run.index);
    let first = rows
        .filter_map(|group| group.statements.first().copied())
        .min()
        .or(schema);
    let names_time = |sql: &str| CLOCKS.iter().any(|name| token::mentions(sql, name));
    let timed = rehearsal
        .statements
        .iter()
        .filter(|run| run.wrote.rows)
        .map(|run| run.index);
    let clocked = timed.into_iter().find(|at| {
        migration
            .statement(*at)
            .is_some_and(|s| names_time(migration.sql(s)))
    });
    Ok(Ok(SecondRun {
        failure: rehearsal.failure,
        first,
        clocked,
        remains: remains(diff, header),
    }))
}

/// What failures leave, tried one after the other until one leaves something.
fn stopped(
    from: From<'_>,
    migration: &Migration,
    split_points: SplitPoints,
) -> Result<Option<Result<Stopped, String>>, CheckError> {
    let SplitPoints { heaviest, is_all } = split_points;
    if heaviest.is_empty() {
        return Ok(None);
    }
    if from.request.config.regime.transaction == TransactionMode::All {
        return Ok(Some(Err("one transaction spans all migrations".to_owned())));
    }
    let mut first = None;
    for (at, split) in heaviest.into_iter().enumerate() {
        let Again {
            rehearsal,
            diff,
            header,
        } = Fork::at(from, from.before)?.run(from.request, &failing(migration, &split))?;
        if rehearsal.outcome == Outcome::TimedOut {
            return Ok(Some(Err(
                "the run that was to fail took too long".to_owned()
            )));
        }
        let remains = remains(diff, header);
        if !remains.is_nothing() {
            return Ok(Some(Ok(Stopped {
                split,
                remains,
                tried: at + 1,
                is_all,
            })));
        }
        let Stopped { tried, .. } = first.get_or_insert(Stopped {
            split,
            remains,
            tried: 0,
            is_all,
        });
        *tried += 1;
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
    let changed = diff
        .changes
        .tables
        .into_iter()
        .map(|(table, changes)| (table, changes.changed()));
    let tables: BTreeMap<String, Counts> =
        changed.filter(|(_, counts)| counts.total() > 0).collect();
    Remains {
        tables,
        schema: diff.schema,
        header,
        unevaluated: diff
            .unevaluated
            .into_iter()
            .map(|(table, _)| table)
            .collect(),
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
        let folder =
            tempfile::tempdir_in(request.workspace).map_err(|e| from.clone.unforked(&e))?;
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
    fn run(self, request: &Request<'_>, migration: &Migration) -> Result<Again, CheckError> {
        let (config, progress) = (request.config, request.snapshot.progress());
        let mut engine = Engine::open(
            self.clone.path(),
            config.regime,
            &config.bounds,
            &self.clock,
            None,
        )?
        .telling(progress);
        let before = self.clone.hold_state(&self.clock)?;
        let mut rehearsal = rehearse::rehearse(
            &mut engine,
            migration,
            config.regime,
            Place::Last,
            &config.tenants,
            0,
        )?;
        engine.close()?;
        let after = Engine::open_state(self.clone.path(), &self.clock)?;
        if config.bounds.writable_schema {
            rehearsal.reread(&after)?;
        }
        let diff = diff::diff(
            States {
                before: &before,
                after: &after,
                clock: &self.clock,
                progress,
            },
            &rehearsal,
            &config.tenants,
            0,
        )?;
        let header = header(&before, &after)?;
        if before.is_autocommit() {
            return Err(RehearseError::StateLost.into());
        }
        Ok(Again {
            rehearsal,
            diff,
            header,
        })
    }
}

/// What the engine's own check says of the state after, and of the state before where that is not
/// in order.
///
/// # Errors
/// When the engine cannot go on.
pub(super) fn integrity(states: States<'_>) -> Result<Result<Integrity, String>, CheckError> {
    let _checking = states.progress.begin(Work::Integrity, "", None);
    let asked = quick_check(states.after).and_then(|after| {
        let known = if after.is_empty() {
            Vec::new()
        } else {
            quick_check(states.before)?
        };
        Ok((after, known))
    });
    match asked {
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
