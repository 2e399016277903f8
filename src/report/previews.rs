//! The previews alone, as SQL that can be pasted into a shell: everything that is not a SELECT is a
//! comment.

use super::evidence::{Evidence, Migration, Preview, Statement};
use super::kinds::Kind;
use super::{escape, phrases};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let title = phrases::previews_of(&evidence.snapshot);
    writeln!(out, "-- {}", escape::line(&title))?;
    for migration in &evidence.migrations {
        writeln!(out, "\n-- {}", escape::line(&migration.path))?;
        let mut with_preview = migration
            .statements
            .iter()
            .filter(|statement| may_have_preview(statement))
            .peekable();
        if with_preview.peek().is_none() {
            writeln!(out, "-- {}", phrases::NO_PREVIEWS)?;
        }
        let samples = evidence.options.samples;
        with_preview.try_for_each(|statement| one(migration, statement, samples, out))?;
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

fn one(
    migration: &Migration,
    statement: &Statement,
    samples: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (index, line) = (statement.index, statement.line);
    let (target, preview) = (
        phrases::target(statement),
        phrases::previewed(migration, statement),
    );
    let head = format!("statement {index} at line {line}: {target}: {preview}");
    writeln!(out, "\n-- {}", escape::line(&head))?;
    let Some(preview) = &statement.preview else {
        return Ok(());
    };
    for (at, subquery) in preview.subqueries.iter().enumerate() {
        let line = phrases::subquery(Some(at + 1), subquery, preview, migration).to_string();
        writeln!(out, "--   {}", escape::line(&line))?;
    }
    writeln!(out, "{}", escape::block(&preview.sql))?;
    rows(preview, samples, out)
}

fn rows(preview: &Preview, samples: usize, out: &mut dyn Write) -> io::Result<()> {
    for row in &preview.samples {
        let cells: Vec<String> = row
            .iter()
            .map(|(name, cell)| format!("{} = {}", escape::line(name), escape::cell(cell)))
            .collect();
        writeln!(out, "--   {}", cells.join(", "))?;
    }
    match preview.rows.saturating_sub(preview.samples.len() as u64) {
        left if left > 0 && samples > 0 => writeln!(out, "--   {}", phrases::and_more(left)),
        _ => Ok(()),
    }
}
