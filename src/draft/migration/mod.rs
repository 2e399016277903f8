//! The draft of the next migration: a file with the expected scope at its head, a transaction of
//! its own where the runner opens none, the keys of the snapshot, and the entry in the project's
//! table of applied migrations.
//!
//! As drafted it runs, changes nothing but that entry, and may be run twice.

mod notes;
mod numbering;
mod tracking;
mod view;

use super::{DraftError, render};
use crate::config::{self, Config};
use crate::inspect;
use crate::migration::{self, Directive, Migration, Says};
use crate::snapshot::{Catalog, Snapshot};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

const WHAT: &str = "the migration";
const TEMPLATE: &str = include_str!("migration.sql.j2");

/// What to draft, and for what.
#[derive(Debug)]
pub(crate) struct MigrationRequest<'a> {
    /// what the migration is for, in a few words
    pub words: &'a str,
    /// the configuration
    pub config: &'a Config,
    /// the folder of migrations
    pub folder: &'a Path,
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time it is now, in milliseconds after 1970
    pub now_ms: i64,
}

/// A drafted migration.
#[derive(Debug)]
pub(crate) struct MigrationDraft {
    /// the path of the file
    pub path: PathBuf,
    /// whether the folder is yet to be created
    pub creates_folder: bool,
    /// its text
    pub text: String,
    /// what a person should know of it, as clauses
    pub notes: Vec<String>,
}

/// Drafts the next migration of a folder.
///
/// # Errors
/// When snapshot or folder cannot be read, or the folder's numbers cannot be continued.
pub(crate) fn draft(request: &MigrationRequest<'_>) -> Result<MigrationDraft, DraftError> {
    let folder = request.folder;
    let paths = super::files_in(folder)?;
    let name = next_name(request, &paths)?;
    let schema = inspect::with_state(
        request.snapshot,
        request.workspace,
        request.now_ms,
        |conn| Ok(Catalog::read(conn)?),
    )?;
    request.snapshot.verify_unchanged()?;
    let tracking = tracking::of_files(&paths, request.config, &schema);
    let view = view::view(request, &schema, &name, tracking.as_ref());
    let text = render(WHAT, TEMPLATE, &view)?;
    prove(&name, &text)?;
    let file = format!("{name}.sql");
    Ok(MigrationDraft {
        notes: notes::all(request, &paths, &file),
        path: folder.join(file),
        creates_folder: super::is_missing(folder),
        text,
    })
}

/// The name of the file without `.sql`.
fn next_name(request: &MigrationRequest<'_>, paths: &[PathBuf]) -> Result<String, DraftError> {
    let names: Vec<String> = paths.iter().map(|path| migration::name_of(path)).collect();
    let folder = request.folder;
    let is_below = |path: &PathBuf| path.parent() != Some(folder);
    if paths.iter().all(is_below) && super::config::places::has_folders_of_sql(folder) {
        let folder = folder.display();
        return Err(DraftError::Refused(format!(
            "{folder} has a folder for each migration, which is not continued: create the file \
            yourself"
        )));
    }
    let now = UNIX_EPOCH + Duration::from_millis(request.now_ms.unsigned_abs());
    numbering::next(&names, request.words, now).map_err(DraftError::Refused)
}

/// Reads the text again: one expected scope at its head, no other directive, and a statement.
fn prove(name: &str, text: &str) -> Result<(), DraftError> {
    let migration = Migration::parse(name, name, text.to_owned());
    let reason = match &migration::directives(&migration)[..] {
        [
            Directive {
                span,
                says: Says::Expect(toml),
                ..
            },
        ] => match config::scope_within(text, *span, *toml, name) {
            Err(problems) => problems.join("; "),
            Ok(_) if migration.statements.is_empty() => "it holds no statement".to_owned(),
            Ok(_) => return Ok(()),
        },
        _ => "its head is not read as the expected scope".to_owned(),
    };
    Err(DraftError::unsound(WHAT, &reason))
}
