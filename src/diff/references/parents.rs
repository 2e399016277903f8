//! The parents that rows of one table refer to by one key, and which of them are gone.

use super::key::{ReferenceKey, Their};
use super::search::Search;
use crate::change::TableChanges;
use crate::rehearse::TouchedRows;
use crate::rehearse::read::{self, ByAddress};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Value, ident};
use rusqlite::params_from_iter;

/// The table that a key refers to, before and after.
pub(super) struct Parents<'s> {
    search: &'s Search<'s>,
    old: &'s Table,
    new: &'s Table,
    /// its columns that were referred to
    was: &'s [Their],
    /// its columns that are referred to
    is: &'s [Their],
}

impl<'s> Parents<'s> {
    /// Nothing where the table was not there, or is not.
    pub(super) fn of(
        search: &'s Search<'s>,
        key: &'s ReferenceKey,
        was: &'s ReferenceKey,
    ) -> Option<Self> {
        Some(Self {
            search,
            old: search.rehearsal.before.table(&was.parent)?,
            new: search.rehearsal.after.table(&key.parent)?,
            was: was.theirs.as_ref()?,
            is: key.theirs.as_ref()?,
        })
    }

    /// Whether the key finds what it found before, but for the rows that were written.
    pub(super) fn are_found_alike(&self) -> bool {
        let Search { rehearsal, .. } = self.search;
        let (old, new) = (self.old, self.new);
        let is_alike = |(is, was): (&Their, &Their)| {
            let before = rehearsal.lineage.column_before(&is.name, old, new);
            is.compares_like(was) && before == old.column(&was.name)
        };
        let origin = rehearsal.origin(&ident::folded(&new.name));
        origin.is_some_and(|origin| ident::same(&origin.name, &old.name))
            && [old, new]
                .iter()
                .all(|table| table.kind == TableKind::Ordinary)
            && self.is.len() == self.was.len()
            && self.is.iter().zip(self.was).all(is_alike)
            && self.search.is_compared(&new.name)
    }

    /// Hands over the keys that rows had before and none has after, until `each` says not to go on.
    /// Whether there is one.
    pub(super) fn gone(
        &self,
        mut each: impl FnMut(&[Value]) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<bool> {
        if !self.may_be_gone() {
            return Ok(false);
        }
        let mut after = self.search.states.after.prepare(&self.by_key())?;
        let mut is_one = false;
        let goes_on = |values: Vec<Value>| {
            // Nothing can refer to a key with NULL in it: it counts as there.
            if values.contains(&Value::Null) || after.exists(params_from_iter(&values))? {
                return Ok(true);
            }
            is_one = true;
            each(&values)
        };
        let search = self.search;
        let is_followed =
            search.is_followed(self.new, Some(self.old)) && !search.is_altered(&self.new.name);
        match search.touched(self.new).filter(|_| is_followed) {
            Some(rows) => self.written(rows, goes_on)?,
            None => self.all(goes_on)?,
        }
        Ok(is_one)
    }

    /// The query for a row of the state after by its key.
    fn by_key(&self) -> String {
        let theirs = self.is.iter().zip(1..);
        let equal: Vec<String> = theirs
            .map(|(their, at)| format!("{} = ?{at}", their.operand()))
            .collect();
        let (table, equal) = (read::from(self.new), equal.join(" AND "));
        format!("SELECT 1 FROM {table} AS p WHERE {equal}")
    }

    /// Whether rows ended, or may have got another value in a column of the key, by the names before
    /// and after. What is computed follows from other columns, and from the schema.
    fn may_be_gone(&self) -> bool {
        let theirs = || self.was.iter().chain(self.is);
        let any_update = theirs().any(|their| their.generated);
        let is_key = |column: &String| theirs().any(|their| ident::same(&their.name, column));
        let is_lost = |changes: &TableChanges| {
            changes.groups.values().any(|group| {
                group.changed.delete > 0
                    || (any_update && group.changed.update > 0)
                    || group.columns.keys().any(is_key)
            })
        };
        (any_update && self.search.is_altered(&self.new.name))
            || self.search.changes(&self.new.name).is_some_and(is_lost)
    }

    /// Hands over the keys before of the rows that were written, until told not to go on.
    fn written(
        &self,
        rows: &TouchedRows,
        mut goes_on: impl FnMut(Vec<Value>) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        let mut by_address = ByAddress::new(self.search.states.before, self.old)?;
        let names = self.was.iter().map(|their| &their.name);
        let places: Vec<usize> = names.filter_map(|name| self.old.column(name)).collect();
        for origin in rows.each().filter_map(|row| row.origin) {
            if let Some(cells) = by_address.read(&origin)?
                && !goes_on(places.iter().map(|at| cells[*at].clone()).collect())?
            {
                break;
            }
        }
        Ok(())
    }

    /// Hands over the keys before of all rows, until told not to go on.
    fn all(
        &self,
        mut goes_on: impl FnMut(Vec<Value>) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        let list = read::list(self.was.iter().map(|their| their.name.as_str()));
        let sql = format!("SELECT {list} FROM {}", read::from(self.old));
        let mut statement = self.search.states.before.prepare(&sql)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()?
            && goes_on(read::cells(row, 0, self.was.len())?)?
        {}
        Ok(())
    }
}
