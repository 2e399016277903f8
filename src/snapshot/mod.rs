//! Snapshots: a database to rehearse on, of any kind, opened read-only; its identity, its catalog,
//! its tenancy.
//!
//! A snapshot is never written to and SQLite never opens it in place: opening one can create or
//! recover the files beside it. It has no write method; the writable copy is [`crate::rehearse`]'s
//! clone.

pub mod age;
pub mod catalog;
mod content;
mod dump;
pub mod guard;
mod hashed;
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
use content::FileForm;
use hashed::Hashed;
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
    /// what stands in the place of the snapshot's manifest cannot be used, or none can be made
    #[error("manifest {path}: {reason}")]
    Manifest {
        /// where it stands
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
    /// Opens the snapshot that `source` leads to. What is no database file as it stands (a dump,
    /// what is compressed, standard input) is loaded into a private database in `workspace`.
    /// `progress` is told how far that is, and how far all is that is done with the snapshot
    /// afterwards.
    ///
    /// # Errors
    /// When it is no SQLite database and no SQL dump, cannot be read or unpacked, or the workspace
    /// has no room for it.
    pub fn open(
        source: &SnapshotSource,
        workspace: &Path,
        progress: &Progress,
    ) -> Result<Self, SnapshotError> {
        let target = workspace.join("loaded.db");
        match source {
            SnapshotSource::File(path) => Self::open_file(path, target, progress.clone()),
            SnapshotSource::StandardInput => {
                let shown = source.to_string();
                let (bytes, hash) = loaded(io::stdin().lock(), None, &target, &shown, progress)?;
                let (form, progress) = ("standard input", progress.clone());
                Ok(Self {
                    source: shown,
                    form,
                    bytes,
                    database: target,
                    fingerprint: None,
                    loaded: Some(hash),
                    progress,
                })
            }
        }
    }

    fn open_file(path: &Path, target: PathBuf, progress: Progress) -> Result<Self, SnapshotError> {
        let source = path.display().to_string();
        let unusable = |reason: String| SnapshotError::Unusable {
            path: source.clone(),
            reason,
        };
        let found = source::find(path).map_err(unusable)?;
        let fingerprint = Fingerprint::take(&found.path, found.suffixes()).map_err(unusable)?;
        let (bytes, form) = (fingerprint.bytes(), found.form.word());
        if found.form == FileForm::Database {
            return Ok(Self {
                source,
                form,
                bytes,
                database: found.path,
                fingerprint: Some(fingerprint),
                loaded: None,
                progress,
            });
        }
        let file = File::open(&found.path).map_err(|e| unusable(unreadable(&e)))?;
        let (_, hash) = loaded(file, Some(bytes), &target, &source, &progress)?;
        Ok(Self {
            source,
            form,
            bytes,
            database: target,
            fingerprint: Some(fingerprint),
            loaded: Some(hash),
            progress,
        })
    }

    /// What is told how far the run is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The files to clone: the database, and those of `-wal` and `-journal` that stand beside it,
    /// with their suffixes.
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
        let unusable = |reason: std::io::Error| SnapshotError::Unusable {
            path: self.source.clone(),
            reason: reason.to_string(),
        };
        match (&self.loaded, &self.fingerprint) {
            (Some(hash), _) => Ok(hash.clone()),
            (None, Some(fingerprint)) => fingerprint
                .blake3(
                    &self
                        .progress
                        .begin(Work::Hash, &self.source, Some(fingerprint.total())),
                )
                .map_err(unusable),
            (None, None) => Err(unusable(io::Error::other(
                "it has neither a file nor a hash; this is a fault of harness",
            ))),
        }
    }

    /// The hash of the snapshot: that of its manifest, where that is of these very files, else of
    /// their bytes.
    ///
    /// # Errors
    /// When a file cannot be read, or what stands in the manifest's place is none.
    pub fn identity(&self) -> Result<Identity, SnapshotError> {
        match self.manifest()? {
            Some(Manifest { blake3, .. }) => Ok(Identity {
                blake3,
                from: IdentityFrom::Manifest,
            }),
            None => Ok(Identity {
                blake3: self.blake3()?,
                from: IdentityFrom::File,
            }),
        }
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
    /// When what stands in its place is none.
    pub fn manifest(&self) -> Result<Option<Manifest>, SnapshotError> {
        let Some((path, fingerprint)) = self
            .fingerprint
            .as_ref()
            .and_then(|f| Some((manifest_path(f.path()?), f)))
        else {
            return Ok(None);
        };
        let found = Manifest::read(&path).map_err(|reason| SnapshotError::Manifest {
            path: path.display().to_string(),
            reason,
        })?;
        Ok(found.filter(|manifest| {
            fingerprint
                .stamps()
                .is_some_and(|stamps| stamps == manifest.files)
        }))
    }

    /// A manifest of the snapshot, whose bytes have this hash. To be called when it is known not to
    /// have changed while it was read.
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

    /// The header of the database, before anything that stands in a WAL or journal beside it is
    /// taken in; a dump has none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn header(&self) -> Result<Option<Header>, SnapshotError> {
        if self.loaded.is_some() {
            return Ok(None);
        }
        let unusable = |e| SnapshotError::Unusable {
            path: self.source.clone(),
            reason: unreadable(&e),
        };
        Header::read(&self.database).map(Some).map_err(unusable)
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
        SnapshotError::Unusable {
            path: self.source.clone(),
            reason: source::engine_reason(error),
        }
    }
}

/// Loads `input` into a database at `target`; the number of its bytes, and their hash.
fn loaded(
    input: impl io::Read,
    of: Option<u64>,
    target: &Path,
    shown: &str,
    progress: &Progress,
) -> Result<(u64, String), SnapshotError> {
    let meter = progress.begin(Work::Load, shown, of);
    let mut input = Hashed::new(meter.reading(input));
    load::load(&mut input, target, shown)?;
    Ok(input.finish())
}
