//! Whether a statement met nothing because nothing was there: tables without a row, told from tables without a matching one.

use crate::snapshot::Catalog;
use crate::sql::ident;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Whether a table or view of the main database has no row.
///
/// # Errors
/// The engine's.
pub(super) fn is_empty(conn: &Connection, table: &str) -> rusqlite::Result<bool> {
    conn.prepare(&format!("SELECT 1 FROM {} LIMIT 1", ident::qualified("main", table)))?.exists([]).map(|has_rows| !has_rows)
}

/// Whether a SELECT reads tables of the main database, and none of them has a row.
///
/// # Errors
/// The engine's.
pub(super) fn reads_only_empty(conn: &Connection, sql: &str, catalog: &Catalog) -> rusqlite::Result<bool> {
    let Some(tables) = tables_read(conn, sql, catalog)? else { return Ok(false) };
    for table in &tables {
        if !is_empty(conn, table)? {
            return Ok(false);
        }
    }
    Ok(!tables.is_empty())
}

/// The tables whose storage the engine opens for a SELECT, by their own b-tree or an index's, as its program says
/// (<https://sqlite.org/opcode.html#OpenRead>); `None` where it reads anything else too.
fn tables_read(conn: &Connection, sql: &str, catalog: &Catalog) -> rusqlite::Result<Option<BTreeSet<String>>> {
    let mut program = conn.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = program.raw_query();
    let mut tables = BTreeSet::new();
    while let Some(row) = rows.next()? {
        match row.get_ref("opcode")?.as_str()? {
            "VOpen" => return Ok(None),
            "OpenRead" => {
                let (root, database): (i64, i64) = (row.get("p2")?, row.get("p3")?);
                let opened = catalog.objects.iter().find(|(_, object)| object.root_page == root).filter(|_| database == 0);
                let Some((_, object)) = opened else { return Ok(None) };
                tables.insert(object.table.clone());
            }
            _ => {}
        }
    }
    Ok(Some(tables))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_empty_tables_only_shows_nothing() {
        let conn = Connection::open_in_memory().expect("opens");
        let schema = "CREATE TABLE a(x); CREATE TABLE b(y PRIMARY KEY) WITHOUT ROWID; CREATE VIEW v AS SELECT x FROM a; CREATE INDEX i ON a(x); \
             CREATE TABLE full(x); INSERT INTO full VALUES (1); CREATE TEMP TABLE t(x);";
        conn.execute_batch(schema).expect("runs");
        let catalog = Catalog::read(&conn).expect("reads");
        let shows = |sql: &str| reads_only_empty(&conn, sql, &catalog).expect("reads");
        assert!(shows("SELECT x FROM a"));
        assert!(shows("SELECT * FROM v JOIN b"));
        assert!(!shows("SELECT x FROM full WHERE x = 2"));
        assert!(!shows("SELECT x FROM full WHERE x NOT IN (SELECT y FROM b) AND x = 2"));
        assert!(!shows("SELECT 1 WHERE 0"));
        assert!(!shows("SELECT x FROM temp.t"));
        assert!(!shows("SELECT name FROM sqlite_schema WHERE 0"));
        assert!(is_empty(&conn, "v").expect("reads"));
    }
}
