//! Looking for the rows of one table that lead nowhere by one key: among those that were written,
//! of the parents that are gone, or among all.
//!
//! Which of them are new, [`Before`] says of each in the same way, however it was found: so a look
//! at all rows finds no fewer.

use super::Values;
use super::before::{Before, Stray};
use super::key::{self, ReferenceKey, Their};
use super::parents::Parents;
use super::search::Search;
use crate::rehearse::{Addressed, TouchedRows, read};
use crate::sql::{ident, token};
use rusqlite::{Rows, params_from_iter};

/// Rows that lead nowhere.
#[derive(Default)]
pub(super) struct DanglingRows {
    /// the values by which rows refer that did not lead nowhere before
    pub(super) new: Values,
    /// how many rows did
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

/// Finds the rows that lead nowhere by `key`, which was `was`: all, where that is asked for or what
/// was done leaves no other way.
pub(super) fn find(
    search: &Search<'_>,
    key: &ReferenceKey,
    was: Option<&ReferenceKey>,
    is_all: bool,
) -> rusqlite::Result<DanglingRows> {
    let mut strays = Strays {
        search,
        key,
        before: Before::open(search, was)?,
        written: None,
        found: DanglingRows::default(),
    };
    match was.filter(|was| !is_all && strays.can_be_followed(was)) {
        Some(was) => strays.follow(was)?,
        None => strays.add_all()?,
    }
    Ok(strays.found)
}

/// The search by one key.
struct Strays<'s> {
    search: &'s Search<'s>,
    key: &'s ReferenceKey,
    before: Before<'s>,
    /// the rows that were written, once they were looked at
    written: Option<Addressed<'s>>,
    found: DanglingRows,
}

impl Strays<'_> {
    /// Whether the rows that newly lead nowhere are among those that were written and those of the
    /// parents that are gone: the rows of the table are known one by one, and the key finds
    /// what it found before.
    fn can_be_followed(&self, was: &ReferenceKey) -> bool {
        let Search { child, before, .. } = *self.search;
        if !self.search.is_followed(child, before)
            || self.search.is_altered(&child.name)
            || !self.search.is_compared(&child.name)
        {
            return false;
        }
        let has_no_table = self.key.theirs.is_none() && was.theirs.is_none();
        let parents = Parents::of(self.search, self.key, was);
        has_no_table || parents.is_some_and(|parents| !was.mismatch && parents.are_found_alike())
    }

    /// Adds the rows that were written, and those of the parents that are gone.
    fn follow(&mut self, was: &ReferenceKey) -> rusqlite::Result<()> {
        if self.may_refer_anew() {
            self.add_written()?;
        }
        let (search, key) = (self.search, self.key);
        let Some(parents) = Parents::of(search, key, was) else {
            return Ok(());
        };
        let (conn, by_value) = (search.states.after, self.select(&key::equal(key.names())));
        // The rows that refer to a value are found by an index, and all of them by that very value.
        if self.is_compared_as_it_is() && read::is_planned_as(conn, &by_value, "SEARCH c ")? {
            let mut statement = conn.prepare(&by_value)?;
            parents.gone(|values| {
                self.add(statement.query(params_from_iter(values))?)?;
                Ok(true)
            })?;
        } else if parents.gone(|_| Ok(false))? {
            self.found = DanglingRows::default();
            self.written = None;
            self.add_all()?;
        }
        Ok(())
    }

    /// Adds every row that leads nowhere.
    fn add_all(&mut self) -> rusqlite::Result<()> {
        if let Before::Followed { .. } = self.before {
            self.add_written()?;
        }
        let sql = self.select("1");
        let mut statement = self.search.states.after.prepare(&sql)?;
        self.add(statement.raw_query())
    }

    /// Adds the rows that a query gives, but for those that were looked at as written.
    fn add(&mut self, mut rows: Rows<'_>) -> rusqlite::Result<()> {
        while let Some(row) = rows.next()? {
            let row = Stray::read(row, self.search.child, self.key)?;
            let written = self.written.as_ref().zip(row.address.as_ref());
            if !written.is_some_and(|(written, address)| written.contains(address)) {
                let is_known = self.before.has(&row)?;
                self.found.add(row, is_known);
            }
        }
        Ok(())
    }

    /// Adds the rows that the migration wrote.
    fn add_written(&mut self) -> rusqlite::Result<()> {
        let Some(touched) = self.search.touched(self.search.child) else {
            return Ok(());
        };
        let rows = self.among_written(touched)?;
        let known = self.before.of_written(&rows)?;
        for (row, is_known) in rows.into_iter().zip(known) {
            self.found.add(row, is_known);
        }
        self.written = Some(touched.standing());
        Ok(())
    }

    /// Whether a row was inserted, or a column that refers may have got another value: what is
    /// computed follows from other columns.
    fn may_refer_anew(&self) -> bool {
        let Search { child, .. } = *self.search;
        let Some(changes) = self.search.changes(&child.name) else {
            return false;
        };
        let is_computed = |own| {
            child
                .column(own)
                .is_some_and(|at| child.columns[at].generated)
        };
        let any_update = self.key.names().any(is_computed);
        let is_own = |column: &String| self.key.names().any(|own| ident::same(own, column));
        changes.groups.values().any(|group| {
            group.changed.insert > 0
                || (any_update && group.changed.update > 0)
                || group.columns.keys().any(is_own)
        })
    }

    /// The touched rows that lead nowhere. Rowids side by side are asked for together.
    fn among_written(&self, touched: &TouchedRows) -> rusqlite::Result<Vec<Stray>> {
        let (child, conn) = (self.search.child, self.search.states.after);
        let (rowids, keys) = touched.standing().rowids_and_keys();
        let mut found = Vec::new();
        if child.without_rowid {
            let sql = self.select(&key::equal(child.key_columns()));
            let mut statement = conn.prepare(&sql)?;
            for key in keys {
                self.read(statement.query(params_from_iter(key))?, &mut found)?;
            }
        } else {
            let rowid = key::list(read::address_columns(child).into_iter());
            let sql = self.select(&format!("{rowid} BETWEEN ?1 AND ?2"));
            let mut statement = conn.prepare(&sql)?;
            for (first, last) in spans(rowids.iter()) {
                self.read(statement.query([first, last])?, &mut found)?;
            }
        }
        Ok(found)
    }

    fn read(&self, mut rows: Rows<'_>, found: &mut Vec<Stray>) -> rusqlite::Result<()> {
        while let Some(row) = rows.next()? {
            found.push(Stray::read(row, self.search.child, self.key)?);
        }
        Ok(())
    }

    /// Whether the columns that refer compare values as the columns of the parent do: with the same
    /// affinity, byte for byte.
    fn is_compared_as_it_is(&self) -> bool {
        let Search { child, .. } = *self.search;
        let is_alike = |(own, their): (&str, &Their)| {
            let affinity = child.column(own).map(|at| child.columns[at].affinity);
            let is_binary = |name: &String| ident::same(name, "binary");
            affinity == Some(their.affinity) && their.collation.as_ref().is_none_or(is_binary)
        };
        let theirs = self.key.theirs.iter().flatten();
        let definition = self.search.rehearsal.after.definition(&child.name);
        self.key.names().zip(theirs).all(is_alike)
            && definition.is_some_and(|sql| !token::mentions(sql, "collate"))
    }

    fn select(&self, condition: &str) -> String {
        let results = Stray::results(self.search.child, self.key);
        self.key.select(&results, self.search.child, condition)
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
