//! One migration in the Markdown report: its findings, its tables by tenant, what was to be kept,
//! the checklist, the statements.

use super::detail::{Detail, Part};
use super::escape::{code, fence, prose};
use crate::report::evidence::{
    ChecklistItem, Finding, Mark, Migration, Outcome, OwnerResult, Preview, Row, SchemaChange,
    Severity, Statement, Status, Suppressed, TableResult,
};
use crate::report::{excerpt, table, words};
use words::counted;

/// Columns that an excerpt may take.
const WIDTH: usize = 120;

/// Everything below the verdict.
pub(super) fn body(migration: &Migration, samples: usize, detail: &Detail) -> String {
    let head = [declared(migration, detail), failed(migration, detail)];
    let sections = [
        findings(migration, detail),
        tables(migration, detail),
        kept(migration, detail),
        schema(migration, detail),
    ];
    let folded = [
        checklist(migration, detail),
        suppressed(migration, detail),
        statements(migration, samples, detail),
    ];
    [head.concat(), sections.concat(), folded.concat()].concat()
}

fn declared(migration: &Migration, detail: &Detail) -> String {
    let place = migration
        .scope
        .as_ref()
        .map(|scope| code(&detail.cut(&format!("{}:{}", scope.path, scope.line))));
    place
        .map(|place| format!("Declared in {place}\n\n"))
        .unwrap_or_default()
}

fn failed(migration: &Migration, detail: &Detail) -> String {
    let Some(error) = &migration.error else {
        return String::new();
    };
    let line = error
        .line
        .map(|line| format!(" in line {line}"))
        .unwrap_or_default();
    format!(
        "**{}**{line}: {}\n\n",
        outcome(migration.outcome),
        code(&detail.cut(&error.message))
    )
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "Applied",
        Outcome::Failed => "Failed",
        Outcome::Refused => "Refused",
        Outcome::TimedOut => "Timed out",
        Outcome::NotRun => "Not run",
    }
}

/// A section, where there is anything in it.
fn section(title: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        String::new()
    } else {
        format!("### {title}\n\n{}\n\n", parts.concat().trim_end())
    }
}

/// A section of one table, where that has a row.
fn grid(title: &str, columns: &str, rows: &[String]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = "---|".repeat(columns.matches('|').count() - 1);
    section(title, &[format!("{columns}\n|{line}\n{}", rows.concat())])
}

fn findings(migration: &Migration, detail: &Detail) -> String {
    let alike = migration
        .findings
        .chunk_by(|a, b| (&a.code, a.severity) == (&b.code, b.severity));
    let kind = |alike| alike_findings(alike, &migration.path, detail);
    section(
        "Findings",
        &detail.first(alike.collect(), kind, |more| format!("{more} kinds\n\n")),
    )
}

/// Findings of one kind: the first, and the others folded.
fn alike_findings(alike: &[Finding], path: &str, detail: &Detail) -> String {
    let mut said = None;
    let shown = |finding: &Finding| {
        // What to do about one after the other is said once.
        let repeated = said.replace(finding.help.clone()).as_ref() == Some(&finding.help);
        let help = if repeated {
            String::new()
        } else {
            format!("→ {}\n\n", prose(&detail.cut(&finding.help)))
        };
        format!("{}{help}", described(finding, path, detail))
    };
    let mut shown = detail
        .first(alike.iter().collect(), shown, |more| format!("{more}\n\n"))
        .into_iter();
    let first = shown.next().unwrap_or_default();
    match shown.collect::<String>() {
        others if others.is_empty() => first,
        others => format!(
            "{first}<details>\n<summary>{} more of the same \
            kind</summary>\n\n{others}</details>\n\n",
            alike.len() - 1
        ),
    }
}

/// A finding with its place and the lines there.
fn described(finding: &Finding, path: &str, detail: &Detail) -> String {
    let place = finding
        .line
        .zip(finding.column)
        .map(|(line, column)| at(path, line, column, detail))
        .unwrap_or_default();
    let (sign, word) = (severity(finding.severity), finding.severity.word());
    let whole = detail.cut(&finding.message);
    let (sentence, rest) = whole.split_once('\n').unwrap_or((&whole, ""));
    let message = prose(sentence);
    let rest = if rest.trim().is_empty() {
        String::new()
    } else {
        format!("{}\n", fence(rest.trim_end()))
    };
    let lines = finding
        .excerpt
        .as_ref()
        .zip(finding.line)
        .filter(|_| detail.shows(Part::Excerpts));
    let lines = lines.map(|(excerpt, line)| {
        let lines =
            anstream::adapter::strip_str(&excerpt::render(excerpt, line, WIDTH)).to_string();
        // The first line is an empty one.
        format!(
            "{}\n",
            fence(lines.split_once('\n').map_or(&lines, |(_, rest)| rest))
        )
    });
    let lines = lines.unwrap_or_default();
    format!(
        "{sign} **{word}** {}{place}: {message}\n\n{rest}{lines}",
        code(&detail.cut(&finding.code))
    )
}

/// ` at migrations/0036.sql:12:9`
fn at(path: &str, line: usize, column: usize, detail: &Detail) -> String {
    format!(
        " at {}",
        code(&format!("{}:{line}:{column}", detail.cut(path)))
    )
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

/// Table × tenant: expected against actual.
fn tables(migration: &Migration, detail: &Detail) -> String {
    let shown = |mark: Mark| detail.shows(Part::AsDeclared) || mark != Mark::Ok;
    let rows = migration
        .tables
        .iter()
        .filter(|t| shown(t.mark))
        .flat_map(|result| {
            let owners = result
                .owners
                .iter()
                .filter(move |o| shown(o.mark) && !table::is_shared(result));
            std::iter::once(Line::Table(result)).chain(owners.map(Line::Owner))
        });
    let row = |row| match row {
        Line::Table(table) => total(table, detail),
        Line::Owner(owner) => part(owner, detail),
    };
    let rows = detail.first(rows.collect(), row, |more| format!("| {more} | | | | |\n"));
    grid(
        "Expected against actual",
        "| table | tenant | expected | actual | |",
        &rows,
    )
}

/// A row of table × tenant.
enum Line<'a> {
    /// a table's total
    Table(&'a TableResult),
    /// one owner's part of it
    Owner(&'a OwnerResult),
}

fn total(table: &TableResult, detail: &Detail) -> String {
    let whose = if table::is_shared(table) {
        "shared"
    } else {
        "all"
    };
    let actual = table::actual(table.actual, table.touched);
    let expected = prose(&detail.cut(&table.expected));
    format!(
        "| {} | {whose} | {expected} | {actual} | {} |\n",
        code(&detail.cut(&table.table)),
        mark(table.mark)
    )
}

fn part(owner: &OwnerResult, detail: &Detail) -> String {
    let actual = table::actual(owner.actual, owner.touched);
    let expected = prose(&detail.cut(&owner.expected));
    format!(
        "| | {} | {expected} | {actual} | {} |\n",
        code(&detail.cut(&owner.owner)),
        mark(owner.mark)
    )
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Outside => "❌ OUTSIDE",
        Mark::Wrong => "❌ WRONG",
        Mark::Unjudged => "➖ not judged",
        Mark::Ok => "✅ ok",
    }
}

/// What had to be kept.
fn kept(migration: &Migration, detail: &Detail) -> String {
    let Some(scope) = &migration.scope else {
        return String::new();
    };
    let conserve = scope
        .conserve
        .iter()
        .map(|c| ("rows of", &c.table, c.held, c.shown.clone()));
    let invariants = scope
        .invariants
        .iter()
        .map(|i| ("invariant", &i.name, i.held, i.shown()));
    let all = conserve
        .chain(invariants)
        .filter(|(_, _, held, _)| detail.shows(Part::AsDeclared) || *held != Some(true));
    let line = |(what, name, held, shown): (&str, &String, Option<bool>, Option<String>)| {
        let sign = match held {
            Some(true) => "✅ ok",
            Some(false) => "❌ WRONG",
            None => "➖ not judged",
        };
        let shown = shown.map_or_else(
            || "the migration did not run through".to_owned(),
            |shown| code(&detail.cut(&shown)),
        );
        format!("- {sign}: {what} {}: {shown}\n", code(&detail.cut(name)))
    };
    section(
        "To be kept",
        &detail.first(all.collect(), line, |more| format!("- {more}\n")),
    )
}

fn schema(migration: &Migration, detail: &Detail) -> String {
    let line = |change: &SchemaChange| {
        let from = change
            .from
            .as_ref()
            .map(|from| format!("{} → ", code(&detail.cut(from))))
            .unwrap_or_default();
        let aside = if change.named {
            ""
        } else {
            ", which no statement names"
        };
        let (word, object) = (change.change.word(), prose(&detail.cut(&change.object)));
        format!(
            "- {word} {object} {from}{}{aside}\n",
            code(&detail.cut(&change.name))
        )
    };
    section(
        "Schema",
        &detail.first(migration.schema.iter().collect(), line, |more| {
            format!("- {more}\n")
        }),
    )
}

fn checklist(migration: &Migration, detail: &Detail) -> String {
    let items = migration
        .checklist
        .iter()
        .filter(|item| detail.shows(Part::AsDeclared) || item.status != Status::Pass);
    let row = |item: &ChecklistItem| {
        let sign = match item.status {
            Status::Pass => "✅",
            Status::Fail => "❌",
            Status::NotEvaluated => "➖",
        };
        let would_show = item
            .would_show
            .as_ref()
            .map(|what| format!(" → {}", prose(&detail.cut(what))))
            .unwrap_or_default();
        let (title, shown_by) = (
            prose(&detail.cut(&item.title)),
            prose(&detail.cut(&item.shown_by)),
        );
        format!(
            "| {sign} {} | {title} | {shown_by}{would_show} |\n",
            words::status(item.status)
        )
    };
    let rows = detail.first(items.collect(), row, |more| format!("| {more} | | |\n"));
    grid("Checklist", "| | item | shown by |", &rows)
}

/// What comments in the migration keep from being findings.
fn suppressed(migration: &Migration, detail: &Detail) -> String {
    let each = |s: &Suppressed| {
        let place = at(&migration.path, s.line, s.column, detail);
        let until = prose(&detail.cut(&s.until));
        let head = format!(
            "{}{place} until {until}, because {}\n",
            code(&detail.cut(&s.code)),
            prose(&detail.cut(&s.reason))
        );
        let finding = |f: &Finding| {
            format!(
                "- {}: {}\n",
                f.severity.word(),
                prose(&detail.cut(&f.message))
            )
        };
        let findings = match detail.first(s.findings.iter().collect(), finding, |more| {
            format!("- {more}\n")
        }) {
            none if none.is_empty() => "- there is nothing that it suppresses\n".to_owned(),
            some => some.concat(),
        };
        format!("{head}{findings}\n")
    };
    section(
        "Suppressed",
        &detail.first(migration.suppressed.iter().collect(), each, |more| {
            format!("{more}\n")
        }),
    )
}

/// The statements, folded.
fn statements(migration: &Migration, samples: usize, detail: &Detail) -> String {
    if !detail.shows(Part::Statements) || migration.outcome == Outcome::NotRun {
        return String::new();
    }
    let previews = migration
        .statements
        .iter()
        .filter(|s| s.preview.is_some())
        .count();
    let (all, previews) = (
        counted(migration.statements.len(), "statement"),
        counted(previews, "preview"),
    );
    let each = |s: &Statement| statement(migration, s, samples, detail);
    let each = detail
        .first(migration.statements.iter().collect(), each, |more| {
            format!("{more}\n\n")
        })
        .concat();
    format!("<details>\n<summary>{all}, {previews}</summary>\n\n{each}</details>\n\n")
}

fn statement(
    migration: &Migration,
    statement: &Statement,
    samples: usize,
    detail: &Detail,
) -> String {
    let result = words::failure(statement).map(|(how, error)| format!("{how}: {error}"));
    let result = result.unwrap_or_else(|| words::result(migration, statement));
    let sep = if result.is_empty() { "" } else { ": " };
    let (target, result) = (
        code(&detail.cut(&words::target(statement))),
        prose(&detail.cut(&result)),
    );
    let preview = statement
        .preview
        .as_ref()
        .filter(|p| detail.shows(Part::Previews) && p.rows > 0);
    let preview = preview
        .map(|p| format!("{}\n{}", fence(&p.sql), rows(p, samples, detail)))
        .unwrap_or_default();
    let aside = aside(migration, statement, detail);
    format!(
        "**{}** line {}: {target}{sep}{result}\n\n{aside}{preview}",
        statement.index, statement.line
    )
}

/// What a statement wrote indirectly, and its subqueries beside it.
fn aside(migration: &Migration, statement: &Statement, detail: &Detail) -> String {
    let indirect = statement.paths.iter().map(words::indirect);
    let subqueries = statement.preview.iter().flat_map(|preview| {
        let number = |at: usize| (preview.subqueries.len() > 1).then_some(at + 1);
        preview
            .subqueries
            .iter()
            .enumerate()
            .map(move |(at, s)| words::subquery(number(at), s, preview, migration))
    });
    let line = |line: String| format!("- ↳ {}\n", prose(&detail.cut(&line)));
    match detail.first(indirect.chain(subqueries).collect(), line, |more| {
        format!("- {more}\n")
    }) {
        none if none.is_empty() => String::new(),
        lines => format!("{}\n", lines.concat()),
    }
}

/// The first rows of a preview: what names each, and its cells before → after.
fn rows(preview: &Preview, samples: usize, detail: &Detail) -> String {
    let shown = &preview.samples[..preview.samples.len().min(samples)];
    if !detail.shows(Part::Rows)
        || shown.is_empty()
        || preview.key.is_empty() && preview.assigned.is_empty()
    {
        return String::new();
    }
    let names = preview
        .key
        .iter()
        .chain(preview.assigned.iter().map(|a| &a.column));
    let names: Vec<String> = names
        .map(|name| format!(" {} |", code(&detail.cut(name))))
        .collect();
    let cells = |row: &Row| {
        let cell = |name: &str| {
            row.get(name)
                .map(|cell| code(&detail.cut(&cell.shown())))
                .unwrap_or_default()
        };
        let key = preview.key.iter().map(|name| format!(" {} |", cell(name)));
        let assigned = preview
            .assigned
            .iter()
            .map(|a| format!(" {} → {} |", cell(&a.before), cell(&a.after)));
        format!("|{}\n", key.chain(assigned).collect::<String>())
    };
    let left = preview.rows.saturating_sub(shown.len() as u64);
    let more = if left > 0 {
        format!("\n… and {left} more\n")
    } else {
        String::new()
    };
    format!(
        "|{}\n|{}\n{}{more}\n",
        names.concat(),
        "---|".repeat(names.len()),
        shown.iter().map(cells).collect::<String>()
    )
}
