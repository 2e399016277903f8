//! Removing what dead runs left: their private folders, and the files that they staged beside their
//! targets.
//!
//! A folder is a dead run's only if it is a real directory of this user with mode 0700 that holds a
//! claim of this boot, and the lock of the claim can be taken. Whatever is not known to be that is
//! left alone: a folder without a lock may be a run that is just beginning. Neither process ids nor
//! ages say anything. All of it is by file descriptors, so that no name is looked up twice, and no
//! link is followed. What goes wrong here concerns nobody.

use super::claim::{self, FOLDER, LOCK};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::fs::{fstat, fstatfs, open, openat, statat, unlinkat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a run does this at most.
const BUDGET: Duration = Duration::from_secs(1);

/// Folders within folders that are looked into at most.
const DEPTH: usize = 16;

/// File systems of this machine on which a lock is one (`statfs(2)`): btrfs, ext, f2fs, overlay,
/// ramfs, tmpfs, XFS, ZFS.
const LOCAL: [u64; 8] = [
    0x9123_683e,
    0xef53,
    0xf2f5_2010,
    0x794c_7630,
    0x8584_58f6,
    0x0102_1994,
    0x5846_5342,
    0x2fc1_2fc1,
];

/// A folder of a dead run, with its lock.
struct DeadRun {
    folder: OwnedFd,
    /// held, so that no other run removes it at the same time
    _lock: File,
    staged: Vec<PathBuf>,
}

/// Removes what dead runs left in the folder for temporary files.
pub(super) fn sweep(temporary: &Path) {
    let deadline = Instant::now() + BUDGET;
    // What cannot be removed now is for the next run.
    let _ = sweep_until(temporary, deadline);
}

fn sweep_until(temporary: &Path, deadline: Instant) -> Result<(), Errno> {
    let parent = open(temporary, ABOVE, Mode::empty())?;
    for entry in Dir::read_from(&parent)? {
        in_time(deadline)?;
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        let is_named = name.as_bytes().starts_with(FOLDER.as_bytes());
        if is_named && let Some(dead) = DeadRun::find(parent.as_fd(), name) {
            // Another one may be easier to remove.
            let _ = dead.remove(parent.as_fd(), name, deadline);
        }
    }
    Ok(())
}

/// A folder that the user or a run named.
const ABOVE: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// A folder that is no link.
const DIRECTORY: OFlags = ABOVE.union(OFlags::NOFOLLOW);

/// A file that is no link; a pipe would be waited for.
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

fn in_time(deadline: Instant) -> Result<(), Errno> {
    if Instant::now() < deadline {
        Ok(())
    } else {
        Err(Errno::TIMEDOUT)
    }
}

fn is_own(stat: &Stat, of: FileType) -> bool {
    FileType::from_raw_mode(stat.st_mode) == of
        && stat.st_uid == rustix::process::geteuid().as_raw()
}

impl DeadRun {
    /// The dead run of a folder, if it is one's.
    fn find(parent: BorrowedFd<'_>, name: &OsStr) -> Option<Self> {
        let folder = openat(parent, name, DIRECTORY, Mode::empty()).ok()?;
        let stat = fstat(&folder).ok()?;
        let is_private = is_own(&stat, FileType::Directory) && stat.st_mode & 0o7777 == 0o700;
        let kind = fstatfs(&folder).ok()?.f_type;
        let is_local = LOCAL.iter().any(|local| u64::try_from(kind) == Ok(*local));
        if !is_private || !is_local {
            return None;
        }
        let lock = openat(&folder, LOCK, FILE, Mode::empty()).ok()?;
        let stat = fstat(&lock).ok()?;
        if !is_own(&stat, FileType::RegularFile) {
            return None;
        }
        let lock = File::from(lock);
        lock.try_lock().ok()?;
        let staged = claim::staged_by(&lock, name)?;
        Some(Self {
            folder,
            _lock: lock,
            staged,
        })
    }

    /// Removes its staged files, then all that is in the folder, the claim last, then the folder.
    fn remove(&self, parent: BorrowedFd<'_>, name: &OsStr, deadline: Instant) -> Result<(), Errno> {
        for path in &self.staged {
            unstage(path);
        }
        let folder = self.folder.as_fd();
        empty(folder, Some(LOCK), deadline, DEPTH)?;
        unlinkat(folder, LOCK, AtFlags::empty())?;
        unlinkat(parent, name, AtFlags::REMOVEDIR)
    }
}

/// Removes a staged file, if it is there and a file of this user.
fn unstage(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let Ok(folder) = open(folder, ABOVE, Mode::empty()) else {
        return;
    };
    let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW);
    if stat.is_ok_and(|stat| is_own(&stat, FileType::RegularFile)) {
        // The folder may be read-only by now.
        let _ = unlinkat(&folder, name, AtFlags::empty());
    }
}

/// Removes everything in a folder, but for one file.
fn empty(
    folder: BorrowedFd<'_>,
    kept: Option<&str>,
    deadline: Instant,
    depth: usize,
) -> Result<(), Errno> {
    for entry in Dir::read_from(folder)? {
        in_time(deadline)?;
        let entry = entry?;
        let name = entry.file_name();
        let is_kept = kept.is_some_and(|kept| name.to_bytes() == kept.as_bytes());
        if is_kept || [&b"."[..], b".."].contains(&name.to_bytes()) {
            continue;
        }
        match unlinkat(folder, name, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) if depth > 0 => {
                let inner = openat(folder, name, DIRECTORY, Mode::empty())?;
                empty(inner.as_fd(), None, deadline, depth - 1)?;
                unlinkat(folder, name, AtFlags::REMOVEDIR)?;
            }
            removed => removed?,
        }
    }
    Ok(())
}
