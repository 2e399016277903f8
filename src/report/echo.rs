//! Hidden values that stand in other columns too: the statement that writes one may write it
//! elsewhere, which no name tells. So a column of which a sample is, or holds, a value that is
//! hidden in the same migration's samples, is hidden as well.

use super::MigrationReport;
use crate::sql::Value;
use std::collections::BTreeSet;

/// Bytes of the shortest text that is looked for within others.
const SHORTEST: usize = 4;

/// Hides the columns of the samples that hold hidden values.
pub(super) fn hide(report: &mut MigrationReport) {
    let secrets = secrets(report);
    if secrets.is_empty() {
        return;
    }
    for change in &mut report.changes {
        let cells = change
            .samples
            .iter()
            .flat_map(|row| row.key.iter().chain(&row.before).chain(&row.after));
        let found = cells
            .filter(|(_, value)| is_echo(value, &secrets))
            .map(|(column, _)| column.clone());
        change.hidden.extend(found.collect::<Vec<_>>());
    }
    for preview in report
        .statements
        .iter_mut()
        .filter_map(|s| s.run.as_mut()?.preview.as_mut())
    {
        for row in &preview.run.samples {
            let echoes = preview
                .hidden
                .iter_mut()
                .zip(row)
                .filter(|(_, value)| is_echo(value, &secrets));
            echoes.for_each(|(hidden, _)| *hidden = true);
        }
    }
}

/// The hidden values of all samples that are long enough to be told from others.
fn secrets(report: &MigrationReport) -> BTreeSet<Value> {
    let mut found = BTreeSet::new();
    for change in &report.changes {
        let cells = change
            .samples
            .iter()
            .flat_map(|row| row.key.iter().chain(&row.before).chain(&row.after));
        found.extend(
            cells
                .filter(|(column, _)| change.hidden.contains(column))
                .map(|(_, value)| value.clone()),
        );
    }
    for preview in report
        .statements
        .iter()
        .filter_map(|s| s.run.as_ref()?.preview.as_ref())
    {
        let cells = preview
            .run
            .samples
            .iter()
            .flat_map(|row| row.iter().zip(&preview.hidden));
        found.extend(
            cells
                .filter(|(_, hidden)| **hidden)
                .map(|(value, _)| value.clone()),
        );
    }
    found.retain(|value| bytes(value).is_some_and(|bytes| bytes.len() >= SHORTEST));
    found
}

fn is_echo(value: &Value, secrets: &BTreeSet<Value>) -> bool {
    let Some(held) = bytes(value) else {
        return false;
    };
    secrets
        .iter()
        .filter_map(bytes)
        .any(|secret| held.windows(secret.len()).any(|part| part == secret))
}

/// Text and BLOBs; numbers are no secrets of another's.
fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Text(bytes) | Value::Blob(bytes) => Some(bytes),
        Value::Null | Value::Integer(_) | Value::Real(_) => None,
    }
}
