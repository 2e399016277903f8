//! The statement by which a project's files enter themselves in the table of applied migrations,
//! written so that a second run adds nothing.

use super::numbering::numbered;
use crate::migration::{Migration, StatementKind};
use crate::snapshot::catalog::Table;
use crate::sql::token::{self, Token, TokenKind};
use crate::sql::{Value, ident};

/// How a project's files enter themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tracking {
    /// the table, as the schema spells it
    table: String,
    columns: Vec<String>,
    /// the expressions of the last file, and where its name stands among them
    values: Vec<String>,
    at: usize,
    form: EntryForm,
}

/// Columns of a number that names a file; in others it may be anything.
const NUMBERS: [&str; 6] = ["id", "version", "number", "name", "migration", "revision"];

/// As what a file enters itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryForm {
    /// its name without `.sql`
    Stem,
    /// its name
    File,
    /// the number that leads its name
    Number,
}

/// The table that a query for applied migrations reads.
pub(super) fn table_of(query: &str) -> Option<String> {
    let tokens = token::significant(query);
    let from = tokens
        .iter()
        .position(|token| token.is_word(query, "FROM"))?;
    let is_dot = tokens
        .get(from + 2)
        .is_some_and(|token| token.span.of(query) == ".");
    let name = tokens.get(if is_dot { from + 3 } else { from + 1 })?;
    matches!(name.kind, TokenKind::Word | TokenKind::Quoted)
        .then(|| ident::dequote(name.span.of(query)))
}

/// How the last file that enters itself in `table` does it.
pub(super) fn find(files: &[Migration], table: &Table) -> Option<Tracking> {
    files.iter().rev().find_map(|file| {
        let inserts = file
            .statements
            .iter()
            .rev()
            .filter(|statement| statement.kind == StatementKind::Insert);
        let mut inserts = inserts.filter(|statement| {
            statement
                .table
                .as_ref()
                .is_some_and(|name| ident::same(name, &table.name))
        });
        inserts.find_map(|statement| entered(file.sql(statement), &file.name, table))
    })
}

/// How the last file that enters its name in any table does it, where no query says which table
/// that is.
pub(super) fn find_anywhere<'s>(
    files: &[Migration],
    tables: impl Iterator<Item = &'s Table>,
) -> Option<Tracking> {
    // A number may mean anything where nobody says that it names a file.
    tables
        .filter_map(|table| find(files, table))
        .find(|tracking| tracking.form != EntryForm::Number)
}

impl Tracking {
    /// The table.
    pub(super) fn table(&self) -> &str {
        &self.table
    }

    /// The statement for the file of this name without `.sql`.
    pub(super) fn statement(&self, name: &str) -> String {
        let entry = match self.form {
            EntryForm::Stem => Value::text(name).literal(),
            EntryForm::File => Value::text(&format!("{name}.sql")).literal(),
            EntryForm::Number => {
                let digits = numbered(name).map_or("", |numbered| numbered.digits);
                let is_text = self.values[self.at].starts_with('\'');
                if is_text {
                    Value::text(digits).literal()
                } else {
                    digits.trim_start_matches('0').to_owned()
                }
            }
        };
        let value = |(at, value): (usize, &String)| {
            if at == self.at {
                entry.clone()
            } else {
                current(value)
            }
        };
        let values: Vec<String> = self.values.iter().enumerate().map(value).collect();
        let (table, columns) = (
            ident::quote(&self.table),
            self.columns.iter().map(|column| ident::quote(column)),
        );
        let (columns, key) = (
            columns.collect::<Vec<_>>().join(", "),
            ident::quote(&self.columns[self.at]),
        );
        format!(
            "INSERT INTO {table} ({columns})\nSELECT {}\nWHERE NOT EXISTS (SELECT 1 FROM \
            {table} WHERE {key} = {entry});",
            values.join(", ")
        )
    }
}

/// A value of another file for this one: what was the time then is the time now, as seconds or
/// milliseconds after 1970.
fn current(value: &str) -> String {
    let is_number = value.bytes().all(|b| b.is_ascii_digit());
    match value.len() {
        10 if is_number => "unixepoch()".to_owned(),
        13 if is_number => "unixepoch() * 1000".to_owned(),
        _ => value.to_owned(),
    }
}

/// What an INSERT enters, where one of its values names the file.
fn entered(sql: &str, name: &str, table: &Table) -> Option<Tracking> {
    let tokens = token::significant(sql);
    let text = |at: usize| tokens.get(at).map(|token| token.span.of(sql));
    let is_table = |token: &Token| ident::same(&ident::dequote(token.span.of(sql)), &table.name);
    let mut at = tokens.iter().position(is_table)? + 1;
    let mut columns: Vec<String> = table
        .columns
        .iter()
        .filter(|c| !c.generated)
        .map(|c| c.name.clone())
        .collect();
    if text(at) == Some("(") {
        let (named, behind) = list(sql, &tokens, at + 1)?;
        columns = named.iter().map(|column| ident::dequote(column)).collect();
        at = behind + 1;
    }
    let word = tokens.get(at)?;
    let (values, end) = if word.is_word(sql, "VALUES") && text(at + 1) == Some("(") {
        let (values, end) =
            list(sql, &tokens, at + 2).filter(|(_, end)| text(*end) == Some(")"))?;
        (values, end + 1)
    } else if word.is_word(sql, "SELECT") {
        list(sql, &tokens, at + 1)?
    } else {
        return None;
    };
    // Of several rows, or rows of a table, none is the file's own.
    let is_one = tokens.get(end).is_none_or(|token| {
        token.kind == TokenKind::Semicolon
            || ["WHERE", "ON"].iter().any(|word| token.is_word(sql, word))
    });
    let is_named = |at: usize, form: EntryForm| {
        form != EntryForm::Number
            || columns
                .get(at)
                .is_some_and(|column| NUMBERS.contains(&ident::folded(column).as_str()))
    };
    let forms = values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| Some((at, form(value, name)?)));
    let (at, form) = forms
        .filter(|(at, form)| is_named(*at, *form))
        .min_by_key(|(_, form)| *form == EntryForm::Number)?;
    (is_one && columns.len() == values.len()).then(|| Tracking {
        table: table.name.clone(),
        columns,
        values,
        at,
        form,
    })
}

/// The comma-separated expressions from a token on, and the place of what ends them: `)`, `;`,
/// WHERE, FROM or nothing.
fn list(sql: &str, tokens: &[Token], from: usize) -> Option<(Vec<String>, usize)> {
    let (mut depth, mut start, mut found) = (0_usize, from, Vec::new());
    let expression = |start: usize, end: usize| {
        let (first, last) = (tokens.get(start)?, tokens.get(end.checked_sub(1)?)?);
        (start < end).then(|| sql[first.span.start..last.span.end].to_owned())
    };
    for at in from..=tokens.len() {
        let token = tokens.get(at);
        let text = token.map_or(";", |token| token.span.of(sql));
        let ends = depth == 0
            && (text == ")"
                || text == ";"
                || token.is_some_and(|t| ["WHERE", "FROM"].iter().any(|w| t.is_word(sql, w))));
        if ends || (depth == 0 && text == ",") {
            found.push(expression(start, at)?);
            start = at + 1;
        }
        match text {
            _ if ends => return Some((found, at)),
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// As what a value names the file.
fn form(value: &str, name: &str) -> Option<EntryForm> {
    let is_literal = value.starts_with('\'') || value.bytes().all(|b| b.is_ascii_digit());
    let text = ident::dequote(value);
    let digits = || numbered(name).map(|numbered| numbered.digits);
    match () {
        () if !is_literal => None,
        () if text == name => Some(EntryForm::Stem),
        () if text.strip_suffix(".sql") == Some(name) => Some(EntryForm::File),
        () if digits()
            .is_some_and(|digits| digits == text || digits.trim_start_matches('0') == text) =>
        {
            Some(EntryForm::Number)
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Catalog;

    /// What the next file enters, where the last one holds `sql`.
    fn next(sql: &str) -> Option<String> {
        let conn = rusqlite::Connection::open_in_memory().expect("memory");
        conn.execute_batch(
            "CREATE TABLE \"done it\"(id TEXT, at INTEGER); INSERT INTO \"done \
            it\" VALUES ('0001_a', 1)",
        )
        .expect("it runs");
        let catalog = Catalog::read(&conn).expect("a catalog");
        let file = Migration::parse("0001_a", "0001_a.sql", sql.to_owned());
        let statement = find(&[file], catalog.table("done it")?)?.statement("0002_b's");
        assert_eq!(conn.execute(&statement, []), Ok(1), "{statement}");
        assert_eq!(
            conn.execute(&statement, []),
            Ok(0),
            "a second run adds nothing: {statement}"
        );
        Some(statement)
    }

    #[test]
    fn every_way_to_enter_oneself_is_followed() {
        let stem = "INSERT INTO \"done it\" (id, at)\nSELECT '0002_b''s', unixepoch('now') * 1000\n\
                    WHERE NOT EXISTS (SELECT 1 FROM \"done it\" WHERE id = '0002_b''s');";
        assert_eq!(
            next(
                "INSERT OR IGNORE INTO \"done it\" (id, at) VALUES ('0001_a', \
            unixepoch('now') * 1000)"
            )
            .as_deref(),
            Some(stem)
        );
        assert_eq!(
            next(
                "INSERT INTO [done it] VALUES ('0001_a', unixepoch('now') * 1000) ON \
            CONFLICT DO NOTHING"
            )
            .as_deref(),
            Some(stem)
        );
        assert_eq!(
            next(&stem.replace("0002_b''s", "0001_a")).as_deref(),
            Some(stem)
        );
        assert!(
            next("INSERT INTO `done it`(at, id) VALUES (1763287456123, '0001_a.sql');")
                .is_some_and(|sql| {
                    sql.starts_with(
                        "INSERT INTO \"done it\" (at, id)\nSELECT \
                    unixepoch() * 1000, '0002_b''s.sql'\n",
                    )
                })
        );
        assert!(
            next("INSERT INTO main.'done it'(id) VALUES ('0001')")
                .is_some_and(|sql| sql.contains("SELECT '0002'\n"))
        );
        assert!(
            next("INSERT INTO 'done it'(id) VALUES (1)")
                .is_some_and(|sql| sql.contains("SELECT 2\n"))
        );
    }

    #[test]
    fn what_does_not_name_the_file_is_not_followed() {
        for sql in [
            "INSERT INTO \"done it\" VALUES ('0000_z', 1)",
            "INSERT INTO \"done it\" VALUES ('0001_a', 1), ('other', 2)",
            "INSERT INTO \"done it\" SELECT '0001_a', 1 FROM other",
            "INSERT INTO \"done it\" VALUES ('0001_a')",
            "INSERT INTO other VALUES ('0001_a', 1)",
            "INSERT INTO \"done it\" DEFAULT VALUES",
            "INSERT INTO \"done it\" VALUES ('0001_a', 1",
            "INSERT INTO \"done it\" VALUES ('0001_a', ,)",
        ] {
            assert_eq!(next(sql), None, "{sql}");
        }
    }

    #[test]
    fn the_table_of_a_query_is_found() {
        assert_eq!(
            table_of("SELECT id FROM main.\"a b\" WHERE x").as_deref(),
            Some("a b")
        );
        assert_eq!(table_of("SELECT id FROM (SELECT 1)"), None);
        assert_eq!(table_of("SELECT 1"), None);
    }
}
