//! A connection to the clone as the production runner would have one, guarded, with the clock frozen.

use super::FrozenClock;
use super::capture::Capture;
use crate::regime::Regime;
use crate::snapshot::guard::{self, Purpose};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// A guarded connection with its capture.
pub struct Engine {
    /// removes its hooks from the connection, so it goes first
    pub(super) capture: Capture,
    pub(super) conn: Connection,
}

impl Engine {
    /// Opens the clone at `path` under `regime`; after `fail_after` captured writes the capture fails, which tests ask for.
    ///
    /// # Errors
    /// The engine's.
    pub fn open(path: &Path, regime: Regime, clock: &FrozenClock, fail_after: Option<u64>) -> rusqlite::Result<Self> {
        let mut conn = Connection::open_with_flags_and_vfs(path, OpenFlags::SQLITE_OPEN_READ_WRITE, clock.vfs_name())?;
        // The file is private and temporary: nothing of it has to survive a crash.
        conn.execute_batch("PRAGMA synchronous = OFF")?;
        conn.pragma_update(None, "foreign_keys", regime.foreign_keys)?;
        guard::install(&mut conn, Purpose::Migration)?;
        let capture = Capture::install(&conn, fail_after);
        Ok(Self { capture, conn })
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
        let Self { capture, conn } = self;
        drop(capture);
        conn.close().map_err(|(_, error)| error)
    }

    /// Opens the state before, or the clone after, for reading only.
    ///
    /// # Errors
    /// The engine's.
    pub fn open_state(path: &Path, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        let mut conn = Connection::open_with_flags_and_vfs(path, OpenFlags::SQLITE_OPEN_READ_WRITE, clock.vfs_name())?;
        conn.execute_batch("PRAGMA query_only = ON")?;
        guard::install(&mut conn, Purpose::Migration)?;
        Ok(conn)
    }
}
