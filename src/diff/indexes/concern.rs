//! An index that may be out of step, and why it is asked about.

use super::rows::EntryChanges;
use crate::snapshot::catalog::Table;
use crate::snapshot::storage::IndexModule;
use std::collections::BTreeSet;

/// An index that may be out of step.
pub(crate) struct IndexConcern<'a> {
    /// the index after
    pub(crate) table: &'a Table,
    /// the same index before; `None` if the migration made it
    pub(crate) before: Option<&'a Table>,
    /// the table or view that it indexes; `None` if it keeps its rows itself
    pub(crate) content: Option<&'a str>,
    /// why it is asked about
    pub(crate) cause: IndexCause,
    /// whether a statement names the index as its target
    pub(crate) is_direct: bool,
    /// whether entries that fit their rows show that it is in step
    pub(crate) may_trust_rows: bool,
    /// the statements that wrote the index or its content
    pub(crate) statements: BTreeSet<usize>,
}

/// Why an index may be out of step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexCause {
    /// rows of its content changed, or entries of its own
    Rows(EntryChanges),
    /// the migration made it
    Made,
    /// the rows of its content have other rowids, or are those of another table
    Readdressed,
    /// its storage was written by other means than its module
    Storage,
    /// a view over other tables, whose rows changed
    View,
    /// what it indexes was written in a way that cannot be followed
    Unknown,
}

impl IndexCause {
    /// Whether the rows show that the index is in step.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Rows(said) if said.fits)
    }
}

impl IndexConcern<'_> {
    /// The module that keeps the index.
    pub(crate) fn module(&self) -> Option<IndexModule> {
        self.table.index.as_ref().map(|index| index.module)
    }
}
