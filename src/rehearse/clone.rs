//! The clone: the private, temporary, writable state of a snapshot that one rehearsal runs on.
//!
//! Its main file is that of the snapshot, opened read-only, or a private copy of it; nothing is
//! written to either. What the migrations write is in a WAL in a workspace that the caller owns and
//! removes, so that a reader who began before a migration keeps the state before it, and of the
//! snapshot only the `-wal` or `-journal` is copied. The engine rolls a hot journal back beside the
//! file.

use crate::bounds::CloneKind;
use crate::files::{DATABASE_SUFFIXES, with_suffix};
use crate::progress::{Progress, Work};
use crate::rehearse::engine::{Engine, FLAGS, both_states};
use crate::rehearse::fault::{RehearseError, is_environment};
use crate::rehearse::vfs::{FrozenClock, MainFile};
use crate::snapshot::Snapshot;
use crate::sql::ident;
use rusqlite::Connection;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The content of the file at whose path the main file is opened.
const STAND_IN: &str = "The clone is read through harness from the file that it stands on.\n";

/// The files of states that are not committed, by turns.
const UNCOMMITTED: [&str; 2] = ["before.db", "after.db"];

/// The clone and the state before the migration at hand.
#[derive(Debug)]
pub struct Clone {
    path: PathBuf,
    /// the file whose state it changes; `None` for a clone of nothing, which is a plain file
    base: Option<Base>,
    /// the file in which a reader finds the state before: the clone, or a copy of a state that is not
    /// committed, which no reader can hold
    held: PathBuf,
    /// the file before that one, where the state was not committed
    held_before: Option<PathBuf>,
    progress: Progress,
}

/// A committed state of a clone, by the bytes of its WAL that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64);

/// The main file of a clone.
#[derive(Debug)]
struct Base {
    path: PathBuf,
    main: Arc<MainFile>,
}

impl Clone {
    /// Makes a clone of `snapshot`, whose own files are in `workspace` and which is opened through
    /// `clock` from now on.
    ///
    /// # Errors
    /// When there is no room for it, the snapshot changed meanwhile, or the engine cannot read it.
    pub fn create(
        snapshot: &Snapshot,
        workspace: &Path,
        kind: CloneKind,
        clock: &FrozenClock,
    ) -> Result<Self, RehearseError> {
        let mut clone = Self::within(workspace, snapshot.progress());
        clone.at(&clone.path, clone.stand_in())?;
        let base = clone.copy_files(snapshot, workspace, kind)?;
        snapshot.verify_unchanged()?;
        let journal = with_suffix(&clone.path, "-journal").exists();
        let recovered = journal.then(|| with_suffix(&clone.path, "-recovered"));
        let main = Arc::new(clone.at(&base, MainFile::open(&base, recovered))?);
        clock.serve(&clone.path, Arc::clone(&main));
        if journal {
            clone.read(snapshot, clock, read_schema)?;
        }
        clone.at(&base, has_wal(&clone.path).and_then(|has| main.seal(has)))?;
        clone.read(snapshot, clock, probe)?;
        clone.base = Some(Base { path: base, main });
        Ok(clone)
    }

    /// Copies the files of a snapshot, of a thin clone without the main file, and returns the main
    /// file to use.
    fn copy_files(
        &self,
        snapshot: &Snapshot,
        workspace: &Path,
        kind: CloneKind,
    ) -> Result<PathBuf, RehearseError> {
        let mut base = PathBuf::new();
        for (file, suffix) in snapshot.files() {
            let target = match (suffix, kind) {
                ("", CloneKind::Thin) => {
                    base = file;
                    continue;
                }
                ("", CloneKind::Copy) => {
                    base = workspace.join("base.db");
                    base.clone()
                }
                _ => with_suffix(&self.path, suffix),
            };
            self.at(&file, copy(&file, &target, &self.progress))?;
        }
        Ok(base)
    }

    /// A clone of nothing: the database as a runner finds it before the first migration, a file
    /// without a byte.
    ///
    /// # Errors
    /// When the workspace cannot be written to.
    pub fn empty(workspace: &Path) -> Result<Self, RehearseError> {
        let clone = Self::within(workspace, &Progress::default());
        clone.at(&clone.path, File::create_new(&clone.path))?;
        Ok(clone)
    }

    fn within(workspace: &Path, progress: &Progress) -> Self {
        let path = workspace.join("clone.db");
        Self {
            held: path.clone(),
            held_before: None,
            path,
            base: None,
            progress: progress.clone(),
        }
    }

    fn read(
        &self,
        snapshot: &Snapshot,
        clock: &FrozenClock,
        how: fn(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), RehearseError> {
        let conn = Connection::open_with_flags_and_vfs(&self.path, FLAGS, clock.vfs_name());
        let read = conn.and_then(|conn| how(&conn));
        Ok(read.map_err(|e| snapshot.unreadable(&e))?)
    }

    /// Makes the file at which the main file is opened. The default VFS takes the permissions of a
    /// WAL from it. Opened by itself, it is no database.
    fn stand_in(&self) -> io::Result<()> {
        std::fs::write(&self.path, STAND_IN)?;
        make_private(&self.path)
    }

    /// What was done with the file at `from` to make the clone.
    fn at<T>(&self, from: &Path, done: io::Result<T>) -> Result<T, RehearseError> {
        done.map_err(|reason| RehearseError::clone(from, &self.path, reason))
    }

    /// The writable database.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection that keeps seeing the state of the clone now, whatever a migration writes.
    ///
    /// # Errors
    /// The engine's.
    pub fn hold_state(&self, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        let conn = Engine::open_state(&self.held, clock)?;
        conn.execute_batch("BEGIN")?;
        read_schema(&conn)?;
        Ok(conn)
    }

    /// Keeps what `engine` sees inside the transaction that it holds open, for
    /// [`Self::hold_state`]: no other connection sees it.
    ///
    /// # Errors
    /// When the engine cannot serialize the database, or there is no room for it.
    pub fn keep_uncommitted_state(&mut self, engine: &mut Engine) -> Result<(), RehearseError> {
        let image = engine.conn.serialize("main")?;
        let mut files = UNCOMMITTED
            .map(|name| self.path.with_file_name(name))
            .into_iter();
        let next = files.find(|file| *file != self.held).unwrap_or_default();
        remove_with_neighbours(&next)
            .and_then(|()| write_plain(&next, &image))
            .map_err(|e| RehearseError::clone(&self.path, &next, e))?;
        self.held_before = Some(std::mem::replace(&mut self.held, next));
        Ok(())
    }

    /// The state after a migration, with the state before attached, which began at a moment of this
    /// clone or was kept uncommitted before the one that is kept now. What that needs is in `folder`.
    ///
    /// # Errors
    /// When there is no room for it, or the engine's.
    pub fn both_states(
        &self,
        began: Moment,
        folder: &Path,
        clock: &FrozenClock,
    ) -> Result<Connection, RehearseError> {
        // The clone itself is another state as soon as something is committed.
        let kept = self.held_before.as_ref().filter(|kept| **kept != self.path);
        if let Some(before) = kept {
            return Ok(both_states([before, &self.held], clock)?);
        }
        let before = self.fork(began, folder, clock)?;
        Ok(both_states([&before.path, &self.held], clock)?)
    }

    /// The state that is committed now. No write may be under way, and a connection must have read
    /// the state.
    pub fn moment(&self) -> Moment {
        Moment(self.base.as_ref().map_or(0, |base| base.main.committed()))
    }

    /// Another clone, in the state of a moment of this one, in `workspace` and opened through
    /// `clock`. It has the same base, and a copy of what was committed by then, since the WAL only
    /// grows.
    ///
    /// # Errors
    /// When there is no room for it, or this clone has no base.
    pub fn fork(
        &self,
        moment: Moment,
        workspace: &Path,
        clock: &FrozenClock,
    ) -> Result<Self, RehearseError> {
        let mut clone = Self::within(workspace, &self.progress);
        let Some(base) = &self.base else {
            return Err(self.unforked(io::ErrorKind::Unsupported.into()));
        };
        let [wal, copy] = [&self.path, &clone.path].map(|path| with_suffix(path, "-wal"));
        let Moment(bytes) = moment;
        let copied = clone.stand_in().and_then(|()| {
            if bytes > 0 && copy_bytes(&wal, &copy, bytes, &self.progress)? < bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(())
        });
        clone.at(&wal, copied)?;
        let (path, main) = (base.path.clone(), Arc::new(base.main.fork()));
        clock.serve(&clone.path, Arc::clone(&main));
        clone.base = Some(Base { path, main });
        Ok(clone)
    }

    /// Another clone, in `workspace`, of what a connection sees within its transaction.
    ///
    /// # Errors
    /// When the engine cannot serialize the database, or there is no room for it.
    pub fn image(&self, conn: &mut Connection, workspace: &Path) -> Result<Self, RehearseError> {
        let clone = Self::within(workspace, &self.progress);
        let image = conn.serialize("main")?;
        clone.at(&clone.path, write_plain(&clone.path, &image))?;
        Ok(clone)
    }

    /// The error that a fork cannot be made.
    pub fn unforked(&self, reason: io::Error) -> RehearseError {
        RehearseError::clone(&self.path, &self.path, reason)
    }

    /// Leaves the migrated database at `target`, which does not exist: one file, or nothing if that
    /// fails. It has the journal mode that it would have in production. No connection may be open on
    /// the clone.
    ///
    /// # Errors
    /// When it cannot be written there, the engine fails on it, or the snapshot changed meanwhile.
    pub fn keep(&self, snapshot: &Snapshot, target: &Path) -> Result<(), RehearseError> {
        // To the engine a name that begins with `file:` is a URI, and `:memory:` is no file; a path
        // with a folder is neither.
        let target = &std::path::absolute(target)
            .map_err(|e| RehearseError::clone(&self.path, target, e))?;
        let kept = self.assemble(target).and_then(|is_wal| {
            write_back(target, is_wal)?;
            Ok(snapshot.verify_unchanged()?)
        });
        if kept.is_err() {
            // The first failure is the one to report.
            let _ = remove_with_neighbours(target);
        }
        kept
    }

    /// Puts main file and WAL together at `target`. Returns whether production would be in WAL mode.
    fn assemble(&self, target: &Path) -> Result<bool, RehearseError> {
        let fault = |from| move |e: io::Error| RehearseError::clone(from, target, e);
        let copy = |from: &Path, to: &Path| copy(from, to, &self.progress);
        let Some(Base { path, main }) = &self.base else {
            copy(&self.path, target).map_err(fault(&self.path))?;
            return Ok(false);
        };
        copy(path, target)
            .and_then(|()| main.recover_copy(target))
            .map_err(fault(path))?;
        let wal = with_suffix(&self.path, "-wal");
        if has_wal(&self.path).map_err(fault(&wal))? {
            copy(&wal, &with_suffix(target, "-wal")).map_err(fault(&wal))?;
        }
        Ok(main.is_wal())
    }
}

/// Whether the database at `path` has a WAL. To the engine an empty one is none: it puts the
/// database in no other mode (`unixAccess` of its source), and stays beside a database in another
/// mode.
fn has_wal(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(with_suffix(path, "-wal")) {
        Ok(meta) => Ok(meta.len() > 0),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Copies a file to a new one, which shares its blocks if the file system can do that.
fn copy(from: &Path, to: &Path, progress: &Progress) -> io::Result<()> {
    if reflink_copy::reflink(from, to).is_ok() {
        return make_private(to);
    }
    copy_bytes(from, to, from.metadata()?.len(), progress).map(drop)
}

/// The bytes that the system copies by its own means between two looks at the progress.
const STEP: u64 = 16 << 20;

/// Copies up to `most` bytes into a new file that only its owner may read, and returns how many
/// there were.
fn copy_bytes(from: &Path, to: &Path, most: u64, progress: &Progress) -> io::Result<u64> {
    let meter = progress.begin(Work::Copy, &from.display().to_string(), Some(most));
    let (input, mut output) = (File::open(from)?, new_private(to)?);
    let mut copied = 0;
    loop {
        match io::copy(&mut (&input).take(STEP.min(most - copied)), &mut output)? {
            0 => return Ok(copied),
            step => {
                meter.add(step);
                copied += step;
            }
        }
    }
}

#[cfg(unix)]
fn new_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn new_private(path: &Path) -> io::Result<File> {
    File::create_new(path)
}

/// Lets the owner alone read and write a copy, which has the permissions of the original.
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
        if let Err(e) = std::fs::remove_file(with_suffix(path, suffix))
            && e.kind() != io::ErrorKind::NotFound
        {
            return Err(e);
        }
    }
    Ok(())
}

/// Writes a database in WAL mode as one that needs no WAL.
fn write_plain(path: &Path, image: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    // Bytes 18 and 19 of the header:
    // <https://sqlite.org/fileformat2.html#file_format_version_numbers>.
    let (head, rest) = image.split_at(image.len().min(18));
    file.write_all(head)?;
    file.write_all(&[1, 1][..rest.len().min(2)])?;
    file.write_all(rest.get(2..).unwrap_or_default())
}

/// Writes the WAL of the database at `path` back into it, and sets its journal mode.
fn write_back(path: &Path, is_wal: bool) -> rusqlite::Result<()> {
    let conn = Connection::open_with_flags(path, FLAGS)?;
    read_schema(&conn)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    // With a WAL the connection is in WAL mode whatever the header says, and writes only a change
    // there.
    let modes: &[&str] = if is_wal {
        &["DELETE", "WAL"]
    } else {
        &["DELETE"]
    };
    for mode in modes {
        conn.pragma_update(None, "journal_mode", mode)?;
    }
    conn.close().map_err(|(_, e)| e)
}

/// Makes the connection read: it recovers what there is to recover, and keeps the state for the
/// rest of its transaction.
fn read_schema(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Reads the first row of every table, so that a damaged root or missing page shows first of all.
fn probe(conn: &Connection) -> rusqlite::Result<()> {
    read_schema(conn)?;
    let mut names =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for name in names {
        let table = ident::qualified("main", &name);
        let select = conn.prepare(&format!("SELECT 1 FROM {table} NOT INDEXED LIMIT 1"));
        if let Err(e) = select.and_then(|mut select| select.exists([]))
            && is_environment(&e)
        {
            return Err(e);
        }
    }
    Ok(())
}
