//! What the terminal report says of one migration besides its tables, statements and findings: its
//! scope, what must be kept, the schema, the checklist.

use super::page::{BAD, DIM, GOOD, Page, WARN};
use crate::report::evidence::{ChecklistItem, Mark, Migration, Outcome, Status};
use crate::report::{escape, phrases};
use std::io;

/// The line that says where the scope is declared.
pub(super) fn scope(migration: &Migration, page: &mut Page) -> io::Result<()> {
    migration.scope.as_ref().map_or(Ok(()), |scope| {
        let place = escape::line(&phrases::declared_in(scope));
        page.line(format_args!("{DIM}scope     {place}{DIM:#}"))
    })
}

/// What must be kept, line by line.
pub(super) fn kept(migration: &Migration, page: &mut Page) -> io::Result<()> {
    let conditions = phrases::conditions(migration);
    if !conditions.is_empty() {
        page.heading("To be kept")?;
    }
    for condition in conditions {
        let (style, mark) = match condition.mark {
            Mark::Ok => (GOOD, "ok"),
            Mark::Wrong | Mark::Outside => (BAD, "WRONG"),
            Mark::Unjudged => (DIM, phrases::NOT_JUDGED),
        };
        let line = escape::line(&format!("{}: {}", condition.title(), condition.shown));
        page.text(&line, [&format!("  {style}{mark}{style:#}  "), "      "])?;
    }
    Ok(())
}

/// The objects of the schema that are not what they were.
pub(super) fn schema(migration: &Migration, page: &mut Page) -> io::Result<()> {
    if !migration.schema.is_empty() {
        page.heading("Schema")?;
    }
    migration.schema.iter().try_for_each(|change| {
        let line = phrases::schema_change(change, &change.object, str::to_owned);
        page.styled(&escape::line(&line), ["  ", "    "])
    })
}

/// The items, each with what answers it.
pub(super) fn checklist(migration: &Migration, page: &mut Page) -> io::Result<()> {
    page.heading("Checklist")?;
    let rest = page.hanging(17);
    let mut line = |title: &str, item: &ChecklistItem| {
        let style = match item.status {
            Status::Pass => GOOD,
            Status::Fail => BAD,
            Status::NotEvaluated => WARN,
        };
        let status = phrases::status(item.status);
        let first = format!("  {style}{status:<14}{style:#} ");
        let text = format!("{title}: {}", phrases::answer(item));
        page.text(&text, [&first, &rest])
    };
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => line(phrases::ALL_ITEMS, first),
        items => items.iter().try_for_each(|item| line(&item.title, item)),
    }
}
