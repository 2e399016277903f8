//! Files outside the clone that a migration may name: it gets private copies of those that it
//! attaches, and a private place for what it would create, so that nothing outside the workspace is
//! opened by the engine.

use crate::bounds::Bounds;
use crate::files::with_suffix;
use crate::rehearse::fault::RehearseError;
use crate::snapshot::Fingerprint;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// A file name of the migration's, and the private file that the engine opens for it.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// the name as the migration spells it
    pub spelled: String,
    /// the private file
    pub target: PathBuf,
    /// whether it may only be read
    pub read_only: bool,
}

/// Copies what `bounds` allow to attach into `workspace`, and finds places there for what they
/// allow to create.
///
/// # Errors
/// When a file cannot be copied, or is no database.
pub fn redirects(bounds: &Bounds, workspace: &Path) -> Result<Vec<Redirect>, RehearseError> {
    let mut redirects = Vec::new();
    for (at, (spelled, file)) in bounds.attach.iter().enumerate() {
        let target = workspace.join(format!("attached-{at}.db"));
        copy(file, &target).map_err(|reason| RehearseError::Reach {
            file: file.display().to_string(),
            reason,
        })?;
        redirects.push(Redirect {
            spelled: spelled.clone(),
            target,
            read_only: true,
        });
    }
    for (at, spelled) in bounds.vacuum_into.iter().enumerate() {
        redirects.push(Redirect {
            spelled: spelled.clone(),
            target: workspace.join(format!("vacuumed-{at}.db")),
            read_only: false,
        });
    }
    Ok(redirects)
}

/// What is copied: a `-shm` is made anew from the WAL.
const COPIED: [&str; 3] = ["", "-wal", "-journal"];

/// Copies a database with its journal or WAL, and has the engine bring the copy to one file.
fn copy(file: &Path, target: &Path) -> Result<(), String> {
    if !file.metadata().map_err(|e| e.to_string())?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let seen = Fingerprint::take(file, &COPIED)?;
    for suffix in COPIED {
        let from = with_suffix(file, suffix);
        if suffix.is_empty() || from.exists() {
            std::fs::copy(&from, with_suffix(target, suffix)).map_err(|e| e.to_string())?;
        }
    }
    seen.verify().map_err(|what| {
        format!("it changed while it was read ({what}): name a copy that nothing writes to")
    })?;
    let recover = || -> rusqlite::Result<()> {
        let conn = Connection::open(target)?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        conn.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        conn.close().map_err(|(_, e)| e)
    };
    recover().map_err(|e| crate::sql::message(&e))
}
