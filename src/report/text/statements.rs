//! The statements in the terminal report: what each did, and the first rows of its preview.

use crate::record::{Migration, Outcome, Preview, Row, Statement};
use crate::report::page::{BAD, DIM, Page};
use crate::report::{Detail, escape, phrases};

/// Statements of one migration that are shown with preview and samples; the rest get a line each.
const DETAILED: usize = 12;

/// The indents of what is said about a statement.
const BELOW: [&str; 2] = ["        ", "          "];

/// The statements of a migration that was run.
pub(super) fn statements(migration: &Migration, page: &mut Page) {
    if migration.outcome == Outcome::NotRun || migration.statements.is_empty() {
        return;
    }
    page.heading("Statements");
    let most = match page.layout.detail {
        Detail::All => usize::MAX,
        Detail::Usual | Detail::Verdict => DETAILED,
    };
    let mut previews = 0;
    for statement in &migration.statements {
        one(migration, statement, page);
        let preview = statement.preview.as_ref();
        if let Some(preview) = preview.filter(|preview| preview.rows > 0) {
            previews += 1;
            if previews <= most {
                details(preview, page);
            }
        }
    }
    if previews > most {
        let left = phrases::previews_left_out(previews - most);
        page.styled(&format!("{DIM}{left}{DIM:#}"), ["  ", "  "]);
    }
}

/// `  3  line 12   update point_info: matches 6 rows of tenant 9 (Amber Electric)`, and what is beside that
fn one(migration: &Migration, statement: &Statement, page: &mut Page) {
    let result = match phrases::failure(statement) {
        Some((how, error)) => format!("{BAD}{how}{BAD:#}: {}", escape::line(error)),
        None => escape::line(&phrases::statement_result(migration, statement).to_string()),
    };
    let sep = if result.is_empty() { "" } else { ": " };
    let target = escape::line(&phrases::target(statement));
    let lead = format!("  {:>2}  line {:<4} ", statement.index, statement.line);
    let rest = page.hanging(lead.len());
    page.styled(&format!("{target}{sep}{result}"), [&lead, &rest]);
    for aside in phrases::asides(migration, statement) {
        page.text(&aside.to_string(), BELOW);
    }
}

fn details(preview: &Preview, page: &mut Page) {
    for line in escape::block(&preview.sql).lines() {
        page.line(format_args!("        {DIM}{line}{DIM:#}"));
    }
    for row in &preview.samples {
        page.text(&sample(preview, row), BELOW);
    }
    if let Some(more) = phrases::more_rows(preview) {
        page.line(format_args!("        {DIM}{more}{DIM:#}"));
    }
}

/// `system_id 1, id 3: point_name 'Solar Local' → 'Grid import'`
fn sample(preview: &Preview, row: &Row) -> String {
    let cell = |name: &str| row.get(name).map(escape::cell).unwrap_or_default();
    let key = preview
        .key
        .iter()
        .map(|name| format!("{name} {}", cell(name)));
    let assigned = preview.assigned.iter();
    let assigned =
        assigned.map(|a| format!("{} {} → {}", a.column, cell(&a.before), cell(&a.after)));
    let [key, changes] = [key.collect::<Vec<_>>(), assigned.collect()].map(|each| each.join(", "));
    let sep = if changes.is_empty() { "" } else { ": " };
    escape::line(&format!("{key}{sep}{changes}"))
}
