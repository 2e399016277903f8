//! The first rows of a preview: what a row is known by, and each assigned column before and after;
//! of a statement that assigns none, all columns.

use super::budget::Budget;
use super::shown::{cell, pair};
use crate::report::evidence::{self, Preview};
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
    rows: Vec<SampleRow>,
    left: u64,
}

#[derive(Debug, Serialize)]
struct SampleRow {
    key: Vec<String>,
    cells: Vec<(Option<String>, String)>,
}

/// A column: its name, and those of its result columns.
struct SampleColumn<'a> {
    name: &'a str,
    before: Option<&'a str>,
    after: &'a str,
}

impl<'a> Samples<'a> {
    /// Those of a preview that has some.
    pub(super) fn new(preview: &'a Preview, budget: &mut Budget) -> Option<Self> {
        let all = columns(preview, preview.samples.first()?);
        let key = &preview.key;
        let shown = &all[..all.len().min(COLUMNS)];
        let width = key.len() + shown.len();
        let most = budget
            .cells
            .take_rows(preview.samples.len().min(ROWS), width);
        let row = |row: &evidence::Row| SampleRow {
            key: key
                .iter()
                .map(|name| cell(row, name).unwrap_or_default())
                .collect(),
            cells: shown.iter().map(|column| cells(row, column)).collect(),
        };
        let rows: Vec<SampleRow> = preview.samples[..most].iter().map(row).collect();
        Some(Self {
            key,
            columns: shown.iter().map(|column| column.name).collect(),
            columns_left: all.len() - shown.len(),
            left: preview.rows.saturating_sub(rows.len() as u64),
            rows,
        })
    }
}

fn columns<'a>(preview: &'a Preview, first: &'a evidence::Row) -> Vec<SampleColumn<'a>> {
    let assigned = preview.assigned.iter().map(|assigned| SampleColumn {
        name: &assigned.column,
        before: Some(&assigned.before),
        after: &assigned.after,
    });
    let is_other = |name: &&String| preview.assigned.is_empty() && !preview.key.contains(name);
    let others = first.keys().filter(is_other).map(|name| SampleColumn {
        name,
        before: None,
        after: name,
    });
    assigned.chain(others).collect()
}

/// A cell before, where it differs, and after.
fn cells(row: &evidence::Row, column: &SampleColumn) -> (Option<String>, String) {
    let before = column.before.and_then(|name| row.get(name));
    match before.zip(row.get(column.after)) {
        Some((before, after)) if before != after => {
            let (before, after) = pair(before, after);
            (Some(before), after)
        }
        _ => (None, cell(row, column.after).unwrap_or_default()),
    }
}
