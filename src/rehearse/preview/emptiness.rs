//! Whether a statement met nothing because nothing was there: tables without a row, told from
//! tables without a matching one.

use crate::snapshot::Catalog;
use crate::sql::{ident, is_lack};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Whether a table or view of the main database has no row; `None` where the engine lacks something
/// that its schema relies on.
///
/// # Errors
/// The engine's.
pub fn is_empty(conn: &Connection, table: &str) -> rusqlite::Result<Option<bool>> {
    let select = format!("SELECT 1 FROM {} LIMIT 1", ident::qualified("main", table));
    match conn
        .prepare(&select)
        .and_then(|mut select| select.exists([]))
    {
        Ok(has_rows) => Ok(Some(!has_rows)),
        Err(e) if is_lack(&e) => Ok(None),
        Err(e) => Err(e),
    }
}

/// What a SELECT reads.
#[derive(Default)]
pub(crate) struct Read {
    /// the tables of the main database among it that have a row, and those that have none
    full: BTreeSet<String>,
    pub(crate) empty: BTreeSet<String>,
    /// whether it reads nothing else
    is_all: bool,
}

impl Read {
    /// Whether a SELECT reads tables of the main database, and none of them has a row.
    pub(crate) fn is_nothing(&self) -> bool {
        self.is_all && self.full.is_empty() && !self.empty.is_empty()
    }
}

/// The tables whose storage the engine opens for a SELECT, by their own b-tree or an index's, as
/// its program says (<https://sqlite.org/opcode.html#OpenRead>).
///
/// # Errors
/// The engine's.
pub(crate) fn read(conn: &Connection, sql: &str, catalog: &Catalog) -> rusqlite::Result<Read> {
    let mut program = conn.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = program.raw_query();
    let mut read = Read {
        full: BTreeSet::new(),
        empty: BTreeSet::new(),
        is_all: true,
    };
    while let Some(row) = rows.next()? {
        match row.get_ref("opcode")?.as_str()? {
            "VOpen" => read.is_all = false,
            "OpenRead" => {
                let (root, database): (i64, i64) = (row.get("p2")?, row.get("p3")?);
                let opened = catalog
                    .objects
                    .values()
                    .find(|object| object.root_page == root)
                    .filter(|_| database == 0);
                match opened.map(|object| &object.table) {
                    None => read.is_all = false,
                    Some(table) if read.full.contains(table) || read.empty.contains(table) => {}
                    Some(table) => match is_empty(conn, table)? {
                        Some(true) => {
                            read.empty.insert(table.clone());
                        }
                        Some(false) => {
                            read.full.insert(table.clone());
                        }
                        None => read.is_all = false,
                    },
                }
            }
            _ => {}
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
            read("SELECT x FROM full WHERE x NOT IN (SELECT y FROM b)").empty,
            BTreeSet::from(["b".to_owned()])
        );
        assert!(!shows("SELECT 1 WHERE 0"));
        assert!(!shows("SELECT x FROM temp.t"));
        assert!(!shows("SELECT name FROM sqlite_schema WHERE 0"));
        assert_eq!(is_empty(&conn, "v").expect("reads"), Some(true));
    }
}
