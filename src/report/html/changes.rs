//! Before → after: the sampled rows of each table, by what happened to them and by their owners.

use super::filters::Filter;
use super::migration::Maker;
use super::shown::{PairRow, cell, pair};
use crate::record::{Change, Counts, Op, Row, Sample};
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
    op: Op,
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
    /// of a column that an update left alone, neither cell is there
    rows: Vec<PairRow>,
    /// how many rows more there are
    left: u64,
}

impl<'a> Maker<'a, '_> {
    /// The changes, table by table in the order of the grid.
    pub(super) fn changes(&mut self) -> Vec<Changes<'a>> {
        let all = &self.migration.changes;
        let tables = self.migration.tables.iter().filter_map(|table| {
            let name = table.table.as_str();
            let changes: Vec<&Change> = all.iter().filter(|c| c.table == name).collect();
            (!changes.is_empty()).then(|| self.changes_of(name, changes))
        });
        tables.collect()
    }

    fn changes_of(&mut self, table: &'a str, mut changes: Vec<&'a Change>) -> Changes<'a> {
        changes.sort_by_key(|change| change.expected);
        let most = self.budget.groups.take(changes.len().min(OWNERS));
        let left = changes.split_off(most).len();
        let filter = self.filters.one(self.migration, None, Some(table));
        let ops = [Op::Update, Op::Delete, Op::Insert]
            .into_iter()
            .filter_map(|op| self.op_table(op, &changes))
            .collect();
        let others = changes.iter().filter(|change| change.samples.is_empty());
        Changes {
            table,
            filter,
            ops,
            others: others
                .map(|change| self.owner_changes(change, None, Vec::new()))
                .collect(),
            left,
        }
    }

    fn op_table(&mut self, op: Op, changes: &[&'a Change]) -> Option<OpTable<'a>> {
        let samples = changes.iter().map(|change| (*change, of_op(change, op)));
        let samples: Vec<_> = samples.filter(|(_, samples)| !samples.is_empty()).collect();
        if samples.is_empty() {
            return None;
        }
        let (key, mut columns) = columns(op, &samples);
        let left = columns.len().saturating_sub(COLUMNS);
        columns.truncate(COLUMNS);
        let width = key.len() + columns.len();
        let group = |(change, samples): &Sampled<'a>| {
            let most = self.budget.cells.take_rows(samples.len().min(ROWS), width);
            let shown = samples[..most].iter();
            let rows = shown.map(|sample| row(sample, &key, &columns)).collect();
            self.owner_changes(change, Some(op), rows)
        };
        let groups = samples.iter().map(group).collect();
        Some(OpTable {
            op,
            key,
            columns,
            left,
            width: width + usize::from(left > 0),
            groups,
        })
    }

    /// The rows of an owner: those shown, of the operation or of all.
    fn owner_changes(
        &mut self,
        change: &'a Change,
        op: Option<Op>,
        rows: Vec<PairRow>,
    ) -> OwnerChanges<'a> {
        let changed = Counts {
            insert: change.insert,
            update: change.update,
            delete: change.delete,
        };
        let tenant = change.tenant.as_deref();
        let named = change.columns.iter().filter(|_| op == Some(Op::Update));
        let spelled = named
            .clone()
            .map(|(column, rows)| format!("{column} {rows}"));
        let all = op.map_or(0, |op| changed.of(op));
        OwnerChanges {
            owner: &change.described,
            filter: self
                .filters
                .one(self.migration, tenant, Some(&change.table)),
            expected: change.expected,
            actual: phrases::actual(changed, change.touched),
            columns: spelled.take(NAMED).collect(),
            columns_left: named.count().saturating_sub(NAMED),
            left: all.saturating_sub(rows.len() as u64),
            rows,
        }
    }
}

/// The changes of an owner, and the samples of one operation.
type Sampled<'a> = (&'a Change, Vec<&'a Sample>);

fn of_op(change: &Change, op: Op) -> Vec<&Sample> {
    let samples = change.samples.iter();
    samples.filter(|sample| sample.op == op).collect()
}

/// The columns that name a row, and those that are shown before and after.
fn columns<'a>(op: Op, samples: &[Sampled<'a>]) -> (Vec<&'a str>, Vec<&'a str>) {
    let all = || samples.iter().flat_map(|(_, samples)| samples);
    let key = names(all().map(|sample| &sample.key));
    let mut columns = names(all().flat_map(|sample| [&sample.before, &sample.after]));
    columns.retain(|column| op == Op::Update || !key.contains(column));
    (key, columns)
}

/// The names of columns that rows have, each once, in the order in which they are met.
fn names<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a str> {
    let names: IndexSet<&String> = rows.flat_map(Row::keys).collect();
    names.into_iter().map(String::as_str).collect()
}

fn row(sample: &Sample, key: &[&str], columns: &[&str]) -> PairRow {
    let columns = columns.iter();
    PairRow {
        key: key.iter().map(|name| cell(&sample.key, name)).collect(),
        cells: columns
            .map(|name| pair(sample.before.get(*name), sample.after.get(*name)))
            .collect(),
    }
}
