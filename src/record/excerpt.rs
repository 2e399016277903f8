//! The text around the place of a finding.

use crate::sql::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Characters of a line that are kept on either side of what is marked.
const ASIDE: usize = 200;

/// Lines that are marked in full; of more, the first.
const LINES: usize = 4;

/// Characters that are marked at most.
const MARKED: usize = 2000;

/// The text of a migration around a place, not escaped: `before`, `marked` and `after` follow one
/// another in it.
///
/// The place's line is the line that `before` ends in and `marked` begins in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// What stands before the place in its first line, or the last 200 characters of that.
    pub before: String,
    /// What stands at the place; of more than four lines the first.
    pub marked: String,
    /// Whether more stands at the place than `marked`.
    pub cut: bool,
    /// What stands behind it in its last line, or the first 200 characters of that.
    pub after: String,
}

impl Excerpt {
    /// The text around some bytes of it.
    pub fn new(text: &str, span: Span) -> Self {
        let whole = span.of(text);
        let marked = first(
            if whole.lines().count() > LINES {
                whole.lines().next().unwrap_or_default()
            } else {
                whole
            },
            MARKED,
        );
        let before = text[..span.start].rsplit('\n').next().unwrap_or_default();
        let after = text[span.start + marked.len()..]
            .split('\n')
            .next()
            .unwrap_or_default();
        let from = before
            .char_indices()
            .rev()
            .nth(ASIDE)
            .map_or(0, |(at, _)| at);
        Self {
            before: before[from..].to_owned(),
            marked: marked.to_owned(),
            cut: marked.len() < whole.len(),
            after: first(after, ASIDE).to_owned(),
        }
    }
}

/// The first characters of a text.
fn first(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .map_or(text, |(at, _)| &text[..at])
}
