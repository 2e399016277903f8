//! SQL read word by word: its significant tokens, each with its depth in parentheses. Knows where
//! names and keywords are, and not the grammar.

use super::ident;
use super::span::Span;
use super::token::{self, Token, TokenKind};

/// The significant tokens of a text, semicolons left out. A place is a number of a token, and may
/// be behind the last one, where there is no text.
#[derive(Debug)]
pub struct Words<'a> {
    sql: &'a str,
    /// each token with the number of parentheses around it
    tokens: Vec<(Token, usize)>,
}

impl<'a> Words<'a> {
    /// The words of `sql`.
    pub fn of(sql: &'a str) -> Self {
        let mut depth = 0_usize;
        let with_depth = |token: Token| {
            let text = token.span.of(sql);
            depth -= usize::from(text == ")" && depth > 0);
            let at = depth;
            depth += usize::from(text == "(");
            (token, at)
        };
        let all = token::tokens(sql, 0).filter(Token::is_significant);
        let tokens = all
            .filter(|token| token.kind != TokenKind::Semicolon)
            .map(with_depth)
            .collect();
        Self { sql, tokens }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    fn get(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).map(|(token, _)| *token)
    }

    /// The text at a place; empty behind the last one.
    pub fn text(&self, at: usize) -> &'a str {
        self.get(at).map_or("", |token| token.span.of(self.sql))
    }

    /// The name at a place, without its quotes; empty behind the last one.
    pub fn name(&self, at: usize) -> String {
        ident::dequote(self.text(at))
    }

    /// The name at a place, without the schema before it, and the place behind it.
    pub fn qualified(&self, at: usize) -> (String, usize) {
        let at = if self.text(at + 1) == "." { at + 2 } else { at };
        (self.name(at), at + 1)
    }

    /// The name before a dot before a place.
    pub fn qualifier(&self, at: usize) -> Option<String> {
        let before = at.checked_sub(2).filter(|_| self.text(at - 1) == ".");
        before.map(|before| self.name(before))
    }

    /// What the token at a place is.
    pub fn kind(&self, at: usize) -> Option<TokenKind> {
        self.get(at).map(|token| token.kind)
    }

    /// Whether a name may be at a place: a word or what is in quotes, strings too.
    pub fn is_name(&self, at: usize) -> bool {
        let kind = self.kind(at);
        kind.is_some_and(|kind| {
            [TokenKind::Word, TokenKind::Quoted, TokenKind::Text].contains(&kind)
        })
    }

    /// Whether a number is at a place, or begins there.
    pub fn is_number(&self, at: usize) -> bool {
        self.text(at).starts_with(|c: char| c.is_ascii_digit())
    }

    /// The bytes of the token at a place.
    pub fn span(&self, at: usize) -> Option<Span> {
        self.get(at).map(|token| token.span)
    }

    /// How many parentheses are around a place.
    pub fn depth(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |(_, depth)| *depth)
    }

    /// Whether this unquoted word is at a place, in parentheses or not.
    pub fn is_word(&self, at: usize, word: &str) -> bool {
        self.get(at)
            .is_some_and(|token| token.is_word(self.sql, word))
    }

    /// Whether this unquoted word is at a place, outside parentheses.
    pub fn is(&self, at: usize, word: &str) -> bool {
        self.is_word(at, word) && self.depth(at) == 0
    }

    /// Whether one of these unquoted words is at a place, in parentheses or not.
    pub fn is_word_of(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(at, word))
    }

    /// Whether one of these unquoted words is at a place, outside parentheses.
    pub fn is_any(&self, at: usize, words: &[&str]) -> bool {
        self.is_word_of(at, words) && self.depth(at) == 0
    }

    /// Whether this text is at a place, outside parentheses.
    pub fn is_text(&self, at: usize, text: &str) -> bool {
        self.text(at) == text && self.depth(at) == 0
    }

    /// Whether this unquoted word is anywhere.
    pub fn has(&self, word: &str) -> bool {
        (0..self.len()).any(|at| self.is_word(at, word))
    }

    /// The first place from `start` on at which this unquoted word is, outside parentheses.
    pub fn find(&self, start: usize, word: &str) -> Option<usize> {
        (start..self.len()).find(|at| self.is(*at, word))
    }

    /// The first place from `start` on at which one of these unquoted words is, outside
    /// parentheses.
    pub fn find_any(&self, start: usize, words: &[&str]) -> Option<usize> {
        (start..self.len()).find(|at| self.is_any(*at, words))
    }

    /// The first place from `start` on at which the FROM of a clause is: not that of
    /// `IS DISTINCT FROM`.
    pub fn find_from(&self, start: usize) -> Option<usize> {
        let end = self.find(start, "WHERE").unwrap_or(self.len());
        (start..end).find(|at| self.is(*at, "FROM") && !self.is(at - 1, "DISTINCT"))
    }

    /// The place of the parenthesis that closes the one at `open`.
    pub fn close(&self, open: usize) -> Option<usize> {
        let is_close = |at: &usize| self.depth(*at) == self.depth(open) && self.text(*at) == ")";
        (open + 1..self.len()).find(is_close)
    }

    /// The text from place `start` up to before place `end`.
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        let last = end.checked_sub(1).filter(|last| *last >= start);
        match (self.span(start), last.and_then(|last| self.span(last))) {
            (Some(first), Some(last)) => &self.sql[first.start..last.end],
            _ => "",
        }
    }
}
