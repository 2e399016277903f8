//! One migration in the Markdown report: its tables by tenant, what must be kept, the schema, the
//! checklist, with findings and statements in their places.

use super::detail::{Detail, Part};
use super::{MORE, findings, statements};
use crate::report::evidence::{
    ChecklistItem, Mark, Migration, Outcome, OwnerResult, SchemaChange, Status, TableResult,
};
use crate::report::phrases::Condition;
use crate::report::{kinds, phrases};

/// Everything below the verdict.
pub(super) fn body(migration: &Migration, samples: usize, detail: &Detail) -> String {
    let sections = [
        declared(migration, detail),
        failed(migration, detail),
        findings::findings(migration, detail),
        tables(migration, detail),
        kept(migration, detail),
        schema(migration, detail),
        checklist(migration, detail),
        findings::suppressed(migration, detail),
        statements::statements(migration, samples, detail),
    ];
    sections.concat()
}

fn declared(migration: &Migration, detail: &Detail) -> String {
    let scope = migration.scope.as_ref();
    scope.map_or_else(String::new, |scope| {
        format!(
            "Declared in {}\n\n",
            detail.code(&phrases::declared_in(scope))
        )
    })
}

fn failed(migration: &Migration, detail: &Detail) -> String {
    let Some(error) = &migration.error else {
        return String::new();
    };
    let outcome = match migration.outcome {
        Outcome::Applied => "Applied",
        Outcome::Failed => "Failed",
        Outcome::Refused => "Refused",
        Outcome::TimedOut => "Timed out",
        Outcome::NotRun => "Not run",
    };
    let line = error
        .line
        .map(|line| format!(" in line {line}"))
        .unwrap_or_default();
    format!("**{outcome}**{line}: {}\n\n", detail.code(&error.message))
}

/// A section, where there is anything in it.
pub(super) fn section(title: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        String::new()
    } else {
        format!("### {title}\n\n{}\n\n", parts.concat().trim_end())
    }
}

/// A section of one table, where that has a row.
fn grid(title: &str, columns: &str, mut rows: Vec<String>) -> String {
    if !rows.is_empty() {
        let line = "---|".repeat(columns.matches('|').count() - 1);
        rows.insert(0, format!("{columns}\n|{line}\n"));
    }
    section(title, &rows)
}

/// Table × tenant: expected against actual.
fn tables(migration: &Migration, detail: &Detail) -> String {
    let shows = |mark: Mark| detail.shows(Part::AsDeclared) || mark != Mark::Ok;
    let tables = migration.tables.iter().filter(|table| shows(table.mark));
    let lines = tables.flat_map(|table| {
        let is_shared = kinds::is_shared(migration, table);
        let owners = table.owners.iter().filter(|owner| shows(owner.mark));
        let owners = owners.filter(move |_| !is_shared).map(TableLine::Owner);
        std::iter::once(TableLine::Total(table, is_shared)).chain(owners)
    });
    let rows = detail.list(lines, |line| row(&line, detail), ["| ", " | | | | |\n"]);
    let columns = "| table | tenant | expected | actual | |";
    grid("Expected against actual", columns, rows)
}

/// A row of table × tenant.
enum TableLine<'a> {
    /// a table's total, and whether the table is shared
    Total(&'a TableResult, bool),
    /// one owner's part of it
    Owner(&'a OwnerResult),
}

fn row(line: &TableLine, detail: &Detail) -> String {
    let (table, whose, expected, actual, mark) = match line {
        TableLine::Total(t, is_shared) => (
            format!(" {}", detail.code(&t.table)),
            phrases::total_of(*is_shared).to_owned(),
            &t.expected,
            phrases::actual(t.actual, t.touched),
            mark(t.mark),
        ),
        TableLine::Owner(o) => (
            String::new(),
            detail.code(&o.owner),
            &o.expected,
            phrases::actual(o.actual, o.touched),
            mark(o.mark),
        ),
    };
    let expected = detail.prose(expected);
    format!("|{table} | {whose} | {expected} | {actual} | {mark} |\n")
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Outside => "❌ OUTSIDE",
        Mark::Wrong => "❌ WRONG",
        Mark::Unjudged => "➖ not judged",
        Mark::Ok => "✅ ok",
    }
}

/// What must be kept.
fn kept(migration: &Migration, detail: &Detail) -> String {
    let conditions = phrases::conditions(migration);
    let is_said =
        |condition: &Condition| detail.shows(Part::AsDeclared) || condition.mark != Mark::Ok;
    let line = |condition: Condition| {
        let (sign, kind) = (mark(condition.mark), condition.kind);
        let name = detail.code(condition.name);
        let shown = match condition.mark {
            Mark::Unjudged => condition.shown,
            _ => detail.code(&condition.shown),
        };
        format!("- {sign}: {kind} {name}: {shown}\n")
    };
    let lines = detail.list(conditions.into_iter().filter(is_said), line, MORE);
    section("To be kept", &lines)
}

fn schema(migration: &Migration, detail: &Detail) -> String {
    let line = |change: &SchemaChange| {
        let object = detail.prose(&change.object);
        let line = phrases::schema_change(change, &object, |name| detail.code(name));
        format!("- {line}\n")
    };
    section("Schema", &detail.list(&migration.schema, line, MORE))
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
        let status = phrases::status(item.status);
        let (title, shown_by) = (detail.prose(&item.title), detail.prose(&item.shown_by));
        let would_show = item
            .would_show
            .as_ref()
            .map(|what| format!(" → {}", detail.prose(what)))
            .unwrap_or_default();
        format!("| {sign} {status} | {title} | {shown_by}{would_show} |\n")
    };
    let rows = detail.list(items, row, ["| ", " | | |\n"]);
    grid("Checklist", "| | item | shown by |", rows)
}
