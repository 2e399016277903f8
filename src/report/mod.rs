//! Reports: one file for each format, which renders a record. Pure: decides nothing, reads nothing.
//!
//! The evidence has everything that a report shows, spelled and sorted; a format only lays it out and
//! escapes it. So evidence that was saved renders in every format as it did in the run.

mod escape;
mod excerpt;
mod explain;
mod github;
mod html;
mod junit;
mod kinds;
mod markdown;
mod page;
pub(crate) mod phrases;
mod place;
mod previews;
mod sarif;
mod text;

pub use crate::record::{Evidence, EvidenceError, schema};
pub use escape::{block as terminal_text, line as terminal_line};
pub use explain::{codes, explanation};
pub use github::{annotations, complaint};
pub(crate) use kinds::findings_of;
pub use page::wrapped;
pub(crate) use page::{BAD, DIM, GOOD, HEAD, Page};

use serde::Serialize;
use std::io::{self, Write};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// for a person at a terminal
    Text,
    /// for programs; the evidence itself
    Json,
    /// the previews only, ready to paste
    Previews,
    /// for a reviewer: a page in one file
    Html,
    /// for a comment on a pull request
    Markdown,
    /// for code scanning: SARIF 2.1.0
    Sarif,
    /// for a CI server: JUnit XML
    Junit,
    /// for GitHub Actions: annotations of the migration's lines
    Github,
}

impl Format {
    /// Every format of a whole report.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Json,
        Self::Html,
        Self::Markdown,
        Self::Sarif,
        Self::Junit,
        Self::Github,
    ];

    /// Whether it is laid out with the colours of a terminal, which a file and a pipe do without.
    pub fn has_colours(self) -> bool {
        matches!(self, Self::Text | Self::Previews)
    }

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Previews => "previews",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
        }
    }
}

/// A format of what is no report of a rehearsal: a survey, an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// for a person: in short
    Text,
    /// for programs: everything
    Json,
}

impl Listing {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => Format::Text.word(),
            Self::Json => Format::Json.word(),
        }
    }
}

/// How a format for people is laid out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    /// columns of the terminal; `None` when piped
    pub width: Option<usize>,
    /// how much of the report for a terminal is shown
    pub detail: Detail,
}

/// How much of the report for a terminal is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    /// the verdict
    Verdict,
    /// what decides it, and as much of the rest as a person reads
    #[default]
    Usual,
    /// all
    All,
}

/// Writes the evidence in one format.
///
/// # Errors
/// What `out` gives.
pub fn render(
    evidence: &Evidence,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => Page::write(layout, out, |page| text::render(evidence, page)),
        Format::Json => write_json(evidence, out),
        Format::Previews => previews::render(evidence, out),
        Format::Html => html::render(evidence, out),
        Format::Markdown => markdown::render(evidence, out),
        Format::Sarif => sarif::render(evidence, out),
        Format::Junit => junit::render(evidence, out),
        Format::Github => github::render(evidence, out),
    }
}

/// Writes a value as JSON for people and programs: indented, with every control that could act on a
/// terminal spelled out.
///
/// # Errors
/// What `out` gives.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}",
        escape::json(&serde_json::to_string_pretty(value)?)
    )
}
