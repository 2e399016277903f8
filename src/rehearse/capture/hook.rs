//! The capture: every row write on a connection, through the pre-update hook, with its address and
//! whether it is direct.
//!
//! The hook: <https://sqlite.org/c3ref/preupdate_count.html>. It nominates rows; the states before
//! and after decide what changed. It cannot return an error, so the first failure is kept and asked
//! for after every statement. It does not see `DROP TABLE`, `CREATE TABLE AS`, `DROP COLUMN` or
//! virtual tables: those show in the catalog.
#![expect(
    unsafe_code,
    reason = "rusqlite offers this hook only with bindgen, which needs libclang on the user's \
        machine"
)]

use super::batch::Batch;
use super::images::{Images, Telling};
use super::overflow::{OwnerCells, Tally};
use super::plan::{ImageColumn, Plan, Plans, RowPlan, Told};
use super::{cell, images};
use crate::change::RowAddress;
use crate::progress::Counter;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, is_bookkeeping};
use crate::sql::Value;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ffi};
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// One row write.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// place of the table's name in the capture's list
    pub(crate) table: usize,
    pub(crate) op: Op,
    /// how many triggers and foreign-key actions it stood in
    pub(crate) depth: u32,
    /// the address before; `None` for an insert
    pub(crate) old: Option<RowAddress>,
    /// the address after; `None` for a delete
    pub(crate) new: Option<RowAddress>,
}

/// What one statement wrote.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    /// rows that kept their rowids, by the place of their table
    pub(crate) batches: Vec<(usize, Batch)>,
    /// all other writes, each one
    pub(crate) events: Vec<Event>,
    /// those of them that were counted only
    pub(crate) tally: Tally,
    /// all writes, by place of the table, operation and depth
    pub(crate) counts: Vec<((usize, Op, u32), u64)>,
    /// whether the engine rolled the whole transaction back
    pub(crate) rolled_back: bool,
    /// tables that the catalog did not know before the statement
    pub(crate) unknown: BTreeSet<String>,
}

/// The hooks on one connection. Must be dropped before the connection.
pub(crate) struct Capture {
    db: *mut ffi::sqlite3,
    state: *mut State,
}

#[derive(Default)]
struct State {
    plans: Plans,
    captured: Captured,
    /// the plan for the table of the last write, which is that of the next, as a rule
    last: Option<(Vec<u8>, Plan)>,
    /// how many more single writes are kept before they are only counted
    room: usize,
    failure: Option<String>,
    fail_after: Option<u64>,
    written: Counter,
}

impl Capture {
    /// Installs the hooks. Must happen before a statement is prepared: `DELETE` without WHERE is
    /// planned then.
    pub(crate) fn install(conn: &Connection, fail_after: Option<u64>) -> Self {
        let state = Box::into_raw(Box::new(State {
            fail_after,
            ..State::default()
        }));
        // SAFETY: the handle is valid while `conn` lives; the state lives until `drop`, which
        // removes the hooks first.
        let db = unsafe {
            let db = conn.handle();
            ffi::sqlite3_preupdate_hook(db, Some(on_write), state.cast());
            ffi::sqlite3_rollback_hook(db, Some(on_rollback), state.cast());
            db
        };
        Self { db, state }
    }

    /// Tells the capture how the rows of each table are found, and which columns tell their owners.
    pub(crate) fn learn(&mut self, catalog: &Catalog, told: impl Fn(&Table) -> Told) {
        self.with(|state| {
            state.plans.learn(catalog, told);
            state.last = None;
        });
    }

    /// Counts row writes there from now on.
    pub(crate) fn count_in(&self, written: Counter) {
        self.with(|state| state.written = written);
    }

    /// How many single writes to keep from now on before they are only counted.
    pub(crate) fn make_room(&mut self, writes: usize) {
        self.with(|state| state.room = writes);
    }

    /// Takes what was captured since the last time, or the first failure.
    pub(crate) fn drain(&mut self) -> Result<Captured, String> {
        self.with(|state| {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            state.last = None;
            let mut captured = std::mem::take(&mut state.captured);
            captured
                .batches
                .iter_mut()
                .for_each(|(_, batch)| batch.finish());
            Ok(captured)
        })
    }

    /// The place of a table by its name, where the catalog has had it.
    pub(crate) fn place_of(&self, table: &str) -> Option<usize> {
        self.with(|state| state.plans.place_of(table))
    }

    /// The name of a table by its place.
    pub(crate) fn table_name(&self, table: usize) -> String {
        self.with(|state| state.plans.name(table).to_owned())
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        // SAFETY: the hooks run only inside calls to the engine on this thread, and none is under
        // way while `f` runs.
        f(unsafe { &mut *self.state })
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        // SAFETY: the connection is still open by contract; after this no hook holds the state.
        unsafe {
            ffi::sqlite3_preupdate_hook(self.db, None, ptr::null_mut());
            ffi::sqlite3_rollback_hook(self.db, None, ptr::null_mut());
            drop(Box::from_raw(self.state));
        }
    }
}

impl State {
    fn plan_for(&mut self, table: &CStr) -> Plan {
        if let Some((_, plan)) = self
            .last
            .as_ref()
            .filter(|(name, _)| name == table.to_bytes())
        {
            return plan.clone();
        }
        let plan = self.find_plan(table);
        self.last = Some((table.to_bytes().to_vec(), plan.clone()));
        plan
    }

    fn find_plan(&mut self, table: &CStr) -> Plan {
        self.plans.of(table.to_bytes()).unwrap_or_else(|| {
            let name = table.to_string_lossy();
            if !is_bookkeeping(&name) {
                // CREATE VIRTUAL TABLE fills its storage before the catalog can be read again.
                self.captured.unknown.insert(name.into_owned());
            }
            Plan::Ignored
        })
    }

    fn record(&mut self, write: &Write<'_>) -> Result<(), String> {
        if let Some(left) = self.fail_after.as_mut() {
            *left = left.checked_sub(1).ok_or("injected failure")?;
        }
        if write.database != c"main" {
            return Ok(());
        }
        let plan = self.plan_for(write.table);
        let op = match write.op {
            ffi::SQLITE_INSERT => Op::Insert,
            ffi::SQLITE_UPDATE => Op::Update,
            ffi::SQLITE_DELETE => Op::Delete,
            other => {
                return Err(format!(
                    "the engine reported a write of unknown kind {other}"
                ));
            }
        };
        let depth = u32::try_from(write.depth).unwrap_or(u32::MAX);
        let plan = match plan {
            Plan::Ignored => return Ok(()),
            Plan::Derived(table) => {
                // One event tells all there is to tell.
                if !self
                    .captured
                    .events
                    .iter()
                    .rev()
                    .take(8)
                    .any(|e| e.table == table)
                {
                    self.captured.events.push(Event {
                        table,
                        op,
                        depth,
                        old: None,
                        new: None,
                    });
                }
                return Ok(());
            }
            Plan::Rows(plan) => plan,
        };
        self.captured.count(plan.table, op, depth);
        self.written.add(1);
        if plan.key.is_none() {
            let batch = self.captured.batch_of(plan.table);
            batch.is_moving |= op == Op::Update && write.rowids.0 != write.rowids.1;
            if !batch.is_moving {
                write.put_into(&plan, op, depth == 0, batch);
                return Ok(());
            }
        }
        let old = if op == Op::Insert {
            None
        } else {
            Some(write.address(&plan, write.rowids.0, ffi::sqlite3_preupdate_old)?)
        };
        if self.captured.events.len() >= self.room {
            let owners = write.owners(&plan, op).ok();
            self.captured
                .tally
                .add(plan.table, op, depth, old.as_ref(), owners);
            return Ok(());
        }
        let new = if op == Op::Delete {
            None
        } else {
            Some(write.address(&plan, write.rowids.1, ffi::sqlite3_preupdate_new)?)
        };
        self.captured.events.push(Event {
            table: plan.table,
            op,
            depth,
            old,
            new,
        });
        Ok(())
    }
}

impl Captured {
    /// Whether a row was written, be it of a virtual table's storage.
    pub(crate) fn is_written(&self) -> bool {
        !self.counts.is_empty() || !self.events.is_empty()
    }

    fn batch_of(&mut self, table: usize) -> &mut Batch {
        let at = self
            .batches
            .iter()
            .position(|(place, _)| *place == table)
            .unwrap_or_else(|| {
                self.batches.push((table, Batch::default()));
                self.batches.len() - 1
            });
        &mut self.batches[at].1
    }

    fn count(&mut self, table: usize, op: Op, depth: u32) {
        match self
            .counts
            .iter_mut()
            .find(|(what, _)| *what == (table, op, depth))
        {
            Some((_, rows)) => *rows += 1,
            None => self.counts.push(((table, op, depth), 1)),
        }
    }
}

/// One call of the hook.
struct Write<'a> {
    db: *mut ffi::sqlite3,
    op: c_int,
    database: &'a CStr,
    table: &'a CStr,
    rowids: (i64, i64),
    depth: c_int,
}

type ReadColumn =
    unsafe extern "C" fn(*mut ffi::sqlite3, c_int, *mut *mut ffi::sqlite3_value) -> c_int;

impl Write<'_> {
    fn address(&self, plan: &RowPlan, rowid: i64, read: ReadColumn) -> Result<RowAddress, String> {
        match &plan.key {
            None => Ok(RowAddress::Rowid(rowid)),
            Some(columns) => Ok(RowAddress::Key(
                self.cells(columns, read)?.into_boxed_slice(),
            )),
        }
    }

    /// What tells the owners of the row before and after, each once. A row that begins here shows
    /// in the states, if it stays.
    fn owners(&self, plan: &RowPlan, op: Op) -> Result<Vec<OwnerCells>, String> {
        if op == Op::Insert {
            return Ok(Vec::new());
        }
        let mut owners = vec![self.cells(&plan.owner, ffi::sqlite3_preupdate_old)?];
        if op == Op::Update {
            owners.push(self.cells(&plan.owner, ffi::sqlite3_preupdate_new)?);
        }
        owners.dedup();
        Ok(owners)
    }

    fn cells(&self, columns: &[c_int], read: ReadColumn) -> Result<Vec<Value>, String> {
        columns
            .iter()
            .map(|column| self.cell(*column, read).map(Value::from))
            .collect()
    }

    /// A cell, in memory that is the engine's while the hook runs.
    fn cell(&self, column: c_int, read: ReadColumn) -> Result<ValueRef<'_>, String> {
        self.peek(column, read).map_err(|code| {
            format!(
                "column {column} of table `{}` cannot be read (code {code})",
                self.table.to_string_lossy()
            )
        })
    }

    /// The same, or the engine's error code.
    fn peek(&self, column: c_int, read: ReadColumn) -> Result<ValueRef<'_>, c_int> {
        // SAFETY: `self` does not outlive the call of the hook, and the value does.
        self.raw(column, read)
            .map(|value| unsafe { cell::borrowed(value) })
    }

    fn raw(&self, column: c_int, read: ReadColumn) -> Result<*mut ffi::sqlite3_value, c_int> {
        let mut value = ptr::null_mut();
        // SAFETY: called inside the hook, with the connection it was called for.
        match unsafe { read(self.db, column, &raw mut value) } {
            ffi::SQLITE_OK => Ok(value),
            code => Err(code),
        }
    }

    /// Puts the row where rows are that were written alike.
    fn put_into(&self, plan: &RowPlan, op: Op, direct: bool, batch: &mut Batch) {
        let rowid = if op == Op::Insert {
            self.rowids.1
        } else {
            self.rowids.0
        };
        if !batch.is_first(rowid) {
            return batch.write_again(rowid, op, direct);
        }
        let images = plan
            .columns
            .as_ref()
            .and_then(|columns| self.images(plan, columns, op, direct));
        let class = match images {
            None => batch.unread(op, direct),
            Some(images) => {
                let known = batch.known_class(|class| images.fit(class));
                known.unwrap_or_else(|| {
                    batch.class(images.hash(), |class| images.fit(class), || images.class())
                })
            }
        };
        batch.write_first(rowid, op, class);
    }

    /// What the images of the row say; nothing where a cell cannot be read or is not certain.
    fn images(
        &self,
        plan: &RowPlan,
        columns: &[ImageColumn],
        op: Op,
        direct: bool,
    ) -> Option<Images<'_>> {
        let (mut before, mut after): (Telling<'_>, Telling<'_>) = (
            [ValueRef::Null; images::TELLING],
            [ValueRef::Null; images::TELLING],
        );
        let mut differs = 0;
        if op == Op::Update {
            for (column, ImageColumn { affinity, .. }) in (0..).zip(columns) {
                let (old, new) = (
                    self.raw(column, ffi::sqlite3_preupdate_old).ok()?,
                    self.raw(column, ffi::sqlite3_preupdate_new).ok()?,
                );
                // SAFETY: both are values of the hook under way.
                if !unsafe { cell::stays(*affinity, old, new)? } {
                    differs |= 1 << column;
                }
                if plan.telling & 1 << column != 0 {
                    let told = plan.owner.iter().position(|telling| *telling == column)?;
                    // SAFETY: as above.
                    let (old, new) = unsafe { (cell::borrowed(old), cell::borrowed(new)) };
                    (before[told], after[told]) = (old, images::stored(*affinity, new)?);
                }
            }
        } else {
            for (told, column) in plan.owner.iter().enumerate() {
                let ImageColumn {
                    affinity,
                    has_default,
                } = columns[usize::try_from(*column).ok()?];
                if op == Op::Insert {
                    after[told] = images::begun(
                        has_default,
                        self.peek(*column, ffi::sqlite3_preupdate_new).ok()?,
                    )?;
                } else {
                    before[told] = images::held(
                        affinity,
                        self.peek(*column, ffi::sqlite3_preupdate_old).ok()?,
                    )?;
                }
            }
        }
        let used = |has: bool| if has { plan.owner.len() } else { 0 };
        Some(Images {
            op,
            direct,
            before,
            after,
            used: (used(op != Op::Insert), used(op != Op::Delete)),
            differs,
        })
    }
}

unsafe extern "C" fn on_write(
    context: *mut c_void,
    db: *mut ffi::sqlite3,
    op: c_int,
    database: *const c_char,
    table: *const c_char,
    old_rowid: ffi::sqlite3_int64,
    new_rowid: ffi::sqlite3_int64,
) {
    // SAFETY: the context is the state of the capture that installed the hook; the names are the
    // engine's, NUL-terminated.
    let (state, write) = unsafe {
        let write = Write {
            db,
            op,
            database: CStr::from_ptr(database),
            table: CStr::from_ptr(table),
            rowids: (old_rowid, new_rowid),
            depth: ffi::sqlite3_preupdate_depth(db),
        };
        (&mut *context.cast::<State>(), write)
    };
    if state.failure.is_some() {
        return;
    }
    let recorded = catch_unwind(AssertUnwindSafe(|| state.record(&write)));
    state.failure = match recorded {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(_) => Some("the capture panicked".to_owned()),
    };
}

unsafe extern "C" fn on_rollback(context: *mut c_void) {
    // SAFETY: as in `on_write`.
    unsafe { (*context.cast::<State>()).captured.rolled_back = true };
}
