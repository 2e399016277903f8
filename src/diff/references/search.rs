//! Looking for the rows of one table that lead nowhere: among those that were written, behind the
//! parents that are gone, or among all.
//!
//! Which of them are new, [`Before`] says of each in the same way, however it was found: so a look
//! at all rows finds no fewer.

use super::Values;
use super::before::{self, Before, Stray};
use super::key::{ReferenceKey, Their};
use crate::change::{RowAddress, TableChanges};
use crate::diff::{Diff, States};
use crate::rehearse::read::{self, ByAddress};
use crate::rehearse::{Addressed, Rehearsal, TouchedRows};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Value, ident, token};
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeSet;

/// What is looked through.
pub(super) struct Search<'a> {
    pub(super) states: States<'a>,
    pub(super) rehearsal: &'a Rehearsal,
    pub(super) diff: &'a Diff,
    /// the table that refers, in the state after
    pub(super) child: &'a Table,
    /// the same in the state before
    pub(super) before: Option<&'a Table>,
}

/// Rows that lead nowhere.
#[derive(Default)]
pub(super) struct DanglingRows {
    /// what those refer by that did not before
    pub(super) new: Values,
    /// how many did already
    pub(super) known: u64,
}

impl DanglingRows {
    fn add(&mut self, row: Stray, is_known: bool) {
        if is_known {
            self.known += 1;
        } else {
            *self.new.entry(row.values).or_default() += 1;
        }
    }
}

impl<'a> Search<'a> {
    fn changes(&self, table: &str) -> Option<&TableChanges> {
        self.diff
            .changes
            .tables
            .iter()
            .find(|(name, _)| ident::same(name, table))
            .map(|(_, changes)| changes)
    }

    /// Whether the migration wrote to the table, or to one that it refers to, or changed the
    /// schema. What is no ordinary table is not followed.
    pub(super) fn is_concerned(&self) -> bool {
        let Rehearsal {
            touched,
            altered,
            before,
            after,
            ..
        } = self.rehearsal;
        let is_written = |name: &str| {
            let name = ident::folded(name);
            let is_ordinary = after
                .tables
                .get(&name)
                .is_none_or(|table| table.kind == TableKind::Ordinary);
            touched.rows.contains_key(&name) || touched.doubtful.contains_key(&name) || !is_ordinary
        };
        let parents = || {
            self.child
                .foreign_keys
                .iter()
                .map(|key| key.parent.as_str())
        };
        !altered.is_empty()
            || before.objects != after.objects
            || is_written(&self.child.name)
            || parents().any(is_written)
    }

    /// Whether the rows of a table are those of the one before, but for those that are known to be
    /// written.
    pub(super) fn is_followed(&self, table: &Table, before: Option<&Table>) -> bool {
        let Rehearsal {
            touched, lineage, ..
        } = self.rehearsal;
        let name = ident::folded(&table.name);
        let has_address = |table: &Table| {
            !read::address_columns(table).is_empty() && table.kind == TableKind::Ordinary
        };
        let stayed = before
            .is_some_and(|before| !lineage.is_readdressed(&name, before) && has_address(before));
        stayed && has_address(table) && !touched.doubtful.contains_key(&name)
    }

    /// The rows of the table that were written.
    pub(super) fn touched(&self) -> Option<&'a TouchedRows> {
        self.rehearsal
            .touched
            .rows
            .get(&ident::folded(&self.child.name))
    }

    fn is_altered(&self, table: &str) -> bool {
        self.rehearsal.altered.contains_key(&ident::folded(table))
    }

    fn is_compared(&self, table: &str) -> bool {
        !self
            .diff
            .unevaluated
            .iter()
            .any(|(name, _)| ident::same(name, table))
    }

    /// The statements that wrote to the table, or to `parent`, or altered either, or its indexes.
    pub(super) fn statements(&self, parent: &str) -> BTreeSet<usize> {
        let Rehearsal {
            touched,
            altered,
            before,
            after,
            statements,
            ..
        } = self.rehearsal;
        let names = [ident::folded(&self.child.name), ident::folded(parent)];
        let written = names
            .iter()
            .filter_map(|name| touched.rows.get(name))
            .flat_map(TouchedRows::statements);
        let altered = names
            .iter()
            .filter_map(|name| altered.get(name))
            .flatten()
            .copied();
        let is_theirs = |name: &String| {
            let key = ("index".to_owned(), name.clone());
            let indexes = [before, after]
                .into_iter()
                .filter_map(|catalog| catalog.objects.get(&key));
            indexes
                .into_iter()
                .any(|index| names.contains(&ident::folded(&index.table)))
        };
        let indexing = statements.iter().filter(|run| {
            run.wrote
                .schema
                .iter()
                .any(|(_, kind, name)| kind == "index" && is_theirs(name))
        });
        written
            .chain(altered)
            .chain(indexing.map(|run| run.index))
            .filter(|statement| *statement > 0)
            .collect()
    }

    /// The rows that lead nowhere: all, where that is asked for or what was done leaves no other
    /// way.
    pub(super) fn find(
        &self,
        key: &ReferenceKey,
        was: Option<&ReferenceKey>,
        is_all: bool,
    ) -> rusqlite::Result<DanglingRows> {
        let mut before = Before::open(self, was)?;
        let was = was.filter(|was| !is_all && self.can_be_followed(key, was));
        let Some(was) = was else {
            return self.all(key, &mut before);
        };
        let mut found = DanglingRows::default();
        let is_written = self.may_refer_anew(key);
        if is_written {
            self.written(key, &mut before, &mut found)?;
        }
        if self.is_served_by_index(key)? {
            let standing = self
                .touched()
                .filter(|_| is_written)
                .map(TouchedRows::standing);
            let mut statement = self.states.after.prepare(&self.by_value(key))?;
            self.gone(key, was, |values| {
                let mut rows = statement.query(params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    let row = Stray::read(row, self.child, key)?;
                    if !is_among(standing.as_ref(), &row) {
                        let is_known = before.has(&row)?;
                        found.add(row, is_known);
                    }
                }
                Ok(true)
            })?;
        } else if self.gone(key, was, |_| Ok(false))? {
            return self.all(key, &mut before);
        }
        Ok(found)
    }

    /// Whether the rows that newly lead nowhere are among those that were written and those behind
    /// the parents that are gone: the rows of the table are known one by one, and the key finds
    /// what it found before.
    fn can_be_followed(&self, key: &ReferenceKey, was: &ReferenceKey) -> bool {
        let Rehearsal {
            before,
            after,
            lineage,
            ..
        } = self.rehearsal;
        if !self.is_followed(self.child, self.before)
            || self.is_altered(&self.child.name)
            || !self.is_compared(&self.child.name)
        {
            return false;
        }
        let (Some(theirs), Some(their_old)) = (&key.theirs, &was.theirs) else {
            return key.theirs.is_none() && was.theirs.is_none();
        };
        let (Some(new), Some(old)) = (after.table(&key.parent), before.table(&was.parent)) else {
            return false;
        };
        let is_its_origin = lineage
            .before(&ident::folded(&new.name), before, after)
            .is_some_and(|origin| ident::same(&origin.name, &old.name));
        let is_ordinary = [old, new]
            .iter()
            .all(|table| table.kind == TableKind::Ordinary);
        let is_alike = theirs.len() == their_old.len()
            && theirs.iter().zip(their_old).all(|(their, was)| {
                their.compares_like(was)
                    && lineage.column_before(&their.name, old, new) == old.column(&was.name)
            });
        is_its_origin && is_ordinary && is_alike && !was.mismatch && self.is_compared(&new.name)
    }

    /// Every row that leads nowhere.
    fn all(&self, key: &ReferenceKey, before: &mut Before<'_>) -> rusqlite::Result<DanglingRows> {
        let mut found = DanglingRows::default();
        let mut standing = None;
        if let Before::Followed(_) = before {
            self.written(key, before, &mut found)?;
            standing = self.touched().map(TouchedRows::standing);
        }
        let sql = format!(
            "SELECT {} FROM {} AS c WHERE {}",
            before::list(self.child, key),
            read::from(self.child),
            key.leads_nowhere()
        );
        let mut statement = self.states.after.prepare(&sql)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let row = Stray::read(row, self.child, key)?;
            if !is_among(standing.as_ref(), &row) {
                let is_known = before.has(&row)?;
                found.add(row, is_known);
            }
        }
        Ok(found)
    }

    /// Adds the rows that the migration wrote.
    fn written(
        &self,
        key: &ReferenceKey,
        before: &mut Before<'_>,
        found: &mut DanglingRows,
    ) -> rusqlite::Result<()> {
        let Some(touched) = self.touched() else {
            return Ok(());
        };
        let rows = self.leading_nowhere(touched, key)?;
        let known = before.of_written(&rows)?;
        rows.into_iter()
            .zip(known)
            .for_each(|(row, is_known)| found.add(row, is_known));
        Ok(())
    }

    /// Whether a row was inserted, or a column that refers may have got another value: what is
    /// computed follows from other columns.
    fn may_refer_anew(&self, key: &ReferenceKey) -> bool {
        let Some(changes) = self.changes(&self.child.name) else {
            return false;
        };
        let is_computed = |own: &String| {
            self.child
                .column(own)
                .is_some_and(|at| self.child.columns[at].generated)
        };
        let is_own = |column: &String| key.columns.iter().any(|own| ident::same(own, column));
        let any_update = key.columns.iter().any(is_computed);
        let mut groups = changes.groups.values();
        groups.any(|g| {
            g.changed.insert > 0
                || (any_update && g.changed.update > 0)
                || g.columns.keys().any(is_own)
        })
    }

    /// The touched rows that lead nowhere. Rows side by side are asked for together.
    fn leading_nowhere(
        &self,
        touched: &TouchedRows,
        key: &ReferenceKey,
    ) -> rusqlite::Result<Vec<Stray>> {
        let mut found = Vec::new();
        let standing = touched.standing();
        let places = read::address_columns(self.child);
        let list = before::list(self.child, key);
        let select = |condition: &str| {
            format!(
                "SELECT {list} FROM {} AS c WHERE {condition} AND {}",
                read::from(self.child),
                key.leads_nowhere()
            )
        };
        if self.child.without_rowid {
            let Addressed::Listed(rows) = standing else {
                return Ok(found);
            };
            let equal: Vec<String> = places
                .iter()
                .enumerate()
                .map(|(at, c)| format!("c.{} = ?{}", ident::quote(c), at + 1))
                .collect();
            let mut statement = self.states.after.prepare(&select(&equal.join(" AND ")))?;
            for address in rows.into_keys().collect::<BTreeSet<_>>() {
                let RowAddress::Key(values) = address else {
                    continue;
                };
                let mut rows = statement.query(params_from_iter(values.iter()))?;
                while let Some(row) = rows.next()? {
                    found.push(Stray::read(row, self.child, key)?);
                }
            }
            return Ok(found);
        }
        let rowids: Box<dyn Iterator<Item = i64>> = match &standing {
            Addressed::Sets(rowids, _) => Box::new(rowids.iter()),
            Addressed::Listed(rows) => {
                let rowid = |address: &&RowAddress| {
                    if let RowAddress::Rowid(rowid) = address {
                        Some(*rowid)
                    } else {
                        None
                    }
                };
                Box::new(
                    rows.keys()
                        .filter_map(rowid)
                        .collect::<BTreeSet<_>>()
                        .into_iter(),
                )
            }
        };
        let mut statement = self.states.after.prepare(&select(&format!(
            "c.{} BETWEEN ?1 AND ?2",
            read::list(places)
        )))?;
        for (first, last) in spans(rowids) {
            let mut rows = statement.query([first, last])?;
            while let Some(row) = rows.next()? {
                found.push(Stray::read(row, self.child, key)?);
            }
        }
        Ok(found)
    }

    /// Passes on the keys of the parent that rows had before and none has after, until it is told
    /// not to go on. Whether there is one.
    fn gone(
        &self,
        key: &ReferenceKey,
        was: &ReferenceKey,
        mut each: impl FnMut(&[Value]) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<bool> {
        let Rehearsal {
            before,
            after,
            touched,
            ..
        } = self.rehearsal;
        let (Some(theirs), Some(their_old)) = (&key.theirs, &was.theirs) else {
            return Ok(false);
        };
        let (Some(new), Some(old)) = (after.table(&key.parent), before.table(&was.parent)) else {
            return Ok(false);
        };
        if !self.may_be_gone(new, their_old, theirs) {
            return Ok(false);
        }
        let mut stands = Stands::new(self.states.after, new, theirs)?;
        let mut is_one = false;
        let mut goes_on = |values: Vec<Value>| -> rusqlite::Result<bool> {
            if stands.has(&values)? {
                return Ok(true);
            }
            is_one = true;
            each(&values)
        };
        let is_followed = self.is_followed(new, Some(old)) && !self.is_altered(&new.name);
        if let Some(rows) = touched
            .rows
            .get(&ident::folded(&new.name))
            .filter(|_| is_followed)
        {
            let mut by_address = ByAddress::new(self.states.before, old)?;
            let places: Vec<usize> = their_old
                .iter()
                .filter_map(|their| old.column(&their.name))
                .collect();
            for row in rows.each() {
                let Some(cells) = row
                    .origin
                    .as_ref()
                    .map(|origin| by_address.read(origin))
                    .transpose()?
                    .flatten()
                else {
                    continue;
                };
                if !goes_on(places.iter().map(|at| cells[*at].clone()).collect())? {
                    break;
                }
            }
        } else {
            let list = read::list(their_old.iter().map(|their| their.name.as_str()));
            let mut statement = self
                .states
                .before
                .prepare(&format!("SELECT {list} FROM {}", read::from(old)))?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                if !goes_on(read::cells(row, 0, their_old.len())?)? {
                    break;
                }
            }
        }
        Ok(is_one)
    }

    /// Whether rows of the parent ended, or may have got another value in a column of its key, by
    /// the names before and after. What is computed follows from other columns, and from the
    /// schema.
    fn may_be_gone(&self, parent: &Table, before: &[Their], after: &[Their]) -> bool {
        let any_update = before.iter().chain(after).any(|their| their.generated);
        let is_key = |column: &String| {
            before
                .iter()
                .chain(after)
                .any(|their| ident::same(&their.name, column))
        };
        let is_lost = |changes: &TableChanges| {
            let mut groups = changes.groups.values();
            groups.any(|g| {
                g.changed.delete > 0
                    || (any_update && g.changed.update > 0)
                    || g.columns.keys().any(is_key)
            })
        };
        (any_update && self.is_altered(&parent.name))
            || self.changes(&parent.name).is_some_and(is_lost)
    }

    /// Whether the rows that refer to a value are found by an index, and all of them by that very
    /// value.
    fn is_served_by_index(&self, key: &ReferenceKey) -> rusqlite::Result<bool> {
        let own = |column: &String| {
            self.child
                .column(column)
                .map(|at| self.child.columns[at].affinity)
        };
        let is_binary = |their: &Their| {
            their
                .collation
                .as_ref()
                .is_none_or(|name| ident::same(name, "binary"))
        };
        let is_alike = key
            .columns
            .iter()
            .zip(key.theirs.iter().flatten())
            .all(|(column, their)| own(column) == Some(their.affinity) && is_binary(their));
        let collates = self
            .rehearsal
            .after
            .definition(&self.child.name)
            .is_none_or(|sql| token::mentions(sql, "collate"));
        if !is_alike || collates {
            return Ok(false);
        }
        let mut plan = self
            .states
            .after
            .prepare(&format!("EXPLAIN QUERY PLAN {}", self.by_value(key)))?;
        let mut rows = plan.raw_query();
        Ok(rows.next()?.is_some_and(|row| {
            row.get_ref("detail")
                .is_ok_and(|d| d.as_str().is_ok_and(|d| d.starts_with("SEARCH c ")))
        }))
    }

    fn by_value(&self, key: &ReferenceKey) -> String {
        let equal: Vec<String> = key
            .columns
            .iter()
            .enumerate()
            .map(|(at, own)| format!("c.{} = ?{}", ident::quote(own), at + 1))
            .collect();
        let list = before::list(self.child, key);
        format!(
            "SELECT {list} FROM {} AS c WHERE {} AND {}",
            read::from(self.child),
            equal.join(" AND "),
            key.leads_nowhere()
        )
    }
}

fn is_among(rows: Option<&Addressed<'_>>, row: &Stray) -> bool {
    rows.zip(row.address.as_ref())
        .is_some_and(|(rows, address)| rows.contains(address))
}

/// Whether a key stands in the state after.
struct Stands<'c>(rusqlite::Statement<'c>);

impl<'c> Stands<'c> {
    fn new(conn: &'c Connection, table: &Table, columns: &[Their]) -> rusqlite::Result<Self> {
        let equal: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, their)| format!("{} = ?{}", their.operand(), at + 1))
            .collect();
        Ok(Self(conn.prepare(&format!(
            "SELECT 1 FROM {} AS p WHERE {}",
            read::from(table),
            equal.join(" AND ")
        ))?))
    }

    /// Whether a row has it; NULL in a key is none that anything could refer to, so that it is as
    /// good as there.
    fn has(&mut self, values: &[Value]) -> rusqlite::Result<bool> {
        Ok(values.contains(&Value::Null) || self.0.exists(params_from_iter(values))?)
    }
}

/// Rowids in ascending order as spans of those side by side.
fn spans(rowids: impl Iterator<Item = i64>) -> impl Iterator<Item = (i64, i64)> {
    let mut rowids = rowids.peekable();
    std::iter::from_fn(move || {
        let first = rowids.next()?;
        let mut last = first;
        while let Some(next) = rowids.next_if(|next| last.checked_add(1) == Some(*next)) {
            last = next;
        }
        Some((first, last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rowids_side_by_side_are_one_span() {
        let of = |rowids: &[i64]| spans(rowids.iter().copied()).collect::<Vec<_>>();
        assert_eq!(
            of(&[-2, -1, 3, 5, 6, 7, i64::MAX]),
            [(-2, -1), (3, 3), (5, 7), (i64::MAX, i64::MAX)]
        );
        assert_eq!(of(&[]), []);
    }
}
