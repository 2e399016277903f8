//! Loading an SQL dump into a private database, statement by statement.
//!
//! Handing a whole dump to one `sqlite3_exec` is quadratic in its length where the text is not
//! NUL-terminated, and says of no error where it is. What a dump holds:
//! <https://sqlite.org/cli.html#converting_an_entire_database_to_a_text_file>.

use super::d1::{D1Dump, DumpEnd};
use super::guard::{self, Purpose};
use super::load::LoadError;
use super::raw;
use super::statements::{DumpStatements, starts_with};
use crate::sql::{lacking, message};
use rusqlite::{Connection, ErrorCode};
use std::ffi::CStr;
use std::io::Read;
use std::path::Path;

/// Loads the dump that `input` gives into a new database `target`.
///
/// Returns what cannot be known of its end, as a sentence.
pub(super) fn load(input: &mut dyn Read, target: &Path) -> Result<Option<&'static str>, LoadError> {
    let into = format!("cannot be loaded into {}", target.display());
    let mut database = DumpedDatabase {
        conn: open(target).map_err(|e| format!("{into}: {e}"))?,
        ours: false,
        export: D1Dump::default(),
        terminated: Vec::new(),
    };
    let mut statements = DumpStatements::new(input);
    database.run(&mut statements).map_err(|fault| match fault {
        LoadFault::Io(e) => e.into(),
        LoadFault::Place(message) => format!("{into}: {message}").into(),
        LoadFault::Dump(message) => LoadError::Dump {
            line: statements.line(),
            message,
        },
    })?;
    let conn = database.conn;
    let count = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
    let tables: i64 = conn
        .query_row(count, [], |row| row.get(0))
        .map_err(|e| format!("cannot be read after loading: {e}"))?;
    if tables == 0 {
        let reason = "creates no table: neither an SQLite database nor an SQL dump of one";
        return Err(reason.to_owned().into());
    }
    let unreadable = |e| format!("cannot be read after loading: {e}");
    let doubt = match database.export.end(&conn).map_err(unreadable)? {
        DumpEnd::Whole => None,
        DumpEnd::Unknown(doubt) => Some(doubt),
        DumpEnd::Cut(why) => return Err(why.to_owned().into()),
    };
    let closed = conn.close();
    closed.map_err(|(_, e)| format!("cannot be loaded: {e}"))?;
    Ok(doubt)
}

/// Why a dump is not loaded.
pub(super) enum LoadFault {
    /// it cannot be read
    Io(std::io::Error),
    /// the place that it is loaded into fails
    Place(String),
    /// the current statement fails, or the dump itself says that it is damaged
    Dump(String),
}

impl From<rusqlite::Error> for LoadFault {
    fn from(error: rusqlite::Error) -> Self {
        let message = message(&error);
        let place = [
            ErrorCode::DiskFull,
            ErrorCode::SystemIoFailure,
            ErrorCode::OutOfMemory,
            ErrorCode::CannotOpen,
        ];
        if error
            .sqlite_error_code()
            .is_some_and(|code| place.contains(&code))
        {
            return Self::Place(message);
        }
        match lacking(&message) {
            Some(_) => Self::Dump(format!(
                "{message}: SQLite {} of harness lacks what this statement relies on",
                rusqlite::version()
            )),
            None => Self::Dump(message),
        }
    }
}

/// A private database without durability: where the load fails, the file is thrown away.
fn open(target: &Path) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open(target)?;
    guard::install(&mut conn, Purpose::Dump)?;
    conn.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;",
    )?;
    Ok(conn)
}

/// The database that a dump is loaded into.
struct DumpedDatabase {
    conn: Connection,
    /// whether a transaction is open that the dump did not begin
    ours: bool,
    export: D1Dump,
    /// the current statement with a NUL behind it
    terminated: Vec<u8>,
}

impl DumpedDatabase {
    fn run(&mut self, statements: &mut DumpStatements<'_>) -> Result<(), LoadFault> {
        let mut count = 0_u64;
        while statements.advance()? {
            self.export.take(statements.sql());
            let done = self.step(statements.sql());
            done.map_err(|fault| match fault {
                LoadFault::Dump(message) if count == 0 && is_no_sql(&message) => LoadFault::Dump(
                    format!("neither an SQLite database nor an SQL dump: {message}"),
                ),
                fault => fault,
            })?;
            count += 1;
        }
        if self.ours {
            self.conn.execute_batch("COMMIT")?;
        }
        if self.conn.is_autocommit() {
            Ok(())
        } else {
            Err(LoadFault::Dump(
                "the dump ends inside a transaction: it is truncated".to_owned(),
            ))
        }
    }

    /// Runs one statement; outside the dump's own transaction, rows are loaded in one of ours, or
    /// each would cost a commit.
    fn step(&mut self, sql: &[u8]) -> Result<(), LoadFault> {
        let is_row = starts_with(sql, "INSERT");
        if !is_row {
            fits(sql)?;
        }
        if is_row && self.conn.is_autocommit() {
            self.conn.execute_batch("BEGIN")?;
            self.ours = true;
        } else if !is_row && self.ours {
            self.conn.execute_batch("COMMIT")?;
            self.ours = false;
        }
        self.terminated.clear();
        self.terminated.extend_from_slice(sql);
        self.terminated.push(0);
        let sql = CStr::from_bytes_with_nul(&self.terminated)
            .map_err(|_| LoadFault::Dump("the statement holds a NUL byte".to_owned()))?;
        Ok(raw::execute(&self.conn, sql)?)
    }
}

/// Whether the engine cannot read a statement, rather than run it.
fn is_no_sql(message: &str) -> bool {
    message.ends_with("syntax error") || message.starts_with("unrecognized token")
}

/// Refuses what the engine would run but no dump of a sound database holds.
fn fits(sql: &[u8]) -> Result<(), LoadFault> {
    if starts_with(sql, "ROLLBACK") {
        return Err(LoadFault::Dump(
            "the dump is rolled back: a shell ends one so where it could not read the database"
                .to_owned(),
        ));
    }
    if sql.starts_with(b".") {
        return Err(LoadFault::Dump(
            "a command of the sqlite3 shell is no SQL: take its line out of the dump".to_owned(),
        ));
    }
    match std::str::from_utf8(sql) {
        Ok(_) => Ok(()),
        Err(_) => Err(LoadFault::Dump(
            "the statement is not UTF-8, which only the text of a row need not be".to_owned(),
        )),
    }
}
