//! PRAGMAs that need a second look. Some do nothing: inside a transaction `PRAGMA foreign_keys`
//! leaves the setting as it is (<https://sqlite.org/pragma.html#pragma_foreign_keys>), without an
//! error. And `PRAGMA defer_foreign_keys` ends with the next transaction, which outside of one is
//! the next SELECT: those of a rehearsal must not be the ones that end it.

use crate::sql::token::{self, TokenKind};
use rusqlite::Connection;

/// The setting of foreign keys that `sql`, which has just run, asks for and the connection does not
/// have.
pub(crate) fn without_effect(conn: &Connection, sql: &str) -> rusqlite::Result<Option<bool>> {
    let Some(wanted) = wanted(sql) else {
        return Ok(None);
    };
    let actual: bool = conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
    Ok((actual != wanted).then_some(wanted))
}

/// Whether foreign keys are deferred to the end of the transaction. Asking opens none.
pub(crate) fn defers_keys(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("PRAGMA defer_foreign_keys", [], |row| row.get(0))
}

/// Puts back what SELECTs since the last statement have ended.
pub(crate) fn defer_keys(conn: &Connection, wanted: bool) -> rusqlite::Result<()> {
    if wanted && !defers_keys(conn)? {
        conn.pragma_update(None, "defer_foreign_keys", true)?;
    }
    Ok(())
}

/// Ends the deferral where the statement that has just run would have: outside of a transaction
/// `PRAGMA journal_mode` is one of its own, and the clone's answer to it is none.
pub(crate) fn end_deferral(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_answered = matches!(
        &words[..],
        ["pragma", "journal_mode", ..] | ["pragma", _, ".", "journal_mode", ..]
    );
    if is_answered && conn.is_autocommit() {
        conn.pragma_update(None, "defer_foreign_keys", false)
    } else {
        Ok(())
    }
}

/// What a PRAGMA for the main database would do in production and does not do on the clone, which
/// keeps its private WAL; `None` for any other statement. One that only asks is answered, so that
/// there is nothing to say of it.
pub fn not_rehearsed(sql: &str) -> Option<&'static str> {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (name, rest) = match &words[..] {
        ["pragma", "main", ".", name, rest @ ..] | ["pragma", name, rest @ ..] => (*name, rest),
        _ => return None,
    };
    match name {
        "wal_checkpoint" => Some("the WAL of the clone is not written back"),
        _ if !matches!(rest, ["=" | "(", ..]) => None,
        "journal_mode" => Some("the clone keeps its own journal"),
        "locking_mode" => Some("the clone keeps its own locks"),
        "page_size" => Some("the pages of the clone keep their size, in a VACUUM too"),
        _ => None,
    }
}

/// Whether `sql` sets a number in the header of the main database, where migration tools note how
/// far they are.
pub(crate) fn writes_header(sql: &str) -> bool {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (["pragma", "main", ".", name, rest @ ..] | ["pragma", name, rest @ ..]) = &words[..]
    else {
        return false;
    };
    ["user_version", "application_id"].contains(name) && matches!(rest, ["=" | "(", ..])
}

/// The words of a statement as the engine compares them.
fn words(sql: &str) -> Vec<String> {
    let tokens = token::significant(sql);
    let words = tokens
        .iter()
        .filter(|t| t.kind != TokenKind::Semicolon)
        .map(|t| t.span.of(sql));
    words
        .map(|word| {
            word.trim_matches(['\'', '"', '`', '[', ']'])
                .to_ascii_lowercase()
        })
        .collect()
}

/// What `PRAGMA foreign_keys = VALUE` or `PRAGMA foreign_keys(VALUE)` asks for.
fn wanted(sql: &str) -> Option<bool> {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["pragma", "foreign_keys", "=", ref value @ ..]
        | ["pragma", _, ".", "foreign_keys", "=", ref value @ ..]
        | ["pragma", "foreign_keys", "(", ref value @ .., ")"]
        | ["pragma", _, ".", "foreign_keys", "(", ref value @ .., ")"] => is_true(value),
        _ => None,
    }
}

/// How the engine reads a switch: a word for on, or a number that is not 0; one with a minus sign
/// is no number to it.
fn is_true(value: &[&str]) -> Option<bool> {
    let last = match value {
        [] => return None,
        ["+", last] | [last] => last,
        _ => return Some(false),
    };
    Some(match last.parse::<i64>() {
        Ok(number) => number != 0,
        Err(_) => matches!(*last, "on" | "yes" | "true" | "extra" | "full"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_clone_does_not_do_is_told_from_what_it_does() {
        for sql in [
            "PRAGMA journal_mode = WAL;",
            "pragma main.\"Journal_Mode\"(wal)",
            "PRAGMA page_size=512",
            "PRAGMA wal_checkpoint",
            "PRAGMA main.wal_checkpoint(TRUNCATE)",
        ] {
            assert!(not_rehearsed(sql).is_some(), "{sql}");
        }
        for sql in [
            "PRAGMA journal_mode",
            "PRAGMA temp.journal_mode = DELETE",
            "PRAGMA cache_size = 1",
            "SELECT 1",
            "PRAGMA page_size;",
        ] {
            assert_eq!(not_rehearsed(sql), None, "{sql}");
        }
    }

    #[test]
    fn the_wanted_setting_is_read_as_the_engine_reads_it() {
        let cases = [
            ("PRAGMA foreign_keys = OFF;", Some(false)),
            ("pragma main.foreign_keys(1)", Some(true)),
            ("PRAGMA \"foreign_keys\"='on'", Some(true)),
            ("PRAGMA foreign_keys=-1", Some(false)),
            ("PRAGMA foreign_keys=+7", Some(true)),
            ("PRAGMA foreign_keys=00", Some(false)),
            ("PRAGMA foreign_keys", None),
            ("PRAGMA defer_foreign_keys = ON", None),
        ];
        for (sql, wanted) in cases {
            assert_eq!(super::wanted(sql), wanted, "{sql}");
            let Some(wanted) = wanted else { continue };
            for start in ["ON", "OFF"] {
                let conn = Connection::open_in_memory().expect("opens");
                conn.execute_batch(&format!("PRAGMA foreign_keys={start}; {sql}"))
                    .expect("runs");
                assert_eq!(
                    without_effect(&conn, sql).expect("reads"),
                    None,
                    "{sql} from {start} gives {wanted}"
                );
            }
        }
    }
}
