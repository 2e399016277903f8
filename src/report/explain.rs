//! The table of codes for a person: all of it, a line each, and the page of one.

use super::phrases::{what_to_do, whole_sentence};
use super::{HEAD, Layout, Page};
use crate::codes::{Entry, TABLE};
use std::io::{self, Write};

/// The width of text where there is no terminal, in characters.
const PIPED: usize = 100;

/// What stands below the list of codes.
const LEGEND: &str = "`always`: nothing lowers or suppresses it. The others take another severity \
    under [findings] in harness.toml, or, one by one, a comment in the migration: -- harness: \
    allow CODE until YYYY-MM-DD because REASON";

/// Every code with its severity and sentence.
///
/// # Errors
/// What `out` gives.
pub fn codes(layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    Page::write(layout, out, |page| {
        let width = TABLE.iter().map(|entry| entry.id.len()).max();
        let width = width.unwrap_or_default();
        for entry in &TABLE {
            let fixed = if entry.is_core { "always" } else { "" };
            let (id, severity) = (entry.id, entry.severity.word());
            let lead = format!("{id:width$}  {severity:7}  {fixed:6}  ");
            match layout.width {
                Some(_) => paragraph(entry.sentence, [&lead, &" ".repeat(lead.len())], page),
                // A line a code, for grep.
                None => page.line(lead + entry.sentence),
            }
        }
        page.line("");
        paragraph(LEGEND, ["", ""], page);
    })
}

/// The page of one code. Its paragraphs are laid out anew, fenced text is as it was.
///
/// # Errors
/// What `out` gives.
pub fn explanation(entry: &Entry, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    Page::write(layout, out, |page| {
        let fixed = if entry.is_core { ", always" } else { "" };
        let (id, severity) = (entry.id, entry.severity.word());
        page.line(format_args!("{HEAD}# {id}{HEAD:#} ({severity}{fixed})\n"));
        paragraph(&whole_sentence(entry), ["", ""], page);
        for (at, part) in entry.explanation.split("```").enumerate() {
            if at % 2 == 1 {
                page.line(format_args!("\n```{part}```"));
            } else {
                blocks(part, page);
            }
        }
        page.line("");
        paragraph(&what_to_do(entry), ["", ""], page);
    })
}

/// Headings, paragraphs and lists, of which each item is a paragraph, each behind an empty line.
fn blocks(text: &str, page: &mut Page) {
    for text in text
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        if text.starts_with("## ") {
            page.heading(text);
            continue;
        }
        page.line("");
        let item = match text.get(..2) {
            Some("* ") => "\n* ",
            Some("- ") => "\n- ",
            _ => {
                paragraph(text, ["", ""], page);
                continue;
            }
        };
        for item in text[2..].split(item) {
            paragraph(item, ["* ", "  "], page);
        }
    }
}

fn paragraph(text: &str, [first, rest]: [&str; 2], page: &mut Page) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let widest = PIPED.max(first.len() + 40);
    let width = page.layout.width.unwrap_or(PIPED).clamp(40, widest);
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false);
    for line in textwrap::wrap(&text, options) {
        page.line(line);
    }
}
