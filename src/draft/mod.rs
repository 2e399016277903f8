//! Drafts: files that harness writes for a person to complete, `harness.toml` and the next
//! migration.
//!
//! A draft says what was found and where, and leaves to the person what cannot be known. Text from
//! a database or a file name enters it spelled by `spell` only, so that no name can end a comment, a
//! string or a line. Writes no files: the command does, and overwrites none.

pub(crate) mod config;
mod error;
pub(crate) mod migration;
mod spell;

pub(crate) use error::DraftError;

use crate::migration::{self as migrations, MigrationError};
use crate::sql::ident;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::path::{Path, PathBuf};

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
    let unsound = |error: minijinja::Error| DraftError::Unsound {
        what,
        reason: error.to_string(),
    };
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
