//! The rows of a full-text index that keeps no content: its entries, of which the rowids can be read
//! back and the terms, and no cell.

use super::temporary::{columns, instances, with_tables};
use crate::change::{Owner, OwnerPair, RowAddress, RowChange, RowGroup, TableChanges};
use crate::diff::Asked;
use crate::diff::error::TableError;
use crate::diff::table::TableComparison;
use crate::rehearse::{Owners, Rowids, TouchedRows, known_cells};
use crate::scope::{Op, TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::storage::{self, IndexModule};
use crate::snapshot::tenancy;
use crate::sql::{Value, ident};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Entries by their rowids, each with a print of its terms, if those are read.
type EntryPrints = BTreeMap<i64, u64>;

/// The most pages of an index whose terms are read; of a larger one, an entry that was written is
/// taken for another.
const PAGES: i64 = 5_000;

/// What happened to the entries of an index; `None` where that cannot be had.
pub(in crate::diff) fn changes(
    at: TableComparison<'_>,
    asked: Asked<'_>,
) -> Result<Option<TableChanges>, TableError> {
    let written = written(at);
    let Some((before, after)) = both(at, written.as_ref())? else {
        return Ok(None);
    };
    let mut owners = EntryOwners::new(at, asked.tenants)?;
    let statements = at.writing();
    let mut groups: BTreeMap<OwnerPair, RowGroup> = BTreeMap::new();
    let rowids: BTreeSet<i64> = before.keys().chain(after.keys()).copied().collect();
    for rowid in rowids {
        let (was, is) = (before.get(&rowid), after.get(&rowid));
        let op = op_of(was, is);
        if op.is_none() && written.is_none() {
            continue;
        }
        let whose = owners.of(rowid, [was.is_some(), is.is_some()])?;
        let group = groups.entry(whose).or_default();
        group.touched += 1;
        group.statements.extend(&statements);
        if let Some(op) = op {
            count(group, op, at.tables.either());
            if group.samples.len() < asked.samples {
                group.samples.push(sample(op, rowid));
            }
        }
    }
    Ok(Some(TableChanges::new(groups)))
}

fn op_of(was: Option<&u64>, is: Option<&u64>) -> Option<Op> {
    match (was, is) {
        (None, _) => Some(Op::Insert),
        (_, None) => Some(Op::Delete),
        _ => (was != is).then_some(Op::Update),
    }
}

/// Counts an entry; in which columns one was updated is not known.
fn count(group: &mut RowGroup, op: Op, index: &Table) {
    group.changed.add(op, 1);
    for column in columns(index).filter(|_| op == Op::Update) {
        *group.columns.entry(column.to_owned()).or_default() += 1;
    }
}

fn sample(op: Op, rowid: i64) -> RowChange {
    RowChange {
        op,
        key: vec![("rowid".to_owned(), Value::Integer(rowid))],
        before: Vec::new(),
        after: Vec::new(),
    }
}

/// The rowids of the entries that were written, where the capture shows them all.
fn written(at: TableComparison<'_>) -> Option<Rowids> {
    let touched = &at.rehearsal.touched;
    let (before, _) = at.tables.both()?;
    let is_followed = !at.is_altered()
        && !at.tables.lineage.is_replaced(at.name, before)
        && !touched.storage_written.contains_key(at.name);
    let rows = touched.rows.get(&storage::entries_of(at.name));
    rows.filter(|_| is_followed).map(rowids)
}

/// The rowids that rows had or have.
pub(super) fn rowids(rows: &TouchedRows) -> Rowids {
    let mut found = Rowids::default();
    for row in rows.each() {
        for address in [row.origin, row.current].into_iter().flatten() {
            if let RowAddress::Rowid(rowid) = address {
                found.insert(rowid);
            }
        }
    }
    found
}

/// The entries in both states, of those that were written if they are known.
fn both(
    at: TableComparison<'_>,
    written: Option<&Rowids>,
) -> rusqlite::Result<Option<(EntryPrints, EntryPrints)>> {
    let read = |conn, index: Option<&Table>| match index {
        None => Ok(Some(EntryPrints::new())),
        Some(index) => rowids_of(conn, index, written),
    };
    let states = at.states;
    let (old, new) = (
        read(states.before, at.tables.before)?,
        read(states.after, at.tables.after)?,
    );
    let has_terms = |index: &Table| {
        let module = index.index.as_ref().map(|index| index.module);
        module == Some(IndexModule::Fts5)
    };
    let may_read = states.is_apart && at.tables.each().all(has_terms);
    let (Some(mut old), Some(mut new)) = (old, new) else {
        return Ok(None);
    };
    let Some((before, after)) = at.tables.both() else {
        return Ok(Some((old, new)));
    };
    if !old.keys().any(|rowid| new.contains_key(rowid)) {
        return Ok(Some((old, new)));
    }
    if may_read && !is_large(states.before, before) && !is_large(states.after, after) {
        read_terms(states.before, before, &mut old)?;
        read_terms(states.after, after, &mut new)?;
    } else if written.is_some() {
        // Whether the terms are others is not known.
        for print in new.values_mut() {
            *print = 1;
        }
    } else {
        return Ok(None);
    }
    Ok(Some((old, new)))
}

/// The entries of an index, without their terms; `None` if it keeps no table of them.
fn rowids_of(
    conn: &Connection,
    index: &Table,
    written: Option<&Rowids>,
) -> rusqlite::Result<Option<EntryPrints>> {
    let entries = ident::qualified("main", &storage::entries_of(&index.name));
    let Ok(mut all) = conn.prepare(&format!("SELECT rowid FROM {entries}")) else {
        return Ok(None);
    };
    let Some(written) = written else {
        let rowids = all.query_map([], |row| Ok((row.get(0)?, 0)))?;
        return rowids.collect::<rusqlite::Result<_>>().map(Some);
    };
    let mut one = conn.prepare(&format!("SELECT 1 FROM {entries} WHERE rowid = ?1"))?;
    let mut found = EntryPrints::new();
    for rowid in written.iter() {
        if one.exists([rowid])? {
            found.insert(rowid, 0);
        }
    }
    Ok(Some(found))
}

/// Whether reading all terms of an index would take long.
fn is_large(conn: &Connection, index: &Table) -> bool {
    let pages = ident::qualified("main", &format!("{}_idx", index.name));
    let sql = format!("SELECT count(*) FROM {pages}");
    let pages = conn.query_row(&sql, [], |row| row.get::<_, i64>(0));
    pages.map_or(true, |pages| pages > PAGES)
}

/// Reads the terms of the entries that are known.
fn read_terms(conn: &Connection, index: &Table, entries: &mut EntryPrints) -> rusqlite::Result<()> {
    let tables = [("harness_terms", instances("main", &index.name))];
    with_tables(conn, &tables, || {
        let sql = "SELECT doc, term, col, \"offset\" FROM temp.harness_terms";
        let mut terms = conn.prepare(sql)?;
        let mut rows = terms.raw_query();
        while let Some(row) = rows.next()? {
            if let Some(print) = entries.get_mut(&row.get(0)?) {
                let mut hasher = DefaultHasher::new();
                for at in 1..4 {
                    match row.get_ref(at)? {
                        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.hash(&mut hasher),
                        ValueRef::Integer(number) => number.hash(&mut hasher),
                        ValueRef::Null | ValueRef::Real(_) => at.hash(&mut hasher),
                    }
                }
                *print = print.wrapping_add(hasher.finish());
            }
        }
        Ok(())
    })
}

/// Whose the entries of an index are in each state.
struct EntryOwners<'a>([Option<(StateOwners<'a>, &'a Table)>; 2]);

/// Whose they are in one state: by the rowid alone, or nobody's, where a column would say it, which
/// cannot be read back.
type StateOwners<'a> = Option<Owners<'a>>;

impl<'a> EntryOwners<'a> {
    fn new(at: TableComparison<'a>, tenants: &TenantMap) -> Result<Self, TableError> {
        let owners = |conn, index: Option<&'a Table>| -> Result<_, TableError> {
            let Some(index) = index else {
                return Ok(None);
            };
            let rule = tenancy::rule_for(tenants, index);
            let is_column = matches!(rule, Some(TenantRule::Column(_)));
            let owners = (!is_column).then(|| Owners::new(conn, index, tenants));
            Ok(Some((owners.transpose()?, index)))
        };
        Ok(Self([
            owners(at.states.before, at.tables.before)?,
            owners(at.states.after, at.tables.after)?,
        ]))
    }

    /// Whose an entry is in the states that have it.
    fn of(&mut self, rowid: i64, has: [bool; 2]) -> Result<OwnerPair, TableError> {
        let of = |state: &mut Option<(StateOwners<'_>, &Table)>, has: bool| {
            let Some((owners, index)) = state.as_mut().filter(|_| has) else {
                return Ok(None);
            };
            let Some(owners) = owners else {
                return Ok(Some(Owner::Unassigned));
            };
            let place = index.integer_primary_key;
            let cells = known_cells(index, place.map(|at| (at, Value::Integer(rowid))));
            owners.of(&cells).map(Some)
        };
        let [before, after] = &mut self.0;
        Ok(OwnerPair {
            before: of(before, has[0])?,
            after: of(after, has[1])?,
        })
    }
}
