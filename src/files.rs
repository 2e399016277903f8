//! Files: their names beside a database, the hash of their bytes, and the sentence for one that
//! cannot be read. Opens none.

use std::io;
use std::path::{Path, PathBuf};

/// The suffixes of a database and of the files that SQLite keeps beside it
/// (<https://sqlite.org/tempfiles.html>).
pub const DATABASE_SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// The files of the database at `path`, whether they are there or not.
pub fn database_files(path: &Path) -> [PathBuf; 4] {
    DATABASE_SUFFIXES.map(|suffix| with_suffix(path, suffix))
}

/// `path` with `suffix` after its name, as SQLite names the files beside a database.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// BLAKE3 of bytes, as 64 hexadecimal digits.
pub fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Why a file cannot be read, to follow its name.
pub fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The path with links followed; where there is no such file, with the links of its folder followed.
/// Asks the file system.
pub fn resolved(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    match (folder_of(path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// The folder of a file.
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
