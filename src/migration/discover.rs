//! Migration files: which ones a folder holds, what they are called, and reading one, refusing what
//! could not be run as it is.

use super::{Migration, foreign};
use crate::files;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What the file of a migration is called that has a folder of its own: by Prisma and drizzle, and
/// by Diesel.
const IN_OWN_FOLDER: [&str; 2] = ["migration.sql", "up.sql"];

/// Why a file is not rehearsed. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// the file or folder cannot be read, or holds nothing that can be run
    #[error("migration {path}: {reason}")]
    Unreadable {
        /// the file or folder
        path: String,
        /// why
        reason: String,
    },
    /// the file is in another tool's format
    #[error(
        "migration {path}:{line}: {reason}; running it through would run both directions, so \
        it is refused"
    )]
    Foreign {
        /// the file
        path: String,
        /// the line that shows it
        line: usize,
        /// what shows it
        reason: String,
    },
}

/// The migrations of a folder, in the order of the names in it: its `*.sql` files, and those that
/// have a folder of their own there.
///
/// # Errors
/// When the folder cannot be read.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let mut found = listed(folder)?;
    found.retain(|path| path.strip_prefix(folder).is_ok_and(is_migration_at));
    Ok(found)
}

/// The `*.sql` files in the folders of a folder that look like migrations, and are taken for none:
/// below a name that begins with a number, or called as a migration with a folder of its own is.
///
/// # Errors
/// When the folder cannot be read.
pub fn aside(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let mut found = listed(folder)?;
    let own = |path: &PathBuf| path.parent().map(Path::to_owned);
    let taken: Vec<_> = in_folder(folder)?.iter().map(own).collect();
    found.retain(|path| {
        let is_numbered = path.parent().is_some_and(is_numbered);
        (is_numbered || is_called_by_folder(path)) && !taken.contains(&own(path))
    });
    Ok(found)
}

/// The `*.sql` files in a folder and in the folders in it, in the order of the names in it.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() && !path.is_symlink() {
            let inner = match entries(&path) {
                Err(unreadable) if is_numbered(&path) => return Err(unreadable),
                inner => inner.unwrap_or_default().into_iter(),
            };
            found.extend(inner.filter(|path| is_named_sql(path) && !path.is_dir()));
        } else if is_named_sql(&path) && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let unreadable = |e| MigrationError::Unreadable {
        path: folder.display().to_string(),
        reason: files::unreadable(&e),
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths = paths
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(unreadable)?;
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(paths)
}

/// Whether a file at this place in a folder of migrations is one.
pub fn is_migration_at(place: &Path) -> bool {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            parent.components().count() == 1 && has_own_folder(place)
        }
        _ => is_named_sql(place),
    }
}

/// The name by which a migration is known: its file's without `.sql`, or that of the folder that it
/// has for itself.
pub fn name_of(path: &Path) -> String {
    // The folder of `migration.sql` is not in the path where it is the current one.
    let path = match path.parent() {
        Some(parent) if parent.file_name().is_none() => {
            std::path::absolute(path).map_or(Cow::Borrowed(path), Cow::Owned)
        }
        _ => Cow::Borrowed(path),
    };
    let own = path.parent().filter(|_| has_own_folder(&path));
    let name = own.map_or(path.file_stem(), Path::file_name);
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a file is a migration in a folder of its own, which has its name.
fn has_own_folder(path: &Path) -> bool {
    is_called_by_folder(path) && path.parent().is_some_and(is_numbered)
}

fn is_called_by_folder(path: &Path) -> bool {
    IN_OWN_FOLDER
        .iter()
        .any(|name| path.file_name() == Some(OsStr::new(name)))
}

/// Whether a name begins with a number, as those of migrations do where they have folders.
fn is_numbered(folder: &Path) -> bool {
    let name = folder.file_name().map(OsStr::as_encoded_bytes);
    name.is_some_and(|name| name.first().is_some_and(u8::is_ascii_digit))
}

/// Whether the name ends in `.sql`, in whatever case.
pub fn is_named_sql(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("sql"))
}

/// Reads one migration file.
///
/// # Errors
/// When the file is missing, a directory, not UTF-8, holds a NUL byte, or is in another tool's
/// format.
pub fn read(path: &Path) -> Result<Migration, MigrationError> {
    let shown = path.display().to_string();
    let unusable = |reason: String| MigrationError::Unreadable {
        path: shown.clone(),
        reason,
    };
    if path.is_dir() {
        let why = "is a directory: name the files, or set `[migrations] dir`";
        return Err(unusable(why.to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|e| unusable(files::unreadable(&e)))?;
    let text = text_of(bytes).map_err(unusable)?;
    let by_name = foreign::by_name(path).map(|reason| (1, reason));
    if let Some((line, reason)) = by_name.or_else(|| foreign::by_text(&text)) {
        return Err(MigrationError::Foreign {
            path: shown,
            line,
            reason,
        });
    }
    Ok(Migration::parse(&name_of(path), &shown, text))
}

/// The text of a file, or why it is none that could be run.
fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(format!(
            "holds a NUL byte at byte {at}: SQLite would stop reading there"
        ));
    }
    let place = |e: std::string::FromUtf8Error| e.utf8_error().valid_up_to();
    String::from_utf8(bytes).map_err(|e| format!("is not UTF-8 at byte {}", place(e)))
}
