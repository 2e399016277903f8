//! The frozen clock: `now` stands still for a whole rehearsal, so that a preview and its statement see the same moment.
//!
//! SQLite takes the time from its VFS (<https://sqlite.org/c3ref/vfs.html>): this one is the default VFS with the two time
//! methods replaced.
#![expect(unsafe_code, reason = "a VFS is a C structure of function pointers")]

use rusqlite::ffi;
use std::ffi::{CString, c_int};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The Unix epoch in milliseconds of the Julian calendar, as SQLite counts.
const JULIAN_OFFSET_MS: i64 = 210_866_760_000_000;

/// A VFS whose clock stands still. Every connection opened through it must be closed before it is dropped.
#[derive(Debug)]
pub struct FrozenClock {
    vfs: *mut Frozen,
    name: CString,
}

#[repr(C)]
struct Frozen {
    base: ffi::sqlite3_vfs,
    julian_ms: i64,
}

impl FrozenClock {
    /// Registers a VFS that says it is `unix_ms` milliseconds after 1970.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn at(unix_ms: i64) -> rusqlite::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = CString::new(format!("harness-frozen-{}", COUNT.fetch_add(1, Ordering::Relaxed))).unwrap_or_default();
        // SAFETY: the default VFS is found once the engine is initialised and lives as long as the process; its copy only
        // differs in name and clock, and its methods never write to the structure they are called with.
        let (vfs, code) = unsafe {
            ffi::sqlite3_initialize();
            let default = ffi::sqlite3_vfs_find(ptr::null());
            if default.is_null() {
                return Err(failure(ffi::SQLITE_ERROR));
            }
            let mut base = ptr::read(default);
            base.zName = name.as_ptr();
            base.pNext = ptr::null_mut();
            base.xCurrentTime = Some(current_time);
            base.xCurrentTimeInt64 = Some(current_time_ms);
            let vfs = Box::into_raw(Box::new(Frozen { base, julian_ms: unix_ms + JULIAN_OFFSET_MS }));
            (vfs, ffi::sqlite3_vfs_register(vfs.cast(), 0))
        };
        let clock = Self { vfs, name };
        if code == ffi::SQLITE_OK { Ok(clock) } else { Err(failure(code)) }
    }

    /// The name to open connections with.
    pub fn vfs_name(&self) -> &str {
        self.name.to_str().unwrap_or_default()
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

fn failure(code: c_int) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("the frozen clock cannot be registered".to_owned()))
}

unsafe extern "C" fn current_time_ms(vfs: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: the engine passes the structure registered in `at`, which starts a `Frozen`, and a place for the result.
    unsafe { *out = (*vfs.cast::<Frozen>()).julian_ms };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: as above.
    #[expect(clippy::cast_precision_loss, reason = "this older method gives days as a float")]
    unsafe {
        *out = (*vfs.cast::<Frozen>()).julian_ms as f64 / 86_400_000.0;
    }
    ffi::SQLITE_OK
}
