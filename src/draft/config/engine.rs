//! `[engine]` of a draft: what is known of the production runner, by its table and by what the files
//! do.
//!
//! What is not known is a comment: these settings decide what a migration does, and have no
//! defaults.

use crate::migration::{Migration, StatementKind};
use crate::regime::{OnError, TransactionMode};
use crate::snapshot::Catalog;
use serde::Serialize;

/// What the person said about the runner; nothing where they did not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct GivenRunner {
    /// whether its connection enforces foreign keys
    pub foreign_keys: Option<bool>,
    /// what transaction it opens
    pub transaction: Option<TransactionMode>,
    /// what it does after a statement that fails
    pub on_error: Option<OnError>,
}

/// One setting.
#[derive(Debug, Serialize)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    /// as TOML spells it; none where it is not known
    pub(super) value: Option<String>,
    /// the values to choose from, as TOML spells them
    pub(super) choices: &'static [&'static str],
    /// what it means, and what was seen
    pub(super) why: String,
}

/// A runner that has a table of its own.
struct Runner {
    name: &'static str,
    table: &'static str,
    /// columns that tell its table from others of that name
    columns: &'static [&'static str],
    transaction: TransactionMode,
    /// where that can be read
    source: &'static str,
    /// what is known of its foreign keys
    foreign_keys: &'static str,
}

/// Every runner whose transactions are known from its source or manual. All of them stop at an
/// error.
const RUNNERS: [Runner; 5] = [
    Runner {
        name: "sqlx",
        table: "_sqlx_migrations",
        columns: &["version", "description", "checksum"],
        transaction: TransactionMode::PerMigration,
        source: "sqlx-sqlite/src/migrate.rs; a file that begins with `-- no-transaction` has none",
        foreign_keys: "sqlx turns them on unless the application's SqliteConnectOptions say \
            otherwise",
    },
    Runner {
        name: "golang-migrate",
        table: "schema_migrations",
        columns: &["version", "dirty"],
        transaction: TransactionMode::PerMigration,
        source: "its database/sqlite3/README.md; with x-no-tx-wrap=true it is \"none\"",
        foreign_keys: "its connection has them off unless the database URL turns them on",
    },
    Runner {
        name: "drizzle",
        table: "__drizzle_migrations",
        columns: &["hash", "created_at"],
        transaction: TransactionMode::All,
        source: "migrate() in drizzle-orm/src/sqlite-core/dialect.ts",
        foreign_keys: "it depends on the driver: better-sqlite3 has them on, and libsql's \
            migrate() turns them off",
    },
    Runner {
        name: "refinery",
        table: "refinery_schema_history",
        columns: &["version", "name", "checksum"],
        transaction: TransactionMode::PerMigration,
        source: "refinery_core/src/drivers/rusqlite.rs; with set_grouped(true) it is \"all\"",
        foreign_keys: "rusqlite's bundled SQLite has them on, and a system's SQLite off",
    },
    Runner {
        name: "Flyway",
        table: "flyway_schema_history",
        columns: &["installed_rank", "script"],
        transaction: TransactionMode::PerMigration,
        source: "its manual, on transactions; with group=true it is \"all\"",
        foreign_keys: "it depends on the JDBC URL",
    },
];

/// The three settings, by what the person said, the table of a runner, and the files.
pub(super) fn draft(given: GivenRunner, schema: &Catalog, files: &[&Migration]) -> [Setting; 3] {
    let has_table = |runner: &&Runner| {
        let table = schema.table(runner.table);
        let has = |column: &&str| table.is_some_and(|table| table.column(column).is_some());
        runner.columns.iter().all(has)
    };
    let runner = RUNNERS.iter().find(has_table);
    [
        setting(
            "foreign_keys",
            &["true", "false"],
            "Whether the runner's connection enforces foreign keys: it decides whether DROP TABLE \
            in a rebuild deletes the rows that refer to it.",
            given.foreign_keys,
            foreign_keys(runner),
            |on| on.to_string(),
        ),
        setting(
            "transaction",
            &["\"none\"", "\"per-migration\"", "\"all\""],
            "What transaction the runner opens: \"none\" but the file's own, one \
            \"per-migration\", or one over \"all\" that are pending.",
            given.transaction,
            transaction(runner, files),
            |mode| format!("\"{}\"", mode.word()),
        ),
        setting(
            "on_error",
            &["\"stop\"", "\"continue\""],
            "What the runner does after a statement that fails: \"stop\", or \"continue\" with the \
            next one.",
            given.on_error,
            on_error(runner),
            |on_error| format!("\"{}\"", on_error.word()),
        ),
    ]
}

/// A setting as the person gave it, else as it was found, and what was seen of that.
fn setting<T>(
    key: &'static str,
    choices: &'static [&'static str],
    means: &str,
    given: Option<T>,
    found: (Option<T>, String),
    in_toml: fn(T) -> String,
) -> Setting {
    let (value, seen) = match given {
        Some(_) => (given, "as given on the command line.".to_owned()),
        None => found,
    };
    let (first, rest) = seen.split_at(1);
    Setting {
        key,
        value: value.map(in_toml),
        choices,
        why: format!("{means} {}{rest}", first.to_ascii_uppercase()),
    }
}

fn foreign_keys(runner: Option<&Runner>) -> (Option<bool>, String) {
    let seen = match runner {
        Some(runner) => format!(
            "Of {}, whose table `{}` is there: {}.",
            runner.name, runner.table, runner.foreign_keys
        ),
        None => "The sqlite3 shell and Python have them off, better-sqlite3 and sqlx on; `PRAGMA \
            foreign_keys` on the runner's connection says it."
            .to_owned(),
    };
    (None, seen)
}

fn on_error(runner: Option<&Runner>) -> (Option<OnError>, String) {
    match runner {
        Some(runner) => (Some(OnError::Stop), format!("{} stops.", runner.name)),
        None => (
            None,
            "Most stop; the sqlite3 shell goes on unless it has -bail.".to_owned(),
        ),
    }
}

/// The transaction of a known runner, unless the files open transactions of their own; of an unknown
/// one, what the files show.
fn transaction(runner: Option<&Runner>, files: &[&Migration]) -> (Option<TransactionMode>, String) {
    match (runner, beginning(files), files.len()) {
        (Some(runner), 0, _) => (
            Some(runner.transaction),
            format!(
                "The table `{}` is {}'s, which does so by {}.",
                runner.table, runner.name, runner.source
            ),
        ),
        (Some(runner), own, all) => (
            None,
            format!(
                "The table `{}` is {}'s, which opens a transaction, but {own} of {all} files open \
                one of their own, which fails inside of another: find out which of the two is so.",
                runner.table, runner.name
            ),
        ),
        (None, 0, 0) => (None, "There is no file yet that would show it.".to_owned()),
        (None, 0, _) => (None, "No file opens one of its own.".to_owned()),
        (None, own, all) => (
            Some(TransactionMode::None),
            format!(
                "{own} of {all} files open one of their own (BEGIN), which fails inside of a \
                runner's."
            ),
        ),
    }
}

/// How many files open a transaction.
fn beginning(files: &[&Migration]) -> usize {
    let begins = |file: &&&Migration| {
        file.statements
            .iter()
            .any(|statement| statement.kind == StatementKind::Begin)
    };
    files.iter().filter(begins).count()
}
