//! What the engine's own check says of the storage of a virtual table
//! (<https://sqlite.org/vtab.html#the_xintegrity_method>). It writes nothing.

use crate::rehearse::fault::{is_environment, is_environment_of_module};
use crate::sql::{ident, message};
use rusqlite::{Connection, ErrorCode};

/// What is wrong with the storage of a virtual table; `None` if nothing is, or its module checks
/// nothing.
///
/// # Errors
/// The engine's, if they are not about the table.
pub fn module_fault(conn: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    match check(conn, table) {
        Err(e) if !is_environment_of_module(&e) => Ok(Some(message(&e))),
        said => said,
    }
}

fn check(conn: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let sql = format!("PRAGMA main.integrity_check({})", ident::quote(table));
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.raw_query();
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let said: String = row.get(0)?;
    Ok((said != "ok").then_some(said))
}

/// What is wrong with an FTS5 index beside its content, which is elsewhere; `None` if nothing is. To
/// the engine it is a write (<https://sqlite.org/fts5.html#the_integrity_check_command>), so the
/// connection is to a fork.
///
/// # Errors
/// The engine's, if they are not about the index.
pub fn content_fault(fork: &Connection, index: &str) -> rusqlite::Result<Option<String>> {
    let (table, own) = (ident::qualified("main", index), ident::quote(index));
    let sql = format!("INSERT INTO {table}({own}, rank) VALUES ('integrity-check', 1)");
    match fork.execute(&sql, []) {
        Ok(_) => Ok(None),
        Err(e) if is_environment_of_module(&e) => Err(e),
        Err(e) => Ok(Some(message(&e))),
    }
}

/// Whether an error on a connection is about the machine or the file rather than about the
/// statement, or the storage of a virtual table that it used.
pub(crate) fn is_environment_on(conn: &Connection, error: &rusqlite::Error) -> bool {
    is_environment(error)
        && !(error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
            && has_module_fault(conn).unwrap_or_default())
}

fn has_module_fault(conn: &Connection) -> rusqlite::Result<bool> {
    // Virtual tables alone have no root page.
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage = 0";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if module_fault(conn, &row.get::<_, String>(0)?)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
