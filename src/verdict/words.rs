//! The words of SQL text, to compare two texts by. Reads no grammar.

use crate::sql::ident;
use crate::sql::token::{self, Token, TokenKind};

/// The significant tokens, names without their quotes and folded, but strings unchanged: what a
/// column is compared with is no name.
pub(super) fn exact_words(sql: &str) -> Vec<String> {
    let word = |token: Token| match token.span.of(sql) {
        string if token.kind == TokenKind::Text => string.to_owned(),
        name => ident::folded(&ident::dequote(name)),
    };
    token::significant(sql).into_iter().map(word).collect()
}

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
