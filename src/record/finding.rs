//! What is wrong, and what comments in the migration keep from being so.

use super::Severity;
use crate::codes::TABLE;
use crate::hidden::Hidden;
use crate::sql::Span;
use crate::sql::mask::Masked;
use crate::verdict;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Characters of a line that are kept on either side of what is marked.
const ASIDE: usize = 200;

/// Lines that are marked in full; of more, the first.
const LINES: usize = 4;

/// Characters that are marked at most.
const MARKED: usize = 2000;

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    #[schemars(schema_with = "codes")]
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The number of the statement that it is of, from 1; null where it is of none.
    pub statement: Option<usize>,
    /// The line in the migration, from 1; null where it is of no one place.
    pub line: Option<usize>,
    /// The column that it starts in, in characters from 1; null likewise.
    pub column: Option<usize>,
    /// The line that it ends in.
    pub end_line: Option<usize>,
    /// The column behind its last character.
    pub end_column: Option<usize>,
    /// The migration's text around that place; null likewise.
    pub excerpt: Option<Excerpt>,
    /// The table concerned, where it is of one.
    pub table: Option<String>,
    /// The tenants concerned, spelled as in `changes`.
    pub tenants: Vec<String>,
    /// The distinct rows concerned, where they are counted.
    pub rows: Option<u64>,
}

/// A comment `-- harness: allow CODE until DATE because REASON`, and what it keeps out of the
/// verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// The code that it allows.
    #[schemars(schema_with = "codes")]
    pub code: String,
    /// The last day on which it holds, as `2027-01-31`, in UTC.
    pub until: String,
    /// Why the findings may stand.
    pub reason: String,
    /// The line of the comment, from 1.
    pub line: usize,
    /// The column that it starts in, in characters from 1.
    pub column: usize,
    /// The findings that it keeps out; empty where there are none.
    pub findings: Vec<Finding>,
}

/// Every code of a finding, from the table of codes. A later version may have written others.
fn codes(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = TABLE.iter().map(|entry| entry.id).collect();
    json_schema!({ "type": "string", "enum": ids })
}

impl Finding {
    /// A finding, with the place in the text that is shown.
    pub(super) fn of(finding: verdict::Finding, hidden: &Hidden, source: &Masked) -> Self {
        let place = finding.place;
        let statement = place.and_then(|place| place.statement);
        Self {
            code: finding.code.id().to_owned(),
            severity: finding.severity,
            message: hidden.sentence(&finding.message, statement),
            help: hidden.sentence(&finding.help, statement),
            statement,
            line: place.map(|place| place.from.line),
            column: place.map(|place| place.from.column),
            end_line: place.map(|place| place.to.line),
            end_column: place.map(|place| place.to.column),
            excerpt: place.map(|place| Excerpt::new(&source.text, source.place(place.span))),
            table: finding.table.map(|table| hidden.name(&table)),
            tenants: finding.tenants,
            rows: finding.rows,
        }
    }
}

impl Suppressed {
    pub(super) fn of(suppressed: verdict::Suppressed, hidden: &Hidden, source: &Masked) -> Self {
        let of = |finding| Finding::of(finding, hidden, source);
        Self {
            code: suppressed.code.id().to_owned(),
            until: suppressed.until,
            reason: suppressed.reason,
            line: suppressed.place.from.line,
            column: suppressed.place.from.column,
            findings: suppressed.findings.into_iter().map(of).collect(),
        }
    }
}

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
        let mut lines = whole.lines();
        let head = lines.next().filter(|_| lines.count() >= LINES);
        let marked = first(head.unwrap_or(whole), MARKED);
        let before = text[..span.start].rsplit('\n').next().unwrap_or_default();
        let after = text[span.start + marked.len()..]
            .split('\n')
            .next()
            .unwrap_or_default();
        Self {
            before: last(before, ASIDE).to_owned(),
            marked: marked.to_owned(),
            cut: marked.len() < whole.len(),
            after: first(after, ASIDE).to_owned(),
        }
    }
}

/// The last characters of a text, one more than `most`.
fn last(text: &str, most: usize) -> &str {
    text.char_indices()
        .rev()
        .nth(most)
        .map_or(text, |(at, _)| &text[at..])
}

/// The first characters of a text.
fn first(text: &str, most: usize) -> &str {
    text.char_indices()
        .nth(most)
        .map_or(text, |(at, _)| &text[..at])
}
