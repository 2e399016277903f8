//! Running a preview without a trace, and holding its rows against those that its statement wrote.
//!
//! The pseudo-random state is saved and restored around it (`SQLITE_TESTCTRL_PRNG_SAVE`), the clock is frozen, and a SELECT
//! leaves `changes()`, `total_changes()` and `last_insert_rowid()` alone.
#![expect(unsafe_code, reason = "the pseudo-random state is reached through sqlite3_test_control only")]

use super::alone::alone;
use super::capture::Event;
use super::{LookupError, Mismatch, Owners, PreviewRun};
use crate::change::{Owner, RowAddress};
use crate::rewrite::Preview;
use crate::scope::{Op, TenantMap};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::TableKind;
use crate::sql::Value;
use rusqlite::{Connection, Row, ffi};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::c_int;

/// What a preview returned, with the addresses of its rows.
pub(super) struct Watched {
    pub(super) run: PreviewRun,
    /// of each row, the values that it would be given first
    addresses: HashMap<RowAddress, Vec<Value>>,
    may_differ: Option<&'static str>,
    incomparable: bool,
}

/// Why a preview gave nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    /// the engine refuses the SELECT
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// the tenant lookup cannot be used
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

/// Runs `preview` on the state just before its statement; keeps up to `samples` rows.
pub(super) fn watch(
    conn: &Connection,
    preview: &Preview,
    catalog: &Catalog,
    tenants: &TenantMap,
    samples: usize,
) -> Result<Watched, WatchError> {
    random_state(ffi::SQLITE_TESTCTRL_PRNG_SAVE);
    let mut watched = select(conn, preview, catalog, tenants, samples);
    if let Ok(Watched { run, .. }) = &mut watched {
        run.subqueries = alone(conn, &preview.subqueries, catalog, tenants);
    }
    random_state(ffi::SQLITE_TESTCTRL_PRNG_RESTORE);
    watched
}

fn random_state(operation: c_int) {
    // SAFETY: both operations take no argument and only copy the engine's generator state.
    unsafe { ffi::sqlite3_test_control(operation) };
}

fn select(conn: &Connection, preview: &Preview, catalog: &Catalog, tenants: &TenantMap, samples: usize) -> Result<Watched, WatchError> {
    let table = catalog.table(&preview.table).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let mut owners = Owners::new(conn, table, tenants)?;
    let mut cells = vec![Value::Null; table.columns.len()];
    let mut statement = conn.prepare(&preview.sql)?;
    let mut run = empty(preview, statement.column_names().map(str::to_owned).collect());
    let mut addresses: HashMap<RowAddress, Vec<Value>> = HashMap::new();
    let mut several = HashSet::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !preview.address.is_empty() {
            let (at, given) = (address(row, preview)?, given(row, preview)?);
            match addresses.get(&at) {
                Some(first) if *first == given => continue,
                Some(_) => {
                    several.insert(at);
                    continue;
                }
                None => addresses.insert(at, given),
            };
        }
        run.rows += 1;
        for (column, at) in &preview.owner {
            cells[*column] = table.columns[*column].affinity.apply(row.get_ref(*at)?.into());
        }
        match owners.of(&cells)? {
            Owner::Tenant(tenant) => *run.tenants.entry(tenant).or_default() += 1,
            Owner::Ambiguous => run.ambiguous += 1,
            Owner::Shared | Owner::Unassigned => {}
        }
        if run.samples.len() < samples {
            let values = (0..run.columns.len()).map(|at| row.get_ref(at).map(Value::from));
            run.samples.push(values.collect::<rusqlite::Result<_>>()?);
        }
    }
    run.several = several.len() as u64;
    Ok(Watched { run, addresses, may_differ: preview.may_differ, incomparable: table.kind != TableKind::Ordinary })
}

/// The values that a row would be given, where a join may give it several.
fn given(row: &Row<'_>, preview: &Preview) -> rusqlite::Result<Vec<Value>> {
    let assigned = preview.assigned.iter().filter(|_| preview.joins);
    assigned.map(|assigned| row.get_ref(assigned.after).map(Value::from)).collect()
}

fn empty(preview: &Preview, columns: Vec<String>) -> PreviewRun {
    PreviewRun {
        sql: preview.sql.clone(),
        rows: 0,
        tenants: BTreeMap::new(),
        ambiguous: 0,
        shown: if preview.shown.is_empty() { (0..columns.len()).collect() } else { preview.shown.clone() },
        columns,
        assigned: preview.assigned.clone(),
        several: 0,
        subqueries: Vec::new(),
        samples: Vec::new(),
        mismatch: None,
    }
}

fn address(row: &Row<'_>, preview: &Preview) -> rusqlite::Result<RowAddress> {
    let values: Vec<Value> = preview.address.iter().map(|at| row.get_ref(*at).map(Value::from)).collect::<rusqlite::Result<_>>()?;
    Ok(match values[..] {
        [Value::Integer(rowid)] if preview.by_rowid => RowAddress::Rowid(rowid),
        _ => RowAddress::Key(values.into_boxed_slice()),
    })
}

impl Watched {
    /// The run, with how its rows differ from those that `events` say the statement wrote directly to `table`.
    pub(super) fn against(mut self, events: &[Event], table: Option<usize>, op: Op) -> PreviewRun {
        let own = |e: &&Event| e.depth == 0 && e.op == op && Some(e.table) == table;
        let written: HashSet<&RowAddress> = events.iter().filter(own).filter_map(|e| e.old.as_ref()).collect();
        let unforeseen = written.iter().filter(|a| !self.addresses.contains_key(*a)).count() as u64;
        let unwritten = self.addresses.keys().filter(|a| !written.contains(a)).count() as u64;
        // The rows of a view or virtual table are not those that are written; the reason stands in any case.
        let unwritten = if self.incomparable { self.run.rows } else { unwritten };
        if unforeseen + unwritten > 0 {
            self.run.mismatch = Some(Mismatch { unwritten, unforeseen, reason: self.may_differ });
        }
        self.run
    }
}
