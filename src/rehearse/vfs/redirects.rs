//! Files outside the clone that a migration may name: it gets private copies of those that it
//! attaches and private places for those that it creates, so that the engine opens nothing outside
//! the workspace.

use crate::bounds::Bounds;
use crate::files::with_suffix;
use crate::rehearse::fault::RehearseError;
use crate::snapshot::Fingerprint;
use crate::sql::message;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// A file name of the migration, and the private file that the engine opens for it.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// the name as the migration spells it
    pub spelled: String,
    /// the private file
    pub target: PathBuf,
    /// whether it may only be read
    pub read_only: bool,
}

/// Copies what `bounds` allow to attach into `workspace`, and names places there for what they allow
/// to create.
///
/// # Errors
/// When a file cannot be copied, or is no database.
pub fn redirects(bounds: &Bounds, workspace: &Path) -> Result<Vec<Redirect>, RehearseError> {
    let redirect = |spelled: &String, target: String, read_only: bool| Redirect {
        spelled: spelled.clone(),
        target: workspace.join(target),
        read_only,
    };
    let mut redirects = Vec::new();
    for (at, (spelled, file)) in bounds.attach.iter().enumerate() {
        let private = redirect(spelled, format!("attached-{at}.db"), true);
        copy(file, &private.target).map_err(|reason| RehearseError::Reach {
            file: file.display().to_string(),
            reason,
        })?;
        redirects.push(private);
    }
    for (at, spelled) in bounds.vacuum_into.iter().enumerate() {
        redirects.push(redirect(spelled, format!("vacuumed-{at}.db"), false));
    }
    Ok(redirects)
}

/// The suffixes of what is copied; the engine makes a `-shm` anew from the WAL.
const COPIED: [&str; 3] = ["", "-wal", "-journal"];

/// Copies a database with its journal or WAL, and has the engine make one file of the copy.
fn copy(file: &Path, target: &Path) -> Result<(), String> {
    let in_words = |e: std::io::Error| e.to_string();
    if !file.metadata().map_err(in_words)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let seen = Fingerprint::take(file, &COPIED)?;
    for suffix in COPIED {
        let from = with_suffix(file, suffix);
        if suffix.is_empty() || from.exists() {
            std::fs::copy(&from, with_suffix(target, suffix)).map_err(in_words)?;
        }
    }
    seen.verify().map_err(|what| {
        format!("it changed while it was read ({what}): name a copy that nothing writes to")
    })?;
    recover(target).map_err(|e| message(&e))
}

fn recover(database: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open(database)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    conn.close().map_err(|(_, e)| e)
}
