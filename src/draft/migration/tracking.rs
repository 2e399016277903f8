//! The statement by which a project's files enter themselves in the table of applied migrations,
//! written so that a second run adds nothing.

use super::numbering::numbered;
use crate::config::Config;
use crate::migration::{self, Migration, StatementKind};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::token::TokenKind;
use crate::sql::{Value, Words, ident};
use std::path::PathBuf;

/// How a project's files enter themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tracking {
    /// the table, as the schema spells it
    pub(super) table: String,
    columns: Vec<String>,
    /// the expressions of the last file, and the place of its name among them
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
fn table_of(query: &str) -> Option<String> {
    let words = Words::of(query);
    let from = (0..words.len()).find(|at| words.is_word(*at, "FROM"))?;
    let (name, behind) = words.qualified(from + 1);
    let kind = words.kind(behind - 1);
    matches!(kind, Some(TokenKind::Word | TokenKind::Quoted)).then_some(name)
}

/// How the files enter themselves in the table of applied migrations.
pub(super) fn of_files(paths: &[PathBuf], config: &Config, schema: &Catalog) -> Option<Tracking> {
    let files: Vec<Migration> = paths
        .iter()
        .filter_map(|path| migration::read(path).ok())
        .collect();
    match config.applied.as_deref().and_then(table_of) {
        Some(table) => find(&files, schema.table(&table)?),
        // A number may mean anything where no query says that it names a file.
        None => schema.ordinary().find_map(|table| {
            find(&files, table).filter(|tracking| tracking.form != EntryForm::Number)
        }),
    }
}

/// How the last file that enters itself in `table` does it.
fn find(files: &[Migration], table: &Table) -> Option<Tracking> {
    files.iter().rev().find_map(|file| {
        file.statements.iter().rev().find_map(|statement| {
            let target = statement.table.as_ref()?;
            let is_entry =
                statement.kind == StatementKind::Insert && ident::same(target, &table.name);
            is_entry.then(|| entered(file.sql(statement), &file.name, table))?
        })
    })
}

impl Tracking {
    /// The statement for the file of this name without `.sql`.
    pub(super) fn statement(&self, name: &str) -> String {
        let entry = self.entry(name);
        let values: Vec<String> = self
            .values
            .iter()
            .enumerate()
            .map(|(at, value)| {
                if at == self.at {
                    entry.clone()
                } else {
                    current(value)
                }
            })
            .collect();
        let columns: Vec<String> = self.columns.iter().map(|name| ident::quote(name)).collect();
        let (table, key) = (ident::quote(&self.table), &columns[self.at]);
        let (columns, values) = (columns.join(", "), values.join(", "));
        format!(
            "INSERT INTO {table} ({columns})\nSELECT {values}\nWHERE NOT EXISTS (SELECT 1 FROM \
            {table} WHERE {key} = {entry});"
        )
    }

    /// The file's own value.
    fn entry(&self, name: &str) -> String {
        let digits = || numbered(name).map_or("", |numbered| numbered.digits);
        match self.form {
            EntryForm::Stem => Value::text(name).literal(),
            EntryForm::File => Value::text(&format!("{name}.sql")).literal(),
            EntryForm::Number if self.values[self.at].starts_with('\'') => {
                Value::text(digits()).literal()
            }
            EntryForm::Number => digits().trim_start_matches('0').to_owned(),
        }
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
    let insert = Words::of(sql);
    let (columns, at) = columns(&insert, table)?;
    let values = row(&insert, at)?;
    let (at, form) = naming(&columns, &values, name)?;
    (columns.len() == values.len()).then(|| Tracking {
        table: table.name.clone(),
        columns,
        values,
        at,
        form,
    })
}

/// The place of the value that names the file, and as what.
fn naming(columns: &[String], values: &[String], name: &str) -> Option<(usize, EntryForm)> {
    let is_number = |at: usize| {
        let column = columns.get(at).map(|column| ident::folded(column));
        column.is_some_and(|column| NUMBERS.contains(&column.as_str()))
    };
    values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| Some((at, form(value, name)?)))
        .filter(|(at, form)| *form != EntryForm::Number || is_number(*at))
        .min_by_key(|(_, form)| *form == EntryForm::Number)
}

/// The columns that an INSERT into a table names, else those of the table, and the place behind.
fn columns(insert: &Words<'_>, table: &Table) -> Option<(Vec<String>, usize)> {
    let behind = (0..insert.len()).find(|at| ident::same(&insert.name(*at), &table.name))? + 1;
    if insert.text(behind) == "(" {
        let close = insert.close(behind)?;
        let named = list(insert, behind + 1, close)?;
        let named = named.iter().map(|name| ident::dequote(name));
        return Some((named.collect(), close + 1));
    }
    let columns = table.columns.iter().filter(|column| !column.generated);
    Some((columns.map(|column| column.name.clone()).collect(), behind))
}

/// The expressions of the one row that an INSERT enters, from the place behind its columns on. Of
/// several rows, or rows of a table, none is the file's own.
fn row(insert: &Words<'_>, at: usize) -> Option<Vec<String>> {
    let (first, last, end) = if insert.is(at, "SELECT") {
        let end = insert.find_any(at, &["WHERE", "FROM"]);
        let end = end.unwrap_or(insert.len());
        (at + 1, end, end)
    } else {
        let is_row = insert.is(at, "VALUES") && insert.text(at + 1) == "(";
        let close = is_row.then(|| insert.close(at + 1))??;
        (at + 2, close, close + 1)
    };
    let is_last = end == insert.len() || insert.is_any(end, &["WHERE", "ON"]);
    is_last.then(|| list(insert, first, last))?
}

/// The expressions between commas from one place up to another, of which none is empty.
fn list(words: &Words<'_>, start: usize, end: usize) -> Option<Vec<String>> {
    let depth = words.depth(start);
    let is_comma = |at: &usize| words.text(*at) == "," && words.depth(*at) == depth;
    let mut from = start;
    (start..end)
        .filter(is_comma)
        .chain([end])
        .map(|at| {
            let expression = words.slice(from, at);
            from = at + 1;
            (!expression.is_empty()).then(|| expression.to_owned())
        })
        .collect()
}

/// As what a value names the file.
fn form(value: &str, name: &str) -> Option<EntryForm> {
    let is_literal = value.starts_with('\'') || value.bytes().all(|b| b.is_ascii_digit());
    let text = ident::dequote(value);
    let is_number = |digits: &str| digits == text || digits.trim_start_matches('0') == text;
    if !is_literal {
        None
    } else if text == name {
        Some(EntryForm::Stem)
    } else if text.strip_suffix(".sql") == Some(name) {
        Some(EntryForm::File)
    } else {
        let is_number = numbered(name).is_some_and(|numbered| is_number(numbered.digits));
        is_number.then_some(EntryForm::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
