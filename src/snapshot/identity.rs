//! Identity of a snapshot: what shows that it changed while it was read, and its hash.
//!
//! A live file can be read torn, and `PRAGMA quick_check` often passes on it; so size, modification time, change counter
//! (bytes 24–27 of the header) and the WAL's header with its salts are compared before and after.

use crate::files::with_suffix;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// BLAKE3 of bytes, as hexadecimal.
pub fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The states of the snapshot's files at one moment.
#[derive(Debug)]
pub(super) struct Fingerprint {
    files: Vec<(PathBuf, Option<FileState>)>,
}

/// What is compared of one file.
#[derive(Debug, PartialEq, Eq)]
struct FileState {
    bytes: u64,
    modified: Option<SystemTime>,
    head: Vec<u8>,
}

impl Fingerprint {
    /// The state now of the files of `path` with each of `suffixes`; an error names the file that cannot be read.
    pub(super) fn take(path: &Path, suffixes: &[&str]) -> Result<Self, String> {
        let mut files = Vec::new();
        for suffix in suffixes {
            let file = with_suffix(path, suffix);
            let state = state(&file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
            files.push((file, state));
        }
        Ok(Self { files })
    }

    /// Size of the main file.
    pub(super) fn bytes(&self) -> u64 {
        self.files.first().and_then(|(_, state)| state.as_ref()).map_or(0, |s| s.bytes)
    }

    /// Compares with the state now; the error says which file changed and how.
    pub(super) fn verify(&self) -> Result<(), String> {
        for (path, before) in &self.files {
            let now = state(path).map_err(|e| format!("{} can no longer be read: {e}", path.display()))?;
            if let Some(how) = difference(before.as_ref(), now.as_ref()) {
                return Err(format!("{} {how}", path.display()));
            }
        }
        Ok(())
    }

    /// BLAKE3 of the files, one behind the other.
    pub(super) fn blake3(&self) -> std::io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        for (path, _) in self.files.iter().filter(|(_, state)| state.is_some()) {
            hasher.update_reader(File::open(path)?)?;
        }
        Ok(hasher.finalize().to_hex().to_string())
    }
}

fn state(path: &Path) -> std::io::Result<Option<FileState>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let meta = file.metadata()?;
    let mut head = Vec::new();
    file.by_ref().take(100).read_to_end(&mut head)?;
    Ok(Some(FileState { bytes: meta.len(), modified: meta.modified().ok(), head }))
}

fn difference(before: Option<&FileState>, now: Option<&FileState>) -> Option<&'static str> {
    match (before, now) {
        (None, Some(_)) => Some("appeared"),
        (Some(_), None) => Some("disappeared"),
        (Some(a), Some(b)) if a.bytes != b.bytes => Some("has another size"),
        (Some(a), Some(b)) if a.head != b.head => Some("has another header"),
        (Some(a), Some(b)) if a.modified != b.modified => Some("was written to"),
        _ => None,
    }
}
