//! Before → after: the sampled rows of each table, by what happened to them and by their owners.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::shown::{Shown, pair};
use crate::report::evidence::{self, Change, Counts, Migration, Op, Sample};
use crate::report::phrases;
use indexmap::IndexSet;
use serde::Serialize;

/// Columns of a sample table at most.
const COLUMNS: usize = 40;

/// Owners of one table that are shown at most, with or without their rows.
const OWNERS: usize = 60;

/// Changed columns of one owner's rows that are named at most.
const NAMED: usize = 20;

/// Rows of one owner at most.
const ROWS: usize = 100;

/// The changes of one table.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    table: Shown,
    filter: Filter,
    ops: Vec<OpTable>,
    /// owners whose rows were written and have no sample here
    others: Vec<Group>,
    /// how many owners more there are
    left: usize,
}

/// The rows of one table that the same happened to.
#[derive(Debug, Serialize)]
struct OpTable {
    op: &'static str,
    key: Vec<Shown>,
    columns: Vec<Shown>,
    /// how many columns more there are
    left: usize,
    /// columns of its table
    width: usize,
    groups: Vec<Group>,
}

/// The rows of one owner.
#[derive(Debug, Serialize)]
struct Group {
    owner: Shown,
    filter: Filter,
    expected: bool,
    /// `update 6`
    actual: String,
    /// `point_name 6`
    columns: Vec<Shown>,
    /// how many columns more have changed
    columns_left: usize,
    rows: Vec<Row>,
    /// how many rows more there are
    left: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    key: Vec<Shown>,
    cells: Vec<Cell>,
}

/// A cell before and after; of a column that an update left alone, neither.
#[derive(Debug, Serialize)]
struct Cell {
    before: Option<Shown>,
    after: Option<Shown>,
}

/// The changes of a migration, table by table in the order of its grid.
pub(super) fn changes(
    migration: &Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Vec<Changes> {
    let of_table = |name: &str| {
        let changes = migration.changes.iter();
        changes.filter(|change| change.table == name).collect()
    };
    let table = |name: &String| {
        let changes: Vec<&Change> = of_table(name);
        (!changes.is_empty()).then(|| table(migration, name, changes, filters, budget))
    };
    let names = migration.tables.iter().map(|table| &table.table);
    names.filter_map(table).collect()
}

fn table(
    migration: &Migration,
    name: &str,
    mut changes: Vec<&Change>,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Changes {
    changes.sort_by_key(|change| change.expected);
    let left = changes.split_off(budget.groups(changes.len().min(OWNERS)));
    let filter = filters.table(name);
    let ops = [Op::Update, Op::Delete, Op::Insert]
        .into_iter()
        .filter_map(|op| op_table(migration, op, &changes, filters, budget))
        .collect();
    let others = changes.iter().filter(|change| change.samples.is_empty());
    Changes {
        table: Shown::line(name),
        filter,
        ops,
        others: others
            .map(|change| group(migration, change, None, Vec::new(), filters))
            .collect(),
        left: left.len(),
    }
}

fn op_table(
    migration: &Migration,
    op: Op,
    changes: &[&Change],
    filters: &mut Filters,
    budget: &mut Budget,
) -> Option<OpTable> {
    let samples = || changes.iter().flat_map(|change| of_op(change, op));
    samples().next()?;
    let key = names(samples().map(|sample| &sample.key));
    let mut all = names(samples().flat_map(|sample| [&sample.before, &sample.after]));
    all.retain(|column| op == Op::Update || !key.contains(column));
    let columns = &all[..all.len().min(COLUMNS)];
    let mut groups = Vec::new();
    for change in changes {
        let samples: Vec<&Sample> = of_op(change, op).collect();
        if samples.is_empty() {
            continue;
        }
        let shown = budget.rows(samples.len().min(ROWS), key.len() + columns.len());
        let rows = samples[..shown]
            .iter()
            .map(|sample| row(sample, &key, columns));
        groups.push(group(migration, change, Some(op), rows.collect(), filters));
    }
    Some(OpTable {
        op: op.word(),
        key: key.iter().map(Shown::line).collect(),
        columns: columns.iter().map(Shown::line).collect(),
        left: all.len() - columns.len(),
        width: key.len() + columns.len() + usize::from(all.len() > columns.len()),
        groups,
    })
}

fn of_op(change: &Change, op: Op) -> impl Iterator<Item = &Sample> {
    let samples = change.samples.iter();
    samples.filter(move |sample| sample.op == op)
}

/// The names of columns that rows have, each once, in the order in which they are met.
fn names<'a>(rows: impl Iterator<Item = &'a evidence::Row>) -> Vec<&'a str> {
    let names: IndexSet<&str> = rows
        .flat_map(|row| row.keys().map(String::as_str))
        .collect();
    names.into_iter().collect()
}

fn row(sample: &Sample, key: &[&str], columns: &[&str]) -> Row {
    let of_key = |name: &&str| {
        sample
            .key
            .get(*name)
            .map_or_else(Shown::default, Shown::cell)
    };
    let cell = |name: &&str| {
        let (before, after) = (sample.before.get(*name), sample.after.get(*name));
        let (before, after) = match before.zip(after) {
            Some((before, after)) => {
                let (before, after) = pair(before, after);
                (Some(before), Some(after))
            }
            None => (before.map(Shown::cell), after.map(Shown::cell)),
        };
        Cell { before, after }
    };
    Row {
        key: key.iter().map(of_key).collect(),
        cells: columns.iter().map(cell).collect(),
    }
}

/// The rows of an owner: those shown, of the operation or of all.
fn group(
    migration: &Migration,
    change: &Change,
    op: Option<Op>,
    rows: Vec<Row>,
    filters: &mut Filters,
) -> Group {
    let changed = Counts {
        insert: change.insert,
        update: change.update,
        delete: change.delete,
    };
    let of_op = changed
        .by_op()
        .into_iter()
        .find(|(each, _)| Some(*each) == op);
    let of_op = of_op.map_or(0, |(_, rows)| rows);
    let tenant = change.tenant.as_deref();
    let columns = match op {
        Some(Op::Update) => change.columns.iter().collect(),
        _ => Vec::new(),
    };
    let named = columns.iter().take(NAMED);
    Group {
        owner: Shown::line(&change.described),
        filter: Filter {
            tenant: tenant.and_then(|tenant| filters.tenants(migration, [tenant])),
            ..filters.table(&change.table)
        },
        expected: change.expected,
        actual: phrases::actual(changed, change.touched),
        columns: named
            .map(|(column, rows)| Shown::line(format!("{column} {rows}")))
            .collect(),
        columns_left: columns.len().saturating_sub(NAMED),
        left: of_op.saturating_sub(rows.len() as u64),
        rows,
    }
}
