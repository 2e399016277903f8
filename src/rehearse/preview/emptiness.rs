//! Whether a statement found nothing because there was nothing: tables without a row, as against
//! tables without a matching row.

use crate::rehearse::read::opened;
use crate::snapshot::Catalog;
use crate::sql::{ident, is_lack};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a table or view of the main database has no row; `None` if the engine lacks something
/// that its schema relies on.
///
/// # Errors
/// The engine's.
pub fn is_empty(conn: &Connection, table: &str) -> rusqlite::Result<Option<bool>> {
    let select = format!("SELECT 1 FROM {} LIMIT 1", ident::qualified("main", table));
    let select = conn.prepare(&select);
    match select.and_then(|mut select| select.exists([])) {
        Ok(has_rows) => Ok(Some(!has_rows)),
        Err(e) if is_lack(&e) => Ok(None),
        Err(e) => Err(e),
    }
}

/// What a SELECT reads.
#[derive(Default)]
pub(super) struct Read {
    /// the tables of the main database among it, each with whether it has no row
    tables: BTreeMap<String, bool>,
    /// whether it reads anything else
    reads_others: bool,
}

impl Read {
    /// Whether a SELECT reads tables of the main database, and none of them has a row.
    pub(super) fn is_nothing(&self) -> bool {
        let mut are_empty = self.tables.values();
        !self.reads_others && !self.tables.is_empty() && are_empty.all(|is_empty| *is_empty)
    }

    /// The tables of the main database among it that have no row.
    pub(super) fn empty(self) -> BTreeSet<String> {
        let tables = self.tables.into_iter();
        let empty = tables.filter(|(_, is_empty)| *is_empty);
        empty.map(|(table, _)| table).collect()
    }
}

/// The tables whose storage the engine opens for a SELECT, by their own b-tree or that of an index.
///
/// # Errors
/// The engine's.
pub(super) fn read(conn: &Connection, sql: &str, catalog: &Catalog) -> rusqlite::Result<Read> {
    let mut read = Read::default();
    for opened in opened(conn, sql)? {
        let mut objects = catalog.objects.values();
        let object = opened.and_then(|(root, database)| {
            objects.find(|object| database == 0 && object.root_page == root)
        });
        let Some(table) = object.map(|object| &object.table) else {
            read.reads_others = true;
            continue;
        };
        if !read.tables.contains_key(table) {
            match is_empty(conn, table)? {
                Some(is_empty) => drop(read.tables.insert(table.clone(), is_empty)),
                None => read.reads_others = true,
            }
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_empty_tables_only_shows_nothing() {
        let conn = Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE a(x); CREATE TABLE b(y PRIMARY KEY) WITHOUT ROWID; CREATE \
            VIEW v AS SELECT x FROM a; CREATE INDEX i ON a(x); CREATE TABLE full(x); INSERT \
            INTO full VALUES (1); CREATE TEMP TABLE t(x);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        let read = |sql: &str| super::read(&conn, sql, &catalog).expect("reads");
        let shows = |sql: &str| read(sql).is_nothing();
        assert!(shows("SELECT x FROM a"));
        assert!(shows("SELECT * FROM v JOIN b"));
        assert!(!shows("SELECT x FROM full WHERE x = 2"));
        assert!(!shows(
            "SELECT x FROM full WHERE x NOT IN (SELECT y FROM b) AND x = 2"
        ));
        assert_eq!(
            read("SELECT x FROM full WHERE x NOT IN (SELECT y FROM b)").empty(),
            BTreeSet::from(["b".to_owned()])
        );
        assert!(!shows("SELECT 1 WHERE 0"));
        assert!(!shows("SELECT x FROM temp.t"));
        assert!(!shows("SELECT name FROM sqlite_schema WHERE 0"));
        assert_eq!(is_empty(&conn, "v").expect("reads"), Some(true));
    }
}
