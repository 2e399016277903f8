//! The sentences and phrases of the reports, each once. None is escaped or laid out: a format spells
//! the parts of a [`Sentence`](crate::sentence::Sentence), or the text, its own way.

mod code;
mod finding;
mod left_out;
mod migration;
mod run;
mod statement;
mod table;

pub(crate) use code::{what_to_do, whole_sentence};
pub(crate) use finding::{finding_place, graded, help, place, suppressed, until};
pub(crate) use left_out::{
    PARTS, and_more, but_the_first, findings_left_out, more_alike, more_rows, more_than_shown,
    previews_left_out, results_left_out, shortened,
};
pub(crate) use migration::{
    Condition, NOT_JUDGED, NOT_THROUGH, answer, checklist, conditions, declared,
    errors_and_warnings, failed_item, fails_here, found, happened, not_judged, result,
    schema_change, status,
};
pub(crate) use run::{
    COULD_NOT_REHEARSE, NO_MIGRATION, NO_PREVIEWS, SOURCES, accepted, engine, exit, options,
    previews_of, rehearsed, runner, severities, size, snapshot, snapshot_with_hash, sqlite,
};
pub(crate) use statement::{
    asides, failure, indirect, previewed, result_in_short, selection, state, statement_result,
    subquery, target,
};
pub(crate) use table::{ALL_OWNERS, TableLine, actual};

use crate::record::Counts;
use std::fmt::Display;

/// `1 error`, `6 errors`
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(n: N, what: &str) -> String {
    let plural = if n == N::from(1) { "" } else { "s" };
    format!("{n} {what}{plural}")
}

/// `1 row`, `6 rows`
pub(crate) fn rows(n: u64) -> String {
    counted(n, "row")
}

/// `8 errors, 1 warning`: each that there is.
pub(super) fn all_counted<'a>(
    each: impl IntoIterator<Item = (usize, &'a str)>,
    between: &str,
) -> String {
    let found = each.into_iter().filter(|(n, _)| *n > 0);
    let counted: Vec<String> = found.map(|(n, what)| counted(n, what)).collect();
    counted.join(between)
}

/// `insert 1, update 6`: each that there is.
pub(super) fn by_word<N: Copy + Display + PartialEq + From<u8>>(
    each: impl IntoIterator<Item = (&'static str, N)>,
) -> String {
    let found = each.into_iter().filter(|(_, n)| *n != N::from(0));
    let spelled: Vec<String> = found.map(|(word, n)| format!("{word} {n}")).collect();
    spelled.join(", ")
}

/// `insert 1, update 6`
fn counts(counts: Counts) -> String {
    by_word(counts.by_op().map(|(op, rows)| (op.word(), rows)))
}

/// What a list leaves out behind its first few. Of one item it leaves out none, since to say so takes
/// as much room.
pub(crate) fn beyond<T>(list: &mut Vec<T>, most: usize) -> Vec<T> {
    if list.len() > most.saturating_add(1) {
        list.split_off(most)
    } else {
        Vec::new()
    }
}
