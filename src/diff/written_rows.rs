//! Which rows of a table were written, by their addresses: kept for the tables of which the author
//! claims something.

use crate::change::RowAddress;
use crate::rehearse::Rowids;
use crate::scope::Op;
use std::collections::BTreeSet;

/// Which rows of a table were written.
#[derive(Debug, Default)]
pub struct WrittenRows {
    /// the updated ones
    pub updated: RowPairs,
    /// the deleted ones, by their addresses before
    pub deleted: AddressSet,
    /// the inserted ones, by their addresses after
    pub inserted: AddressSet,
    /// those that were written with the values that they had, by their addresses before
    pub same: AddressSet,
    /// why these are not known to be all
    pub lost: Option<&'static str>,
}

/// Rows of both states.
#[derive(Debug, Default)]
pub struct RowPairs {
    /// the rowids of those that kept them
    pub stayed: Rowids,
    /// the addresses before and after of the others
    pub others: Vec<[RowAddress; 2]>,
}

/// Addresses of rows of one state.
#[derive(Debug, Clone, Default)]
pub struct AddressSet {
    rowids: Rowids,
    /// those without a rowid
    keys: BTreeSet<RowAddress>,
}

/// Where a row is before and after.
pub(super) type Addresses = [Option<RowAddress>; 2];

impl WrittenRows {
    /// Takes in a row that was written; no operation leaves its values as they were.
    pub(super) fn take(&mut self, op: Option<Op>, at: Addresses) {
        match (op, at) {
            (Some(Op::Update), [Some(before), Some(after)]) => self.updated.insert(before, after),
            (Some(Op::Delete), [Some(before), _]) => self.deleted.insert(before),
            (Some(Op::Insert), [_, Some(after)]) => self.inserted.insert(after),
            (None, [Some(before), _]) => self.same.insert(before),
            _ => self.lost = Some("a row of it has no address"),
        }
    }

    /// Takes in rows that kept their rowids.
    pub(super) fn take_all(&mut self, op: Option<Op>, rows: &Rowids) {
        let set = match op {
            Some(Op::Update) => &mut self.updated.stayed,
            Some(Op::Delete) => &mut self.deleted.rowids,
            Some(Op::Insert) => &mut self.inserted.rowids,
            None => &mut self.same.rowids,
        };
        *set |= rows;
    }

    /// The rows that an operation changed: of inserted ones the addresses after, else those before.
    pub(super) fn changed(&self, op: Op) -> AddressSet {
        match op {
            Op::Insert => self.inserted.clone(),
            Op::Delete => self.deleted.clone(),
            Op::Update => self.updated.before(),
        }
    }
}

impl RowPairs {
    fn insert(&mut self, before: RowAddress, after: RowAddress) {
        match (&before, &after) {
            (RowAddress::Rowid(was), RowAddress::Rowid(is)) if was == is => {
                self.stayed.insert(*was);
            }
            _ => self.others.push([before, after]),
        }
    }

    /// Where those are that did not keep a rowid.
    pub(super) fn moved(&self) -> Vec<Addresses> {
        let both = |pair: &[RowAddress; 2]| pair.clone().map(Some);
        self.others.iter().map(both).collect()
    }

    /// The address after of the row that had this one before.
    pub(super) fn after(&self, before: &RowAddress) -> Option<RowAddress> {
        let moved = self.others.iter().find(|[was, _]| was == before);
        match (moved, before) {
            (Some([_, after]), _) => Some(after.clone()),
            (None, RowAddress::Rowid(rowid)) if self.stayed.contains(*rowid) => {
                Some(before.clone())
            }
            _ => None,
        }
    }

    /// The addresses before.
    fn before(&self) -> AddressSet {
        let mut set = AddressSet {
            rowids: self.stayed.clone(),
            ..AddressSet::default()
        };
        let others = self.others.iter().map(|[before, _]| before.clone());
        others.for_each(|before| set.insert(before));
        set
    }
}

impl AddressSet {
    /// Puts an address in.
    pub(super) fn insert(&mut self, address: RowAddress) {
        match address {
            RowAddress::Rowid(rowid) => drop(self.rowids.insert(rowid)),
            key @ RowAddress::Key(_) => drop(self.keys.insert(key)),
        }
    }

    /// The addresses of both sets.
    pub(super) fn with(mut self, other: &Self) -> Self {
        self.rowids |= &other.rowids;
        self.keys.extend(other.keys.iter().cloned());
        self
    }

    /// The addresses that the other set does not have.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self {
            rowids: self.rowids.without(&other.rowids),
            keys: &self.keys - &other.keys,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.rowids.len() + self.keys.len() as u64
    }

    /// The rowids in it.
    pub(super) fn rowids(&self) -> &Rowids {
        &self.rowids
    }

    /// The keys in it, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = RowAddress> + '_ {
        self.keys.iter().cloned()
    }

    /// All of them, in order.
    pub(super) fn each(&self) -> impl Iterator<Item = RowAddress> + '_ {
        self.rowids.iter().map(RowAddress::Rowid).chain(self.keys())
    }
}
