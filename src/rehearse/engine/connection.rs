//! A connection to the clone as the production runner would have one, guarded, with the clock
//! frozen.

use crate::bounds::Bounds;
use crate::progress::Progress;
use crate::regime::Regime;
use crate::rehearse::capture::Capture;
use crate::rehearse::vfs::FrozenClock;
use crate::snapshot::guard::{self, Purpose};
use rusqlite::{Connection, OpenFlags};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    fn set(&self, at: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn is_past(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|at| Instant::now() > at)
    }

    /// Interrupts what runs on `conn` once it is past.
    fn watch(&self, conn: &mut Connection) -> rusqlite::Result<()> {
        let deadline = self.clone();
        conn.progress_handler(STEPS, Some(move || deadline.is_past()))
    }
}

/// A connection to read on, with what bounds its time.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'e> {
    pub(crate) conn: &'e Connection,
    deadline: &'e Deadline,
    limit: Duration,
    /// whether the migration runs on it too
    pub(crate) is_engine: bool,
}

impl Reader<'_> {
    /// Runs `work` and interrupts it where it takes longer than a statement may.
    pub(crate) fn timed<T>(self, work: impl FnOnce(&Connection) -> T) -> T {
        self.within(self.limit, work)
    }

    /// Runs `work` and interrupts it where it takes longer than `limit`, or than a statement may.
    pub(crate) fn within<T>(self, limit: Duration, work: impl FnOnce(&Connection) -> T) -> T {
        self.deadline
            .set(Instant::now().checked_add(limit.min(self.limit)));
        let done = work(self.conn);
        self.deadline.set(None);
        done
    }

    /// What is said of what was interrupted.
    pub(crate) fn took_too_long(self, what: &str) -> String {
        format!(
            "{what} took longer than {} seconds, the limit",
            self.limit.as_secs_f64()
        )
    }
}

/// A second connection to the clone, for reading what was committed while the engine goes on.
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

/// A connection is used by one thread at a time, so it needs no lock of its own.
pub(crate) const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Steps of the engine's between two looks at the time.
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
        guard::install(
            &mut conn,
            Purpose::Migration(bounds.clone(), Arc::clone(&vacuums)),
        )?;
        let deadline = Deadline::default();
        deadline.watch(&mut conn)?;
        let capture = Capture::install(&conn, fail_after);
        let place = (path.to_owned(), clock.vfs_name().to_owned());
        let (bounds, progress) = (bounds.clone(), Progress::default());
        Ok(Self {
            capture,
            conn,
            bounds,
            progress,
            deadline,
            vacuums,
            place,
            beside: RefCell::default(),
        })
    }

    /// The same, which tells `progress` how far what it runs is.
    #[must_use]
    pub fn telling(self, progress: &Progress) -> Self {
        Self {
            progress: progress.clone(),
            ..self
        }
    }

    /// A second connection, whose reads see what is committed now, until it is given back.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) fn take_beside(&self) -> rusqlite::Result<Beside> {
        let open = || -> rusqlite::Result<Beside> {
            let (mut conn, deadline) =
                (reading(&self.place.0, &self.place.1)?, Deadline::default());
            deadline.watch(&mut conn)?;
            Ok(Beside {
                conn,
                deadline,
                limit: self.bounds.statement,
            })
        };
        let beside = self.beside.take().map_or_else(open, Ok)?;
        // A transaction begins to see with its first read.
        beside
            .conn
            .execute_batch("BEGIN; SELECT 1 FROM sqlite_schema")?;
        Ok(beside)
    }

    /// Keeps the second connection for the next time.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) fn give_back(&self, beside: Beside) -> rusqlite::Result<()> {
        beside.conn.execute_batch("COMMIT")?;
        *self.beside.borrow_mut() = Some(beside);
        Ok(())
    }

    /// Says whether the statement that comes is a VACUUM.
    pub(crate) fn expect_vacuum(&self, is_vacuum: bool) {
        self.vacuums.store(is_vacuum, Ordering::Relaxed);
    }

    /// The migration's own connection, to read on.
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
}

fn reading(path: &Path, vfs: &str) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open_with_flags_and_vfs(path, FLAGS, vfs)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA foreign_keys = OFF")?;
    guard::install(&mut conn, Purpose::Reading)?;
    Ok(conn)
}
