//! The statements in the Markdown report, folded: what each did, its preview and the first rows.

use super::MORE;
use super::detail::{Detail, Part};
use super::escape::fence;
use crate::report::evidence::{Migration, Outcome, Preview, Row, Statement};
use crate::report::phrases::{self, counted};
use crate::sentence::Sentence;

/// The statements of a migration that was run.
pub(super) fn statements(migration: &Migration, samples: usize, detail: &Detail) -> String {
    if !detail.shows(Part::Statements) || migration.outcome == Outcome::NotRun {
        return String::new();
    }
    let all = &migration.statements;
    let previews = all.iter().filter(|s| s.preview.is_some()).count();
    let each = |s: &Statement| statement(migration, s, samples, detail);
    let each = detail.list(all, each, ["", "\n\n"]).concat();
    let (all, previews) = (
        counted(all.len(), "statement"),
        counted(previews, "preview"),
    );
    format!("<details>\n<summary>{all}, {previews}</summary>\n\n{each}</details>\n\n")
}

fn statement(
    migration: &Migration,
    statement: &Statement,
    samples: usize,
    detail: &Detail,
) -> String {
    let result = match phrases::failure(statement) {
        Some((how, error)) => detail.prose(&format!("{how}: {error}")),
        None => detail.sentence(&phrases::statement_result(migration, statement)),
    };
    let sep = if result.is_empty() { "" } else { ": " };
    let target = detail.code(&phrases::target(statement));
    let (index, line) = (statement.index, statement.line);
    let asides = asides(migration, statement, detail);
    let preview = preview(statement, samples, detail);
    format!("**{index}** line {line}: {target}{sep}{result}\n\n{asides}{preview}")
}

fn asides(migration: &Migration, statement: &Statement, detail: &Detail) -> String {
    let aside = |aside: Sentence| format!("- ↳ {}\n", detail.sentence(&aside));
    let asides = phrases::asides(migration, statement);
    match detail.list(asides, aside, MORE).concat() {
        none if none.is_empty() => none,
        asides => asides + "\n",
    }
}

fn preview(statement: &Statement, samples: usize, detail: &Detail) -> String {
    let preview = statement.preview.as_ref();
    match preview.filter(|preview| detail.shows(Part::Previews) && preview.rows > 0) {
        Some(preview) => format!(
            "{}\n{}",
            fence(&preview.sql),
            rows(preview, samples, detail)
        ),
        None => String::new(),
    }
}

/// The first rows of a preview: what names each, and its cells before → after.
fn rows(preview: &Preview, samples: usize, detail: &Detail) -> String {
    let shown = &preview.samples[..preview.samples.len().min(samples)];
    let assigned = preview.assigned.iter().map(|a| &a.column);
    let names: Vec<&String> = preview.key.iter().chain(assigned).collect();
    if !detail.shows(Part::Rows) || shown.is_empty() || names.is_empty() {
        return String::new();
    }
    let line = "---|".repeat(names.len());
    let names = cells(names.into_iter().map(|name| detail.code(name)));
    let rows: String = shown.iter().map(|of| row(preview, of, detail)).collect();
    let more = match preview.rows.saturating_sub(shown.len() as u64) {
        0 => String::new(),
        left => format!("\n{}\n", phrases::and_more(left)),
    };
    format!("{names}|{line}\n{rows}{more}\n")
}

fn row(preview: &Preview, row: &Row, detail: &Detail) -> String {
    let cell = |name: &String| {
        let cell = row.get(name);
        cell.map_or_else(String::new, |cell| detail.code(&cell.shown()))
    };
    let assigned = preview.assigned.iter();
    let assigned = assigned.map(|a| format!("{} → {}", cell(&a.before), cell(&a.after)));
    cells(preview.key.iter().map(cell).chain(assigned))
}

/// A line of a table.
fn cells(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}
