//! What the terminal report says of one migration besides its tables, statements and findings: what
//! must be kept, the schema, the checklist.

use crate::record::{Mark, Migration, Status};
use crate::report::page::{BAD, DIM, GOOD, Page, WARN};
use crate::report::{escape, phrases};
use std::io;

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
    for change in &migration.schema {
        let line = phrases::schema_change(change, &change.object, str::to_owned);
        page.styled(&escape::line(&line), ["  ", "    "])?;
    }
    Ok(())
}

/// The items, each with what answers it.
pub(super) fn checklist(migration: &Migration, page: &mut Page) -> io::Result<()> {
    page.heading("Checklist")?;
    let rest = page.hanging(17);
    for (title, item) in phrases::checklist(migration) {
        let style = match item.status {
            Status::Pass => GOOD,
            Status::Fail => BAD,
            Status::NotEvaluated => WARN,
        };
        let status = phrases::status(item.status);
        let first = format!("  {style}{status:<14}{style:#} ");
        let text = format!("{title}: {}", phrases::answer(item));
        page.text(&text, [&first, &rest])?;
    }
    Ok(())
}
