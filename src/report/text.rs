//! The terminal report: verdict first, then expected against actual, then the statements, then the
//! findings.
//!
//! Colour repeats what words say; the caller strips it where it is not wanted. Everything untrusted
//! is escaped.

use super::evidence::{
    Assigned, ChecklistItem, Evidence, Finding, Migration, Outcome, Preview, Row, SchemaChange,
    Severity, Statement, Status, Verdict,
};
use super::{Detail, Layout, escape, excerpt, kept, table, words};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};
use textwrap::WordSplitter;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HEAD: Style = Style::new().bold();

/// A terminal of fewer columns has none to spare for columns of words.
const NARROW: usize = 60;

/// Statements of one migration that are shown with preview and samples; the rest get a line each.
const DETAILED: usize = 12;

pub(super) fn render(evidence: &Evidence, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let nothing = |out: &mut dyn Write| {
        writeln!(
            out,
            "{} — no migration to rehearse",
            verdict(evidence.verdict)
        )
    };
    if layout.detail == Detail::Verdict && evidence.migrations.is_empty() {
        return nothing(out);
    }
    if layout.detail == Detail::Verdict {
        return evidence
            .migrations
            .iter()
            .try_for_each(|migration| brief(migration, out));
    }
    let samples = evidence.options.samples;
    if let [only] = &evidence.migrations[..] {
        headline(only, layout, out)?;
        setting(evidence, layout, out)?;
        return body(only, samples, layout, out);
    }
    let accepted = evidence
        .migrations
        .iter()
        .filter(|m| m.verdict == Verdict::Accepted)
        .count();
    if evidence.migrations.is_empty() {
        nothing(out)?;
        return setting(evidence, layout, out);
    }
    writeln!(
        out,
        "{} — {accepted} of {} migrations accepted",
        verdict(evidence.verdict),
        evidence.migrations.len()
    )?;
    setting(evidence, layout, out)?;
    for migration in &evidence.migrations {
        writeln!(out)?;
        headline(migration, layout, out)?;
        body(migration, samples, layout, out)?;
    }
    Ok(())
}

/// What was rehearsed on, and how.
fn setting(evidence: &Evidence, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |text: &str| {
        laid_out(
            &format!("{DIM}{text}{DIM:#}"),
            "",
            "          ",
            layout,
            out,
        )
    };
    let snapshot = &evidence.snapshot;
    let tenants = snapshot
        .tenants
        .map(|n| format!(", {n} tenants"))
        .unwrap_or_default();
    line(&format!(
        "snapshot  {} ({} bytes{tenants})",
        escape::line(&snapshot.source),
        snapshot.bytes
    ))?;
    let engine = &evidence.engine;
    let keys = if engine.foreign_keys { "on" } else { "off" };
    let (transaction, on_error) = (engine.transaction.word(), engine.on_error.word());
    let sqlite = escape::line(&engine.sqlite);
    line(&format!(
        "engine    SQLite {sqlite}, foreign keys {keys}, transaction {transaction}, on error \
        {on_error}"
    ))?;
    if !evidence.severities.is_empty() {
        let each: Vec<String> = evidence
            .severities
            .iter()
            .map(|(code, level)| format!("{code} {}", level.word()))
            .collect();
        line(&format!("findings  {}", escape::line(&each.join(", "))))?;
    }
    if let Some(branch) = &evidence.branch {
        laid_out(
            &escape::line(&branch.shown),
            "branch    ",
            "          ",
            layout,
            out,
        )?;
    }
    for warning in &evidence.warnings {
        laid_out(
            &escape::line(warning),
            "warning   ",
            "          ",
            layout,
            out,
        )?;
    }
    Ok(())
}

fn verdict(verdict: Verdict) -> String {
    match verdict {
        Verdict::Accepted => format!("{GOOD}ACCEPTED{GOOD:#}"),
        Verdict::Rejected => format!("{BAD}REJECTED{BAD:#}"),
    }
}

/// The verdict on one migration and the first thing that is wrong, on one line.
fn brief(migration: &Migration, out: &mut dyn Write) -> io::Result<()> {
    let first = errors(migration)
        .next()
        .map(|first| format!(": {}", escape::line(&first.message)))
        .unwrap_or_default();
    writeln!(out, "{}{first}", concluded(migration))
}

/// The verdict on one migration and the first thing that is wrong.
fn headline(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    laid_out(&concluded(migration), "", "  ", layout, out)?;
    match errors(migration).next() {
        Some(first) => wrapped(&first.message, "  ", "  ", layout, out),
        None => Ok(()),
    }
}

fn errors(migration: &Migration) -> impl Iterator<Item = &Finding> {
    migration
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
}

/// `REJECTED 0036_update_amber_point_metadata — 8 errors`
fn concluded(migration: &Migration) -> String {
    let warnings = migration
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Warning)
        .count();
    let counted = |n: usize, what: &str| {
        if n == 1 {
            format!("1 {what}")
        } else {
            format!("{n} {what}s")
        }
    };
    let result = match (errors(migration).count(), warnings) {
        (0, 0) => "within its declared scope".to_owned(),
        (0, n) => format!("within its declared scope, with {}", counted(n, "warning")),
        (n, _) => counted(n, "error"),
    };
    format!(
        "{} {HEAD}{}{HEAD:#} — {result}",
        verdict(migration.verdict),
        escape::line(&migration.name)
    )
}

/// Everything below the verdict.
fn body(
    migration: &Migration,
    samples: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    kept::place(migration, out)?;
    table::render(migration, layout, out)?;
    kept::kept(migration, layout, out)?;
    schema(migration, layout, out)?;
    statements(migration, samples, layout, out)?;
    checklist(migration, layout, out)?;
    findings(migration, layout, out)?;
    suppressed(migration, layout, out)
}

/// Untrusted text of possibly several lines, escaped and wrapped to the terminal, behind an indent.
///
/// # Errors
/// What `out` gives.
pub fn wrapped(
    text: &str,
    first: &str,
    rest: &str,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    laid_out(&escape::block(text.trim_end()), first, rest, layout, out)
}

/// The same of text that is escaped already and may have colours.
pub(super) fn laid_out(
    text: &str,
    first: &str,
    rest: &str,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut indent = first;
    for line in text.lines() {
        let width = layout.width.unwrap_or(usize::MAX).max(40);
        let lead = line.len() - line.trim_start().len();
        let options = textwrap::Options::new(width)
            .initial_indent(indent)
            .subsequent_indent(rest)
            .break_words(false);
        // What is broken at its hyphens cannot be copied: names of files, times, options.
        let options = options.word_splitter(WordSplitter::NoHyphenation);
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

fn schema(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.schema.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Schema{HEAD:#}")?;
    for SchemaChange {
        object,
        name,
        change,
        from,
        named,
    } in &migration.schema
    {
        let from = from
            .as_ref()
            .map(|from| format!("{} → ", escape::line(from)))
            .unwrap_or_default();
        let aside = if *named {
            ""
        } else {
            ", which no statement names"
        };
        laid_out(
            &format!(
                "{} {} {from}{}{aside}",
                change.word(),
                escape::line(object),
                escape::line(name)
            ),
            "  ",
            "    ",
            layout,
            out,
        )?;
    }
    Ok(())
}

fn statements(
    migration: &Migration,
    samples: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    if migration.outcome == Outcome::NotRun {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Statements{HEAD:#}")?;
    let mut detailed = 0;
    for statement in &migration.statements {
        let (lead, what) = heading(migration, statement);
        laid_out(&what, &lead, &hanging(lead.len(), layout), layout, out)?;
        for indirect in &statement.paths {
            wrapped(
                &words::indirect(indirect),
                "        ",
                "          ",
                layout,
                out,
            )?;
        }
        let Some(preview) = &statement.preview else {
            continue;
        };
        subqueries(migration, preview, layout, out)?;
        if preview.rows == 0 {
            continue;
        }
        detailed += 1;
        if detailed <= DETAILED || layout.detail == Detail::All {
            details(preview, samples, layout, out)?;
        }
    }
    if detailed > DETAILED && layout.detail != Detail::All {
        let left = format!(
            "{} previews are left out; --verbose or `harness preview` prints them all",
            detailed - DETAILED
        );
        laid_out(&format!("{DIM}{left}{DIM:#}"), "  ", "  ", layout, out)?;
    }
    Ok(())
}

/// Each subquery of the WHERE clause beside what the whole clause matched.
fn subqueries(
    migration: &Migration,
    preview: &Preview,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (at, subquery) in preview.subqueries.iter().enumerate() {
        let number = (preview.subqueries.len() > 1).then_some(at + 1);
        wrapped(
            &words::subquery(number, subquery, preview, migration),
            "        ",
            "          ",
            layout,
            out,
        )?;
    }
    Ok(())
}

/// `  3  line 12  ` and `update point_info: 6 rows; tenants 1: 1, 9: 1`, escaped.
fn heading(migration: &Migration, statement: &Statement) -> (String, String) {
    let result = match words::failure(statement) {
        Some((how, error)) => format!("{BAD}{how}{BAD:#}: {error}"),
        None => words::result(migration, statement),
    };
    let sep = if result.is_empty() { "" } else { ": " };
    (
        format!("  {:>2}  line {:<4} ", statement.index, statement.line),
        format!("{}{sep}{result}", words::target(statement)),
    )
}

fn details(
    preview: &Preview,
    samples: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in escape::block(&preview.sql).lines() {
        writeln!(out, "        {DIM}{line}{DIM:#}")?;
    }
    for row in &preview.samples {
        wrapped(&sample(preview, row), "        ", "          ", layout, out)?;
    }
    let left = preview.rows.saturating_sub(samples as u64);
    if left > 0 && samples > 0 {
        writeln!(out, "        {DIM}… and {left} more{DIM:#}")?;
    }
    Ok(())
}

/// `system_id 1, id 3: point_name 'Solar Local' → 'Grid import'`
fn sample(preview: &Preview, row: &Row) -> String {
    let cell = |name: &str| row.get(name).map(escape::cell).unwrap_or_default();
    let key: Vec<String> = preview
        .key
        .iter()
        .map(|name| format!("{name} {}", cell(name)))
        .collect();
    let arrow = |a: &Assigned| format!("{} {} → {}", a.column, cell(&a.before), cell(&a.after));
    let changes: Vec<String> = preview.assigned.iter().map(arrow).collect();
    let key = key.join(", ");
    escape::line(&if changes.is_empty() {
        key
    } else {
        format!("{key}: {}", changes.join(", "))
    })
}

/// The items, each with what answers it.
fn checklist(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{HEAD}Checklist{HEAD:#}")?;
    let mut line = |what: &str, item: &ChecklistItem| {
        let style = status(item.status);
        let mark = format!("  {style}{:<14}{style:#} ", words::status(item.status));
        let would_show = item
            .would_show
            .as_ref()
            .map(|what| format!(" → {what}"))
            .unwrap_or_default();
        wrapped(
            &format!("{what}: {}{would_show}", item.shown_by),
            &mark,
            &hanging(17, layout),
            layout,
            out,
        )
    };
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => line("all of it", first),
        items => items.iter().try_for_each(|item| line(&item.title, item)),
    }
}

fn status(status: Status) -> Style {
    match status {
        Status::Pass => GOOD,
        Status::Fail => BAD,
        Status::NotEvaluated => WARN,
    }
}

/// So many columns, or on a narrow terminal fewer, before what goes on from the line above.
fn hanging(columns: usize, layout: Layout) -> String {
    " ".repeat(if layout.width.is_some_and(|width| width < NARROW) {
        8
    } else {
        columns
    })
}

fn findings(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Findings{HEAD:#}")?;
    let mut said = None;
    for finding in &migration.findings {
        let style = match finding.severity {
            Severity::Error => BAD,
            Severity::Warning => WARN,
            Severity::Note => HEAD,
        };
        let place = finding
            .line
            .zip(finding.column)
            .map(|place| at(migration, place))
            .unwrap_or_default();
        let head = format!(
            "{style}{}[{}]{style:#}{place}",
            finding.severity.word(),
            escape::line(&finding.code)
        );
        laid_out(&head, "  ", "    ", layout, out)?;
        wrapped(&finding.message, "    ", "    ", layout, out)?;
        if let Some((excerpt, line)) = finding.excerpt.as_ref().zip(finding.line) {
            for line in excerpt::render(
                excerpt,
                line,
                layout.width.unwrap_or(120).saturating_sub(4).max(36),
            )
            .lines()
            {
                writeln!(out, "    {line}")?;
            }
        }
        // What to do about one after the other is said once.
        if said.replace((&finding.code, &finding.help)) != Some((&finding.code, &finding.help)) {
            wrapped(&finding.help, "    → ", "      ", layout, out)?;
        }
    }
    Ok(())
}

/// ` migrations/0036.sql:12:9`
fn at(migration: &Migration, (line, column): (usize, usize)) -> String {
    format!(" {}:{line}:{column}", escape::line(&migration.path))
}

/// What comments in the migration keep from being findings, in full.
fn suppressed(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.suppressed.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEAD}Suppressed{HEAD:#}")?;
    for suppressed in &migration.suppressed {
        let (code, place) = (
            escape::line(&suppressed.code),
            at(migration, (suppressed.line, suppressed.column)),
        );
        laid_out(
            &format!("{code} until {}{place}", escape::line(&suppressed.until)),
            "  ",
            "    ",
            layout,
            out,
        )?;
        wrapped(
            &format!("because {}", suppressed.reason),
            "    ",
            "    ",
            layout,
            out,
        )?;
        for finding in &suppressed.findings {
            wrapped(
                &format!("{}: {}", finding.severity.word(), finding.message),
                "    - ",
                "      ",
                layout,
                out,
            )?;
        }
        if suppressed.findings.is_empty() {
            writeln!(out, "    - there is nothing that it suppresses")?;
        }
    }
    Ok(())
}
