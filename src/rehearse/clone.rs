//! The clone: the private, temporary, writable copy of a snapshot, and beside it the state before the migration at hand.
//!
//! Both are files in a workspace that the caller owns and removes. The copy shares blocks where the file system can. The
//! snapshot's `-wal` or hot `-journal` is copied with it, so that the engine recovers the copy and never the original.

use super::RehearseError;
use crate::files::{DATABASE_SUFFIXES, with_suffix};
use crate::snapshot::Snapshot;
use rusqlite::Connection;
use std::io;
use std::path::{Path, PathBuf};

/// The clone and the state before.
#[derive(Debug)]
pub struct Clone {
    path: PathBuf,
    before: PathBuf,
}

impl Clone {
    /// Copies `snapshot` into `workspace` and lets the engine recover the copy.
    ///
    /// # Errors
    /// When there is no room for the copy, the snapshot changed under it, or the engine cannot read it.
    pub fn create(snapshot: &Snapshot, workspace: &Path) -> Result<Self, RehearseError> {
        let clone = Self { path: workspace.join("clone.db"), before: workspace.join("before.db") };
        for (file, suffix) in snapshot.files() {
            let target = workspace.join(format!("clone.db{suffix}"));
            copy(&file, &target).map_err(|e| RehearseError::clone(&file, workspace, &e))?;
        }
        snapshot.verify_unchanged()?;
        recover(&clone.path).map_err(|e| snapshot.unreadable(&e))?;
        clone.keep_state_before()?;
        Ok(clone)
    }

    /// A clone of nothing: the database as a runner finds it before the first migration, a file without a byte.
    ///
    /// # Errors
    /// When the workspace cannot be written to.
    pub fn empty(workspace: &Path) -> Result<Self, RehearseError> {
        let clone = Self { path: workspace.join("clone.db"), before: workspace.join("before.db") };
        for file in [&clone.path, &clone.before] {
            std::fs::write(file, []).map_err(|e| RehearseError::clone(file, workspace, &e))?;
        }
        Ok(clone)
    }

    /// The writable database.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The state before the migration at hand.
    pub fn before(&self) -> &Path {
        &self.before
    }

    /// Makes the state that the clone is in the state before the next migration. No connection may be open on either.
    ///
    /// # Errors
    /// When there is no room for the copy.
    pub fn keep_state_before(&self) -> Result<(), RehearseError> {
        remove_with_neighbours(&self.before)
            .and_then(|()| copy(&self.path, &self.before))
            .map_err(|e| RehearseError::clone(&self.path, &self.before, &e))
    }

    /// The same while `engine` holds a transaction open: what it sees, committed or not, becomes the state before.
    ///
    /// # Errors
    /// When the engine cannot serialize the database, or there is no room for it.
    pub fn keep_uncommitted_state(&self, engine: &mut super::Engine) -> Result<(), RehearseError> {
        let image = engine.conn.serialize("main")?;
        remove_with_neighbours(&self.before)
            .and_then(|()| std::fs::write(&self.before, &*image))
            .map_err(|e| RehearseError::clone(&self.path, &self.before, &e))
    }

    /// Copies the migrated database to `target`, which does not exist. No connection may be open on the clone.
    ///
    /// # Errors
    /// When it cannot be written there.
    pub fn keep(&self, target: &Path) -> Result<(), RehearseError> {
        copy(&self.path, target).map_err(|e| RehearseError::clone(&self.path, target, &e))
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    reflink_copy::reflink_or_copy(from, to)?;
    make_private(to)
}

/// A copy takes over the original's permissions; the clone of a read-only snapshot must be writable, and by its owner only.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    let mut permissions = std::fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions)
}

fn remove_with_neighbours(path: &Path) -> io::Result<()> {
    for suffix in DATABASE_SUFFIXES {
        match std::fs::remove_file(with_suffix(path, suffix)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// Opening recovers a hot journal; a WAL is written back into the file, so that the file alone holds the state.
fn recover(path: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    probe(&conn)?;
    conn.close().map_err(|(_, e)| e)
}

/// Reads down to the first row of every table: a damaged root or missing page shows before anything is judged on it.
fn probe(conn: &Connection) -> rusqlite::Result<()> {
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for name in names {
        let sql = format!("SELECT * FROM {} NOT INDEXED LIMIT 1", crate::sql::ident::qualified("main", &name));
        match conn.prepare(&sql).and_then(|mut statement| statement.exists([])) {
            Err(e) if super::is_environment(&e) => return Err(e),
            _ => {}
        }
    }
    Ok(())
}
