//! Row writes, and steps: what happens to tables between them, and decides what they mean.

use crate::change::Owner;
use crate::rehearse::capture::{Batch, Event};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a statement wrote to one table.
#[derive(Debug)]
pub(crate) enum Write {
    /// rows that kept their rowids
    Rows {
        table: usize,
        batch: Rc<Batch>,
        statement: usize,
    },
    /// one row
    Row { event: Event, statement: usize },
}

impl Write {
    pub(crate) fn table(&self) -> usize {
        match self {
            Self::Rows { table, .. } => *table,
            Self::Row { event, .. } => event.table,
        }
    }
}

/// Something other than a row write that decides what the writes mean. Tables go by their folded
/// name at that time.
#[derive(Debug)]
pub(crate) enum Entry {
    /// the migration made the table, so what it inserts there first may be copies
    Made(String),
    /// VACUUM gave the table's rows other rowids
    Renumbered(String),
    /// a table has another name
    Renamed { from: String, to: String },
    /// a column has another name
    ColumnRenamed {
        table: String,
        from: String,
        to: String,
    },
    /// a failing statement left it open what it wrote to the table
    Doubtful { table: String, statement: usize },
    /// rows that cannot be followed further
    Untracked(UntrackedTouch),
}

/// Rows that were written and could not be followed further: their table was dropped, altered or
/// vacuumed, or it is a virtual table, whose rows the capture does not see.
#[derive(Debug, Clone)]
pub struct UntrackedTouch {
    /// the table's name at that time; once the migration is over, the one under which it is judged
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
