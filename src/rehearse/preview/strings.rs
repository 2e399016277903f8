//! Double-quoted names that fit no column, which SQLite then takes for strings
//! (<https://sqlite.org/quirks.html#dblquote>).
//!
//! The engine decides: with that quirk switched off it refuses the statement at the name. Nothing
//! is run.

use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::engine::without_quoted_strings;
use crate::snapshot::Catalog;
use crate::sql::token::{self, TokenKind};
use crate::sql::{Span, ident};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// The most names that are looked for in one statement.
const NAMES: usize = 64;

/// A double-quoted name that the engine takes for a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenString {
    /// its bytes in the statement
    pub span: Span,
    /// whether the table that the statement writes has a column of that name, or an index is made
    /// of it: then it can only be meant as a column
    pub is_column: bool,
}

/// The double-quoted names in a statement that the engine takes for strings.
///
/// # Errors
/// The engine's, if the quirk cannot be switched.
pub(crate) fn taken_for_strings(
    conn: &Connection,
    catalog: &Catalog,
    statement: &Statement,
    sql: &str,
) -> rusqlite::Result<Vec<TakenString>> {
    let Some(quirk) = quirk_of(&statement.kind) else {
        return Ok(Vec::new());
    };
    let quoted = double_quoted(sql);
    if quoted.is_empty() {
        return Ok(Vec::new());
    }
    let found = without_quoted_strings(conn, quirk, || refused(conn, sql, &quoted))?;
    let target = statement.table.as_deref();
    let target = target.and_then(|name| catalog.table(name));
    let taken = |span: Span| {
        let name = ident::dequote(span.of(sql));
        TakenString {
            span,
            // A table made from a query has a column of that name from then on.
            is_column: !statement.kind.writes_rows()
                || target.is_some_and(|table| table.column(&name).is_some()),
        }
    };
    Ok(found.into_iter().map(taken).collect())
}

fn double_quoted(sql: &str) -> Vec<Span> {
    let tokens = token::significant(sql).into_iter();
    let quoted = tokens.filter(|token| token.kind == TokenKind::Quoted);
    let spans = quoted.map(|token| token.span);
    spans.filter(|span| span.of(sql).starts_with('"')).collect()
}

/// The quirk by which double-quoted names of a statement may be strings. In a CREATE TABLE that is
/// the quirk of its query only: a string in the definition of a table is what its author wrote.
fn quirk_of(kind: &StatementKind) -> Option<DbConfig> {
    match kind {
        StatementKind::Create(ObjectType::Index) => Some(DbConfig::SQLITE_DBCONFIG_DQS_DDL),
        StatementKind::Create(ObjectType::Table) => Some(DbConfig::SQLITE_DBCONFIG_DQS_DML),
        _ => kind
            .writes_rows()
            .then_some(DbConfig::SQLITE_DBCONFIG_DQS_DML),
    }
}

/// The names at which the engine refuses the statement, one after the other: each is made a string
/// before the next attempt.
fn refused(conn: &Connection, sql: &str, quoted: &[Span]) -> Vec<Span> {
    let mut text = sql.to_owned();
    let mut found: Vec<Span> = Vec::new();
    while found.len() < NAMES
        && let Err(rusqlite::Error::SqlInputError { msg, offset, .. }) = conn.prepare(&text)
        && let Some(name) = msg.strip_prefix("no such column: \"")
        && let Some(span) = named(name, offset, sql, quoted, &found)
    {
        let string = format!("'{}'", "x".repeat(span.end - span.start - 2));
        text.replace_range(span.start..span.end, &string);
        found.push(span);
    }
    found.sort_by_key(|span| span.start);
    found
}

/// The quoted name that the engine means: by its place, else by its text.
fn named(
    name: &str,
    offset: std::ffi::c_int,
    sql: &str,
    quoted: &[Span],
    found: &[Span],
) -> Option<Span> {
    let is_at = |span: &&Span| usize::try_from(offset).is_ok_and(|at| at == span.start);
    let is_named = |span: &&Span| {
        let rest = name.strip_prefix(&ident::dequote(span.of(sql))[..]);
        rest.is_some_and(|rest| rest.starts_with('"')) && !found.contains(span)
    };
    let by_place = quoted.iter().find(is_at);
    let span = by_place.or_else(|| quoted.iter().find(is_named))?;
    (!found.contains(span)).then_some(*span)
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
