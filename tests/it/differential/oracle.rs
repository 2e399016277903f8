//! The reported changes, made to the rows before, must give the rows after: cell by cell, storage
//! class included.
//!
//! Tables are matched by name, or else by the rename that the plain road saw. A deletion or
//! insertion names a whole row. An update names the key, and the cells that differ; where no key
//! tells which row it is, any row may be meant that has the cells before, as long as all updates
//! together explain all rows.

use super::identity::{self, Rebuilt};
use super::known::{RENAMES_KEEP_ROWS, left_out};
use super::renames::Renamed;
use super::reported::{self, Change, Tenancy, changes, spelled};
use super::state::{Column, State, Table};
use super::value::Value;
use harness::record::{self, Op};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Row = BTreeMap<String, Value>;
/// Rows with how often each is there.
type Bag = BTreeMap<Row, usize>;

/// Steps of the search for the rows that updates without a key mean.
const SEARCH: usize = 20_000;

/// Holds what is reported of each table against its rows before and after; how many changes were
/// reported.
pub(super) fn explain(
    before: &State,
    after: &State,
    renamed: &Renamed,
    rebuilt: &Rebuilt,
    report: &record::Migration,
) -> Result<usize, String> {
    let mut count = 0;
    let mut known = BTreeSet::new();
    for (old, new) in pairs(before, after, renamed) {
        let name = new.or(old).expect("one of the two").clone();
        let names = if RENAMES_KEEP_ROWS {
            renamed
                .columns
                .get(&name)
                .map(Vec::as_slice)
                .unwrap_or_default()
        } else {
            &[]
        };
        let reports: Vec<&record::Change> = report
            .changes
            .iter()
            .filter(|c| c.table.eq_ignore_ascii_case(&name))
            .collect();
        let sides = Sides {
            before: old.map(|n| &before.tables[n]),
            after: new.map(|n| &after.tables[n]),
            names,
        };
        count += table(&name, &sides, rebuilt, &reports)
            .map_err(|e| format!("table {name}: {e}\nreported:{}", reported::listed(&reports)))?;
        known.insert(name.to_ascii_lowercase());
    }
    match report.changes.iter().find(|c| {
        reported::changed(c).total() > 0 && !known.contains(&c.table.to_ascii_lowercase())
    }) {
        Some(stray) => Err(format!(
            "changes are reported of `{}`, which is there neither before nor after",
            stray.table
        )),
        None => Ok(count),
    }
}

/// The tables before and after that are one.
fn pairs<'a>(
    before: &'a State,
    after: &'a State,
    renamed: &'a Renamed,
) -> Vec<(Option<&'a String>, Option<&'a String>)> {
    let find = |tables: &'a BTreeMap<String, Table>, name: &str| {
        tables.keys().find(|n| n.eq_ignore_ascii_case(name))
    };
    let origin = |name: &String| {
        let origin = renamed
            .tables
            .get(name)
            .filter(|o| RENAMES_KEEP_ROWS && find(&after.tables, o).is_none())?;
        find(&before.tables, origin)
    };
    let mut pairs: Vec<_> = after
        .tables
        .keys()
        .map(|name| {
            (
                find(&before.tables, name).or_else(|| origin(name)),
                Some(name),
            )
        })
        .collect();
    let matched: Vec<&String> = pairs.iter().filter_map(|(old, _)| *old).collect();
    pairs.extend(
        before
            .tables
            .keys()
            .filter(|name| !matched.contains(name))
            .map(|name| (Some(name), None)),
    );
    pairs
}

/// One table before and after, and the names of its columns after and before.
struct Sides<'a> {
    before: Option<&'a Table>,
    after: Option<&'a Table>,
    names: &'a [(String, String)],
}

impl Sides<'_> {
    /// The name after of a column: its own, unless that is gone and the new one was not there
    /// before.
    fn name(&self, column: &str) -> String {
        let has = |table: Option<&Table>, column: &str| {
            table.is_some_and(|table| {
                let mut columns = table.columns.iter();
                columns.any(|c| c.name.eq_ignore_ascii_case(column))
            })
        };
        let stays = has(self.after, column);
        let renamed = self
            .names
            .iter()
            .find(|(is, was)| !stays && !has(self.before, is) && was.eq_ignore_ascii_case(column));
        renamed.map_or(column, |(is, _)| is).to_ascii_lowercase()
    }

    /// Whether the key of the rows before is the key of the rows after.
    fn same_key(&self) -> bool {
        let key = |table: &Table| {
            table
                .key
                .iter()
                .map(|name| self.name(name))
                .collect::<Vec<_>>()
        };
        matches!((self.before, self.after), (Some(old), Some(new)) if key(old) == key(new))
    }

    fn tenancy(&self) -> Tenancy {
        let has = |table: &Table| {
            table
                .columns
                .iter()
                .any(|c| c.name.eq_ignore_ascii_case("org"))
        };
        match (self.before, self.after) {
            (Some(old), Some(new)) if has(old) != has(new) => Tenancy::InOne,
            _ => Tenancy::InEach,
        }
    }

    fn has_null_key(&self) -> bool {
        let is_key = |table: &Table, at: usize| table.key.contains(&table.columns[at].name);
        let has = |table: &Table| {
            table.rows.iter().any(|(_, cells)| {
                (0..cells.len()).any(|at| is_key(table, at) && cells[at].is_null())
            })
        };
        self.before.is_some_and(has) || self.after.is_some_and(has)
    }

    fn stored(&self, table: Option<&Table>) -> BTreeSet<String> {
        table
            .into_iter()
            .flat_map(|t| &t.columns)
            .filter(|c| self.is_held(c))
            .map(|c| self.name(&c.name))
            .collect()
    }

    /// Whether a column's value counts: it is stored, the other side stores it, or it is dropped.
    fn is_held(&self, column: &Column) -> bool {
        let name = self.name(&column.name);
        // Whether the table is there, and whether it stores the column, if it has it.
        let of = |table: Option<&Table>| {
            let mut columns = table?.columns.iter();
            Some(
                columns
                    .find(|c| self.name(&c.name) == name)
                    .map(|c| !c.computed),
            )
        };
        let (old, new) = (of(self.before), of(self.after));
        let is_dropped = matches!((old, new), (Some(Some(_)), Some(None)));
        is_dropped || old.flatten() == Some(true) || new.flatten() == Some(true)
    }

    fn bag(&self, table: Option<&Table>) -> Bag {
        let mut bag = Bag::new();
        for (_, cells) in table.into_iter().flat_map(|t| &t.rows) {
            let columns = table.into_iter().flat_map(|t| &t.columns).zip(cells);
            let row = columns
                .filter(|(c, _)| self.is_held(c))
                .map(|(c, value)| (self.name(&c.name), value.clone()))
                .collect();
            *bag.entry(row).or_default() += 1;
        }
        bag
    }
}

fn table(
    name: &str,
    sides: &Sides<'_>,
    rebuilt: &Rebuilt,
    reports: &[&record::Change],
) -> Result<usize, String> {
    let changes = changes(reports, &|column| sides.name(column), sides.tenancy())?;
    if sides.same_key() && !(sides.has_null_key() && left_out("same key where a key is NULL")) {
        reported::no_key_comes_and_goes(&changes)?;
    }
    if sides.before.is_some_and(|t| rebuilt.concerns(name, t))
        && sides.same_key()
        && !sides.has_null_key()
    {
        let key = sides
            .before
            .into_iter()
            .flat_map(|t| &t.key)
            .map(|column| sides.name(column))
            .collect();
        let common = sides
            .stored(sides.before)
            .intersection(&sides.stored(sides.after))
            .cloned()
            .collect();
        identity::is_kept(&changes, &key, &common)?;
    }
    let (mut old, mut new) = (sides.bag(sides.before), sides.bag(sides.after));
    let mut updates = Vec::new();
    for change in &changes {
        match change.op {
            Op::Delete => take(&mut old, &change.before)
                .ok_or_else(|| format!("no row before is the deleted {:?}", change.before))?,
            Op::Insert => take(&mut new, &change.after)
                .ok_or_else(|| format!("no row after is the inserted {:?}", change.after))?,
            Op::Update => updates.push(change),
        }
    }
    // Those that a key identifies come first.
    updates.sort_by_key(|u| {
        (
            u.key.is_empty() || u.key.values().any(Value::is_null),
            u.before.len().wrapping_neg(),
        )
    });
    let frame = Frame::new(sides);
    let mut left = SEARCH;
    if frame.assign(&updates, &mut old, &mut new, &mut left) {
        return Ok(changes.len());
    }
    let why = if left == 0 {
        "the search gave up"
    } else {
        "the rows before with the changes made to them are not the rows after"
    };
    Err(format!(
        "{why}\nunexplained before:{}\nunexplained after:{}",
        shown(&old),
        shown(&new)
    ))
}

fn shown(bag: &Bag) -> String {
    bag.iter()
        .map(|(row, n)| format!("\n  {n} x {}", spelled(row)))
        .collect::<Vec<_>>()
        .concat()
}

fn take(bag: &mut Bag, row: &Row) -> Option<()> {
    let count = bag.get_mut(row)?;
    *count -= 1;
    if *count == 0 {
        bag.remove(row);
    }
    Some(())
}

fn put(bag: &mut Bag, row: Row) {
    *bag.entry(row).or_default() += 1;
}

/// The columns after, and what a row before shows in those that are new.
struct Frame {
    columns: BTreeMap<String, Value>,
    dropped: BTreeSet<String>,
}

impl Frame {
    fn new(sides: &Sides<'_>) -> Self {
        let (old, new) = (sides.stored(sides.before), sides.stored(sides.after));
        let is_new = |c: &&Column| !c.computed && !old.contains(&sides.name(&c.name));
        let strict = sides.after.is_some_and(|t| t.strict);
        let added = sides
            .after
            .into_iter()
            .flat_map(|t| &t.columns)
            .filter(is_new);
        let mut columns: BTreeMap<String, Value> = added
            .map(|c| (sides.name(&c.name), default(c, strict)))
            .collect();
        for name in &new {
            columns.entry(name.clone()).or_insert(Value::Null);
        }
        Self {
            dropped: old.difference(&new).cloned().collect(),
            columns,
        }
    }

    /// A row before in the columns after.
    fn project(&self, row: &Row) -> Row {
        self.columns
            .iter()
            .map(|(name, default)| (name.clone(), row.get(name).unwrap_or(default).clone()))
            .collect()
    }

    /// Whether each update is of one row, and the rest of the rows stay as they are.
    fn assign(&self, updates: &[&Change], old: &mut Bag, new: &mut Bag, left: &mut usize) -> bool {
        let Some((update, rest)) = updates.split_first() else {
            return self.stays(old, new);
        };
        let holds = |row: &Row, cells: &Row| {
            cells
                .iter()
                .all(|(name, value)| row.get(name) == Some(value))
        };
        let candidates: Vec<Row> = old
            .keys()
            .filter(|row| holds(row, &update.key) && holds(row, &update.before))
            .cloned()
            .collect();
        for row in candidates {
            let Some(budget) = left.checked_sub(1) else {
                return false;
            };
            *left = budget;
            let mut changed = row.clone();
            changed.extend(update.after.clone());
            let result = self.project(&changed);
            let loses = self
                .dropped
                .iter()
                .any(|name| update.before.contains_key(name));
            if (result == self.project(&row) && !loses) || take(new, &result).is_none() {
                continue;
            }
            take(old, &row);
            if self.assign(rest, old, new, left) {
                return true;
            }
            put(old, row);
            put(new, result);
        }
        false
    }

    /// Whether the rows are the same in the columns after, and had nothing in those that are gone.
    fn stays(&self, old: &Bag, new: &Bag) -> bool {
        let mut same = Bag::new();
        for (row, count) in old {
            if self.dropped.iter().any(|name| !row[name].is_null()) {
                return self.columns.is_empty();
            }
            *same.entry(self.project(row)).or_default() += count;
        }
        same == *new
    }
}

/// What rows show in an added column, as the engine fills it.
fn default(column: &Column, strict: bool) -> Value {
    let scratch = Connection::open_in_memory().expect("memory");
    let default = column
        .default
        .as_ref()
        .map(|d| format!(" DEFAULT ({d})"))
        .unwrap_or_default();
    let strict = if strict { " STRICT" } else { "" };
    let made = scratch.execute_batch(&format!(
        "CREATE TABLE s(id INTEGER, c {}{default}){strict}; INSERT INTO s(id) VALUES (1)",
        column.declared
    ));
    // What a STRICT table refuses, no row shows.
    made.and_then(|()| {
        scratch.query_row("SELECT c FROM s", [], |row| {
            Ok(Value::from(row.get_ref(0)?))
        })
    })
    .unwrap_or(Value::Null)
}
