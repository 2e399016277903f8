//! Text into statements, by the rules of `sqlite3_complete`
//! (<https://sqlite.org/c3ref/complete.html>).
//!
//! A semicolon ends a statement, except inside `CREATE [TEMP|TEMPORARY] TRIGGER … ; END;`, also
//! behind `EXPLAIN`. Comments and blanks before a statement are not part of it. Whether a statement
//! is valid is the engine's to say.

use super::span::Span;
use super::token::{Token, TokenKind, tokens};

/// The spans of the statements of `source`, each from its first token to its semicolon or last
/// token.
///
/// `"BEGIN; -- x\n COMMIT"` → `BEGIN;` and `COMMIT`. Empty statements (`;;`) are none.
pub fn statements(source: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let Found { span, .. } = next_statement(source, at)?;
        at = span.end;
        Some(span)
    })
}

/// The first statement of `source` at or behind byte `from` whose end is in it: more text behind
/// `source` leaves it as it is.
pub fn complete(source: &[u8], from: usize) -> Option<Span> {
    next_statement(source, from)
        .filter(|found| found.closed)
        .map(|found| found.span)
}

/// The first statement of `source` at or behind byte `from`, where `source` ends with the text.
pub fn last(source: &[u8], from: usize) -> Option<Span> {
    next_statement(source, from).map(|found| found.span)
}

/// A statement, and whether its semicolon is part of it.
struct Found {
    span: Span,
    closed: bool,
}

/// The state of the grammar of `sqlite3_complete` at a place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// nothing seen yet
    Start,
    /// inside an ordinary statement
    Normal,
    /// after EXPLAIN at the start
    Explain,
    /// after CREATE, at most TEMP or TEMPORARY since
    Create,
    /// inside CREATE TRIGGER
    Trigger,
    /// after a semicolon inside CREATE TRIGGER
    TriggerSemicolon,
    /// after `; END` inside CREATE TRIGGER
    TriggerEnd,
}

fn next_statement<S: AsRef<[u8]> + ?Sized>(source: &S, from: usize) -> Option<Found> {
    let source = source.as_ref();
    let mut state = State::Start;
    let mut span: Option<Span> = None;
    for token in tokens(source, from).filter(Token::is_significant) {
        if state == State::Start && token.kind == TokenKind::Semicolon {
            continue;
        }
        let start = span.map_or(token.span.start, |s| s.start);
        span = Some(Span {
            start,
            end: token.span.end,
        });
        match step(state, &token, source) {
            Some(next) => state = next,
            None => return span.map(|span| Found { span, closed: true }),
        }
    }
    span.map(|span| Found {
        span,
        closed: false,
    })
}

/// The next state, or `None` where the statement is complete.
fn step(state: State, token: &Token, source: &[u8]) -> Option<State> {
    let is = |word: &str| token.is_word(source, word);
    let is_semicolon = token.kind == TokenKind::Semicolon;
    Some(match state {
        State::TriggerEnd if is_semicolon => return None,
        State::Trigger | State::TriggerSemicolon if is_semicolon => State::TriggerSemicolon,
        State::TriggerSemicolon if is("END") => State::TriggerEnd,
        State::Trigger | State::TriggerSemicolon | State::TriggerEnd => State::Trigger,
        _ if is_semicolon => return None,
        State::Start if is("EXPLAIN") => State::Explain,
        State::Start | State::Explain if is("CREATE") => State::Create,
        State::Explain if is("QUERY") || is("PLAN") => State::Explain,
        State::Create if is("TEMP") || is("TEMPORARY") => State::Create,
        State::Create if is("TRIGGER") => State::Trigger,
        _ => State::Normal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(source: &str) -> Vec<&str> {
        statements(source).map(|s| s.of(source)).collect()
    }

    #[test]
    fn semicolons_in_strings_comments_and_names_do_not_end_a_statement() {
        let source = "SELECT ';' /* ; */, \";\" -- ;\n; SELECT [;]";
        assert_eq!(
            split(source),
            ["SELECT ';' /* ; */, \";\" -- ;\n;", "SELECT [;]"]
        );
    }

    #[test]
    fn a_trigger_keeps_its_body() {
        let trigger = "CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE \
            WHEN 1 THEN 2 END; DELETE FROM t; END;";
        let source = format!("BEGIN; {trigger} COMMIT");
        assert_eq!(split(&source), ["BEGIN;", trigger, "COMMIT"]);
        assert_eq!(
            split("EXPLAIN QUERY PLAN CREATE TRIGGER a BEGIN SELECT 1; END; SELECT 2").len(),
            2
        );
    }

    #[test]
    fn nothing_but_comments_is_no_statement() {
        assert!(split(" -- a\n;; /* b */ ;").is_empty());
        assert!(split("\u{feff}").is_empty());
    }

    #[test]
    fn wherever_a_text_is_cut_its_complete_statements_are_those_of_the_whole() {
        let text = "\u{feff}-- a;\n;/*;*/ SELECT ';''', \";\", [;], `;`, é; EXPLAIN CREATE \
            TEMP TRIGGER a BEGIN SELECT 1;; END; -- */\nCREATE TRIGGER b BEGIN SELECT CASE 1 \
            WHEN 1 THEN 2 END; END /* ; */ ; SELECT 1";
        let whole: Vec<Span> = statements(text).collect();
        assert_eq!(whole.len(), 4);
        for cut in 0..=text.len() {
            let piece = &text.as_bytes()[..cut];
            let mut found = Vec::new();
            while let Some(span) = complete(piece, found.last().map_or(0, |last: &Span| last.end)) {
                found.push(span);
            }
            let expected: Vec<Span> = whole
                .iter()
                .copied()
                .filter(|s| s.end <= cut && text.as_bytes()[s.end - 1] == b';')
                .collect();
            assert_eq!(found, expected, "cut at {cut}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_split_as_well() {
        let source = b"SELECT '\xff;'; SELECT \xff";
        assert_eq!(complete(source, 0), Some(Span { start: 0, end: 12 }));
        assert_eq!(
            (complete(source, 12), last(source, 12)),
            (None, Some(Span { start: 13, end: 21 }))
        );
    }

    #[test]
    fn carriage_returns_are_blanks() {
        assert_eq!(
            split("SELECT 1;\r\nSELECT 2\r\n"),
            ["SELECT 1;", "SELECT 2"]
        );
    }
}
