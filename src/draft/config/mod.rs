//! The draft of `harness.toml`: what a snapshot and a folder of migrations say about themselves,
//! commented.
//!
//! What is known is set; what a person has to decide is a comment with the choices, so that
//! `harness check` asks for it and nothing is decided by silence. Of rows only numbers are shown.

mod applied;
mod candidates;
mod engine;
mod facts;
mod lookup;
pub(crate) mod places;
mod rules;
mod tenancy;
mod text;

pub(crate) use engine::GivenRunner;

use super::DraftError;
use crate::inspect;
use crate::progress::Work;
use crate::snapshot::Snapshot;
use facts::ConfigFacts;
use places::Chosen;
use rusqlite::Connection;
use std::path::Path;

/// What to draft from.
#[derive(Debug)]
pub(crate) struct ConfigRequest<'a> {
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
pub(crate) struct ConfigDraft {
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
pub(crate) fn draft(request: &ConfigRequest<'_>) -> Result<ConfigDraft, DraftError> {
    let files = facts::files(request.folder)?;
    let _reading = request.snapshot.progress().begin(Work::Count, "", None);
    let facts = |conn: &Connection| {
        // Outside of a transaction each lookup would lock the file anew.
        conn.execute_batch("BEGIN")?;
        Ok(ConfigFacts::find(conn, request, &files))
    };
    let (workspace, now_ms) = (request.workspace, request.now_ms);
    let facts = inspect::with_state(request.snapshot, workspace, now_ms, facts)??;
    request.snapshot.verify_unchanged()?;
    text::draft(request.target, facts)
}
