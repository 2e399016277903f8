//! Migration files: which ones a folder holds, and reading one, refusing what could not be run as
//! it is.

use super::{Migration, foreign};
use crate::files;
use std::path::{Path, PathBuf};

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

/// The `*.sql` files of a folder, in the order of their names.
///
/// # Errors
/// When the folder cannot be read.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let unreadable = |e| MigrationError::Unreadable {
        path: folder.display().to_string(),
        reason: files::unreadable(&e),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_named_sql(&path) && !path.is_dir() {
            found.push(path);
        }
    }
    found.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(found)
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
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Migration::parse(&name, &shown, text))
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
