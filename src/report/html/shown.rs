//! Text as the page shows it: no character of it can move, hide or reorder another, or is markup.

use crate::record::{Cell, Row};
use crate::report::escape;
use crate::sentence::{Part, Sentence};
use minijinja::{Error, HtmlEscape, Output, State, Value, context, escape_formatter};

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

/// Values of the template, one after the other.
pub(super) fn list(values: impl IntoIterator<Item: Into<Value>>) -> Value {
    values.into_iter().collect()
}

/// A row: what it is known by, and its cells before and after.
pub(super) fn pair_row(
    key: impl Iterator<Item = String>,
    cells: impl Iterator<Item = CellPair>,
) -> Value {
    context! { key => list(key), cells => list(cells) }
}

/// A cell before and after, where it is there.
pub(super) type CellPair = (Option<String>, Option<String>);

/// The cell of a row; empty where it has none of that name.
pub(super) fn cell(row: &Row, name: &str) -> String {
    row.get(name).map(Cell::shown).unwrap_or_default()
}

/// Two cells beside one another: where the cut would leave them alike, long texts are shown from
/// where they differ.
pub(super) fn pair(before: Option<&Cell>, after: Option<&Cell>) -> CellPair {
    let whole = (before.map(Cell::shown), after.map(Cell::shown));
    match (before, after) {
        (Some(Cell::Text(a)), Some(Cell::Text(b))) if a != b && whole.0 == whole.1 => {
            let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            (Some(around(a, same)), Some(around(b, same)))
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
        let pair = |before: Cell, after: Cell| pair(Some(&before), Some(&after));
        let shown = |before: &str, after: &str| (Some(before.to_owned()), Some(after.to_owned()));
        assert_eq!(
            pair(text("old"), text("new")),
            shown("…aaaaaaaaaaaaold", "…aaaaaaaaaaaanew")
        );
        assert_eq!(
            pair(Cell::Text("old".into()), Cell::Null),
            shown("'old'", "NULL")
        );
    }
}
