//! The VFS of a rehearsal: `now` is the same throughout, so that a preview and its statement see
//! the same moment; no database outside the workspace is opened; and the main file of the clone is
//! the file of the snapshot, read-only.
//!
//! SQLite takes the time and its files from its VFS (<https://sqlite.org/c3ref/vfs.html>). This is
//! the default VFS with the two time methods and the naming, opening and deleting of files replaced.
//! For a file that the migration may name it opens a private one, from the full name on, so that the
//! journals are private too.
#![expect(unsafe_code, reason = "a VFS is a C structure of function pointers")]

mod answer;
mod disk;
mod main_file;
mod redirects;
mod source;
mod wal_index;

pub(super) use main_file::{MainFile, ToldMode};
pub use redirects::{Redirect, redirects};

use crate::files;
use disk::Disk;
use main_file::Handle;
use rusqlite::{Connection, ffi};
use std::ffi::{CStr, CString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The Unix epoch in milliseconds of the Julian calendar, as SQLite counts.
const JULIAN_OFFSET_MS: i64 = 210_866_760_000_000;

/// What the names of frozen clocks begin with, a number behind it.
const NAME: &str = "harness-frozen-";

/// The most bytes of a file name in the workspace, with what the engine appends.
const ROOM: usize = 40;

/// A VFS with a frozen clock, which opens nothing outside its workspace. Every connection opened
/// through it must be closed before it is dropped.
#[derive(Debug)]
pub struct FrozenClock {
    vfs: *mut Frozen,
    name: CString,
}

#[repr(C)]
struct Frozen {
    base: ffi::sqlite3_vfs,
    default: &'static ffi::sqlite3_vfs,
    julian_ms: i64,
    workspace: PathBuf,
    redirects: Vec<Redirect>,
    /// the main files of the clone and of its forks, each with the path in the workspace at which it
    /// is opened
    main: Mutex<Vec<(PathBuf, Arc<MainFile>)>>,
    /// the names of files that the engine leaves nameless; an open file may refer to its name
    temporary: Mutex<Vec<CString>>,
    disk: Disk,
}

impl FrozenClock {
    /// Registers a VFS whose time is always `unix_ms` milliseconds after 1970, and which opens the
    /// databases of `workspace`, where `redirects` lead.
    ///
    /// # Errors
    /// When the engine does not take it, or the path of the workspace is longer than the engine
    /// takes.
    pub fn at(unix_ms: i64, workspace: &Path, redirects: Vec<Redirect>) -> rusqlite::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{NAME}{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let name = CString::new(name).unwrap_or_default();
        let workspace = files::resolved(workspace);
        // SAFETY: the default VFS exists once the engine is initialised, and lives as long as the
        // process.
        let default = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(ptr::null()).as_ref()
        };
        let default = default.ok_or_else(|| failure(ffi::SQLITE_ERROR))?;
        refuse_long(&workspace, default.mxPathname)?;
        let frozen = Frozen {
            base: frozen_vfs(default, &name),
            default,
            julian_ms: unix_ms + JULIAN_OFFSET_MS,
            workspace,
            redirects,
            main: Mutex::default(),
            temporary: Mutex::default(),
            disk: Disk::default(),
        };
        let vfs = Box::into_raw(Box::new(frozen));
        let clock = Self { vfs, name };
        // SAFETY: the structure and its name live as long as the clock, which unregisters it; the
        // methods of the default VFS never write to the structure they are called with.
        match unsafe { ffi::sqlite3_vfs_register(vfs.cast(), 0) } {
            ffi::SQLITE_OK => Ok(clock),
            code => Err(failure(code)),
        }
    }

    /// Serves `main` at `path`, a file of the workspace.
    pub(super) fn serve(&self, path: &Path, main: Arc<MainFile>) {
        // SAFETY: from a box in `at`, which lives as long as this.
        let frozen = unsafe { &*self.vfs };
        let path = files::resolved(path);
        let mut served = locked(&frozen.main);
        served.retain(|(other, _)| *other != path);
        served.push((path, main));
    }

    /// The name to open connections with.
    pub fn vfs_name(&self) -> &str {
        self.name.to_str().unwrap_or_default()
    }
}

/// Whether a write through the VFS of `conn` found no room on the disk; true for a connection
/// without a frozen clock.
pub(super) fn is_disk_full(conn: &Connection) -> bool {
    let mut vfs: *mut ffi::sqlite3_vfs = ptr::null_mut();
    // SAFETY: the handle is open as long as `conn` is; this operation gives the VFS of the
    // database, which outlives it, and a VFS of this name starts a `Frozen`.
    unsafe {
        ffi::sqlite3_file_control(
            conn.handle(),
            c"main".as_ptr(),
            ffi::SQLITE_FCNTL_VFS_POINTER,
            (&raw mut vfs).cast(),
        );
        let is_frozen = vfs.as_ref().is_some_and(|vfs| {
            CStr::from_ptr(vfs.zName)
                .to_bytes()
                .starts_with(NAME.as_bytes())
        });
        !is_frozen || (*vfs.cast::<Frozen>()).disk.is_full()
    }
}

impl Drop for FrozenClock {
    fn drop(&mut self) {
        // SAFETY: registered from a box in `at`, and by contract no connection uses it any more.
        unsafe {
            ffi::sqlite3_vfs_unregister(self.vfs.cast());
            drop(Box::from_raw(self.vfs));
        }
    }
}

unsafe extern "C" fn full_name(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    size: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: as in `open`; the private name is NUL-terminated too.
    unsafe {
        let frozen = &*vfs.cast::<Frozen>();
        let spelled = CStr::from_ptr(name).to_string_lossy();
        let mut redirects = frozen.redirects.iter();
        let redirect = redirects.find(|redirect| redirect.spelled == spelled);
        let private = redirect.and_then(|redirect| c_path(&redirect.target));
        let name = private.as_ref().map_or(name, |private| private.as_ptr());
        let full_name = frozen.default.xFullPathname;
        full_name.map_or(ffi::SQLITE_CANTOPEN, |full| full(vfs, name, size, out))
    }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as in `current_time_ms`; a name is NUL-terminated, and a file that is not opened must
    // have no methods.
    unsafe {
        let frozen = &*vfs.cast::<Frozen>();
        (*file).pMethods = ptr::null();
        let (mut name, mut flags) = (name, flags);
        if name.is_null() {
            let Some(temporary) = frozen.temporary_name() else {
                return ffi::SQLITE_CANTOPEN;
            };
            (name, flags) = (temporary, flags | ffi::SQLITE_OPEN_DELETEONCLOSE);
        } else if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 {
            // Journals and temporary files follow their database.
            let path = path_of(CStr::from_ptr(name));
            if !path.starts_with(&frozen.workspace) {
                return ffi::SQLITE_CANTOPEN;
            }
            if let Some(main) = frozen.main_at(&path) {
                Handle::write_to(file, main);
                if let Some(out) = out.as_mut() {
                    *out = flags;
                }
                return ffi::SQLITE_OK;
            }
            if frozen.is_copy(&path) {
                flags &= !(ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE);
                flags |= ffi::SQLITE_OPEN_READONLY;
            }
        }
        let open = frozen.default.xOpen;
        let code = open.map_or(ffi::SQLITE_CANTOPEN, |open| {
            open(vfs, name, file, flags, out)
        });
        frozen.disk.watch(file);
        code
    }
}

impl Frozen {
    /// A name for a temporary table, sorter or journal of one connection, deleted when it is closed.
    /// The default VFS would take a folder of its own choice
    /// (<https://sqlite.org/tempfiles.html#temporary_file_storage_locations>).
    fn temporary_name(&self) -> Option<*const c_char> {
        let mut names = locked(&self.temporary);
        let path = self.workspace.join(format!("temporary-{}", names.len()));
        names.push(c_path(&path)?);
        // The text stays where it is when the list grows.
        names.last().map(|name| name.as_ptr())
    }

    /// The main file of the clone that is opened at this path, if one is.
    fn main_at(&self, path: &Path) -> Option<Arc<MainFile>> {
        let served = locked(&self.main);
        let (_, main) = served.iter().find(|(served, _)| served == path)?;
        Some(Arc::clone(main))
    }

    /// Whether a file is a copy that may only be read.
    fn is_copy(&self, path: &Path) -> bool {
        let is_it = |copy: &Redirect| copy.target.file_name() == path.file_name();
        let mut redirects = self.redirects.iter();
        redirects.any(|redirect| redirect.read_only && is_it(redirect))
    }
}

/// Deletes files of the workspace only: a hot journal that is rolled back may name a file beside the
/// snapshot.
unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: as in `open`.
    unsafe {
        let frozen = &*vfs.cast::<Frozen>();
        let path = path_of(CStr::from_ptr(name));
        let delete = frozen.default.xDelete;
        let delete = delete.filter(|_| path.starts_with(&frozen.workspace));
        delete.map_or(ffi::SQLITE_OK, |delete| delete(vfs, name, sync))
    }
}

/// What a mutex guards, whether or not another thread panicked with it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path as a name for the engine; `None` for a path with a NUL.
fn c_path(path: &Path) -> Option<CString> {
    CString::new(path.as_os_str().as_encoded_bytes()).ok()
}

/// The path of a name of the engine: on Unix any bytes, elsewhere UTF-8.
fn path_of(name: &CStr) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(
        <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name.to_bytes()),
    );
    #[cfg(not(unix))]
    return PathBuf::from(name.to_string_lossy().into_owned());
}

/// Refuses a workspace whose path leaves no room for the names of files in it, which the engine
/// would not open without saying why.
fn refuse_long(workspace: &Path, longest: c_int) -> rusqlite::Result<()> {
    let taken = workspace.as_os_str().len() + ROOM;
    if usize::try_from(longest).is_ok_and(|longest| taken <= longest) {
        return Ok(());
    }
    let message = format!(
        "the path of the private folder {} is too long: with the files in it {taken} bytes, \
        and SQLite takes {longest}; name a shorter temporary folder",
        workspace.display()
    );
    Err(rusqlite::Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_CANTOPEN),
        Some(message),
    ))
}

/// A copy of the default VFS with another name, a frozen clock, own methods for the names of files
/// and room for a [`Handle`].
fn frozen_vfs(default: &ffi::sqlite3_vfs, name: &CStr) -> ffi::sqlite3_vfs {
    let handle = c_int::try_from(size_of::<Handle>()).unwrap_or(c_int::MAX);
    ffi::sqlite3_vfs {
        zName: name.as_ptr(),
        pNext: ptr::null_mut(),
        xOpen: Some(open),
        xFullPathname: Some(full_name),
        xDelete: Some(delete),
        xCurrentTime: Some(current_time),
        xCurrentTimeInt64: Some(current_time_ms),
        szOsFile: default.szOsFile.max(handle),
        ..*default
    }
}

fn failure(code: c_int) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        ffi::Error::new(code),
        Some("the frozen clock cannot be registered".to_owned()),
    )
}

unsafe extern "C" fn current_time_ms(
    vfs: *mut ffi::sqlite3_vfs,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: the engine passes the structure registered in `at`, which starts a `Frozen`, and a
    // place for the result.
    unsafe { *out = (*vfs.cast::<Frozen>()).julian_ms };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: as above.
    #[expect(
        clippy::cast_precision_loss,
        reason = "this older method gives days as a float"
    )]
    unsafe {
        *out = (*vfs.cast::<Frozen>()).julian_ms as f64 / 86_400_000.0;
    }
    ffi::SQLITE_OK
}
