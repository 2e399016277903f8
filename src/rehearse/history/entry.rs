//! What a history is made of: row writes, and the entries between them that decide what they mean.

use crate::change::Owner;
use crate::rehearse::capture::{Batch, Event, TableName};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a statement wrote to one table.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) table: TableName,
    pub(super) statement: usize,
    pub(super) what: Written,
}

/// What was written.
#[derive(Debug)]
pub(super) enum Written {
    /// rows that kept their rowids
    Rows(Rc<Batch>),
    /// one row
    Row(Event),
    /// the storage of the virtual table, by its module: that shows no row
    Module,
}

/// Something other than a row write that decides what the writes mean. Tables have their folded
/// name of that time.
#[derive(Debug)]
pub(crate) enum Entry {
    /// the migration made the table, so what it inserts there first may be copies
    Made(String),
    /// VACUUM gave the rows of the table other rowids
    Renumbered(String),
    /// a table has another name
    Renamed { from: String, to: String },
    /// a column has another name
    ColumnRenamed {
        table: String,
        from: String,
        to: String,
    },
    /// what the statement wrote to the table is not known
    Doubtful { table: String, statement: usize },
    /// the storage of a virtual table was written, or is another, by other means than its module
    StorageWritten { table: String, statement: usize },
    /// rows that cannot be followed further
    Untracked(UntrackedTouch),
}

/// Rows that were written and could not be followed further: their table was dropped, altered or
/// vacuumed, or it is a virtual table, whose rows the capture does not see.
#[derive(Debug, Clone)]
pub struct UntrackedTouch {
    /// the name of the table at that time; after the migration, the name that the verdict uses
    pub table: String,
    /// the folded name of the table of the state before that it continued
    pub origin: Option<String>,
    /// whose rows
    pub owner: Owner,
    /// how many
    pub rows: u64,
    /// the statements that wrote them
    pub statements: BTreeSet<usize>,
}
