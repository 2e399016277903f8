//! The rows that the capture nominated, read in both states.
//!
//! A row that ended and one that began under the same primary key are one updated row (REPLACE does this). Where the schema
//! of the table changed under its rows, every row is nominated.

use super::fold::{Fold, Image};
use super::pair::Sides;
use super::{DiffError, States, compare};
use crate::change::RowAddress;
use crate::rehearse::read::{self, ByAddress, Cells};
use crate::rehearse::{Rehearsal, TouchedRow};
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// A row on its way from before to after.
struct Nominee {
    origin: Option<RowAddress>,
    current: Option<RowAddress>,
    statements: Rc<BTreeSet<usize>>,
    touched: bool,
}

/// Folds the nominated rows of table `name`; where its schema changed, also those that no write nominated.
pub(super) fn nominated(
    states: States<'_>,
    sides: Sides<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    fold: &mut Fold<'_>,
) -> Result<(), DiffError> {
    let table = &sides.either().name;
    let error = DiffError::sqlite(table);
    let touched = rehearsal.touched.rows.get(name).map(Vec::as_slice).unwrap_or_default();
    let sets: Vec<Rc<BTreeSet<usize>>> = rehearsal.touched.statement_sets.iter().cloned().map(Rc::new).collect();
    let mut nominees: Vec<Nominee> = touched.iter().map(|row| nominee(row, &sets)).collect();
    let is_renamed = sides.before.is_some_and(|t| !ident::same(&t.name, name));
    if is_renamed || rehearsal.altered.contains_key(name) {
        let statements = Rc::new(compare::altering(rehearsal, sides, name));
        add_others(&mut nominees, states, sides, &statements).map_err(&error)?;
    }
    let mut before = sides.before.map(|t| ByAddress::new(states.before, t)).transpose().map_err(&error)?;
    let mut after = sides.after.map(|t| ByAddress::new(states.after, t)).transpose().map_err(&error)?;
    join_replaced(&mut nominees, sides, before.as_mut(), after.as_mut()).map_err(&error)?;
    for row in nominees {
        let old = fetch(before.as_mut(), row.origin.as_ref(), table)?;
        let new = fetch(after.as_mut(), row.current.as_ref(), table)?;
        fold.add(&Image { before: old.as_deref(), after: new.as_deref(), statements: &row.statements, touched: row.touched })?;
    }
    Ok(())
}

fn nominee(row: &TouchedRow, sets: &[Rc<BTreeSet<usize>>]) -> Nominee {
    Nominee { origin: row.origin.clone(), current: row.current.clone(), statements: Rc::clone(&sets[row.statements]), touched: true }
}

/// Reads the row that must be at an address.
fn fetch(reader: Option<&mut ByAddress<'_>>, address: Option<&RowAddress>, table: &str) -> Result<Option<Cells>, DiffError> {
    let (Some(reader), Some(address)) = (reader, address) else { return Ok(None) };
    let cells = reader.read(address).map_err(DiffError::sqlite(table))?;
    cells.map(Some).ok_or_else(|| DiffError::Contradiction { table: table.to_owned(), place: place(address) })
}

fn place(address: &RowAddress) -> String {
    match address {
        RowAddress::Rowid(rowid) => format!("rowid {rowid}"),
        RowAddress::Key(key) => format!("a key of {} columns", key.len()),
    }
}

/// Nominates the rows that stayed where they were, and those that are only on one side, without a write that says so.
fn add_others(nominees: &mut Vec<Nominee>, states: States<'_>, sides: Sides<'_>, statements: &Rc<BTreeSet<usize>>) -> rusqlite::Result<()> {
    let origins: HashSet<RowAddress> = nominees.iter().filter_map(|n| n.origin.clone()).collect();
    let currents: HashSet<RowAddress> = nominees.iter().filter_map(|n| n.current.clone()).collect();
    let before = sides.before.map_or(Ok(Vec::new()), |t| read::addresses(states.before, t))?;
    let after = sides.after.map_or(Ok(Vec::new()), |t| read::addresses(states.after, t))?;
    let free: HashSet<&RowAddress> = after.iter().filter(|a| !currents.contains(a)).collect();
    let left: Vec<&RowAddress> = before.iter().filter(|a| !origins.contains(a)).collect();
    let kept: HashSet<&RowAddress> = left.iter().copied().collect();
    for address in &left {
        let current = free.contains(*address).then(|| (*address).clone());
        nominees.push(Nominee { origin: Some((*address).clone()), current, statements: Rc::clone(statements), touched: false });
    }
    for address in after.iter().filter(|a| free.contains(a) && !kept.contains(a)) {
        nominees.push(Nominee { origin: None, current: Some(address.clone()), statements: Rc::clone(statements), touched: false });
    }
    Ok(())
}

/// Joins a row that ended with one that began under the same primary key.
fn join_replaced(
    nominees: &mut Vec<Nominee>,
    sides: Sides<'_>,
    before: Option<&mut ByAddress<'_>>,
    after: Option<&mut ByAddress<'_>>,
) -> rusqlite::Result<()> {
    let (Some(old), Some(new), Some(before), Some(after)) = (sides.before, sides.after, before, after) else { return Ok(()) };
    if old.primary_key.is_empty() || !nominees.iter().any(|n| n.current.is_none()) {
        return Ok(());
    }
    let mut began: HashMap<Cells, usize> = HashMap::new();
    for (at, row) in nominees.iter().enumerate() {
        if let (None, Some(current)) = (&row.origin, &row.current)
            && let Some(key) = after.read(current)?.and_then(|cells| key(new, &cells))
        {
            began.insert(key, at);
        }
    }
    let mut joined: HashSet<usize> = HashSet::new();
    for at in 0..nominees.len() {
        let (Some(origin), None) = (&nominees[at].origin, &nominees[at].current) else { continue };
        let Some(key) = before.read(origin)?.and_then(|cells| key(old, &cells)) else { continue };
        if let Some(other) = began.remove(&key) {
            let current = nominees[other].current.take();
            nominees[at].current = current;
            nominees[at].touched |= nominees[other].touched;
            let both = nominees[at].statements.union(&nominees[other].statements).copied().collect();
            nominees[at].statements = Rc::new(both);
            joined.insert(other);
        }
    }
    let mut at = 0;
    nominees.retain(|_| {
        at += 1;
        !joined.contains(&(at - 1))
    });
    Ok(())
}

/// The primary key's values, where none of them is NULL.
fn key(table: &Table, cells: &[Value]) -> Option<Cells> {
    let values: Cells = table.primary_key.iter().map(|at| cells[*at].clone()).collect();
    (!values.iter().any(Value::is_null)).then_some(values)
}
