//! What is said of a code: the sentences of its entry in the table, with capital and full stop.

use crate::codes::Entry;

/// What is wrong.
pub(crate) fn whole_sentence(entry: &Entry) -> String {
    let mut chars = entry.sentence.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    format!("{}{}.", first.collect::<String>(), chars.as_str())
}

/// What to do about it.
pub(crate) fn what_to_do(entry: &Entry) -> String {
    format!("What to do: {}.", entry.help)
}
