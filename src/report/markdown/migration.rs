//! One migration in the Markdown report: its tables by tenant, what must be kept, the schema, the
//! checklist, with findings and statements in their places.

use super::MORE;
use super::detail::{Detail, Part};
use crate::record::{ChecklistItem, Mark, Migration, Outcome, SchemaChange, Status};
use crate::report::phrases::{self, Condition, TableLine};

/// Everything of one migration below its verdict.
#[derive(Clone, Copy)]
pub(super) struct Body<'a> {
    pub(super) migration: &'a Migration,
    pub(super) detail: &'a Detail,
}

impl Body<'_> {
    pub(super) fn render(self) -> String {
        let declared = self.migration.scope.as_ref().map(|scope| {
            let place = self.detail.code(&scope.place());
            format!("Declared in {place}\n\n")
        });
        let sections = [
            declared.unwrap_or_default(),
            self.failed(),
            self.findings(),
            self.tables(),
            self.kept(),
            self.schema(),
            self.checklist(),
            self.suppressed(),
            self.statements(),
        ];
        sections.concat()
    }

    fn failed(self) -> String {
        let Some(error) = &self.migration.error else {
            return String::new();
        };
        let outcome = match self.migration.outcome {
            Outcome::Applied => "Applied",
            Outcome::Failed => "Failed",
            Outcome::Refused => "Refused",
            Outcome::TimedOut => "Timed out",
            Outcome::NotRun => "Not run",
        };
        let line = error.line.map(|line| format!(" in line {line}"));
        let (line, message) = (line.unwrap_or_default(), self.detail.code(&error.message));
        format!("**{outcome}**{line}: {message}\n\n")
    }

    /// Whether a table, a tenant or a condition with that mark is shown.
    fn shows(self, mark: Mark) -> bool {
        self.detail.shows(Part::AsDeclared) || mark != Mark::Ok
    }

    /// Table × tenant: expected against actual.
    fn tables(self) -> String {
        let lines = self
            .migration
            .tables
            .iter()
            .filter(|table| self.shows(table.mark))
            .flat_map(|table| {
                let (total, owners) = TableLine::all(self.migration, table);
                let owners = owners.into_iter().filter(|owner| self.shows(owner.mark));
                std::iter::once(total).chain(owners)
            });
        let row = |line: TableLine| {
            let (table, whose) = match line.table {
                Some(table) => (
                    format!(" {}", self.detail.code(table)),
                    line.whose.to_owned(),
                ),
                None => (String::new(), self.detail.code(line.whose)),
            };
            let (expected, actual) = (self.detail.prose(line.expected), line.actual());
            format!(
                "|{table} | {whose} | {expected} | {actual} | {} |\n",
                mark(line.mark)
            )
        };
        let rows = self.detail.list(lines, row, ["| ", " | | | | |\n"]);
        let columns = "| table | tenant | expected | actual | |";
        grid("Expected against actual", columns, rows)
    }

    /// What must be kept.
    fn kept(self) -> String {
        let line = |condition: Condition| {
            let (sign, kind) = (mark(condition.mark), condition.kind);
            let name = self.detail.code(condition.name);
            let shown = match condition.mark {
                Mark::Unjudged => condition.shown,
                _ => self.detail.code(&condition.shown),
            };
            format!("- {sign}: {kind} {name}: {shown}\n")
        };
        let mut conditions = phrases::conditions(self.migration);
        conditions.retain(|condition| self.shows(condition.mark));
        section("To be kept", &self.detail.list(conditions, line, MORE))
    }

    fn schema(self) -> String {
        let line = |change: &SchemaChange| {
            let object = self.detail.prose(&change.object);
            let line = phrases::schema_change(change, &object, |name| self.detail.code(name));
            format!("- {line}\n")
        };
        section(
            "Schema",
            &self.detail.list(&self.migration.schema, line, MORE),
        )
    }

    fn checklist(self) -> String {
        let detail = self.detail;
        let items = self
            .migration
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
            let title = detail.prose(&item.title);
            let shown_by = detail.prose(&item.shown_by);
            let would_show = item
                .would_show
                .iter()
                .map(|what| format!(" → {}", detail.prose(what)));
            let would_show: String = would_show.collect();
            format!("| {sign} {status} | {title} | {shown_by}{would_show} |\n")
        };
        grid(
            "Checklist",
            "| | item | shown by |",
            detail.list(items, row, ["| ", " | | |\n"]),
        )
    }
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

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Outside => "❌ OUTSIDE",
        Mark::Wrong => "❌ WRONG",
        Mark::Unjudged => "➖ not judged",
        Mark::Ok => "✅ ok",
    }
}
