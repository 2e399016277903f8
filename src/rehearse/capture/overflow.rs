//! The tally: single row writes beyond those that are followed, counted by table and owner.
//!
//! It keeps memory bounded when millions of rows change. The tables in it are compared whole
//! afterwards, so that what changed is exact all the same; the owners say whose rows were written
//! with the values that they had.

use crate::change::RowAddress;
use crate::scope::Op;
use crate::sql::Value;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Different keys of owners that are kept apart for one statement.
const OWNERS: usize = 100_000;

/// The cells that tell a row's owner.
pub(crate) type OwnerCells = Vec<Value>;

/// Writes of one statement that are counted only.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// by place of the table, operation and depth
    pub(crate) counts: BTreeMap<(usize, Op, u32), u64>,
    /// of direct writes, the sum of the hashes of the addresses before
    prints: BTreeMap<(usize, Op), u64>,
    owners: HashMap<(usize, OwnerCells), u64>,
    /// writes whose owner is one too many, or cannot be read
    unknown: BTreeMap<usize, u64>,
}

impl Tally {
    /// Counts a write; `owners` are the cells of its images that existed before or replace one that
    /// did.
    pub(crate) fn add(
        &mut self,
        table: usize,
        op: Op,
        depth: u32,
        old: Option<&RowAddress>,
        owners: Option<Vec<OwnerCells>>,
    ) {
        *self.counts.entry((table, op, depth)).or_default() += 1;
        if let (0, Some(old)) = (depth, old) {
            let print = self.prints.entry((table, op)).or_default();
            *print = print.wrapping_add(hash(old));
        }
        let Some(owners) = owners else {
            *self.unknown.entry(table).or_default() += 1;
            return;
        };
        for cells in owners {
            let is_full = self.owners.len() >= OWNERS;
            match self.owners.get_mut(&(table, cells.clone())) {
                Some(rows) => *rows += 1,
                None if is_full => *self.unknown.entry(table).or_default() += 1,
                None => {
                    self.owners.insert((table, cells), 1);
                }
            }
        }
    }

    /// The tables that were written.
    pub(crate) fn tables(&self) -> impl Iterator<Item = usize> {
        let mut tables: Vec<usize> = self.counts.keys().map(|(table, ..)| *table).collect();
        tables.dedup();
        tables.into_iter()
    }

    /// Direct writes of one operation to a table: how many, and the sum of the hashes of their
    /// addresses before.
    pub(crate) fn direct(&self, table: usize, op: Op) -> (u64, u64) {
        let count = self
            .counts
            .get(&(table, op, 0))
            .copied()
            .unwrap_or_default();
        (
            count,
            self.prints.get(&(table, op)).copied().unwrap_or_default(),
        )
    }

    /// Whose rows of a table were written, by the cells that tell, and how many nobody can tell.
    pub(crate) fn owners_of(&self, table: usize) -> (BTreeMap<&OwnerCells, u64>, u64) {
        let mut owners = BTreeMap::new();
        #[expect(clippy::iter_over_hash_type, reason = "the result is sorted")]
        for ((of, cells), rows) in &self.owners {
            if *of == table {
                owners.insert(cells, *rows);
            }
        }
        (
            owners,
            self.unknown.get(&table).copied().unwrap_or_default(),
        )
    }
}

/// A hash of an address; sums of them tell two sets of rows apart.
pub(crate) fn hash(address: &RowAddress) -> u64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}
