//! Looking for the rows of one table that lead nowhere: among those that were written, behind the parents that are gone, or among all.

use super::key::Key;
use super::{Values, is_same_table};
use crate::change::{RowAddress, TableChanges};
use crate::diff::{Diff, States};
use crate::rehearse::read::{self, ByAddress};
use crate::rehearse::{Addressed, Rehearsal, TouchedRows};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Value, ident, token};
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

impl Search<'_> {
    fn changes(&self, table: &str) -> Option<&TableChanges> {
        self.diff.changes.tables.iter().find(|(name, _)| ident::same(name, table)).map(|(_, changes)| changes)
    }

    /// Whether the migration wrote to the table, or to one that it refers to.
    pub(super) fn is_concerned(&self) -> bool {
        let names = std::iter::once(self.child.name.as_str()).chain(self.child.foreign_keys.iter().map(|key| key.parent.as_str()));
        names.map(ident::folded).any(|name| {
            let touched = &self.rehearsal.touched;
            touched.rows.contains_key(&name) || touched.doubtful.contains_key(&name) || self.rehearsal.altered.contains_key(&name)
        })
    }

    /// Whether the rows of the table cannot be told one by one.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_followed(self.child, self.before)
    }

    fn is_followed(&self, table: &Table, before: Option<&Table>) -> bool {
        let Rehearsal { touched, altered, lineage, .. } = self.rehearsal;
        let name = ident::folded(&table.name);
        let stayed = before.is_some_and(|before| !lineage.is_readdressed(&name, before));
        let has_address = !read::address_columns(table).is_empty() && table.kind == TableKind::Ordinary;
        stayed && has_address && !altered.contains_key(&name) && !touched.doubtful.contains_key(&name)
    }

    /// The statements that wrote to the table, or to `parent`, or altered either.
    pub(super) fn statements(&self, parent: &str) -> BTreeSet<usize> {
        let Rehearsal { touched, altered, .. } = self.rehearsal;
        let names = [ident::folded(&self.child.name), ident::folded(parent)];
        let written = names.iter().filter_map(|name| touched.rows.get(name)).flat_map(TouchedRows::statements);
        let altered = names.iter().filter_map(|name| altered.get(name)).flatten().copied();
        written.chain(altered).filter(|statement| *statement > 0).collect()
    }

    /// All rows that lead nowhere: those that did not before, and how many did already.
    pub(super) fn whole(&self, key: &Key, was: Option<&Key>) -> rusqlite::Result<(Values, u64)> {
        let mut found = all(self.states.after, self.child, key)?;
        let known = match (self.before, was) {
            (Some(before), Some(was)) if !found.is_empty() => all(self.states.before, before, was)?,
            _ => Values::new(),
        };
        let mut old = 0;
        for (values, rows) in &mut found {
            let same = known.get(values).copied().unwrap_or_default().min(*rows);
            old += same;
            *rows -= same;
        }
        found.retain(|_, rows| *rows > 0);
        Ok((found, old))
    }

    /// Rows that the migration wrote and that lead nowhere, though they did not before with the values that they have.
    pub(super) fn written(&self, key: &Key, was: Option<&Key>) -> rusqlite::Result<Values> {
        let name = ident::folded(&self.child.name);
        let mut found = Values::new();
        let Some(touched) = self.rehearsal.touched.rows.get(&name).filter(|_| self.may_refer_anew(key)) else { return Ok(found) };
        let rows = self.leading_nowhere(touched, key)?;
        if rows.is_empty() {
            return Ok(found);
        }
        let origins: HashMap<RowAddress, RowAddress> =
            touched.each().filter_map(|row| Some((row.current?, row.origin?))).filter(|(current, _)| rows.contains_key(current)).collect();
        let mut at = match (self.before, was) {
            (Some(before), Some(was)) => Some(At::new(self.states.before, before, was)?),
            _ => None,
        };
        for (address, values) in rows {
            let before = match (&mut at, origins.get(&address)) {
                (Some(at), Some(origin)) => at.read(origin)?,
                _ => None,
            };
            if before.as_ref() != Some(&values) {
                *found.entry(values).or_default() += 1;
            }
        }
        Ok(found)
    }

    /// Whether a row was inserted, or a column that refers got another value.
    fn may_refer_anew(&self, key: &Key) -> bool {
        let Some(changes) = self.changes(&self.child.name) else { return false };
        let mut groups = changes.groups.values();
        groups.any(|g| g.changed.insert > 0 || g.columns.keys().any(|column| key.columns.iter().any(|own| ident::same(own, column))))
    }

    /// The touched rows that lead nowhere, with the values that they refer by. Rows side by side are asked for together.
    fn leading_nowhere(&self, touched: &TouchedRows, key: &Key) -> rusqlite::Result<BTreeMap<RowAddress, Vec<Value>>> {
        let mut found = BTreeMap::new();
        let conn = self.states.after;
        let standing = touched.standing();
        if self.child.without_rowid {
            let Addressed::Listed(rows) = standing else { return Ok(found) };
            let (mut at, rows) = (At::new(conn, self.child, key)?, rows.into_keys().collect::<BTreeSet<_>>());
            for address in rows {
                if let Some(values) = at.read(address)? {
                    found.insert(address.clone(), values);
                }
            }
            return Ok(found);
        }
        let rowids: Box<dyn Iterator<Item = i64>> = match &standing {
            Addressed::Sets(rowids, _) => Box::new(rowids.iter()),
            Addressed::Listed(rows) => {
                let rowid = |address: &&RowAddress| if let RowAddress::Rowid(rowid) = address { Some(*rowid) } else { None };
                Box::new(rows.keys().filter_map(rowid).collect::<BTreeSet<_>>().into_iter())
            }
        };
        let rowid = read::list(read::address_columns(self.child));
        let sql = format!(
            "SELECT {}, c.{rowid} FROM {} AS c WHERE c.{rowid} BETWEEN ?1 AND ?2 AND {}",
            key.list(),
            read::from(self.child),
            key.leads_nowhere()
        );
        let mut statement = conn.prepare(&sql)?;
        for (first, last) in spans(rowids) {
            let mut rows = statement.query([first, last])?;
            while let Some(row) = rows.next()? {
                found.insert(RowAddress::Rowid(row.get(key.columns.len())?), values_of(row, key)?);
            }
        }
        Ok(found)
    }

    /// Adds the rows that referred to parents which are gone: by an index, or, where none finds them, among all rows.
    pub(super) fn orphaned(&self, key: &Key, was: Option<&Key>, found: &mut Values) -> rusqlite::Result<()> {
        if self.is_served_by_index(key)? {
            let mut statement = self.states.after.prepare(&self.by_value(key))?;
            let is_known = self.gone(key, was, |values| referring(&mut statement, key, values, found).map(|()| true))?.is_some();
            if is_known {
                return Ok(());
            }
        } else if self.gone(key, was, |_| Ok(false))? == Some(false) {
            return Ok(());
        }
        *found = self.whole(key, was)?.0;
        Ok(())
    }

    /// Passes on the keys of the parent that rows had before and none has after, until it is told not to go on. Whether there is one;
    /// `None` where that is not known, since the table itself is another.
    fn gone(
        &self,
        key: &Key,
        was: Option<&Key>,
        mut each: impl FnMut(&[Value]) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<Option<bool>> {
        let Rehearsal { before, after, touched, .. } = self.rehearsal;
        let (Some(theirs), Some(was)) = (&key.parent_columns, was) else {
            return Ok(is_same_table(before, after, &key.parent).then_some(false));
        };
        let (Some(old), Some(new)) = (before.table(&was.parent), after.table(&key.parent)) else { return Ok(None) };
        let Some(their_old) = was.parent_columns.as_ref().filter(|their_old| self.may_be_gone(new, their_old, theirs)) else {
            return Ok(Some(false));
        };
        let mut stands = Stands::new(self.states.after, new, theirs)?;
        let mut is_one = false;
        let mut goes_on = |values: Vec<Value>| -> rusqlite::Result<bool> {
            if stands.has(&values)? {
                return Ok(true);
            }
            is_one = true;
            each(&values)
        };
        let rows = touched.rows.get(&ident::folded(&new.name)).filter(|_| self.is_followed(new, Some(old)));
        if let Some(rows) = rows {
            let mut by_address = ByAddress::new(self.states.before, old)?;
            let places: Vec<usize> = their_old.iter().filter_map(|name| old.column(name)).collect();
            for row in rows.each() {
                let Some(cells) = row.origin.as_ref().map(|origin| by_address.read(origin)).transpose()?.flatten() else { continue };
                if !goes_on(places.iter().map(|at| cells[*at].clone()).collect())? {
                    break;
                }
            }
        } else {
            let list = read::list(their_old.iter().map(String::as_str));
            let mut statement = self.states.before.prepare(&format!("SELECT {list} FROM {}", read::from(old)))?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                if !goes_on(read::cells(row, 0, their_old.len())?)? {
                    break;
                }
            }
        }
        Ok(Some(is_one))
    }

    /// Whether rows of the parent ended, or got another value in a column of its key, by the names before and after.
    fn may_be_gone(&self, parent: &Table, before: &[String], after: &[String]) -> bool {
        let is_key = |column: &String| before.iter().chain(after).any(|their| ident::same(their, column));
        let is_lost = |changes: &TableChanges| changes.groups.values().any(|g| g.changed.delete > 0 || g.columns.keys().any(is_key));
        self.changes(&parent.name).is_some_and(is_lost)
    }

    /// Whether the rows that refer to a value are found by an index, and all of them by that very value.
    fn is_served_by_index(&self, key: &Key) -> rusqlite::Result<bool> {
        let Some(parent) = self.rehearsal.after.table(&key.parent) else { return Ok(false) };
        let affinity = |table: &Table, column: &String| table.column(column).map(|at| table.columns[at].affinity);
        let pairs = key.columns.iter().zip(key.parent_columns.iter().flatten());
        let is_alike = pairs.into_iter().all(|(own, their)| affinity(self.child, own) == affinity(parent, their));
        let collates = |table: &Table| self.rehearsal.after.definition(&table.name).is_none_or(|sql| token::mentions(sql, "collate"));
        if !is_alike || collates(self.child) || collates(parent) {
            return Ok(false);
        }
        let mut plan = self.states.after.prepare(&format!("EXPLAIN QUERY PLAN {}", self.by_value(key)))?;
        let mut rows = plan.raw_query();
        Ok(rows.next()?.is_some_and(|row| row.get_ref("detail").is_ok_and(|d| d.as_str().is_ok_and(|d| d.starts_with("SEARCH c ")))))
    }

    fn by_value(&self, key: &Key) -> String {
        let equal: Vec<String> = key.columns.iter().enumerate().map(|(at, own)| format!("c.{} = ?{}", ident::quote(own), at + 1)).collect();
        format!("SELECT {} FROM {} AS c WHERE {} AND {}", key.list(), read::from(self.child), equal.join(" AND "), key.leads_nowhere())
    }
}

/// Counts the rows that refer to a value that leads nowhere, and did not before: those that were written to refer to it are among them.
fn referring(statement: &mut rusqlite::Statement<'_>, key: &Key, values: &[Value], found: &mut Values) -> rusqlite::Result<()> {
    let mut rows = statement.query(params_from_iter(values))?;
    let mut counted = Values::new();
    while let Some(row) = rows.next()? {
        *counted.entry(values_of(row, key)?).or_default() += 1;
    }
    found.extend(counted);
    Ok(())
}

/// Whether a key stands in the state after.
struct Stands<'c>(rusqlite::Statement<'c>);

impl<'c> Stands<'c> {
    fn new(conn: &'c Connection, table: &Table, columns: &[String]) -> rusqlite::Result<Self> {
        let equal: Vec<String> = columns.iter().enumerate().map(|(at, c)| format!("{} = ?{}", ident::quote(c), at + 1)).collect();
        Ok(Self(conn.prepare(&format!("SELECT 1 FROM {} WHERE {}", read::from(table), equal.join(" AND ")))?))
    }

    /// Whether a row has it; NULL in a key is none that anything could refer to, so that it is as good as there.
    fn has(&mut self, values: &[Value]) -> rusqlite::Result<bool> {
        Ok(values.contains(&Value::Null) || self.0.exists(params_from_iter(values))?)
    }
}

/// All values that lead nowhere, with the rows that have them.
fn all(conn: &Connection, child: &Table, key: &Key) -> rusqlite::Result<Values> {
    let each = key.columns.iter().map(|own| ident::quote(own)).map(|own| format!("c.{own} COLLATE BINARY, typeof(c.{own})"));
    let group = each.collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT {}, count(*) FROM {} AS c WHERE {} GROUP BY {group}", key.list(), read::from(child), key.leads_nowhere());
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.raw_query();
    let mut found = Values::new();
    while let Some(row) = rows.next()? {
        found.insert(values_of(row, key)?, row.get::<_, i64>(key.columns.len())?.unsigned_abs());
    }
    Ok(found)
}

/// Reads the values of rows that lead nowhere, by their address.
struct At<'c> {
    statement: rusqlite::Statement<'c>,
    key: &'c Key,
}

impl<'c> At<'c> {
    fn new(conn: &'c Connection, table: &Table, key: &'c Key) -> rusqlite::Result<Self> {
        let places = read::address_columns(table);
        let equal: Vec<String> = places.iter().enumerate().map(|(at, c)| format!("c.{} = ?{}", ident::quote(c), at + 1)).collect();
        let sql =
            format!("SELECT {} FROM {} AS c WHERE {} AND {}", key.list(), read::from(table), equal.join(" AND "), key.leads_nowhere());
        Ok(Self { statement: conn.prepare(&sql)?, key })
    }

    /// The values of the row at an address, where it leads nowhere.
    fn read(&mut self, address: &RowAddress) -> rusqlite::Result<Option<Vec<Value>>> {
        let mut rows = match address {
            RowAddress::Rowid(rowid) => self.statement.query([rowid])?,
            RowAddress::Key(values) => self.statement.query(params_from_iter(values.iter()))?,
        };
        rows.next()?.map(|row| values_of(row, self.key)).transpose()
    }
}

fn values_of(row: &Row<'_>, key: &Key) -> rusqlite::Result<Vec<Value>> {
    read::cells(row, 0, key.columns.len())
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
        assert_eq!(of(&[-2, -1, 3, 5, 6, 7, i64::MAX]), [(-2, -1), (3, 3), (5, 7), (i64::MAX, i64::MAX)]);
        assert_eq!(of(&[]), []);
    }
}
