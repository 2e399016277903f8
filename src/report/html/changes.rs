//! Before → after: the sampled rows of each table, by what happened to them and by whose they are.

use super::facets::{Facet, Facets};
use super::map::actual;
use super::room::Room;
use super::shown::{Shown, pair};
use crate::report::evidence::{self, Change, Counts, Migration, Op, Sample};
use indexmap::IndexSet;
use serde::Serialize;

/// Columns of a sample table at most.
const COLUMNS: usize = 40;

/// Owners of one table whose rows are shown at most, and of whom it is said that they are not.
const OWNERS: usize = 60;

/// Changed columns of one owner's rows that are named at most.
const NAMED: usize = 20;

/// Rows of one owner at most.
const ROWS: usize = 100;

/// The changes of one table.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    table: Shown,
    facet: Facet,
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
    facet: Facet,
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

/// The changes of a migration, table by table in the order of its map.
pub(super) fn changes(migration: &Migration, facets: &mut Facets, room: &mut Room) -> Vec<Changes> {
    let of_table = |name: &str| {
        migration
            .changes
            .iter()
            .filter(|change| change.table == name)
            .collect::<Vec<_>>()
    };
    let tables = migration
        .tables
        .iter()
        .map(|table| (table.table.as_str(), of_table(&table.table)));
    tables
        .filter(|(_, changes)| !changes.is_empty())
        .map(|(name, changes)| table(migration, name, changes, facets, room))
        .collect()
}

fn table(
    migration: &Migration,
    name: &str,
    mut changes: Vec<&Change>,
    facets: &mut Facets,
    room: &mut Room,
) -> Changes {
    changes.sort_by_key(|change| change.expected);
    let shown = room.groups(changes.len().min(OWNERS));
    let left = changes.len() - shown;
    changes.truncate(shown);
    let facet = Facet {
        table: Some(facets.tables([name])),
        ..Facet::default()
    };
    let mut with_samples = |op| op_table(migration, op, &changes, facets, room);
    let ops: Vec<OpTable> = [Op::Update, Op::Delete, Op::Insert]
        .into_iter()
        .filter_map(&mut with_samples)
        .collect();
    let others = changes.iter().filter(|change| change.samples.is_empty());
    let others = others
        .map(|change| group(migration, change, None, Vec::new(), facets))
        .collect();
    Changes {
        table: Shown::line(name),
        facet,
        ops,
        others,
        left,
    }
}

fn op_table(
    migration: &Migration,
    op: Op,
    changes: &[&Change],
    facets: &mut Facets,
    room: &mut Room,
) -> Option<OpTable> {
    let of_owners: Vec<(&Change, Vec<&Sample>)> = changes
        .iter()
        .map(|change| (*change, of_op(change, op)))
        .filter(|(_, s)| !s.is_empty())
        .collect();
    let samples = || of_owners.iter().flat_map(|(_, samples)| samples);
    let key = names(samples().map(|sample| &sample.key));
    let all = names(samples().flat_map(|sample| [&sample.before, &sample.after]));
    let all: Vec<&str> = all
        .into_iter()
        .filter(|column| op == Op::Update || !key.contains(column))
        .collect();
    let columns = &all[..all.len().min(COLUMNS)];
    let mut groups = Vec::new();
    for (change, samples) in &of_owners {
        let rows = room.rows(samples.len().min(ROWS), key.len() + columns.len());
        let rows = samples[..rows]
            .iter()
            .map(|sample| row(sample, &key, columns))
            .collect();
        groups.push(group(migration, change, Some(op), rows, facets));
    }
    let shown = |names: &[&str]| names.iter().map(Shown::line).collect();
    (!groups.is_empty()).then(|| OpTable {
        op: op.word(),
        key: shown(&key),
        columns: shown(columns),
        left: all.len() - columns.len(),
        width: key.len() + columns.len() + usize::from(all.len() > columns.len()),
        groups,
    })
}

fn of_op(change: &Change, op: Op) -> Vec<&Sample> {
    change
        .samples
        .iter()
        .filter(|sample| sample.op == op)
        .collect()
}

/// The names of columns that rows have, each once, in the order in which they are met.
fn names<'a>(rows: impl Iterator<Item = &'a evidence::Row>) -> Vec<&'a str> {
    let mut names: IndexSet<&str> = IndexSet::new();
    names.extend(rows.flat_map(|row| row.keys().map(String::as_str)));
    names.into_iter().collect()
}

fn row(sample: &Sample, key: &[&str], columns: &[&str]) -> Row {
    let key = key
        .iter()
        .map(|name| {
            sample
                .key
                .get(*name)
                .map_or_else(|| Shown::line(""), Shown::cell)
        })
        .collect();
    let cells =
        columns.iter().map(
            |name| match (sample.before.get(*name), sample.after.get(*name)) {
                (Some(before), Some(after)) => {
                    let (before, after) = pair(before, after);
                    Cell {
                        before: Some(before),
                        after: Some(after),
                    }
                }
                (before, after) => Cell {
                    before: before.map(Shown::cell),
                    after: after.map(Shown::cell),
                },
            },
        );
    Row {
        key,
        cells: cells.collect(),
    }
}

/// The rows of an owner: those shown, of the operation or of all.
fn group(
    migration: &Migration,
    change: &Change,
    op: Option<Op>,
    rows: Vec<Row>,
    facets: &mut Facets,
) -> Group {
    let counts = Counts {
        insert: change.insert,
        update: change.update,
        delete: change.delete,
    };
    let changed = match op {
        Some(Op::Insert) => change.insert,
        Some(Op::Update) => change.update,
        Some(Op::Delete) => change.delete,
        None => 0,
    };
    let tenant = change
        .tenant
        .as_deref()
        .and_then(|tenant| facets.tenants(migration, [tenant]));
    let columns: Vec<_> = change
        .columns
        .iter()
        .filter(|_| op == Some(Op::Update))
        .collect();
    Group {
        owner: Shown::line(&change.described),
        facet: Facet {
            tenant,
            table: Some(facets.tables([change.table.as_str()])),
            code: None,
        },
        expected: change.expected,
        actual: actual(counts, change.touched),
        columns_left: columns.len().saturating_sub(NAMED),
        columns: columns
            .into_iter()
            .take(NAMED)
            .map(|(column, rows)| Shown::line(format!("{column} {rows}")))
            .collect(),
        left: changed.saturating_sub(rows.len() as u64),
        rows,
    }
}
