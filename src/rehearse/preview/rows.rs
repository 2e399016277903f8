//! Running a preview, and comparing its rows with those that its statement wrote.

use super::run::{Mismatch, PreviewRun};
use crate::change::{Owner, RowAddress};
use crate::progress::Counter;
use crate::rehearse::capture::{Captured, Rowids, overflow};
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::{Owners, known_cells};
use crate::rehearse::read;
use crate::rewrite::Preview;
use crate::scope::{Op, TenantMap};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::Value;
use crate::sql::value::same;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a preview is run with.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// the schema of the moment
    pub(crate) catalog: &'a Catalog,
    /// the rules that tell whose the rows of a table are
    pub(crate) tenants: &'a TenantMap,
    /// rows kept
    pub(crate) samples: usize,
}

/// What a preview returned, with the addresses of its rows.
pub(crate) struct Watched {
    pub(crate) run: PreviewRun,
    seen: Seen,
    may_differ: Option<&'static str>,
    incomparable: bool,
}

/// Runs `preview` on the state just before its statement, and counts in `read` what it reads.
pub(super) fn select(
    conn: &Connection,
    preview: &Preview,
    view: View<'_>,
    read: &Counter,
) -> Result<Watched, RehearseError> {
    let table = view
        .catalog
        .table(&preview.table)
        .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let mut owners = Owners::new(conn, table, view.tenants)?;
    let mut statement = conn.prepare(&preview.sql)?;
    let mut run = PreviewRun::new(preview, &statement);
    let (mut seen, mut by_owner) = (Seen::default(), RowsByCells::default());
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        read.add(1);
        if seen.is_first(row, preview)? {
            by_owner.add(row, preview)?;
            run.add(row, preview, table, view.samples)?;
        }
    }
    tell(by_owner, preview, table, &mut owners, &mut run)?;
    run.several = seen.several.len() as u64;
    run.changes_nothing &= run.rows > 0 && run.several == 0;
    Ok(Watched {
        run,
        seen,
        may_differ: preview.may_differ,
        incomparable: table.kind != TableKind::Ordinary,
    })
}

/// How many rows have each of the cells that tell whose they are.
#[derive(Default)]
struct RowsByCells {
    /// the first few, which are found without a copy of the cells
    few: Vec<(Vec<Value>, u64)>,
    others: BTreeMap<Vec<Value>, u64>,
}

impl RowsByCells {
    fn add(&mut self, row: &Row<'_>, preview: &Preview) -> rusqlite::Result<()> {
        match preview.owner.as_deref() {
            None => {}
            Some([(_, at)]) => self.count(&[row.get_ref(*at)?]),
            Some(owner) => {
                let cells = owner.iter().map(|(_, at)| row.get_ref(*at));
                self.count(&cells.collect::<rusqlite::Result<Vec<_>>>()?);
            }
        }
        Ok(())
    }

    fn count(&mut self, seen: &[ValueRef<'_>]) {
        const FEW: usize = 16;
        let is_seen = |cells: &[Value]| cells.iter().zip(seen).all(|(a, b)| same(a.into(), *b));
        if let Some((_, rows)) = self.few.iter_mut().find(|(cells, _)| is_seen(cells)) {
            *rows += 1;
            return;
        }
        let cells = seen.iter().map(|cell| Value::from(*cell)).collect();
        if self.few.len() < FEW {
            self.few.push((cells, 1));
        } else {
            *self.others.entry(cells).or_default() += 1;
        }
    }
}

/// Tells the tenants of rows that are counted by the cells that tell whose they are.
fn tell(
    by_owner: RowsByCells,
    preview: &Preview,
    table: &Table,
    owners: &mut Owners<'_>,
    run: &mut PreviewRun,
) -> Result<(), RehearseError> {
    let Some(columns) = &preview.owner else {
        return Ok(());
    };
    for (cells, rows) in by_owner.few.into_iter().chain(by_owner.others) {
        let known = columns
            .iter()
            .zip(cells)
            .map(|((column, _), value)| (*column, table.columns[*column].affinity.apply(value)));
        match owners.of(&known_cells(table, known))? {
            Owner::Tenant(tenant) => *run.tenants.entry(tenant).or_default() += rows,
            Owner::Ambiguous => run.ambiguous += rows,
            Owner::Shared | Owner::Unassigned => {}
        }
    }
    Ok(())
}

/// The most keys, and the most rows of a join with their values, that are kept one by one.
const KEPT: usize = 500_000;

/// The most rows that are named of those that a statement did not write.
const SKIPPED: usize = 4;

/// The rows that a preview has returned so far.
#[derive(Default)]
struct Seen {
    rowids: Rowids,
    /// keys of rows without rowid, until they are too many
    keys: HashSet<RowAddress>,
    /// their hashes once they are, if a join may return a row again
    hashes: Option<HashSet<u64>>,
    /// the sum of the hashes of the keys
    print: u64,
    /// the values that a join gives a row first
    given: HashMap<RowAddress, Vec<Value>>,
    /// rows that it gives other values too
    several: HashSet<u64>,
}

impl Seen {
    /// Whether the row comes for the first time; a row without an address always does.
    fn is_first(&mut self, row: &Row<'_>, preview: &Preview) -> rusqlite::Result<bool> {
        let Some(address) = address(row, preview)? else {
            return Ok(true);
        };
        let is_first = match &address {
            RowAddress::Rowid(rowid) => self.rowids.insert(*rowid),
            RowAddress::Key(_) => self.is_first_key(&address, preview.joins),
        };
        if preview.joins {
            let given = preview.assigned.iter();
            let given = given.map(|to| row.get_ref(to.after).map(Value::from));
            self.compare(address, given.collect::<rusqlite::Result<_>>()?);
        }
        Ok(is_first)
    }

    fn is_first_key(&mut self, key: &RowAddress, joins: bool) -> bool {
        let hash = overflow::hash(key);
        if self.keys.len() >= KEPT {
            let kept = std::mem::take(&mut self.keys);
            let kept = kept.iter().filter(|_| joins);
            self.hashes = Some(kept.map(overflow::hash).collect());
        }
        let is_first = match &mut self.hashes {
            None => self.keys.insert(key.clone()),
            Some(hashes) => !joins || hashes.insert(hash),
        };
        if is_first {
            self.print = self.print.wrapping_add(hash);
        }
        is_first
    }

    /// Notes a row that a join gives other values than before.
    fn compare(&mut self, address: RowAddress, given: Vec<Value>) {
        match self.given.get(&address) {
            Some(first) if *first != given => {
                self.several.insert(overflow::hash(&address));
            }
            None if self.given.len() < KEPT => {
                self.given.insert(address, given);
            }
            _ => {}
        }
    }

    /// How many rows of `written` are not among these `rows`, and how many of these not in it.
    fn difference(&self, written: &DirectWrites<'_>, rows: u64) -> (u64, u64) {
        if self.hashes.is_none() && written.counted.0 == 0 {
            let keys = &self.keys;
            let unforeseen = written.keys.iter().filter(|key| !keys.contains(**key));
            let unwritten = keys.iter().filter(|key| !written.keys.contains(key));
            return (
                unforeseen.count() as u64 + written.rowids.without(&self.rowids).len(),
                unwritten.count() as u64 + self.rowids.without(&written.rowids).len(),
            );
        }
        // Too many to compare one by one: their number and the sum of their hashes.
        let all = written.rowids.len() + written.keys.len() as u64 + written.counted.0;
        let print = || sum(&self.rowids).wrapping_add(self.print);
        let others = u64::from(all == rows && written.print() != print());
        (
            all.saturating_sub(rows) + others,
            rows.saturating_sub(all) + others,
        )
    }
}

impl Seen {
    /// The first few rows that are not in `written`, where all are kept.
    fn skipped(&self, written: &DirectWrites<'_>) -> Vec<RowAddress> {
        if self.hashes.is_some() || written.counted.0 > 0 {
            return Vec::new();
        }
        let rowids = self.rowids.without(&written.rowids);
        let mut keys: Vec<&RowAddress> = self.keys.iter().collect();
        keys.retain(|key| !written.keys.contains(key));
        keys.sort();
        let rowids = rowids.iter().map(RowAddress::Rowid);
        rowids
            .chain(keys.into_iter().cloned())
            .take(SKIPPED)
            .collect()
    }
}

/// The sum of the hashes of rowids.
fn sum(rowids: &Rowids) -> u64 {
    let hashes = rowids.iter().map(RowAddress::Rowid);
    hashes.fold(0, |sum: u64, row| sum.wrapping_add(overflow::hash(&row)))
}

impl PreviewRun {
    /// Takes in one more distinct row, and keeps it among up to `samples` others.
    fn add(
        &mut self,
        row: &Row<'_>,
        preview: &Preview,
        table: &Table,
        samples: usize,
    ) -> rusqlite::Result<()> {
        self.rows += 1;
        self.changes_nothing = self.changes_nothing && gives_the_same(row, preview, table)?;
        if self.samples.len() < samples {
            self.samples.push(read::cells(row, 0, self.columns.len())?);
        }
        Ok(())
    }
}

/// Whether a row would be given the values that it has.
fn gives_the_same(row: &Row<'_>, preview: &Preview, table: &Table) -> rusqlite::Result<bool> {
    for assigned in &preview.assigned {
        let after = Value::from(row.get_ref(assigned.after)?);
        let stored = match table.column(&assigned.column) {
            Some(at) => table.columns[at].affinity.apply(after),
            None => after,
        };
        if !same((&stored).into(), row.get_ref(assigned.before)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn address(row: &Row<'_>, preview: &Preview) -> rusqlite::Result<Option<RowAddress>> {
    match &preview.address[..] {
        [] => return Ok(None),
        [at] if preview.by_rowid => {
            if let ValueRef::Integer(rowid) = row.get_ref(*at)? {
                return Ok(Some(RowAddress::Rowid(rowid)));
            }
        }
        _ => {}
    }
    let key = preview.address.iter();
    let key = key.map(|at| row.get_ref(*at).map(Value::from));
    Ok(Some(RowAddress::Key(key.collect::<rusqlite::Result<_>>()?)))
}

/// The rows of its target that a statement wrote directly.
struct DirectWrites<'c> {
    rowids: Rowids,
    keys: HashSet<&'c RowAddress>,
    /// how many were only counted, and the sum of their hashes
    counted: (u64, u64),
}

impl<'c> DirectWrites<'c> {
    fn of(captured: &'c Captured, table: &str, op: Op) -> Self {
        let mut batches = captured.batches.iter();
        let batch = batches
            .find(|(of, _)| &**of == table)
            .map(|(_, batch)| batch);
        let mut written = Self {
            rowids: batch.map(|batch| batch.direct(op)).unwrap_or_default(),
            keys: HashSet::new(),
            counted: captured.overflow.direct(table, op),
        };
        let events = captured.events.iter();
        let direct = events.filter(|e| (&*e.table, e.depth, e.op) == (table, 0, op));
        for address in direct.filter_map(|event| event.old.as_ref()) {
            match address {
                RowAddress::Rowid(rowid) => drop(written.rowids.insert(*rowid)),
                RowAddress::Key(_) => drop(written.keys.insert(address)),
            }
        }
        written
    }

    /// The sum of the hashes of all addresses.
    fn print(&self) -> u64 {
        let start = self.counted.1.wrapping_add(sum(&self.rowids));
        let hashes = self.keys.iter().map(|key| overflow::hash(key));
        hashes.fold(start, u64::wrapping_add)
    }
}

impl Watched {
    /// The run, with how its rows differ from those that its statement wrote directly to the
    /// table of this folded name.
    pub(crate) fn against(mut self, captured: &Captured, table: &str, op: Op) -> PreviewRun {
        let written = DirectWrites::of(captured, table, op);
        let rows = self.run.rows;
        let (unforeseen, mut unwritten) = self.seen.difference(&written, rows);
        // The rows of a view or virtual table are not those that are written: that has a reason in
        // any case.
        if self.incomparable {
            unwritten = rows;
        }
        if unforeseen + unwritten > 0 {
            self.run.mismatch = Some(Mismatch {
                unwritten,
                skipped: if self.incomparable {
                    Vec::new()
                } else {
                    self.seen.skipped(&written)
                },
                unforeseen,
                is_incomparable: self.incomparable,
                reason: self.may_differ,
            });
        }
        self.run
    }
}
