//! The hook: every row write on a connection, with its address and whether it is direct.
//!
//! The pre-update hook (<https://sqlite.org/c3ref/preupdate_count.html>) nominates rows; the states
//! before and after decide what changed. It cannot return an error, so the first failure is kept
//! and asked for after every statement. It does not see `DROP TABLE`, `CREATE TABLE AS`,
//! `DROP COLUMN` or virtual tables: those show in the catalog.
#![expect(
    unsafe_code,
    reason = "rusqlite offers this hook only with bindgen, which needs libclang on the user's \
        machine"
)]

use super::batch::Batch;
use super::cell;
use super::images::{Images, begun, held, stored};
use super::overflow::{Overflow, OwnerCells};
use super::plan::{OwnerColumns, Plan, Plans, RowPlan, TableName, plans};
use crate::change::RowAddress;
use crate::progress::Counter;
use crate::scope::Op;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, is_bookkeeping};
use crate::sql::Value;
use rusqlite::{Connection, ffi};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;

/// One row write.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) table: TableName,
    pub(crate) op: Op,
    /// in how many triggers and foreign-key actions it was
    pub(crate) depth: u32,
    /// the address before; `None` for an insert
    pub(crate) old: Option<RowAddress>,
    /// the address after; `None` for a delete
    pub(crate) new: Option<RowAddress>,
}

/// A write's depth, table and operation.
type WriteKind = (u32, (TableName, Op));

/// What one statement wrote.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    /// rows that kept their rowids, by their table
    pub(crate) batches: Vec<(TableName, Batch)>,
    /// all other writes, each one
    pub(crate) events: Vec<Event>,
    /// those beyond the room for events
    pub(crate) overflow: Overflow,
    /// all writes, by depth, table and operation
    pub(crate) counts: BTreeMap<WriteKind, u64>,
    /// whether the engine rolled the whole transaction back
    pub(crate) rolled_back: bool,
    /// virtual tables whose storage was written, each with whether a trigger did that
    pub(crate) storage: BTreeMap<TableName, bool>,
    /// tables that the catalog did not know before the statement
    pub(crate) unknown: BTreeSet<String>,
}

/// The hooks on one connection. Must be dropped before the connection.
pub(crate) struct Capture {
    db: *mut ffi::sqlite3,
    state: *mut CaptureState,
}

#[derive(Default)]
struct CaptureState {
    plans: Plans,
    /// the table written last, by its name as the engine spells it
    last: Option<(Vec<u8>, Plan)>,
    captured: Captured,
    counts: Vec<(WriteKind, u64)>,
    /// how many single writes are kept; those beyond are only counted
    room: usize,
    failure: Option<String>,
    fail_after: Option<u64>,
    written: Counter,
}

impl Capture {
    /// Installs the hooks. Must happen before a statement is prepared: `DELETE` without WHERE is
    /// planned then.
    pub(crate) fn install(conn: &Connection, fail_after: Option<u64>) -> Self {
        let state = Box::into_raw(Box::new(CaptureState {
            fail_after,
            ..CaptureState::default()
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

    /// Makes the plans for the tables of a catalog.
    pub(crate) fn learn(&self, catalog: &Catalog, owner: impl Fn(&Table) -> OwnerColumns) {
        self.with(|state| (state.plans, state.last) = (plans(catalog, owner), None));
    }

    /// Sets how many single writes are kept from now on, and the counter of row writes.
    pub(crate) fn begin(&self, room: usize, written: Counter) {
        self.with(|state| (state.room, state.written) = (room, written));
    }

    /// Takes what was captured since the last time, or the first failure.
    pub(crate) fn drain(&mut self) -> Result<Captured, String> {
        self.with(|state| {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            let mut captured = std::mem::take(&mut state.captured);
            for (_, batch) in &mut captured.batches {
                batch.finish();
            }
            captured.counts = state.counts.drain(..).collect();
            Ok(captured)
        })
    }

    fn with<T>(&self, f: impl FnOnce(&mut CaptureState) -> T) -> T {
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

impl CaptureState {
    fn plan_for(&mut self, table: &CStr) -> Plan {
        let bytes = table.to_bytes();
        if let Some((_, plan)) = self.last.as_ref().filter(|(name, _)| name == bytes) {
            return plan.clone();
        }
        if let Some(plan) = self.plans.get(bytes) {
            self.last = Some((bytes.to_vec(), plan.clone()));
            return plan.clone();
        }
        let name = table.to_string_lossy();
        if !is_bookkeeping(&name) {
            // CREATE VIRTUAL TABLE fills its storage before the catalog can be read again.
            self.captured.unknown.insert(name.into_owned());
        }
        Plan::Ignored
    }

    fn record(&mut self, write: &HookCall<'_>) -> Result<(), String> {
        if let Some(left) = self.fail_after.as_mut() {
            *left = left.checked_sub(1).ok_or("injected failure")?;
        }
        if write.database != c"main" {
            return Ok(());
        }
        match self.plan_for(write.table) {
            Plan::Ignored => Ok(()),
            Plan::Storage(of, entries) => {
                self.record_storage(&of, entries.as_deref(), write);
                Ok(())
            }
            Plan::Rows(plan) => self.record_row(&plan, write),
        }
    }

    /// Notes a write to the storage of a virtual table, and the entry of the index that it is to. A
    /// module writes by statements of its own, in no trigger, and gives no entry another rowid.
    fn record_storage(&mut self, of: &TableName, entries: Option<&RowPlan>, write: &HookCall<'_>) {
        let by_trigger = self.captured.storage.entry(Rc::clone(of)).or_default();
        *by_trigger |= write.depth > 0;
        let stays = write.op != Op::Update || write.rowids.0 == write.rowids.1;
        if let Some(plan) = entries.filter(|_| stays) {
            write.put_into(plan, of_key(&mut self.captured.batches, &plan.table));
        }
    }

    /// Puts a row into the batch of its table while rows keep their rowids, else among the events,
    /// else into the overflow.
    fn record_row(&mut self, plan: &RowPlan, write: &HookCall<'_>) -> Result<(), String> {
        let captured = &mut self.captured;
        let write_of = (write.depth, (Rc::clone(&plan.table), write.op));
        *of_key(&mut self.counts, &write_of) += 1;
        self.written.add(1);
        if plan.key.is_none() {
            let batch = of_key(&mut captured.batches, &plan.table);
            batch.is_moving |= write.op == Op::Update && write.rowids.0 != write.rowids.1;
            if !batch.is_moving {
                write.put_into(plan, batch);
                return Ok(());
            }
        }
        let old = write.address(plan, Side::Before)?;
        if captured.events.len() < self.room {
            let new = write.address(plan, Side::After)?;
            captured.events.push(write.event(&plan.table, old, new));
        } else {
            let owners = write.owners(plan).ok();
            captured.overflow.add(write_of, old.as_ref(), owners);
        }
        Ok(())
    }
}

impl Captured {
    /// Whether a row was written, rows in the storage of a virtual table included.
    pub(crate) fn is_written(&self) -> bool {
        !self.counts.is_empty() || !self.storage.is_empty()
    }
}

/// The value of a key in a list, which is short: a statement writes few tables.
fn of_key<'v, K: PartialEq + Clone, V: Default>(list: &'v mut Vec<(K, V)>, key: &K) -> &'v mut V {
    let known = list.iter().position(|(known, _)| known == key);
    let at = known.unwrap_or_else(|| {
        list.push((key.clone(), V::default()));
        list.len() - 1
    });
    &mut list[at].1
}

/// The image of a row before or after a write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// One call of the hook.
struct HookCall<'a> {
    db: *mut ffi::sqlite3,
    op: Op,
    database: &'a CStr,
    table: &'a CStr,
    rowids: (i64, i64),
    depth: u32,
}

impl HookCall<'_> {
    fn event(&self, table: &TableName, old: Option<RowAddress>, new: Option<RowAddress>) -> Event {
        Event {
            table: Rc::clone(table),
            op: self.op,
            depth: self.depth,
            old,
            new,
        }
    }

    /// The address of the row; `None` on the side where there is no row.
    fn address(&self, plan: &RowPlan, side: Side) -> Result<Option<RowAddress>, String> {
        let (missing, rowid) = match side {
            Side::Before => (Op::Insert, self.rowids.0),
            Side::After => (Op::Delete, self.rowids.1),
        };
        if self.op == missing {
            return Ok(None);
        }
        Ok(Some(match &plan.key {
            None => RowAddress::Rowid(rowid),
            Some(columns) => RowAddress::Key(self.cells(columns, side)?.into_boxed_slice()),
        }))
    }

    /// The cells that tell the owners of the row before and after, each once. A row that begins
    /// here shows in the states, if it stays.
    fn owners(&self, plan: &RowPlan) -> Result<Vec<OwnerCells>, String> {
        if self.op == Op::Insert {
            return Ok(Vec::new());
        }
        let mut owners = vec![self.cells(&plan.owner, Side::Before)?];
        if self.op == Op::Update {
            owners.push(self.cells(&plan.owner, Side::After)?);
        }
        owners.dedup();
        Ok(owners)
    }

    fn cells(&self, columns: &[c_int], side: Side) -> Result<Vec<Value>, String> {
        let cell = |column: &c_int| match self.raw(*column, side) {
            // SAFETY: the value is the engine's while the hook runs, and is copied here.
            Ok(value) => Ok(Value::from(unsafe { cell::borrowed(value) })),
            Err(code) => Err(format!(
                "column {column} of table `{}` cannot be read (code {code})",
                self.table.to_string_lossy()
            )),
        };
        columns.iter().map(cell).collect()
    }

    /// A cell, or the engine's error code.
    fn raw(&self, column: c_int, side: Side) -> Result<*mut ffi::sqlite3_value, c_int> {
        let read = match side {
            Side::Before => ffi::sqlite3_preupdate_old,
            Side::After => ffi::sqlite3_preupdate_new,
        };
        let mut value = ptr::null_mut();
        // SAFETY: called inside the hook, with the connection it was called for.
        match unsafe { read(self.db, column, &raw mut value) } {
            ffi::SQLITE_OK => Ok(value),
            code => Err(code),
        }
    }

    /// Puts the row among those of its table that were written alike.
    fn put_into(&self, plan: &RowPlan, batch: &mut Batch) {
        let (op, direct) = (self.op, self.depth == 0);
        let rowid = match op {
            Op::Insert => self.rowids.1,
            Op::Update | Op::Delete => self.rowids.0,
        };
        if !batch.is_first(rowid) {
            return batch.write_again(rowid, op, direct);
        }
        let class = match self.images(plan) {
            None => batch.unread(op, direct),
            Some(images) => batch.class_of(&images),
        };
        batch.write_first(rowid, op, class);
    }

    /// What the images of the row say; `None` where they or a cell of them are not certain.
    fn images(&self, plan: &RowPlan) -> Option<Images<'_>> {
        let mut images = Images::new(self.op, self.depth == 0, plan.owner.len());
        let raw = |column, side| self.raw(column, side).ok();
        for (column, known) in (0..).zip(plan.columns.as_ref()?) {
            let affinity = known.affinity;
            // SAFETY: values of the hook under way, which `images` does not outlive.
            match (self.op, known.owner) {
                (Op::Update, owner) => {
                    let (old, new) = (raw(column, Side::Before)?, raw(column, Side::After)?);
                    if !unsafe { cell::stays(affinity, old, new)? } {
                        images.differs |= 1 << column;
                    }
                    if let Some(at) = owner {
                        let (old, new) = unsafe { (cell::borrowed(old), cell::borrowed(new)) };
                        images.before[at] = held(affinity, old)?;
                        images.after[at] = stored(affinity, new)?;
                    }
                }
                (Op::Insert, Some(at)) => {
                    let new = unsafe { cell::borrowed(raw(column, Side::After)?) };
                    images.after[at] = begun(known.has_default, new)?;
                }
                (Op::Delete, Some(at)) => {
                    let old = unsafe { cell::borrowed(raw(column, Side::Before)?) };
                    images.before[at] = held(affinity, old)?;
                }
                (Op::Insert | Op::Delete, None) => {}
            }
        }
        Some(images)
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
    // SAFETY: the context is the state of the capture that installed the hook.
    let state = unsafe { &mut *context.cast::<CaptureState>() };
    if state.failure.is_some() {
        return;
    }
    // SAFETY: the names are the engine's, NUL-terminated.
    let (database, table, depth) = unsafe {
        let depth = ffi::sqlite3_preupdate_depth(db);
        (CStr::from_ptr(database), CStr::from_ptr(table), depth)
    };
    let record = || {
        state.record(&HookCall {
            db,
            op: op_of(op)?,
            database,
            table,
            rowids: (old_rowid, new_rowid),
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
        })
    };
    let recorded = catch_unwind(AssertUnwindSafe(record));
    state.failure = recorded
        .unwrap_or_else(|_| Err("the capture panicked".to_owned()))
        .err();
}

fn op_of(code: c_int) -> Result<Op, String> {
    match code {
        ffi::SQLITE_INSERT => Ok(Op::Insert),
        ffi::SQLITE_UPDATE => Ok(Op::Update),
        ffi::SQLITE_DELETE => Ok(Op::Delete),
        other => Err(format!(
            "the engine reported a write of unknown kind {other}"
        )),
    }
}

unsafe extern "C" fn on_rollback(context: *mut c_void) {
    // SAFETY: as in `on_write`.
    unsafe { (*context.cast::<CaptureState>()).captured.rolled_back = true };
}
