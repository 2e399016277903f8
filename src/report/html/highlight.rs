//! SQL as lines of classed pieces, which the template escapes one by one. Colours repeat what the
//! text says.

use super::budget::Budget;
use super::shown::part;
use crate::sql::ident::KEYWORDS;
use crate::sql::token::{Token, TokenKind, tokens};
use minijinja::value::{Serde, Value};
use serde::Serialize;
use std::ops::Range;

/// Characters of one text that are shown at most.
const LONGEST: usize = 6_000;

/// What replaces a value that is kept out of every report: SQL that looks whole and is another.
const HIDDEN: [&str; 3] = ["'…'", "\"…\"", "…"];

/// SQL, line by line.
#[derive(Debug, Serialize)]
pub(super) struct Code {
    /// its lines; each but the last ends with a line end
    lines: Vec<CodeLine>,
    /// how many characters are left out at its end
    left: usize,
    /// whether what is shown is, to the engine, the text itself: what a copy of it has to be
    exact: bool,
}

#[derive(Debug, Serialize)]
struct CodeLine {
    /// its number in the file
    number: Option<usize>,
    /// pieces that follow one another, all of them marked or none
    runs: Vec<Vec<Piece>>,
}

/// A run of text of one class.
#[derive(Debug, Clone, Serialize)]
struct Piece {
    /// a class of the stylesheet; empty for plain text
    class: &'static str,
    /// whether it is what a finding points at
    marked: bool,
    text: String,
}

impl From<Code> for Value {
    fn from(code: Code) -> Self {
        Self::from(Serde(code))
    }
}

impl Code {
    /// The text, its lines numbered from `first` where that is given, as far as the budget goes.
    pub(super) fn new(sql: &str, first: Option<usize>, budget: &mut Budget) -> Self {
        let shown = budget.code.take(sql.chars().count().min(LONGEST));
        let end = sql
            .char_indices()
            .nth(shown)
            .map_or(sql.len(), |(at, _)| at);
        let left = sql[end..].chars().count();
        Self {
            left,
            exact: left == 0 && is_exact(sql),
            ..Self::marked(&sql[..end], 0..0, first)
        }
    }

    /// The text with a part of it marked.
    pub(super) fn marked(sql: &str, mark: Range<usize>, first: Option<usize>) -> Self {
        let line = |(at, pieces): (usize, Vec<Piece>)| {
            let runs = pieces.chunk_by(|a, b| a.marked == b.marked);
            CodeLine {
                number: first.map(|first| first + at),
                runs: runs.map(<[Piece]>::to_vec).collect(),
            }
        };
        Self {
            lines: lines(sql, &mark)
                .into_iter()
                .enumerate()
                .map(line)
                .collect(),
            left: 0,
            exact: true,
        }
    }
}

/// The pieces of each line.
fn lines(sql: &str, mark: &Range<usize>) -> Vec<Vec<Piece>> {
    let mut lines = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    for token in tokens(sql, 0) {
        let class = class(sql, token);
        for range in parts(sql, token.span.start..token.span.end, mark) {
            let marked = mark.contains(&range.start);
            let text = &sql[range];
            let shown = match token.kind {
                // A line that ends in `\r\n` may end in the middle of that, where a comment does.
                TokenKind::Comment => part(text.trim_end_matches('\r')),
                _ => part(text),
            };
            match pieces.last_mut() {
                Some(last) if (last.class, last.marked) == (class, marked) => last.text += &shown,
                _ => pieces.push(Piece {
                    class,
                    marked,
                    text: shown,
                }),
            }
            if text.ends_with('\n') {
                lines.push(std::mem::take(&mut pieces));
            }
        }
    }
    lines.push(pieces);
    lines
}

/// A token in parts that end at line ends and at the ends of what is marked.
fn parts(sql: &str, token: Range<usize>, mark: &Range<usize>) -> Vec<Range<usize>> {
    let ends = sql[token.clone()]
        .match_indices('\n')
        .map(|(at, _)| token.start + at + 1);
    let mut cuts: Vec<usize> = ends
        .chain([mark.start, mark.end])
        .filter(|at| (token.start + 1..token.end).contains(at))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.insert(0, token.start);
    cuts.push(token.end);
    cuts.windows(2).map(|ends| ends[0]..ends[1]).collect()
}

fn class(sql: &str, token: Token) -> &'static str {
    let text = token.span.of(sql);
    match token.kind {
        TokenKind::Comment => "c",
        TokenKind::Text => "s",
        TokenKind::Quoted => "q",
        TokenKind::Variable => "v",
        TokenKind::Word if text.starts_with(|c: char| c.is_ascii_digit()) => "n",
        TokenKind::Word
            if KEYWORDS
                .binary_search(&text.to_ascii_uppercase().as_str())
                .is_ok() =>
        {
            "k"
        }
        TokenKind::Word | TokenKind::Space | TokenKind::Semicolon | TokenKind::Punct => "",
    }
}

/// Whether the engine reads what is shown as it reads the text: escapes and other line ends do no
/// harm in comments and between words.
fn is_exact(sql: &str) -> bool {
    tokens(sql, 0).all(|token| {
        let text = token.span.of(sql);
        let shown = part(text);
        match token.kind {
            TokenKind::Comment => true,
            TokenKind::Space => shown == text.replace("\r\n", "\n"),
            _ => shown == text && !HIDDEN.contains(&text),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(code: &Code) -> impl Iterator<Item = &Piece> {
        code.lines
            .iter()
            .flat_map(|line| line.runs.iter().flatten())
    }

    fn text(code: &Code) -> String {
        pieces(code).map(|piece| &*piece.text).collect()
    }

    #[test]
    fn the_text_stays_whole_and_its_classes_are_those_of_the_engine() {
        let sql = "UPDATE \"t\" SET a = 'x\ny' -- why\nWHERE b = 12;";
        let code = Code::new(sql, Some(7), &mut Budget::default());
        assert_eq!(text(&code), sql);
        let numbers: Vec<_> = code.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [Some(7), Some(8), Some(9)]);
        let classed: Vec<_> = pieces(&code)
            .filter(|p| !p.class.is_empty())
            .map(|p| (p.class, &*p.text))
            .collect();
        let expected = [
            ("k", "UPDATE"),
            ("q", "\"t\""),
            ("k", "SET"),
            ("s", "'x\n"),
            ("s", "y'"),
            ("c", "-- why"),
            ("k", "WHERE"),
            ("n", "12"),
        ];
        assert_eq!(classed, expected);
    }

    #[test]
    fn a_marked_clause_is_cut_out_of_its_tokens() {
        let sql = "WHERE id IN (1)";
        let code = Code::marked(sql, 6..11, Some(8));
        let marked: String = pieces(&code)
            .filter(|p| p.marked)
            .map(|p| &*p.text)
            .collect();
        assert_eq!((marked.as_str(), text(&code).as_str()), ("id IN", sql));
    }

    #[test]
    fn only_what_means_the_same_may_be_copied() {
        for (sql, exact) in [
            ("SELECT 'a\tb'\r\n-- \u{202e}c\n;", true),
            ("SELECT 'a\u{202e}'", false),
            ("SELECT 'a\r\nb'", false),
            ("SELECT\r1", false),
        ] {
            assert_eq!(
                Code::new(sql, None, &mut Budget::default()).exact,
                exact,
                "{sql:?}"
            );
        }
        let long = format!("SELECT '{}'", "é".repeat(LONGEST));
        let code = Code::new(&long, None, &mut Budget::default());
        assert_eq!((code.exact, code.left), (false, 9));
    }
}
