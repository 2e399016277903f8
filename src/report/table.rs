//! The table × tenant table of the terminal report: expected against actual.

use super::evidence::{Counts, Mark, Migration, OwnerResult, TableResult};
use super::text::{BAD, DIM, GOOD, laid_out};
use super::{Detail, Layout, escape, words};
use anstyle::Style as Colour;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Style, Width};
use textwrap::core::display_width;

/// Owners of one table that are shown where something is wrong with their rows, and where nothing
/// is.
const MOST: (usize, usize) = (200, 20);

/// A terminal of fewer columns has no room for a table: its rows stand below one another as
/// sentences.
const ROOM: usize = 72;

/// The table of one migration, behind an empty line; nothing where it changed nothing and nothing
/// is declared.
pub(super) fn render(migration: &Migration, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if migration.tables.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let rows = migration
        .tables
        .iter()
        .flat_map(|table| rows(table, layout));
    match layout.width {
        Some(width) if width < ROOM => rows
            .into_iter()
            .try_for_each(|row| sentence(&row, layout, out)),
        width => writeln!(out, "{}", grid(rows, width)),
    }
}

fn grid(rows: impl Iterator<Item = [String; 5]>, width: Option<usize>) -> String {
    let mut builder = Builder::default();
    builder.push_record(["table", "tenant", "expected", "actual", ""]);
    rows.for_each(|row| builder.push_record(row));
    let mut grid = builder.build();
    if let Some(width) = width {
        grid.with(Style::rounded()).with(
            Width::wrap(width)
                .keep_words(true)
                .priority(Priority::max(true)),
        );
    } else {
        grid.with(Style::psql());
    }
    grid.to_string()
}

/// `OUTSIDE   9 (Amber Electric): update 1, expected nothing`
fn sentence(
    [table, whose, expected, actual, mark]: &[String; 5],
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pad = " ".repeat(9_usize.saturating_sub(display_width(mark)));
    let what = if table.is_empty() {
        format!("  {whose}")
    } else {
        format!("{table}, {whose}")
    };
    let expected = if expected.is_empty() {
        String::new()
    } else {
        format!(", expected {expected}")
    };
    laid_out(
        &format!("{mark}{pad}{what}: {actual}{expected}"),
        "",
        "             ",
        layout,
        out,
    )
}

/// Whether nobody's rows are all that a table has.
pub(super) fn is_shared(table: &TableResult) -> bool {
    matches!(&table.owners[..], [only] if only.owner == "shared")
}

fn total(table: &TableResult) -> [String; 5] {
    let whose = if is_shared(table) { "shared" } else { "all" };
    [
        escape::line(&table.table),
        whose.to_owned(),
        escape::line(&table.expected),
        actual(table.actual, table.touched),
        mark(table.mark),
    ]
}

/// The rows of one table: of all, then of each owner, what is wrong first; where they are many, one
/// for those that are left out.
fn rows(table: &TableResult, layout: Layout) -> Vec<[String; 5]> {
    let mut out = vec![total(table)];
    if is_shared(table) {
        return out;
    }
    for mark in [Mark::Outside, Mark::Wrong, Mark::Unjudged, Mark::Ok] {
        let owners: Vec<&OwnerResult> = table
            .owners
            .iter()
            .filter(|owner| owner.mark == mark)
            .collect();
        let most = match mark {
            _ if layout.detail == Detail::All => usize::MAX,
            Mark::Outside | Mark::Wrong => MOST.0,
            Mark::Unjudged | Mark::Ok => MOST.1,
        };
        // The row that says how many are left out takes the place of two at least.
        let shown = if owners.len() > most.saturating_add(1) {
            most
        } else {
            owners.len()
        };
        out.extend(owners[..shown].iter().map(|owner| row(owner)));
        if shown < owners.len() {
            out.push(others(&owners[shown..], mark));
        }
    }
    out
}

fn mark(mark: Mark) -> String {
    let (style, word) = match mark {
        Mark::Outside => (BAD, "OUTSIDE"),
        Mark::Wrong => (BAD, "WRONG"),
        Mark::Unjudged => (Colour::new(), "-"),
        Mark::Ok => (GOOD, "ok"),
    };
    format!("{style}{word}{style:#}")
}

/// `… and 4960 more`, with what they come to.
fn others(owners: &[&OwnerResult], mark: Mark) -> [String; 5] {
    let sum = |number: fn(&OwnerResult) -> u64| {
        owners
            .iter()
            .map(|owner| number(owner))
            .fold(0, u64::saturating_add)
    };
    let changed = Counts {
        insert: sum(|o| o.actual.insert),
        update: sum(|o| o.actual.update),
        delete: sum(|o| o.actual.delete),
    };
    let more = format!("{DIM}… and {} more{DIM:#}", owners.len());
    [
        String::new(),
        more,
        String::new(),
        actual(changed, sum(|o| o.touched)),
        self::mark(mark),
    ]
}

fn row(owner: &OwnerResult) -> [String; 5] {
    let actual = actual(owner.actual, owner.touched);
    [
        String::new(),
        escape::line(&owner.owner),
        escape::line(&owner.expected),
        actual,
        mark(owner.mark),
    ]
}

/// `update 6`; rows that were written and kept their values are named apart.
pub(super) fn actual(changed: Counts, touched: u64) -> String {
    let kept = touched.saturating_sub(changed.total());
    let mut parts = vec![words::counts(changed)];
    if kept > 0 {
        parts.push(format!("unchanged {kept}"));
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}
