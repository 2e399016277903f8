//! The terminal report: verdict first, then expected against actual, then the statements, then the findings.
//!
//! Colour repeats what words say; the caller strips it where it is not wanted. Everything untrusted is escaped.

use super::{
    Layout, MigrationReport, PreviewReport, Report, SchemaReport, StatementReport, StatementResult, escape, excerpt, kept, table, words,
};
use crate::rehearse::Outcome;
use crate::rewrite::Assigned;
use crate::sql::Value;
use crate::verdict::checklist::Item;
use crate::verdict::{Finding, Place, Severity};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HEAD: Style = Style::new().bold();

/// Statements of one migration that are shown with preview and samples; the rest get a line each.
const DETAILED: usize = 12;

pub(super) fn render(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if let [only] = &report.migrations[..] {
        headline(only, layout, out)?;
        setting(report, layout, out)?;
        return body(only, layout, out);
    }
    let accepted = report.migrations.iter().filter(|m| m.accepted).count();
    writeln!(out, "{} — {accepted} of {} migrations accepted", verdict(report.is_accepted()), report.migrations.len())?;
    setting(report, layout, out)?;
    for migration in &report.migrations {
        writeln!(out)?;
        headline(migration, layout, out)?;
        body(migration, layout, out)?;
    }
    Ok(())
}

/// What was rehearsed on, and how.
fn setting(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |text: &str| laid_out(&format!("{DIM}{text}{DIM:#}"), "", "          ", layout, out);
    let tenants = report.snapshot.tenants.map(|n| format!(", {n} tenants")).unwrap_or_default();
    line(&format!("snapshot  {} ({} bytes{tenants})", escape::line(&report.snapshot.source), report.snapshot.bytes))?;
    let regime = report.engine.regime;
    let keys = if regime.foreign_keys { "on" } else { "off" };
    let (transaction, on_error) = (regime.transaction.word(), regime.on_error.word());
    let sqlite = report.engine.sqlite;
    line(&format!("engine    SQLite {sqlite}, foreign keys {keys}, transaction {transaction}, on error {on_error}"))?;
    if !report.severities.is_empty() {
        let each: Vec<String> = report.severities.iter().map(|(code, level)| format!("{} {}", code.id(), words::level(*level))).collect();
        line(&format!("findings  {}", each.join(", ")))?;
    }
    for warning in &report.warnings {
        laid_out(&escape::line(warning), "warning   ", "          ", layout, out)?;
    }
    Ok(())
}

fn verdict(accepted: bool) -> String {
    if accepted { format!("{GOOD}ACCEPTED{GOOD:#}") } else { format!("{BAD}REJECTED{BAD:#}") }
}

/// The verdict on one migration and the first thing that is wrong.
fn headline(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let errors: Vec<&Finding> = migration.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    let warnings = migration.findings.iter().filter(|f| f.severity == Severity::Warning).count();
    let counted = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let result = match (errors.len(), warnings) {
        (0, 0) => "within its declared scope".to_owned(),
        (0, n) => format!("within its declared scope, with {}", counted(n, "warning")),
        (n, _) => counted(n, "error"),
    };
    let head = format!("{} {HEAD}{}{HEAD:#} — {result}", verdict(migration.accepted), escape::line(&migration.name));
    laid_out(&head, "", "  ", layout, out)?;
    match errors.first() {
        Some(first) => wrapped(&first.message, "  ", "  ", layout, out),
        None => Ok(()),
    }
}

/// Everything below the verdict.
fn body(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    kept::place(migration, out)?;
    if let Some(grid) = table::render(migration, layout) {
        writeln!(out, "\n{grid}")?;
    }
    kept::kept(migration, layout, out)?;
    schema(migration, layout, out)?;
    statements(migration, layout, out)?;
    checklist(migration, layout, out)?;
    findings(migration, layout, out)?;
    suppressed(migration, layout, out)
}

/// Untrusted text of possibly several lines, escaped and wrapped to the terminal, behind an indent.
///
/// # Errors
/// What `out` gives.
pub fn wrapped(text: &str, first: &str, rest: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    laid_out(&escape::block(text.trim_end()), first, rest, layout, out)
}

/// The same of text that is escaped already and may have colours.
fn laid_out(text: &str, first: &str, rest: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut indent = first;
    for line in text.lines() {
        let width = layout.width.unwrap_or(usize::MAX).max(40);
        let lead = line.len() - line.trim_start().len();
        let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(rest).break_words(false);
        if lead > 0 || layout.width.is_none() {
            writeln!(out, "{indent}{line}")?;
        } else {
            for part in textwrap::wrap(line, options) {
                writeln!(out, "{part}")?;
            }
        }
        indent = rest;
    }
    Ok(())
}

fn schema(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.schema.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Schema{HEAD:#}")?;
    for SchemaReport { object, name, change, from, named } in &migration.schema {
        let from = from.as_ref().map(|from| format!("{} → ", escape::line(from))).unwrap_or_default();
        let aside = if *named { "" } else { ", which no statement names" };
        laid_out(&format!("{} {object} {from}{}{aside}", change.word(), escape::line(name)), "  ", "    ", layout, out)?;
    }
    Ok(())
}

fn statements(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.outcome == Outcome::NotRun {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Statements{HEAD:#}")?;
    let mut detailed = 0;
    for statement in &migration.statements {
        let (lead, what) = heading(statement);
        laid_out(&what, &lead, &" ".repeat(lead.len()), layout, out)?;
        for indirect in statement.run.iter().flat_map(|run| &run.paths) {
            wrapped(&words::indirect(indirect), "        ", "          ", layout, out)?;
        }
        let Some(preview) = statement.run.as_ref().and_then(|r| r.preview.as_ref()) else { continue };
        subqueries(preview, layout, out)?;
        if preview.run.rows == 0 {
            continue;
        }
        detailed += 1;
        if detailed <= DETAILED {
            details(preview, layout, out)?;
        }
    }
    if detailed > DETAILED {
        writeln!(out, "  {DIM}{} previews are left out; `harness preview` prints them all{DIM:#}", detailed - DETAILED)?;
    }
    Ok(())
}

/// Each subquery of the WHERE clause beside what the whole clause matched.
fn subqueries(preview: &PreviewReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for (at, subquery) in preview.subqueries.iter().enumerate() {
        let number = (preview.subqueries.len() > 1).then_some(at + 1);
        wrapped(&words::subquery(number, subquery, preview), "        ", "          ", layout, out)?;
    }
    Ok(())
}

/// `  3  line 12  ` and `update point_info: 6 rows; tenants 1: 1, 9: 1`, escaped.
fn heading(statement: &StatementReport) -> (String, String) {
    let what = match &statement.table {
        Some(table) => format!("{} {}", statement.kind, escape::line(table)),
        // What a PRAGMA sets is all there is to say about it.
        None if statement.kind == "pragma" => escape::line(&statement.sql.chars().take(60).collect::<String>()),
        None => statement.kind.clone(),
    };
    let result = statement.run.as_ref().map_or_else(|| "not reached".to_owned(), |run| result(run, statement.kind == "insert"));
    let sep = if result.is_empty() { "" } else { ": " };
    (format!("  {:>2}  line {:<4} ", statement.index, statement.line), format!("{what}{sep}{result}"))
}

fn result(run: &StatementResult, is_insert: bool) -> String {
    if let Some(error) = &run.error {
        let how = match run.outcome {
            Outcome::Refused => "refused",
            Outcome::TimedOut => "timed out",
            _ => "failed",
        };
        return format!("{BAD}{how}{BAD:#}: {}", escape::line(error));
    }
    let mut parts = Vec::new();
    if let Some(preview) = &run.preview {
        parts.push(match preview.run.rows {
            0 if is_insert => "selects no row".to_owned(),
            _ if is_insert => format!("selects {}", words::matched(preview)),
            0 => "matches no row".to_owned(),
            _ => format!("matches {}", words::matched(preview)),
        });
    } else if let Some(none) = &run.no_preview {
        parts.push(format!("no preview: {}", escape::line(none)));
    }
    if (is_insert || run.preview.is_none()) && run.direct.total() > 0 {
        parts.push(words::counts(run.direct));
    }
    if is_insert && let Some(left) = words::left_out(run) {
        parts.push(left);
    }
    if run.indirect.total() > 0 {
        parts.push(format!("indirectly {}", words::counts(run.indirect)));
    }
    parts.join("; ")
}

fn details(preview: &PreviewReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for line in escape::block(&preview.run.sql).lines() {
        writeln!(out, "        {DIM}{line}{DIM:#}")?;
    }
    for row in preview.run.samples.iter().take(layout.samples) {
        wrapped(&sample(preview, row), "        ", "          ", layout, out)?;
    }
    let left = preview.run.rows.saturating_sub(layout.samples as u64);
    if left > 0 && layout.samples > 0 {
        writeln!(out, "        {DIM}… and {left} more{DIM:#}")?;
    }
    Ok(())
}

/// `system_id 1, id 3: point_name 'Solar Local' → 'Grid import'`
fn sample(preview: &PreviewReport, row: &[Value]) -> String {
    let run = &preview.run;
    let named = |at: usize| format!("{} {}", run.columns[at], escape::cell(&row[at]));
    let key: Vec<String> = run.shown.iter().copied().map(named).collect();
    let arrow = |a: &Assigned| format!("{} {} → {}", a.column, escape::cell(&row[a.before]), escape::cell(&row[a.after]));
    let changes: Vec<String> = run.assigned.iter().map(arrow).collect();
    let key = key.join(", ");
    escape::line(&if changes.is_empty() { key } else { format!("{key}: {}", changes.join(", ")) })
}

/// The items, each with what answers it.
fn checklist(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{HEAD}Checklist{HEAD:#}")?;
    let mut line = |what: &str, item: &Item| {
        let mark = format!("  {:<14} ", words::status(item.status));
        let would_show = item.would_show.as_ref().map(|what| format!(" → {what}")).unwrap_or_default();
        wrapped(&format!("{what}: {}{would_show}", item.shown_by), &mark, &" ".repeat(mark.len()), layout, out)
    };
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => line("all of it", first),
        items => items.iter().try_for_each(|item| line(item.check.title(), item)),
    }
}

fn findings(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Findings{HEAD:#}")?;
    let mut said = None;
    for finding in &migration.findings {
        let style = if finding.severity == Severity::Error { BAD } else { HEAD };
        let place = finding.place.map(|place| at(migration, &place)).unwrap_or_default();
        writeln!(out, "  {style}{}[{}]{style:#}{place}", finding.severity.word(), finding.code.id())?;
        wrapped(&finding.message, "    ", "    ", layout, out)?;
        if let Some(place) = &finding.place {
            for line in excerpt::render(&migration.text, place, layout.width.unwrap_or(120).saturating_sub(4).max(40)).lines() {
                writeln!(out, "    {line}")?;
            }
        }
        // What to do about one after the other is said once.
        if said.replace((finding.code, &finding.help)) != Some((finding.code, &finding.help)) {
            wrapped(&finding.help, "    → ", "      ", layout, out)?;
        }
    }
    Ok(())
}

/// ` migrations/0036.sql:12:9`
fn at(migration: &MigrationReport, place: &Place) -> String {
    format!(" {}:{}:{}", escape::line(&migration.path), place.from.line, place.from.column)
}

/// What comments in the migration keep from being findings, in full.
fn suppressed(migration: &MigrationReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.suppressed.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Suppressed{HEAD:#}")?;
    for suppressed in &migration.suppressed {
        writeln!(out, "  {} until {}{}", suppressed.code.id(), escape::line(&suppressed.until), at(migration, &suppressed.place))?;
        wrapped(&format!("because {}", suppressed.reason), "    ", "    ", layout, out)?;
        for finding in &suppressed.findings {
            wrapped(&format!("{}: {}", finding.severity.word(), finding.message), "    - ", "      ", layout, out)?;
        }
        if suppressed.findings.is_empty() {
            writeln!(out, "    - there is nothing that it suppresses")?;
        }
    }
    Ok(())
}
