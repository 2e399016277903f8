//! The words of SQL text, to compare two texts by. Reads no grammar.

use crate::sql::token::{self, TokenKind};
use crate::sql::{Span, ident};

/// The significant tokens, names without their quotes, folded.
pub(super) fn words(sql: &str) -> Vec<String> {
    token::folded(sql).collect()
}

/// The same, with strings unchanged: what a column is compared with is no name.
pub(super) fn exact_words(sql: &str) -> Vec<String> {
    let tokens = token::significant(sql).into_iter();
    let word = |token: token::Token| match token.kind {
        TokenKind::Text => token.span.of(sql).to_owned(),
        _ => folded(sql, token.span),
    };
    tokens.map(word).collect()
}

fn folded(sql: &str, span: Span) -> String {
    ident::folded(&ident::dequote(span.of(sql)))
}

/// Whether SQL has one of some sequences of words.
pub(super) fn says(sql: &str, sequences: &[&[&str]]) -> bool {
    let tokens = token::significant(sql);
    let is = |window: &[token::Token], sequence: &[&str]| {
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
