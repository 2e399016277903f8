//! What a path leads to: an SQLite database or an SQL dump, told by content, and a clear reason where it is neither.
//!
//! The header's fields: <https://sqlite.org/fileformat2.html#the_database_header>.

use crate::files;
use crate::sql::message;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The kind of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// an SQLite database file
    Database,
    /// text of SQL statements
    Dump,
}

impl Form {
    /// What it is, for reports.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Database => "SQLite database",
            Self::Dump => "SQL dump",
        }
    }

    /// The suffixes of the files that hold the snapshot.
    pub(super) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Database => &["", "-wal", "-journal"],
            Self::Dump => &[""],
        }
    }
}

/// A file that looks like a snapshot.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) form: Form,
}

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Looks at the file at `path`, links followed; the reason otherwise.
pub(super) fn find(path: &Path) -> Result<Found, String> {
    if path.to_str().is_some_and(|p| p.contains("://")) {
        return Err("remote snapshots are not supported yet: download the database and name the file".to_owned());
    }
    let path = path.canonicalize().map_err(|e| files::unreadable(&e))?;
    let meta = path.metadata().map_err(|e| files::unreadable(&e))?;
    if meta.is_dir() {
        return Err("is a directory, not a database or an SQL dump".to_owned());
    }
    if !meta.is_file() {
        return Err("is not a regular file".to_owned());
    }
    if meta.len() == 0 {
        return Err("is empty".to_owned());
    }
    let head = read_head(&path).map_err(|e| files::unreadable(&e))?;
    let form = form_of(&head)?;
    if form == Form::Database && !["-wal", "-journal"].iter().any(|s| files::with_suffix(&path, s).exists()) {
        whole(&head, meta.len())?;
    }
    Ok(Found { path, form })
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

fn read_head(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(4096).read_to_end(&mut head)?;
    Ok(head)
}

fn form_of(head: &[u8]) -> Result<Form, String> {
    if head.starts_with(MAGIC) {
        return Ok(Form::Database);
    }
    if MAGIC.starts_with(&head[..head.len().min(MAGIC.len())]) {
        return Err("is truncated: its header is incomplete".to_owned());
    }
    // A page of text may end inside a character; anything else that is not UTF-8 is no dump.
    let text = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none() && e.valid_up_to() > 0,
    };
    if text && !head.contains(&0) {
        Ok(Form::Dump)
    } else {
        Err("is neither an SQLite database nor an SQL dump; if it is an encrypted database, decrypt a copy first".to_owned())
    }
}

/// Whether the file holds all the pages that its header counts. Only sure where no WAL or journal stands beside it.
fn whole(head: &[u8], len: u64) -> Result<(), String> {
    if head.len() < 100 {
        return Err("is truncated: its header is incomplete".to_owned());
    }
    let u32_at = |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let page_size = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        size if size >= 512 && size.is_power_of_two() => size,
        _ => return Err("is corrupt: its header has an impossible page size".to_owned()),
    };
    let (pages, counter, valid_for) = (u32_at(28), u32_at(24), u32_at(92));
    if pages > 0 && counter == valid_for && len < pages * page_size {
        return Err(format!("is truncated: it has {len} bytes of the {} that its header counts", pages * page_size));
    }
    if !len.is_multiple_of(page_size) {
        return Err(format!("is truncated: its {len} bytes are no whole number of pages of {page_size}"));
    }
    Ok(())
}
