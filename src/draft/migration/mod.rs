//! The draft of the next migration: a file with the expected scope at its head, a transaction of
//! its own where the runner opens none, the keys of the snapshot, and the entry in the project's
//! table of applied migrations.
//!
//! As it stands it runs, changes nothing but that entry, and may be run twice.

mod numbering;
mod tracking;

use super::{DraftError, KeyedSchema, render, spell};
use crate::config::{self, Config};
use crate::inspect;
use crate::migration::{self, Directive, Migration, Says};
use crate::regime::{OnError, TransactionMode};
use crate::snapshot::Snapshot;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tracking::Tracking;

const TEMPLATE: &str = include_str!("migration.sql.j2");

/// Tables of which the keys are told.
const TOLD: usize = 20;

/// What to draft, and for what.
#[derive(Debug)]
pub struct MigrationRequest<'a> {
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
pub struct MigrationDraft {
    /// where it is to stand
    pub path: PathBuf,
    /// whether the folder is yet to be created
    pub creates_folder: bool,
    /// its text
    pub text: String,
    /// what a person should know of it, as sentences
    pub notes: Vec<String>,
}

/// What the template takes: everything is spelled for its place.
#[derive(Debug, Serialize)]
struct MigrationView {
    name: String,
    /// what it is for
    words: String,
    /// whether it opens its own transaction
    begins: bool,
    /// what the runner does instead
    mode: &'static str,
    goes_on: bool,
    keys: Vec<String>,
    more_keys: usize,
    table: Option<TableLines>,
    tracked: Option<TrackedLines>,
}

/// The table that examples are about.
#[derive(Debug, Serialize)]
struct TableLines {
    /// as a key of TOML
    key: String,
    /// as SQL inside of a comment
    sql: String,
    /// its key, as SQL inside of a comment: as a list, and as what IN compares
    columns: String,
    key_columns: String,
    /// its tenant column, as SQL inside of a comment
    tenant: Option<String>,
    /// the name of the invariant, as a string of TOML
    keeps: String,
    /// its query, as a string of TOML
    count: String,
}

#[derive(Debug, Serialize)]
struct TrackedLines {
    /// the table, as a key of TOML
    key: String,
    statement: String,
}

/// Drafts the next migration of a folder.
///
/// # Errors
/// When snapshot or folder cannot be read, or the folder's numbers cannot be continued.
pub fn draft(request: &MigrationRequest<'_>) -> Result<MigrationDraft, DraftError> {
    let creates_folder = super::is_missing(request.folder);
    let paths = if creates_folder {
        Vec::new()
    } else {
        migration::in_folder(request.folder)?
    };
    let names: Vec<String> = paths
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    if names.is_empty() && super::config::places::has_folders_of_sql(request.folder) {
        let reason = format!(
            "{} has a folder for each migration, which is not continued: create the file yourself",
            request.folder.display()
        );
        return Err(DraftError::Refused(reason));
    }
    let now = UNIX_EPOCH + Duration::from_millis(request.now_ms.unsigned_abs());
    let name = numbering::next(&names, request.words, now).map_err(DraftError::Refused)?;
    let files: Vec<Migration> = paths
        .iter()
        .filter_map(|path| migration::read(path).ok())
        .collect();
    let schema = inspect::with_state(
        request.snapshot,
        request.workspace,
        request.now_ms,
        |conn| Ok(KeyedSchema::read(conn)?),
    )?;
    request.snapshot.verify_unchanged()?;
    let applied = request
        .config
        .applied
        .as_deref()
        .and_then(tracking::table_of);
    let tracking = match applied {
        Some(table) => schema
            .catalog
            .table(&table)
            .and_then(|table| tracking::find(&files, table)),
        None => tracking::find_anywhere(&files, schema.tables().map(|(table, _)| table)),
    };
    let text = render(
        "the migration",
        TEMPLATE,
        &view(request, &schema, &name, tracking.as_ref()),
    )?;
    prove(&name, &text)?;
    let file = format!("{name}.sql");
    let notes = notes(request, &paths, &file);
    Ok(MigrationDraft {
        path: request.folder.join(file),
        creates_folder,
        text,
        notes,
    })
}

fn view(
    request: &MigrationRequest<'_>,
    schema: &KeyedSchema,
    name: &str,
    tracking: Option<&Tracking>,
) -> MigrationView {
    let regime = request.config.regime;
    let told = |(table, keys): (&Table, &Keys)| key_line(table, keys);
    let mut keys: Vec<String> = schema.tables().filter_map(told).collect();
    let more_keys = keys.len().saturating_sub(TOLD);
    keys.truncate(TOLD);
    let example = example(request.config, schema, tracking);
    MigrationView {
        name: spell::comment(name),
        words: spell::comment(request.words),
        begins: regime.transaction == TransactionMode::None,
        mode: regime.transaction.word(),
        goes_on: regime.on_error == OnError::Continue,
        keys,
        more_keys,
        table: example.map(|(table, keys)| table_lines(request.config, table, keys)),
        tracked: tracking.map(|tracking| TrackedLines {
            key: spell::key(tracking.table()),
            statement: tracking.statement(name),
        }),
    }
}

/// `point_info: (system_id, id), (system_id, origin_id, origin_sub_id)`, of a table with keys of
/// several columns.
fn key_line(table: &Table, keys: &Keys) -> Option<String> {
    let primary = keys.primary.iter().map(String::as_str).collect::<Vec<_>>();
    let unique = keys
        .unique
        .iter()
        .filter(|key| !key.partial)
        .filter_map(|key| key.columns.iter().map(Option::as_deref).collect());
    let several = std::iter::once(primary)
        .chain(unique)
        .filter(|columns: &Vec<&str>| columns.len() > 1);
    let several: Vec<String> = several
        .map(|columns| {
            format!(
                "({})",
                columns
                    .into_iter()
                    .map(ident::quote)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        })
        .collect();
    (!several.is_empty()).then(|| {
        spell::comment(&format!(
            "{}: {}",
            ident::quote(&table.name),
            several.join(", ")
        ))
    })
}

/// The table to show by: keyed by tenant and more, the one that most foreign keys refer to.
fn example<'s>(
    config: &Config,
    schema: &'s KeyedSchema,
    tracking: Option<&Tracking>,
) -> Option<(&'s Table, &'s Keys)> {
    let is_own =
        |table: &Table| tracking.is_none_or(|tracking| !ident::same(tracking.table(), &table.name));
    let referred = |name: &str| {
        schema
            .tables()
            .flat_map(|(_, keys)| &keys.foreign)
            .filter(|key| ident::same(&key.parent, name))
            .count()
    };
    let rank = |(table, keys): &(&Table, &Keys)| {
        let by_tenant = table.column(&config.tenants.column).is_some();
        let composite = keys.primary.len() > 1
            && keys
                .primary
                .iter()
                .any(|name| ident::same(name, &config.tenants.column));
        (
            composite,
            by_tenant,
            keys.primary.len() > 1,
            referred(&table.name),
            std::cmp::Reverse(table.name.clone()),
        )
    };
    schema
        .tables()
        .filter(|(table, _)| is_own(table))
        .max_by_key(rank)
}

fn table_lines(config: &Config, table: &Table, keys: &Keys) -> TableLines {
    let columns: Vec<String> = keys.primary.iter().map(|name| ident::quote(name)).collect();
    let columns = if columns.is_empty() {
        vec!["rowid".to_owned()]
    } else {
        columns
    };
    let list = columns.join(", ");
    let tenant = table
        .column(&config.tenants.column)
        .map(|at| spell::comment(&ident::quote(&table.columns[at].name)));
    TableLines {
        key: spell::key(&table.name),
        sql: spell::comment(&ident::quote(&table.name)),
        key_columns: spell::comment(&if columns.len() > 1 {
            format!("({list})")
        } else {
            list.clone()
        }),
        columns: spell::comment(&list),
        tenant,
        keeps: spell::string(&format!("{} keeps its rows", table.name)),
        count: spell::string(&format!(
            "SELECT count(*) FROM {}",
            ident::quote(&table.name)
        )),
    }
}

/// Reads the text again: one expected scope at its head, and nothing else that speaks to harness.
fn prove(name: &str, text: &str) -> Result<(), DraftError> {
    let unsound = |reason: String| DraftError::Unsound {
        what: "the migration",
        reason,
    };
    let migration = Migration::parse(name, name, text.to_owned());
    let directives = migration::directives(&migration);
    let [
        Directive {
            span,
            says: Says::Expect(toml),
            ..
        },
    ] = &directives[..]
    else {
        return Err(unsound(
            "its head is not read as the expected scope".to_owned(),
        ));
    };
    config::scope_within(text, *span, *toml, name)
        .map_err(|problems| unsound(problems.join("; ")))?;
    if migration.statements.is_empty() {
        return Err(unsound("it holds no statement".to_owned()));
    }
    Ok(())
}

fn notes(request: &MigrationRequest<'_>, paths: &[PathBuf], file: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let later = paths
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        .filter(|other| *other > file)
        .max();
    if let Some(later) = later {
        notes.push(format!(
            "it sorts before {later}, and `harness check` runs a folder in the order of names"
        ));
    }
    if file.ends_with(".up.sql") {
        notes.push("the .down.sql beside it is yours to write".to_owned());
    }
    if request.folder.join("meta/_journal.json").exists() {
        notes.push(
            "drizzle runs only what meta/_journal.json lists, and this file is not in it yet"
                .to_owned(),
        );
    }
    if request
        .config
        .expect
        .contains_key(file.trim_end_matches(".sql"))
    {
        notes.push(
            "harness.toml declares a scope for this name already: keep one of the two".to_owned(),
        );
    }
    notes
}
