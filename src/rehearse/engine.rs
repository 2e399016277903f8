//! A connection to the clone as the production runner would have one, guarded, with the clock frozen.

use super::FrozenClock;
use super::capture::Capture;
use crate::bounds::Bounds;
use crate::regime::Regime;
use crate::snapshot::guard::{self, Purpose};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A guarded connection with its capture.
pub struct Engine {
    /// removes its hooks from the connection, so it goes first
    pub(super) capture: Capture,
    pub(super) conn: Connection,
    pub(super) bounds: Bounds,
    /// when the statement under way is interrupted
    deadline: Arc<Mutex<Option<Instant>>>,
    vacuums: Arc<AtomicBool>,
}

/// A connection is used by one thread at a time, so it needs no lock of its own.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Steps of the engine's between two looks at the time.
const STEPS: i32 = 10_000;

impl Engine {
    /// Opens the clone at `path` under `regime` and within `bounds`; after `fail_after` captured writes the capture fails, which tests ask for.
    ///
    /// # Errors
    /// The engine's.
    pub fn open(path: &Path, regime: Regime, bounds: &Bounds, clock: &FrozenClock, fail_after: Option<u64>) -> rusqlite::Result<Self> {
        let mut conn = Connection::open_with_flags_and_vfs(path, FLAGS, clock.vfs_name())?;
        // The file is private and temporary: nothing of it has to survive a crash.
        conn.execute_batch("PRAGMA synchronous = OFF")?;
        conn.pragma_update(None, "foreign_keys", regime.foreign_keys)?;
        let vacuums = Arc::new(AtomicBool::new(false));
        guard::install(&mut conn, Purpose::Migration(bounds.clone(), Arc::clone(&vacuums)))?;
        let deadline = Arc::new(Mutex::new(None));
        conn.progress_handler(STEPS, Some(is_past(Arc::clone(&deadline))))?;
        let capture = Capture::install(&conn, fail_after);
        Ok(Self { capture, conn, bounds: bounds.clone(), deadline, vacuums })
    }

    /// Says whether the statement that comes is a VACUUM.
    pub(super) fn expect_vacuum(&self, is_vacuum: bool) {
        self.vacuums.store(is_vacuum, Ordering::Relaxed);
    }

    /// Runs `work` and interrupts it where it takes longer than a statement may.
    pub(super) fn timed<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        self.within(self.bounds.statement, work)
    }

    /// Runs `work` and interrupts it where it takes longer than `limit`.
    pub(super) fn within<T>(&self, limit: Duration, work: impl FnOnce(&Connection) -> T) -> T {
        let set = |at: Option<Instant>| *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = at;
        set(Instant::now().checked_add(limit));
        let done = work(&self.conn);
        set(None);
        done
    }

    /// What is said of a statement, or of its preview, that was interrupted.
    pub(super) fn took_too_long(&self, what: &str) -> String {
        format!("{what} took longer than {} seconds, the limit", self.bounds.statement.as_secs_f64())
    }

    /// The connection, for reading what the migration sees.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// The engine's.
    pub fn close(self) -> rusqlite::Result<()> {
        let Self { capture, conn, .. } = self;
        drop(capture);
        conn.close().map_err(|(_, error)| error)
    }

    /// Opens the state before, or the clone after, for reading only.
    ///
    /// # Errors
    /// The engine's.
    pub fn open_state(path: &Path, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        let mut conn = Connection::open_with_flags_and_vfs(path, FLAGS, clock.vfs_name())?;
        conn.execute_batch("PRAGMA query_only = ON")?;
        guard::install(&mut conn, Purpose::Reading)?;
        Ok(conn)
    }
}

fn is_past(deadline: Arc<Mutex<Option<Instant>>>) -> impl FnMut() -> bool + Send {
    move || deadline.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| Instant::now() > at)
}
