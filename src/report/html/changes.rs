//! Before → after: the sampled rows of each table, by what happened to them and by their owners.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::shown::{cell, pair};
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
pub(super) struct Changes<'a> {
    table: &'a str,
    filter: Filter,
    ops: Vec<OpTable<'a>>,
    /// owners whose rows were written and have no sample here
    others: Vec<OwnerChanges<'a>>,
    /// how many owners more there are
    left: usize,
}

/// The rows of one table that the same happened to.
#[derive(Debug, Serialize)]
struct OpTable<'a> {
    op: &'static str,
    key: Vec<&'a str>,
    columns: Vec<&'a str>,
    /// how many columns more there are
    left: usize,
    /// columns of its table
    width: usize,
    groups: Vec<OwnerChanges<'a>>,
}

/// The rows of one owner.
#[derive(Debug, Serialize)]
struct OwnerChanges<'a> {
    owner: &'a str,
    filter: Filter,
    expected: bool,
    /// `update 6`
    actual: String,
    /// `point_name 6`
    columns: Vec<String>,
    /// how many columns more have changed
    columns_left: usize,
    rows: Vec<ChangedRow>,
    /// how many rows more there are
    left: u64,
}

#[derive(Debug, Serialize)]
struct ChangedRow {
    key: Vec<String>,
    /// each before and after; of a column that an update left alone, neither
    cells: Vec<(Option<String>, Option<String>)>,
}

/// The changes of a migration, table by table in the order of its grid.
pub(super) fn changes<'a>(
    migration: &'a Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Vec<Changes<'a>> {
    let tables = migration.tables.iter().filter_map(|of| {
        let changes = migration.changes.iter();
        let changes: Vec<&Change> = changes.filter(|c| c.table == of.table).collect();
        (!changes.is_empty()).then(|| table(migration, &of.table, changes, filters, budget))
    });
    tables.collect()
}

fn table<'a>(
    migration: &Migration,
    name: &'a str,
    mut changes: Vec<&'a Change>,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Changes<'a> {
    changes.sort_by_key(|change| change.expected);
    let left = changes.split_off(budget.groups.take(changes.len().min(OWNERS)));
    let filter = filters.table(name);
    let ops = [Op::Update, Op::Delete, Op::Insert]
        .into_iter()
        .filter_map(|op| op_table(migration, op, &changes, filters, budget))
        .collect();
    let others = changes.iter().filter(|change| change.samples.is_empty());
    Changes {
        table: name,
        filter,
        ops,
        others: others
            .map(|change| group(migration, change, None, Vec::new(), filters))
            .collect(),
        left: left.len(),
    }
}

fn op_table<'a>(
    migration: &Migration,
    op: Op,
    changes: &[&'a Change],
    filters: &mut Filters,
    budget: &mut Budget,
) -> Option<OpTable<'a>> {
    let samples = || changes.iter().flat_map(|change| of_op(change, op));
    samples().next()?;
    let key = names(samples().map(|sample| &sample.key));
    let mut columns = names(samples().flat_map(|sample| [&sample.before, &sample.after]));
    columns.retain(|column| op == Op::Update || !key.contains(column));
    let left = columns.len().saturating_sub(COLUMNS);
    columns.truncate(COLUMNS);
    let width = key.len() + columns.len();
    let with_samples = changes
        .iter()
        .filter(|change| of_op(change, op).next().is_some());
    let group = |change: &&'a Change| {
        let wanted = of_op(change, op).count().min(ROWS);
        let shown = of_op(change, op).take(budget.cells.take_rows(wanted, width));
        let rows = shown.map(|sample| row(sample, &key, &columns)).collect();
        group(migration, change, Some(op), rows, filters)
    };
    let groups = with_samples.map(group).collect();
    Some(OpTable {
        op: op.word(),
        key,
        columns,
        left,
        width: width + usize::from(left > 0),
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

fn row(sample: &Sample, key: &[&str], columns: &[&str]) -> ChangedRow {
    let both = |name: &&str| match (sample.before.get(*name), sample.after.get(*name)) {
        (Some(before), Some(after)) => {
            let (before, after) = pair(before, after);
            (Some(before), Some(after))
        }
        _ => (cell(&sample.before, name), cell(&sample.after, name)),
    };
    let of_key = |name: &&str| cell(&sample.key, name).unwrap_or_default();
    ChangedRow {
        key: key.iter().map(of_key).collect(),
        cells: columns.iter().map(both).collect(),
    }
}

/// The rows of an owner: those shown, of the operation or of all.
fn group<'a>(
    migration: &Migration,
    change: &'a Change,
    op: Option<Op>,
    rows: Vec<ChangedRow>,
    filters: &mut Filters,
) -> OwnerChanges<'a> {
    let changed = Counts {
        insert: change.insert,
        update: change.update,
        delete: change.delete,
    };
    let all = match op {
        Some(Op::Insert) => change.insert,
        Some(Op::Update) => change.update,
        Some(Op::Delete) => change.delete,
        None => 0,
    };
    let is_named = op == Some(Op::Update);
    let columns = change.columns.iter().filter(|_| is_named);
    let spelled = columns
        .clone()
        .map(|(column, rows)| format!("{column} {rows}"));
    OwnerChanges {
        owner: &change.described,
        filter: Filter {
            table: filters.table(&change.table).table,
            ..filters.tenant(migration, change.tenant.as_deref())
        },
        expected: change.expected,
        actual: phrases::actual(changed, change.touched),
        columns: spelled.take(NAMED).collect(),
        columns_left: columns.count().saturating_sub(NAMED),
        left: all.saturating_sub(rows.len() as u64),
        rows,
    }
}
