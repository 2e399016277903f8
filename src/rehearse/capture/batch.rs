//! A batch: the rows of one table that one statement wrote, while rows are found by rowid and keep
//! their rowids.
//!
//! The two images of the first write to a row put it into a class of rows that were written alike,
//! so that counts follow from the sizes of sets. Of a row that is written again only the rowid is
//! known: the states before and after decide what became of it.

use super::images::Images;
use super::rowids::Rowids;
use crate::change::RowAddress;
use crate::scope::Op;
use crate::sql::Value;
use std::collections::BTreeMap;

/// What became of the rows of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Net {
    /// rows from before that are gone
    pub(crate) ended: Rowids,
    /// rows from before that were written
    pub(crate) kept: Rowids,
    /// rows that are new
    pub(crate) began: Rowids,
}

impl Net {
    fn of(&mut self, op: Op) -> &mut Rowids {
        match op {
            Op::Insert => &mut self.began,
            Op::Update => &mut self.kept,
            Op::Delete => &mut self.ended,
        }
    }

    /// Takes in one more write.
    fn write(&mut self, rowid: i64, op: Op) {
        match op {
            Op::Update if self.began.contains(rowid) => return,
            Op::Delete if self.began.remove(rowid) => return,
            Op::Delete => drop(self.kept.remove(rowid)),
            Op::Insert | Op::Update => {}
        }
        self.of(op).insert(rowid);
    }

    /// Takes in what happened later.
    pub(crate) fn then(&mut self, later: &Self) {
        self.ended |= &later.ended.without(&self.began);
        self.kept |= &later.kept.without(&self.began);
        self.kept -= &later.ended;
        self.began -= &later.ended;
        self.began |= &later.began;
    }

    /// Every row, those that are gone again included.
    pub(crate) fn all(&self) -> Rowids {
        self.ended.clone().with(&self.kept).with(&self.began)
    }

    /// Each row as one write: what happened to it, its address before and its address after.
    pub(crate) fn writes(
        self,
    ) -> impl Iterator<Item = (Op, Option<RowAddress>, Option<RowAddress>)> {
        let by_op = [
            (Op::Delete, self.ended),
            (Op::Update, self.kept),
            (Op::Insert, self.began),
        ];
        by_op.into_iter().flat_map(|(op, rowids)| {
            rowids.into_each().map(move |rowid| {
                let address = |is_there: bool| is_there.then_some(RowAddress::Rowid(rowid));
                (op, address(op != Op::Insert), address(op != Op::Delete))
            })
        })
    }
}

/// Rows whose first write was alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    /// what happened to them
    pub(crate) op: Op,
    /// whether the statement wrote them itself
    pub(crate) direct: bool,
    /// what the images say; `None` where they are not certain
    pub(crate) images: Option<RowImages>,
}

/// What the two images of a row say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowImages {
    /// the cells that tell the owner before; none for a row that begins
    pub before: Vec<Value>,
    /// the cells that tell the owner after; none for a row that ends
    pub after: Vec<Value>,
    /// the places of the columns that an update changed, as bits
    pub differs: u128,
}

/// Rows by operation, in the order of [`Op::ALL`].
type ByOp = [Rowids; 3];

/// The rows of one table that one statement wrote.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// the classes with their rows, of which some may have been written again
    pub(crate) classes: Vec<(Class, Rowids)>,
    /// their places in `classes`
    index: BTreeMap<Class, usize>,
    /// the class of the last write
    last: usize,
    highest: Option<i64>,
    /// first writes, kept once a row comes out of order
    first: Option<ByOp>,
    /// rows that were written again
    pub(crate) again: Rowids,
    /// what became of those
    net: Net,
    /// rows that the statement itself wrote, and not first
    direct_again: ByOp,
    /// rows that were inserted after as many deletions, and may replace what was deleted
    replacing: Rowids,
    /// deletions that no insertion has followed yet
    deleted: u64,
    /// whether it deleted any
    pub(crate) deletes: bool,
    /// whether a row got another rowid, so that what follows is kept one by one
    pub(super) is_moving: bool,
}

/// The most classes that are kept apart for one statement; further rows are read again.
const CLASSES: usize = 10_000;

/// The most classes that are searched one by one.
const FEW: usize = 16;

impl Batch {
    /// Whether a write to this row would be its first in this batch.
    pub(super) fn is_first(&mut self, rowid: i64) -> bool {
        if self.highest.is_none_or(|highest| rowid > highest) {
            return true;
        }
        let classes = &self.classes;
        let first = self.first.get_or_insert_with(|| {
            let mut first = ByOp::default();
            for (class, rows) in classes {
                first[class.op as usize] |= rows;
            }
            first
        });
        !first.iter().any(|rows| rows.contains(rowid))
    }

    /// Notes the first write to a row, and the place of its class.
    pub(super) fn write_first(&mut self, rowid: i64, op: Op, class: usize) {
        self.classes[class].1.insert(rowid);
        self.highest = self.highest.max(Some(rowid));
        if let Some(first) = &mut self.first {
            first[op as usize].insert(rowid);
        }
        self.count(rowid, op);
    }

    /// Notes another write to a row that was written before.
    pub(super) fn write_again(&mut self, rowid: i64, op: Op, direct: bool) {
        if self.again.insert(rowid)
            && let Some(first) = &self.first
            && let Some(op) = Op::ALL
                .into_iter()
                .find(|op| first[*op as usize].contains(rowid))
        {
            self.net.write(rowid, op);
        }
        self.net.write(rowid, op);
        if direct {
            self.direct_again[op as usize].insert(rowid);
        }
        self.count(rowid, op);
    }

    fn count(&mut self, rowid: i64, op: Op) {
        match op {
            Op::Delete => {
                self.deleted += 1;
                self.deletes = true;
            }
            Op::Insert if self.deleted > 0 => {
                self.deleted -= 1;
                self.replacing.insert(rowid);
            }
            Op::Insert | Op::Update => {}
        }
    }

    /// The place of the class of rows with these images, which is made if it is new: the class of the
    /// last write, one of the first few, or any other.
    pub(super) fn class_of(&mut self, images: &Images<'_>) -> usize {
        let fits = |at: &usize| {
            let class = self.classes.get(*at);
            class.is_some_and(|(class, _)| images.fit(class))
        };
        if let Some(known) = std::iter::once(self.last).chain(0..FEW).find(fits) {
            self.last = known;
            return known;
        }
        let class = images.class();
        if self.classes.len() >= CLASSES && !self.index.contains_key(&class) {
            return self.unread(class.op, class.direct);
        }
        self.last = self.place(class);
        self.last
    }

    /// The place of the class of rows whose images were not read.
    pub(super) fn unread(&mut self, op: Op, direct: bool) -> usize {
        self.place(Class {
            op,
            direct,
            images: None,
        })
    }

    fn place(&mut self, class: Class) -> usize {
        let classes = &mut self.classes;
        *self.index.entry(class).or_insert_with_key(|class| {
            classes.push((class.clone(), Rowids::default()));
            classes.len() - 1
        })
    }

    /// Forgets what only helps while the statement runs.
    pub(super) fn finish(&mut self) {
        self.index.clear();
        self.first = None;
    }

    /// Leaves every row to be read again: after a statement that failed and may not have written
    /// what it began to, or for more classes than are worth their memory.
    pub(crate) fn blur(&mut self) {
        for (class, rows) in std::mem::take(&mut self.classes) {
            let at = self.unread(class.op, class.direct);
            self.classes[at].1 |= &rows;
        }
        self.index.clear();
    }

    /// Whether more was done to a new row than to insert it, or it may replace another.
    pub(crate) fn is_more_than_inserted(&self, row: &RowAddress) -> bool {
        matches!(row, RowAddress::Rowid(at)
            if self.again.contains(*at) || self.replacing.contains(*at))
    }

    /// Rows of which nothing is known but that they were inserted, once.
    pub(crate) fn only_inserted(&self) -> Rowids {
        let inserted = self.union(|class| class.op == Op::Insert);
        inserted.without(&self.again).without(&self.replacing)
    }

    /// Every row that was written.
    pub(crate) fn rows(&self) -> Rowids {
        self.union(|_| true)
    }

    /// Rows that the statement itself updated or deleted.
    pub(crate) fn direct(&self, op: Op) -> Rowids {
        let first = self.union(|class| class.direct && class.op == op);
        first.with(&self.direct_again[op as usize])
    }

    fn union(&self, is_in: impl Fn(&Class) -> bool) -> Rowids {
        let mut all = Rowids::default();
        for (_, rows) in self.classes.iter().filter(|(class, _)| is_in(class)) {
            all |= rows;
        }
        all
    }

    /// What became of the rows.
    pub(crate) fn net(&self) -> Net {
        let mut net = Net::default();
        for (class, rows) in &self.classes {
            *net.of(class.op) |= rows;
        }
        let again = [&self.net.began, &self.net.kept, &self.net.ended];
        for (op, again) in Op::ALL.into_iter().zip(again) {
            let all = net.of(op);
            *all -= &self.again;
            *all |= again;
        }
        net
    }
}
