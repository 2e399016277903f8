//! Running a statement given as bytes: a dump may hold text that is not UTF-8, which only the
//! engine's own interface takes.
#![expect(unsafe_code, reason = "rusqlite takes statements as UTF-8 only")]

use rusqlite::{Connection, ffi};
use std::ffi::CStr;
use std::ptr;

/// Runs one statement to its end; its rows are not kept.
///
/// <https://sqlite.org/c3ref/exec.html>. Names in it must be UTF-8: rusqlite hands them to the
/// guard as such.
pub(super) fn execute(conn: &Connection, sql: &CStr) -> rusqlite::Result<()> {
    // SAFETY: the handle is open as long as `conn` is, which this thread alone uses; `sql` ends
    // with a NUL, and no callback is given.
    let (code, message) = unsafe {
        let db = conn.handle();
        let code = ffi::sqlite3_exec(db, sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut());
        if code == ffi::SQLITE_OK {
            return Ok(());
        }
        (
            code,
            CStr::from_ptr(ffi::sqlite3_errmsg(db))
                .to_string_lossy()
                .into_owned(),
        )
    };
    Err(rusqlite::Error::SqliteFailure(
        ffi::Error::new(code),
        Some(message),
    ))
}
