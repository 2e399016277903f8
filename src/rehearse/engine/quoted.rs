//! Double-quoted names that fit no column, which SQLite takes for strings unless that quirk is
//! switched off (<https://sqlite.org/quirks.html#dblquote>).

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// Does `work` while `quirk`, `DQS_DML` or `DQS_DDL`, is switched off.
///
/// # Errors
/// The engine's, if the quirk cannot be switched.
pub(crate) fn without_quoted_strings<T>(
    conn: &Connection,
    quirk: DbConfig,
    work: impl FnOnce() -> T,
) -> rusqlite::Result<T> {
    conn.set_db_config(quirk, false)?;
    let done = work();
    conn.set_db_config(quirk, true)?;
    Ok(done)
}
