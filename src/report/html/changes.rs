//! Before → after: the sampled rows of each table, by what happened to them and by their owners.

use super::migration::Maker;
use super::shown::{cell, list, pair, pair_row};
use crate::record::{Change, Counts, Op, Row, Sample};
use crate::report::phrases;
use indexmap::IndexSet;
use minijinja::{Value, context};

/// What happened to rows, in the order of their sample tables.
const OPS: [Op; 3] = [Op::Update, Op::Delete, Op::Insert];

/// Columns of a sample table at most.
const COLUMNS: usize = 40;

/// Owners of one table that are shown at most, with or without their rows.
const OWNERS: usize = 60;

/// Changed columns of one owner's rows that are named at most.
const NAMED: usize = 20;

/// Rows of one owner at most.
const ROWS: usize = 100;

impl Maker<'_> {
    /// The changes, table by table in the order of the grid.
    pub(super) fn changes(&mut self) -> Value {
        let (all, tables) = (&self.migration.changes, self.migration.tables.iter());
        list(tables.filter_map(|table| {
            let name = table.table.as_str();
            let changes: Vec<&Change> = all.iter().filter(|c| c.table == name).collect();
            (!changes.is_empty()).then(|| self.changes_of(name, changes))
        }))
    }

    /// The changes of one table.
    fn changes_of(&mut self, table: &str, mut changes: Vec<&Change>) -> Value {
        changes.sort_by_key(|change| change.expected);
        let most = self.budget.groups.take(changes.len().min(OWNERS));
        let left = changes.split_off(most).len();
        let filter = self.filters.one(self.migration, None, Some(table));
        let ops = list(OPS.into_iter().filter_map(|op| self.op_table(op, &changes)));
        // Those whose rows were written and have no sample here.
        let others = changes
            .iter()
            .filter(|change| change.samples.is_empty())
            .map(|change| self.owner_changes(change, None, Vec::new()));
        context! { table, filter, ops, others => list(others), left }
    }

    /// The rows of one table that the same happened to.
    fn op_table(&mut self, op: Op, changes: &[&Change]) -> Option<Value> {
        let samples = changes.iter().map(|change| (*change, of_op(change, op)));
        let samples: Vec<_> = samples.filter(|(_, samples)| !samples.is_empty()).collect();
        if samples.is_empty() {
            return None;
        }
        let (key, mut columns) = columns(op, &samples);
        let left = columns.len().saturating_sub(COLUMNS);
        columns.truncate(COLUMNS);
        let width = key.len() + columns.len();
        let group = |(change, samples): &Sampled| {
            let most = self.budget.cells.take_rows(samples.len().min(ROWS), width);
            let rows = samples[..most]
                .iter()
                .map(|sample| row(sample, &key, &columns))
                .collect();
            self.owner_changes(change, Some(op), rows)
        };
        let groups = list(samples.iter().map(group));
        Some(context! {
            op => op.word(),
            key => list(key),
            columns => list(columns),
            // How many columns more there are.
            left,
            // Columns of its table.
            width,
            groups,
        })
    }

    /// The rows of an owner: those shown, of the operation or of all.
    fn owner_changes(&mut self, change: &Change, op: Option<Op>, rows: Vec<Value>) -> Value {
        let changed = Counts {
            insert: change.insert,
            update: change.update,
            delete: change.delete,
        };
        let tenant = change.tenant.as_deref();
        let named = change.columns.iter().filter(|_| op == Some(Op::Update));
        let columns = named.clone().take(NAMED);
        let columns = columns.map(|(column, rows)| format!("{column} {rows}"));
        let all = op.map_or(0, |op| changed.of(op));
        context! {
            owner => &change.described,
            filter => self.filters.one(self.migration, tenant, Some(&change.table)),
            expected => change.expected,
            actual => phrases::actual(changed, change.touched),
            // `point_name 6`
            columns => list(columns),
            columns_left => named.count().saturating_sub(NAMED),
            // How many rows more there are.
            left => all.saturating_sub(rows.len() as u64),
            rows,
        }
    }
}

/// The changes of an owner, and the samples of one operation.
type Sampled<'a> = (&'a Change, Vec<&'a Sample>);

fn of_op(change: &Change, op: Op) -> Vec<&Sample> {
    change
        .samples
        .iter()
        .filter(|sample| sample.op == op)
        .collect()
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

/// A row: what it is known by, and its cells before and after; of a column that an update left alone,
/// neither.
fn row(sample: &Sample, key: &[&str], columns: &[&str]) -> Value {
    let cells = columns.iter();
    pair_row(
        key.iter().map(|name| cell(&sample.key, name)),
        cells.map(|name| pair(sample.before.get(*name), sample.after.get(*name))),
    )
}
