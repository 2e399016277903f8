//! What is said of a table or of an owner's part of it: what is expected, and what happened.

use super::by_word;
use crate::record::{Counts, Mark, Migration, OwnerResult, TableResult};
use crate::report::kinds::{self, NOTHING};

/// Whose rows the total of a table is of.
pub(crate) const ALL_OWNERS: &str = "all";

/// A line of expected against actual: a table in all, or one owner's part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableLine<'a> {
    /// the table; none where the line is below that of its table
    pub(crate) table: Option<&'a str>,
    /// `all`, `shared`, or the owner
    pub(crate) whose: &'a str,
    pub(crate) expected: &'a str,
    pub(crate) mark: Mark,
    pub(crate) touched: u64,
    pub(crate) changed: Counts,
}

impl<'a> TableLine<'a> {
    /// The line of a table and those of its owners. The total of a shared one says everything.
    pub(crate) fn all(migration: &Migration, table: &'a TableResult) -> (Self, Vec<Self>) {
        if kinds::is_shared(migration, table) {
            let whose = "shared";
            return (
                Self {
                    whose,
                    ..table.into()
                },
                Vec::new(),
            );
        }
        (table.into(), table.owners.iter().map(Self::from).collect())
    }

    /// `update 6, unchanged 2`
    pub(crate) fn actual(&self) -> String {
        actual(self.changed, self.touched)
    }

    /// `expected update 6, actual update 32`
    pub(crate) fn summary(&self) -> String {
        format!("expected {}, actual {}", self.expected, self.actual())
    }
}

impl<'a> From<&'a TableResult> for TableLine<'a> {
    fn from(table: &'a TableResult) -> Self {
        Self {
            table: Some(&table.table),
            whose: ALL_OWNERS,
            expected: &table.expected,
            mark: table.mark,
            touched: table.touched,
            changed: table.actual,
        }
    }
}

impl<'a> From<&'a OwnerResult> for TableLine<'a> {
    fn from(owner: &'a OwnerResult) -> Self {
        Self {
            table: None,
            whose: &owner.owner,
            expected: &owner.expected,
            mark: owner.mark,
            touched: owner.touched,
            changed: owner.actual,
        }
    }
}

/// `update 6, unchanged 2`: the latter were written and kept their values.
pub(crate) fn actual(changed: Counts, touched: u64) -> String {
    let unchanged = ("unchanged", touched.saturating_sub(changed.total()));
    match by_word(
        changed
            .by_op()
            .map(|(op, rows)| (op.word(), rows))
            .into_iter()
            .chain([unchanged]),
    ) {
        none if none.is_empty() => NOTHING.to_owned(),
        some => some,
    }
}
