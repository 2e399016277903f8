//! The end of a dump that Cloudflare D1 exports. It has neither a transaction nor a mark at its end,
//! so that a dump which was cut off between two statements loads without an error.
//!
//! It begins with `PRAGMA defer_foreign_keys`. Tables come first, each with its rows; where one has
//! AUTOINCREMENT, `DELETE FROM sqlite_sequence` follows them; indexes, triggers and views are last.

use super::statements::starts_with;
use crate::sql::Words;
use rusqlite::Connection;

/// What was met so far of a dump.
#[derive(Default)]
pub(super) struct D1Dump {
    statements: u64,
    /// how many exports it is put together from; none, if it is of another kind
    exports: u64,
    tables: u64,
    /// whether the rows of all tables were there
    has_sequences: bool,
    /// whether the last statement has its semicolon
    is_ended: bool,
}

/// What is known of the end of a dump.
pub(super) enum DumpEnd {
    /// nothing speaks against it
    Whole,
    /// that what is lacking cannot be told, as a sentence
    Unknown(&'static str),
    /// that something is lacking, and what shows it
    Cut(&'static str),
}

impl D1Dump {
    /// Takes in a statement.
    pub(super) fn take(&mut self, sql: &[u8]) {
        self.statements += 1;
        self.is_ended = sql.trim_ascii_end().ends_with(b";");
        if starts_with(sql, "INSERT") {
            return;
        }
        let sql = String::from_utf8_lossy(&sql[..sql.len().min(200)]);
        let words = Words::of(&sql);
        if words.is(0, "PRAGMA") && words.is(1, "defer_foreign_keys") {
            // Elsewhere than at the beginning it is that of a further export.
            self.exports += u64::from(self.exports > 0 || self.statements == 1);
        } else if words.is(0, "CREATE") && words.is(1, "TABLE") {
            self.tables += 1;
        } else if words.is(0, "DELETE") && words.name(2).eq_ignore_ascii_case("sqlite_sequence") {
            self.has_sequences = true;
        }
    }

    /// What its end shows, once it is loaded.
    pub(super) fn end(&self, conn: &Connection) -> rusqlite::Result<DumpEnd> {
        if self.exports == 0 {
            return Ok(DumpEnd::Whole);
        }
        if !self.is_ended {
            return Ok(DumpEnd::Cut(
                "is cut off: each statement in an export of D1 ends with a semicolon, and the last \
                one here does not; export it again",
            ));
        }
        if self.has_sequences {
            return Ok(DumpEnd::Unknown(
                "the dump is an export of D1, which has no mark at its end: the rows of its tables \
                are all there, and whether an index, trigger or view is lacking cannot be known",
            ));
        }
        // An export of one table leaves the sequences out.
        let has_autoincrement = conn.table_exists(Some("main"), "sqlite_sequence")?;
        if has_autoincrement && self.exports == 1 && self.tables > 1 {
            return Ok(DumpEnd::Cut(
                "is cut off: an export of D1 with a table that is AUTOINCREMENT has `DELETE FROM \
                sqlite_sequence` behind the rows of its tables, and this one has not; export it \
                again, all tables at once",
            ));
        }
        Ok(DumpEnd::Unknown(
            "the dump is an export of D1, which has no mark at its end: whether it was cut off, so \
            that rows, indexes, triggers or views are lacking, cannot be known",
        ))
    }
}
