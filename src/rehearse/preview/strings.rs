//! Double-quoted names that fit no column, which SQLite then takes for strings
//! (<https://sqlite.org/quirks.html#dblquote>).
//!
//! The engine decides: with that quirk switched off it refuses the statement at the name. Nothing
//! is run.

use crate::migration::{ObjectType, Statement, StatementKind};
use crate::snapshot::Catalog;
use crate::sql::token::{self, Token, TokenKind};
use crate::sql::{Span, ident};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// More names than this are not looked for in one statement.
const NAMES: usize = 64;

/// A double-quoted name that the engine takes for a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenString {
    /// its bytes in the statement
    pub span: Span,
    /// whether the column that the statement fills, or that an index is of, has that name: then it
    /// can only be meant as a column
    pub is_column: bool,
}

/// The double-quoted names in a statement that the engine takes for strings.
///
/// # Errors
/// The engine's, where the quirk cannot be switched.
pub(crate) fn taken_for_strings(
    conn: &Connection,
    catalog: &Catalog,
    statement: &Statement,
    sql: &str,
) -> rusqlite::Result<Vec<TakenString>> {
    let makes = |of: ObjectType| statement.kind == StatementKind::Create(of);
    let is_index = makes(ObjectType::Index);
    let reads_names = statement.kind.writes_rows();
    let quoted: Vec<Token> = if is_index || reads_names || makes(ObjectType::Table) {
        token::significant(sql)
            .into_iter()
            .filter(|t| t.kind == TokenKind::Quoted && t.span.of(sql).starts_with('"'))
            .collect()
    } else {
        Vec::new()
    };
    if quoted.is_empty() {
        return Ok(Vec::new());
    }
    // A string in the definition of a table is what its author wrote there: only its query is asked
    // about.
    let quirks: &[DbConfig] = if is_index {
        &[DbConfig::SQLITE_DBCONFIG_DQS_DDL]
    } else {
        &[DbConfig::SQLITE_DBCONFIG_DQS_DML]
    };
    let switch = |on: bool| {
        quirks
            .iter()
            .try_for_each(|quirk| conn.set_db_config(*quirk, on).map(drop))
    };
    switch(false)?;
    let found = refused(conn, sql, &quoted);
    switch(true)?;
    let target = statement
        .table
        .as_deref()
        .and_then(|name| catalog.table(name));
    // A table made from a query has a column of that name from then on.
    let is_column =
        |name: &str| !reads_names || target.is_some_and(|table| table.column(name).is_some());
    Ok(found
        .into_iter()
        .map(|span| TakenString {
            span,
            is_column: is_column(&ident::dequote(span.of(sql))),
        })
        .collect())
}

/// The names at which the engine refuses the statement, one after the other: each is a string from
/// then on.
fn refused(conn: &Connection, sql: &str, quoted: &[Token]) -> Vec<Span> {
    let mut text = sql.to_owned();
    let mut found: Vec<Span> = Vec::new();
    while found.len() < NAMES {
        let Err(rusqlite::Error::SqlInputError { msg, offset, .. }) = conn.prepare(&text) else {
            break;
        };
        let Some(name) = msg.strip_prefix("no such column: \"") else {
            break;
        };
        let is_it = |token: &&Token| usize::try_from(offset).is_ok_and(|at| at == token.span.start);
        let is_named = |token: &&Token| {
            let rest = name.strip_prefix(&ident::dequote(token.span.of(sql))[..]);
            rest.is_some_and(|rest| rest.starts_with('"')) && !found.contains(&token.span)
        };
        let Some(token) = quoted
            .iter()
            .find(is_it)
            .or_else(|| quoted.iter().find(is_named))
            .filter(|t| !found.contains(&t.span))
        else {
            break;
        };
        let span = token.span;
        text.replace_range(
            span.start..span.end,
            &format!("'{}'", "x".repeat(span.end - span.start - 2)),
        );
        found.push(span);
    }
    found.sort_by_key(|span| span.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::Migration;

    #[test]
    fn the_engine_tells_names_from_strings() {
        let conn = Connection::open_in_memory().expect("opens");
        conn.execute_batch("CREATE TABLE t(id, \"a b\", label); CREATE TABLE u(x)")
            .expect("is made");
        let catalog = Catalog::read(&conn).expect("is read");
        let cases: [(&str, &[&str]); 8] = [
            ("UPDATE t SET label = \"label\" WHERE \"a b\" = 1", &[]),
            (
                "UPDATE t SET label = \"lable\", id = \"id\" WHERE \"x\" = \"it's\"",
                &["\"lable\"", "\"x\"", "\"it's\""],
            ),
            (
                "INSERT INTO u SELECT \"colour\" FROM t UNION SELECT \"colour\" FROM t",
                &["\"colour\"", "\"colour\""],
            ),
            ("INSERT INTO \"u\"(\"x\") VALUES (\"x\")", &["\"x\""]),
            (
                "CREATE TABLE v AS SELECT \"id\", \"nope\" FROM t",
                &["\"nope\""],
            ),
            (
                "CREATE TABLE w(a DEFAULT \"a\", CHECK (a IN (\"b\", \"c\")))",
                &[],
            ),
            ("CREATE INDEX i ON t(\"nope\")", &["\"nope\""]),
            ("DELETE FROM t WHERE gone = \"x\"", &[]),
        ];
        for (sql, expected) in cases {
            let migration = Migration::parse("m", "m.sql", sql.to_owned());
            let found = taken_for_strings(&conn, &catalog, &migration.statements[0], sql)
                .expect("is asked");
            assert_eq!(
                found
                    .iter()
                    .map(|taken| taken.span.of(sql))
                    .collect::<Vec<_>>(),
                expected,
                "{sql}"
            );
        }
        conn.execute_batch(
            "UPDATE t SET label = \"still a string\"; CREATE INDEX j ON t(\"still\")",
        )
        .expect("the quirk is back");
    }
}
