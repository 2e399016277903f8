//! Reading one statement by SQLite's grammar (`sqlite3-parser`). Its tree has no places in the
//! text, so that it says what is there and [`Words`](crate::sql::Words) say where.

use super::NoPreview;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, is_bookkeeping};
use crate::sql::ident;
use bumpalo::Bump;
use rusqlite::fallible_iterator::FallibleIterator as _;
use sqlite3_parser::ast::{Cmd, Expr, Name, OneSelect, QualifiedName, ResultColumn, Stmt};
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

/// Whether the grammar reads `sql` as one expression.
///
/// # Errors
/// What it does not read.
pub fn expression(sql: &str) -> Result<(), String> {
    let whole = format!("SELECT ({sql}\n)");
    read(&whole)?;
    let is_one = first_statement(&whole, |statement| {
        let Stmt::Select(select) = statement else {
            return None;
        };
        let OneSelect::Select {
            columns,
            from: None,
            ..
        } = &select.body.select
        else {
            return None;
        };
        let is_alone = select.body.compounds.is_none() && select.order_by.is_none();
        let is_one = matches!(
            &columns[..],
            [ResultColumn::Expr(Expr::Parenthesized(within), None)] if within.len() == 1
        );
        Some(is_alone && select.limit.is_none() && is_one)
    });
    match is_one? {
        Some(true) => Ok(()),
        _ => Err("it is not one expression".to_owned()),
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

/// The target of a statement.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) schema: Option<String>,
    pub(super) table: String,
    pub(super) alias: Option<String>,
}

impl Target {
    pub(super) fn of(name: &QualifiedName<'_>) -> Self {
        Self {
            schema: name.db_name.as_ref().map(dequoted),
            table: dequoted(&name.name),
            alias: name.alias.as_ref().map(dequoted),
        }
    }

    /// The table or view of the main database that it is.
    pub(super) fn in_main<'c>(&self, catalog: &'c Catalog) -> Result<&'c Table, NoPreview> {
        let name = &self.table;
        let is = |known: &str| self.schema.as_ref().is_some_and(|s| ident::same(s, known));
        let is_hidden =
            self.schema.is_none() && catalog.temporary.tables.contains(&ident::folded(name));
        if is("temp") || is_hidden {
            Err(NoPreview::Temporary)
        } else if is_bookkeeping(name) {
            Err(NoPreview::Bookkeeping(name.clone()))
        } else if self.schema.is_some() && !is("main") {
            Err(NoPreview::Attached)
        } else {
            let none = || NoPreview::unsupported(format!("no table `{name}`"));
            catalog.table(name).ok_or_else(none)
        }
    }
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
