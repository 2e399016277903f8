//! The sentences and phrases of the reports, each once. None is escaped or laid out: a format spells
//! the parts of a [`Sentence`](crate::sentence::Sentence), or the text, its own way.

mod code;
mod finding;
mod left_out;
mod migration;
mod run;
mod statement;
mod table;

pub(crate) use code::*;
pub(crate) use finding::*;
pub(crate) use left_out::*;
pub(crate) use migration::*;
pub(crate) use run::*;
pub(crate) use statement::*;
pub(crate) use table::*;

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
    let counted: Vec<String> = each
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| counted(n, what))
        .collect();
    counted.join(between)
}

/// `insert 1, update 6`: each that there is.
pub(super) fn by_word<N: Copy + Display + PartialEq + From<u8>>(
    each: impl IntoIterator<Item = (&'static str, N)>,
) -> String {
    let spelled: Vec<String> = each
        .into_iter()
        .filter(|(_, n)| *n != N::from(0))
        .map(|(word, n)| format!("{word} {n}"))
        .collect();
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
