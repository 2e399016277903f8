//! A table in both states and how its columns correspond: by name, else by the renames in between.
//!
//! A dropped column is an update of it in each row where it was not NULL; an added one an update in
//! each row where its value is not the default that untouched rows show. Computed columns follow from
//! others and are no changes of their own, unless they are computed in another way, or nothing else of
//! the row changed.

use super::computed::Computed;
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
        let (old, new) = self.both()?;
        let name = &new.columns.get(after)?.name;
        self.lineage.column_before(name, old, new)
    }

    /// The column after that continues the one at this place before.
    pub(super) fn column_after(self, before: usize) -> Option<usize> {
        (0..self.after?.columns.len()).find(|at| self.column_before(*at) == Some(before))
    }

    /// Whether both tables have the same primary key.
    pub(super) fn have_same_key(self) -> bool {
        self.both().is_some_and(|(before, after)| {
            let places = after.primary_key.iter().map(|at| self.column_before(*at));
            !before.primary_key.is_empty()
                && places.eq(before.primary_key.iter().copied().map(Some))
        })
    }

    /// The table before and after, where it is there both times.
    pub(super) fn both(self) -> Option<(&'a Table, &'a Table)> {
        self.before.zip(self.after)
    }

    /// The table before and after, as far as it is there.
    pub(super) fn each(self) -> impl Iterator<Item = &'a Table> {
        [self.before, self.after].into_iter().flatten()
    }

    /// The table after, else before.
    pub(super) fn either(self) -> &'a Table {
        self.after
            .or(self.before)
            .expect("a table that is compared exists in one state")
    }
}

/// A column of a table before, after, or both.
pub(super) struct ColumnPair {
    pub(super) name: String,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    /// whether it is computed in both states, and in the same way
    pub(super) follows: bool,
    /// its value where it is missing: NULL, or for an added column its default
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

/// The columns of both tables, but for a computed one that is new or of a table that is gone. What
/// a column among `begun`, by their places after, has in any row was given to that row: its default
/// hands rows to a tenant.
pub(super) fn pairs(
    tables: TablePair<'_>,
    computed: &Computed<'_>,
    begun: &[usize],
    clock: &FrozenClock,
) -> Vec<ColumnPair> {
    let old_columns = columns(tables.before).filter_map(|(before, column)| {
        let after = tables.column_after(before);
        let new = after.map_or(column, |at| &tables.either().columns[at]);
        let follows = |after| column.generated && new.generated && computed.is_same(before, after);
        (tables.after.is_some() || !column.generated).then(|| ColumnPair {
            name: new.name.clone(),
            before: Some(before),
            after,
            follows: after.is_some_and(follows),
            absent: Value::Null,
        })
    });
    let mut pairs: Vec<ColumnPair> = old_columns.collect();
    for (after, column) in columns(tables.after).filter(|(_, column)| !column.generated) {
        if !pairs.iter().any(|pair| pair.after == Some(after)) {
            pairs.push(ColumnPair {
                name: column.name.clone(),
                before: None,
                after: Some(after),
                follows: false,
                absent: if begun.contains(&after) {
                    Value::Null
                } else {
                    default_of(column, clock)
                },
            });
        }
    }
    pairs
}

fn columns(table: Option<&Table>) -> impl Iterator<Item = (usize, &Column)> {
    table.into_iter().flat_map(|t| t.columns.iter().enumerate())
}

/// The value that a column's default gives rows which do not set it: the engine evaluates it, as a
/// default, in a database of its own under the rehearsal's clock, and stores it under the column's
/// affinity. NULL where it cannot be evaluated there: it gave no row a value either.
fn default_of(column: &Column, clock: &FrozenClock) -> Value {
    let Some(expression) = column.default.as_deref() else {
        return Value::Null;
    };
    let affinity = column.affinity.word();
    let inserted = |default: &str| {
        let sql = format!(
            "CREATE TABLE scratch(id INTEGER PRIMARY KEY, value DEFAULT {default}); \
            INSERT INTO scratch DEFAULT VALUES"
        );
        evaluate(&sql, clock).map(|value| column.affinity.apply(value))
    };
    // A constant is shown as the schema spells it; only what is inserted is stored.
    let shown = format!(
        "CREATE TABLE scratch(id INTEGER PRIMARY KEY); INSERT INTO scratch DEFAULT VALUES; \
        ALTER TABLE scratch ADD COLUMN value {affinity} DEFAULT ({expression}\n)"
    );
    // A bare word is a string as a default, and no expression.
    evaluate(&shown, clock)
        .or_else(|_| inserted(&format!("({expression}\n)")))
        .or_else(|_| inserted(&format!("{expression}\n")))
        .unwrap_or(Value::Null)
}

/// The value in the table `scratch` that these statements make.
fn evaluate(sql: &str, clock: &FrozenClock) -> rusqlite::Result<Value> {
    let conn =
        Connection::open_in_memory_with_flags_and_vfs(OpenFlags::default(), clock.vfs_name())?;
    conn.execute_batch(sql)?;
    conn.query_row("SELECT value FROM scratch", [], |row| {
        row.get_ref(0).map(Value::from)
    })
}
