//! The table × tenant table of the terminal report: expected against actual.

use super::{Layout, MigrationReport, OwnerReport, TableReport, escape};
use crate::change::{Counts, Op};
use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Style, Width};

/// The table of one migration; `None` where it changed nothing and nothing is declared.
pub(super) fn render(migration: &MigrationReport, layout: Layout) -> Option<String> {
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

fn is_shared(table: &TableReport) -> bool {
    matches!(&table.owners[..], [only] if only.owner == "shared")
}

fn total(table: &TableReport) -> [String; 5] {
    let whose = if is_shared(table) { "shared" } else { "all" };
    let mark = if table.ok { "ok" } else { "WRONG" };
    [escape::line(&table.table), whose.to_owned(), escape::line(&table.expected), actual(table.actual, table.touched), mark.to_owned()]
}

fn row(owner: &OwnerReport) -> [String; 5] {
    let mark = match (owner.allowed, owner.ok) {
        (false, _) => "OUTSIDE",
        (true, false) => "WRONG",
        (true, true) => "ok",
    };
    [String::new(), escape::line(&owner.owner), escape::line(&owner.expected), actual(owner.actual, owner.touched), mark.to_owned()]
}

/// `update 6`; rows that were written and kept their values are named apart.
fn actual(changed: Counts, touched: u64) -> String {
    let mut parts: Vec<String> =
        Op::ALL.into_iter().filter(|op| changed.of(*op) > 0).map(|op| format!("{} {}", op.word(), changed.of(op))).collect();
    let kept = touched.saturating_sub(changed.total());
    if kept > 0 {
        parts.push(format!("unchanged {kept}"));
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}
