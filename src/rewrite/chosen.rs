//! Whether an INSERT leaves the keys of rows to the engine, which chooses one where an INTEGER
//! PRIMARY KEY gets no value or NULL (<https://sqlite.org/autoinc.html>).

use super::clauses::elements;
use super::written::named;
use crate::snapshot::catalog::Table;
use crate::sql::Words;

/// Whether an INSERT into a table leaves the key of at least one row to the engine, by its text. A
/// query may give NULL where the text does not say so; what it gives is then taken for a key.
pub fn leaves_key(sql: &str, table: &Table) -> bool {
    let Some(key) = table.integer_primary_key else {
        return false;
    };
    let words = Words::of(sql);
    let into = words.find_any(0, &["INSERT", "REPLACE"]);
    let Some(into) = into.and_then(|verb| words.find(verb, "INTO")) else {
        return false;
    };
    let (_, mut at) = words.qualified(into + 1);
    if words.is(at, "AS") {
        at += 2;
    }
    let (columns, at) = named(&words, at);
    let place = match columns {
        Some(names) => names
            .iter()
            .position(|name| table.column(name) == Some(key)),
        None => Some((0..key).filter(|at| !table.columns[*at].generated).count()),
    };
    match place {
        None => true,
        Some(place) => words.is(at, "DEFAULT") || gives_null(&words, at, place),
    }
}

/// Whether the rows that begin at a place have NULL at a place of theirs.
fn gives_null(words: &Words<'_>, at: usize, place: usize) -> bool {
    let is_null = |row: &str| {
        let value = elements(row).into_iter().nth(place);
        value.is_some_and(|value| Words::of(value).is(0, "NULL"))
    };
    if words.is(at, "SELECT") {
        let first = at + 1 + usize::from(words.is_any(at + 1, &["DISTINCT", "ALL"]));
        let end = words.find_any(first, &["FROM", "WHERE", "UNION", "ORDER", "LIMIT"]);
        return is_null(words.slice(first, end.unwrap_or(words.len())));
    }
    let opens = |at: &usize| words.is_text(*at, "(");
    let rows = (at..words.len()).filter(opens);
    words.is(at, "VALUES")
        && rows.into_iter().any(|open| {
            let close = words.close(open).unwrap_or(words.len());
            is_null(words.slice(open + 1, close))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Catalog;

    #[test]
    fn an_insert_leaves_the_key_or_names_it() {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE t(name, id INTEGER PRIMARY KEY, age); CREATE TABLE u(id PRIMARY \
            KEY, name);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        for (sql, expected) in [
            ("INSERT INTO t(name) VALUES ('a')", true),
            ("INSERT INTO t DEFAULT VALUES", true),
            ("INSERT INTO t VALUES ('a', 1, 2), ('b', NULL, 3)", true),
            (
                "INSERT INTO main.t AS x (age, ID) SELECT 1, NULL AS id FROM u",
                true,
            ),
            (
                "WITH q AS (SELECT 1) INSERT INTO t(name) SELECT * FROM q",
                true,
            ),
            ("REPLACE INTO t(name, age) SELECT name, 1 FROM u", true),
            ("INSERT INTO t VALUES ('a', 1, NULL)", false),
            ("INSERT INTO t(id, name) SELECT id, NULL FROM u", false),
            ("INSERT INTO t SELECT * FROM t", false),
            ("INSERT INTO u(name) VALUES ('a')", false),
        ] {
            let table = if sql.contains("INTO u") { "u" } else { "t" };
            let table = catalog.table(table).expect("a table");
            assert_eq!(leaves_key(sql, table), expected, "{sql}");
        }
    }
}
