//! The previews alone, as SQL that can be pasted into a shell: everything that is not a SELECT is a comment.

use super::{Layout, MigrationReport, PreviewReport, Report, StatementReport, escape, words};
use std::io::{self, Write};

pub(super) fn render(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "-- previews on {}; each shows the state just before its statement", escape::line(&report.snapshot.source))?;
    for migration in &report.migrations {
        writeln!(out, "\n-- {}", escape::line(&migration.path))?;
        let mut shown = 0;
        for statement in &migration.statements {
            shown += usize::from(one(statement, layout, out)?);
        }
        if shown == 0 {
            writeln!(out, "-- holds no UPDATE, DELETE or INSERT from a query")?;
        }
        ending(migration, out)?;
    }
    Ok(())
}

/// One statement; whether it was an UPDATE, a DELETE, or an INSERT from a query.
fn one(statement: &StatementReport, layout: Layout, out: &mut dyn Write) -> io::Result<bool> {
    let has_preview = statement.run.as_ref().is_some_and(|run| run.preview.is_some() || run.no_preview.is_some());
    if !matches!(statement.kind.as_str(), "update" | "delete") && !has_preview {
        return Ok(false);
    }
    let table = statement.table.as_deref().map(escape::line).unwrap_or_default();
    let head = format!("-- statement {} at line {}: {} {table}", statement.index, statement.line, statement.kind);
    let run = statement.run.as_ref();
    match (run.and_then(|r| r.preview.as_ref()), run.and_then(|r| r.no_preview.as_ref())) {
        (Some(preview), _) => {
            writeln!(out, "\n{head}: {}", words::matched(preview))?;
            for (at, subquery) in preview.subqueries.iter().enumerate() {
                writeln!(out, "--   {}", words::subquery(Some(at + 1), subquery, preview))?;
            }
            writeln!(out, "{}", escape::block(&preview.run.sql))?;
            samples(preview, layout, out)?;
        }
        (None, Some(reason)) => writeln!(out, "\n{head}: no preview, {}", escape::line(reason))?,
        (None, None) => writeln!(out, "\n{head}: not reached")?,
    }
    Ok(true)
}

fn samples(preview: &PreviewReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for row in preview.run.samples.iter().take(layout.samples) {
        let cells: Vec<String> =
            preview.run.columns.iter().zip(row).map(|(name, value)| format!("{} = {}", escape::line(name), escape::cell(value))).collect();
        writeln!(out, "--   {}", cells.join(", "))?;
    }
    let left = preview.run.rows.saturating_sub(preview.run.samples.len().min(layout.samples) as u64);
    if left > 0 && layout.samples > 0 {
        writeln!(out, "--   … and {left} more")?;
    }
    Ok(())
}

fn ending(migration: &MigrationReport, out: &mut dyn Write) -> io::Result<()> {
    match &migration.error {
        Some(error) => writeln!(out, "\n-- the migration fails here: {}", escape::line(&error.message)),
        None => Ok(()),
    }
}
