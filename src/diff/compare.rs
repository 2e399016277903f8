//! Comparing a whole table, where its rows cannot be followed: dropped, created, rebuilt, virtual, or left in doubt by a failure.
//!
//! One ordered pass over each side, joined by the primary key where both sides have the same one and no part is NULL; by the
//! rowid in a virtual table that stayed; else by the values of all common columns, as a multiset. Copying rows into a table that replaces another is not touching them.

use super::fold::{Fold, Image};
use super::pair::Sides;
use super::{DiffError, States};
use crate::change::RowAddress;
use crate::rehearse::read::{self, Cells};
use crate::rehearse::{Addressed, Rehearsal, Statements, TouchedRows};
use crate::snapshot::catalog::{Encoding, Table};
use crate::sql::value::engine_order;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Rows, Statement};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Folds the difference of the whole table `name`.
pub(super) fn whole(states: States<'_>, sides: Sides<'_>, rehearsal: &Rehearsal, name: &str, fold: &mut Fold<'_>) -> Result<(), DiffError> {
    let error = DiffError::sqlite(&sides.either().name);
    let statements = statements_of(rehearsal, sides, name);
    let written: Vec<Addressed<'_>> = rehearsal.touched.rows.get(name).map(TouchedRows::standing).into_iter().collect();
    let origins: Vec<Addressed<'_>> = written_before(rehearsal, sides).iter().map(TouchedRows::original).collect();
    let join = join(states, sides, rehearsal, name).map_err(&error)?;
    merge(states, sides, rehearsal, &join, |row_before, row_after| {
        let by = find(&written, row_after).or_else(|| find(&origins, row_before));
        fold.add(&Image {
            before: row_before.map(|r| r.cells.as_slice()),
            after: row_after.map(|r| r.cells.as_slice()),
            statements: by.as_deref().unwrap_or(&statements),
            touched: by.is_some(),
        })
    })
}

/// Folds the rows of a table whose schema changed under them and that no write nominated: those that stayed where they were, and
/// those that are only on one side.
pub(super) fn unwritten(
    states: States<'_>,
    sides: Sides<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    fold: &mut Fold<'_>,
) -> Result<(), DiffError> {
    let statements = altering(rehearsal, sides, name);
    let touched = rehearsal.touched.rows.get(name);
    let standing: Vec<Addressed<'_>> = touched.map(TouchedRows::standing).into_iter().collect();
    let origins: Vec<Addressed<'_>> = touched.map(TouchedRows::original).into_iter().collect();
    merge(states, sides, rehearsal, &by_address(sides), |row_before, row_after| {
        let row_before = row_before.filter(|_| find(&origins, row_before).is_none());
        let row_after = row_after.filter(|_| find(&standing, row_after).is_none());
        let (before, after) = (row_before.map(|r| r.cells.as_slice()), row_after.map(|r| r.cells.as_slice()));
        fold.add(&Image { before, after, statements: &statements, touched: false })
    })
}

/// The statements that wrote a row, where it is among these.
fn find(rows: &[Addressed<'_>], row: Option<&Joined>) -> Option<Statements> {
    let address = row?.address.as_ref()?;
    rows.iter().find_map(|rows| rows.statements_of(address))
}

/// Goes through both sides in the order of what joins their rows, and hands over each row or pair.
fn merge(
    states: States<'_>,
    sides: Sides<'_>,
    rehearsal: &Rehearsal,
    join: &Join,
    mut take: impl FnMut(Option<&Joined>, Option<&Joined>) -> Result<(), DiffError>,
) -> Result<(), DiffError> {
    let error = DiffError::sqlite(&sides.either().name);
    let (join_before, join_after) = match join {
        Join::Columns { before, after, .. } => (Some(before), Some(after)),
        Join::Rowid => (None, None),
    };
    let unique = matches!(join, Join::Columns { unique: true, .. });
    let mut before = sides.before.map(|t| Side::open(states.before, t, join_before, unique)).transpose().map_err(&error)?;
    let mut after = sides.after.map(|t| Side::open(states.after, t, join_after, unique)).transpose().map_err(&error)?;
    let mut old_rows = before.as_mut().map(Side::rows);
    let mut new_rows = after.as_mut().map(Side::rows);
    let mut old = next(&mut old_rows).map_err(&error)?;
    let mut new = next(&mut new_rows).map_err(&error)?;
    while old.is_some() || new.is_some() {
        let order = order(old.as_ref(), new.as_ref(), rehearsal.after.encoding, unique);
        let (take_old, take_new) = (order != Ordering::Greater, order != Ordering::Less);
        take(old.as_ref().filter(|_| take_old), new.as_ref().filter(|_| take_new))?;
        if take_old {
            old = next(&mut old_rows).map_err(&error)?;
        }
        if take_new {
            new = next(&mut new_rows).map_err(&error)?;
        }
    }
    Ok(())
}

/// The statements that altered or wrote the table, or may have.
fn statements_of(rehearsal: &Rehearsal, sides: Sides<'_>, name: &str) -> BTreeSet<usize> {
    let writing = rehearsal.touched.rows.get(name).map(TouchedRows::statements).unwrap_or_default();
    let altering = altering(rehearsal, sides, name);
    let doubtful = rehearsal.touched.doubtful.get(name).into_iter().flatten().copied();
    writing.into_iter().chain(doubtful).chain(altering).filter(|s| *s > 0).collect()
}

/// The statements that altered a table under its name now or the one it had.
pub(super) fn altering(rehearsal: &Rehearsal, sides: Sides<'_>, name: &str) -> BTreeSet<usize> {
    let names = [Some(name.to_owned()), sides.before.map(|t| ident::folded(&t.name))];
    let each = names.iter().flatten().filter_map(|name| rehearsal.altered.get(name));
    each.flatten().copied().filter(|s| *s > 0).collect()
}

fn same_key(sides: Sides<'_>, before: &Table, after: &Table) -> bool {
    let origins: Option<Vec<usize>> = after.primary_key.iter().map(|at| sides.column_before(*at)).collect();
    !before.primary_key.is_empty() && origins.as_ref() == Some(&before.primary_key)
}

fn has_null_key(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    if table.without_rowid || table.integer_primary_key.is_some() {
        return Ok(false);
    }
    let tests: Vec<String> = table.primary_key.iter().map(|at| format!("{} IS NULL", ident::quote(&table.columns[*at].name))).collect();
    conn.prepare(&format!("SELECT 1 FROM {} WHERE {} LIMIT 1", read::from(table), tests.join(" OR ")))?.exists([])
}

/// The rows of the state before that were written, wherever they went.
fn written_before<'r>(rehearsal: &'r Rehearsal, sides: Sides<'_>) -> &'r [TouchedRows] {
    let rows = sides.before.and_then(|table| rehearsal.touched.origins.get(&ident::folded(&table.name)));
    rows.map(Vec::as_slice).unwrap_or_default()
}

/// What tells that two rows of the two sides are one.
enum Join {
    /// the same values in these columns, by their places on either side
    Columns { before: Vec<usize>, after: Vec<usize>, unique: bool },
    /// the same rowid
    Rowid,
}

/// The join of rows that stayed where they were.
fn by_address(sides: Sides<'_>) -> Join {
    let key = |table: Option<&Table>| table.map_or_else(Vec::new, |table| table.primary_key.clone());
    if sides.either().without_rowid {
        Join::Columns { before: key(sides.before), after: key(sides.after), unique: true }
    } else {
        Join::Rowid
    }
}

fn join(states: States<'_>, sides: Sides<'_>, rehearsal: &Rehearsal, name: &str) -> rusqlite::Result<Join> {
    if let (Some(before), Some(after)) = (sides.before, sides.after) {
        if same_key(sides, before, after) && !has_null_key(states.before, before)? && !has_null_key(states.after, after)? {
            return Ok(Join::Columns { before: before.primary_key.clone(), after: after.primary_key.clone(), unique: true });
        }
        let stayed = !rehearsal.lineage.is_readdressed(name, before);
        if stayed && before.rowid_alias.is_some() && before.rowid_alias == after.rowid_alias {
            return Ok(Join::Rowid);
        }
    }
    let stored = |t: &Table, at: usize| !t.columns[at].generated;
    let all = |t: Option<&Table>| t.map_or(Vec::new(), |t| (0..t.columns.len()).filter(|at| stored(t, *at)).collect());
    let (Some(before), Some(after)) = (sides.before, sides.after) else {
        return Ok(Join::Columns { before: all(sides.before), after: all(sides.after), unique: false });
    };
    let common = all(Some(after)).into_iter().filter_map(|at| Some((sides.column_before(at).filter(|b| stored(before, *b))?, at)));
    let (before, after) = common.unzip();
    Ok(Join::Columns { before, after, unique: false })
}

/// One side of the join.
struct Side<'c> {
    statement: Statement<'c>,
    table: &'c Table,
    addressed: usize,
    /// the cells to join on; `None` joins on the address
    join: Option<&'c Vec<usize>>,
}

/// A row of one side.
struct Joined {
    address: Option<RowAddress>,
    cells: Cells,
    key: Cells,
}

impl<'c> Side<'c> {
    fn open(conn: &'c Connection, table: &'c Table, join: Option<&'c Vec<usize>>, unique: bool) -> rusqlite::Result<Self> {
        let address = read::address_columns(table);
        let lead = if address.is_empty() { String::new() } else { format!("{}, ", read::list(address.iter().copied())) };
        let order: Vec<String> = match join {
            // 1 and 1.0 are equal to the engine, and two values to us.
            Some(columns) => columns
                .iter()
                .map(|at| ident::quote(&table.columns[*at].name))
                .map(
                    |column| if unique { format!("{column} COLLATE BINARY") } else { format!("{column} COLLATE BINARY, typeof({column})") },
                )
                .collect(),
            None => address.iter().map(|c| ident::quote(c)).collect(),
        };
        let sort = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
        let sql = format!("SELECT {lead}{} FROM {}{sort}", read::list(table.column_names()), read::from(table));
        Ok(Self { statement: conn.prepare(&sql)?, table, addressed: address.len(), join })
    }

    fn rows(&mut self) -> SideRows<'_> {
        SideRows { rows: self.statement.raw_query(), table: self.table, addressed: self.addressed, join: self.join.map(Vec::as_slice) }
    }
}

/// The rows of one side, in the order of the join columns.
struct SideRows<'s> {
    rows: Rows<'s>,
    table: &'s Table,
    addressed: usize,
    join: Option<&'s [usize]>,
}

fn next(side: &mut Option<SideRows<'_>>) -> rusqlite::Result<Option<Joined>> {
    let Some(side) = side else { return Ok(None) };
    let Some(row) = side.rows.next()? else { return Ok(None) };
    let address = if side.addressed == 0 { None } else { Some(read::address(row, side.table, side.addressed)?) };
    let cells = read::cells(row, side.addressed, side.table.columns.len())?;
    let key = match (side.join, &address) {
        (Some(join), _) => join.iter().map(|at| cells[*at].clone()).collect(),
        (None, Some(RowAddress::Rowid(rowid))) => vec![Value::Integer(*rowid)],
        (None, _) => cells.clone(),
    };
    Ok(Some(Joined { address, cells, key }))
}

/// Which side comes first; equal where the two rows join. A side at its end comes last.
fn order(old: Option<&Joined>, new: Option<&Joined>, encoding: Encoding, unique: bool) -> Ordering {
    match (old, new) {
        (Some(old), Some(new)) => {
            let each = old.key.iter().zip(&new.key).map(|(a, b)| value_order(a, b, encoding, unique));
            each.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        }
        (Some(_), None) => Ordering::Less,
        _ => Ordering::Greater,
    }
}

/// SQLite's order of values; text in a UTF-16 database is ordered by its UTF-16 bytes.
fn value_order(a: &Value, b: &Value, encoding: Encoding, unique: bool) -> Ordering {
    let (Value::Text(x), Value::Text(y)) = (a, b) else {
        let class = |value: &Value| u8::from(matches!(value, Value::Real(_)));
        let order = engine_order(a, b);
        return if unique { order } else { order.then(class(a).cmp(&class(b))) };
    };
    let bytes =
        |text: &[u8], spell: fn(u16) -> [u8; 2]| -> Vec<u8> { String::from_utf8_lossy(text).encode_utf16().flat_map(spell).collect() };
    match encoding {
        Encoding::Utf8 => x.cmp(y),
        Encoding::Utf16Le => bytes(x, u16::to_le_bytes).cmp(&bytes(y, u16::to_le_bytes)),
        Encoding::Utf16Be => bytes(x, u16::to_be_bytes).cmp(&bytes(y, u16::to_be_bytes)),
    }
}
