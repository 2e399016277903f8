//! Running a preview, and holding its rows against those that its statement wrote.

use super::run::{Mismatch, PreviewRun};
use crate::change::{Owner, RowAddress};
use crate::progress::Counter;
use crate::rehearse::capture::{Captured, Event, Rowids, overflow};
use crate::rehearse::owner::{LookupError, Owners};
use crate::rewrite::{Assigned, Preview};
use crate::scope::{Op, TenantMap};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::Value;
use crate::sql::value::same;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a preview returned, with the addresses of its rows.
pub(crate) struct Watched {
    pub(crate) run: PreviewRun,
    seen: Seen,
    may_differ: Option<&'static str>,
    incomparable: bool,
}

/// Why a preview gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WatchError {
    /// the engine refuses the SELECT
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// the tenant lookup cannot be used
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

/// Runs `preview` on the state just before its statement; keeps up to `samples` rows and counts in
/// `read` what it reads.
pub(crate) fn select(
    conn: &Connection,
    preview: &Preview,
    catalog: &Catalog,
    tenants: &TenantMap,
    samples: usize,
    read: &Counter,
) -> Result<Watched, WatchError> {
    let table = catalog
        .table(&preview.table)
        .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let mut owners = Owners::new(conn, table, tenants)?;
    let mut by_owner = ByOwner::default();
    let mut statement = conn.prepare(&preview.sql)?;
    let mut run = empty(
        preview,
        statement.column_names().map(str::to_owned).collect(),
    );
    let mut seen = Seen {
        keys: Some(HashSet::new()),
        ..Seen::default()
    };
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        read.add(1);
        if !seen.is_first(row, preview)? {
            continue;
        }
        run.rows += 1;
        run.changes_nothing = run.changes_nothing && gives_the_same(row, preview, table)?;
        if let Some(owner) = &preview.owner {
            match &owner[..] {
                [(_, at)] => by_owner.add(&[row.get_ref(*at)?]),
                _ => by_owner.add(
                    &owner
                        .iter()
                        .map(|(_, at)| row.get_ref(*at))
                        .collect::<rusqlite::Result<Vec<_>>>()?,
                ),
            }
        }
        if run.samples.len() < samples {
            let values = (0..run.columns.len()).map(|at| row.get_ref(at).map(Value::from));
            run.samples.push(values.collect::<rusqlite::Result<_>>()?);
        }
    }
    for (told, rows) in by_owner.groups {
        let mut cells = vec![Value::Null; table.columns.len()];
        for ((column, _), value) in preview.owner.iter().flatten().zip(told) {
            cells[*column] = table.columns[*column].affinity.apply(value);
        }
        match owners.of(&cells)? {
            Owner::Tenant(tenant) => *run.tenants.entry(tenant).or_default() += rows,
            Owner::Ambiguous => run.ambiguous += rows,
            Owner::Shared | Owner::Unassigned => {}
        }
    }
    run.several = seen.several.len() as u64;
    run.changes_nothing &= run.rows > 0 && run.several == 0;
    Ok(Watched {
        run,
        seen,
        may_differ: preview.may_differ,
        incomparable: table.kind != TableKind::Ordinary,
    })
}

/// Rows by the cells that tell whose they are.
#[derive(Default)]
struct ByOwner {
    groups: Vec<(Vec<Value>, u64)>,
    places: HashMap<Vec<Value>, usize>,
}

/// Groups that are looked through one by one.
const FEW: usize = 16;

impl ByOwner {
    fn add(&mut self, told: &[ValueRef<'_>]) {
        let is = |group: &(Vec<Value>, u64)| {
            group
                .0
                .iter()
                .zip(told)
                .all(|(cell, seen)| same(cell.into(), *seen))
        };
        let place = self
            .groups
            .iter()
            .take(FEW)
            .position(is)
            .unwrap_or_else(|| {
                let cells: Vec<Value> = told.iter().map(|cell| Value::from(*cell)).collect();
                *self.places.entry(cells.clone()).or_insert_with(|| {
                    self.groups.push((cells, 0));
                    self.groups.len() - 1
                })
            });
        self.groups[place].1 += 1;
    }
}

/// Keys, and values that a join gives, that are kept one by one.
const KEPT: usize = 500_000;

/// The rows that a preview has returned so far.
#[derive(Default)]
struct Seen {
    rowids: Rowids,
    /// keys of rows without rowid; `None` where they are too many
    keys: Option<HashSet<RowAddress>>,
    /// where a join may return a row again, the hashes of keys that are not kept
    hashes: HashSet<u64>,
    /// the sum of the hashes of the keys
    print: u64,
    /// the values that a join gives a row first
    given: HashMap<RowAddress, Vec<Value>>,
    /// rows that it gives others too
    several: HashSet<u64>,
}

impl Seen {
    /// Whether the row is met for the first time, as every row is that has no address.
    fn is_first(&mut self, row: &Row<'_>, preview: &Preview) -> rusqlite::Result<bool> {
        match (&preview.address[..], preview.joins) {
            ([], _) => Ok(true),
            ([at], false) if preview.by_rowid => match row.get_ref(*at)? {
                ValueRef::Integer(rowid) => Ok(self.rowids.insert(rowid)),
                other => Ok(self.is_first_key(&RowAddress::Key([other.into()].into()), false)),
            },
            (_, joins) => {
                let address = address(row, preview)?;
                let is_first = match &address {
                    RowAddress::Rowid(rowid) => self.rowids.insert(*rowid),
                    RowAddress::Key(_) => self.is_first_key(&address, joins),
                };
                if joins {
                    self.compare(address, given(row, preview)?);
                }
                Ok(is_first)
            }
        }
    }

    fn is_first_key(&mut self, key: &RowAddress, joins: bool) -> bool {
        let hash = overflow::hash(key);
        if let Some(kept) = self.keys.take_if(|kept| kept.len() >= KEPT) {
            self.hashes = if joins {
                kept.iter().map(overflow::hash).collect()
            } else {
                HashSet::new()
            };
        }
        let is_first = match &mut self.keys {
            None => !joins || self.hashes.insert(hash),
            Some(kept) => kept.insert(key.clone()),
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

    /// The sum of the hashes of all addresses.
    fn print(&self) -> u64 {
        print_of(&self.rowids).wrapping_add(self.print)
    }
}

fn print_of(rowids: &Rowids) -> u64 {
    rowids.iter().fold(0, |sum: u64, rowid| {
        sum.wrapping_add(overflow::hash(&RowAddress::Rowid(rowid)))
    })
}

/// The values that a row would be given.
fn given(row: &Row<'_>, preview: &Preview) -> rusqlite::Result<Vec<Value>> {
    preview
        .assigned
        .iter()
        .map(|assigned| row.get_ref(assigned.after).map(Value::from))
        .collect()
}

/// Whether a row would be given the values that it has.
fn gives_the_same(row: &Row<'_>, preview: &Preview, table: &Table) -> rusqlite::Result<bool> {
    let is_same = |assigned: &Assigned| -> rusqlite::Result<bool> {
        let after = Value::from(row.get_ref(assigned.after)?);
        let stored = table
            .column(&assigned.column)
            .map_or(after.clone(), |at| table.columns[at].affinity.apply(after));
        Ok(same((&stored).into(), row.get_ref(assigned.before)?))
    };
    preview
        .assigned
        .iter()
        .try_fold(true, |all, assigned| Ok(all && is_same(assigned)?))
}

fn empty(preview: &Preview, columns: Vec<String>) -> PreviewRun {
    PreviewRun {
        sql: preview.sql.clone(),
        rows: 0,
        target_is_empty: false,
        empty: BTreeSet::new(),
        tenants: BTreeMap::new(),
        ambiguous: 0,
        shown: if preview.shown.is_empty() {
            (0..columns.len()).collect()
        } else {
            preview.shown.clone()
        },
        columns,
        assigned: preview.assigned.clone(),
        several: 0,
        subqueries: Vec::new(),
        partial: Vec::new(),
        changes_nothing: !preview.assigned.is_empty(),
        samples: Vec::new(),
        mismatch: None,
    }
}

fn address(row: &Row<'_>, preview: &Preview) -> rusqlite::Result<RowAddress> {
    let values: Vec<Value> = preview
        .address
        .iter()
        .map(|at| row.get_ref(*at).map(Value::from))
        .collect::<rusqlite::Result<_>>()?;
    Ok(match values[..] {
        [Value::Integer(rowid)] if preview.by_rowid => RowAddress::Rowid(rowid),
        _ => RowAddress::Key(values.into_boxed_slice()),
    })
}

impl Watched {
    /// The run, with how its rows differ from those that `events` say the statement wrote directly
    /// to `table`.
    pub(crate) fn against(
        mut self,
        captured: &Captured,
        table: Option<usize>,
        op: Op,
    ) -> PreviewRun {
        let own = |e: &&Event| e.depth == 0 && e.op == op && Some(e.table) == table;
        let batch = captured
            .batches
            .iter()
            .find(|(place, _)| Some(*place) == table);
        let mut rowids = batch.map_or_else(Rowids::default, |(_, batch)| batch.direct(op));
        let mut keys: HashSet<&RowAddress> = HashSet::new();
        for address in captured
            .events
            .iter()
            .filter(own)
            .filter_map(|e| e.old.as_ref())
        {
            match address {
                RowAddress::Rowid(rowid) => drop(rowids.insert(*rowid)),
                RowAddress::Key(_) => drop(keys.insert(address)),
            }
        }
        let (counted, print) = table.map_or((0, 0), |table| captured.tally.direct(table, op));
        let (unforeseen, unwritten) = match &self.seen.keys {
            Some(seen) if counted == 0 => {
                let unforeseen = keys.iter().filter(|key| !seen.contains(**key)).count() as u64;
                let unwritten = seen.iter().filter(|key| !keys.contains(key)).count() as u64;
                (
                    unforeseen + rowids.count_without(&self.seen.rowids),
                    unwritten + self.seen.rowids.count_without(&rowids),
                )
            }
            // Too many to be held against each other one by one: their number and the sum of their
            // hashes.
            _ => {
                let all = rowids.len() + keys.len() as u64 + counted;
                let sum = keys
                    .iter()
                    .fold(print.wrapping_add(print_of(&rowids)), |sum, key| {
                        sum.wrapping_add(overflow::hash(key))
                    });
                let others = u64::from(all == self.run.rows && sum != self.seen.print());
                (
                    all.saturating_sub(self.run.rows) + others,
                    self.run.rows.saturating_sub(all) + others,
                )
            }
        };
        // The rows of a view or virtual table are not those that are written; the reason stands in
        // any case.
        let unwritten = if self.incomparable {
            self.run.rows
        } else {
            unwritten
        };
        if unforeseen + unwritten > 0 {
            self.run.mismatch = Some(Mismatch {
                unwritten,
                unforeseen,
                reason: self.may_differ,
            });
        }
        self.run
    }
}
