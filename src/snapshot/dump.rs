//! Loading an SQL dump into a private database, statement by statement.
//!
//! Handing a whole dump to one `sqlite3_exec` is quadratic in its length: each prepare copies the text that is left.

use super::SnapshotError;
use super::guard::{self, Purpose};
use crate::sql::span::LineCursor;
use crate::sql::{Position, message, split};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Loads the dump at `path` into a new database `target`; `shown` names it in messages.
pub(super) fn load(path: &Path, target: &Path, shown: &str) -> Result<PathBuf, SnapshotError> {
    let unusable = |reason: String| SnapshotError::Unusable { path: shown.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|e| unusable(format!("cannot be read: {e}")))?;
    let text =
        String::from_utf8(bytes).map_err(|e| unusable(format!("is no SQL dump: byte {} is not UTF-8", e.utf8_error().valid_up_to())))?;
    let conn = open(target).map_err(|e| unusable(format!("cannot be loaded into {}: {e}", target.display())))?;
    run(&conn, &text, shown)?;
    let tables: i64 = conn
        .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0))
        .map_err(|e| unusable(format!("cannot be read after loading: {e}")))?;
    if tables == 0 {
        return Err(unusable("creates no table: neither an SQLite database nor an SQL dump of one".to_owned()));
    }
    conn.close().map_err(|(_, e)| unusable(format!("cannot be loaded: {e}")))?;
    Ok(target.to_owned())
}

/// A private database where durability costs nothing: if the load fails, the file is thrown away.
fn open(target: &Path) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open(target)?;
    guard::install(&mut conn, Purpose::Dump)?;
    conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")?;
    Ok(conn)
}

fn run(conn: &Connection, text: &str, shown: &str) -> Result<(), SnapshotError> {
    let mut lines = LineCursor::new(text);
    let mut ours = false;
    for span in split::statements(text) {
        let sql = span.of(text);
        let line = lines.line_of(span.start);
        step(conn, sql, &mut ours).map_err(|e| {
            let message = if line_is_first(text, span.start) {
                format!("neither an SQLite database nor an SQL dump: {}", message(&e))
            } else {
                message(&e)
            };
            SnapshotError::Dump { path: shown.to_owned(), line, message }
        })?;
    }
    let end = |message: String| SnapshotError::Dump { path: shown.to_owned(), line: Position::at(text, text.len()).line, message };
    if ours {
        return conn.execute_batch("COMMIT").map_err(|e| end(message(&e)));
    }
    if conn.is_autocommit() { Ok(()) } else { Err(end("the dump ends inside a transaction: it is truncated".to_owned())) }
}

/// Whether nothing but blanks and comments stands before `offset`.
fn line_is_first(text: &str, offset: usize) -> bool {
    split::statements(text).next().is_some_and(|first| first.start == offset)
}

/// Runs one statement; outside the dump's own transaction, rows are loaded in one of ours, or each would cost a commit.
fn step(conn: &Connection, sql: &str, ours: &mut bool) -> rusqlite::Result<()> {
    let is_row = sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("INSERT"));
    if is_row && conn.is_autocommit() {
        conn.execute_batch("BEGIN")?;
        *ours = true;
    } else if !is_row && *ours {
        conn.execute_batch("COMMIT")?;
        *ours = false;
    }
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(())
}
