//! `[engine]` of a draft: what is known of the production runner, by the table that it leaves and
//! by what the files do.
//!
//! What is not known stays a comment: these settings decide what a migration does, and have no
//! defaults.

use super::super::Schema;
use crate::migration::{Migration, StatementKind};
use crate::regime::{OnError, TransactionMode};

/// What the person said about the runner; nothing where they did not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    /// whether its connection enforces foreign keys
    pub foreign_keys: Option<bool>,
    /// what transaction it opens
    pub transaction: Option<TransactionMode>,
    /// what it does after a statement that fails
    pub on_error: Option<OnError>,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    /// as TOML spells it; none where it is not known
    pub(super) value: Option<String>,
    /// the values to choose from, as TOML spells them
    pub(super) choices: [&'static str; 3],
    /// what it means, and what was seen
    pub(super) why: String,
}

/// A runner that leaves a table of its own behind.
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
pub(super) fn draft(told: Told, schema: &Schema, files: &[Migration]) -> [Setting; 3] {
    let runner = RUNNERS.iter().find(|runner| {
        let table = schema.catalog.table(runner.table);
        table.is_some_and(|table| {
            runner
                .columns
                .iter()
                .all(|column| table.column(column).is_some())
        })
    });
    [
        foreign_keys(told, runner),
        transaction(told, runner, files),
        on_error(told, runner),
    ]
}

const GIVEN: &str = "as given on the command line";

fn foreign_keys(told: Told, runner: Option<&Runner>) -> Setting {
    let means = "Whether the runner's connection enforces foreign keys: it decides whether \
        DROP TABLE in a rebuild deletes the rows that refer to it.";
    let seen = match (told.foreign_keys, runner) {
        (Some(_), _) => format!("{GIVEN}."),
        (None, Some(runner)) => format!(
            "Of {}, whose table `{}` is there: {}.",
            runner.name, runner.table, runner.foreign_keys
        ),
        (None, None) => "The sqlite3 shell and Python have them off, better-sqlite3 and sqlx \
            on; `PRAGMA foreign_keys` on the runner's connection says it."
            .to_owned(),
    };
    let value = told.foreign_keys.map(|on| on.to_string());
    Setting {
        key: "foreign_keys",
        value,
        choices: ["true", "false", ""],
        why: sentences(means, &seen),
    }
}

fn transaction(told: Told, runner: Option<&Runner>, files: &[Migration]) -> Setting {
    let means = "What transaction the runner opens: \"none\" but the file's own, one \
        \"per-migration\", or one over \"all\" that are pending.";
    let own = files.iter().filter(|file| begins(file)).count();
    let (value, seen) = match (told.transaction, runner, own) {
        (Some(mode), ..) => (Some(mode), format!("{GIVEN}.")),
        (None, Some(runner), 0) => (
            Some(runner.transaction),
            format!(
                "The table `{}` is {}'s, which does so by {}.",
                runner.table, runner.name, runner.source
            ),
        ),
        (None, Some(runner), own) => {
            let what = format!(
                "The table `{}` is {}'s, which opens a transaction, but {own} of {} files",
                runner.table,
                runner.name,
                files.len()
            );
            (
                None,
                format!(
                    "{what} open one of their own, which fails inside of another: find out \
                    which of the two is so."
                ),
            )
        }
        (None, None, 0) if files.is_empty() => {
            (None, "There is no file yet that would show it.".to_owned())
        }
        (None, None, 0) => (None, "No file opens one of its own.".to_owned()),
        (None, None, own) => {
            let what = format!(
                "{own} of {} files open one of their own (BEGIN), which fails inside of a runner's.",
                files.len()
            );
            (Some(TransactionMode::None), what)
        }
    };
    let value = value.map(|mode| format!("\"{}\"", mode.word()));
    Setting {
        key: "transaction",
        value,
        choices: ["\"none\"", "\"per-migration\"", "\"all\""],
        why: sentences(means, &seen),
    }
}

fn on_error(told: Told, runner: Option<&Runner>) -> Setting {
    let means = "What the runner does after a statement that fails: \"stop\", or \"continue\" \
        with the next one.";
    let (value, seen) = match (told.on_error, runner) {
        (Some(on_error), _) => (Some(on_error), format!("{GIVEN}.")),
        (None, Some(runner)) => (Some(OnError::Stop), format!("{} stops.", runner.name)),
        (None, None) => (
            None,
            "Most stop; the sqlite3 shell goes on unless it has -bail.".to_owned(),
        ),
    };
    let value = value.map(|on_error| format!("\"{}\"", on_error.word()));
    Setting {
        key: "on_error",
        value,
        choices: ["\"stop\"", "\"continue\"", ""],
        why: sentences(means, &seen),
    }
}

fn sentences(means: &str, seen: &str) -> String {
    let mut seen = seen.chars();
    let first: String = seen
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    format!("{means} {first}{}", seen.as_str())
}

/// Whether a file opens a transaction.
fn begins(file: &Migration) -> bool {
    file.statements
        .iter()
        .any(|statement| statement.kind == StatementKind::Begin)
}
