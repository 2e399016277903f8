//! Indexes that are derived data: which of them may be out of step with what they index, and what
//! the rows say about that.
//!
//! An index is asked about only where it can have come out of step: its content changed in an
//! indexed column, got other rowids or is another table, or the index itself was written or made.
//! Whether it is out of step is for the engine to say, where the rows do not show that it is not.

mod concern;
mod content;
pub(super) mod contentless;
mod question;
mod rows;
mod sizes;
mod temporary;
mod terms;

pub(crate) use concern::{IndexCause, IndexConcern};
pub(crate) use rows::{EntryChanges, by_rows};

use super::{Diff, States};
use crate::migration::Migration;
use crate::rehearse::Rehearsal;
use question::IndexQuestion;

/// The indexes that may be out of step after a migration; if the run goes `deep`, all whose content
/// was reached.
pub(crate) fn concerns<'a>(
    states: States<'_>,
    rehearsal: &'a Rehearsal,
    migration: &Migration,
    diff: &Diff,
    deep: bool,
) -> Vec<IndexConcern<'a>> {
    let mut found = Vec::new();
    for (name, table) in &rehearsal.after.tables {
        // One that cannot be read says so by itself.
        let mut broken = diff.broken.iter();
        let is_read = table.unreadable.is_none() && !broken.any(|it| it.is_table(&table.name));
        if let Some(index) = table.index.as_ref().filter(|_| is_read) {
            let asked = IndexQuestion {
                states,
                rehearsal,
                migration,
                diff,
                name,
                table,
                index,
            };
            found.extend(asked.concern(deep));
        }
    }
    found
}
