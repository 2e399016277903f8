//! Changed rows in the terminal report that no UPDATE wrote: those of a rebuild, of a column that is gone,
//! of a DELETE and an INSERT of one key. Statements show the others.

use crate::record::{Change, Migration, Op, Row, Sample};
use crate::report::escape;
use crate::report::kinds::Kind;
use crate::report::page::Page;

/// Rows of one table that are shown.
const ROWS: usize = 3;

/// The tables with such rows, each with its columns and the first rows.
pub(super) fn rows(migration: &Migration, page: &mut Page) {
    let is_unseen = |change: &&Change| change.update > 0 && !is_updated(migration, &change.table);
    let changes: Vec<&Change> = migration.changes.iter().filter(is_unseen).collect();
    if !changes.is_empty() {
        page.heading("Changed rows");
    }
    for same in changes.chunk_by(|one, other| one.table == other.table) {
        let table = escape::line(&same[0].table);
        for change in same {
            let columns = change.columns.iter();
            let columns = columns.map(|(column, rows)| format!("{column} in {rows}"));
            let columns = columns.collect::<Vec<_>>().join(", ");
            let whose = &change.described;
            page.text(&format!("{table}, {whose}: {columns}"), ["  ", "    "]);
            let updated = |sample: &&Sample| sample.op == Op::Update;
            for sample in change.samples.iter().filter(updated).take(ROWS) {
                page.text(&row(sample), ["      ", "        "]);
            }
        }
    }
}

/// Whether a statement updates a table, itself or by what it fires.
fn is_updated(migration: &Migration, table: &str) -> bool {
    migration.statements.iter().any(|statement| {
        let is_own =
            Kind::of(statement) == Kind::Update && statement.table.as_deref() == Some(table);
        let mut paths = statement.paths.iter();
        is_own || paths.any(|path| path.op == Op::Update && path.table == table)
    })
}

/// `id 3: name 'a' → 'A'`
fn row(sample: &Sample) -> String {
    let cells = sample.key.iter();
    let key = cells.map(|(column, cell)| format!("{column} {}", escape::cell(cell)));
    let key = key.collect::<Vec<_>>().join(", ");
    let columns = sample.before.keys().chain(sample.after.keys());
    let mut columns: Vec<&String> = columns.collect();
    columns.sort();
    columns.dedup();
    let side = |cells: &Row, column: &String| {
        cells
            .get(column)
            .map_or_else(|| "none".to_owned(), escape::cell)
    };
    let change = |column: &&String| {
        let (was, is) = (side(&sample.before, column), side(&sample.after, column));
        format!("{column} {was} → {is}")
    };
    let changes = columns.iter().map(change).collect::<Vec<_>>().join(", ");
    format!("{key}: {changes}")
}
