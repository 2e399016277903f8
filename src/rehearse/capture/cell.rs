//! A cell in the memory of the engine, as the pre-update hook shows it
//! (<https://sqlite.org/c3ref/value_blob.html>).
#![expect(unsafe_code, reason = "values of the hook are C")]

use super::images::{held, stored};
use crate::sql::Affinity;
use crate::sql::value::same;
use rusqlite::ffi;
use rusqlite::types::ValueRef;

/// Whether an update left a column as it was; `None` where that is not certain. Most columns stay,
/// and most are integers or NULL.
///
/// # Safety
/// Both values must be valid.
#[inline]
pub(crate) unsafe fn stays(
    affinity: Affinity,
    old: *mut ffi::sqlite3_value,
    new: *mut ffi::sqlite3_value,
) -> Option<bool> {
    // SAFETY: by contract.
    unsafe {
        match (ffi::sqlite3_value_type(old), ffi::sqlite3_value_type(new)) {
            (ffi::SQLITE_NULL, ffi::SQLITE_NULL) => Some(true),
            (ffi::SQLITE_INTEGER, ffi::SQLITE_INTEGER)
                if matches!(affinity, Affinity::Integer | Affinity::Numeric) =>
            {
                Some(ffi::sqlite3_value_int64(old) == ffi::sqlite3_value_int64(new))
            }
            _ => {
                let old = held(affinity, borrowed(old))?;
                Some(same(old, stored(affinity, borrowed(new))?))
            }
        }
    }
}

/// A value of the engine as one of Rust, in the memory of the engine.
///
/// # Safety
/// The value must be valid, and live as long as what is returned.
pub(super) unsafe fn borrowed<'a>(value: *mut ffi::sqlite3_value) -> ValueRef<'a> {
    // SAFETY: by contract.
    unsafe {
        let bytes = |start: *const u8| {
            let len = usize::try_from(ffi::sqlite3_value_bytes(value)).unwrap_or_default();
            if start.is_null() || len == 0 {
                &[][..]
            } else {
                std::slice::from_raw_parts(start, len)
            }
        };
        match ffi::sqlite3_value_type(value) {
            ffi::SQLITE_INTEGER => ValueRef::Integer(ffi::sqlite3_value_int64(value)),
            ffi::SQLITE_FLOAT => ValueRef::Real(ffi::sqlite3_value_double(value)),
            ffi::SQLITE_TEXT => ValueRef::Text(bytes(ffi::sqlite3_value_text(value))),
            ffi::SQLITE_BLOB => ValueRef::Blob(bytes(ffi::sqlite3_value_blob(value).cast())),
            _ => ValueRef::Null,
        }
    }
}
