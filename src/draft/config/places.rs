//! Where a snapshot and a folder of migrations usually are, and which of several is taken. Opens
//! files only to see what they are.
//!
//! Where nothing tells which of several is meant, none is taken: the person is asked.

use crate::migration;
use crate::snapshot::age;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders that hold nothing but snapshots.
const SNAPSHOT_FOLDERS: [&str; 5] = [
    "snapshots",
    "snapshot",
    "db/snapshots",
    "backups",
    "db/backups",
];

/// Folders that hold a database among other things.
const DATABASE_FOLDERS: [&str; 5] = [".", "data", "db", "database", "prisma"];

const MIGRATION_FOLDERS: [&str; 11] = [
    "migrations",
    "db/migrations",
    "database/migrations",
    "sql/migrations",
    "src/migrations",
    "src/db/migrations",
    "server/migrations",
    "drizzle",
    "db/migrate",
    "migrations/sqlite",
    "prisma/migrations",
];

/// Endings of databases, which may be compressed.
const DATABASES: [&str; 4] = [".db", ".sqlite", ".sqlite3", ".db3"];

/// What was found, and why it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// the file or folder
    pub path: PathBuf,
    /// a clause such as `the newest of 3 in snapshots`
    pub why: String,
}

/// The snapshot to take in the project at `root`.
///
/// # Errors
/// A sentence where there is none, or several of which none is the newest.
pub fn snapshot(root: &Path) -> Result<Found, String> {
    let of_snapshots = SNAPSHOT_FOLDERS
        .into_iter()
        .map(|folder| (folder, candidates(&root.join(folder), is_snapshot)));
    let of_databases = DATABASE_FOLDERS
        .into_iter()
        .map(|folder| (folder, candidates(&root.join(folder), is_database)));
    let Some((folder, files)) = of_snapshots
        .chain(of_databases)
        .find(|(_, files)| !files.is_empty())
    else {
        let places = SNAPSHOT_FOLDERS
            .into_iter()
            .chain(DATABASE_FOLDERS)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(format!(
            "no snapshot found in any of {places}: name one with --snapshot PATH"
        ));
    };
    match &files[..] {
        [only] => Ok(Found {
            path: only.clone(),
            why: format!("the only one in {}", shown(folder)),
        }),
        several => newest(several, folder),
    }
}

/// The newest by the times in their names, else by when they were written to.
fn newest(files: &[PathBuf], folder: &str) -> Result<Found, String> {
    let named: Vec<Option<SystemTime>> = files
        .iter()
        .map(|file| age::named(&file.file_name()?.to_string_lossy()))
        .collect();
    let is_named = named.iter().all(Option::is_some);
    let modified = || {
        files
            .iter()
            .map(|file| file.metadata().and_then(|meta| meta.modified()).ok())
            .collect()
    };
    let times: Vec<Option<SystemTime>> = if is_named { named } else { modified() };
    let by = if is_named {
        "the time in its name"
    } else {
        "when it was written to"
    };
    let last = times.iter().max().copied().flatten();
    let mut latest = files
        .iter()
        .zip(&times)
        .filter(|(_, time)| **time == last && last.is_some());
    match (latest.next(), latest.next()) {
        (Some((file, _)), None) => Ok(Found {
            path: file.clone(),
            why: format!(
                "the newest of {} in {}, by {by}",
                files.len(),
                shown(folder)
            ),
        }),
        _ => Err(format!(
            "{} snapshots found in {}, and none is the newest: name one with --snapshot PATH",
            files.len(),
            shown(folder)
        )),
    }
}

/// The folder of migrations to take in the project at `root`: an empty one, or one that is yet to
/// be created, where none holds SQL; none where a usual place holds other files, so that a new one
/// beside it is not likely what is meant.
///
/// # Errors
/// A sentence where there are several, or a folder for each migration.
pub fn migrations(root: &Path) -> Result<Option<Found>, String> {
    let holding = |holds: fn(&Path) -> bool| {
        MIGRATION_FOLDERS
            .into_iter()
            .filter(move |folder| holds(&root.join(folder)))
    };
    let found: Vec<&str> =
        holding(|folder| migration::in_folder(folder).is_ok_and(|files| !files.is_empty()))
            .collect();
    match &found[..] {
        [only] => Ok(Some(Found {
            path: tidy(&root.join(only)),
            why: "the only usual place with .sql files".to_owned(),
        })),
        [] => match holding(has_folders_of_sql).next() {
            Some(folder) => Err(format!(
                "{folder} has a folder for each migration, and `[migrations] dir` takes the \
                .sql files of one folder: name another with --migrations DIR"
            )),
            None => unfilled(
                root,
                &holding(is_empty).collect::<Vec<_>>(),
                holding(std::path::Path::is_dir).count(),
            ),
        },
        several => Err(format!(
            "several folders of migrations found, {}: name one with --migrations DIR",
            several.join(", ")
        )),
    }
}

/// Of the usual places, of which none holds SQL and `there` are there, the one for the first file.
fn unfilled(root: &Path, empty: &[&str], there: usize) -> Result<Option<Found>, String> {
    match empty {
        [only] => Ok(Some(Found {
            path: tidy(&root.join(only)),
            why: "the only usual place that is empty".to_owned(),
        })),
        [] if there > 0 => Ok(None),
        [] => Ok(Some(Found {
            path: tidy(&root.join(MIGRATION_FOLDERS[0])),
            why: "the usual place, which `harness new` creates".to_owned(),
        })),
        several => Err(format!(
            "several empty folders of migrations found, {}: name one with --migrations DIR",
            several.join(", ")
        )),
    }
}

/// Whether a folder is there and holds nothing but what keeps it in a repository, such as
/// `.gitkeep`.
fn is_empty(folder: &Path) -> bool {
    let is_hidden = |entry: std::io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with('.'))
    };
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(is_hidden))
}

/// Whether the folders in a folder hold SQL, one for each migration, as Prisma and Diesel keep
/// them.
pub fn has_folders_of_sql(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        path.is_dir() && migration::in_folder(&path).is_ok_and(|files| !files.is_empty())
    })
}

fn candidates(folder: &Path, is_one: fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && is_one(path))
        .collect();
    files.sort();
    files.iter().map(|file| tidy(file)).collect()
}

/// As a person would write it: `./prod.db` is `prod.db`.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// The name without what compression adds to it; none of a hidden file, or one beside a snapshot.
fn bare_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let beside = ["-wal", "-shm", "-journal", ".manifest.json"];
    let is_apart = name.starts_with('.') || beside.iter().any(|suffix| name.ends_with(suffix));
    let bare = [".gz", ".zst"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(&name);
    (!is_apart).then(|| bare.to_owned())
}

fn is_database(path: &Path) -> bool {
    bare_name(path).is_some_and(|name| DATABASES.iter().any(|ending| name.ends_with(ending)))
}

/// A database by its name or its first bytes, or a dump by its name.
fn is_snapshot(path: &Path) -> bool {
    let is_named = bare_name(path).is_some_and(|name| {
        [".sql", ".dump"]
            .iter()
            .any(|ending| name.ends_with(ending))
    });
    is_named || is_database(path) || (bare_name(path).is_some() && has_magic(path))
}

/// Whether a file begins as a database does (<https://sqlite.org/fileformat2.html>).
fn has_magic(path: &Path) -> bool {
    let mut head = [0; 16];
    fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .is_ok()
        && head == *b"SQLite format 3\0"
}

fn shown(folder: &str) -> &str {
    if folder == "." { "this folder" } else { folder }
}
