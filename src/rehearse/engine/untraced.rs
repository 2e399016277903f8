//! Reading on the connection of the migration without a trace, and whether it is writing.
//!
//! The pseudo-random state is saved and restored (`SQLITE_TESTCTRL_PRNG_SAVE`); the clock is frozen,
//! and a SELECT leaves `changes()`, `total_changes()` and `last_insert_rowid()` alone.
#![expect(
    unsafe_code,
    reason = "the pseudo-random state is reached through sqlite3_test_control only"
)]

use rusqlite::{Connection, ffi};
use std::ffi::c_int;

/// Reads, and leaves the pseudo-random numbers that the migration gets as they were.
pub(crate) fn untraced<T>(read: impl FnOnce() -> T) -> T {
    random_state(ffi::SQLITE_TESTCTRL_PRNG_SAVE);
    let read = read();
    random_state(ffi::SQLITE_TESTCTRL_PRNG_RESTORE);
    read
}

fn random_state(operation: c_int) {
    // SAFETY: both operations take no argument and only copy the engine's generator state.
    unsafe { ffi::sqlite3_test_control(operation) };
}

/// Whether a connection has uncommitted writes to the main database, which no other connection sees.
pub(crate) fn is_writing(conn: &Connection) -> bool {
    // SAFETY: the handle is valid while `conn` lives; the name is NUL-terminated.
    unsafe { ffi::sqlite3_txn_state(conn.handle(), c"main".as_ptr()) == ffi::SQLITE_TXN_WRITE }
}
