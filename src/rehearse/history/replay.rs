//! The replay: every row followed through the writes and the entries between them, from its address
//! before the migration to its address after.

use super::entry::{Entry, UntrackedTouch, Write, Written};
use super::lineage::Lineage;
use super::touched::{Removed, StatementSets, Touched, TouchedRow, TouchedRows, TouchedSets};
use crate::change::RowAddress;
use crate::rehearse::capture::Event;
use crate::scope::Op;
use crate::sql::ident;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Everything that is followed through the writes and entries.
#[derive(Default)]
pub(super) struct Replay {
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
            let written = followed.touched();
            if !written.is_empty() {
                let origins = self.touched.origins.entry(origin.to_owned());
                origins.or_default().push(written);
            }
        }
    }

    /// Takes in a write to the table that has the name at the time.
    pub(super) fn write(&mut self, write: Write) {
        let followed = self.tables.entry(write.table.to_string()).or_default();
        if !self.lineage.is_original(&write.table) {
            followed.removed.take(&write);
        }
        match write.what {
            Written::Module => self.doubt(write.table.to_string(), [write.statement]),
            what => followed.take(what, write.statement),
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
            Entry::StorageWritten { table, statement } => {
                let written = self.touched.storage_written.entry(table.clone());
                written.or_default().insert(statement);
                self.doubt(table, [statement]);
            }
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
        let storage_written = &mut self.touched.storage_written;
        if let Some(statements) = storage_written.remove(from) {
            storage_written.insert(to.clone(), statements);
        }
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
            touched.rows.insert(table.clone(), followed.touched());
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
    fn take(&mut self, what: Written, statement: usize) {
        match (what, &mut self.chains) {
            (Written::Rows(batch), None) => self.rows.take(statement, batch, self.may_copy),
            (Written::Rows(batch), Some(chains)) => {
                for (op, old, new) in batch.net().writes() {
                    chains.write(op, (old, new), statement, self.may_copy);
                }
            }
            (Written::Row(Event { op, old, new, .. }), chains) => {
                let chains =
                    chains.get_or_insert_with(|| Chains::of(&std::mem::take(&mut self.rows)));
                chains.write(op, (old, new), statement, self.may_copy);
            }
            (Written::Module, _) => {}
        }
    }

    /// The rows as they are now.
    fn touched(&self) -> TouchedRows {
        match &self.chains {
            None => TouchedRows::Sets(self.rows.clone()),
            Some(chains) => TouchedRows::Listed(chains.touched()),
        }
    }
}

/// Rows that are followed one by one.
#[derive(Default)]
struct Chains {
    rows: Vec<TouchedRow>,
    standing: HashMap<RowAddress, usize>,
    replacing: Replacing,
    sets: StatementSets,
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

impl Chains {
    /// Goes on with rows that were followed as sets.
    fn of(rows: &TouchedSets) -> Self {
        let mut chains = Self::default();
        for row in rows.each() {
            if let Some(current) = &row.current {
                chains.standing.insert(current.clone(), chains.rows.len());
            }
            chains.rows.push(row);
        }
        chains
    }

    fn write(
        &mut self,
        op: Op,
        (old, new): (Option<RowAddress>, Option<RowAddress>),
        statement: usize,
        may_copy: bool,
    ) {
        let known = old.as_ref().and_then(|old| self.standing.remove(old));
        let at = known.unwrap_or_else(|| {
            self.rows.push(TouchedRow {
                origin: old,
                current: None,
                statements: Rc::clone(&self.sets.none),
                written: false,
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.statements = self.sets.with(&row.statements, statement);
        let replaces = self.replacing.take(op, statement);
        row.written |= op != Op::Insert || !may_copy || replaces;
        row.current.clone_from(&new);
        if let Some(new) = new {
            self.standing.insert(new, at);
        }
    }

    /// The rows in the order of their addresses, without those that began and ended in between.
    fn touched(&self) -> Vec<TouchedRow> {
        let rows = self.rows.iter().filter(|row| row.first_address().is_some());
        let mut rows: Vec<TouchedRow> = rows.cloned().collect();
        rows.sort_by(|a, b| a.first_address().cmp(&b.first_address()));
        rows
    }
}
