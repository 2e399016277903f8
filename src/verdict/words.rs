//! Sequences of words in SQL text. Reads no grammar.

use crate::sql::token::{self, Token};

/// Whether SQL has one of some sequences of words.
pub(super) fn says(sql: &str, sequences: &[&[&str]]) -> bool {
    let tokens = token::significant(sql);
    let is = |window: &[Token], sequence: &[&str]| {
        window
            .iter()
            .zip(sequence)
            .all(|(token, word)| token.span.of(sql).eq_ignore_ascii_case(word))
    };
    let is_there = |sequence: &&[&str]| {
        tokens
            .windows(sequence.len())
            .any(|window| is(window, sequence))
    };
    sequences.iter().any(is_there)
}
