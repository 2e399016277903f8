//! The deep checks, which cost a second run or a whole scan: each run on a fork of the clone, so that neither the clone nor the
//! migrations that follow see it.

use super::{CheckError, Request};
use crate::change::Counts;
use crate::diff::{self, Diff, States};
use crate::migration::{Migration, Statement, StatementKind};
use crate::regime::TransactionMode;
use crate::rehearse::{self, Clone, Engine, FrozenClock, Moment, Outcome, Place, Rehearsal, RehearseError};
use crate::sql::{Span, message, token};
use crate::verdict::Parting;
use crate::verdict::facts::{Deep, Integrity, Remains, SecondRun};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What stands in the place of the statement at which a failure is tried: no database has such a table.
const FAILING: &str = "SELECT * FROM \"harness tries a failure here\";";

/// Words by which a statement asks for the time of its run.
const CLOCKS: [&str; 5] = ["now", "unixepoch", "current_timestamp", "current_date", "current_time"];

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

/// Runs the migration again, and as far as `worst`, where there is one.
///
/// # Errors
/// When a run cannot be done.
pub(super) fn runs(
    from: From<'_>,
    migration: &Migration,
    rehearsal: &Rehearsal,
    worst: Option<&Parting>,
    integrity: Result<Integrity, String>,
) -> Result<Deep, CheckError> {
    let second = match reason_against(from, migration, rehearsal) {
        Some(reason) => Err(reason.to_owned()),
        None => second(from, migration)?,
    };
    let stopped = worst.map(|worst| stopped(from, migration, worst)).transpose()?;
    Ok(Deep { second, stopped, integrity })
}

/// Why a second run would show nothing.
fn reason_against(from: From<'_>, migration: &Migration, rehearsal: &Rehearsal) -> Option<&'static str> {
    let writes_file = |s: &Statement| s.kind.word() == "vacuum" && token::mentions(migration.sql(s), "into");
    match from.request.config.regime.transaction {
        _ if rehearsal.outcome != Outcome::Applied => Some("the first run did not run through"),
        _ if rehearsal.left_open => Some("the first run left its transaction open, so that nothing of it remains"),
        TransactionMode::All => Some("one transaction spans all migrations, so that no run is over when the next begins"),
        _ if migration.statements.iter().any(writes_file) => Some("VACUUM INTO would find the file that the first run wrote"),
        _ => None,
    }
}

fn second(from: From<'_>, migration: &Migration) -> Result<Result<SecondRun, String>, CheckError> {
    let (rehearsal, diff) = Fork::at(from, from.after)?.run(from.request, migration)?;
    if rehearsal.outcome == Outcome::TimedOut {
        return Ok(Err("the second run took too long".to_owned()));
    }
    let rows = diff.changes.tables.values().flat_map(|changes| changes.groups.values()).filter(|group| group.changed.total() > 0);
    let schema = rehearsal.statements.iter().find(|run| !run.wrote.schema.is_empty()).map(|run| run.index);
    let first = rows.filter_map(|group| group.statements.first().copied()).min().or(schema);
    let names_time = |sql: &str| CLOCKS.iter().any(|name| token::mentions(sql, name));
    let timed = rehearsal.statements.iter().filter(|run| run.wrote.rows).map(|run| run.index);
    let clocked = timed.into_iter().find(|at| migration.statements.get(at - 1).is_some_and(|s| names_time(migration.sql(s))));
    Ok(Ok(SecondRun { failure: rehearsal.failure, first, clocked, remains: remains(diff) }))
}

/// What a failure at a statement leaves.
fn stopped(from: From<'_>, migration: &Migration, worst: &Parting) -> Result<Result<Remains, String>, CheckError> {
    if from.request.config.regime.transaction == TransactionMode::All {
        return Ok(Err("one transaction spans all migrations".to_owned()));
    }
    let mut failing = migration.clone();
    let start = failing.text.len() + 1;
    failing.text.push('\n');
    failing.text.push_str(FAILING);
    if let Some(statement) = failing.statements.get_mut(worst.at - 1) {
        statement.span = Span { start, end: failing.text.len() };
        (statement.kind, statement.table) = (StatementKind::Select, None);
    }
    let (_, diff) = Fork::at(from, from.before)?.run(from.request, &failing)?;
    Ok(Ok(remains(diff)))
}

fn remains(diff: Diff) -> Remains {
    let changed = diff.changes.tables.into_iter().map(|(table, changes)| (table, changes.changed()));
    let tables: BTreeMap<String, Counts> = changed.filter(|(_, counts)| counts.total() > 0).collect();
    Remains { tables, schema: diff.schema, unevaluated: diff.unevaluated.into_iter().map(|(table, _)| table).collect() }
}

impl Fork {
    fn at(from: From<'_>, moment: Moment) -> Result<Self, CheckError> {
        let request = from.request;
        let folder = tempfile::tempdir_in(request.workspace).map_err(|e| from.clone.unforked(&e))?;
        let redirects = rehearse::redirects(&request.config.bounds, folder.path())?;
        let clock = FrozenClock::at(request.now_ms, folder.path(), redirects)?;
        let clone = from.clone.fork(moment, folder.path(), &clock)?;
        Ok(Self { clone, clock, _folder: folder })
    }

    /// Runs a migration as the runner does.
    fn run(self, request: &Request<'_>, migration: &Migration) -> Result<(Rehearsal, Diff), CheckError> {
        let config = request.config;
        let mut engine = Engine::open(self.clone.path(), config.regime, &config.bounds, &self.clock, None)?;
        let before = self.clone.hold_state(&self.clock)?;
        let mut rehearsal = rehearse::rehearse(&mut engine, migration, config.regime, Place::Last, &config.tenants, 0)?;
        engine.close()?;
        let after = Engine::open_state(self.clone.path(), &self.clock)?;
        if config.bounds.writable_schema {
            rehearsal.reread(&after)?;
        }
        let diff = diff::diff(States { before: &before, after: &after, clock: &self.clock }, &rehearsal, &config.tenants, 0)?;
        if before.is_autocommit() {
            return Err(RehearseError::StateLost.into());
        }
        Ok((rehearsal, diff))
    }
}

/// What the engine's own check says of the state after, and of the state before where that is not in order.
///
/// # Errors
/// When the engine cannot go on.
pub(super) fn integrity(states: States<'_>) -> Result<Result<Integrity, String>, CheckError> {
    let asked = quick_check(states.after).and_then(|after| {
        let known = if after.is_empty() { Vec::new() } else { quick_check(states.before)? };
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
    let messages: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(if messages == ["ok"] { Vec::new() } else { messages })
}
