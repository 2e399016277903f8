//! The draft of `harness.toml`: what a snapshot and a folder of migrations say about themselves,
//! commented.
//!
//! What is known is set; what a person has to decide is a comment with the choices, so that
//! `harness check` asks for it and nothing is decided by silence. Of rows only numbers are shown.

mod applied;
mod candidates;
mod engine;
mod lookup;
pub mod places;
mod tenancy;
mod text;

pub use engine::GivenRunner;

use super::{DraftError, KeyedSchema};
use crate::inspect;
use crate::migration::{self, Migration};
use crate::progress::Work;
use crate::snapshot::Snapshot;
use applied::Applied;
use engine::Setting;
use places::Chosen;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tenancy::Tenancy;

/// What to draft from.
#[derive(Debug)]
pub struct ConfigRequest<'a> {
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// its place
    pub snapshot_place: &'a Chosen,
    /// the folder of migrations, which may be yet to be created
    pub folder: Option<&'a Chosen>,
    /// what the person said about the runner
    pub given: GivenRunner,
    /// the tenant column, where the person named it
    pub tenant_column: Option<&'a str>,
    /// the path of the file
    pub target: &'a Path,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time it is now, in milliseconds after 1970
    pub now_ms: i64,
}

/// A drafted `harness.toml`.
#[derive(Debug)]
pub struct ConfigDraft {
    /// its text
    pub text: String,
    /// what was found, as a name and a clause for each
    pub summary: Vec<(&'static str, String)>,
    /// the settings that are left to the person
    pub open: Vec<String>,
    /// the command that follows
    pub next: &'static str,
}

/// Drafts a `harness.toml`.
///
/// # Errors
/// When the snapshot or the folder cannot be read, or no table has the named tenant column.
pub fn draft(request: &ConfigRequest<'_>) -> Result<ConfigDraft, DraftError> {
    let files = files(request.folder)?;
    let _reading = request.snapshot.progress().begin(Work::Count, "", None);
    let facts = |conn: &Connection| {
        // Outside of a transaction each lookup would lock the file anew.
        conn.execute_batch("BEGIN")?;
        Ok(facts(conn, request, &files))
    };
    let (workspace, now_ms) = (request.workspace, request.now_ms);
    let facts = inspect::with_state(request.snapshot, workspace, now_ms, facts)??;
    request.snapshot.verify_unchanged()?;
    text::draft(request, &facts)
}

/// What was found, and how the file names its paths.
struct ConfigFacts {
    snapshot: String,
    folder: Option<String>,
    /// files of the folder
    files: usize,
    /// what speaks against those that check would refuse
    unread: Option<String>,
    engine: [Setting; 3],
    applied: Option<Applied>,
    /// the query that may be it, where no file's name shows it
    guess: Option<String>,
    tenancy: Tenancy,
}

fn facts(
    conn: &Connection,
    request: &ConfigRequest<'_>,
    files: &Files,
) -> Result<ConfigFacts, DraftError> {
    let beside = request.target.parent().unwrap_or(Path::new(""));
    let named = |chosen: &Chosen| places::from_folder(&chosen.path, beside);
    let schema = KeyedSchema::read(conn)?;
    let stems = files.iter().map(|(stem, _)| stem.clone()).collect();
    let read = files.iter().filter_map(|(_, read)| read.as_ref().ok());
    let read: Vec<Migration> = read.cloned().collect();
    let applied = applied::find(conn, &schema, &stems);
    let table = applied.as_ref().map(|applied| applied.table.as_str());
    Ok(ConfigFacts {
        snapshot: named(request.snapshot_place)?,
        folder: request.folder.map(named).transpose()?,
        files: stems.len(),
        unread: unread(files),
        engine: engine::draft(request.given, &schema, &read),
        tenancy: tenancy::draft(conn, &schema, request.tenant_column, table)?,
        applied,
        guess: applied::guess(&schema),
    })
}

/// The files of a folder: name without `.sql`, and the migration or the reason why it is none.
type Files = Vec<(String, Result<Migration, String>)>;

fn files(folder: Option<&Chosen>) -> Result<Files, DraftError> {
    let folder = folder.map(|folder| folder.path.as_path());
    let Some(folder) = folder.filter(|folder| !super::is_missing(folder)) else {
        return Ok(Files::new());
    };
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default();
        let read = migration::read(path).map_err(|e| e.to_string());
        (name.to_string_lossy().into_owned(), read)
    };
    Ok(migration::in_folder(folder)?.iter().map(read).collect())
}

/// How many files `check` would refuse, and the first reason.
fn unread(files: &Files) -> Option<String> {
    let mut reasons = files.iter().filter_map(|(_, read)| read.as_ref().err());
    let first = reasons.next()?;
    Some(format!(
        "{} of them cannot be rehearsed as they stand, the first because: {first}",
        1 + reasons.count()
    ))
}
