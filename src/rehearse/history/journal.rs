//! The journal: the captured writes of one migration without those that were taken back.
//!
//! It mirrors the transactions and savepoints of the engine
//! (<https://sqlite.org/lang_savepoint.html>): a mark is a length of the list, and taking back is
//! cutting at a mark. After a failing statement `sqlite3_changes()` is 0 for ABORT, which takes its
//! writes back, and not for FAIL, which keeps them. It can be 0 after FAIL too, if only triggers
//! wrote; so the writes are dropped then, and their tables are compared whole.

use super::entry::{Entry, Write, Written};
use super::lineage::Lineage;
use super::replay::Replay;
use super::touched::Touched;
use crate::change::RowAddress;
use crate::migration::{Savepoints, StatementKind};
use crate::rehearse::capture::{Captured, TableName};
use crate::scope::Op;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// The writes of a migration, and what happened to its tables between them.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    writes: Vec<Write>,
    /// how many of them are single rows
    pub(crate) single: usize,
    /// how many classes of rows all statements made, those taken back included
    classes: usize,
    /// each with the number of writes before it
    entries: Vec<(usize, Entry)>,
    savepoints: Savepoints<SavedMoment>,
    transaction_start: SavedMoment,
}

/// The most classes of rows that are kept for one migration; further rows are read again.
const CLASSES: usize = 50_000;

/// A moment that a rollback can go back to.
#[derive(Debug, Clone, Copy, Default)]
struct SavedMoment {
    writes: usize,
    single: usize,
    entries: usize,
}

/// A statement after it ran, as far as the journal needs it.
pub(crate) struct Settled<'a> {
    pub(crate) index: usize,
    /// `None` for a statement of the runner
    pub(crate) kind: Option<&'a StatementKind>,
    /// the folded name of the table that it drops: the engine deletes the rows of that, not the
    /// migration
    pub(crate) drops: Option<String>,
    /// for a statement that failed, `sqlite3_changes()` after it
    pub(crate) failed_after: Option<u64>,
    pub(crate) was_autocommit: bool,
    pub(crate) is_autocommit: bool,
}

/// How a row that is there now was written.
#[derive(Default)]
pub(super) struct WrittenRow {
    pub(super) statements: BTreeSet<usize>,
    /// whether an UPDATE wrote it, or an INSERT after a deletion, which may replace the deleted row,
    /// rather than an INSERT alone
    pub(super) updated: bool,
}

impl Journal {
    /// Takes in what a statement wrote and what it did to the transaction. Returns whether it went
    /// back past the start of the migration.
    pub(crate) fn settle(&mut self, captured: &mut Captured, statement: &Settled<'_>) -> bool {
        let start = SavedMoment {
            writes: self.writes.len(),
            single: self.single,
            entries: self.entries.len(),
        };
        if statement.was_autocommit {
            self.transaction_start = start;
        }
        self.take(captured, statement);
        let mut reaches_back = false;
        if captured.rolled_back {
            self.cut(self.transaction_start);
            self.savepoints.clear();
        } else if statement.failed_after == Some(0) {
            self.doubt(start, statement.index);
        } else if let (None, Some(kind)) = (statement.failed_after, statement.kind) {
            reaches_back = self.apply(kind, start);
        }
        if statement.is_autocommit {
            self.savepoints.clear();
        }
        reaches_back
    }

    fn take(&mut self, captured: &mut Captured, statement: &Settled<'_>) {
        let is_kept = |table: &TableName| statement.drops.as_deref() != Some(table);
        let write = |table, what| Write {
            table,
            statement: statement.index,
            what,
        };
        for (table, mut batch) in std::mem::take(&mut captured.batches) {
            if is_kept(&table) {
                let classes = self.classes + batch.classes.len();
                if statement.failed_after.is_some() || classes > CLASSES {
                    batch.blur();
                }
                self.classes += batch.classes.len();
                self.writes
                    .push(write(table, Written::Rows(Rc::new(batch))));
            }
        }
        for table in captured.storage.keys().filter(|table| is_kept(table)) {
            self.writes.push(write(Rc::clone(table), Written::Module));
        }
        let events = captured.events.drain(..);
        for event in events.filter(|event| is_kept(&event.table)) {
            let table = Rc::clone(&event.table);
            self.writes.push(write(table, Written::Row(event)));
            self.single += 1;
        }
    }

    /// Notes entries that happen now.
    pub(crate) fn note(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let now = self.writes.len();
        self.entries
            .extend(entries.into_iter().map(|entry| (now, entry)));
    }

    /// Which table of the state before each table continues, as of now.
    pub(crate) fn lineage(&self) -> Lineage {
        let mut lineage = Lineage::default();
        for (_, entry) in &self.entries {
            lineage.take(entry);
        }
        lineage
    }

    /// The rows of the table of this folded name that were written and are there now, since the
    /// table began or its rows got their addresses.
    pub(super) fn standing(&self, table: &str) -> BTreeMap<RowAddress, WrittenRow> {
        let mut standing = StandingRows::default();
        for (span, name) in self.spans(table) {
            let writes = self.writes[span].iter();
            for write in writes.filter(|write| *write.table == *name) {
                standing.take(write);
            }
        }
        standing.rows
    }

    /// The spans of writes during which the rows of the table that has this folded name now had
    /// their addresses, each with the name of the table then.
    fn spans<'a>(&'a self, table: &'a str) -> Vec<(Range<usize>, &'a str)> {
        let (mut name, mut end, mut spans) = (table, self.writes.len(), Vec::new());
        for (at, entry) in self.entries.iter().rev() {
            let earlier = match entry {
                Entry::Renamed { from, to } if to == name => Some(from),
                Entry::Made(of) | Entry::Renumbered(of) if of == name => None,
                _ => continue,
            };
            spans.insert(0, (*at..end, name));
            let Some(earlier) = earlier else {
                return spans;
            };
            (name, end) = (earlier, *at);
        }
        spans.insert(0, (0..end, name));
        spans
    }

    /// Follows a statement about savepoints, before which the journal was at `start`. Returns whether
    /// it goes back past the start of the migration.
    fn apply(&mut self, kind: &StatementKind, start: SavedMoment) -> bool {
        self.savepoints.take(kind, start);
        let StatementKind::RollbackTo(name) = kind else {
            return false;
        };
        let back = self.savepoints.back_to(name);
        if let Some(mark) = back {
            self.cut(mark);
        }
        back.is_none()
    }

    fn cut(&mut self, mark: SavedMoment) {
        self.writes.truncate(mark.writes);
        self.single = mark.single;
        self.entries.truncate(mark.entries);
    }

    /// Drops the writes of a failing statement and names their tables.
    fn doubt(&mut self, start: SavedMoment, statement: usize) {
        let dropped = self.writes.drain(start.writes..);
        let dropped: BTreeSet<TableName> = dropped.map(|write| write.table).collect();
        self.single = start.single;
        self.note(dropped.into_iter().map(|table| Entry::Doubtful {
            table: table.to_string(),
            statement,
        }));
    }

    /// Follows every row through the writes.
    pub(crate) fn follow(self) -> Touched {
        let mut replay = Replay::default();
        let mut entries = self.entries.into_iter().peekable();
        for (at, write) in self.writes.into_iter().enumerate() {
            while let Some((_, entry)) = entries.next_if(|(before, _)| *before <= at) {
                replay.take(entry);
            }
            replay.write(write);
        }
        entries.for_each(|(_, entry)| replay.take(entry));
        replay.finish()
    }
}

/// The rows of one table that were written and are there.
#[derive(Default)]
struct StandingRows {
    rows: BTreeMap<RowAddress, WrittenRow>,
    /// whether rows were deleted, so that an insertion may replace one
    replacing: bool,
}

impl StandingRows {
    fn take(&mut self, write: &Write) {
        let rows = &mut self.rows;
        // `is_more` says that the write did more than to insert a row.
        let mut note = |old: Option<&RowAddress>, new: Option<RowAddress>, is_more: bool| {
            let known = old.and_then(|old| rows.remove(old));
            if let Some(new) = new {
                let mut written = known.unwrap_or_default();
                written.statements.insert(write.statement);
                written.updated |= is_more;
                rows.insert(new, written);
            }
        };
        match &write.what {
            Written::Rows(batch) => {
                for (op, old, new) in batch.net().writes() {
                    let is_more = op == Op::Update
                        || self.replacing
                        || new
                            .as_ref()
                            .is_some_and(|new| batch.is_more_than_inserted(new));
                    note(old.as_ref(), new, is_more);
                }
                self.replacing |= batch.deletes;
            }
            Written::Row(event) => {
                self.replacing |= event.op == Op::Delete;
                let is_more = self.replacing || event.op == Op::Update;
                note(event.old.as_ref(), event.new.clone(), is_more);
            }
            Written::Module => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearse::TouchedRows;
    use crate::rehearse::capture::Event;

    fn write(op: Op, old: i64, new: i64) -> Event {
        let (old, new) = (RowAddress::Rowid(old), RowAddress::Rowid(new));
        Event {
            table: "t".into(),
            op,
            depth: 0,
            old: Some(old).filter(|_| op != Op::Insert),
            new: Some(new).filter(|_| op != Op::Delete),
        }
    }

    fn settle(
        journal: &mut Journal,
        events: Vec<Event>,
        kind: Option<&StatementKind>,
        rolled_back: bool,
    ) {
        let statement = Settled {
            index: 1,
            kind,
            drops: None,
            failed_after: None,
            was_autocommit: false,
            is_autocommit: false,
        };
        let mut captured = Captured {
            events,
            rolled_back,
            ..Captured::default()
        };
        journal.settle(&mut captured, &statement);
    }

    fn rows(journal: Journal) -> Vec<(Option<RowAddress>, Option<RowAddress>)> {
        let touched = journal.follow();
        touched
            .rows
            .get("t")
            .into_iter()
            .flat_map(TouchedRows::each)
            .map(|r| (r.origin, r.current))
            .collect()
    }

    #[test]
    fn a_row_keeps_its_origin_whatever_address_it_gets() {
        let mut journal = Journal::default();
        settle(
            &mut journal,
            vec![
                write(Op::Update, 1, 7),
                write(Op::Update, 7, 3),
                write(Op::Insert, 9, 9),
                write(Op::Delete, 9, 9),
            ],
            None,
            false,
        );
        assert_eq!(
            rows(journal),
            [(Some(RowAddress::Rowid(1)), Some(RowAddress::Rowid(3)))]
        );
    }

    #[test]
    fn rollback_to_keeps_what_was_before_the_savepoint() {
        let mut journal = Journal::default();
        settle(&mut journal, vec![write(Op::Delete, 1, 1)], None, false);
        let savepoint = StatementKind::Savepoint("S".to_owned());
        settle(&mut journal, Vec::new(), Some(&savepoint), false);
        settle(&mut journal, vec![write(Op::Delete, 2, 2)], None, false);
        settle(
            &mut journal,
            Vec::new(),
            Some(&StatementKind::RollbackTo("s".to_owned())),
            false,
        );
        settle(&mut journal, vec![write(Op::Delete, 3, 3)], None, false);
        let origins: Vec<_> = rows(journal)
            .into_iter()
            .map(|(origin, _)| origin)
            .collect();
        assert_eq!(
            origins,
            [Some(RowAddress::Rowid(1)), Some(RowAddress::Rowid(3))]
        );
    }

    #[test]
    fn a_rollback_takes_everything_back() {
        let mut journal = Journal::default();
        settle(&mut journal, vec![write(Op::Delete, 1, 1)], None, false);
        settle(&mut journal, Vec::new(), None, true);
        assert!(rows(journal).is_empty());
    }
}
