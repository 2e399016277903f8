//! Redacted cells: numbers in the place of hidden values, equal where the values are.
//!
//! A hidden value may be in other columns too: the statement that writes one may write it
//! elsewhere, which no name tells. So a column is hidden as well where a cell of it is, or holds, a
//! value that is hidden in the samples of the same migration.

use super::{Cell, Migration, Row};
use crate::hidden::{Hidden, Numbers};
use crate::verdict::Case;
use std::collections::BTreeSet;

/// Bytes of the shortest text that is looked for within others.
const SHORTEST: usize = 4;

/// Samples of rows that have the same columns.
struct SampleGroup<'r> {
    /// the columns of which no value is shown
    hidden: BTreeSet<String>,
    samples: Vec<Vec<(&'r String, &'r mut Cell)>>,
}

/// Redacts the cells that the case hides.
pub(super) fn cells(case: Case<'_>, hidden: &Hidden, record: &mut Migration) {
    if hidden.is_nothing() {
        return;
    }
    let mut groups = groups(case, hidden, record);
    // Where all values are hidden, only keys are left, which stay.
    if !hidden.is_everything() {
        let secrets: BTreeSet<Vec<u8>> = groups.iter().flat_map(SampleGroup::secrets).collect();
        for group in &mut groups {
            group.hide(|_, cell| is_echo(cell, &secrets));
        }
    }
    groups.into_iter().for_each(SampleGroup::redact);
    answers(case, hidden, record);
}

/// Redacts the answers of the invariants that ask for what the case hides.
fn answers(case: Case<'_>, hidden: &Hidden, record: &mut Migration) {
    let declared = case.scope.iter();
    let declared = declared.flat_map(|scope| &scope.expected.invariants);
    let recorded = record.scope.iter_mut();
    let recorded = recorded.flat_map(|scope| &mut scope.invariants);
    for (declared, invariant) in declared.zip(recorded) {
        if hidden.answer(&declared.sql) {
            number(invariant.cells_mut());
        }
    }
}

fn number<'r>(cells: impl Iterator<Item = &'r mut Cell>) {
    let mut numbers = Numbers::default();
    cells.for_each(|cell| cell.redact(&mut numbers));
}

/// The samples of changes and previews.
fn groups<'r>(case: Case<'_>, hidden: &Hidden, record: &'r mut Migration) -> Vec<SampleGroup<'r>> {
    let changes = record.changes.iter_mut().map(|change| {
        let samples = change.samples.iter_mut();
        let samples = samples.map(|sample| sample.cells_mut().collect());
        let mut group = SampleGroup {
            hidden: BTreeSet::new(),
            samples: samples.collect(),
        };
        group.hide(|column, _| hidden.column(&change.table, column));
        group
    });
    let previews = record.statements.iter_mut().filter_map(|statement| {
        let run = case.rehearsal.statement(statement.index)?;
        let run = run.preview.as_ref()?.as_ref().ok()?;
        let own = case.migration.statement(statement.index)?;
        let flags = hidden.result_columns(own, case.migration.sql(own), run);
        SampleGroup::of_rows(&mut statement.preview.as_mut()?.samples, flags)
    });
    changes.chain(previews).collect()
}

impl<'r> SampleGroup<'r> {
    /// Rows of results, and for each column whether it is hidden; none where there is no row.
    fn of_rows(rows: &'r mut [Row], flags: Vec<bool>) -> Option<Self> {
        let names = rows.first()?.keys().cloned().zip(flags);
        let hidden = names.filter(|(_, is_hidden)| *is_hidden);
        Some(Self {
            hidden: hidden.map(|(name, _)| name).collect(),
            samples: rows
                .iter_mut()
                .map(|row| row.iter_mut().collect())
                .collect(),
        })
    }

    /// Hides the columns of the cells that are to be.
    fn hide(&mut self, is_hidden: impl Fn(&str, &Cell) -> bool) {
        let cells = self.samples.iter().flatten();
        let found = cells.filter(|(name, cell)| is_hidden(name, cell));
        self.hidden.extend(found.map(|(name, _)| (*name).clone()));
    }

    /// The hidden values that are long enough to be told from others.
    fn secrets(&self) -> impl Iterator<Item = Vec<u8>> {
        let cells = self.samples.iter().flatten();
        let hidden = cells.filter(|(name, _)| self.hidden.contains(*name));
        let bytes = hidden.filter_map(|(_, cell)| cell.bytes());
        bytes
            .filter(|bytes| bytes.len() >= SHORTEST)
            .map(<[u8]>::to_vec)
    }

    fn redact(self) {
        for sample in self.samples {
            let hidden = sample
                .into_iter()
                .filter(|(name, _)| self.hidden.contains(*name));
            number(hidden.map(|(_, cell)| cell));
        }
    }
}

/// Whether a cell is or holds a secret.
fn is_echo(cell: &Cell, secrets: &BTreeSet<Vec<u8>>) -> bool {
    let holds = |held: &[u8], secret: &[u8]| held.windows(secret.len()).any(|part| part == secret);
    cell.bytes()
        .is_some_and(|held| secrets.iter().any(|secret| holds(held, secret)))
}
