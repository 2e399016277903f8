//! The table × tenant table of the terminal report: expected against actual.

use super::evidence::{Counts, Mark, Migration, OwnerResult, TableResult};
use super::{Layout, escape, words};
use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Style, Width};

/// The table of one migration; `None` where it changed nothing and nothing is declared.
pub(super) fn render(migration: &Migration, layout: Layout) -> Option<String> {
    if migration.tables.is_empty() {
        return None;
    }
    let mut builder = Builder::default();
    builder.push_record(["table", "tenant", "expected", "actual", ""]);
    for table in &migration.tables {
        builder.push_record(total(table));
        for owner in table.owners.iter().filter(|_| !is_shared(table)) {
            builder.push_record(row(owner));
        }
    }
    let mut grid = builder.build();
    if let Some(width) = layout.width {
        grid.with(Style::rounded()).with(Width::wrap(width.max(40)).keep_words(true).priority(Priority::max(true)));
    } else {
        grid.with(Style::psql());
    }
    Some(grid.to_string())
}

fn is_shared(table: &TableResult) -> bool {
    matches!(&table.owners[..], [only] if only.owner == "shared")
}

fn total(table: &TableResult) -> [String; 5] {
    let whose = if is_shared(table) { "shared" } else { "all" };
    [
        escape::line(&table.table),
        whose.to_owned(),
        escape::line(&table.expected),
        actual(table.actual, table.touched),
        mark(table.mark).to_owned(),
    ]
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Outside => "OUTSIDE",
        Mark::Wrong => "WRONG",
        Mark::Unjudged => "-",
        Mark::Ok => "ok",
    }
}

fn row(owner: &OwnerResult) -> [String; 5] {
    let actual = actual(owner.actual, owner.touched);
    [String::new(), escape::line(&owner.owner), escape::line(&owner.expected), actual, mark(owner.mark).to_owned()]
}

/// `update 6`; rows that were written and kept their values are named apart.
fn actual(changed: Counts, touched: u64) -> String {
    let kept = touched.saturating_sub(changed.total());
    let mut parts = vec![words::counts(changed)];
    if kept > 0 {
        parts.push(format!("unchanged {kept}"));
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}
