//! The journal: the captured writes of one migration that still stand, with what was taken back
//! taken out again.
//!
//! Mirrors the engine's transactions and savepoints (<https://sqlite.org/lang_savepoint.html>): a
//! mark is a length of the list, and taking back is cutting at a mark. After a failing statement
//! `sqlite3_changes()` tells FAIL, which keeps what was written, from ABORT, which does not: it is
//! 0 after ABORT. After FAIL it can be 0 too, where only triggers wrote; then the writes are
//! dropped and their tables named to be compared whole.

use super::entry::{Entry, Write};
use super::lineage::Lineage;
use super::replay::Trail;
use super::touched::Touched;
use crate::change::RowAddress;
use crate::migration::{Savepoints, StatementKind};
use crate::rehearse::capture::Captured;
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// The writes of a migration that stand, and what happened to its tables between them.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    writes: Vec<Write>,
    /// how many of them are kept one by one
    single: usize,
    /// how many classes of rows all statements made, those taken back included
    classes: usize,
    /// each with the number of writes before it
    steps: Vec<(usize, Entry)>,
    savepoints: Savepoints<Mark>,
    transaction_start: Mark,
}

/// Classes of rows that are kept for one migration; the rows of further ones are read again.
const CLASSES: usize = 50_000;

/// A moment that a rollback can go back to.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    writes: usize,
    single: usize,
    steps: usize,
}

/// A statement as far as the journal needs it.
pub(crate) struct Settled<'a> {
    pub(crate) index: usize,
    pub(crate) kind: Option<&'a StatementKind>,
    /// the place of the table that it drops: what the engine deletes of that is no write of the
    /// migration's
    pub(crate) drops: Option<usize>,
    /// for a statement that failed, `sqlite3_changes()` after it
    pub(crate) failed_after: Option<u64>,
    pub(crate) was_autocommit: bool,
    pub(crate) is_autocommit: bool,
}

/// A row that stands at an address, with the statements that wrote it.
pub(crate) struct Standing {
    pub(crate) address: RowAddress,
    pub(crate) statements: BTreeSet<usize>,
    /// whether an UPDATE wrote it, or an INSERT behind a deletion, which may replace the deleted
    /// row, rather than an INSERT alone
    pub(crate) updated: bool,
}

impl Journal {
    /// Takes in what a statement wrote and what it did to the transaction; whether it went back
    /// past the migration's start. `name_of` tells a table's name by its place in the capture.
    pub(crate) fn settle(
        &mut self,
        captured: Captured,
        statement: &Settled<'_>,
        name_of: impl Fn(usize) -> String,
    ) -> bool {
        let start = self.mark();
        if statement.was_autocommit {
            self.transaction_start = start;
        }
        for (table, mut batch) in captured
            .batches
            .into_iter()
            .filter(|(table, _)| statement.drops != Some(*table))
        {
            if statement.failed_after.is_some() || self.classes + batch.classes().len() > CLASSES {
                batch.blur();
            }
            self.classes += batch.classes().len();
            self.writes.push(Write::Rows {
                table,
                batch: Rc::new(batch),
                statement: statement.index,
            });
        }
        let rows = self.writes.len();
        let events = captured
            .events
            .into_iter()
            .filter(|event| statement.drops != Some(event.table));
        self.writes.extend(events.map(|event| Write::Row {
            event,
            statement: statement.index,
        }));
        self.single += self.writes.len() - rows;
        let mut reaches_back = false;
        if captured.rolled_back {
            self.cut(self.transaction_start);
            self.savepoints.clear();
        } else if statement.failed_after == Some(0) {
            self.doubt(start, statement.index, name_of);
        } else if let (None, Some(kind)) = (statement.failed_after, statement.kind) {
            reaches_back = self.apply(kind, start);
        }
        if statement.is_autocommit {
            self.savepoints.clear();
        }
        reaches_back
    }

    /// How many writes stand that are kept one by one.
    pub(crate) fn single(&self) -> usize {
        self.single
    }

    /// Notes steps that happen now.
    pub(crate) fn note(&mut self, steps: impl IntoIterator<Item = Entry>) {
        let now = self.writes.len();
        self.steps.extend(steps.into_iter().map(|step| (now, step)));
    }

    /// Which table of the state before each table continues, as of now.
    pub(crate) fn lineage(&self) -> Lineage {
        let mut lineage = Lineage::default();
        self.steps.iter().for_each(|(_, step)| lineage.take(step));
        lineage
    }

    /// The rows that were written and stand in the table of this folded name, since its rows have
    /// their addresses.
    pub(crate) fn standing(&self, table: &str, name_of: impl Fn(usize) -> String) -> Vec<Standing> {
        let mut rows: HashMap<RowAddress, Standing> = HashMap::new();
        let mut replacing = false;
        let mut write =
            |old: Option<&RowAddress>, new: Option<RowAddress>, statement: usize, is_more: bool| {
                let known = old.and_then(|old| rows.remove(old));
                let (mut statements, updated) = known.map_or((BTreeSet::new(), false), |row| {
                    (row.statements, row.updated)
                });
                if let Some(address) = new {
                    statements.insert(statement);
                    rows.insert(
                        address.clone(),
                        Standing {
                            address,
                            statements,
                            updated: updated || is_more,
                        },
                    );
                }
            };
        for written in self
            .spans(table)
            .into_iter()
            .flat_map(|(span, name)| self.written(span, name, &name_of))
        {
            match written {
                Write::Rows {
                    batch, statement, ..
                } => {
                    let net = batch.net();
                    let address = |rowid: i64| RowAddress::Rowid(rowid);
                    net.ended
                        .iter()
                        .map(address)
                        .for_each(|old| write(Some(&old), None, *statement, true));
                    net.kept
                        .iter()
                        .map(address)
                        .for_each(|old| write(Some(&old), Some(old.clone()), *statement, true));
                    for rowid in net.began.iter() {
                        write(
                            None,
                            Some(address(rowid)),
                            *statement,
                            replacing || batch.is_more_than_inserted(rowid),
                        );
                    }
                    replacing |= batch.deletes;
                }
                Write::Row { event, statement } => {
                    replacing |= event.op == Op::Delete;
                    write(
                        event.old.as_ref(),
                        event.new.clone(),
                        *statement,
                        replacing || event.op == Op::Update,
                    );
                }
            }
        }
        rows.into_values().collect()
    }

    /// The writes of a span to the table that has this name in it.
    fn written(
        &self,
        span: Range<usize>,
        name: &str,
        name_of: impl Fn(usize) -> String,
    ) -> impl Iterator<Item = &Write> {
        let places: BTreeSet<usize> = self.writes[span.clone()].iter().map(Write::table).collect();
        let places: BTreeSet<usize> = places
            .into_iter()
            .filter(|place| ident::same(&name_of(*place), name))
            .collect();
        self.writes[span]
            .iter()
            .filter(move |write| places.contains(&write.table()))
    }

    /// The spans of writes during which the table that has this folded name now kept its rows'
    /// addresses, each with its name then.
    fn spans<'a>(&'a self, table: &'a str) -> Vec<(Range<usize>, &'a str)> {
        let (mut name, mut end) = (table, self.writes.len());
        let mut spans = Vec::new();
        for (at, step) in self.steps.iter().rev() {
            let is_start = match step {
                Entry::Renamed { to, .. } => to == name,
                Entry::Made(table) | Entry::Renumbered(table) => table == name,
                _ => false,
            };
            if !is_start {
                continue;
            }
            spans.push((*at..end, name));
            end = *at;
            let Entry::Renamed { from, .. } = step else {
                spans.reverse();
                return spans;
            };
            name = from;
        }
        spans.push((0..end, name));
        spans.reverse();
        spans
    }

    fn mark(&self) -> Mark {
        Mark {
            writes: self.writes.len(),
            single: self.single,
            steps: self.steps.len(),
        }
    }

    /// Follows a statement about savepoints, before which the journal was at `start`; whether it
    /// goes back further than the migration.
    fn apply(&mut self, kind: &StatementKind, start: Mark) -> bool {
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

    fn cut(&mut self, mark: Mark) {
        self.writes.truncate(mark.writes);
        self.single = mark.single;
        self.steps.truncate(mark.steps);
    }

    /// Drops the writes of a failing statement and names its tables.
    fn doubt(&mut self, start: Mark, statement: usize, name_of: impl Fn(usize) -> String) {
        let dropped: BTreeSet<usize> = self
            .writes
            .drain(start.writes..)
            .map(|write| write.table())
            .collect();
        self.single = start.single;
        self.note(dropped.into_iter().map(|table| Entry::Doubtful {
            table: ident::folded(&name_of(table)),
            statement,
        }));
    }

    /// Follows every row through the writes that stand.
    pub(crate) fn follow(self, name_of: impl Fn(usize) -> String) -> Touched {
        let names: HashMap<usize, String> = self
            .writes
            .iter()
            .map(Write::table)
            .map(|t| (t, ident::folded(&name_of(t))))
            .collect();
        let mut trail = Trail::default();
        let mut steps = self.steps.into_iter().peekable();
        for (at, write) in self.writes.into_iter().enumerate() {
            while let Some((_, step)) = steps.next_if(|(before, _)| *before <= at) {
                trail.take(step);
            }
            trail.write(&names[&write.table()], write);
        }
        steps.for_each(|(_, step)| trail.take(step));
        trail.finish()
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
            table: 0,
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
        journal.settle(
            Captured {
                events,
                rolled_back,
                ..Captured::default()
            },
            &statement,
            |_| "t".to_owned(),
        );
    }

    fn rows(journal: Journal) -> Vec<(Option<RowAddress>, Option<RowAddress>)> {
        let touched = journal.follow(|_| "t".to_owned());
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
