//! A batch: the rows of one table that one statement wrote, where rows are found by rowid and kept
//! theirs.
//!
//! A row's first write is judged by its two images and put into the class of rows that were written
//! alike, so that counts follow from the sizes of sets. A row that is written again is only known
//! by its rowid: the states before and after decide it.

use super::rowids::Rowids;
use crate::scope::Op;
use crate::sql::Value;
use std::collections::{BTreeMap, HashMap};

/// What a statement did to the rows of a table that stood before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Net {
    /// rows that stood before, and are gone
    pub(crate) ended: Rowids,
    /// rows that stood before and were written
    pub(crate) kept: Rowids,
    /// rows that stand since
    pub(crate) began: Rowids,
}

impl Net {
    /// Takes in one more write.
    fn write(&mut self, rowid: i64, op: Op) {
        match op {
            Op::Insert => {
                self.began.insert(rowid);
            }
            Op::Update => {
                if !self.began.contains(rowid) {
                    self.kept.insert(rowid);
                }
            }
            Op::Delete => {
                if !self.began.remove(rowid) {
                    self.kept.remove(rowid);
                    self.ended.insert(rowid);
                }
            }
        }
    }

    /// Takes in what came later.
    pub(crate) fn then(&mut self, later: &Self) {
        let without = |rows: &Rowids, others: &Rowids| {
            let mut rows = rows.clone();
            rows -= others;
            rows
        };
        self.ended |= &without(&later.ended, &self.began);
        self.kept |= &without(&later.kept, &self.began);
        self.kept -= &later.ended;
        self.began -= &later.ended;
        self.began |= &later.began;
    }

    /// Every row, and those that are gone again.
    pub(crate) fn all(&self) -> Rowids {
        let mut all = self.ended.clone();
        all |= &self.kept;
        all |= &self.began;
        all
    }
}

/// Rows whose first write was alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    /// what happened to them
    pub op: Op,
    /// whether the statement wrote them itself
    pub(crate) direct: bool,
    /// what the images say; `None` where they could not be judged
    pub images: Option<RowImages>,
}

/// What the two images of a row say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowImages {
    /// the cells that tell the owner before; none for a row that begins
    pub before: Vec<Value>,
    /// the cells that tell the owner after; none for a row that ends
    pub after: Vec<Value>,
    /// the places of the columns that differ, as bits; of an update only
    pub differs: u128,
}

/// The rows of one table that one statement wrote.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    classes: Vec<(Class, Rowids)>,
    /// places in `classes` by hash
    index: HashMap<u64, usize>,
    /// the class of the last write
    last: usize,
    /// places in `classes` of what is not judged
    unread: BTreeMap<(Op, bool), usize>,
    highest: Option<i64>,
    /// first writes by operation, kept once a row comes out of order
    first: Option<[Rowids; 3]>,
    /// rows that were written again
    again: Rowids,
    /// what became of those
    net: Net,
    /// rows that the statement itself wrote, and not first, by operation
    direct_again: [Rowids; 3],
    /// rows that were inserted behind as many deletions: they may replace what was deleted
    replacing: Rowids,
    /// deletions that no insertion has followed yet
    deleted: u64,
    /// whether it deleted any
    pub(crate) deletes: bool,
    /// whether a row got another rowid, so that what follows is kept one by one
    pub(super) is_moving: bool,
}

/// Classes that are kept apart for one statement; rows beyond are read again.
const CLASSES: usize = 10_000;

/// Classes that are looked through one by one.
const FEW: usize = 16;

fn at(op: Op) -> usize {
    match op {
        Op::Insert => 0,
        Op::Update => 1,
        Op::Delete => 2,
    }
}

impl Batch {
    /// Whether a write to this row would be its first in this batch.
    pub(crate) fn is_first(&mut self, rowid: i64) -> bool {
        if self.highest.is_none_or(|highest| rowid > highest) {
            return true;
        }
        let classes = &self.classes;
        let first = self.first.get_or_insert_with(|| {
            let mut first = [Rowids::default(), Rowids::default(), Rowids::default()];
            for (class, rows) in classes {
                first[at(class.op)] |= rows;
            }
            first
        });
        !first.iter().any(|rows| rows.contains(rowid))
    }

    /// Notes the first write to a row, which belongs to the class at this place.
    pub(super) fn write_first(&mut self, rowid: i64, op: Op, class: usize) {
        self.classes[class].1.insert(rowid);
        self.highest = self.highest.max(Some(rowid));
        if let Some(first) = &mut self.first {
            first[at(op)].insert(rowid);
        }
        self.count(rowid, op);
    }

    /// Notes another write to a row that was written before.
    pub(super) fn write_again(&mut self, rowid: i64, op: Op, direct: bool) {
        if self.again.insert(rowid) {
            let was = |op: &Op| {
                self.first
                    .as_ref()
                    .is_some_and(|first| first[at(*op)].contains(rowid))
            };
            if let Some(first) = Op::ALL.into_iter().find(was) {
                self.net.write(rowid, first);
            }
        }
        self.net.write(rowid, op);
        if direct {
            self.direct_again[at(op)].insert(rowid);
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

    /// The class of the last write or one of the first few, where `fits` says that it is the one.
    pub(super) fn known_class(&mut self, fits: impl Fn(&Class) -> bool) -> Option<usize> {
        let fit = |at: usize| {
            self.classes
                .get(at)
                .is_some_and(|(class, _)| fits(class))
                .then_some(at)
        };
        let known = fit(self.last).or_else(|| (0..FEW).find_map(fit))?;
        self.last = known;
        Some(known)
    }

    /// The place of the class of this hash, made where it is not there yet. `fits` tells it from
    /// others of the same hash.
    pub(crate) fn class(
        &mut self,
        mut hash: u64,
        fits: impl Fn(&Class) -> bool,
        make: impl FnOnce() -> Class,
    ) -> usize {
        while let Some(at) = self.index.get(&hash) {
            if fits(&self.classes[*at].0) {
                self.last = *at;
                return *at;
            }
            hash = hash.wrapping_add(1);
        }
        let class = make();
        if self.classes.len() >= CLASSES {
            return self.unread(class.op, class.direct);
        }
        self.index.insert(hash, self.classes.len());
        self.last = self.classes.len();
        self.classes.push((class, Rowids::default()));
        self.last
    }

    /// The place of the class of rows that are not judged.
    pub(super) fn unread(&mut self, op: Op, direct: bool) -> usize {
        let classes = &mut self.classes;
        *self.unread.entry((op, direct)).or_insert_with(|| {
            classes.push((
                Class {
                    op,
                    direct,
                    images: None,
                },
                Rowids::default(),
            ));
            classes.len() - 1
        })
    }

    /// Forgets what only helps while the statement runs.
    pub(crate) fn finish(&mut self) {
        (self.index, self.unread) = (HashMap::new(), BTreeMap::new());
        self.first = None;
    }

    /// Leaves every row to be read again: where the statement failed and may not have written what
    /// it began to, or where there are more classes than are worth their memory.
    pub(crate) fn blur(&mut self) {
        for (class, rows) in std::mem::take(&mut self.classes) {
            let at = self.unread(class.op, class.direct);
            self.classes[at].1 |= &rows;
        }
        self.unread.clear();
    }

    /// The classes, each with its rows; some of those may have been written again.
    pub(crate) fn classes(&self) -> &[(Class, Rowids)] {
        &self.classes
    }

    /// Rows that were written more than once.
    pub(crate) fn again(&self) -> &Rowids {
        &self.again
    }

    /// Rows that may replace others which the statement deleted.
    pub(crate) fn replacing(&self) -> &Rowids {
        &self.replacing
    }

    /// Whether more was done to a row that began than to insert it, or that may have replaced
    /// another.
    pub(crate) fn is_more_than_inserted(&self, rowid: i64) -> bool {
        self.again.contains(rowid) || self.replacing.contains(rowid)
    }

    /// Every row that was written.
    pub(crate) fn rows(&self) -> Rowids {
        let mut all = Rowids::default();
        for (_, rows) in &self.classes {
            all |= rows;
        }
        all
    }

    /// Rows that the statement itself updated or deleted.
    pub(crate) fn direct(&self, op: Op) -> Rowids {
        let mut all = self.direct_again[at(op)].clone();
        for (_, rows) in self
            .classes
            .iter()
            .filter(|(class, _)| class.direct && class.op == op)
        {
            all |= rows;
        }
        all
    }

    /// What became of the rows.
    pub(crate) fn net(&self) -> Net {
        let mut net = Net::default();
        for (class, rows) in &self.classes {
            let of_op = match class.op {
                Op::Insert => &mut net.began,
                Op::Update => &mut net.kept,
                Op::Delete => &mut net.ended,
            };
            *of_op |= rows;
        }
        for (all, again) in [
            (&mut net.began, &self.net.began),
            (&mut net.kept, &self.net.kept),
            (&mut net.ended, &self.net.ended),
        ] {
            *all -= &self.again;
            *all |= again;
        }
        net
    }
}
