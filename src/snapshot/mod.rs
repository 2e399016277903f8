//! Snapshots: a database to rehearse on, of any kind, opened read-only; its identity, its catalog,
//! its tenancy.
//!
//! A snapshot is never written to and SQLite never opens it in place: opening one can create or
//! recover the files beside it. It has no write method; the writable copy is [`crate::rehearse`]'s
//! clone.

pub mod age;
pub mod catalog;
mod content;
mod d1;
mod dump;
pub mod guard;
pub mod header;
mod identity;
pub mod keys;
mod load;
mod manifest;
mod raw;
mod source;
mod statements;
pub mod storage;
pub mod tenancy;

pub use catalog::Catalog;
pub use header::Header;
pub use identity::{Fingerprint, Identity, IdentityFrom};
pub use manifest::{Manifest, manifest_path, moment};
pub use source::SnapshotSource;

use crate::files::{unreadable, with_suffix};
use crate::progress::{Progress, Work};
use crate::sql::message;
use content::FileForm;
use load::LoadError;
use rusqlite::ErrorCode;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A database to rehearse on.
#[derive(Debug)]
pub struct Snapshot {
    /// the path as the user gave it, or `standard input`
    pub source: String,
    /// what it is, such as `SQL dump`
    pub form: &'static str,
    /// size of the file, or of what came from standard input, in bytes
    pub bytes: u64,
    /// the database to clone: the file itself, or the private database that it was loaded into
    database: PathBuf,
    /// the states of its files; standard input has none
    fingerprint: Option<Fingerprint>,
    /// of what was loaded, the BLAKE3 as it was read
    loaded: Option<String>,
    /// of what was loaded, what cannot be known, as a sentence
    doubt: Option<&'static str>,
    progress: Progress,
}

/// How the hash of a snapshot is found.
pub type Identify = fn(&Snapshot) -> Result<Identity, SnapshotError>;

/// Why there is no snapshot to rehearse on. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// the path leads to nothing that can be a snapshot
    #[error("snapshot {path}: {reason}")]
    Unusable {
        /// as the user gave it
        path: String,
        /// what is wrong with it
        reason: String,
    },
    /// the file in the place of the snapshot's manifest cannot be used, or none can be made
    #[error("manifest {path}: {reason}")]
    Manifest {
        /// its path
        path: String,
        /// what is wrong
        reason: String,
    },
    /// an SQL dump fails at a statement
    #[error("snapshot {path}:{line}: {message}")]
    Dump {
        /// as the user gave it
        path: String,
        /// line of the statement
        line: usize,
        /// the engine's message
        message: String,
    },
    /// a file of the snapshot differs from what it was at the start
    #[error(
        "snapshot {path} changed while it was read ({what}): rehearse on a copy that nothing \
        writes to"
    )]
    Changed {
        /// as the user gave it
        path: String,
        /// what changed
        what: String,
    },
}

impl Snapshot {
    /// Opens the snapshot of `source`. A dump, a compressed file and standard input are loaded into a
    /// private database in `workspace`. `progress` counts that, and later work on the snapshot.
    ///
    /// # Errors
    /// When it is no SQLite database and no SQL dump, cannot be read or unpacked, or the workspace
    /// has no room for it.
    pub fn open(
        source: &SnapshotSource,
        workspace: &Path,
        progress: &Progress,
    ) -> Result<Self, SnapshotError> {
        let mut snapshot = Self {
            source: source.to_string(),
            form: "standard input",
            bytes: 0,
            database: workspace.join("loaded.db"),
            fingerprint: None,
            loaded: None,
            doubt: None,
            progress: progress.clone(),
        };
        match source {
            SnapshotSource::File(path) => snapshot.open_file(path)?,
            SnapshotSource::StandardInput => {
                snapshot.bytes = snapshot.load(io::stdin().lock(), None)?;
            }
        }
        Ok(snapshot)
    }

    fn open_file(&mut self, path: &Path) -> Result<(), SnapshotError> {
        let unusable = |reason| self.unusable(reason);
        let (path, form) = source::find(path).map_err(unusable)?;
        let fingerprint = Fingerprint::take(&path, form.suffixes()).map_err(unusable)?;
        let bytes = fingerprint.bytes();
        if form == FileForm::Database {
            self.database = path;
        } else {
            let file = File::open(&path).map_err(|e| unusable(unreadable(&e)))?;
            self.load(file, Some(bytes))?;
        }
        (self.form, self.bytes, self.fingerprint) = (form.word(), bytes, Some(fingerprint));
        Ok(())
    }

    /// Loads a stream of `of` bytes, where that is known, into the private database; the number of
    /// bytes that it gave.
    fn load(&mut self, input: impl io::Read, of: Option<u64>) -> Result<u64, SnapshotError> {
        let meter = self.progress.begin(Work::Load, &self.source, of);
        let loaded = load::load(meter.reading(input), &self.database);
        let loaded = loaded.map_err(|error| match error {
            LoadError::Unusable(reason) => self.unusable(reason),
            LoadError::Dump { line, message } => SnapshotError::Dump {
                path: self.source.clone(),
                line,
                message,
            },
        })?;
        (self.loaded, self.doubt) = (Some(loaded.hash), loaded.doubt);
        Ok(loaded.bytes)
    }

    /// What cannot be known of it, as a sentence.
    pub fn doubt(&self) -> Option<&'static str> {
        self.doubt
    }

    /// The progress of the run.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The files to clone, with their suffixes: the database, and its `-wal` and `-journal` where it
    /// has them.
    pub fn files(&self) -> Vec<(PathBuf, &'static str)> {
        let beside =
            ["", "-wal", "-journal"].map(|suffix| (with_suffix(&self.database, suffix), suffix));
        beside
            .into_iter()
            .filter(|(path, suffix)| suffix.is_empty() || path.exists())
            .collect()
    }

    /// BLAKE3 of the file's bytes, followed by those of its `-wal` or `-journal` where it has one,
    /// as hexadecimal.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn blake3(&self) -> Result<String, SnapshotError> {
        let hash = match (&self.loaded, &self.fingerprint) {
            (Some(hash), _) => Ok(hash.clone()),
            (None, Some(fingerprint)) => {
                let of = Some(fingerprint.total());
                fingerprint.blake3(&self.progress.begin(Work::Hash, &self.source, of))
            }
            (None, None) => Err(io::Error::other(
                "it has neither a file nor a hash; this is a fault of harness",
            )),
        };
        hash.map_err(|error| self.unusable(error.to_string()))
    }

    /// The hash of the snapshot: by its manifest, where that is of these very files, else by their
    /// bytes.
    ///
    /// # Errors
    /// When a file cannot be read, or the file in the manifest's place is none.
    pub fn identity(&self) -> Result<Identity, SnapshotError> {
        let (blake3, from) = match self.manifest()? {
            Some(manifest) => (manifest.blake3, IdentityFrom::Manifest),
            None => (self.blake3()?, IdentityFrom::File),
        };
        Ok(Identity { blake3, from })
    }

    /// Does some work, and finds the hash on another thread meanwhile.
    pub fn identify_beside<T>(
        &self,
        how: Identify,
        work: impl FnOnce() -> T,
    ) -> (T, Result<Identity, SnapshotError>) {
        std::thread::scope(|scope| {
            let beside = std::thread::Builder::new().spawn_scoped(scope, || how(self));
            let done = work();
            let identity = match beside {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // A machine that has no thread to spare.
                Err(_) => how(self),
            };
            (done, identity)
        })
    }

    /// The manifest beside the snapshot, where it is of these very files.
    ///
    /// # Errors
    /// When the file in its place is none.
    pub fn manifest(&self) -> Result<Option<Manifest>, SnapshotError> {
        let Some(fingerprint) = &self.fingerprint else {
            return Ok(None);
        };
        let path = manifest_path(fingerprint.path());
        let found = Manifest::read(&path).map_err(|reason| SnapshotError::Manifest {
            path: path.display().to_string(),
            reason,
        })?;
        let stamps = fingerprint.stamps();
        Ok(found.filter(|manifest| stamps.is_some_and(|stamps| stamps == manifest.files)))
    }

    /// A manifest of the snapshot, whose bytes have this hash. The caller knows that it did not
    /// change while it was read.
    ///
    /// # Errors
    /// When its files could be written to again, at `now`, without their times showing it.
    pub fn certify(
        &self,
        blake3: &str,
        taken_at: Option<String>,
        now: SystemTime,
    ) -> Result<Manifest, SnapshotError> {
        let wrong = |reason: &str| SnapshotError::Manifest {
            path: format!("{}.manifest.json", self.source),
            reason: reason.to_owned(),
        };
        let fingerprint = self
            .fingerprint
            .as_ref()
            .ok_or_else(|| wrong("what comes from standard input has no file to stand beside"))?;
        let stamps = fingerprint
            .stamps()
            .ok_or_else(|| wrong("a file of the snapshot has no modification time after 1970"))?;
        if !stamps.iter().all(|stamp| stamp.is_settled(now)) {
            return Err(wrong(
                "the snapshot was written to less than 2 seconds ago, so that its time would \
                not show another write; try again",
            ));
        }
        Ok(Manifest::new(blake3.to_owned(), taken_at, stamps))
    }

    /// When the file was written to last; none where the system does not say.
    pub fn modified(&self) -> Option<SystemTime> {
        self.fingerprint.as_ref()?.modified()
    }

    /// The files that SQLite keeps beside it and that are there: suffix, size in bytes.
    pub fn neighbours(&self) -> Vec<(&'static str, u64)> {
        self.fingerprint
            .as_ref()
            .map(Fingerprint::beside)
            .unwrap_or_default()
    }

    /// The header of the database file, without what a WAL or journal beside it holds; a dump has
    /// none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn header(&self) -> Result<Option<Header>, SnapshotError> {
        if self.loaded.is_some() {
            return Ok(None);
        }
        Header::read(&self.database)
            .map(Some)
            .map_err(|error| self.unusable(unreadable(&error)))
    }

    /// Whether nothing was ever created in the file, which is written to through a WAL, and no `-wal`
    /// is beside it: what was created may be in that.
    pub fn lacks_wal(&self) -> bool {
        let is_empty = |header: Header| {
            header.journal == header::FileJournal::Wal && header.schema_format == 0
        };
        let has_wal = self
            .neighbours()
            .iter()
            .any(|(suffix, _)| *suffix == "-wal");
        !has_wal && self.header().ok().flatten().is_some_and(is_empty)
    }

    /// Whether the snapshot is still what it was when it was opened: size, time, change counter and
    /// WAL header of its files.
    ///
    /// # Errors
    /// [`SnapshotError::Changed`] when it is not: what was read of it may be torn.
    pub fn verify_unchanged(&self) -> Result<(), SnapshotError> {
        let Some(fingerprint) = &self.fingerprint else {
            return Ok(());
        };
        fingerprint.verify().map_err(|what| SnapshotError::Changed {
            path: self.source.clone(),
            what,
        })
    }

    /// A snapshot that the engine found fault with, as an error that names it.
    pub fn unreadable(&self, error: &rusqlite::Error) -> SnapshotError {
        let message = message(error);
        self.unusable(match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => {
                "is not an SQLite database, or is encrypted".to_owned()
            }
            Some(ErrorCode::DatabaseCorrupt) => format!("is corrupt ({message})"),
            _ => format!("cannot be read ({message})"),
        })
    }

    fn unusable(&self, reason: String) -> SnapshotError {
        SnapshotError::Unusable {
            path: self.source.clone(),
            reason,
        }
    }
}
