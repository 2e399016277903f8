//! The previews alone, as SQL that can be pasted into a shell: everything that is not a SELECT is a
//! comment.

use super::kinds::Kind;
use super::{escape, phrases};
use crate::record::{Evidence, Migration, Row, Statement};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let title = phrases::previews_of(&evidence.snapshot);
    writeln!(out, "-- {}", escape::line(&title))?;
    for migration in &evidence.migrations {
        writeln!(out, "\n-- {}", escape::line(&migration.path))?;
        let mut with_preview = migration
            .statements
            .iter()
            .filter(|s| may_have_preview(s))
            .peekable();
        if with_preview.peek().is_none() {
            writeln!(out, "-- {}", phrases::NO_PREVIEWS)?;
        }
        with_preview.try_for_each(|statement| one(migration, statement, out))?;
        if let Some(error) = &migration.error {
            let error = escape::line(&phrases::fails_here(error));
            writeln!(out, "\n-- {error}")?;
        }
    }
    Ok(())
}

/// Whether a statement is an UPDATE, a DELETE, or an INSERT from a query.
fn may_have_preview(statement: &Statement) -> bool {
    let has_preview = statement.preview.is_some() || statement.no_preview.is_some();
    has_preview || matches!(Kind::of(statement), Kind::Update | Kind::Delete)
}

fn one(migration: &Migration, statement: &Statement, out: &mut dyn Write) -> io::Result<()> {
    let (index, line) = (statement.index, statement.line);
    let target = phrases::target(statement);
    let found = phrases::previewed(migration, statement);
    let head = format!("statement {index} at line {line}: {target}: {found}");
    writeln!(out, "\n-- {}", escape::line(&head))?;
    let Some(preview) = &statement.preview else {
        return Ok(());
    };
    for (at, subquery) in preview.subqueries.iter().enumerate() {
        let line = phrases::subquery(Some(at + 1), subquery, preview, migration).to_string();
        writeln!(out, "--   {}", escape::line(&line))?;
    }
    writeln!(out, "{}", escape::block(&preview.sql))?;
    for row in &preview.samples {
        writeln!(out, "--   {}", cells(row))?;
    }
    let more = phrases::more_rows(preview);
    more.map_or(Ok(()), |more| writeln!(out, "--   {more}"))
}

/// `id = 7, name = 'Solar Local'`
fn cells(row: &Row) -> String {
    let cell =
        |(name, cell): (&String, _)| format!("{} = {}", escape::line(name), escape::cell(cell));
    row.iter().map(cell).collect::<Vec<_>>().join(", ")
}
