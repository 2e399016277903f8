//! Text as the page shows it: no character of it can move, hide or reorder another. What HTML means
//! by `<` is the template's to escape.

use crate::report::escape;
use crate::report::evidence::Cell;
use crate::sentence::{Part, Sentence};
use serde::Serialize;

/// Characters of a long text that are shown from where it begins to differ.
const AROUND: usize = 48;

/// Text in which controls and what reorders text are escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Shown(String);

impl Shown {
    /// Text on one line.
    pub(super) fn line(text: impl AsRef<str>) -> Self {
        Self(escape::line(text.as_ref()))
    }

    /// A part of a text that keeps its lines, which end in `\n` or `\r\n`; a `\r` that ends the
    /// part alone is an escape.
    pub(super) fn part(text: &str) -> Self {
        let alone = if text.ends_with('\r') { "\\r" } else { "" };
        Self(escape::block(text) + alone)
    }

    /// Adds another text behind this one.
    pub(super) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// A cell as SQL spells it, cut where it is long.
    pub(super) fn cell(cell: &Cell) -> Self {
        Self::line(cell.shown())
    }

    /// The text itself.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A part of a sentence, and whether it is a name or SQL.
#[derive(Debug, Serialize)]
pub(super) struct Prose {
    text: Shown,
    is_code: bool,
}

/// The parts of a sentence.
pub(super) fn prose(sentence: &Sentence) -> Vec<Prose> {
    let part = |part: &Part| Prose {
        text: Shown::line(part.text()),
        is_code: matches!(part, Part::Name(_) | Part::Sql(_)),
    };
    sentence.parts().iter().map(part).collect()
}

/// The parts of a message of the evidence.
pub(super) fn message(text: &str) -> Vec<Prose> {
    prose(&Sentence::read(text))
}

/// Two cells beside one another: where the cut would leave them alike, long texts are shown from
/// where they differ.
pub(super) fn pair(before: &Cell, after: &Cell) -> (Shown, Shown) {
    let whole = (Shown::cell(before), Shown::cell(after));
    match (before, after) {
        (Cell::Text(a), Cell::Text(b)) if a != b && whole.0 == whole.1 => {
            let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            (around(a, same), around(b, same))
        }
        _ => whole,
    }
}

/// `…` and a long text from a little before its character `at`.
fn around(text: &str, at: usize) -> Shown {
    let from = at.saturating_sub(AROUND / 4);
    let mut part: String = text.chars().skip(from).take(AROUND).collect();
    if text.chars().count() > from + AROUND {
        part.push('…');
    }
    Shown::line(format!("…{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_from_where_they_differ() {
        let text = |end: &str| Cell::Text(format!("{}{end}", "a".repeat(200)));
        let (before, after) = pair(&text("old"), &text("new"));
        assert_eq!(
            (before.as_str(), after.as_str()),
            ("…aaaaaaaaaaaaold", "…aaaaaaaaaaaanew")
        );
        let (before, after) = pair(&Cell::Text("old".into()), &Cell::Null);
        assert_eq!((before.as_str(), after.as_str()), ("'old'", "NULL"));
    }
}
