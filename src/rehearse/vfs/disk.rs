//! Whether a write to a file of the workspace found no room on the disk, which the code of the
//! engine does not say.
//!
//! `SQLITE_FULL` means a disk without room or a database without it: no page below
//! `max_page_count`, no rowid left (<https://sqlite.org/rescode.html#full>). Only the former comes
//! from the method that writes to a file, so that method is watched; the others are those of the
//! default VFS.
#![expect(unsafe_code, reason = "the methods of a file are C function pointers")]

use super::locked;
use rusqlite::ffi;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

type WriteMethod = unsafe extern "C" fn(*mut ffi::sqlite3_file, *const c_void, c_int, i64) -> c_int;

/// Whether a write was refused so far, and the methods that find out, to which open files refer.
#[derive(Debug, Default)]
pub(super) struct Disk {
    is_full: Arc<AtomicBool>,
    methods: Mutex<Vec<WatchedFiles>>,
}

/// The methods of some files, and those that replace them.
#[derive(Debug)]
struct WatchedFiles {
    original: *const ffi::sqlite3_io_methods,
    instead: *mut Methods,
}

#[repr(C)]
struct Methods {
    base: ffi::sqlite3_io_methods,
    write: WriteMethod,
    is_full: Arc<AtomicBool>,
}

impl Drop for WatchedFiles {
    fn drop(&mut self) {
        // SAFETY: from `Box::into_raw`, and no file is left that could use it.
        drop(unsafe { Box::from_raw(self.instead) });
    }
}

impl Disk {
    /// Whether a write has found no room.
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Watches what is written to `file`.
    ///
    /// # Safety
    /// The default VFS has opened it, and it is closed before this is dropped.
    pub(super) unsafe fn watch(&self, file: *mut ffi::sqlite3_file) {
        // SAFETY: the methods of an open file live as long as the process; those instead of them as
        // long as this.
        unsafe {
            let original = (*file).pMethods;
            let Some(write) = original.as_ref().and_then(|methods| methods.xWrite) else {
                return;
            };
            let mut all = locked(&self.methods);
            let is_known = |watched: &&WatchedFiles| ptr::eq(watched.original, original);
            let known = all.iter().find(is_known).map(|watched| watched.instead);
            let instead = known.unwrap_or_else(|| {
                let instead = Box::into_raw(Box::new(Methods {
                    base: ffi::sqlite3_io_methods {
                        xWrite: Some(watched_write),
                        ..*original
                    },
                    write,
                    is_full: Arc::clone(&self.is_full),
                }));
                all.push(WatchedFiles { original, instead });
                instead
            });
            (*file).pMethods = instead.cast();
        }
    }
}

unsafe extern "C" fn watched_write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: a file with this method has the methods of `watch`, which start a `Methods`.
    unsafe {
        let methods = &*(*file).pMethods.cast::<Methods>();
        let code = (methods.write)(file, bytes, amount, offset);
        if code & 0xff == ffi::SQLITE_FULL {
            methods.is_full.store(true, Ordering::Relaxed);
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FrozenClock, is_disk_full};
    use super::*;
    use rusqlite::{Connection, ErrorCode};

    unsafe extern "C" fn no_room(
        _: *mut ffi::sqlite3_file,
        _: *const c_void,
        _: c_int,
        _: i64,
    ) -> c_int {
        ffi::SQLITE_FULL
    }

    #[test]
    fn a_database_without_room_is_told_from_a_disk_without_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = FrozenClock::at(0, folder.path(), Vec::new()).expect("a clock");
        let path = folder.path().canonicalize().expect("a path").join("x.db");
        let conn = Connection::open_with_flags_and_vfs(
            path,
            rusqlite::OpenFlags::default(),
            clock.vfs_name(),
        )
        .expect("opens");
        let fill = || {
            conn.execute_batch("INSERT INTO t VALUES (zeroblob(100000))")
                .expect_err("no room")
                .sqlite_error_code()
        };
        conn.execute_batch("PRAGMA max_page_count = 10; CREATE TABLE t(x)")
            .expect("runs");
        assert_eq!(
            (fill(), is_disk_full(&conn)),
            (Some(ErrorCode::DiskFull), false)
        );
        conn.execute_batch("PRAGMA max_page_count = 100000")
            .expect("runs");
        // SAFETY: the clock lives, and no file is written to meanwhile.
        unsafe {
            (*clock.vfs)
                .disk
                .methods
                .lock()
                .expect("methods")
                .iter()
                .for_each(|watched| (*watched.instead).write = no_room);
        };
        assert_eq!(
            (fill(), is_disk_full(&conn)),
            (Some(ErrorCode::DiskFull), true)
        );
        drop(conn);
    }
}
