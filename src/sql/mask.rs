//! SQL with its literals hidden: strings, numbers and BLOBs give way to `…`, comments too, and so
//! do double-quoted names that are none, which the engine takes for strings
//! (<https://sqlite.org/quirks.html#dblquote>). Nothing of a literal is left, its length neither;
//! keywords and names stay, and so does NULL.
//!
//! Goes by tokens, so that it never fails; whether a text is to be hidden is for others to say.

use super::ident;
use super::span::Span;
use super::token::{Token, TokenKind, tokens};

/// How much of a text is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cover {
    /// all of it
    #[default]
    None,
    /// all but its literals and comments
    Literals,
    /// its first word, where that is a keyword: where the grammar does not read it, nothing says
    /// what a literal is
    Whole,
}

/// A text with its literals hidden.
#[derive(Debug, Default)]
pub struct Masked {
    /// the text
    pub text: String,
    /// what was replaced, and where the replacement is
    edits: Vec<(Span, Span)>,
}

impl Masked {
    /// A text of which nothing is hidden.
    pub fn whole(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            edits: Vec::new(),
        }
    }

    /// Where some bytes of the original are: what was hidden in part is meant as a whole.
    pub fn place(&self, span: Span) -> Span {
        let moved = |at: usize, is_end: bool| {
            let (old, new) = match self
                .edits
                .partition_point(|(old, _)| old.start < at + usize::from(!is_end))
            {
                0 => return at,
                n => self.edits[n - 1],
            };
            match (at < old.end, is_end) {
                (true, false) => new.start,
                (true, true) => new.end,
                (false, _) => at - old.end + new.end,
            }
        };
        let (start, end) = (moved(span.start, false), moved(span.end, true));
        Span {
            start,
            end: end.max(start),
        }
    }

    /// Adds what is shown of the bytes `old` of a source; all where nothing else is.
    fn push(&mut self, shown: Option<String>, source: &str, old: Span) {
        let start = self.text.len();
        let original = old.of(source);
        self.text.push_str(shown.as_deref().unwrap_or(original));
        if shown.is_some_and(|shown| shown != original) {
            let end = self.text.len();
            self.edits.push((old, Span { start, end }));
        }
    }
}

/// Hides literals where `cover` says so, which is asked for the first byte of each token; `is_name`
/// says which double-quoted words are names.
pub fn mask(
    source: &str,
    cover: &dyn Fn(usize) -> Cover,
    is_name: &dyn Fn(&str) -> bool,
) -> Masked {
    let source = SourceTokens {
        text: source,
        tokens: tokens(source, 0).collect(),
    };
    let (mut masked, mut at) = (Masked::default(), 0);
    while at < source.tokens.len() {
        let start = source.tokens[at].span.start;
        let (len, shown) = match cover(start) {
            Cover::None => (1, None),
            Cover::Literals => source.replaced(at, is_name),
            Cover::Whole => source.whole(at, cover),
        };
        at += len;
        let end = source.tokens[at - 1].span.end;
        masked.push(shown, source.text, Span { start, end });
    }
    masked
}

/// A text as its tokens, blanks and comments too.
struct SourceTokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> SourceTokens<'a> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn text(&self, at: usize) -> &'a str {
        let token = self.tokens.get(at);
        token.map_or("", |token| token.span.of(self.text))
    }

    /// How many tokens from a place on are one thing, and what is shown in its place; `None` where
    /// it is shown as it is.
    fn replaced(&self, at: usize, is_name: &dyn Fn(&str) -> bool) -> (usize, Option<String>) {
        if self.starts_number(at) {
            return (self.number(at), Some("…".to_owned()));
        }
        let text = self.text(at);
        let shown = match self.tokens[at].kind {
            TokenKind::Comment if text.starts_with("--") => "-- …",
            TokenKind::Comment => "/* … */",
            TokenKind::Text => "'…'",
            TokenKind::Quoted if text.starts_with('"') && !is_name(&ident::dequote(text)) => {
                "\"…\""
            }
            TokenKind::Word if self.is_truth(at) => "…",
            _ => return (1, None),
        };
        (1, Some(shown.to_owned()))
    }

    /// Whether a word is TRUE or FALSE: a name behind a point is neither.
    fn is_truth(&self, at: usize) -> bool {
        let mut truths = ["TRUE", "FALSE"].iter();
        let is_behind_point = at > 0 && self.text(at - 1) == ".";
        !is_behind_point && truths.any(|word| self.tokens[at].is_word(self.text, word))
    }

    /// Whether a number begins at a token: with a digit, or with a point that is behind no name.
    fn starts_number(&self, at: usize) -> bool {
        let names = [TokenKind::Word, TokenKind::Quoted, TokenKind::Text];
        let is_digits = |at: usize| is_digit(self.text(at));
        match self.tokens[at].kind {
            TokenKind::Word => is_digits(at),
            TokenKind::Punct if self.text(at) == "." => {
                is_digits(at + 1) && !(at > 0 && names.contains(&self.tokens[at - 1].kind))
            }
            _ => false,
        }
    }

    /// How many tokens a number takes: `1.5e-3` is five.
    fn number(&self, at: usize) -> usize {
        let mut end = at + 1;
        loop {
            let last = self.text(end - 1);
            let is_exponent =
                last.ends_with(['e', 'E']) && !last.starts_with("0x") && !last.starts_with("0X");
            let is_behind_point = self.kind(end - 1) == Some(TokenKind::Punct);
            let goes_on = match self.text(end) {
                "." => true,
                "+" | "-" => is_exponent && is_digit(self.text(end + 1)),
                _ => is_behind_point && self.kind(end) == Some(TokenKind::Word),
            };
            if !goes_on {
                return end - at;
            }
            end += 1;
        }
    }

    /// How many tokens from a place on are hidden as a whole, and what is left of them.
    fn whole(&self, at: usize, cover: &dyn Fn(usize) -> Cover) -> (usize, Option<String>) {
        let is_hidden = |token: &&Token| cover(token.span.start) == Cover::Whole;
        let len = self.tokens[at..]
            .iter()
            .take_while(is_hidden)
            .count()
            .max(1);
        let mut significant = (at..at + len).filter(|at| self.tokens[*at].is_significant());
        let first = significant.next().map_or("", |at| self.text(at));
        let shown = if ident::is_keyword(first) {
            format!("{first} …")
        } else {
            "…".to_owned()
        };
        (len, Some(shown))
    }
}

fn is_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        let is_name = |name: &str| ["email", "a \" b"].contains(&name);
        mask(sql, &|_| Cover::Literals, &is_name).text
    }

    #[test]
    fn nothing_of_a_literal_is_left() {
        for (sql, expected) in [
            (
                "UPDATE t SET a='it''s', b=X'0aFF' WHERE c IN (1, -2.5e-3, .5, 0x1F, 1_000)",
                "UPDATE t SET a='…', b=X'…' WHERE c IN (…, -…, …, …, …)",
            ),
            (
                "SELECT \"email\", \"bob@x\", [bob x], `b`, \"a \"\" b\"",
                "SELECT \"email\", \"…\", [bob x], `b`, \"a \"\" b\"",
            ),
            (
                "a -- bob\n/* bob */ IS TRUE, t.true, NULL, ?1, :b, 5.",
                "a -- …\n/* … */ IS …, t.true, NULL, ?1, :b, …",
            ),
            ("t1.x2+e1-5||t.5e", "t1.x2+e1-…||t.…"),
            ("5.e5e+3x 'open", "… '…'"),
        ] {
            assert_eq!(shown(sql), expected, "{sql}");
        }
    }

    #[test]
    fn a_place_is_found_again_and_one_within_a_literal_is_all_of_it() {
        let sql = "SET a = 'long enough', b = 12345 WHERE c";
        let masked = mask(sql, &|_| Cover::Literals, &|_| false);
        let of = |part: &str| {
            let start = sql.find(part).expect("is there");
            masked
                .place(Span {
                    start,
                    end: start + part.len(),
                })
                .of(&masked.text)
                .to_owned()
        };
        assert_eq!(masked.text, "SET a = '…', b = … WHERE c");
        assert_eq!(
            [
                "SET a",
                "a = 'long",
                "enough', b",
                "234",
                "b = 12345 W",
                "c"
            ]
            .map(of),
            ["SET a", "a = '…'", "'…', b", "…", "b = … W", "c"]
        );
    }

    #[test]
    fn what_the_grammar_does_not_read_is_hidden_whole() {
        let sql = "SELECT 1; UPDATE t SET a = bob@x; SELECT 2";
        let masked = mask(
            sql,
            &|at| {
                if (10..33).contains(&at) {
                    Cover::Whole
                } else {
                    Cover::None
                }
            },
            &|_| true,
        );
        assert_eq!(masked.text, "SELECT 1; UPDATE … SELECT 2");
    }
}
