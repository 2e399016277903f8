//! Reading one statement by SQLite's grammar (`sqlite3-parser`). Its tree has no places in the
//! text, so that it says what is there and [`Words`](crate::sql::Words) say where.

use crate::sql::ident;
use bumpalo::Bump;
use rusqlite::fallible_iterator::FallibleIterator as _;
use sqlite3_parser::ast::{Cmd, Name, Stmt};
use sqlite3_parser::lexer::sql::{Error, Parser};

/// What `look` makes of the first statement in `sql`; an error where the grammar does not read it.
pub(super) fn first_statement<T>(
    sql: &str,
    look: impl FnOnce(&Stmt<'_>) -> Option<T>,
) -> Result<Option<T>, String> {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, sql.as_bytes());
    match parser.next().map_err(|e| e.to_string())? {
        Some(Cmd::Stmt(statement)) => Ok(look(&statement)),
        _ => Ok(None),
    }
}

/// Whether the grammar reads `sql` as one statement, of whatever kind.
///
/// # Errors
/// What it does not read, and where in `sql`.
pub fn read(sql: &str) -> Result<(), String> {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, sql.as_bytes());
    let mut next = || parser.next().map_err(|e| reason(&e));
    match (next()?, next()?) {
        (Some(_), None) => Ok(()),
        (None, _) => Err("no statement in it".to_owned()),
        (Some(_), Some(_)) => Err("a second statement in it".to_owned()),
    }
}

/// The parser's message; its position is one in the statement, and says so.
fn reason(error: &Error) -> String {
    if let Error::ParserError(what, Some(at)) = error {
        let (line, column) = (at.line, at.column);
        return format!("{what} (line {line}, column {column} of the statement)");
    }
    let message = error.to_string();
    message.split(" at ").next().unwrap_or_default().to_owned()
}

/// A name of the tree, without its quotes.
pub(super) fn dequoted(name: &Name<'_>) -> String {
    ident::dequote(name.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_statement_of_any_kind() {
        for sql in [
            "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
            "PRAGMA foreign_keys = ON",
            "BEGIN;",
            "EXPLAIN DELETE FROM t",
        ] {
            assert_eq!(read(sql), Ok(()), "{sql}");
        }
        assert_eq!(
            read("SELECT\n x y z;"),
            Err("near \"z\": syntax error (line 2, column 6 of the statement)".to_owned())
        );
        assert_eq!(
            read("SELECT 'open"),
            Err("non-terminated literal".to_owned())
        );
        assert_eq!(
            read("SELECT 1; SELECT 2"),
            Err("a second statement in it".to_owned())
        );
        assert_eq!(read("-- nothing"), Err("no statement in it".to_owned()));
    }
}
