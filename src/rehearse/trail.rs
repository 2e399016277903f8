//! The trail: every row followed through the writes that stand and the steps between them, from where it stood before the migration
//! to where it stands after.

use super::capture::Event;
use super::journal::Write;
use super::lineage::Lineage;
use super::step::{PassingTouch, Step};
use crate::change::RowAddress;
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A row that a migration wrote, followed through its writes.
#[derive(Debug, Clone)]
pub struct TouchedRow {
    /// where it stood before the migration; `None` for a row that began in it
    pub origin: Option<RowAddress>,
    /// where it stands after; `None` for a row that ended
    pub current: Option<RowAddress>,
    /// the statements that wrote it, as a place in [`Touched::statement_sets`]
    pub statements: usize,
    /// whether it is known to be more than a copy, inserted into a table that the migration made
    pub written: bool,
}

/// Every row that a migration wrote.
#[derive(Debug, Default)]
pub struct Touched {
    /// by folded table name; the events of a virtual table's storage leave an empty list
    pub rows: BTreeMap<String, Vec<TouchedRow>>,
    /// tables to be compared whole, since what a failing statement left of them is not known, with those statements
    pub doubtful: BTreeMap<String, BTreeSet<usize>>,
    /// sets of statement numbers, each once
    pub statement_sets: Vec<BTreeSet<usize>>,
    /// rows that could not be followed to the end
    pub passing: Vec<PassingTouch>,
    /// by folded name of a table of the state before, the rows of that state that were written, with a place in the sets
    pub origins: BTreeMap<String, Vec<(RowAddress, usize)>>,
}

/// Everything that is followed, on its way through the writes and steps.
#[derive(Default)]
pub(super) struct Trail {
    sets: StatementSets,
    tables: BTreeMap<String, Chains>,
    doubtful: BTreeMap<String, BTreeSet<usize>>,
    passing: Vec<PassingTouch>,
    lineage: Lineage,
    origins: BTreeMap<String, Vec<(RowAddress, usize)>>,
}

impl Trail {
    /// Keeps which rows of the state before were written, before a table ends or its rows get other addresses.
    fn keep_origins(&mut self, table: &str) {
        let Some(origin) = self.lineage.origin(table).filter(|_| self.lineage.is_original(table)) else { return };
        let rows = self.tables.get(table).into_iter().flat_map(|chains| &chains.rows);
        let written: Vec<_> = rows.filter_map(|row| Some((row.origin.clone()?, row.statements))).collect();
        if !written.is_empty() {
            self.origins.entry(origin.to_owned()).or_default().extend(written);
        }
    }

    /// Takes in a write to the table that has this folded name at the time.
    pub(super) fn write(&mut self, table: &str, write: Write) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), Chains::default());
        }
        if write.event.old.is_none() && write.event.new.is_none() {
            // Storage of a virtual table: it tells no row, only that there was a write.
            self.doubtful.entry(table.to_owned()).or_default().insert(write.statement);
        } else if let Some(chains) = self.tables.get_mut(table) {
            chains.write(write, &mut self.sets);
        }
    }

    /// Takes in a step.
    pub(super) fn take(&mut self, step: Step) {
        match &step {
            Step::Made(table) | Step::Renumbered(table) | Step::Renamed { to: table, .. } => self.keep_origins(table),
            _ => {}
        }
        self.lineage.take(&step);
        match step {
            Step::Made(table) => {
                self.tables.insert(table, Chains { may_copy: true, ..Chains::default() });
            }
            Step::Renumbered(table) => {
                let may_copy = self.tables.get(&table).is_some_and(|chains| chains.may_copy);
                self.tables.insert(table, Chains { may_copy, ..Chains::default() });
            }
            Step::Renamed { from, to } => {
                // What is inserted once a copy has taken its place is no copy.
                let chains = self.tables.remove(&from).unwrap_or_default();
                self.tables.insert(to.clone(), Chains { may_copy: false, ..chains });
                if let Some(statements) = self.doubtful.remove(&from) {
                    self.doubtful.entry(to.clone()).or_default().extend(statements);
                }
                for touch in self.passing.iter_mut().filter(|touch| ident::same(&touch.table, &from)) {
                    touch.table.clone_from(&to);
                }
            }
            Step::ColumnRenamed { .. } => {}
            Step::Doubtful { table, statement } => {
                self.doubtful.entry(table).or_default().insert(statement);
            }
            Step::Passed(touch) => self.passing.push(touch),
        }
    }

    /// What has come of it.
    pub(super) fn finish(mut self) -> Touched {
        let all: Vec<String> = self.tables.keys().cloned().collect();
        for table in &all {
            self.keep_origins(table);
        }
        let rows = self.tables.into_iter().map(|(table, chains)| (table, chains.finish())).collect();
        Touched { rows, doubtful: self.doubtful, statement_sets: self.sets.all, passing: self.passing, origins: self.origins }
    }
}

/// The rows of one table on their way through the writes.
#[derive(Default)]
struct Chains {
    rows: Vec<TouchedRow>,
    standing: HashMap<RowAddress, usize>,
    /// whether the migration made the table, so that what is inserted may be a copy
    may_copy: bool,
    /// the statement that deleted rows last, and how many: what it inserts then replaces them
    replaces: (usize, usize),
}

impl Chains {
    fn write(&mut self, write: Write, sets: &mut StatementSets) {
        let Event { op, old, new, .. } = write.event;
        let known = old.as_ref().and_then(|old| self.standing.remove(old));
        let at = known.unwrap_or_else(|| {
            let origin = if op == Op::Insert { None } else { old };
            self.rows.push(TouchedRow { origin, current: None, statements: sets.empty(), written: false });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.statements = sets.with(row.statements, write.statement);
        if self.replaces.0 != write.statement {
            self.replaces = (write.statement, 0);
        }
        row.written |= op != Op::Insert || !self.may_copy || self.replaces.1 > 0;
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
    fn finish(self) -> Vec<TouchedRow> {
        let mut rows: Vec<TouchedRow> = self.rows.into_iter().filter(|r| r.origin.is_some() || r.current.is_some()).collect();
        rows.sort_by(|a, b| a.origin.as_ref().or(a.current.as_ref()).cmp(&b.origin.as_ref().or(b.current.as_ref())));
        rows
    }
}

/// Sets of statement numbers, each kept once: millions of rows share a few.
#[derive(Default)]
struct StatementSets {
    all: Vec<BTreeSet<usize>>,
    next: HashMap<(usize, usize), usize>,
}

impl StatementSets {
    fn empty(&mut self) -> usize {
        self.place(BTreeSet::new())
    }

    fn with(&mut self, set: usize, statement: usize) -> usize {
        if let Some(at) = self.next.get(&(set, statement)) {
            return *at;
        }
        let mut larger = self.all[set].clone();
        larger.insert(statement);
        let at = self.place(larger);
        self.next.insert((set, statement), at);
        at
    }

    fn place(&mut self, set: BTreeSet<usize>) -> usize {
        self.all.iter().position(|s| *s == set).unwrap_or_else(|| {
            self.all.push(set);
            self.all.len() - 1
        })
    }
}
