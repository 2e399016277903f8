//! What is said of what a report has no room for.

use super::{all_counted, by_word, counted};
use crate::record::{Finding, Preview, Severity};
use std::fmt::Display;

/// What a Markdown report leaves out where it is too long, in the order in which it does.
pub(crate) const PARTS: [&str; 6] = [
    "the rows of the previews",
    "the previews",
    "the accepted migrations",
    "the statements",
    "the lines that findings point at",
    "what is as declared",
];

/// `… and 3 more`
pub(crate) fn and_more(left: impl Display) -> String {
    format!("… and {left} more")
}

/// The rows of a preview behind those that it shows.
pub(crate) fn more_rows(preview: &Preview) -> Option<String> {
    let left = preview.rows.saturating_sub(preview.samples.len() as u64);
    (left > 0 && !preview.samples.is_empty()).then(|| and_more(left))
}

/// Findings of one code behind the first.
pub(crate) fn more_alike(left: usize) -> String {
    format!("{left} more of the same kind")
}

/// Previews of the terminal report.
pub(crate) fn previews_left_out(left: usize) -> String {
    format!("{left} previews are left out; --verbose or `harness preview` prints them all")
}

/// `12 findings more (error 3, note 9)`
pub(crate) fn findings_left_out(left: &[Finding]) -> String {
    let of = |severity| left.iter().filter(|f| f.severity == severity).count();
    let each = by_word(Severity::ALL.map(|severity| (severity.word(), of(severity))));
    format!("{} more ({each})", counted(left.len(), "finding"))
}

/// Results of a SARIF run: findings of these severities, the rest suppressed ones.
pub(crate) fn results_left_out(severities: &[Severity], all: usize, most: usize) -> String {
    let of = |severity| severities.iter().filter(|s| **s == severity).count();
    let [errors, warnings, notes] = Severity::ALL.map(of);
    let each = [
        (errors, "errors"),
        (warnings, "warnings"),
        (notes, "notes"),
        (all - severities.len(), "suppressed"),
    ];
    let each = each.iter().filter(|(n, _)| *n > 0);
    let each: Vec<String> = each.map(|(n, what)| format!("{n} {what}")).collect();
    let each = each.join(", ");
    format!("{all} results are left out ({each}): a run holds {most} at most")
}

/// How many errors, warnings and notes there are, where GitHub shows fewer of a kind.
pub(crate) fn more_than_shown(found: [usize; 3], most: usize) -> Option<String> {
    let all = all_counted(
        found.into_iter().zip(Severity::ALL.map(Severity::word)),
        ", ",
    );
    found.iter().any(|n| *n > most).then(|| {
        format!("there are {all}; GitHub shows {most} of a kind, and the report has all of them")
    })
}

/// Lists and texts that are cut.
pub(crate) fn but_the_first(items: usize, characters: usize) -> String {
    format!(
        "all but the first {items} of each list, and of each text all but the first \
        {characters} characters"
    )
}

/// A Markdown report that is cut.
pub(crate) fn shortened(left_out: &str) -> String {
    format!(
        "**Shortened** to fit into a comment. Left out: {left_out}. The evidence, by \
         `harness check --report json=PATH`, has all of it."
    )
}
