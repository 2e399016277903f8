//! Snapshots: a database to rehearse on, of any kind, opened read-only; its identity, its catalog, its tenancy.
//!
//! A snapshot is never written to and SQLite never opens it in place: opening one can create or recover the files beside it.
//! It has no write method; the writable copy is [`crate::rehearse`]'s clone.

pub mod catalog;
mod dump;
pub mod guard;
mod identity;
mod source;
pub mod storage;
pub mod tenancy;

pub use catalog::Catalog;
pub use identity::blake3_of;

use crate::files::with_suffix;
use identity::Fingerprint;
use std::path::{Path, PathBuf};

/// A database to rehearse on.
#[derive(Debug)]
pub struct Snapshot {
    /// the path as the user gave it
    pub source: String,
    /// size of the file in bytes
    pub bytes: u64,
    /// the database to clone: the file itself, or the private database that a dump was loaded into
    database: PathBuf,
    fingerprint: Fingerprint,
}

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
    #[error("snapshot {path} changed while it was read ({what}): rehearse on a copy that nothing writes to")]
    Changed {
        /// as the user gave it
        path: String,
        /// what changed
        what: String,
    },
}

impl Snapshot {
    /// Opens the snapshot at `path`; a dump is loaded into a private database in `workspace`.
    ///
    /// # Errors
    /// When the path leads to no SQLite database and to no SQL dump, or the file cannot be read.
    pub fn open(path: &Path, workspace: &Path) -> Result<Self, SnapshotError> {
        let source = path.display().to_string();
        let unusable = |reason: String| SnapshotError::Unusable { path: source.clone(), reason };
        let found = source::find(path).map_err(unusable)?;
        let fingerprint = Fingerprint::take(&found.path, found.form.suffixes()).map_err(unusable)?;
        let database = match found.form {
            source::Form::Database => found.path,
            source::Form::Dump => dump::load(&found.path, &workspace.join("loaded.db"), &source)?,
        };
        Ok(Self { source, bytes: fingerprint.bytes(), database, fingerprint })
    }

    /// The files to clone: the database, and those of `-wal` and `-journal` that stand beside it, with their suffixes.
    pub fn files(&self) -> Vec<(PathBuf, &'static str)> {
        let beside = ["", "-wal", "-journal"].map(|suffix| (with_suffix(&self.database, suffix), suffix));
        beside.into_iter().filter(|(path, suffix)| suffix.is_empty() || path.exists()).collect()
    }

    /// BLAKE3 of the file's bytes, followed by those of its `-wal` or `-journal` where it has one, as hexadecimal.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn blake3(&self) -> Result<String, SnapshotError> {
        let unusable = |reason: std::io::Error| SnapshotError::Unusable { path: self.source.clone(), reason: reason.to_string() };
        self.fingerprint.blake3().map_err(unusable)
    }

    /// Whether the snapshot is still what it was when it was opened: size, time, change counter and WAL header of its files.
    ///
    /// # Errors
    /// [`SnapshotError::Changed`] when it is not: what was read of it may be torn.
    pub fn verify_unchanged(&self) -> Result<(), SnapshotError> {
        self.fingerprint.verify().map_err(|what| SnapshotError::Changed { path: self.source.clone(), what })
    }

    /// A snapshot that the engine found fault with, as an error that names it.
    pub fn unreadable(&self, error: &rusqlite::Error) -> SnapshotError {
        SnapshotError::Unusable { path: self.source.clone(), reason: source::engine_reason(error) }
    }
}
