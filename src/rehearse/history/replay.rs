//! The trail: every row followed through the writes that stand and the steps between them, from
//! where it stood before the migration to where it stands after.

use super::entry::{Entry, UntrackedTouch, Write};
use super::lineage::Lineage;
use super::touched::{Removed, Statements, Touched, TouchedRow, TouchedRows, TouchedSets};
use crate::change::RowAddress;
use crate::rehearse::capture::{Batch, Event};
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Everything that is followed, on its way through the writes and steps.
#[derive(Default)]
pub(super) struct Trail {
    sets: StatementSets,
    tables: BTreeMap<String, Followed>,
    doubtful: BTreeMap<String, BTreeSet<usize>>,
    untracked: Vec<UntrackedTouch>,
    lineage: Lineage,
    origins: BTreeMap<String, Vec<TouchedRows>>,
}

impl Trail {
    /// Keeps which rows of the state before were written, before a table ends or its rows get other
    /// addresses.
    fn keep_origins(&mut self, table: &str) {
        let Some(origin) = self
            .lineage
            .origin(table)
            .filter(|_| self.lineage.is_original(table))
        else {
            return;
        };
        let Some(followed) = self.tables.get(table) else {
            return;
        };
        let written = followed.touched(&self.sets);
        if !written.is_empty() {
            self.origins
                .entry(origin.to_owned())
                .or_default()
                .push(written);
        }
    }

    /// Takes in a write to the table that has this folded name at the time.
    pub(crate) fn write(&mut self, table: &str, write: Write) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), Followed::default());
        }
        let is_made = !self.lineage.is_original(table);
        let Some(followed) = self.tables.get_mut(table) else {
            return;
        };
        match &write {
            Write::Rows {
                batch, statement, ..
            } if is_made => followed
                .removed
                .take_rowids(*statement, batch.direct(Op::Delete)),
            Write::Row {
                event:
                    Event {
                        op: Op::Delete,
                        depth: 0,
                        old: Some(old),
                        ..
                    },
                statement,
            } if is_made => {
                followed.removed.take(*statement, old.clone());
            }
            _ => {}
        }
        match write {
            Write::Rows {
                batch, statement, ..
            } => followed.rows(batch, statement, &mut self.sets),
            // Storage of a virtual table: it tells no row, only that there was a write.
            Write::Row {
                event:
                    Event {
                        old: None,
                        new: None,
                        ..
                    },
                statement,
            } => {
                self.doubtful
                    .entry(table.to_owned())
                    .or_default()
                    .insert(statement);
            }
            Write::Row { event, statement } => followed.row(event, statement, &mut self.sets),
        }
    }

    /// Takes in a step.
    pub(crate) fn take(&mut self, step: Entry) {
        match &step {
            Entry::Made(table) | Entry::Renumbered(table) | Entry::Renamed { to: table, .. } => {
                self.keep_origins(table);
            }
            _ => {}
        }
        self.lineage.take(&step);
        match step {
            Entry::Made(table) => {
                self.tables.insert(
                    table,
                    Followed {
                        may_copy: true,
                        ..Followed::default()
                    },
                );
            }
            Entry::Renumbered(table) => {
                let Followed {
                    may_copy, removed, ..
                } = self.tables.remove(&table).unwrap_or_default();
                self.tables.insert(
                    table,
                    Followed {
                        may_copy,
                        removed,
                        ..Followed::default()
                    },
                );
            }
            Entry::Renamed { from, to } => {
                // What is inserted once a copy has taken its place is no copy.
                let followed = self.tables.remove(&from).unwrap_or_default();
                self.tables.insert(
                    to.clone(),
                    Followed {
                        may_copy: false,
                        ..followed
                    },
                );
                if let Some(statements) = self.doubtful.remove(&from) {
                    self.doubtful
                        .entry(to.clone())
                        .or_default()
                        .extend(statements);
                }
                for touch in self
                    .untracked
                    .iter_mut()
                    .filter(|touch| ident::same(&touch.table, &from))
                {
                    touch.table.clone_from(&to);
                }
            }
            Entry::ColumnRenamed { .. } => {}
            Entry::Doubtful { table, statement } => {
                self.doubtful.entry(table).or_default().insert(statement);
            }
            Entry::Untracked(touch) => self.untracked.push(touch),
        }
    }

    /// What has come of it.
    pub(crate) fn finish(mut self) -> Touched {
        let all: Vec<String> = self.tables.keys().cloned().collect();
        for table in &all {
            self.keep_origins(table);
        }
        let removed = self
            .tables
            .iter()
            .filter(|(_, followed)| !followed.removed.is_empty());
        let removed = removed
            .map(|(table, followed)| (table.clone(), followed.removed.clone()))
            .collect();
        let rows = self
            .tables
            .into_iter()
            .map(|(table, followed)| (table, followed.touched(&self.sets)))
            .collect();
        Touched {
            rows,
            doubtful: self.doubtful,
            untracked: self.untracked,
            origins: self.origins,
            removed,
        }
    }
}

/// The rows of one table on their way through the writes: as sets while they keep their rowids,
/// then one by one.
#[derive(Default)]
struct Followed {
    rows: TouchedSets,
    chains: Option<Chains>,
    /// whether the migration made the table, so that what is inserted may be a copy
    may_copy: bool,
    /// what was deleted, where the migration made the table
    removed: Removed,
}

impl Followed {
    fn rows(&mut self, batch: Rc<Batch>, statement: usize, sets: &mut StatementSets) {
        match &mut self.chains {
            None => self.rows.take(statement, batch, self.may_copy),
            Some(chains) => chains.batch(&batch, statement, self.may_copy, sets),
        }
    }

    fn row(&mut self, event: Event, statement: usize, sets: &mut StatementSets) {
        let may_copy = self.may_copy;
        let rows = &mut self.rows;
        let chains = self.chains.get_or_insert_with(|| {
            let mut chains = Chains::default();
            for row in std::mem::take(rows).each() {
                chains.continue_with(&row, sets);
            }
            chains
        });
        chains.write(event, statement, may_copy, sets);
    }

    /// The rows as they stand now.
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
    /// the statement that deleted rows last, and how many: what it inserts then replaces them
    replaces: (usize, usize),
}

/// One row, from where it stood to where it stands; its statements as a place in [`StatementSets`].
struct Chain {
    origin: Option<RowAddress>,
    current: Option<RowAddress>,
    statements: usize,
    written: bool,
}

impl Chains {
    /// Goes on with a row that was followed as one of a set.
    fn continue_with(&mut self, row: &TouchedRow, sets: &mut StatementSets) {
        let statements = sets.place(&row.statements);
        if let Some(current) = &row.current {
            self.standing.insert(current.clone(), self.rows.len());
        }
        self.rows.push(Chain {
            origin: row.origin.clone(),
            current: row.current.clone(),
            statements,
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
                self.write(
                    Event {
                        table: 0,
                        op,
                        depth: 0,
                        old,
                        new,
                    },
                    statement,
                    may_copy,
                    sets,
                );
            }
        }
    }

    fn write(&mut self, event: Event, statement: usize, may_copy: bool, sets: &mut StatementSets) {
        let Event { op, old, new, .. } = event;
        let known = old.as_ref().and_then(|old| self.standing.remove(old));
        let at = known.unwrap_or_else(|| {
            let origin = if op == Op::Insert { None } else { old };
            self.rows.push(Chain {
                origin,
                current: None,
                statements: sets.empty(),
                written: false,
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.statements = sets.with(row.statements, statement);
        if self.replaces.0 != statement {
            self.replaces = (statement, 0);
        }
        row.written |= op != Op::Insert || !may_copy || self.replaces.1 > 0;
        match op {
            Op::Delete => self.replaces.1 += 1,
            Op::Insert => self.replaces.1 = self.replaces.1.saturating_sub(1),
            Op::Update => {}
        }
        row.current.clone_from(&new);
        if let Some(new) = new {
            self.standing.insert(new, at);
        }
    }

    /// The rows in the order of their addresses, without those that began and ended in between.
    fn touched(&self, sets: &StatementSets) -> Vec<TouchedRow> {
        let rows = self
            .rows
            .iter()
            .filter(|r| r.origin.is_some() || r.current.is_some());
        let row = |row: &Chain| TouchedRow {
            origin: row.origin.clone(),
            current: row.current.clone(),
            statements: Rc::clone(&sets.all[row.statements]),
            written: row.written,
        };
        let mut rows: Vec<TouchedRow> = rows.map(row).collect();
        rows.sort_by(|a, b| {
            a.origin
                .as_ref()
                .or(a.current.as_ref())
                .cmp(&b.origin.as_ref().or(b.current.as_ref()))
        });
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
    fn empty(&mut self) -> usize {
        self.place(&Statements::default())
    }

    fn with(&mut self, set: usize, statement: usize) -> usize {
        if let Some(at) = self.next.get(&(set, statement)) {
            return *at;
        }
        let mut larger = self.all[set].as_ref().clone();
        larger.insert(statement);
        let at = self.place(&Statements::new(larger));
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
