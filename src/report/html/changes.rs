//! Before → after: the sampled rows of each table, by what happened to them and by their owners.

use super::budget::Budget;
use super::filters::{Filter, Filters};
use super::shown::pair;
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
    others: Vec<Group<'a>>,
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
    groups: Vec<Group<'a>>,
}

/// The rows of one owner.
#[derive(Debug, Serialize)]
struct Group<'a> {
    owner: &'a str,
    filter: Filter,
    expected: bool,
    /// `update 6`
    actual: String,
    /// `point_name 6`
    columns: Vec<String>,
    /// how many columns more have changed
    columns_left: usize,
    rows: Vec<Row>,
    /// how many rows more there are
    left: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    key: Vec<String>,
    cells: Vec<Cell>,
}

/// A cell before and after; of a column that an update left alone, neither.
#[derive(Debug, Serialize)]
struct Cell {
    before: Option<String>,
    after: Option<String>,
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
    let left = changes.split_off(budget.groups(changes.len().min(OWNERS)));
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
        columns: columns.to_vec(),
        left: all.len() - columns.len(),
        width: key.len() + columns.len() + usize::from(all.len() > columns.len()),
        key,
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
            .map(evidence::Cell::shown)
            .unwrap_or_default()
    };
    let cell = |name: &&str| {
        let (before, after) = (sample.before.get(*name), sample.after.get(*name));
        let (before, after) = match before.zip(after) {
            Some((before, after)) => {
                let (before, after) = pair(before, after);
                (Some(before), Some(after))
            }
            None => (
                before.map(evidence::Cell::shown),
                after.map(evidence::Cell::shown),
            ),
        };
        Cell { before, after }
    };
    Row {
        key: key.iter().map(of_key).collect(),
        cells: columns.iter().map(cell).collect(),
    }
}

/// The rows of an owner: those shown, of the operation or of all.
fn group<'a>(
    migration: &Migration,
    change: &'a Change,
    op: Option<Op>,
    rows: Vec<Row>,
    filters: &mut Filters,
) -> Group<'a> {
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
        owner: &change.described,
        filter: Filter {
            tenant: tenant.and_then(|tenant| filters.tenants(migration, [tenant])),
            ..filters.table(&change.table)
        },
        expected: change.expected,
        actual: phrases::actual(changed, change.touched),
        columns: named
            .map(|(column, rows)| format!("{column} {rows}"))
            .collect(),
        columns_left: columns.len().saturating_sub(NAMED),
        left: of_op.saturating_sub(rows.len() as u64),
        rows,
    }
}
