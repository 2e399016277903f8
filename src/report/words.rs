//! The few phrases that more than one format for people uses.

use super::escape;
use super::evidence::{Counts, Indirect, Migration, Outcome, Preview, Statement, Status, Subquery};
use crate::rehearse;
use indexmap::IndexMap;

/// `1 row`, `6 rows`
pub(super) fn rows(n: u64) -> String {
    if n == 1 {
        "1 row".to_owned()
    } else {
        format!("{n} rows")
    }
}

/// `1 error`, `6 errors`
pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

/// `insert 1, update 6`
pub(super) fn counts(counts: Counts) -> String {
    let parts: Vec<String> = counts
        .by_op()
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(op, rows)| format!("{} {rows}", op.word()))
        .collect();
    parts.join(", ")
}

/// `DROP TABLE chats → cascade → messages: delete 812`
pub(super) fn indirect(indirect: &Indirect) -> String {
    format!(
        "{}: {} {}",
        rehearse::told(&indirect.table, &indirect.paths),
        indirect.op.word(),
        indirect.rows
    )
}

/// How an item of the checklist stands.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "FAIL",
        Status::NotEvaluated => "not evaluated",
    }
}

/// `6 rows of 2 tenants (1: 5, 9: 1)`
pub(super) fn matched(preview: &Preview, migration: &Migration) -> String {
    format!(
        "{}{}",
        rows(preview.rows),
        whose(&preview.tenants, preview.ambiguous, migration)
    )
}

/// `update point_info`, escaped
pub(super) fn target(statement: &Statement) -> String {
    match &statement.table {
        Some(table) => format!("{} {}", escape::line(&statement.kind), escape::line(table)),
        // What a PRAGMA sets is all there is to say about it.
        None if statement.kind == "pragma" => {
            escape::line(&statement.sql.chars().take(60).collect::<String>())
        }
        None => escape::line(&statement.kind),
    }
}

/// How a statement failed, where it did, and the engine's message, escaped.
pub(super) fn failure(statement: &Statement) -> Option<(&'static str, String)> {
    let how = match statement.outcome {
        Some(Outcome::Refused) => "refused",
        Some(Outcome::TimedOut) => "timed out",
        _ => "failed",
    };
    statement
        .error
        .as_ref()
        .map(|error| (how, escape::line(error)))
}

/// What a statement did that did not fail, escaped: `matches 6 rows of tenant 9 (Amber)`
pub(super) fn result(migration: &Migration, statement: &Statement) -> String {
    if !statement.ran {
        return "not reached".to_owned();
    }
    let is_insert = statement.kind == "insert";
    let mut parts = Vec::new();
    if let Some(preview) = &statement.preview {
        parts.push(match preview.rows {
            0 if is_insert => "selects no row".to_owned(),
            _ if is_insert => format!("selects {}", matched(preview, migration)),
            0 => "matches no row".to_owned(),
            _ => format!("matches {}", matched(preview, migration)),
        });
    } else if let Some(none) = &statement.no_preview {
        parts.push(format!("no preview: {}", escape::line(none)));
    }
    if (is_insert || statement.preview.is_none()) && statement.direct.total() > 0 {
        parts.push(counts(statement.direct));
    }
    if is_insert && let Some(left) = left_out(statement) {
        parts.push(left);
    }
    if statement.indirect.total() > 0 {
        parts.push(format!("indirectly {}", counts(statement.indirect)));
    }
    parts.join("; ")
}

/// Of an INSERT from a query, the rows selected that are neither inserted nor, by its ON CONFLICT
/// clause, an update.
pub(super) fn left_out(run: &Statement) -> Option<String> {
    let selected = run.preview.as_ref()?.rows;
    // Into a view, its triggers write.
    let by_triggers = run.direct.total() == 0 && run.indirect.total() > 0;
    let left = selected.saturating_sub(run.direct.insert.saturating_add(run.direct.update));
    (left > 0 && !by_triggers).then(|| format!("{left} left out"))
}

/// Tenants of one statement that are named.
const NAMED: usize = 8;

fn whose(tenants: &IndexMap<String, u64>, ambiguous: u64, migration: &Migration) -> String {
    let each: Vec<String> = tenants
        .iter()
        .take(NAMED)
        .map(|(tenant, n)| format!("{}: {n}", escape::line(tenant)))
        .collect();
    let more = if tenants.len() > NAMED {
        format!(" and {} more", tenants.len() - NAMED)
    } else {
        String::new()
    };
    let whose = match tenants.keys().collect::<Vec<_>>()[..] {
        [] => String::new(),
        [tenant] => format!(" of tenant {}", escape::line(migration.described(tenant))),
        _ => format!(" of {} tenants ({}{more})", tenants.len(), each.join(", ")),
    };
    match ambiguous {
        0 => whose,
        n => format!("{whose}, the tenant of {n} ambiguous"),
    }
}

/// `the subquery selects 1 row of tenant 9 (Amber); the statement matches 6 rows of 6 tenants (…)`
pub(super) fn subquery(
    number: Option<usize>,
    subquery: &Subquery,
    preview: &Preview,
    migration: &Migration,
) -> String {
    let name = number.map_or_else(|| "the subquery".to_owned(), |n| format!("subquery {n}"));
    let Some((selected, distinct)) = subquery.rows.zip(subquery.distinct) else {
        return format!(
            "{name} does not run alone: {}",
            escape::line(subquery.not_alone.as_deref().unwrap_or_default())
        );
    };
    let distinct = if distinct == selected {
        String::new()
    } else {
        format!(" ({distinct} distinct)")
    };
    let ambiguous = subquery.ambiguous.unwrap_or_default();
    let whose = subquery
        .tenants
        .as_ref()
        .map(|tenants| whose(tenants, ambiguous, migration))
        .unwrap_or_default();
    format!(
        "{name} selects {}{distinct}{whose}; the statement matches {}",
        rows(selected),
        matched(preview, migration)
    )
}
