//! References that lead nowhere: rows whose foreign key names a parent that is not there, and did
//! not lead nowhere before.
//!
//! A violation is what `PRAGMA foreign_key_check` counts
//! (<https://sqlite.org/pragma.html#pragma_foreign_key_check>), of each foreign key alone: that
//! stops at the first key that cannot be used. It scans whole tables, so here only what the
//! migration did is followed: from rows that it wrote to their parents, and from parents that it
//! took away to the rows that referred to them, by an index where there is one. A table that it
//! altered or rebuilt, or whose key finds its parents in another way than before, is read whole; in
//! a deep run every table is. What that leaves open is said.

mod before;
mod key;
mod parents;
mod search;
mod strays;

use super::{Diff, DiffError, States};
use crate::progress::Work;
use crate::rehearse::Rehearsal;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Value, ident, is_lack, message};
use key::ReferenceKey;
use search::Search;
use std::collections::{BTreeMap, BTreeSet};

/// The references that lead nowhere.
#[derive(Debug, Default)]
pub struct References {
    /// those that did not before
    pub dangling: Vec<Dangling>,
    /// tables whose references were not followed to the end, with the reason
    pub unevaluated: Vec<(String, String)>,
    /// rows of the state before that led nowhere already and still do; counted only where every
    /// table was read
    pub known: u64,
}

impl References {
    /// Notes that a table was not followed to the end, where the engine lacks something for it.
    fn evaluated(&mut self, table: &Table, result: rusqlite::Result<()>) -> rusqlite::Result<()> {
        match result {
            Err(error) if is_lack(&error) => {
                let reason = message(&error);
                self.unevaluated.push((table.name.clone(), reason));
                Ok(())
            }
            result => result,
        }
    }
}

/// Rows of one table that refer to missing rows.
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
    /// the first few keys that lead nowhere, value by value
    pub samples: Vec<Vec<Value>>,
    /// whether there are more
    pub has_more: bool,
    /// the statements that may have caused it
    pub statements: BTreeSet<usize>,
    /// the engine's reason why the key cannot be used
    pub mismatch: Option<String>,
}

/// How far references are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// from the rows that the migration wrote and took away, even where the engine held the
    /// references: rows that led nowhere before can make up for others in its count
    Written,
    /// from every row
    All,
}

/// The values of one key that lead nowhere, each with the number of rows that have it.
pub(super) type Values = BTreeMap<Vec<Value>, u64>;

/// How many values are shown.
const SAMPLES: usize = 3;

/// Finds the references of the state after that lead nowhere and did not before.
///
/// # Errors
/// When a state cannot be read.
pub(crate) fn references(
    states: States<'_>,
    rehearsal: &Rehearsal,
    diff: &Diff,
    follow: Follow,
) -> Result<References, DiffError> {
    let mut out = References::default();
    let _looking = states.progress.begin(Work::References, "", None);
    let has_keys = |t: &&Table| {
        t.kind == TableKind::Ordinary && t.unreadable.is_none() && !t.keys.foreign.is_empty()
    };
    for child in rehearsal.after.tables.values().filter(has_keys) {
        let search = Search {
            states,
            rehearsal,
            diff,
            child,
            before: rehearsal.origin(&ident::folded(&child.name)),
        };
        let result = of_table(&search, follow, &mut out);
        out.evaluated(child, result)
            .map_err(DiffError::sqlite(&child.name))?;
    }
    Ok(out)
}

fn of_table(search: &Search<'_>, follow: Follow, out: &mut References) -> rusqlite::Result<()> {
    let is_all = follow == Follow::All;
    if !is_all && !search.is_concerned() {
        return Ok(());
    }
    let (states, rehearsal) = (search.states, search.rehearsal);
    let keys = key::read(states.after, search.child, &rehearsal.after)?;
    let old_keys = match search.before {
        Some(before) => key::read(states.before, before, &rehearsal.before)?,
        None => Vec::new(),
    };
    for key in &keys {
        let was = continued(search, key, &old_keys);
        let result = of_key(search, key, was, is_all, out);
        out.evaluated(search.child, result)?;
    }
    Ok(())
}

/// Adds what one key leads nowhere by; it was `was`.
fn of_key(
    search: &Search<'_>,
    key: &ReferenceKey,
    was: Option<&ReferenceKey>,
    is_all: bool,
    out: &mut References,
) -> rusqlite::Result<()> {
    let (mut found, mut mismatch) = (Values::new(), None);
    if !key.mismatch {
        let rows = strays::find(search, key, was.filter(|was| was.can_be_asked()), is_all)?;
        if is_all {
            out.known += rows.known;
        }
        found = rows.new;
    } else if !was.is_some_and(|was| was.mismatch) {
        // The engine's own words.
        mismatch = Some(format!(
            "foreign key mismatch - \"{}\" referencing \"{}\"",
            search.child.name, key.parent
        ));
    }
    if !found.is_empty() || mismatch.is_some() {
        out.dangling.push(Dangling {
            table: search.child.name.clone(),
            columns: key.columns.clone(),
            parent: key.parent.clone(),
            rows: found.values().sum(),
            samples: found.keys().take(SAMPLES).cloned().collect(),
            has_more: found.len() > SAMPLES,
            statements: search.statements(&key.parent),
            mismatch,
        });
    }
    Ok(())
}

/// The key of the state before that one continues: of the same columns, and of several of those,
/// the one that refers to the same table.
fn continued<'k>(
    search: &Search<'_>,
    key: &ReferenceKey,
    old_keys: &'k [ReferenceKey],
) -> Option<&'k ReferenceKey> {
    let (before, lineage) = (search.before?, &search.rehearsal.lineage);
    let is_it = |(own, was): (&String, &String)| {
        lineage.column_before(own, before, search.child) == before.column(was)
    };
    let is_of_them = |was: &&ReferenceKey| {
        was.columns.len() == key.columns.len() && key.columns.iter().zip(&was.columns).all(is_it)
    };
    let alike = old_keys.iter().filter(is_of_them);
    alike
        .clone()
        .find(|was| ident::same(&was.parent, &key.parent))
        .or(alike.clone().next())
}
