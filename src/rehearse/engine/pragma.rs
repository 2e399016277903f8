//! PRAGMAs that need a second look. Some do nothing: inside a transaction `PRAGMA foreign_keys`
//! leaves the setting as it is (<https://sqlite.org/pragma.html#pragma_foreign_keys>), without an
//! error. And `PRAGMA defer_foreign_keys` ends with the next transaction, which outside of one is
//! the next SELECT; the SELECTs of a rehearsal must not end it.

use crate::sql::Words;
use rusqlite::Connection;

/// A PRAGMA in words as the engine compares them.
struct Pragma {
    /// `None` stands for the main database
    schema: Option<String>,
    name: String,
    /// `=` and the value, or the value in parentheses; nothing for one that only asks
    value: Vec<String>,
}

impl Pragma {
    fn parse(sql: &str) -> Option<Self> {
        let words = Words::of(sql);
        if !words.is_word(0, "PRAGMA") {
            return None;
        }
        let word = |name: String| name.to_ascii_lowercase();
        let (name, after) = words.qualified(1);
        let value = (after..words.len()).map(|at| word(words.name(at)));
        Some(Self {
            schema: words.qualifier(after - 1).map(word),
            name: word(name),
            value: value.collect(),
        })
    }

    fn is_of_main(&self) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema == "main")
    }

    fn sets(&self) -> bool {
        let first = self.value.first();
        first.is_some_and(|word| word == "=" || word == "(")
    }

    /// What `PRAGMA foreign_keys = VALUE` or `PRAGMA foreign_keys(VALUE)` asks for.
    fn wanted_keys(&self) -> Option<bool> {
        let value: Vec<&str> = self.value.iter().map(String::as_str).collect();
        let value = match &value[..] {
            _ if self.name != "foreign_keys" => return None,
            ["=", value @ ..] | ["(", value @ .., ")"] => value,
            _ => return None,
        };
        // A word for on, or a number that is not 0; to the engine a minus sign begins no number.
        match value {
            [] => None,
            ["+", last] | [last] => Some(match last.parse::<i64>() {
                Ok(number) => number != 0,
                Err(_) => matches!(*last, "on" | "yes" | "true" | "extra" | "full"),
            }),
            _ => Some(false),
        }
    }
}

/// What the PRAGMA `sql`, which has just run, did: the setting of foreign keys that it asks for and
/// the connection does not have, and whether it set a number in the header of the main database,
/// which migration tools use to note how far they are.
pub(crate) fn effect(conn: &Connection, sql: &str) -> rusqlite::Result<(Option<bool>, bool)> {
    let Some(pragma) = Pragma::parse(sql) else {
        return Ok((None, false));
    };
    let is_of_header = ["user_version", "application_id"].contains(&&pragma.name[..]);
    let writes_header = is_of_header && pragma.is_of_main() && pragma.sets();
    let Some(wanted) = pragma.wanted_keys() else {
        return Ok((None, writes_header));
    };
    let actual: bool = conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
    Ok(((actual != wanted).then_some(wanted), writes_header))
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

/// Ends the deferral if the statement that has just run would have: outside of a transaction
/// `PRAGMA journal_mode` opens one, which the answer of the clone does not.
pub(crate) fn end_deferral(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    let is_answered = Pragma::parse(sql).is_some_and(|pragma| pragma.name == "journal_mode");
    if is_answered && conn.is_autocommit() {
        conn.pragma_update(None, "defer_foreign_keys", false)?;
    }
    Ok(())
}

/// What a PRAGMA for the main database would do in production and does not do on the clone, which
/// keeps its private WAL; `None` for any other statement, and for a PRAGMA that only asks, which is
/// answered.
pub fn not_rehearsed(sql: &str) -> Option<&'static str> {
    let pragma = Pragma::parse(sql).filter(Pragma::is_of_main)?;
    match &pragma.name[..] {
        "wal_checkpoint" => Some("the WAL of the clone is not written back"),
        _ if !pragma.sets() => None,
        "journal_mode" => Some("the clone keeps its own journal"),
        "locking_mode" => Some("the clone keeps its own locks"),
        "page_size" => Some("the pages of the clone keep their size, in a VACUUM too"),
        _ => None,
    }
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
            let parsed = Pragma::parse(sql).expect("a PRAGMA");
            assert_eq!(parsed.wanted_keys(), wanted, "{sql}");
            let Some(wanted) = wanted else { continue };
            for start in ["ON", "OFF"] {
                let conn = Connection::open_in_memory().expect("opens");
                conn.execute_batch(&format!("PRAGMA foreign_keys={start}; {sql}"))
                    .expect("runs");
                assert_eq!(
                    effect(&conn, sql).expect("reads"),
                    (None, false),
                    "{sql} from {start} gives {wanted}"
                );
            }
        }
    }
}
