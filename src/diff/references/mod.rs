//! References that lead nowhere: rows whose foreign key names a parent that is not there, and did not lead nowhere before.
//!
//! A violation is what `PRAGMA foreign_key_check` counts (<https://sqlite.org/pragma.html#pragma_foreign_key_check>). That scans
//! whole tables, so here only what the migration did is followed: rows that it wrote are asked for their parents; parents that it
//! took away for the rows that referred to them, by an index where there is one; tables that it altered or rebuilt are read whole, as
//! the comparison does. Every table is, where the run goes deep. What that leaves open is told.

mod key;
mod search;

use super::{Diff, DiffError, States, is_lack};
use crate::rehearse::Rehearsal;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Value, ident, message};
use key::Key;
use search::Search;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of references that lead nowhere.
#[derive(Debug, Default)]
pub struct References {
    /// those that did not before
    pub dangling: Vec<Dangling>,
    /// tables whose references were not followed to the end, with the reason
    pub unevaluated: Vec<(String, String)>,
    /// rows of the state before that led nowhere already and still do; counted only where every table was read
    pub known: u64,
}

/// Rows of one table that refer to rows that are not there.
#[derive(Debug)]
pub struct Dangling {
    /// the table
    pub table: String,
    /// the columns that refer
    pub columns: Vec<String>,
    /// the table that they refer to
    pub parent: String,
    /// how many rows; 0 where the key itself cannot be used any more
    pub rows: u64,
    /// the first few values that lead nowhere, as SQL
    pub samples: Vec<String>,
    /// the statements that may have made it so
    pub statements: BTreeSet<usize>,
    /// the engine's reason why the key cannot be used
    pub mismatch: Option<String>,
}

/// How far references are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// from the rows that the migration wrote and took away. Where the engine held the references too: rows that led nowhere before
    /// can make up for others in its count
    Written,
    /// from every row
    All,
}

/// Values of one key that lead nowhere, and how many rows have them.
pub(super) type Values = BTreeMap<Vec<Value>, u64>;

/// Values that are shown.
const SAMPLES: usize = 3;

/// Finds the references of the state after that lead nowhere and did not before.
///
/// # Errors
/// When a state cannot be read.
pub fn references(states: States<'_>, rehearsal: &Rehearsal, diff: &Diff, follow: Follow) -> Result<References, DiffError> {
    let mut out = References::default();
    let has_keys = |t: &&Table| t.kind == TableKind::Ordinary && t.unreadable.is_none() && !t.foreign_keys.is_empty();
    let children: Vec<&Table> = rehearsal.after.tables.values().filter(has_keys).collect();
    for child in children {
        let search = Search { states, rehearsal, diff, child, before: origin(rehearsal, child) };
        match of_table(&search, follow, &mut out) {
            Err(error) if is_lack(&error) => out.unevaluated.push((child.name.clone(), message(&error))),
            other => other.map_err(DiffError::sqlite(&child.name))?,
        }
    }
    Ok(out)
}

/// The table of the state before that `table` continues.
fn origin<'r>(rehearsal: &'r Rehearsal, table: &Table) -> Option<&'r Table> {
    let name = ident::folded(&table.name);
    rehearsal.lineage.before(&name, &rehearsal.before, &rehearsal.after)
}

fn of_table(search: &Search<'_>, follow: Follow, out: &mut References) -> rusqlite::Result<()> {
    let Search { states, rehearsal, child, .. } = search;
    let is_new_schema = !rehearsal.altered.is_empty();
    if follow != Follow::All && !is_new_schema && !search.is_concerned() {
        return Ok(());
    }
    if let Some(reason) = key::mismatch(states.after, child) {
        let was = search.before.and_then(|before| key::mismatch(states.before, before));
        if was.is_none() {
            out.dangling.push(unusable(search, reason));
        }
        return Ok(());
    }
    let keys = key::read(states.after, child, &rehearsal.after)?;
    let known = search.before.map_or_else(|| Ok(Vec::new()), |before| key::read(states.before, before, &rehearsal.before))?;
    for (at, key) in keys.iter().enumerate() {
        let was = known.iter().find(|was| was.has_columns_of(key)).or_else(|| known.get(at).filter(|_| known.len() == keys.len()));
        let found = if follow == Follow::All || search.is_whole() {
            let (new, old) = search.whole(key, was)?;
            out.known += if follow == Follow::All { old } else { 0 };
            new
        } else {
            let mut found = search.written(key, was)?;
            search.orphaned(key, was, &mut found)?;
            found
        };
        out.dangling.extend(dangling(search, key, &found));
    }
    Ok(())
}

fn dangling(search: &Search<'_>, key: &Key, found: &Values) -> Option<Dangling> {
    let rows: u64 = found.values().sum();
    let spell = |values: &Vec<Value>| match &values[..] {
        [only] => only.literal(),
        several => format!("({})", several.iter().map(Value::literal).collect::<Vec<_>>().join(", ")),
    };
    let samples: Vec<String> = found.keys().take(SAMPLES).map(spell).collect();
    let mut told = Dangling {
        table: search.child.name.clone(),
        columns: key.columns.clone(),
        parent: key.parent.clone(),
        rows,
        samples,
        statements: search.statements(&key.parent),
        mismatch: None,
    };
    if found.len() > SAMPLES {
        told.samples.push("…".to_owned());
    }
    (rows > 0).then_some(told)
}

fn unusable(search: &Search<'_>, reason: String) -> Dangling {
    // `foreign key mismatch - "child" referencing "parent"`
    let parent = reason.rsplit('"').nth(1).unwrap_or_default().to_owned();
    let key = search.child.foreign_keys.iter().find(|key| ident::same(&key.parent, &parent));
    let statements = search.statements(&parent);
    let parent = key.map_or(parent, |key| key.parent.clone());
    let columns = key::columns(search.states.after, search.child, &parent).unwrap_or_default();
    Dangling { table: search.child.name.clone(), columns, parent, rows: 0, samples: Vec::new(), statements, mismatch: Some(reason) }
}

/// Whether two catalogs describe the same table by that name.
fn is_same_table(before: &Catalog, after: &Catalog, name: &str) -> bool {
    before.table(name).is_some() == after.table(name).is_some() && before.definition(name) == after.definition(name)
}
