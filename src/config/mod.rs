//! `harness.toml`: the file as its author wrote it, and the validated configuration that the stages
//! get slices of.
//!
//! All problems of a file are reported together, each with its line and column. Does not open
//! databases: whether a table or column exists is checked where there is a catalog.

mod expected;
mod file;
mod problem;
mod schema;
mod validate;

pub use schema::schema;
pub use validate::names_tenants;

use crate::bounds::{Bounds, CloneKind};
use crate::codes::{Code, Level};
use crate::redaction::Redaction;
use crate::regime::Regime;
use crate::scope::{DeclaredAt, ExpectedScope, TenantMap};
use crate::sql::{Position, Span};
use problem::Validation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A valid `harness.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// the file, for messages
    pub path: PathBuf,
    /// the hash of its text
    pub blake3: String,
    /// the snapshot's path, resolved against the file's folder
    pub snapshot: Option<PathBuf>,
    /// how old the snapshot may be
    pub max_age: Option<Duration>,
    /// how the clone is made
    pub clone: CloneKind,
    /// what the production runner does
    pub regime: Regime,
    /// what the migrations may reach, and for how long
    pub bounds: Bounds,
    /// the folder of migrations, resolved against the file's folder
    pub migrations: Option<PathBuf>,
    /// the query for the names of applied migrations
    pub applied: Option<String>,
    /// how tables say whose their rows are
    pub tenants: TenantMap,
    /// the query for the tenants' names
    pub labels: Option<String>,
    /// how bad the findings of a code are, where it is said; `None` where they are off
    pub severities: BTreeMap<Code, Level>,
    /// what reports do not show
    pub redaction: Redaction,
    /// the declared scopes, by migration name
    pub expect: BTreeMap<String, ExpectedScope>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// the file cannot be read
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// the file
        path: PathBuf,
        /// the system's reason
        source: std::io::Error,
    },
    /// the file is not valid; one line a problem, each `file:line:column: what`
    #[error("{}", problems.join("\n"))]
    Invalid {
        /// the problems, in the file's order
        problems: Vec<String>,
    },
}

/// Reads and validates the file at `path`.
///
/// # Errors
/// When the file cannot be read, is not TOML of the documented shape, or says something that cannot
/// be.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text, path)
}

/// Validates `text`; `path` names the file in messages and its folder resolves relative paths.
///
/// # Errors
/// As [`load`], except for reading.
pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let mut validation = Validation::of(path, text, 0);
    let raw = validation.parse(text, "");
    let config = raw.and_then(|raw| validation.config(raw));
    let ended = validation.end(config);
    ended.map_err(|problems| ConfigError::Invalid { problems })
}

/// Validates a scope that another file holds: `toml` is where in `text`, the whole file, its TOML
/// is, and `comment` where the comment around that is; `file` names the file in messages.
///
/// # Errors
/// The problems, each `file:line:column: what`.
pub fn scope_within(
    text: &str,
    comment: Span,
    toml: Span,
    file: &str,
) -> Result<ExpectedScope, Vec<String>> {
    let declared = DeclaredAt {
        file: file.to_owned(),
        line: Position::at(text, comment.start).line,
        name: None,
    };
    let mut validation = Validation::of(Path::new(file), text, toml.start);
    let toml = toml.of(text);
    // Where its last line ends within the comment, the TOML itself ended that.
    let is_cut = (toml.rsplit('\n').next()).is_some_and(|last| !last.trim().is_empty());
    let raw = validation.parse(toml, if is_cut { CUT } else { "" });
    let scope = raw.map(|raw| validation.scope(raw, declared));
    validation.end(scope)
}

/// What ends a block comment of SQL too early.
const CUT: &str = " (the comment ends at its first `*/`, also where that stands in a string; \
    TOML can spell it \"*\\u002F\")";
