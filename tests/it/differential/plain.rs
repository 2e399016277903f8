//! The plain road: the same migrations through a bare connection, as the configured runner would
//! run them.
//!
//! Written from the meaning of the regime alone; knows nothing of the harness's clone, journal or
//! splitting.

use super::migration::Step;
use super::state::{self, State};
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Connection};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The runner's settings.
#[derive(Clone, Copy)]
pub(super) struct Regime {
    pub(super) foreign_keys: bool,
    pub(super) transaction: Transaction,
    pub(super) stops: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transaction {
    None,
    PerMigration,
    All,
}

/// What one migration came to.
pub(super) struct Ran {
    /// of each statement that was reached, its error
    pub(super) errors: Vec<Option<String>>,
    /// of each, how many rows it wrote itself, and how many with its triggers and foreign-key
    /// actions, as SQLite counts: what REPLACE deletes is in neither
    pub(super) counts: Vec<(u64, u64)>,
    /// whether the runner's own COMMIT failed
    pub(super) commit_failed: bool,
    /// whether it ended in a transaction of its own, which closing the connection rolled back
    pub(super) left_open: bool,
    /// what the database held behind it
    pub(super) after: State,
    /// whether the transaction that holds it and the migrations before it was rolled back
    pub(super) taken_back: bool,
}

/// When a watcher of the road is called.
#[derive(Clone, Copy)]
pub(super) enum Moment<'a> {
    /// a migration begins
    Begins,
    /// this statement ran
    Ran(&'a str),
    /// a statement failed
    Failed,
}

/// Somebody who looks on. What it reads can change what the engine does next, as after a failed
/// ALTER it reads the schema again.
pub(super) type Watcher<'a> = dyn FnMut(&Connection, Moment<'_>) + 'a;

/// Runs the migrations on the database at `path`; those behind one that does not run through are
/// not run.
pub(super) fn run(
    path: &Path,
    regime: Regime,
    migrations: &[Vec<Step>],
    watcher: &mut Watcher<'_>,
) -> Vec<Ran> {
    let mut done = Vec::new();
    let mut open: Option<Connection> = None;
    for (at, steps) in migrations.iter().enumerate() {
        let mut conn = open.take().unwrap_or_else(|| connect(path, regime));
        let Went {
            errors,
            counts,
            stopped,
            within,
        } = one(&mut conn, regime, steps, watcher);
        let (last, mut fine) = (
            at + 1 == migrations.len(),
            !errors.iter().any(Option::is_some),
        );
        let commits = match regime.transaction {
            Transaction::None => false,
            Transaction::PerMigration => !stopped,
            Transaction::All => !stopped && (last || !fine),
        };
        let committed = commits && conn.execute_batch("COMMIT").is_ok();
        let (commit_failed, left_open) = (
            commits && !committed,
            regime.transaction == Transaction::None && !stopped && !conn.is_autocommit(),
        );
        fine &= !commit_failed;
        let keeps = regime.transaction == Transaction::All && !last && fine;
        fine &= keeps || conn.is_autocommit();
        let taken_back = within && !keeps && !committed;
        let after = if keeps {
            state::read(open.insert(conn))
        } else {
            close(conn, path)
        };
        done.push(Ran {
            errors,
            counts,
            commit_failed,
            left_open,
            after,
            taken_back,
        });
        if !fine {
            break;
        }
    }
    done
}

fn connect(path: &Path, regime: Regime) -> Connection {
    let conn = Connection::open(path).expect("opens");
    conn.execute_batch("PRAGMA synchronous = OFF")
        .expect("a setting");
    conn.pragma_update(None, "foreign_keys", regime.foreign_keys)
        .expect("a setting");
    if regime.transaction == Transaction::All {
        conn.execute_batch("BEGIN").expect("begins");
    }
    conn
}

/// How the statements of one migration went.
struct Went {
    errors: Vec<Option<String>>,
    counts: Vec<(u64, u64)>,
    stopped: bool,
    /// whether it ended in the transaction that spans all migrations, or rolled that back
    within: bool,
}

/// Runs the statements of one migration. Where the transaction that spans all migrations is rolled
/// back by one of them, the runner cannot go on, whatever it does at errors.
fn one(conn: &mut Connection, regime: Regime, steps: &[Step], watcher: &mut Watcher<'_>) -> Went {
    let mut went = Went {
        errors: Vec::new(),
        counts: Vec::new(),
        stopped: false,
        within: regime.transaction == Transaction::All,
    };
    watcher(conn, Moment::Begins);
    let rolled_back = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&rolled_back);
    conn.rollback_hook(Some(move || seen.store(true, Ordering::Relaxed)))
        .expect("a hook");
    if regime.transaction == Transaction::PerMigration {
        conn.execute_batch("BEGIN").expect("begins");
    }
    for step in steps {
        rolled_back.store(false, Ordering::Relaxed);
        let before = conn.total_changes();
        let error = execute(conn, &step.text()).err().map(|e| e.to_string());
        went.counts
            .push((conn.changes(), conn.total_changes() - before));
        watcher(
            conn,
            if error.is_none() {
                Moment::Ran(&step.sql)
            } else {
                Moment::Failed
            },
        );
        let lost = went.within && conn.is_autocommit() && rolled_back.load(Ordering::Relaxed);
        went.within &= lost || !conn.is_autocommit();
        went.stopped = lost || (regime.stops && error.is_some());
        went.errors
            .push(error.or_else(|| lost.then(|| "rolls all migrations back".to_owned())));
        if went.stopped {
            break;
        }
    }
    // Closing the connection would call the hook after it was dropped.
    conn.rollback_hook(None::<fn()>).expect("no hook");
    went
}

/// What closing the connection leaves.
fn close(conn: Connection, path: &Path) -> State {
    conn.close().expect("closes");
    state::read(&Connection::open(path).expect("opens"))
}

/// Runs one statement to its end.
fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut batch = Batch::new(conn, sql);
    while let Some(mut statement) = batch.next()? {
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
    }
    Ok(())
}
