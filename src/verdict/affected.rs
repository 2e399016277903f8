//! Whose rows an operation changed, owner by owner. Judges nothing.

use super::Case;
use super::phrases::{few, spelled, whose};
use crate::change::{Owner, RowGroup, TableChanges};
use crate::scope::Op;
use crate::sentence::Sentence;
use std::collections::BTreeMap;

/// The owners of the rows that an operation changed, each with how many.
pub(super) struct Affected<'a>(BTreeMap<&'a Owner, u64>);

impl<'a> Affected<'a> {
    /// In the groups that meet a condition.
    pub(super) fn of(
        changes: &'a TableChanges,
        op: Op,
        is_meant: impl Fn(&RowGroup) -> bool,
    ) -> Self {
        let mut affected = BTreeMap::new();
        for (owners, group) in &changes.groups {
            let (rows, owner) = (group.changed.of(op), owners.before.as_ref());
            if let Some(owner) = owner.or(owners.after.as_ref())
                && rows > 0
                && is_meant(group)
            {
                *affected.entry(owner).or_default() += rows;
            }
        }
        Self(affected)
    }

    /// ` (1 (Ash): 3, 2 (Birch): 2)`, if the numbers are those of the rows.
    pub(super) fn phrase(&self, case: Case<'_>, rows: u64) -> Sentence {
        if self.0.is_empty() || self.0.values().sum::<u64>() != rows {
            return Sentence::default();
        }
        let each = self
            .0
            .iter()
            .map(|(owner, n)| whose(case, owner) + ": " + *n);
        " (" + few(each, ", ") + ")"
    }

    /// The tenants among them, as reports spell them.
    pub(super) fn tenants(&self, case: Case<'_>) -> Vec<String> {
        spelled(case, self.0.keys().copied())
    }
}
