//! The survey: what of a project's migration history the tool can read, preview and run, statement
//! by statement.
//!
//! It runs whole folders through the stages and keeps what each of them says; nothing is skipped in
//! silence, and nothing stops it but a folder or a snapshot that cannot be used. Knows no tenants,
//! compares no states, judges no rows.

mod folder;
mod json;
mod result;
mod run;
mod text;

pub(crate) use result::{
    FileFault, Reading, Survey, SurveyedFile, SurveyedPreview, SurveyedRun, SurveyedStatement,
    Totals,
};

use crate::migration::MigrationError;
use crate::progress::Progress;
use crate::rehearse::RehearseError;
use crate::report::{Layout, Listing, Page};
use crate::snapshot::{Snapshot, SnapshotError};
use std::io::{self, Write};
use std::path::Path;

/// What to survey and how.
#[derive(Debug)]
pub(crate) struct SurveyRequest<'a> {
    /// the folder of SQL files
    pub folder: &'a Path,
    /// whether the folders in it are surveyed too
    pub depth: Depth,
    /// the database that the history starts from; an empty one otherwise
    pub snapshot: Option<&'a Snapshot>,
    /// whether the production runner enforces foreign keys
    pub foreign_keys: bool,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time that `now` is, in milliseconds after 1970
    pub now_ms: i64,
    /// how far the survey is
    pub progress: Progress,
}

/// How deep a folder is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// its own files, in the order of their names
    Files,
    /// those of the folders in it too, in the order of their paths
    Tree,
}

/// Why there is no survey. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SurveyError {
    /// the folder cannot be read
    #[error(transparent)]
    Folder(#[from] MigrationError),
    /// nothing in the folder is named `*.sql`
    #[error("no migration found: {folder} holds no .sql file{hint}")]
    NoFile {
        /// as the user gave it
        folder: String,
        /// what may help
        hint: &'static str,
    },
    /// the snapshot cannot be used
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// there is no clone to run on
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
}

impl From<rusqlite::Error> for SurveyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Rehearse(error.into())
    }
}

/// Surveys a folder: runs its files one after the other on one clone, each on a fresh connection,
/// going on after failures.
///
/// # Errors
/// When the folder cannot be read or holds no `*.sql`, or the snapshot cannot be used or changed
/// meanwhile.
pub(crate) fn survey<'a>(request: &SurveyRequest<'a>) -> Result<Survey<'a>, SurveyError> {
    let found = folder::files(request.folder, request.depth)?;
    run::survey(request, &found)
}

/// Writes the survey in one format.
///
/// # Errors
/// What `out` gives.
pub(crate) fn render(
    survey: &Survey<'_>,
    format: Listing,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Listing::Text => Page::write(layout, out, |page| text::render(survey, page)),
        Listing::Json => json::render(survey, out),
    }
}
