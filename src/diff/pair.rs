//! Two images of one table and how their columns correspond, by name.
//!
//! A dropped column is an update of it in each row where it was not NULL; an added one an update in each row where its value
//! is not the default that untouched rows show. Generated columns follow from others and are no changes of their own.

use crate::rehearse::FrozenClock;
use crate::snapshot::catalog::{Column, Table};
use crate::sql::Value;
use rusqlite::{Connection, OpenFlags};

/// A table before and after; at least one is there.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) before: Option<&'a Table>,
    pub(super) after: Option<&'a Table>,
}

impl<'a> Sides<'a> {
    /// The sides that there are.
    pub(super) fn each(self) -> impl Iterator<Item = &'a Table> {
        [self.before, self.after].into_iter().flatten()
    }

    /// The table after, or where it is gone, before.
    pub(super) fn either(self) -> &'a Table {
        self.after.or(self.before).expect("a table that is compared exists on one side")
    }
}

/// A column that either side has.
pub(super) struct ColumnPair {
    pub(super) name: String,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
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

/// The stored columns of both sides.
pub(super) fn columns(sides: Sides<'_>, clock: &FrozenClock) -> Vec<ColumnPair> {
    let stored = |table: Option<&Table>, name: &str| table.and_then(|t| t.column(name).filter(|at| !t.columns[*at].generated));
    let mut pairs = Vec::new();
    for column in sides.before.iter().flat_map(|t| &t.columns).filter(|c| !c.generated) {
        let pair = ColumnPair {
            name: column.name.clone(),
            before: stored(sides.before, &column.name),
            after: stored(sides.after, &column.name),
            absent: Value::Null,
        };
        pairs.push(pair);
    }
    for column in sides.after.iter().flat_map(|t| &t.columns).filter(|c| !c.generated) {
        if stored(sides.before, &column.name).is_none() {
            let absent = default_of(column, clock);
            pairs.push(ColumnPair { name: column.name.clone(), before: None, after: stored(sides.after, &column.name), absent });
        }
    }
    pairs
}

/// The value that a column's default gives rows which do not set it: the engine evaluates it, as a default, in a database of
/// its own under the rehearsal's clock, and stores it under the column's affinity. One that cannot be evaluated there gave no row
/// its value either; NULL stands for it.
fn default_of(column: &Column, clock: &FrozenClock) -> Value {
    let Some(expression) = column.default.as_deref() else { return Value::Null };
    let evaluate = |default: String| {
        let scratch = Connection::open_in_memory_with_flags_and_vfs(OpenFlags::default(), clock.vfs_name())?;
        scratch.execute_batch(&format!("CREATE TABLE scratch(id INTEGER PRIMARY KEY, value DEFAULT {default})"))?;
        scratch.execute_batch("INSERT INTO scratch DEFAULT VALUES")?;
        scratch.query_row("SELECT value FROM scratch", [], |row| Ok(Value::from(row.get_ref(0)?)))
    };
    // A bare word is a string as a default, and no expression.
    let value = evaluate(format!("({expression}\n)")).or_else(|_| evaluate(format!("{expression}\n")));
    column.affinity.apply(value.unwrap_or(Value::Null))
}
