//! Where a snapshot comes from: a file, or standard input, which only the command line may name.

use super::content::{self, FileForm};
use crate::files;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotSource {
    /// the file at this path
    File(PathBuf),
    /// standard input, read to its end
    StandardInput,
}

/// A path, or `-`: a file of that name is `./-`.
impl From<OsString> for SnapshotSource {
    fn from(word: OsString) -> Self {
        if word == "-" {
            Self::StandardInput
        } else {
            Self::File(word.into())
        }
    }
}

impl fmt::Display for SnapshotSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

/// The path of the snapshot at `path`, links followed, and its form; the reason where it is none.
pub(super) fn find(path: &Path) -> Result<(PathBuf, FileForm), String> {
    if path.to_str().is_some_and(|p| p.contains("://")) && !path.exists() {
        return Err(
            "remote snapshots are not supported yet: download the database and name the file"
                .to_owned(),
        );
    }
    let unreadable = |error: io::Error| files::unreadable(&error);
    let path = path.canonicalize().map_err(unreadable)?;
    let meta = path.metadata().map_err(unreadable)?;
    if meta.is_dir() {
        return Err("is a directory, not a database or an SQL dump".to_owned());
    }
    if !meta.is_file() {
        return Err(
            "is not a regular file: redirect it to standard input, with `--snapshot -`".to_owned(),
        );
    }
    let head = File::open(&path)
        .and_then(content::head)
        .map_err(unreadable)?;
    let form = content::form_of(&head)?;
    let has_beside = |suffix| files::with_suffix(&path, suffix).exists();
    if form == FileForm::Database && !has_beside("-wal") && !has_beside("-journal") {
        content::whole(&head, meta.len())?;
    }
    Ok((path, form))
}
