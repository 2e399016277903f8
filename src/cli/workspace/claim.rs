//! The claim of a run on its private folder: a lock that ends with the process, on a file that says
//! whose the folder is and which files of the run are elsewhere. By it a later run tells a dead
//! run's folder from anything else.
//!
//! Linux alone: elsewhere nothing names the boot, and no folder is claimed or removed.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// What the name of a private folder begins with.
pub(super) const FOLDER: &str = "harness-";

/// What the name of a staged file begins with; that of the folder's own end is behind it.
pub(super) const STAGED: &str = ".harness-report-";

/// The file in a private folder that is locked.
pub(super) const LOCK: &str = "harness.lock";

/// What such a file begins with.
const MARK: &str = "private folder of harness";

/// More than such a file holds.
const MOST: u64 = 1 << 20;

/// The claim of this run. The lock is held until the process ends.
pub(super) struct FolderClaim {
    /// the end of the folder's name, which no other folder has
    token: String,
    /// the locked file, and how many staged files it names
    file: Mutex<(File, usize)>,
}

impl FolderClaim {
    /// Locks a file in the folder, and then says in it whose the folder is. None where that cannot
    /// be done: such a folder is left alone.
    pub(super) fn take(folder: &Path) -> Option<Self> {
        let boot = boot()?;
        let name = folder.file_name()?.to_str()?;
        let token = name.strip_prefix(FOLDER)?.to_owned();
        let mut file = File::create_new(folder.join(LOCK)).ok()?;
        // Somebody may be looking whether it is locked.
        let mut tries = 0..20;
        while file.try_lock().is_err() {
            tries.next()?;
            thread::sleep(Duration::from_millis(10));
        }
        file.write_all(format!("{MARK}\0{boot}\0").as_bytes())
            .ok()?;
        Some(Self {
            token,
            file: Mutex::new((file, 0)),
        })
    }

    /// A name for a file beside `target`, which is noted first: if the run dies, the file is removed
    /// with the folder.
    pub(super) fn stage(&self, target: &Path) -> io::Result<String> {
        let mut held = self
            .file
            .lock()
            .map_err(|e| io::Error::other(e.to_string()))?;
        let (file, staged) = &mut *held;
        *staged += 1;
        let name = format!("{STAGED}{}-{staged}", self.token);
        let path = std::path::absolute(target)?.with_file_name(&name);
        let mut note = path.into_os_string().into_encoded_bytes();
        note.push(0);
        file.write_all(&note)?;
        Ok(name)
    }
}

/// The staged files that the claim of a dead run names; none where it is no claim of this boot. The
/// caller holds its lock.
pub(super) fn staged_by(file: &File, folder: &OsStr) -> Option<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    let read = file.take(MOST).read_to_end(&mut bytes);
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == 0)
        .filter(|_| read.is_ok())?;
    let mut fields = bytes[..whole].split(|byte| *byte == 0);
    let is = |field: Option<&[u8]>, text: &str| field == Some(text.as_bytes());
    if !is(fields.next(), MARK) || !is(fields.next(), &boot()?) {
        return None;
    }
    let own = format!("{STAGED}{}-", folder.to_str()?.strip_prefix(FOLDER)?);
    let is_own = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str);
        path.is_absolute() && name.is_some_and(|name| name.starts_with(&own))
    };
    Some(fields.map(path_of).filter(is_own).collect())
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The boot of this machine. Locks that were held in an earlier one, or on another machine that has
/// the folder too, say nothing.
fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let id = id.trim();
    (!id.is_empty()).then(|| id.to_owned())
}
