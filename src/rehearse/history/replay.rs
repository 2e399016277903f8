//! The replay: every row followed through the writes and the entries between them, from its address
//! before the migration to its address after.

use super::entry::{Entry, UntrackedTouch, Write, Written};
use super::lineage::Lineage;
use super::touched::{Removed, Statements, Touched, TouchedRow, TouchedRows, TouchedSets, with};
use crate::change::RowAddress;
use crate::rehearse::capture::{Batch, Event};
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Everything that is followed through the writes and entries.
#[derive(Default)]
pub(super) struct Replay {
    sets: StatementSets,
    tables: BTreeMap<String, Followed>,
    lineage: Lineage,
    /// the result; rows and removed rows are added at the end
    touched: Touched,
}

impl Replay {
    /// Keeps which rows of the state before were written, before a table ends or its rows get other
    /// addresses.
    fn keep_origins(&mut self, table: &str) {
        if let Some(origin) = self.lineage.origin(table)
            && self.lineage.is_original(table)
            && let Some(followed) = self.tables.get(table)
        {
            let written = followed.touched(&self.sets);
            if !written.is_empty() {
                let origins = self.touched.origins.entry(origin.to_owned());
                origins.or_default().push(written);
            }
        }
    }

    /// Takes in a write to the table that has this folded name at the time.
    pub(super) fn write(&mut self, table: &str, write: Write) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), Followed::default());
        }
        let Some(followed) = self.tables.get_mut(table) else {
            return;
        };
        if !self.lineage.is_original(table) {
            followed.note_removed(&write);
        }
        let statement = write.statement;
        match write.what {
            Written::Rows(batch) => followed.rows(batch, statement, &mut self.sets),
            // Storage of a virtual table: it shows that there was a write, and no row.
            Written::Row(Event {
                old: None,
                new: None,
                ..
            }) => self.doubt(table.to_owned(), [statement]),
            Written::Row(event) => followed.row(event, statement, &mut self.sets),
        }
    }

    /// Takes in an entry.
    pub(super) fn take(&mut self, entry: Entry) {
        if let Entry::Made(table) | Entry::Renumbered(table) | Entry::Renamed { to: table, .. } =
            &entry
        {
            self.keep_origins(table);
        }
        self.lineage.take(&entry);
        match entry {
            Entry::Made(table) => {
                let followed = Followed {
                    may_copy: true,
                    ..Followed::default()
                };
                self.tables.insert(table, followed);
            }
            Entry::Renumbered(table) => {
                let followed = self.tables.entry(table).or_default();
                (followed.rows, followed.chains) = (TouchedSets::default(), None);
            }
            Entry::Renamed { from, to } => self.rename(&from, to),
            Entry::ColumnRenamed { .. } => {}
            Entry::Doubtful { table, statement } => self.doubt(table, [statement]),
            Entry::Untracked(touch) => self.touched.untracked.push(touch),
        }
    }

    fn rename(&mut self, from: &str, to: String) {
        let is_it = |touch: &&mut UntrackedTouch| ident::same(&touch.table, from);
        for touch in self.touched.untracked.iter_mut().filter(is_it) {
            touch.table.clone_from(&to);
        }
        // What is inserted once a copy has replaced the table is no copy.
        let mut followed = self.tables.remove(from).unwrap_or_default();
        followed.may_copy = false;
        self.tables.insert(to.clone(), followed);
        if let Some(statements) = self.touched.doubtful.remove(from) {
            self.doubt(to, statements);
        }
    }

    fn doubt(&mut self, table: String, statements: impl IntoIterator<Item = usize>) {
        let doubtful = self.touched.doubtful.entry(table).or_default();
        doubtful.extend(statements);
    }

    /// Every row that was written.
    pub(super) fn finish(mut self) -> Touched {
        let tables: Vec<String> = self.tables.keys().cloned().collect();
        for table in &tables {
            self.keep_origins(table);
        }
        let mut touched = self.touched;
        for (table, followed) in self.tables {
            let rows = followed.touched(&self.sets);
            touched.rows.insert(table.clone(), rows);
            if !followed.removed.is_empty() {
                touched.removed.insert(table, followed.removed);
            }
        }
        touched
    }
}

/// The written rows of one table: as sets while they keep their rowids, then one by one.
#[derive(Default)]
struct Followed {
    rows: TouchedSets,
    chains: Option<Chains>,
    /// whether the migration made the table, so that what is inserted may be a copy
    may_copy: bool,
    /// what was deleted from a table that the migration made
    removed: Removed,
}

impl Followed {
    fn note_removed(&mut self, write: &Write) {
        match &write.what {
            Written::Rows(batch) => {
                let rowids = batch.direct(Op::Delete);
                self.removed.take_rowids(write.statement, rowids);
            }
            Written::Row(Event {
                op: Op::Delete,
                depth: 0,
                old: Some(old),
                ..
            }) => self.removed.take(write.statement, old.clone()),
            Written::Row(_) => {}
        }
    }

    fn rows(&mut self, batch: Rc<Batch>, statement: usize, sets: &mut StatementSets) {
        match &mut self.chains {
            None => self.rows.take(statement, batch, self.may_copy),
            Some(chains) => chains.batch(&batch, statement, self.may_copy, sets),
        }
    }

    fn row(&mut self, event: Event, statement: usize, sets: &mut StatementSets) {
        let rows = &mut self.rows;
        let chains = self.chains.get_or_insert_with(|| {
            let mut chains = Chains::default();
            for row in std::mem::take(rows).each() {
                chains.continue_with(row, sets);
            }
            chains
        });
        let addresses = (event.old, event.new);
        chains.write(event.op, addresses, statement, self.may_copy, sets);
    }

    /// The rows as they are now.
    fn touched(&self, sets: &StatementSets) -> TouchedRows {
        match &self.chains {
            None => TouchedRows::Sets(self.rows.clone()),
            Some(chains) => TouchedRows::Listed(chains.touched(sets)),
        }
    }
}

/// Rows that are followed one by one.
#[derive(Default)]
struct Chains {
    rows: Vec<Chain>,
    standing: HashMap<RowAddress, usize>,
    replacing: Replacing,
}

/// The rows that the last statement deleted and may replace by inserting others.
#[derive(Default)]
struct Replacing {
    statement: usize,
    deleted: usize,
}

impl Replacing {
    /// Takes in a write. Returns whether an insertion may replace a deleted row.
    fn take(&mut self, op: Op, statement: usize) -> bool {
        if self.statement != statement {
            *self = Self {
                statement,
                deleted: 0,
            };
        }
        let replaces = self.deleted > 0;
        match op {
            Op::Delete => self.deleted += 1,
            Op::Insert => self.deleted = self.deleted.saturating_sub(1),
            Op::Update => {}
        }
        replaces
    }
}

/// One row, from its address before to its address now; its statements as a place in
/// [`StatementSets`].
struct Chain {
    origin: Option<RowAddress>,
    current: Option<RowAddress>,
    statements: usize,
    written: bool,
}

impl Chains {
    /// Goes on with a row that was followed as one of a set.
    fn continue_with(&mut self, row: TouchedRow, sets: &mut StatementSets) {
        if let Some(current) = &row.current {
            self.standing.insert(current.clone(), self.rows.len());
        }
        self.rows.push(Chain {
            origin: row.origin,
            current: row.current,
            statements: sets.place(&row.statements),
            written: row.written,
        });
    }

    /// Takes in what one statement wrote to rows that keep their rowids.
    fn batch(&mut self, batch: &Batch, statement: usize, may_copy: bool, sets: &mut StatementSets) {
        let net = batch.net();
        for (op, rowids) in [
            (Op::Delete, net.ended),
            (Op::Update, net.kept),
            (Op::Insert, net.began),
        ] {
            for rowid in rowids.into_each() {
                let address = RowAddress::Rowid(rowid);
                let old = (op != Op::Insert).then(|| address.clone());
                let new = (op != Op::Delete).then_some(address);
                self.write(op, (old, new), statement, may_copy, sets);
            }
        }
    }

    fn write(
        &mut self,
        op: Op,
        (old, new): (Option<RowAddress>, Option<RowAddress>),
        statement: usize,
        may_copy: bool,
        sets: &mut StatementSets,
    ) {
        let known = old.as_ref().and_then(|old| self.standing.remove(old));
        let at = known.unwrap_or_else(|| {
            self.rows.push(Chain {
                origin: old.filter(|_| op != Op::Insert),
                current: None,
                statements: sets.place(&Statements::default()),
                written: false,
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.statements = sets.with(row.statements, statement);
        let replaces = self.replacing.take(op, statement);
        row.written |= op != Op::Insert || !may_copy || replaces;
        row.current.clone_from(&new);
        if let Some(new) = new {
            self.standing.insert(new, at);
        }
    }

    /// The rows in the order of their addresses, without those that began and ended in between.
    fn touched(&self, sets: &StatementSets) -> Vec<TouchedRow> {
        let rows = self.rows.iter();
        let rows = rows.filter(|r| r.origin.is_some() || r.current.is_some());
        let row = |row: &Chain| TouchedRow {
            origin: row.origin.clone(),
            current: row.current.clone(),
            statements: Rc::clone(&sets.all[row.statements]),
            written: row.written,
        };
        let mut rows: Vec<TouchedRow> = rows.map(row).collect();
        rows.sort_by(|a, b| a.first_address().cmp(&b.first_address()));
        rows
    }
}

/// Sets of statement numbers, each kept once: millions of rows share a few.
#[derive(Default)]
struct StatementSets {
    all: Vec<Statements>,
    places: HashMap<Statements, usize>,
    next: HashMap<(usize, usize), usize>,
}

impl StatementSets {
    fn with(&mut self, set: usize, statement: usize) -> usize {
        if let Some(at) = self.next.get(&(set, statement)) {
            return *at;
        }
        let at = self.place(&with(&self.all[set], statement));
        self.next.insert((set, statement), at);
        at
    }

    fn place(&mut self, set: &Statements) -> usize {
        if let Some(at) = self.places.get(set) {
            return *at;
        }
        self.all.push(Rc::clone(set));
        self.places.insert(Rc::clone(set), self.all.len() - 1);
        self.all.len() - 1
    }
}
