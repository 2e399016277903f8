//! The overflow: single row writes beyond those that are kept, counted by table and owner.
//!
//! It bounds the memory when millions of rows change. Its tables are compared whole afterwards, so
//! what changed is exact all the same; the owners say whose rows were written with the values that
//! they had.

use super::plan::TableName;
use crate::change::RowAddress;
use crate::scope::Op;
use crate::sql::Value;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

/// The most different owners that are counted apart for one statement.
const OWNERS: usize = 100_000;

/// The cells that tell the owner of a row.
pub(crate) type OwnerCells = Vec<Value>;

/// Writes of one statement that are counted only.
#[derive(Debug, Default)]
pub(crate) struct Overflow {
    /// direct writes by table and operation: how many, and the sum of the hashes of the addresses
    /// before
    direct: BTreeMap<(TableName, Op), (u64, u64)>,
    owners: HashMap<(TableName, OwnerCells), u64>,
    /// for every table, the writes whose owner cannot be read or is one too many
    unknown: BTreeMap<TableName, u64>,
}

impl Overflow {
    /// Counts a write, given by depth, table and operation; `owners` are the cells of its images that
    /// existed before or replace one that did.
    pub(super) fn add(
        &mut self,
        (depth, (table, op)): (u32, (TableName, Op)),
        old: Option<&RowAddress>,
        owners: Option<Vec<OwnerCells>>,
    ) {
        if depth == 0 {
            let direct = self.direct.entry((Rc::clone(&table), op));
            let (count, print) = direct.or_default();
            *count += 1;
            *print = print.wrapping_add(old.map_or(0, hash));
        }
        let unknown = self.unknown.entry(Rc::clone(&table)).or_default();
        let Some(owners) = owners else {
            *unknown += 1;
            return;
        };
        for cells in owners {
            let (key, is_full) = ((Rc::clone(&table), cells), self.owners.len() >= OWNERS);
            match self.owners.get_mut(&key) {
                Some(rows) => *rows += 1,
                None if is_full => *unknown += 1,
                None => drop(self.owners.insert(key, 1)),
            }
        }
    }

    /// The tables that were written.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableName> {
        self.unknown.keys()
    }

    /// Direct writes of one operation to a table: how many, and the sum of the hashes of their
    /// addresses before.
    pub(crate) fn direct(&self, table: &str, op: Op) -> (u64, u64) {
        let direct = self.direct.get(&(table.into(), op));
        direct.copied().unwrap_or_default()
    }

    /// How many rows of a table were written, by the cells that tell their owner, and how many of
    /// unknown owners.
    pub(crate) fn owners_of(&self, table: &str) -> (BTreeMap<&OwnerCells, u64>, u64) {
        let of_table = self.owners.iter().filter(|((of, _), _)| **of == *table);
        (
            of_table.map(|((_, cells), rows)| (cells, *rows)).collect(),
            self.unknown.get(table).copied().unwrap_or_default(),
        )
    }
}

/// A hash of an address; sums of hashes tell two sets of rows apart.
pub(crate) fn hash(address: &RowAddress) -> u64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}
