//! The few phrases that more than one format for people uses.

use super::{PreviewReport, StatementResult, SubqueryReport, escape};
use crate::change::Counts;
use crate::rehearse::Indirect;
use crate::scope::Op;
use crate::verdict::Severity;
use crate::verdict::checklist::Status;

/// `1 row`, `6 rows`
pub(super) fn rows(n: u64) -> String {
    if n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}

/// `insert 1, update 6`
pub(super) fn counts(counts: Counts) -> String {
    let parts: Vec<String> =
        Op::ALL.into_iter().filter(|op| counts.of(*op) > 0).map(|op| format!("{} {}", op.word(), counts.of(op))).collect();
    parts.join(", ")
}

/// `DROP TABLE chats → cascade → messages: delete 812`
pub(super) fn indirect(indirect: &Indirect) -> String {
    format!("{}: {} {}", indirect.told(), indirect.op.word(), indirect.rows)
}

/// The word for how bad findings of a code are, by configuration.
pub(super) fn level(severity: Option<Severity>) -> &'static str {
    severity.map_or("off", Severity::word)
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
pub(super) fn matched(preview: &PreviewReport) -> String {
    format!("{}{}", rows(preview.run.rows), whose(&preview.tenants, preview.run.ambiguous))
}

/// Of an INSERT from a query, the rows selected that are neither inserted nor, by its ON CONFLICT clause, an update.
pub(super) fn left_out(run: &StatementResult) -> Option<String> {
    let selected = run.preview.as_ref()?.run.rows;
    // Into a view, its triggers write.
    let by_triggers = run.direct.total() == 0 && run.indirect.total() > 0;
    let left = selected.saturating_sub(run.direct.insert + run.direct.update);
    (left > 0 && !by_triggers).then(|| format!("{left} left out"))
}

fn whose(tenants: &[(String, String, u64)], ambiguous: u64) -> String {
    let each: Vec<String> = tenants.iter().map(|(tenant, _, n)| format!("{}: {n}", escape::line(tenant))).collect();
    let whose = match tenants {
        [] => String::new(),
        [(_, described, _)] => format!(" of tenant {}", escape::line(described)),
        _ => format!(" of {} tenants ({})", each.len(), each.join(", ")),
    };
    match ambiguous {
        0 => whose,
        n => format!("{whose}, the tenant of {n} ambiguous"),
    }
}

/// `the subquery selects 1 row of tenant 9 (Amber); the statement matches 6 rows of 6 tenants (…)`
pub(super) fn subquery(number: Option<usize>, subquery: &SubqueryReport, preview: &PreviewReport) -> String {
    let name = number.map_or_else(|| "the subquery".to_owned(), |n| format!("subquery {n}"));
    let selected = match &subquery.run.result {
        Ok(selected) => selected,
        Err(reason) => return format!("{name} does not run alone: {}", escape::line(reason)),
    };
    let distinct = if selected.distinct == selected.rows { String::new() } else { format!(" ({} distinct)", selected.distinct) };
    let ambiguous = selected.tenants.as_ref().map_or(0, |(_, ambiguous)| *ambiguous);
    let whose = subquery.tenants.as_ref().map(|tenants| whose(tenants, ambiguous)).unwrap_or_default();
    format!("{name} selects {}{distinct}{whose}; the statement matches {}", rows(selected.rows), matched(preview))
}
