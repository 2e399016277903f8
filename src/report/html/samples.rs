//! The first rows of a preview: what a row is known by, and each assigned column before and after;
//! of a statement that assigns none, all columns.

use super::migration::Maker;
use super::shown::{PairRow, cell, pair};
use crate::record::{Preview, Row};
use serde::Serialize;

/// Rows of one preview at most.
const ROWS: usize = 100;

/// Columns of one preview's rows at most.
const COLUMNS: usize = 40;

/// Rows of a preview.
#[derive(Debug, Serialize)]
pub(super) struct Samples<'a> {
    key: &'a [String],
    columns: Vec<&'a str>,
    columns_left: usize,
    /// of a cell that keeps its value, the one before is not there
    rows: Vec<PairRow>,
    left: u64,
}

impl<'a> Maker<'a, '_> {
    /// Those of a preview that has some.
    pub(super) fn samples(&mut self, preview: &'a Preview) -> Option<Samples<'a>> {
        let mut columns = columns(preview, preview.samples.first()?);
        let columns_left = columns.len().saturating_sub(COLUMNS);
        columns.truncate(COLUMNS);
        let width = preview.key.len() + columns.len();
        let most = preview.samples.len().min(ROWS);
        let most = self.budget.cells.take_rows(most, width);
        let row = |row: &Row| PairRow {
            key: preview.key.iter().map(|name| cell(row, name)).collect(),
            cells: columns
                .iter()
                .map(|[_, before, after]| {
                    let after = row.get(*after);
                    pair(
                        row.get(*before)
                            .filter(|before| after.is_some_and(|after| after != *before)),
                        after,
                    )
                })
                .collect(),
        };
        Some(Samples {
            key: &preview.key,
            rows: preview.samples[..most].iter().map(row).collect(),
            columns: columns.iter().map(|[name, ..]| *name).collect(),
            columns_left,
            left: preview.rows.saturating_sub(most as u64),
        })
    }
}

/// The name of each column, and of the result columns that have its cells before and after.
fn columns<'a>(preview: &'a Preview, first: &'a Row) -> Vec<[&'a str; 3]> {
    if preview.assigned.is_empty() {
        let others = first.keys().filter(|name| !preview.key.contains(name));
        return others.map(|name| [name.as_str(); 3]).collect();
    }
    let assigned = preview.assigned.iter();
    assigned
        .map(|a| [&*a.column, &*a.before, &*a.after])
        .collect()
}
