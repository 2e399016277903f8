//! Expected against actual in the terminal report, table × tenant.

use crate::record::{Counts, Mark, Migration, TableResult};
use crate::report::page::{BAD, DIM, GOOD, Page};
use crate::report::phrases::{self, TableLine};
use crate::report::{Detail, escape};
use anstyle::Style;
use textwrap::core::display_width;

/// Owners of one table that are shown where something is wrong with their rows.
const MOST_WRONG: usize = 200;

/// Owners of one table that are shown where nothing is wrong with their rows.
const MOST_OK: usize = 20;

/// Columns that a table takes at least; a narrower terminal has its rows as sentences.
const TABLE: usize = 72;

/// Table, tenant, expected, actual, mark.
type TableRow = [String; 5];

/// The table of one migration, behind an empty line; nothing where it changed nothing and nothing
/// is declared.
pub(super) fn render(migration: &Migration, page: &mut Page) {
    if migration.tables.is_empty() {
        return;
    }
    page.line("");
    let detail = page.layout.detail;
    let rows = migration
        .tables
        .iter()
        .flat_map(|table| rows(migration, table, detail));
    match page.layout.width {
        Some(width) if width < TABLE => rows.for_each(|row| sentence(&row, page)),
        width => {
            let head = ["table", "tenant", "expected", "actual", ""].map(str::to_owned);
            page.line(page.table(std::iter::once(head).chain(rows), width));
        }
    }
}

/// `OUTSIDE   9 (Amber Electric): update 1, expected nothing`
fn sentence([table, whose, expected, actual, mark]: &TableRow, page: &mut Page) {
    let pad = " ".repeat(9_usize.saturating_sub(display_width(mark)));
    let sep = if table.is_empty() { "  " } else { ", " };
    let expected = match expected.as_str() {
        "" => String::new(),
        expected => format!(", expected {expected}"),
    };
    let line = format!("{mark}{pad}{table}{sep}{whose}: {actual}{expected}");
    page.styled(&line, ["", "             "]);
}

/// The rows of one table: the total, then each owner, what is wrong first; where owners with one mark
/// are many, a row for those that are left out.
fn rows(migration: &Migration, table: &TableResult, detail: Detail) -> Vec<TableRow> {
    let (total, owners) = TableLine::all(migration, table);
    let mut rows = vec![row(&total)];
    for mark in Mark::ALL {
        let mut shown: Vec<&TableLine> = owners.iter().filter(|owner| owner.mark == mark).collect();
        let most = match mark {
            _ if detail == Detail::All => usize::MAX,
            Mark::Outside | Mark::Wrong => MOST_WRONG,
            Mark::Unjudged | Mark::Ok => MOST_OK,
        };
        let left = phrases::beyond(&mut shown, most);
        rows.extend(shown.into_iter().map(row));
        rows.extend((!left.is_empty()).then(|| others(&left, mark)));
    }
    rows
}

fn row(line: &TableLine) -> TableRow {
    [
        escape::line(line.table.unwrap_or_default()),
        escape::line(line.whose),
        escape::line(line.expected),
        line.actual(),
        mark(line.mark),
    ]
}

/// `… and 4960 more`, with the sum of their rows.
fn others(owners: &[&TableLine], with: Mark) -> TableRow {
    let sum = |number: fn(&TableLine) -> u64| {
        owners
            .iter()
            .map(|owner| number(owner))
            .fold(0, u64::saturating_add)
    };
    let changed = Counts {
        insert: sum(|o| o.changed.insert),
        update: sum(|o| o.changed.update),
        delete: sum(|o| o.changed.delete),
    };
    [
        String::new(),
        format!("{DIM}{}{DIM:#}", phrases::and_more(owners.len())),
        String::new(),
        phrases::actual(changed, sum(|o| o.touched)),
        mark(with),
    ]
}

fn mark(mark: Mark) -> String {
    let (style, word) = match mark {
        Mark::Outside => (BAD, "OUTSIDE"),
        Mark::Wrong => (BAD, "WRONG"),
        Mark::Unjudged => (Style::new(), "-"),
        Mark::Ok => (GOOD, "ok"),
    };
    format!("{style}{word}{style:#}")
}
