//! The few phrases that more than one format for people uses.

use super::{PreviewReport, escape};
use crate::change::Counts;
use crate::rehearse::Indirect;
use crate::scope::Op;

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

/// `6 rows of 2 tenants (1: 5, 9: 1)`
pub(super) fn matched(preview: &PreviewReport) -> String {
    let each: Vec<String> = preview.tenants.iter().map(|(tenant, _, n)| format!("{}: {n}", escape::line(tenant))).collect();
    let whose = match &preview.tenants[..] {
        [] => String::new(),
        [(_, described, _)] => format!(" of tenant {}", escape::line(described)),
        _ => format!(" of {} tenants ({})", each.len(), each.join(", ")),
    };
    let ambiguous = match preview.run.ambiguous {
        0 => String::new(),
        n => format!(", the tenant of {n} ambiguous"),
    };
    format!("{}{whose}{ambiguous}", rows(preview.run.rows))
}
