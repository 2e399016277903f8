//! Where a snapshot comes from: a file, or standard input, which only the command line may name.

use super::content::{self, FileForm};
use crate::files;
use crate::sql::message;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotSource {
    /// the file at this path
    File(PathBuf),
    /// standard input, read to its end
    StandardInput,
}

impl fmt::Display for SnapshotSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

/// A file that looks like a snapshot.
#[derive(Debug)]
pub(super) struct SnapshotFile {
    pub(super) path: PathBuf,
    pub(super) form: FileForm,
}

impl SnapshotFile {
    /// The suffixes of the files that hold the snapshot; a stream is one file.
    pub(super) fn suffixes(&self) -> &'static [&'static str] {
        match self.form {
            FileForm::Database => &["", "-wal", "-journal"],
            FileForm::Dump | FileForm::Gzip | FileForm::Zstd => &[""],
        }
    }
}

/// Looks at the file at `path`, links followed; the reason otherwise.
pub(super) fn find(path: &Path) -> Result<SnapshotFile, String> {
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
    let head = read_head(&path).map_err(unreadable)?;
    let form = content::form_of(&head)?;
    let has_beside = |suffix| files::with_suffix(&path, suffix).exists();
    if form == FileForm::Database && !has_beside("-wal") && !has_beside("-journal") {
        content::whole(&head, meta.len())?;
    }
    Ok(SnapshotFile { path, form })
}

/// A sentence for an error of the engine on a snapshot's clone.
pub(super) fn engine_reason(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is not an SQLite database, or is encrypted".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => format!("is corrupt ({})", message(error)),
        _ => format!("cannot be read ({})", message(error)),
    }
}

fn read_head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?
        .take(content::HEAD)
        .read_to_end(&mut head)?;
    Ok(head)
}
