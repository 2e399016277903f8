//! Where a snapshot and a folder of migrations usually are, which of several is taken, and how the
//! file names them. Opens files only to see what they are.
//!
//! Where nothing says which of several is meant, none is taken: the person is asked.

use crate::draft::DraftError;
use crate::migration;
use crate::snapshot::age;
use serde::Serialize;
use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
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
pub(crate) struct Chosen {
    /// the file or folder
    pub path: PathBuf,
    /// a clause such as `the newest of 3 in snapshots`
    pub why: String,
}

/// The same as the file names it.
#[derive(Debug, Serialize)]
pub(super) struct NamedPlace {
    pub(super) path: String,
    pub(super) why: String,
}

/// The snapshot to take in the project at `root`.
///
/// # Errors
/// A sentence where there is none, or several of which none is the newest.
pub(crate) fn snapshot(root: &Path) -> Result<Chosen, String> {
    let snapshots = SNAPSHOT_FOLDERS.map(|folder| (folder, is_snapshot as fn(&Path) -> bool));
    let databases = DATABASE_FOLDERS.map(|folder| (folder, is_database as fn(&Path) -> bool));
    for (folder, is_one) in snapshots.into_iter().chain(databases) {
        let files = candidates(&root.join(folder), is_one);
        let folder = if folder == "." { "this folder" } else { folder };
        match &files[..] {
            [] => {}
            [only] => {
                return Ok(Chosen {
                    path: only.clone(),
                    why: format!("the only one in {folder}"),
                });
            }
            several => return newest(several, folder),
        }
    }
    Err(format!(
        "no snapshot found in any of {}: name one with --snapshot PATH",
        [SNAPSHOT_FOLDERS, DATABASE_FOLDERS].concat().join(", ")
    ))
}

/// The newest by the times in their names, else by when they were written to.
fn newest(files: &[PathBuf], folder: &str) -> Result<Chosen, String> {
    let named = |file: &PathBuf| age::named(&file.file_name()?.to_string_lossy());
    let written = |file: &PathBuf| file.metadata().and_then(|meta| meta.modified()).ok();
    let mut by = "the time in its name";
    let mut times: Vec<Option<SystemTime>> = files.iter().map(named).collect();
    if times.contains(&None) {
        by = "when it was written to";
        times = files.iter().map(written).collect();
    }
    let newest = times.iter().max().copied().flatten();
    let mut latest = files
        .iter()
        .zip(&times)
        .filter(|(_, time)| **time == newest);
    let number = files.len();
    match (newest, latest.next(), latest.next()) {
        (Some(_), Some((file, _)), None) => Ok(Chosen {
            path: file.clone(),
            why: format!("the newest of {number} in {folder}, by {by}"),
        }),
        _ => Err(format!(
            "{number} snapshots found in {folder}, and none is the newest: name one with \
            --snapshot PATH"
        )),
    }
}

/// The folder of migrations to take in the project at `root`: one with SQL, else an empty one, else
/// one to create. None where a usual place has other files: then a new folder beside it is not
/// likely to be meant.
///
/// # Errors
/// A sentence where there are several, or a folder for each migration.
pub(crate) fn migrations(root: &Path) -> Result<Option<Chosen>, String> {
    let holding = |holds: fn(&Path) -> bool| {
        let mut folders = MIGRATION_FOLDERS.to_vec();
        folders.retain(|folder| holds(&root.join(folder)));
        folders
    };
    let chosen = |folder: &str, why: &str| {
        Ok(Some(Chosen {
            path: tidy(&root.join(folder)),
            why: why.to_owned(),
        }))
    };
    let several = |what: &str, folders: &[&str]| {
        let folders = folders.join(", ");
        Err(format!(
            "several {what} found, {folders}: name one with --migrations DIR"
        ))
    };
    match &holding(has_sql)[..] {
        [only] => return chosen(only, "the only usual place with .sql files"),
        [] => {}
        folders => return several("folders of migrations", folders),
    }
    if let [folder, ..] = holding(has_folders_of_sql)[..] {
        return Err(format!(
            "{folder} has a folder for each migration, and their names begin with no digit, so that \
            `[migrations] dir` does not take them: name another with --migrations DIR"
        ));
    }
    match &holding(is_empty)[..] {
        [only] => chosen(only, "the only usual place that is empty"),
        [] if holding(Path::is_dir).is_empty() => chosen(
            MIGRATION_FOLDERS[0],
            "the usual place, which `harness new` creates",
        ),
        [] => Ok(None),
        folders => several("empty folders of migrations", folders),
    }
}

fn has_sql(folder: &Path) -> bool {
    migration::in_folder(folder).is_ok_and(|files| !files.is_empty())
}

/// Whether a folder is there and holds nothing but what keeps it in a repository, such as
/// `.gitkeep`.
fn is_empty(folder: &Path) -> bool {
    let is_hidden = |entry: std::io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with('.'))
    };
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(is_hidden))
}

/// Whether the folders in a folder hold SQL, one for each migration.
pub(crate) fn has_folders_of_sql(folder: &Path) -> bool {
    entries(folder).any(|path| path.is_dir() && has_sql(&path))
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
}

fn candidates(folder: &Path, is_one: fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = entries(folder)
        .filter(|path| path.is_file() && is_one(path))
        .map(|file| tidy(&file))
        .collect();
    files.sort();
    files
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
    let bare = name.strip_suffix(".gz").or(name.strip_suffix(".zst"));
    (!is_apart).then(|| bare.unwrap_or(&name).to_owned())
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    bare_name(path).is_some_and(|name| endings.iter().any(|ending| name.ends_with(ending)))
}

fn is_database(path: &Path) -> bool {
    ends_in(path, &DATABASES)
}

/// A database by its name or its first bytes (<https://sqlite.org/fileformat2.html>), or a dump by
/// its name.
fn is_snapshot(path: &Path) -> bool {
    let has_magic = || {
        let mut head = [0; 16];
        let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
        read.is_ok() && head == *b"SQLite format 3\0"
    };
    let is_named = is_database(path) || ends_in(path, &[".sql", ".dump"]);
    is_named || (bare_name(path).is_some() && has_magic())
}

/// A place as a file in `folder` is to name it: as it is where that is here, else relative to the
/// folder.
pub(super) fn from_folder(chosen: &Chosen, folder: &Path) -> Result<NamedPlace, DraftError> {
    let is_here = folder.as_os_str().is_empty() || folder == Path::new(".");
    let path = if chosen.path.is_absolute() || is_here {
        chosen.path.clone()
    } else {
        between(folder, &chosen.path)?
    };
    let Some(name) = path.to_str() else {
        let path = path.display();
        let refusal = format!("{path} is not UTF-8, and TOML cannot name it");
        return Err(DraftError::Refused(refusal));
    };
    Ok(NamedPlace {
        path: name.to_owned(),
        why: chosen.why.clone(),
    })
}

/// The relative path from a folder to a path.
fn between(folder: &Path, path: &Path) -> Result<PathBuf, DraftError> {
    let whole = |path: &Path| {
        let unknown = |e| DraftError::Refused(format!("{} cannot be found: {e}", path.display()));
        path.canonicalize().map_err(unknown)
    };
    let from = whole(folder)?;
    // A folder that is yet to be created is named from where it will be.
    let to = if path.exists() {
        whole(path)?
    } else {
        whole(Path::new("."))?.join(path)
    };
    let pairs = from.components().zip(to.components());
    let common = pairs.take_while(|(a, b)| a == b).count();
    Ok(from
        .components()
        .skip(common)
        .map(|_| Component::ParentDir)
        .chain(to.components().skip(common))
        .collect())
}
