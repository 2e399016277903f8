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
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::{self, Keys};
use crate::sql::ident;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The schema of a snapshot, with the keys of its tables.
struct KeyedSchema {
    catalog: Catalog,
    /// by folded name
    keys: BTreeMap<String, Keys>,
}

impl KeyedSchema {
    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let catalog = Catalog::read(conn)?;
        let keys = catalog
            .tables
            .iter()
            .map(|(name, table)| Ok((name.clone(), keys::read(conn, table)?)));
        let keys = keys.collect::<rusqlite::Result<_>>()?;
        Ok(Self { catalog, keys })
    }

    /// The tables with rows of their own and keys, by name.
    fn tables(&self) -> impl Iterator<Item = (&Table, &Keys)> {
        let ordinary = self
            .catalog
            .tables
            .iter()
            .filter(|(_, table)| table.kind == TableKind::Ordinary);
        ordinary.filter_map(|(name, table)| Some((table, self.keys.get(name)?)))
    }

    fn keys(&self, table: &str) -> Option<&Keys> {
        self.keys.get(&ident::folded(table))
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

/// Fills in a template; everything in `view` is spelled for its place.
fn render(what: &'static str, template: &str, view: &impl Serialize) -> Result<String, DraftError> {
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
    environment
        .render_str(template, Serde(view))
        .map_err(unsound)
}
