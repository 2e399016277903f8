//! Two images of one table and how their columns correspond: by name, else by the renames in
//! between.
//!
//! A dropped column is an update of it in each row where it was not NULL; an added one an update in
//! each row where its value is not the default that untouched rows show. Generated columns follow
//! from others and are no changes of their own, unless nothing else of the row changed: then their
//! expression did.

use crate::rehearse::{FrozenClock, Lineage};
use crate::snapshot::catalog::{Column, Table};
use crate::sql::Value;
use rusqlite::{Connection, OpenFlags};

/// A table before and after; at least one is there.
#[derive(Clone, Copy)]
pub(super) struct TablePair<'a> {
    pub(super) before: Option<&'a Table>,
    pub(super) after: Option<&'a Table>,
    /// what was renamed between the two
    pub(super) lineage: &'a Lineage,
}

impl<'a> TablePair<'a> {
    /// The column before that the one at this place after continues.
    pub(super) fn column_before(self, after: usize) -> Option<usize> {
        let (old, new) = (self.before?, self.after?);
        self.lineage
            .column_before(&new.columns[after].name, old, new)
    }

    /// The column after that continues the one at this place before.
    pub(super) fn column_after(self, before: usize) -> Option<usize> {
        (0..self.after?.columns.len()).find(|at| self.column_before(*at) == Some(before))
    }

    /// The tables that there are.
    pub(super) fn each(self) -> impl Iterator<Item = &'a Table> {
        [self.before, self.after].into_iter().flatten()
    }

    /// The table after, or where it is gone, before.
    pub(super) fn either(self) -> &'a Table {
        self.after
            .or(self.before)
            .expect("a table that is compared exists on one side")
    }
}

/// A column that either side has.
pub(super) struct ColumnPair {
    pub(super) name: String,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    /// whether both tables compute it
    pub(super) follows: bool,
    /// what a missing side counts as: NULL, or for an added column its default
    absent: Value,
}

impl ColumnPair {
    /// Whether an update changed this column between the two rows.
    pub(super) fn differs(&self, before: &[Value], after: &[Value]) -> bool {
        self.value(before, self.before) != self.value(after, self.after)
    }

    fn value<'v>(&'v self, cells: &'v [Value], at: Option<usize>) -> &'v Value {
        at.map_or(&self.absent, |at| &cells[at])
    }
}

/// The stored columns of both tables.
pub(super) fn pairs(tables: TablePair<'_>, clock: &FrozenClock) -> Vec<ColumnPair> {
    let mut pairs = Vec::new();
    for (at, column) in all(tables.before) {
        let after = tables
            .column_after(at)
            .and_then(|at| all(tables.after).find(|(other, _)| *other == at));
        // What was computed and is gone was never stored.
        if after.is_some() || !column.generated {
            let name = after.map_or(column, |(_, column)| column).name.clone();
            let follows = column.generated && after.is_some_and(|(_, column)| column.generated);
            pairs.push(ColumnPair {
                name,
                before: Some(at),
                after: after.map(|(at, _)| at),
                follows,
                absent: Value::Null,
            });
        }
    }
    for (at, column) in all(tables.after).filter(|(_, column)| !column.generated) {
        if !pairs.iter().any(|pair| pair.after == Some(at)) {
            let absent = default_of(column, clock);
            pairs.push(ColumnPair {
                name: column.name.clone(),
                before: None,
                after: Some(at),
                follows: false,
                absent,
            });
        }
    }
    pairs
}

fn all(table: Option<&Table>) -> impl Iterator<Item = (usize, &Column)> {
    table.into_iter().flat_map(|t| t.columns.iter().enumerate())
}

/// The value that a column's default gives rows which do not set it: the engine evaluates it, as a
/// default, in a database of its own under the rehearsal's clock, and stores it under the column's
/// affinity. One that cannot be evaluated there gave no row its value either; NULL stands for it.
fn default_of(column: &Column, clock: &FrozenClock) -> Value {
    let Some(expression) = column.default.as_deref() else {
        return Value::Null;
    };
    // A constant is shown as it stands in the schema; only what is inserted is stored.
    let shown = || {
        let scratch =
            Connection::open_in_memory_with_flags_and_vfs(OpenFlags::default(), clock.vfs_name())?;
        scratch.execute_batch(
            "CREATE TABLE scratch(id INTEGER PRIMARY KEY); INSERT INTO scratch DEFAULT VALUES",
        )?;
        let affinity = column.affinity.word();
        scratch.execute_batch(&format!(
            "ALTER TABLE scratch ADD COLUMN value {affinity} DEFAULT ({expression}\n)"
        ))?;
        scratch.query_row("SELECT value FROM scratch", [], |row| {
            Ok(Value::from(row.get_ref(0)?))
        })
    };
    if let Ok(value) = shown() as rusqlite::Result<Value> {
        return value;
    }
    let evaluate = |default: String| {
        let scratch =
            Connection::open_in_memory_with_flags_and_vfs(OpenFlags::default(), clock.vfs_name())?;
        scratch.execute_batch(&format!(
            "CREATE TABLE scratch(id INTEGER PRIMARY KEY, value DEFAULT {default})"
        ))?;
        scratch.execute_batch("INSERT INTO scratch DEFAULT VALUES")?;
        scratch.query_row("SELECT value FROM scratch", [], |row| {
            Ok(Value::from(row.get_ref(0)?))
        })
    };
    // A bare word is a string as a default, and no expression.
    let value =
        evaluate(format!("({expression}\n)")).or_else(|_| evaluate(format!("{expression}\n")));
    column.affinity.apply(value.unwrap_or(Value::Null))
}
