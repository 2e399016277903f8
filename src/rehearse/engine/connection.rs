//! A guarded connection to the clone, set as the production runner sets its own, with the clock
//! frozen.

use super::{Outcome, outcome_of, untraced};
use crate::bounds::Bounds;
use crate::progress::Progress;
use crate::regime::Regime;
use crate::rehearse::capture::Capture;
use crate::rehearse::fault::RehearseError;
use crate::rehearse::vfs::FrozenClock;
use crate::snapshot::guard::{self, Purpose};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A guarded connection with its capture.
pub struct Engine {
    /// removes its hooks from the connection, so it goes first
    pub(crate) capture: Capture,
    pub(crate) conn: Connection,
    pub(crate) bounds: Bounds,
    pub(crate) progress: Progress,
    deadline: Deadline,
    vacuums: Arc<AtomicBool>,
    /// where the clone is, and the VFS that serves it
    place: (PathBuf, String),
    beside: RefCell<Option<Beside>>,
}

/// When the statement under way is interrupted.
#[derive(Clone, Default)]
pub(super) struct Deadline(Arc<Mutex<Option<Instant>>>);

impl Deadline {
    /// A deadline that interrupts what runs on `conn`.
    fn watching(conn: &mut Connection) -> rusqlite::Result<Self> {
        let deadline = Self::default();
        let watched = deadline.clone();
        let is_past = move || watched.at().is_some_and(|at| Instant::now() > at);
        conn.progress_handler(STEPS, Some(is_past))?;
        Ok(deadline)
    }

    fn at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to read on, with a limit of time.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'e> {
    pub(crate) conn: &'e Connection,
    deadline: &'e Deadline,
    limit: Duration,
    /// whether the migration runs on it too
    pub(crate) is_engine: bool,
}

impl Reader<'_> {
    /// Does `work`, and interrupts it if it takes longer than a statement may.
    pub(crate) fn timed<T>(self, work: impl FnOnce(&Connection) -> T) -> T {
        self.within(self.limit, work)
    }

    /// Reads without a trace, no longer than `limit` and than a statement may. Beside the engine
    /// nothing has to be restored: reading there takes no pseudo-random numbers of the migration.
    pub(crate) fn untraced<T>(self, limit: Duration, work: impl FnOnce(&Connection) -> T) -> T {
        let read = || self.within(limit.min(self.limit), work);
        if self.is_engine {
            untraced(read)
        } else {
            read()
        }
    }

    fn within<T>(self, limit: Duration, work: impl FnOnce(&Connection) -> T) -> T {
        *self.deadline.at() = Instant::now().checked_add(limit);
        let done = work(self.conn);
        *self.deadline.at() = None;
        done
    }

    /// Why `what` failed with an error: it took too long, or `other`.
    pub(crate) fn reason(self, what: &str, error: &rusqlite::Error, other: String) -> String {
        let limit = self.limit.as_secs_f64();
        match outcome_of(error) {
            Outcome::TimedOut => format!("{what} took longer than {limit} seconds, the limit"),
            _ => other,
        }
    }
}

/// A second connection to the clone, to read what was committed while the engine goes on.
pub(crate) struct Beside {
    conn: Connection,
    deadline: Deadline,
    limit: Duration,
}

impl Beside {
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader {
            conn: &self.conn,
            deadline: &self.deadline,
            limit: self.limit,
            is_engine: false,
        }
    }
}

/// The flags to open a connection with. One thread at a time uses it, so it needs no lock.
pub(crate) const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// The steps of the engine between two looks at the time.
pub(crate) const STEPS: i32 = 10_000;

impl Engine {
    /// Opens the clone at `path` under `regime` and within `bounds`; after `fail_after` captured
    /// writes the capture fails, which tests ask for.
    ///
    /// # Errors
    /// The engine's.
    pub fn open(
        path: &Path,
        regime: Regime,
        bounds: &Bounds,
        clock: &FrozenClock,
        fail_after: Option<u64>,
    ) -> rusqlite::Result<Self> {
        let mut conn = Connection::open_with_flags_and_vfs(path, FLAGS, clock.vfs_name())?;
        // The file is private and temporary: nothing of it has to survive a crash.
        conn.execute_batch("PRAGMA synchronous = OFF")?;
        conn.pragma_update(None, "foreign_keys", regime.foreign_keys)?;
        let vacuums = Arc::new(AtomicBool::new(false));
        let purpose = Purpose::Migration(bounds.clone(), Arc::clone(&vacuums));
        guard::install(&mut conn, purpose)?;
        let deadline = Deadline::watching(&mut conn)?;
        Ok(Self {
            capture: Capture::install(&conn, fail_after),
            conn,
            bounds: bounds.clone(),
            progress: Progress::default(),
            deadline,
            vacuums,
            place: (path.to_owned(), clock.vfs_name().to_owned()),
            beside: RefCell::default(),
        })
    }

    /// The same, reporting to `progress`.
    #[must_use]
    pub fn telling(self, progress: &Progress) -> Self {
        Self {
            progress: progress.clone(),
            ..self
        }
    }

    /// Does `work` with a second connection, which sees what is committed now until that is done.
    ///
    /// # Errors
    /// The engine's, and those of `work`.
    pub(crate) fn beside<T>(
        &self,
        work: impl FnOnce(&mut Beside) -> Result<T, RehearseError>,
    ) -> Result<T, RehearseError> {
        let open = || -> rusqlite::Result<Beside> {
            let mut conn = reading(&self.place.0, &self.place.1)?;
            Ok(Beside {
                deadline: Deadline::watching(&mut conn)?,
                conn,
                limit: self.bounds.statement,
            })
        };
        let mut beside = self.beside.take().map_or_else(open, Ok)?;
        // A transaction begins to see with its first read.
        let begin = "BEGIN; SELECT 1 FROM sqlite_schema";
        beside.conn.execute_batch(begin)?;
        let done = work(&mut beside)?;
        beside.conn.execute_batch("COMMIT")?;
        *self.beside.borrow_mut() = Some(beside);
        Ok(done)
    }

    /// Says whether the next statement is a VACUUM.
    pub(crate) fn expect_vacuum(&self, is_vacuum: bool) {
        self.vacuums.store(is_vacuum, Ordering::Relaxed);
    }

    /// The connection of the migration, to read on.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader {
            conn: &self.conn,
            deadline: &self.deadline,
            limit: self.bounds.statement,
            is_engine: true,
        }
    }

    /// The connection, for reading what the migration sees.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// The connection, for taking an image of what the migration sees.
    pub fn connection_mut(&mut self) -> &mut Connection {
        &mut self.conn
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// The engine's.
    pub fn close(self) -> rusqlite::Result<()> {
        let Self {
            capture,
            conn,
            beside,
            ..
        } = self;
        drop((capture, beside));
        conn.close().map_err(|(_, error)| error)
    }

    /// Opens the state before, or the clone after, for reading only.
    ///
    /// # Errors
    /// The engine's.
    pub fn open_state(path: &Path, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        reading(path, clock.vfs_name())
    }

    /// Opens a fork of the clone, where a check may write.
    ///
    /// # Errors
    /// The engine's.
    pub fn open_fork(path: &Path, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        let conn = reading(path, clock.vfs_name())?;
        conn.execute_batch("PRAGMA query_only = OFF")?;
        Ok(conn)
    }
}

/// The name of the state before where it is attached to the state after.
pub(crate) const BEFORE: &str = "harness_before";

/// Opens the state after, for reading only, with the state before attached.
///
/// # Errors
/// The engine's.
pub(crate) fn both_states(
    [before, after]: [&Path; 2],
    clock: &FrozenClock,
) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open_with_flags_and_vfs(after, FLAGS, clock.vfs_name())?;
    let attach = format!("ATTACH ?1 AS {BEFORE}");
    conn.execute(&attach, [before.display().to_string()])?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    may_read_before(&mut conn, "")?;
    Ok(conn)
}

/// Lets a connection to both states read one table of the state before.
///
/// # Errors
/// The engine's.
pub(crate) fn may_read_before(conn: &mut Connection, table: &str) -> rusqlite::Result<()> {
    guard::install(conn, Purpose::Comparing(BEFORE, table.to_owned()))
}

fn reading(path: &Path, vfs: &str) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open_with_flags_and_vfs(path, FLAGS, vfs)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA foreign_keys = OFF")?;
    guard::install(&mut conn, Purpose::Reading)?;
    Ok(conn)
}

/// Does `work` while `quirk`, `DQS_DML` or `DQS_DDL`, is switched off, by which SQLite takes
/// double-quoted names that fit no column for strings (<https://sqlite.org/quirks.html#dblquote>).
///
/// # Errors
/// The engine's, if the quirk cannot be switched.
pub(crate) fn without_quoted_strings<T>(
    conn: &Connection,
    quirk: DbConfig,
    work: impl FnOnce() -> T,
) -> rusqlite::Result<T> {
    conn.set_db_config(quirk, false)?;
    let done = work();
    conn.set_db_config(quirk, true)?;
    Ok(done)
}
