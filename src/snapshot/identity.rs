//! Identity of a snapshot: what shows that it changed while it was read, and its hash.
//!
//! A live file can be read torn, and `PRAGMA quick_check` often passes on it; so size, modification
//! time, change counter (bytes 24–27 of the header) and the WAL's header with its salts are
//! compared before and after. A writer that keeps its journal in memory may still take back what it
//! wrote, and none of them shows it: so its locks are looked for too.

use super::manifest::FileStamp;
use crate::files::{blake3_of, with_suffix};
use crate::progress::Meter;
use crate::words::words;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The hash of a snapshot and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// BLAKE3 of the snapshot, as hexadecimal
    pub blake3: String,
    /// the source of the hash
    pub from: IdentityFrom,
}

words! {
    /// Where the hash of a snapshot was taken from.
    #[schemars(rename = "BlakeFrom")]
    pub enum IdentityFrom {
        /// Its bytes.
        File = "file",
        /// The manifest beside it, which is of the files as they are.
        Manifest = "manifest",
    }
}

/// The states of the snapshot's files at one moment.
#[derive(Debug)]
pub struct Fingerprint {
    /// the path of the main file
    main: PathBuf,
    /// what follows its name, the main file first, and the state; none where no file is there
    files: Vec<(&'static str, Option<FileState>)>,
}

/// What is compared of one file.
#[derive(Debug, PartialEq, Eq)]
struct FileState {
    bytes: u64,
    modified: Option<SystemTime>,
    head: Vec<u8>,
}

impl Fingerprint {
    /// The state now of the files at `main` with each of `suffixes`, the first of which is none.
    ///
    /// # Errors
    /// A sentence that names the file that cannot be read.
    pub fn take(main: &Path, suffixes: &[&'static str]) -> Result<Self, String> {
        let mut files = Vec::new();
        for suffix in suffixes {
            let path = with_suffix(main, suffix);
            let state = state(&path);
            let state = state.map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
            if suffix.is_empty() {
                refuse_writer(&path)?;
            }
            files.push((*suffix, state));
        }
        Ok(Self {
            main: main.to_owned(),
            files,
        })
    }

    /// Size of the main file.
    pub(super) fn bytes(&self) -> u64 {
        self.main_state().map_or(0, |state| state.bytes)
    }

    /// Size of all files.
    pub(super) fn total(&self) -> u64 {
        self.present().map(|(_, state)| state.bytes).sum()
    }

    /// When the main file was written to last.
    pub(super) fn modified(&self) -> Option<SystemTime> {
        self.main_state()?.modified
    }

    /// Where the main file is.
    pub(super) fn path(&self) -> &Path {
        &self.main
    }

    /// Suffix and size of the files beside the main one.
    pub(super) fn beside(&self) -> Vec<(&'static str, u64)> {
        self.present()
            .skip(1)
            .map(|(suffix, state)| (suffix, state.bytes))
            .collect()
    }

    /// The files as a manifest names them; none where one has no time that can be written down.
    pub(super) fn stamps(&self) -> Option<Vec<FileStamp>> {
        self.present()
            .map(|(suffix, state)| state.stamp(suffix))
            .collect()
    }

    fn main_state(&self) -> Option<&FileState> {
        self.files.first()?.1.as_ref()
    }

    fn present(&self) -> impl Iterator<Item = (&'static str, &FileState)> {
        self.files
            .iter()
            .filter_map(|(suffix, state)| Some((*suffix, state.as_ref()?)))
    }

    /// Compares with the state now.
    ///
    /// # Errors
    /// A sentence that says which file changed and how.
    pub fn verify(&self) -> Result<(), String> {
        for (suffix, before) in &self.files {
            let path = with_suffix(&self.main, suffix);
            let now = state(&path)
                .map_err(|e| format!("{} can no longer be read: {e}", path.display()))?;
            if let Some(how) = difference(before.as_ref(), now.as_ref()) {
                return Err(format!("{} {how}", path.display()));
            }
            if suffix.is_empty() {
                refuse_writer(&path)?;
            }
        }
        Ok(())
    }

    /// BLAKE3 of the files, one after the other. Read, not mapped: a file that is cut short while
    /// it is mapped ends the process, and mapping it gains 0.05 s in 500 MB.
    pub(super) fn blake3(&self, meter: &Meter) -> std::io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        for (suffix, _) in self.present() {
            let file = File::open(with_suffix(&self.main, suffix))?;
            hasher.update_reader(meter.reading(file))?;
        }
        Ok(hasher.finalize().to_hex().to_string())
    }
}

impl FileState {
    /// The stamp of the file; none where its time is before 1970 or too large.
    fn stamp(&self, suffix: &str) -> Option<FileStamp> {
        let modified = self.modified?.duration_since(UNIX_EPOCH).ok()?;
        Some(FileStamp {
            suffix: suffix.to_owned(),
            bytes: self.bytes,
            modified_ns: u64::try_from(modified.as_nanos()).ok()?,
            head: blake3_of(&self.head),
        })
    }
}

fn state(path: &Path) -> std::io::Result<Option<FileState>> {
    let meta = match path.metadata() {
        Ok(meta) => meta,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    // Opening a pipe waits for its writer.
    if !meta.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut file = File::open(path)?;
    let meta = file.metadata()?;
    let mut head = Vec::new();
    file.by_ref().take(100).read_to_end(&mut head)?;
    Ok(Some(FileState {
        bytes: meta.len(),
        modified: meta.modified().ok(),
        head,
    }))
}

/// An error where another process holds the lock under which SQLite writes to the database at
/// `path`, or waits for it. Only asks for the lock. A process that has announced a write (RESERVED)
/// has changed nothing yet.
///
/// <https://sqlite.org/lockingv3.html#locking>; the places of the locks: `PENDING_BYTE` and
/// `SHARED_FIRST` of SQLite's `os.h`.
#[cfg(unix)]
fn refuse_writer(path: &Path) -> Result<(), String> {
    use rustix::process::{Flock, FlockType, fcntl_getlk};
    let failed = |e: std::io::Error| {
        format!(
            "{}: cannot tell whether it is being written to: {e}",
            path.display()
        )
    };
    let file = File::open(path).map_err(failed)?;
    for (start, length) in [(0x4000_0000, 1), (0x4000_0002, 510)] {
        // Only a lock for writing excludes one for reading.
        let wanted = Flock {
            start,
            length,
            ..Flock::from(FlockType::ReadLock)
        };
        if fcntl_getlk(&file, &wanted)
            .map_err(|e| failed(e.into()))?
            .is_some()
        {
            return Err(format!(
                "{} is being written to by another process: rehearse on a copy that nothing \
                writes to",
                path.display()
            ));
        }
    }
    Ok(())
}

/// Elsewhere a lock cannot be asked for without taking it, which would disturb the writer.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as where locks can be asked for")]
fn refuse_writer(_: &Path) -> Result<(), String> {
    Ok(())
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
