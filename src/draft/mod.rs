//! Drafts: files that harness writes for a person to complete, `harness.toml` and the next
//! migration.
//!
//! A draft says what was found and where, and leaves to the person what cannot be known. Text from
//! a database or a file name enters it spelled by `spell` only, so that no name can end a comment, a
//! string or a line. Writes no files: the command does, and overwrites none.

pub(crate) mod config;
pub(crate) mod migration;
mod spell;

use crate::inspect::InspectError;
use crate::migration::{self as migrations, MigrationError};
use crate::snapshot::SnapshotError;
use crate::sql::ident;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Why there is no draft. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DraftError {
    /// the snapshot cannot be read
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// the snapshot changed while it was read
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// the folder of migrations cannot be read
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// what was asked for cannot be written
    #[error("{0}")]
    Refused(String),
    /// the draft would not be read again as what it says, which is a fault of harness
    #[error("the draft of {what} is not what it should be; this is a fault of harness: {reason}")]
    Unsound {
        /// the file
        what: &'static str,
        /// what is wrong with it
        reason: String,
    },
}

impl From<rusqlite::Error> for DraftError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Inspect(error.into())
    }
}

impl DraftError {
    fn unsound(what: &'static str, reason: &impl ToString) -> Self {
        Self::Unsound {
            what,
            reason: reason.to_string(),
        }
    }
}

/// Whether nothing is at a path, so that a folder can be created there. A link that leads nowhere
/// is something.
fn is_missing(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound)
}

/// The `*.sql` files of a folder that may be yet to be created.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    if is_missing(folder) {
        Ok(Vec::new())
    } else {
        migrations::in_folder(folder)
    }
}

/// Fills in a template from what was found; its filters spell that for its places.
fn render(
    what: &'static str,
    template: &str,
    found: &impl Serialize,
) -> Result<String, DraftError> {
    let unsound = |error| DraftError::unsound(what, &error);
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.map_err(unsound)?);
    environment.add_filter("string", spell::string);
    environment.add_filter("key", spell::key);
    environment.add_filter("comment", spell::toml_comment);
    environment.add_filter("line", spell::comment);
    environment.add_filter("counted", spell::counted);
    environment.add_filter("quoted", ident::quote);
    environment
        .render_str(template, Serde(found))
        .map_err(unsound)
}
