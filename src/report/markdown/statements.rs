//! The statements in the Markdown report, folded: what each did, its preview and the first rows.

use super::MORE;
use super::detail::Part;
use super::escape::fence;
use super::migration::Body;
use crate::record::{Outcome, Preview, Row, Statement};
use crate::report::phrases::{self, counted};
use crate::sentence::Sentence;

impl Body<'_> {
    /// The statements of a migration that was run.
    pub(super) fn statements(self) -> String {
        let (all, is_run) = (
            &self.migration.statements,
            self.migration.outcome != Outcome::NotRun,
        );
        if !self.detail.shows(Part::Statements) || !is_run || all.is_empty() {
            return String::new();
        }
        let previews = all.iter().filter(|s| s.preview.is_some()).count();
        let each = self.detail.list(all, |s| self.statement(s), ["", "\n\n"]);
        let (all, previews) = (
            counted(all.len(), "statement"),
            counted(previews, "preview"),
        );
        let each = each.concat();
        format!("<details>\n<summary>{all}, {previews}</summary>\n\n{each}</details>\n\n")
    }

    fn statement(self, statement: &Statement) -> String {
        let (migration, detail) = (self.migration, self.detail);
        let result = match phrases::failure(statement) {
            Some((how, error)) => detail.prose(&format!("{how}: {error}")),
            None => detail.sentence(&phrases::statement_result(migration, statement)),
        };
        let sep = if result.is_empty() { "" } else { ": " };
        let target = detail.code(&phrases::target(statement));
        let (index, line) = (statement.index, statement.line);
        let aside = |aside: Sentence| format!("- ↳ {}\n", detail.sentence(&aside));
        let mut asides = detail.list(phrases::asides(migration, statement), aside, MORE);
        if !asides.is_empty() {
            asides.push("\n".to_owned());
        }
        let asides = asides.concat();
        let preview = statement.preview.iter().filter(|preview| preview.rows > 0);
        let preview: String = preview.map(|preview| self.preview(preview)).collect();
        format!("**{index}** line {line}: {target}{sep}{result}\n\n{asides}{preview}")
    }

    /// The preview and its first rows: what names each, and its cells before → after.
    fn preview(self, preview: &Preview) -> String {
        if !self.detail.shows(Part::Previews) {
            return String::new();
        }
        let sql = fence(&preview.sql);
        let assigned = preview.assigned.iter().map(|a| &a.column);
        let names: Vec<&String> = preview.key.iter().chain(assigned).collect();
        if !self.detail.shows(Part::Rows) || preview.samples.is_empty() || names.is_empty() {
            return sql + "\n";
        }
        let line = "---|".repeat(names.len());
        let names = cells(names.into_iter().map(|name| self.detail.code(name)));
        let rows = preview.samples.iter().map(|row| self.row(preview, row));
        let rows: String = rows.collect();
        let more = phrases::more_rows(preview).map(|more| format!("\n{more}\n"));
        format!(
            "{sql}\n{names}|{line}\n{rows}{}\n",
            more.unwrap_or_default()
        )
    }

    fn row(self, preview: &Preview, row: &Row) -> String {
        let cell = |name: &String| {
            let cell = row.get(name);
            cell.map_or_else(String::new, |cell| self.detail.code(&cell.shown()))
        };
        let assigned = preview.assigned.iter();
        let assigned = assigned.map(|a| format!("{} → {}", cell(&a.before), cell(&a.after)));
        cells(preview.key.iter().map(cell).chain(assigned))
    }
}

/// A line of a table.
fn cells(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}
