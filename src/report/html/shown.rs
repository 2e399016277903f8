//! Text as the page shows it: no character of it can move, hide or reorder another, or is markup.

use crate::report::escape;
use crate::report::evidence::{Cell, Row};
use crate::sentence::{Part, Sentence};
use minijinja::{Error, HtmlEscape, Output, State, Value, escape_formatter};

/// Characters of a long text that are shown from where it begins to differ.
const AROUND: usize = 48;

/// Prints a value of the template; a text is on one line.
pub(super) fn on_one_line(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => {
            escape_formatter(out, state, &Value::from(escape::line(text)))
        }
        _ => escape_formatter(out, state, value),
    }
}

/// A text that keeps its lines.
pub(super) fn lines(text: &str) -> Value {
    Value::from_safe_string(HtmlEscape(&escape::block(text)).to_string())
}

/// A message of the evidence, or a sentence: its names and SQL are code.
pub(super) fn prose(message: &str) -> Value {
    let part = |part: &Part| {
        let [begin, end] = if part.is_marked() {
            ["<code>", "</code>"]
        } else {
            ["", ""]
        };
        format!("{begin}{}{end}", HtmlEscape(&escape::line(&part.text)))
    };
    Value::from_safe_string(Sentence::read(message).parts().iter().map(part).collect())
}

/// A part of a text that keeps its lines, which end in `\n` or `\r\n`; a `\r` that ends the part
/// alone is an escape.
pub(super) fn part(text: &str) -> String {
    let alone = if text.ends_with('\r') { "\\r" } else { "" };
    escape::block(text) + alone
}

/// The cell of a row that has one of that name.
pub(super) fn cell(row: &Row, name: &str) -> Option<String> {
    row.get(name).map(Cell::shown)
}

/// Two cells beside one another: where the cut would leave them alike, long texts are shown from
/// where they differ.
pub(super) fn pair(before: &Cell, after: &Cell) -> (String, String) {
    let whole = (before.shown(), after.shown());
    match (before, after) {
        (Cell::Text(a), Cell::Text(b)) if a != b && whole.0 == whole.1 => {
            let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            (around(a, same), around(b, same))
        }
        _ => whole,
    }
}

/// `…` and a long text from a little before its character `at`.
fn around(text: &str, at: usize) -> String {
    let rest: String = text.chars().skip(at.saturating_sub(AROUND / 4)).collect();
    format!("…{}", escape::cut(&rest, AROUND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_from_where_they_differ() {
        let text = |end: &str| Cell::Text(format!("{}{end}", "a".repeat(200)));
        let (before, after) = pair(&text("old"), &text("new"));
        assert_eq!(
            (&*before, &*after),
            ("…aaaaaaaaaaaaold", "…aaaaaaaaaaaanew")
        );
        let (before, after) = pair(&Cell::Text("old".into()), &Cell::Null);
        assert_eq!((&*before, &*after), ("'old'", "NULL"));
    }
}
