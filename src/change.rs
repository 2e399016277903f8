//! Changes: one row inserted, updated or deleted, and the set of them, grouped by whose rows they
//! are.
//!
//! A row is *touched* when a statement writes it and *changed* when it differs between the states
//! before and after. Rows are grouped by their owner before and after, so that any sum over groups
//! counts distinct rows. Does not use SQLite.

use crate::scope::{Op, Tenant};
use crate::sql::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Whose a row is in one state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// a tenant's
    Tenant(Tenant),
    /// nobody's: the table is shared
    Shared,
    /// unknown: nothing says whose the rows of this table are
    Unassigned,
    /// unknown: the lookup gave no tenant, or several
    Ambiguous,
}

impl Owner {
    /// The tenant, if it is one.
    pub fn tenant(&self) -> Option<&Tenant> {
        match self {
            Self::Tenant(tenant) => Some(tenant),
            Self::Shared | Self::Unassigned | Self::Ambiguous => None,
        }
    }
}

/// Whose a row is before and after; `None` where there is no row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnerPair {
    /// in the state before
    pub before: Option<Owner>,
    /// in the state after
    pub after: Option<Owner>,
}

impl OwnerPair {
    /// Of a row that has one owner throughout.
    pub fn same(owner: Option<Owner>) -> Self {
        Self {
            before: owner.clone(),
            after: owner,
        }
    }

    /// The one or two different owners.
    pub fn each(&self) -> impl Iterator<Item = &Owner> {
        let second = if self.after == self.before {
            None
        } else {
            self.after.as_ref()
        };
        self.before.iter().chain(second)
    }
}

/// The address of a row in one state, by which the engine finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowAddress {
    /// the rowid
    Rowid(i64),
    /// the primary key's values, in a WITHOUT ROWID table
    Key(Box<[Value]>),
}

/// A named cell.
pub type NamedCell = (String, Value);

/// One changed row, as a sample in a report.
#[derive(Debug, Clone)]
pub struct RowChange {
    /// what happened
    pub op: Op,
    /// the key that identifies the row for a person: the primary key, the rowid, or nothing
    pub key: Vec<NamedCell>,
    /// the cells before; of an update, those that differ
    pub before: Vec<NamedCell>,
    /// the cells after; of an update, those that differ
    pub after: Vec<NamedCell>,
}

/// Rows, or row writes, by operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Rows inserted.
    pub insert: u64,
    /// Rows updated.
    pub update: u64,
    /// Rows deleted.
    pub delete: u64,
}

impl Counts {
    /// The number for one operation.
    pub fn of(self, op: Op) -> u64 {
        match op {
            Op::Insert => self.insert,
            Op::Update => self.update,
            Op::Delete => self.delete,
        }
    }

    /// Counts `n` more.
    pub fn add(&mut self, op: Op, n: u64) {
        match op {
            Op::Insert => self.insert += n,
            Op::Update => self.update += n,
            Op::Delete => self.delete += n,
        }
    }

    /// Each operation with its number, in the order of reports.
    pub fn by_op(self) -> [(Op, u64); 3] {
        Op::ALL.map(|op| (op, self.of(op)))
    }

    /// The sum over the operations; evidence that was read may hold any numbers.
    pub fn total(self) -> u64 {
        self.insert
            .saturating_add(self.update)
            .saturating_add(self.delete)
    }
}

/// The rows of one table that have the same owners.
#[derive(Debug, Clone, Default)]
pub struct RowGroup {
    /// distinct rows written
    pub touched: u64,
    /// distinct rows changed
    pub changed: Counts,
    /// for each column, how many updates changed it
    pub columns: BTreeMap<String, u64>,
    /// the first few changed rows
    pub samples: Vec<RowChange>,
    /// the statements (counted from 1) that wrote these rows
    pub statements: BTreeSet<usize>,
}

/// What happened to one table.
#[derive(Debug, Clone, Default)]
pub struct TableChanges {
    /// the rows, by their owners
    pub groups: BTreeMap<OwnerPair, RowGroup>,
    /// for each owner the groups that concern it
    by_owner: BTreeMap<Owner, Vec<OwnerPair>>,
}

impl TableChanges {
    /// Of a table that did not change.
    pub fn none() -> &'static Self {
        static NONE: TableChanges = TableChanges {
            groups: BTreeMap::new(),
            by_owner: BTreeMap::new(),
        };
        &NONE
    }

    /// The changes of a table by the owners of its rows.
    pub fn new(groups: BTreeMap<OwnerPair, RowGroup>) -> Self {
        let mut by_owner: BTreeMap<Owner, Vec<OwnerPair>> = BTreeMap::new();
        for owners in groups.keys() {
            for owner in owners.each() {
                by_owner
                    .entry(owner.clone())
                    .or_default()
                    .push(owners.clone());
            }
        }
        Self { groups, by_owner }
    }

    /// Distinct changed rows of the whole table.
    pub fn changed(&self) -> Counts {
        changed(self.groups.values())
    }

    /// Distinct changed rows that concern `owner`.
    pub fn changed_of(&self, owner: &Owner) -> Counts {
        changed(self.of_owner(owner))
    }

    /// Distinct rows written that concern `owner`.
    pub fn touched_of(&self, owner: &Owner) -> u64 {
        self.of_owner(owner).map(|group| group.touched).sum()
    }

    /// The groups that concern `owner`: a row that moves concerns two.
    pub fn of_owner(&self, owner: &Owner) -> impl Iterator<Item = &RowGroup> {
        self.by_owner
            .get(owner)
            .into_iter()
            .flatten()
            .filter_map(|owners| self.groups.get(owners))
    }

    /// Every owner that a touched row had before or after, in order.
    pub fn owners(&self) -> impl Iterator<Item = &Owner> {
        self.by_owner.keys()
    }

    /// Whether a touched row had this owner before or after.
    pub fn concerns(&self, owner: &Owner) -> bool {
        self.by_owner.contains_key(owner)
    }
}

fn changed<'a>(groups: impl Iterator<Item = &'a RowGroup>) -> Counts {
    let mut sum = Counts::default();
    for (op, rows) in groups.flat_map(|group| group.changed.by_op()) {
        sum.add(op, rows);
    }
    sum
}

/// What a migration did to the rows of every table it touched.
#[derive(Debug, Clone, Default)]
pub struct ChangeSet {
    /// by the table's name
    pub tables: BTreeMap<String, TableChanges>,
    /// rows that belong to another tenant now, or first belong to one, without a write that says so
    pub moved: Vec<MovedRows>,
}

/// Rows of one table whose tenant changed without a write that says so.
#[derive(Debug, Clone)]
pub struct MovedRows {
    /// the table
    pub table: String,
    /// what became of the rule that says whose they are; if it is kept, what it looks up changed
    pub fate: RuleFate,
    /// how many rows
    pub rows: u64,
    /// every owner that they had before or after
    pub owners: BTreeSet<Owner>,
}

/// What becomes of the rule that says whose the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleFate {
    /// it says it in both states, or in neither
    Kept,
    /// it says it in the state after alone, since what it reads is new
    Begun,
    /// it says it in the state before alone
    Lost,
    /// what it reads in the state after is there by a new name
    Renamed,
}
