//! The manifest of a snapshot: a small file beside it with its hash, so that a large snapshot need
//! not be read whole for it.
//!
//! `PATH.manifest.json`, version 1:
//!
//! ```json
//! { "format": "harness-snapshot-manifest", "version": 1,
//!   "blake3": "<64 hexadecimal digits>", "taken_at": "2025-11-16T10:04:16Z",
//!   "files": [ { "suffix": "", "bytes": 299848, "modified_ns": 1763287456000000000, "head": "<BLAKE3 of the first 100 bytes>" } ] }
//! ```
//!
//! `files` names the snapshot, and its `-wal` and `-journal` where it has them; `taken_at` may be
//! null. It is believed where these are exactly the files that are there, by size, modification time
//! and first bytes, and ignored otherwise. A user who may write into the folder may write a false
//! one: it is trusted as much as the snapshot is. Does not write it.

use crate::files::{resolved, unreadable, with_suffix};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const FORMAT: &str = "harness-snapshot-manifest";
const VERSION: u32 = 1;

/// Bytes of a manifest that are read: ours have less than a thousand.
const LONGEST: u64 = 16 * 1024;

/// How coarse the modification times of a file system can be (FAT's). Within that time, another write
/// to a file does not show.
const SETTLED: Duration = Duration::from_secs(2);

/// What a manifest says of the snapshot's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u32,
    /// BLAKE3 of the snapshot, as [`super::Snapshot::blake3`] gives it
    pub blake3: String,
    /// when the snapshot was taken, as RFC 3339 in UTC, where that was given
    pub taken_at: Option<String>,
    pub(super) files: Vec<FileStamp>,
}

/// One file of a snapshot in its manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileStamp {
    pub(super) suffix: String,
    pub(super) bytes: u64,
    /// nanoseconds after 1970
    pub(super) modified_ns: u64,
    /// BLAKE3 of the first 100 bytes, where a database has its change counter and a WAL its salts
    pub(super) head: String,
}

impl FileStamp {
    /// Whether a later write to the file would give it another time, as seen at `now`.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let modified = UNIX_EPOCH + Duration::from_nanos(self.modified_ns);
        now.duration_since(modified).is_ok_and(|age| age >= SETTLED)
    }
}

/// The path of the manifest of the snapshot at `path`, links followed.
pub fn manifest_path(path: &Path) -> PathBuf {
    with_suffix(&resolved(path), ".manifest.json")
}

impl Manifest {
    pub(super) fn new(blake3: String, taken_at: Option<String>, files: Vec<FileStamp>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            blake3,
            taken_at,
            files,
        }
    }

    /// The manifest at `path`, where there is a file; the reason where that is no manifest of ours.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, String> {
        match path.metadata() {
            // Beside a name of the greatest length there is no room for one.
            Err(e)
                if matches!(
                    e.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidFilename
                ) =>
            {
                return Ok(None);
            }
            Err(e) => return Err(unreadable(&e)),
            // A pipe would keep its reader waiting.
            Ok(meta) if !meta.is_file() => return Err("is not a regular file".to_owned()),
            Ok(_) => {}
        }
        let mut text = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut text))
            .map_err(|e| unreadable(&e))?;
        if text.len() as u64 > LONGEST {
            return Err(format!("is no manifest: it has more than {LONGEST} bytes"));
        }
        Self::parse(&text).map(Some)
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let manifest: Self =
            serde_json::from_slice(text).map_err(|e| format!("is no manifest: {e}"))?;
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if manifest.format != FORMAT {
            return Err(format!(
                "is no manifest: its format is `{}`",
                manifest.format
            ));
        }
        if manifest.version != VERSION {
            return Err(format!(
                "has version {} of its format, and only {VERSION} is known",
                manifest.version
            ));
        }
        if manifest.blake3.len() != 64 || !manifest.blake3.bytes().all(is_digit) {
            return Err(
                "is no manifest: its `blake3` is not 64 hexadecimal digits in lower case"
                    .to_owned(),
            );
        }
        if let Some(time) = &manifest.taken_at {
            moment(time)?;
        }
        Ok(manifest)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        format!("{:#}\n", json!(self))
    }
}

/// The moment that `2025-11-16T10:04:16Z` names; the reason where the text names none.
///
/// # Errors
/// When the text is not RFC 3339 in UTC.
pub fn moment(text: &str) -> Result<SystemTime, String> {
    humantime::parse_rfc3339(text).map_err(|e| {
        format!("`{text}` is no time as RFC 3339 in UTC, such as 2025-11-16T10:04:16Z: {e}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::blake3_of;

    fn good() -> Manifest {
        let stamp = FileStamp {
            suffix: String::new(),
            bytes: 5,
            modified_ns: 1_763_287_456_000_000_001,
            head: blake3_of(b"a"),
        };
        let taken_at = Some("2025-11-16T10:04:16Z".to_owned());
        Manifest::new(blake3_of(b""), taken_at, vec![stamp])
    }

    #[test]
    fn a_manifest_reads_as_it_was_written() {
        assert_eq!(Manifest::parse(good().text().as_bytes()), Ok(good()));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let text = good().text();
        assert!(
            Manifest::parse(&text.as_bytes()[..text.len() - 9]).is_err(),
            "cut short"
        );
        for (old, new) in [
            (FORMAT, "other"),
            ("\"version\": 1", "\"version\": 2"),
            ("\"blake3\": \"af", "\"blake3\": \"AF"),
            ("\"blake3\": \"af", "\"blake3\": \""),
            ("10:04:16Z", "10:04:16"),
            ("2025-11-16", "2025-11-31"),
            ("\"bytes\": 5", "\"bytes\": -5"),
            ("\"bytes\": 5", "\"bytes\": 5, \"more\": 1"),
        ] {
            assert!(text.contains(old), "{old}");
            assert!(
                Manifest::parse(text.replace(old, new).as_bytes()).is_err(),
                "{old} → {new}"
            );
        }
    }

    #[test]
    fn a_file_settles_two_seconds_after_it_was_written_to() {
        let stamp = &good().files[0];
        let after = |ns: u64| UNIX_EPOCH + Duration::from_nanos(1_763_287_456_000_000_001 + ns);
        assert!(!stamp.is_settled(after(1_999_999_999)) && stamp.is_settled(after(2_000_000_000)));
        assert!(
            !stamp.is_settled(UNIX_EPOCH),
            "a time ahead of the clock never settles"
        );
    }
}
