//! The sizes that an FTS5 index keeps: how many tokens each entry has in each column, and how many
//! all have together (<https://sqlite.org/fts5.html#fts5_data_structures>). What nobody took back
//! shows in the sums.

use crate::snapshot::catalog::Table;
use crate::snapshot::storage;
use crate::sql::ident;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeSet;

/// How many entries, and how many tokens in each column.
#[derive(Default)]
struct Sizes(Vec<i64>);

/// Whether the sums of an index changed between two states by as much as some entries did.
pub(super) fn fit(
    [before, after]: [(&Connection, &Table); 2],
    rowids: &BTreeSet<i64>,
) -> rusqlite::Result<bool> {
    let mut change = all(after.0, after.1)?;
    change.add(&all(before.0, before.1)?, -1);
    change.add(&of_entries(after.0, after.1, rowids)?, -1);
    change.add(&of_entries(before.0, before.1, rowids)?, 1);
    Ok(change.0.iter().all(|number| *number == 0))
}

fn all(conn: &Connection, index: &Table) -> rusqlite::Result<Sizes> {
    let data = ident::qualified("main", &format!("{}_data", index.name));
    let sql = format!("SELECT block FROM {data} WHERE id = 1");
    let block: Option<Vec<u8>> = conn.query_row(&sql, [], |row| row.get(0)).optional()?;
    Ok(Sizes(varints(&block.unwrap_or_default())))
}

fn of_entries(conn: &Connection, index: &Table, rowids: &BTreeSet<i64>) -> rusqlite::Result<Sizes> {
    let entries = ident::qualified("main", &storage::entries_of(&index.name));
    let mut read = conn.prepare(&format!("SELECT sz FROM {entries} WHERE id = ?1"))?;
    let mut sum = Sizes::default();
    for rowid in rowids {
        let size: Option<Vec<u8>> = read.query_row([rowid], |row| row.get(0)).optional()?;
        if let Some(size) = size {
            let mut numbers = vec![1];
            numbers.extend(varints(&size));
            sum.add(&Sizes(numbers), 1);
        }
    }
    Ok(sum)
}

impl Sizes {
    fn add(&mut self, other: &Self, times: i64) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        for (sum, number) in self.0.iter_mut().zip(&other.0) {
            *sum += number * times;
        }
    }
}

/// The numbers in a blob, each of up to nine bytes
/// (<https://sqlite.org/fileformat2.html#varint>).
fn varints(bytes: &[u8]) -> Vec<i64> {
    let (mut found, mut number, mut length) = (Vec::new(), 0_i64, 0);
    for byte in bytes {
        length += 1;
        if length == 9 {
            number = (number << 8) | i64::from(*byte);
        } else {
            number = (number << 7) | i64::from(byte & 0x7f);
        }
        if length == 9 || byte & 0x80 == 0 {
            found.push(number);
            (number, length) = (0, 0);
        }
    }
    found
}
