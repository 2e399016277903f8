//! The clone: the private, temporary, writable state of a snapshot that one rehearsal runs on.
//!
//! Its main file is the snapshot's own, opened read-only, or a private copy of it; either way
//! nothing is written there. What the migrations write lies in a WAL in a workspace that the caller
//! owns and removes, so that a reader who began before a migration keeps the state before it, and
//! no byte of the snapshot is copied but its `-wal` or `-journal`. A hot journal is rolled back by
//! the engine, beside the file.

use crate::bounds::CloneKind;
use crate::files::{DATABASE_SUFFIXES, with_suffix};
use crate::progress::{Progress, Work};
use crate::rehearse::engine::{Engine, FLAGS};
use crate::rehearse::fault::{RehearseError, is_environment};
use crate::rehearse::vfs::{FrozenClock, MainFile};
use crate::snapshot::Snapshot;
use rusqlite::Connection;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stands where the main file is opened.
const STAND_IN: &str = "The clone is read through harness from the file that it stands on.\n";

/// The clone and the state before the migration at hand.
#[derive(Debug)]
pub struct Clone {
    path: PathBuf,
    /// what it stands on; `None` where it stands on nothing and is a plain file
    base: Option<Base>,
    /// where the state before is kept that no reader can hold, since it is not committed
    before: PathBuf,
    is_kept: bool,
    progress: Progress,
}

/// A committed state of a clone, by how much of its WAL holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64);

/// What a clone stands on.
#[derive(Debug)]
struct Base {
    path: PathBuf,
    main: Arc<MainFile>,
}

impl Clone {
    /// Makes a clone of `snapshot`, whose own files lie in `workspace` and which is opened through
    /// `clock` from now on.
    ///
    /// # Errors
    /// When there is no room for it, the snapshot changed under it, or the engine cannot read it.
    pub fn create(
        snapshot: &Snapshot,
        workspace: &Path,
        kind: CloneKind,
        clock: &FrozenClock,
    ) -> Result<Self, RehearseError> {
        let progress = snapshot.progress();
        let clone = Self::within(workspace, progress);
        // The default VFS takes the permissions of a WAL from the database beside it. Opened by
        // itself, this one is no database.
        std::fs::write(&clone.path, STAND_IN)
            .and_then(|()| make_private(&clone.path))
            .map_err(|e| clone.fault(&clone.path, &e))?;
        let mut base = PathBuf::new();
        for (file, suffix) in snapshot.files() {
            let target = match (suffix, kind) {
                ("", CloneKind::Copy) => workspace.join("base.db"),
                _ => with_suffix(&clone.path, suffix),
            };
            if suffix.is_empty() && kind == CloneKind::Thin {
                base = file;
                continue;
            }
            copy(&file, &target, progress).map_err(|e| clone.fault(&file, &e))?;
            if suffix.is_empty() {
                base = target;
            }
        }
        snapshot.verify_unchanged()?;
        let main = clone
            .serve(&base, clock)
            .map_err(|e| clone.fault(&base, &e))?;
        if with_suffix(&clone.path, "-journal").exists() {
            clone
                .connect(clock)
                .and_then(|conn| read_schema(&conn))
                .map_err(|e| snapshot.unreadable(&e))?;
        }
        main.seal(has_wal(&clone.path).map_err(|e| clone.fault(&base, &e))?)
            .map_err(|e| clone.fault(&base, &e))?;
        clone
            .connect(clock)
            .and_then(|conn| probe(&conn))
            .map_err(|e| snapshot.unreadable(&e))?;
        Ok(Self {
            base: Some(Base { path: base, main }),
            ..clone
        })
    }

    /// A clone of nothing: the database as a runner finds it before the first migration, a file
    /// without a byte.
    ///
    /// # Errors
    /// When the workspace cannot be written to.
    pub fn empty(workspace: &Path) -> Result<Self, RehearseError> {
        let clone = Self::within(workspace, &Progress::default());
        File::create_new(&clone.path).map_err(|e| clone.fault(&clone.path, &e))?;
        Ok(clone)
    }

    fn within(workspace: &Path, progress: &Progress) -> Self {
        let (path, before) = (workspace.join("clone.db"), workspace.join("before.db"));
        Self {
            path,
            base: None,
            before,
            is_kept: false,
            progress: progress.clone(),
        }
    }

    fn serve(&self, base: &Path, clock: &FrozenClock) -> io::Result<Arc<MainFile>> {
        let has_journal = with_suffix(&self.path, "-journal").exists();
        let main = Arc::new(MainFile::open(
            base,
            has_journal.then(|| with_suffix(&self.path, "-recovered")),
        )?);
        clock.serve(&self.path, Arc::clone(&main));
        Ok(main)
    }

    fn connect(&self, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        Connection::open_with_flags_and_vfs(&self.path, FLAGS, clock.vfs_name())
    }

    fn fault(&self, from: &Path, reason: &io::Error) -> RehearseError {
        RehearseError::clone(from, &self.path, reason)
    }

    /// The writable database.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection that goes on seeing the state that the clone is in now, whatever a migration
    /// writes.
    ///
    /// # Errors
    /// The engine's.
    pub fn hold_state(&self, clock: &FrozenClock) -> rusqlite::Result<Connection> {
        let conn = Engine::open_state(
            if self.is_kept {
                &self.before
            } else {
                &self.path
            },
            clock,
        )?;
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
        remove_with_neighbours(&self.before)
            .and_then(|()| write_plain(&self.before, &image))
            .map_err(|e| RehearseError::clone(&self.path, &self.before, &e))?;
        self.is_kept = true;
        Ok(())
    }

    /// The state that is committed now. No write may be under way, and a connection has read it.
    pub fn moment(&self) -> Moment {
        Moment(self.base.as_ref().map_or(0, |base| base.main.committed()))
    }

    /// Another clone, in the state of a moment of this one: it stands on the same file, and what
    /// was committed by then is copied, since the WAL only grows. It lies in `workspace` and is
    /// opened through `clock`.
    ///
    /// # Errors
    /// When there is no room for it, or this one stands on nothing.
    pub fn fork(
        &self,
        moment: Moment,
        workspace: &Path,
        clock: &FrozenClock,
    ) -> Result<Self, RehearseError> {
        let clone = Self::within(workspace, &self.progress);
        let Some(base) = &self.base else {
            return Err(self.unforked(&io::ErrorKind::Unsupported.into()));
        };
        let (from, to) = (
            with_suffix(&self.path, "-wal"),
            with_suffix(&clone.path, "-wal"),
        );
        let copied = std::fs::write(&clone.path, STAND_IN)
            .and_then(|()| make_private(&clone.path))
            .and_then(|()| {
                if moment.0 == 0 {
                    return Ok(());
                }
                let copied = copy_bytes(&from, &to, moment.0, &self.progress)?;
                if copied == moment.0 {
                    Ok(())
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                }
            });
        copied.map_err(|e| clone.fault(&from, &e))?;
        let main = Arc::new(base.main.fork());
        clock.serve(&clone.path, Arc::clone(&main));
        Ok(Self {
            base: Some(Base {
                path: base.path.clone(),
                main,
            }),
            ..clone
        })
    }

    /// The error that a fork cannot be made.
    pub fn unforked(&self, reason: &io::Error) -> RehearseError {
        RehearseError::clone(&self.path, &self.path, reason)
    }

    /// Leaves the migrated database at `target`, which does not exist: one file, or nothing where
    /// that fails. It is in the journal mode that production would be in. No connection may be open
    /// on the clone.
    ///
    /// # Errors
    /// When it cannot be written there, the engine fails on it, or the snapshot changed meanwhile.
    pub fn keep(&self, snapshot: &Snapshot, target: &Path) -> Result<(), RehearseError> {
        // A name that begins with `file:` is a URI to the engine, and `:memory:` is no file;
        // neither is one behind a folder.
        let target = &std::path::absolute(target)
            .map_err(|e| RehearseError::clone(&self.path, target, &e))?;
        let kept = self
            .assemble(target)
            .and_then(|is_wal| Ok(write_back(target, is_wal)?));
        let kept = kept.and_then(|()| Ok(snapshot.verify_unchanged()?));
        if kept.is_err() {
            // The first failure is the one to report.
            let _ = remove_with_neighbours(target);
        }
        kept
    }

    /// Puts main file and WAL together at `target`; whether production would be in WAL mode.
    fn assemble(&self, target: &Path) -> Result<bool, RehearseError> {
        let fault = |from: &Path, e: &io::Error| RehearseError::clone(from, target, e);
        let Some(Base { path, main }) = &self.base else {
            copy(&self.path, target, &self.progress).map_err(|e| fault(&self.path, &e))?;
            return Ok(false);
        };
        copy(path, target, &self.progress)
            .and_then(|()| main.recover_copy(target))
            .map_err(|e| fault(path, &e))?;
        let wal = with_suffix(&self.path, "-wal");
        if has_wal(&self.path).map_err(|e| fault(&wal, &e))? {
            copy(&wal, &with_suffix(target, "-wal"), &self.progress)
                .map_err(|e| fault(&wal, &e))?;
        }
        Ok(main.is_wal())
    }
}

/// Whether a WAL stands beside the database at `path`. To the engine an empty one is none: it puts
/// the database in no other mode (`unixAccess` of its source), and one beside a database in another
/// mode stays there.
fn has_wal(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(with_suffix(path, "-wal")) {
        Ok(meta) => Ok(meta.len() > 0),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Copies a file to where none is, with its blocks shared where the file system can do that.
fn copy(from: &Path, to: &Path, progress: &Progress) -> io::Result<()> {
    if reflink_copy::reflink(from, to).is_ok() {
        return make_private(to);
    }
    copy_bytes(from, to, from.metadata()?.len(), progress).map(drop)
}

/// Bytes that are copied between two looks at the progress; within them the system copies by its
/// own means.
const STEP: u64 = 16 << 20;

/// Copies up to `most` bytes into a new file, which its owner alone may read; how many there were.
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

/// A copy takes over the original's permissions; the clone of a read-only snapshot must be
/// writable, and by its owner only.
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

/// Writes a database that lay in WAL mode as one that needs no WAL.
fn write_plain(path: &Path, image: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    // Bytes 18 and 19 of the header:
    // <https://sqlite.org/fileformat2.html#file_format_version_numbers>.
    let (head, rest) = image.split_at(image.len().min(18));
    file.write_all(head)?;
    file.write_all(&[1, 1][..rest.len().min(2)])?;
    file.write_all(rest.get(2..).unwrap_or_default())
}

/// Writes the WAL of the database at `path` back into it, and leaves it in the journal mode that it
/// is to have.
fn write_back(path: &Path, is_wal: bool) -> rusqlite::Result<()> {
    let conn = Connection::open_with_flags(path, FLAGS)?;
    read_schema(&conn)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    // With a WAL beside it the connection is in WAL mode whatever the header says: only a change is
    // written there.
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

/// Makes the connection read: it recovers what there is to recover, and within a transaction it
/// keeps the state from then on.
fn read_schema(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })
    .map(drop)
}

/// Reads down to the first row of every table: a damaged root or missing page shows before anything
/// is judged on it.
fn probe(conn: &Connection) -> rusqlite::Result<()> {
    read_schema(conn)?;
    let mut names =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for name in names {
        let sql = format!(
            "SELECT 1 FROM {} NOT INDEXED LIMIT 1",
            crate::sql::ident::qualified("main", &name)
        );
        match conn
            .prepare(&sql)
            .and_then(|mut statement| statement.exists([]))
        {
            Err(e) if is_environment(&e) => return Err(e),
            _ => {}
        }
    }
    Ok(())
}
