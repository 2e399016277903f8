//! Running a preview without a trace, and holding its rows against those that its statement wrote.
//!
//! The pseudo-random state is saved and restored around it (`SQLITE_TESTCTRL_PRNG_SAVE`), the clock is frozen, and a SELECT
//! leaves `changes()`, `total_changes()` and `last_insert_rowid()` alone.
#![expect(unsafe_code, reason = "the pseudo-random state is reached through sqlite3_test_control only")]

use super::capture::Event;
use super::{Mismatch, PreviewRun};
use crate::change::{Op, RowAddress};
use crate::rewrite::Preview;
use crate::scope::Tenant;
use crate::sql::Value;
use rusqlite::{Connection, Row, ffi};
use std::collections::{BTreeMap, HashSet};
use std::ffi::c_int;

/// What a preview returned, with the addresses of its rows.
pub(super) struct Watched {
    pub(super) run: PreviewRun,
    addresses: HashSet<RowAddress>,
    may_differ: Option<&'static str>,
}

/// Runs `preview` on the state just before its statement; keeps up to `samples` rows.
pub(super) fn watch(conn: &Connection, preview: &Preview, samples: usize) -> rusqlite::Result<Watched> {
    random_state(ffi::SQLITE_TESTCTRL_PRNG_SAVE);
    let watched = select(conn, preview, samples);
    random_state(ffi::SQLITE_TESTCTRL_PRNG_RESTORE);
    watched
}

fn random_state(operation: c_int) {
    // SAFETY: both operations take no argument and only copy the engine's generator state.
    unsafe { ffi::sqlite3_test_control(operation) };
}

fn select(conn: &Connection, preview: &Preview, samples: usize) -> rusqlite::Result<Watched> {
    let mut statement = conn.prepare(&preview.sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut run = PreviewRun {
        sql: preview.sql.clone(),
        rows: 0,
        tenants: BTreeMap::new(),
        columns,
        assigned: preview.assigned.clone(),
        samples: Vec::new(),
        mismatch: None,
    };
    let mut addresses = HashSet::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !addresses.insert(address(row, preview)?) {
            continue;
        }
        run.rows += 1;
        if let Some(at) = preview.tenant {
            *run.tenants.entry(Tenant(row.get_ref(at)?.into())).or_default() += 1;
        }
        if run.samples.len() < samples {
            let values = (0..run.columns.len()).map(|at| row.get_ref(at).map(Value::from));
            run.samples.push(values.collect::<rusqlite::Result<_>>()?);
        }
    }
    Ok(Watched { run, addresses, may_differ: preview.may_differ })
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
        let own = |e: &&Event| e.direct && e.op == op && Some(e.table) == table;
        let written: HashSet<&RowAddress> = events.iter().filter(own).filter_map(|e| e.old.as_ref()).collect();
        let unforeseen = written.iter().filter(|a| !self.addresses.contains(a)).count() as u64;
        let unwritten = self.addresses.iter().filter(|a| !written.contains(a)).count() as u64;
        if unforeseen + unwritten > 0 {
            self.run.mismatch = Some(Mismatch { unwritten, unforeseen, reason: self.may_differ });
        }
        self.run
    }
}
