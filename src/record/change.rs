//! The rows that a migration touched, by table and owner.

use super::Op;
use super::cell::{Row, row};
use crate::change::{self, Counts, RowChange, TableChanges};
use crate::verdict::Case;
use crate::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rows of one table and one owner that were touched: written, be it with the values that they
/// had.
///
/// A row that moves from one tenant to another stands in the groups of both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The tenant, as text; null where the rows are no tenant's. NULL, and values that would share
    /// a spelling, are SQL literals.
    pub tenant: Option<String>,
    /// Whose the rows are, as a person knows it: `9 (Amber Electric)`, `shared`, `unassigned`,
    /// `ambiguous`.
    pub described: String,
    /// Whose the rows are.
    pub owner: Owner,
    /// Whether rows of this owner may be written, by these operations in these columns.
    pub expected: bool,
    /// Distinct rows written.
    pub touched: u64,
    /// Distinct rows that are there after, not before.
    pub insert: u64,
    /// Distinct rows whose values are others.
    pub update: u64,
    /// Distinct rows that are there before, not after.
    pub delete: u64,
    /// For each column, how many of the updated rows differ in it.
    pub columns: BTreeMap<String, u64>,
    /// The first few changed rows.
    pub samples: Vec<Sample>,
}

words! {
    /// Whose the rows of a group are.
    pub enum Owner {
        /// A tenant's.
        Tenant = "tenant",
        /// Nobody's: the table is declared as shared.
        Shared = "shared",
        /// Not known: nothing says whose the rows of this table are.
        Unassigned = "unassigned",
        /// Not known: the lookup gave no tenant, or several.
        Ambiguous = "ambiguous",
    }
}

/// One changed row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// What happened to it.
    pub op: Op,
    /// What a person finds it by: its primary key, else its rowid, else empty.
    pub key: Row,
    /// Its cells before; of an update, those that differ.
    pub before: Row,
    /// Its cells after; of an update, those that differ.
    pub after: Row,
}

impl Change {
    /// The changes of one owner's rows, with so many samples.
    pub(super) fn of(
        case: Case<'_>,
        samples: usize,
        (table, changes): (&String, &TableChanges),
        owner: &change::Owner,
    ) -> Self {
        let Counts {
            insert,
            update,
            delete,
        } = changes.changed_of(owner);
        let mut columns: BTreeMap<String, u64> = BTreeMap::new();
        for (column, rows) in changes.of_owner(owner).flat_map(|g| &g.columns) {
            *columns.entry(column.clone()).or_default() += rows;
        }
        let shown = changes.of_owner(owner).flat_map(|g| &g.samples);
        Self {
            table: table.clone(),
            tenant: owner.tenant().map(|tenant| case.names.spell(tenant)),
            described: case.names.describe_owner(owner),
            owner: owner.into(),
            expected: case.allows(table, owner) && case.declares(table, owner),
            touched: changes.touched_of(owner),
            insert,
            update,
            delete,
            columns,
            samples: shown.take(samples).map(Sample::from).collect(),
        }
    }
}

impl From<&change::Owner> for Owner {
    fn from(owner: &change::Owner) -> Self {
        match owner {
            change::Owner::Tenant(_) => Self::Tenant,
            change::Owner::Shared => Self::Shared,
            change::Owner::Unassigned => Self::Unassigned,
            change::Owner::Ambiguous => Self::Ambiguous,
        }
    }
}

impl From<&RowChange> for Sample {
    fn from(change: &RowChange) -> Self {
        Self {
            op: change.op,
            key: row(&change.key),
            before: row(&change.before),
            after: row(&change.after),
        }
    }
}

impl Sample {
    /// Its cells: the key, then those before and after.
    pub(super) fn cells_mut(&mut self) -> impl Iterator<Item = (&String, &mut super::Cell)> {
        let Self {
            key, before, after, ..
        } = self;
        key.iter_mut().chain(before).chain(after)
    }
}
