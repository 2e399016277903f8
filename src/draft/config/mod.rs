//! The draft of `harness.toml`: what a snapshot and a folder of migrations say about themselves,
//! commented.
//!
//! What is known stands ready; what a person has to decide is a comment with the choices, so that
//! `harness check` asks for it and nothing is decided by silence. Of rows it tells numbers only.

mod applied;
mod candidates;
mod engine;
mod lookup;
pub mod places;
mod tenancy;
mod text;

pub use engine::Told;

use super::{DraftError, Schema};
use crate::inspect;
use crate::migration::{self, Migration};
use crate::progress::Work;
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;
use std::path::Path;

/// What to look at.
#[derive(Debug)]
pub struct Request<'a> {
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// its path as the file is to name it, and why it was taken
    pub snapshot_path: Chosen<'a>,
    /// the folder of migrations
    pub folder: Option<Folder<'a>>,
    /// what the person said about the runner
    pub told: Told,
    /// the tenant column, where the person named it
    pub tenant_column: Option<&'a str>,
    /// where the file is to stand
    pub target: &'a Path,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time it is now, in milliseconds after 1970
    pub now_ms: i64,
}

/// A path, and why it was taken.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// the path, relative to the folder of the file
    pub path: &'a str,
    /// a clause such as `the newest of 3`
    pub why: &'a str,
}

/// The folder of migrations.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// where it is; it may be yet to be created
    pub place: &'a Path,
    /// as the file is to name it
    pub chosen: Chosen<'a>,
}

/// A drafted `harness.toml`.
#[derive(Debug)]
pub struct Draft {
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
pub fn draft(request: &Request<'_>) -> Result<Draft, DraftError> {
    let files = request
        .folder
        .map_or(Ok(Vec::new()), |folder| files(folder.place))?;
    let (read, unread) = (
        files
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok())
            .cloned()
            .collect::<Vec<_>>(),
        unread(&files),
    );
    let names: BTreeSet<String> = files.into_iter().map(|(name, _)| name).collect();
    let _reading = request.snapshot.progress().begin(Work::Count, "", None);
    let found = inspect::with_state(
        request.snapshot,
        request.workspace,
        request.now_ms,
        |conn| {
            // Outside of a transaction each lookup would lock the file anew.
            conn.execute_batch("BEGIN")?;
            Ok(find(conn, request, &names, &read, unread))
        },
    )??;
    request.snapshot.verify_unchanged()?;
    text::draft(request, &found)
}

/// Everything that was found.
struct Found {
    /// files of the folder
    files: usize,
    /// what speaks against those that check would refuse
    unread: Option<String>,
    engine: [engine::Setting; 3],
    applied: Option<applied::Applied>,
    /// the query that may be it, where no file's name shows it
    guess: Option<String>,
    tenancy: tenancy::Tenancy,
}

fn find(
    conn: &rusqlite::Connection,
    request: &Request<'_>,
    names: &BTreeSet<String>,
    read: &[Migration],
    unread: Option<String>,
) -> Result<Found, DraftError> {
    let schema = Schema::read(conn)?;
    let applied = applied::find(conn, &schema, names);
    Ok(Found {
        files: names.len(),
        unread,
        engine: engine::draft(request.told, &schema, read),
        tenancy: tenancy::draft(
            conn,
            &schema,
            request.tenant_column,
            applied.as_ref().map(|applied| applied.table.as_str()),
        )?,
        applied,
        guess: applied::guess(&schema),
    })
}

/// The files of a folder: name without `.sql`, and the migration or the reason why it is none.
type Files = Vec<(String, Result<Migration, String>)>;

fn files(folder: &Path) -> Result<Files, DraftError> {
    let name = |path: &Path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let paths = if super::is_missing(folder) {
        Vec::new()
    } else {
        migration::in_folder(folder)?
    };
    Ok(paths
        .iter()
        .map(|path| (name(path), migration::read(path).map_err(|e| e.to_string())))
        .collect())
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
