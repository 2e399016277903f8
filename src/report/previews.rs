//! The previews alone, as SQL that can be pasted into a shell: everything that is not a SELECT is a
//! comment.

use super::evidence::{Evidence, Migration, Preview, Statement};
use super::{escape, words};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "-- previews on {}; each shows the state just before its statement",
        escape::line(&evidence.snapshot.source)
    )?;
    for migration in &evidence.migrations {
        writeln!(out, "\n-- {}", escape::line(&migration.path))?;
        let mut shown = 0;
        for statement in &migration.statements {
            shown += usize::from(one(migration, statement, evidence.options.samples, out)?);
        }
        if shown == 0 {
            writeln!(out, "-- holds no UPDATE, DELETE or INSERT from a query")?;
        }
        ending(migration, out)?;
    }
    Ok(())
}

/// One statement; whether it was an UPDATE, a DELETE, or an INSERT from a query.
fn one(
    migration: &Migration,
    statement: &Statement,
    shown: usize,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let has_preview = statement.preview.is_some() || statement.no_preview.is_some();
    if !matches!(statement.kind.as_str(), "update" | "delete") && !has_preview {
        return Ok(false);
    }
    let table = statement
        .table
        .as_deref()
        .map(escape::line)
        .unwrap_or_default();
    let head = format!(
        "-- statement {} at line {}: {} {table}",
        statement.index, statement.line, statement.kind
    );
    match (&statement.preview, &statement.no_preview) {
        (Some(preview), _) => {
            writeln!(out, "\n{head}: {}", words::matched(preview, migration))?;
            for (at, subquery) in preview.subqueries.iter().enumerate() {
                writeln!(
                    out,
                    "--   {}",
                    words::subquery(Some(at + 1), subquery, preview, migration)
                )?;
            }
            writeln!(out, "{}", escape::block(&preview.sql))?;
            samples(preview, shown, out)?;
        }
        (None, Some(reason)) => writeln!(out, "\n{head}: no preview, {}", escape::line(reason))?,
        (None, None) => writeln!(out, "\n{head}: not reached")?,
    }
    Ok(true)
}

fn samples(preview: &Preview, shown: usize, out: &mut dyn Write) -> io::Result<()> {
    for row in &preview.samples {
        let cells: Vec<String> = row
            .iter()
            .map(|(name, cell)| format!("{} = {}", escape::line(name), escape::cell(cell)))
            .collect();
        writeln!(out, "--   {}", cells.join(", "))?;
    }
    let left = preview.rows.saturating_sub(preview.samples.len() as u64);
    if left > 0 && shown > 0 {
        writeln!(out, "--   … and {left} more")?;
    }
    Ok(())
}

fn ending(migration: &Migration, out: &mut dyn Write) -> io::Result<()> {
    match &migration.error {
        Some(error) => writeln!(
            out,
            "\n-- the migration fails here: {}",
            escape::line(&error.message)
        ),
        None => Ok(()),
    }
}
