//! The changes as a report tells them: each once, in cells of the checks' own.

use super::oracle::Row;
use super::value::Value;
use harness::change::Counts;
use harness::record::{self, Op, Sample};

/// One reported change, names folded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Change {
    pub(super) op: Op,
    pub(super) key: Row,
    pub(super) before: Row,
    pub(super) after: Row,
}

/// Whether a table has the tenant column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenancy {
    /// in each state, or in neither
    InEach,
    /// only before, or only after: every row is its tenant's throughout
    InOne,
}

/// Deleting and inserting the same primary key is an update.
pub(super) fn no_key_comes_and_goes(changes: &[Change]) -> Result<(), String> {
    let whole =
        |change: &&Change| !change.key.is_empty() && !change.key.values().any(Value::is_null);
    let inserted: Vec<&Row> = changes
        .iter()
        .filter(|c| c.op == Op::Insert)
        .filter(whole)
        .map(|c| &c.key)
        .collect();
    let both = changes
        .iter()
        .filter(|c| c.op == Op::Delete)
        .filter(whole)
        .find(|c| inserted.contains(&&c.key));
    both.map_or(Ok(()), |c| {
        Err(format!(
            "the same key is deleted and inserted: {}",
            spelled(&c.key)
        ))
    })
}

pub(super) fn spelled<'a>(cells: impl IntoIterator<Item = (&'a String, &'a Value)>) -> String {
    cells
        .into_iter()
        .map(|(name, value)| format!("{name} {}", value.literal()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The changes as a failing case shows them.
pub(super) fn listed(reports: &[&record::Change]) -> String {
    let cells = |cells: &record::Row| spelled(&row(cells, &str::to_owned));
    let change = |c: &Sample| {
        format!(
            "\n  {:?} [{}]: {} -> {}",
            c.op,
            cells(&c.key),
            cells(&c.before),
            cells(&c.after)
        )
    };
    reports
        .iter()
        .flat_map(|r| &r.samples)
        .map(change)
        .collect::<Vec<_>>()
        .concat()
}

/// The rows that are reported to have changed, by operation.
pub(super) fn changed(change: &record::Change) -> Counts {
    let record::Change {
        insert,
        update,
        delete,
        ..
    } = *change;
    Counts {
        insert,
        update,
        delete,
    }
}

fn row(cells: &record::Row, name: &dyn Fn(&str) -> String) -> Row {
    cells
        .iter()
        .map(|(column, cell)| (name(column), Value::from(cell)))
        .collect()
}

/// Each reported change once: that of a row which moved to another tenant is reported under both.
pub(super) fn changes(
    reports: &[&record::Change],
    name: &dyn Fn(&str) -> String,
    tenancy: Tenancy,
) -> Result<Vec<Change>, String> {
    let change = |c: &Sample| Change {
        op: c.op,
        key: row(&c.key, name),
        before: row(&c.before, name),
        after: row(&c.after, name),
    };
    for report in reports {
        let of = |op| report.samples.iter().filter(|c| c.op == op).count() as u64;
        let changed = changed(report);
        if changed.by_op().into_iter().any(|(op, n)| n != of(op))
            || report.touched < changed.total()
        {
            return Err("the counts are not those of the rows".to_owned());
        }
        let sets = |c: &Sample, column: &String| {
            c.op == Op::Update && (c.before.contains_key(column) || c.after.contains_key(column))
        };
        let updating =
            |column: &String| report.samples.iter().filter(|c| sets(c, column)).count() as u64;
        if report
            .columns
            .iter()
            .any(|(column, n)| updating(column) != *n)
        {
            return Err(format!(
                "the columns are not those of the rows: {:?}",
                report.columns
            ));
        }
    }
    let all = reports.iter().flat_map(|r| &r.samples).map(change);
    let (mut moved, mut stayed): (Vec<Change>, Vec<Change>) = all.partition(|c| {
        c.op == Op::Update
            && tenancy == Tenancy::InEach
            && (c.before.contains_key("org") || c.after.contains_key("org"))
    });
    moved.sort();
    for pair in moved.chunks(2) {
        match pair {
            [one, other] if one == other => stayed.push(one.clone()),
            _ => {
                return Err(format!(
                    "a row that moved is not reported under both tenants: {pair:?}"
                ));
            }
        }
    }
    Ok(stayed)
}
