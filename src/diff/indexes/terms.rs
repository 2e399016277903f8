//! Whether entries of an FTS5 index are those of their rows: what the index has of these rows is
//! compared with what a temporary index over them alone has, for every term that they have or had.

use super::rows::{ContentRow, IndexedCells};
use super::temporary::{self, instances, with_tables};
use crate::snapshot::catalog::Table;
use crate::snapshot::storage;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Statement, params_from_iter};
use std::collections::BTreeSet;

/// The most terms that are asked for, and the most tokens that are read.
const TERMS: usize = 20_000;
const TOKENS: usize = 500_000;

/// The place of a token: its row, column and number in there, as far as the index has them.
type TokenPlace = (i64, Option<String>, Option<i64>);

/// Whether the index has of these rows what they say now, and nothing of what they said before;
/// false where that cannot be had.
pub(super) fn fit(
    conn: &Connection,
    index: &Table,
    declaration: Option<&str>,
    rows: &[&ContentRow],
) -> rusqlite::Result<bool> {
    let Some(module) = declaration.and_then(temporary::without_content) else {
        return Ok(false);
    };
    let tables = [
        ("harness_is", module.clone()),
        ("harness_was", module),
        ("harness_terms_is", instances("temp", "harness_is")),
        ("harness_terms_was", instances("temp", "harness_was")),
        ("harness_terms", instances("main", &index.name)),
    ];
    with_tables(conn, &tables, || {
        fill(conn, "harness_is", index, rows.iter().map(|row| &row.after))?;
        fill(
            conn,
            "harness_was",
            index,
            rows.iter().map(|row| &row.before),
        )?;
        Ok(have_same_sizes(conn, index, rows)? && have_same_terms(conn, rows)?)
    })
}

fn fill<'r>(
    conn: &Connection,
    table: &str,
    index: &Table,
    rows: impl Iterator<Item = &'r Option<IndexedCells>>,
) -> rusqlite::Result<()> {
    let mut insert = conn.prepare(&temporary::insert(table, index))?;
    for (rowid, cells) in rows.flatten() {
        let rowid = [&Value::Integer(*rowid)];
        insert.execute(params_from_iter(rowid.into_iter().chain(cells)))?;
    }
    Ok(())
}

/// Whether each row has an entry of as many tokens as it has, and a row that is gone none.
fn have_same_sizes(
    conn: &Connection,
    index: &Table,
    rows: &[&ContentRow],
) -> rusqlite::Result<bool> {
    let size = |schema: &str, index: &str| {
        let entries = ident::qualified(schema, &storage::entries_of(index));
        conn.prepare(&format!("SELECT sz FROM {entries} WHERE id = ?1"))
    };
    let (Ok(mut has), Ok(mut wants)) = (size("main", &index.name), size("temp", "harness_is"))
    else {
        return Ok(false);
    };
    for rowid in rows.iter().flat_map(|row| row.rowids()) {
        if of_row(&mut has, rowid)? != of_row(&mut wants, rowid)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn of_row(size: &mut Statement<'_>, rowid: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut rows = size.query([rowid])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

/// Whether the index has the same tokens of these rows as the temporary one, for each term that the
/// rows have or had.
fn have_same_terms(conn: &Connection, rows: &[&ContentRow]) -> rusqlite::Result<bool> {
    let rowids: BTreeSet<i64> = rows.iter().flat_map(|row| row.rowids()).collect();
    let mut terms = conn.prepare(
        "SELECT term FROM temp.harness_terms_is UNION SELECT term FROM temp.harness_terms_was",
    )?;
    let terms: Vec<Value> = terms
        .query_map([], |row| row.get_ref(0).map(Value::from))?
        .take(TERMS + 1)
        .collect::<rusqlite::Result<_>>()?;
    let tokens = |of: &str| {
        conn.prepare(&format!(
            "SELECT doc, col, \"offset\" FROM temp.{of} WHERE term = ?1"
        ))
    };
    let (mut has, mut wants) = (tokens("harness_terms")?, tokens("harness_terms_is")?);
    let mut left = TOKENS;
    for term in &terms {
        let (Some(has), Some(wants)) = (
            tokens_of(&mut has, term, &rowids, &mut left)?,
            tokens_of(&mut wants, term, &rowids, &mut left)?,
        ) else {
            return Ok(false);
        };
        if has != wants {
            return Ok(false);
        }
    }
    Ok(terms.len() <= TERMS)
}

/// The places of a token in some rows, in order; `None` if too many were read.
fn tokens_of(
    tokens: &mut Statement<'_>,
    term: &Value,
    rowids: &BTreeSet<i64>,
    left: &mut usize,
) -> rusqlite::Result<Option<Vec<TokenPlace>>> {
    let mut found = Vec::new();
    let mut rows = tokens.query([term])?;
    while let Some(row) = rows.next()? {
        let Some(rest) = left.checked_sub(1) else {
            return Ok(None);
        };
        *left = rest;
        let doc = row.get(0)?;
        if rowids.contains(&doc) {
            found.push((doc, row.get(1)?, row.get(2)?));
        }
    }
    found.sort();
    Ok(Some(found))
}
